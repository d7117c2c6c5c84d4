"""Every Prometheus collector of the service; label values come from the config, never from input."""

import math
from collections.abc import Iterable
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

from app import __version__

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

# Replies take seconds; the gateway's own share takes milliseconds.
_REPLY_S = (0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 13, 20, 30, 60)
_FIRST_TOKEN_S = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 15)
_WORDS = (25, 50, 75, 100, 125, 150, 200, 300, 400)
_HTTP_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

_BREAKER_STATES = ("closed", "half-open", "open")
# name: (what it tells, labels)
_COUNTERS = {
    "warmline_replies_total": (
        "Replies asked for, by model and how they came out: an outcome of the contract or an error's slug.",
        ("model", "outcome"),
    ),
    "warmline_tokens_total": ("Tokens as the workers count them; kind is prompt or completion.", ("model", "kind")),
    "warmline_prefix_cache_tokens_total": (
        "Prompt tokens by whether the worker had them in its prefix cache (hit) or read them (miss), where it says so.",
        ("model", "result"),
    ),
    "warmline_replies_sounding_total": (
        "Replies by the model asked for and the source that they sound like, where the config names a signature.",
        ("model", "sounds_like"),
    ),
    "warmline_http_requests_total": (
        "HTTP requests by route template, method and status; 499 means that the client left.",
        ("route", "method", "status"),
    ),
    "warmline_worker_faults_total": (
        "Attempts that a worker did not fulfil, by the error's slug.",
        ("worker", "fault"),
    ),
    "warmline_worker_attempts_total": ("Attempts begun, retries included.", ("worker",)),
    "warmline_worker_breaker_openings_total": ("How often the worker was left alone after failures.", ("worker",)),
    "warmline_retries_total": ("Further attempts, by the slug of the error before them.", ("model", "reason")),
    "warmline_retry_budget_exhausted_total": ("Attempts given up because retries are a share of traffic.", ("model",)),
    "warmline_fallbacks_total": ("Replies that another model wrote than the one asked for.", ("model", "fallback")),
    "warmline_admission_refused_total": (
        "Drafts refused for want of room; reason is full (the queue) or late (waited too long).",
        ("reason",),
    ),
    "warmline_embedded_restarts_total": ("How often the embedded model had to be started again.", ("worker",)),
}
_GAUGES = {
    "warmline_replies_in_flight": ("Replies that are being made.", ("model",)),
    "warmline_worker_up": ("1 when the worker can write.", ("worker",)),
    "warmline_worker_in_flight": ("Drafts under way at the worker.", ("worker",)),
    "warmline_worker_breaker": ("0 closed, 1 half-open, 2 open.", ("worker",)),
    "warmline_engine_load_age_seconds": ("Since the engine last told its load; NaN: it never did.", ("worker",)),
    "warmline_admission_in_flight": ("Drafts under way in this process.", ()),
    "warmline_admission_queued": ("Drafts that wait for room.", ()),
    "warmline_admission_limit": ("Ordinary drafts that may be under way.", ()),
    "warmline_build_info": ("1, with the version as a label.", ("version",)),
}
# name: (what it tells, labels, upper bounds)
_HISTOGRAMS = {
    "warmline_reply_duration_seconds": (
        "From the request to the last byte of the reply.",
        ("model", "outcome"),
        _REPLY_S,
    ),
    "warmline_first_token_seconds": (
        "From the request to the worker's first token, where the worker streamed.",
        ("model",),
        _FIRST_TOKEN_S,
    ),
    "warmline_queue_seconds": ("How long drafts waited for room, also those refused in the end.", (), _HTTP_S),
    "warmline_reply_words": ("Length of a model's reply, in words.", ("model",), _WORDS),
    "warmline_gateway_seconds": (
        "The part of a reply's time that was not spent waiting for a worker.",
        ("model",),
        _HTTP_S,
    ),
    "warmline_http_request_duration_seconds": (
        "From the first to the last byte of an HTTP exchange.",
        ("route", "method"),
        _HTTP_S,
    ),
}


class WatchedWorker(Protocol):
    """What a gauge reads of a worker when it is scraped."""

    name: str
    in_flight: int

    @property
    def state(self) -> str: ...

    def breaker_state(self) -> str: ...

    def engine_age_s(self) -> float | None: ...


class WatchedAdmission(Protocol):
    """What gauges read of the door."""

    max_in_flight: int
    in_flight: int

    @property
    def queued(self) -> int: ...


class Metrics:
    """One registry for one app.

    Args:
        models: public names of the config; their series exist from the start, since a counter
            that never happened is absent and makes a ratio "no data" instead of 0.
        sources: whom a reply may sound like, by the signature that the config names.
    """

    def __init__(self, models: Iterable[str] = (), sources: Iterable[str] = ()) -> None:
        self.registry = CollectorRegistry()
        self._counters = {
            name: Counter(name, text, labels, registry=self.registry) for name, (text, labels) in _COUNTERS.items()
        }
        self._gauges = {
            name: Gauge(name, text, labels, registry=self.registry) for name, (text, labels) in _GAUGES.items()
        }
        self._histograms = {
            name: Histogram(name, text, labels, buckets=bounds, registry=self.registry)
            for name, (text, labels, bounds) in _HISTOGRAMS.items()
        }
        self._gauges["warmline_build_info"].labels(__version__).set(1)
        sources = tuple(sources)
        for model in models:
            self._create_series(model, sources)

    def _create_series(self, model: str, sources: Iterable[str]) -> None:
        for source in sources:
            self._counters["warmline_replies_sounding_total"].labels(model, source)
        for outcome in ("reply", "crisis_support", "held"):
            self._counters["warmline_replies_total"].labels(model, outcome)
        for kind in ("prompt", "completion"):
            self._counters["warmline_tokens_total"].labels(model, kind)
        for result in ("hit", "miss"):
            self._counters["warmline_prefix_cache_tokens_total"].labels(model, result)
        self._counters["warmline_retry_budget_exhausted_total"].labels(model)
        self._histograms["warmline_first_token_seconds"].labels(model)
        self._gauges["warmline_replies_in_flight"].labels(model)

    def watch_worker(self, worker: WatchedWorker) -> None:
        """Have the worker's state read at each scrape."""
        self._gauges["warmline_worker_up"].labels(worker.name).set_function(lambda: worker.state == "ready")
        self._gauges["warmline_worker_in_flight"].labels(worker.name).set_function(lambda: worker.in_flight)
        self._gauges["warmline_worker_breaker"].labels(worker.name).set_function(
            lambda: _BREAKER_STATES.index(worker.breaker_state())
        )
        self._gauges["warmline_engine_load_age_seconds"].labels(worker.name).set_function(
            lambda: math.nan if (age := worker.engine_age_s()) is None else age
        )
        for counter in ("warmline_worker_attempts_total", "warmline_worker_breaker_openings_total"):
            self._counters[counter].labels(worker.name)

    def watch_admission(self, admission: WatchedAdmission) -> None:
        self._gauges["warmline_admission_in_flight"].set_function(lambda: admission.in_flight)
        self._gauges["warmline_admission_queued"].set_function(lambda: admission.queued)
        self._gauges["warmline_admission_limit"].set(admission.max_in_flight)
        for reason in ("full", "late"):
            self._counters["warmline_admission_refused_total"].labels(reason)

    def count_refusal(self, reason: str) -> None:
        self._counters["warmline_admission_refused_total"].labels(reason).inc()

    def queue_left(self, seconds: float) -> None:
        self._histograms["warmline_queue_seconds"].observe(seconds)

    def attempt_began(self, worker: str) -> None:
        self._counters["warmline_worker_attempts_total"].labels(worker).inc()

    def count_opening(self, worker: str) -> None:
        self._counters["warmline_worker_breaker_openings_total"].labels(worker).inc()

    def count_retry(self, model: str, reason: str) -> None:
        self._counters["warmline_retries_total"].labels(model, reason).inc()

    def count_budget_exhausted(self, model: str) -> None:
        self._counters["warmline_retry_budget_exhausted_total"].labels(model).inc()

    def count_fallback(self, model: str, fallback: str) -> None:
        self._counters["warmline_fallbacks_total"].labels(model, fallback).inc()

    def count_fault(self, worker: str, slug: str) -> None:
        self._counters["warmline_worker_faults_total"].labels(worker, slug).inc()

    def count_restart(self, worker: str) -> None:
        self._counters["warmline_embedded_restarts_total"].labels(worker).inc()

    def reply_began(self, model: str) -> None:
        self._gauges["warmline_replies_in_flight"].labels(model).inc()

    def reply_ended(self, model: str, outcome: str, seconds: float) -> None:
        self._gauges["warmline_replies_in_flight"].labels(model).dec()
        self._counters["warmline_replies_total"].labels(model, outcome).inc()
        self._histograms["warmline_reply_duration_seconds"].labels(model, outcome).observe(seconds)

    def reply_written(
        self,
        model: str,
        *,
        prompt_tokens: int,
        completion_tokens: int,
        cached_tokens: int | None,
        first_token_s: float | None,
        gateway_s: float,
    ) -> None:
        self._counters["warmline_tokens_total"].labels(model, "prompt").inc(prompt_tokens)
        self._counters["warmline_tokens_total"].labels(model, "completion").inc(completion_tokens)
        if cached_tokens is not None:
            looked_up = self._counters["warmline_prefix_cache_tokens_total"]
            looked_up.labels(model, "hit").inc(cached_tokens)
            looked_up.labels(model, "miss").inc(max(0, prompt_tokens - cached_tokens))
        self._histograms["warmline_gateway_seconds"].labels(model).observe(gateway_s)
        if first_token_s is not None:
            self._histograms["warmline_first_token_seconds"].labels(model).observe(first_token_s)

    def reply_measured(self, model: str, words: int, sounds_like: str | None) -> None:
        self._histograms["warmline_reply_words"].labels(model).observe(words)
        if sounds_like is not None:
            self._counters["warmline_replies_sounding_total"].labels(model, sounds_like).inc()

    def request_ended(self, route: str, method: str, status: int, seconds: float) -> None:
        self._counters["warmline_http_requests_total"].labels(route, method, str(status)).inc()
        self._histograms["warmline_http_request_duration_seconds"].labels(route, method).observe(seconds)

    def expose(self) -> bytes:
        """The registry in Prometheus's text format."""
        return generate_latest(self.registry)
