"""Every Prometheus collector of the service; label values come from the config, never from input."""

from collections.abc import Iterable
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

from app import __version__

# Replies take seconds; the gateway's own share takes milliseconds.
_REPLY_BUCKETS = (0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 13, 20, 30, 60)
_FIRST_TOKEN_BUCKETS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 15)
_HTTP_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class WatchedWorker(Protocol):
    """What a gauge reads of a worker when it is scraped."""

    name: str
    in_flight: int

    @property
    def state(self) -> str: ...


class Metrics:
    """One registry for one app.

    Args:
        models: public names of the config; every series of theirs exists from the start, since a
            counter that never happened is absent and makes ratios "no data" instead of 0.
    """

    def __init__(self, models: Iterable[str] = ()) -> None:
        self.registry = CollectorRegistry()
        self._replies = Counter(
            "warmline_replies_total",
            "Replies asked for, by model and how they came out: an outcome of the contract or an error's slug.",
            ["model", "outcome"],
            registry=self.registry,
        )
        self._duration = Histogram(
            "warmline_reply_duration_seconds",
            "From the request to the last byte of the reply.",
            ["model", "outcome"],
            buckets=_REPLY_BUCKETS,
            registry=self.registry,
        )
        self._first_token = Histogram(
            "warmline_first_token_seconds",
            "From the request to the worker's first token, where the worker streamed.",
            ["model"],
            buckets=_FIRST_TOKEN_BUCKETS,
            registry=self.registry,
        )
        self._gateway = Histogram(
            "warmline_gateway_seconds",
            "The part of a reply's time that was not spent waiting for a worker.",
            ["model"],
            buckets=_HTTP_BUCKETS,
            registry=self.registry,
        )
        self._tokens = Counter(
            "warmline_tokens_total",
            "Tokens as the workers count them; kind is prompt or completion.",
            ["model", "kind"],
            registry=self.registry,
        )
        self._in_flight = Gauge(
            "warmline_replies_in_flight",
            "Replies that are being made.",
            ["model"],
            registry=self.registry,
        )
        self._requests = Counter(
            "warmline_http_requests_total",
            "HTTP requests by route template, method and status; 499 means that the client left.",
            ["route", "method", "status"],
            registry=self.registry,
        )
        self._request_duration = Histogram(
            "warmline_http_request_duration_seconds",
            "From the first to the last byte of an HTTP exchange.",
            ["route", "method"],
            buckets=_HTTP_BUCKETS,
            registry=self.registry,
        )
        self._faults = Counter(
            "warmline_worker_faults_total",
            "Attempts that a worker did not fulfil, by the error's slug.",
            ["worker", "fault"],
            registry=self.registry,
        )
        self._restarts = Counter(
            "warmline_embedded_restarts_total",
            "How often the embedded model had to be started again.",
            ["worker"],
            registry=self.registry,
        )
        self._worker_up = Gauge(
            "warmline_worker_up", "1 when the worker can write.", ["worker"], registry=self.registry
        )
        self._worker_in_flight = Gauge(
            "warmline_worker_in_flight",
            "Attempts under way at the worker.",
            ["worker"],
            registry=self.registry,
        )
        build = Gauge("warmline_build_info", "1, with the version as a label.", ["version"], registry=self.registry)
        build.labels(__version__).set(1)
        for model in models:
            self._create_series(model)

    def _create_series(self, model: str) -> None:
        for outcome in ("reply", "crisis_support", "held"):
            self._replies.labels(model, outcome)
        for kind in ("prompt", "completion"):
            self._tokens.labels(model, kind)
        self._first_token.labels(model)
        self._in_flight.labels(model)

    def watch_worker(self, worker: WatchedWorker) -> None:
        """Have the worker's state read at each scrape."""
        self._worker_up.labels(worker.name).set_function(lambda: worker.state == "ready")
        self._worker_in_flight.labels(worker.name).set_function(lambda: worker.in_flight)
        self._restarts.labels(worker.name)

    def count_fault(self, worker: str, slug: str) -> None:
        self._faults.labels(worker, slug).inc()

    def count_restart(self, worker: str) -> None:
        self._restarts.labels(worker).inc()

    def reply_began(self, model: str) -> None:
        self._in_flight.labels(model).inc()

    def reply_ended(self, model: str, outcome: str, seconds: float) -> None:
        self._in_flight.labels(model).dec()
        self._replies.labels(model, outcome).inc()
        self._duration.labels(model, outcome).observe(seconds)

    def reply_written(
        self,
        model: str,
        *,
        prompt_tokens: int,
        completion_tokens: int,
        first_token_s: float | None,
        gateway_s: float,
    ) -> None:
        self._tokens.labels(model, "prompt").inc(prompt_tokens)
        self._tokens.labels(model, "completion").inc(completion_tokens)
        self._gateway.labels(model).observe(gateway_s)
        if first_token_s is not None:
            self._first_token.labels(model).observe(first_token_s)

    def request_ended(self, route: str, method: str, status: int, seconds: float) -> None:
        self._requests.labels(route, method, str(status)).inc()
        self._request_duration.labels(route, method).observe(seconds)

    def expose(self) -> bytes:
        """The registry in Prometheus's text format."""
        return generate_latest(self.registry)
