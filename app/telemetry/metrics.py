"""What happens, told to Prometheus; label values come from the config and closed lists, never from input."""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Literal, Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

from app import __version__
from app.telemetry.access_metrics import AccessMetrics
from app.telemetry.collectors import COUNTERS, GAUGES, HISTOGRAMS
from app.telemetry.safety_metrics import SafetyMetrics

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_RELOADS: tuple[Literal["ok", "refused"], ...] = ("ok", "refused")
_BREAKER_STATES = ("closed", "half-open", "open")


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


class Metrics(AccessMetrics, SafetyMetrics):
    """One registry for one app.

    Args:
        models: public names of the config; their series exist from the start, since a counter
            that never happened is absent and makes a ratio "no data" instead of 0.
        sources: whom a reply may sound like, by the signature that the config names.
    """

    def __init__(self, models: Iterable[str] = (), sources: Iterable[str] = ()) -> None:
        super().__init__()
        self.registry = CollectorRegistry()
        self._counters = {
            name: Counter(name, text, labels, registry=self.registry) for name, (text, labels) in COUNTERS.items()
        }
        self._gauges = {
            name: Gauge(name, text, labels, registry=self.registry) for name, (text, labels) in GAUGES.items()
        }
        self._histograms = {
            name: Histogram(name, text, labels, buckets=bounds, registry=self.registry)
            for name, (text, labels, bounds) in HISTOGRAMS.items()
        }
        self._gauges["warmline_build_info"].labels(__version__).set(1)
        for result in _RELOADS:
            self._counters["warmline_config_reloads_total"].labels(result)
        self._note_config(is_in_force=True)
        self._expect_safety()
        self._named: dict[str, set[str]] = defaultdict(set)
        self.expect(models, sources)

    def expect(self, models: Iterable[str], sources: Iterable[str] = ()) -> None:
        """Create the series of these models, where they are not there yet."""
        sources = tuple(sources)
        self._named["sounds_like"].update(sources)
        for model in models:
            self._named["model"].add(model)
            self._create_series(model, sources)

    def forget_others(self, kept: Mapping[str, Collection[str]]) -> None:
        """Remove the series of what no config names any more.

        Args:
            kept: label → the values that stay.
        """
        for label, values in kept.items():
            for gone in self._named[label].difference(values):
                for name, collector in self._labelled(label):
                    collector.remove_by_labels({name: gone})
            self._named[label].intersection_update(values)
        self._forget_children()

    def _labelled(self, label: str) -> Iterator[tuple[str, Counter | Gauge | Histogram]]:
        """The collectors that have a label, or another one for the same kind of name."""
        tables = ((self._counters, COUNTERS), (self._gauges, GAUGES), (self._histograms, HISTOGRAMS))
        for collectors, table in tables:
            for name, collector in collectors.items():
                for own in table[name][1]:
                    if own == label or (own, label) == ("fallback", "model"):
                        yield own, collector

    def config_read(self, result: Literal["ok", "refused"]) -> None:
        self._counters["warmline_config_reloads_total"].labels(result).inc()
        self._note_config(is_in_force=result == "ok")

    def _note_config(self, *, is_in_force: bool) -> None:
        self._gauges["warmline_config_last_reload_successful"].set(is_in_force)
        if is_in_force:
            self._gauges["warmline_config_last_reload_success_timestamp_seconds"].set_to_current_time()

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
        """Have the worker's state read at each scrape; another one of this name is no longer."""
        self._named["worker"].add(worker.name)
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
        self._counter("warmline_admission_refused_total", reason).inc()

    def queue_left(self, seconds: float) -> None:
        self._histograms["warmline_queue_seconds"].observe(seconds)

    def attempt_began(self, worker: str) -> None:
        self._counter("warmline_worker_attempts_total", worker).inc()

    def count_opening(self, worker: str) -> None:
        self._counter("warmline_worker_breaker_openings_total", worker).inc()

    def count_retry(self, model: str, reason: str) -> None:
        self._counter("warmline_retries_total", model, reason).inc()

    def count_budget_exhausted(self, model: str) -> None:
        self._counter("warmline_retry_budget_exhausted_total", model).inc()

    def count_fallback(self, model: str, fallback: str) -> None:
        self._counter("warmline_fallbacks_total", model, fallback).inc()

    def drain_began(self) -> None:
        self._gauges["warmline_draining"].set(1)

    def count_fault(self, worker: str, slug: str) -> None:
        self._counter("warmline_worker_faults_total", worker, slug).inc()

    def count_restart(self, worker: str) -> None:
        self._counter("warmline_embedded_restarts_total", worker).inc()

    def reply_began(self, model: str) -> None:
        self._gauge("warmline_replies_in_flight", model).inc()

    def reply_ended(self, model: str, outcome: str, seconds: float) -> None:
        self._gauge("warmline_replies_in_flight", model).dec()
        self._counter("warmline_replies_total", model, outcome).inc()
        self._histogram("warmline_reply_duration_seconds", model, outcome).observe(seconds)

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
        self._counter("warmline_tokens_total", model, "prompt").inc(prompt_tokens)
        self._counter("warmline_tokens_total", model, "completion").inc(completion_tokens)
        if cached_tokens is not None:
            hits = self._counter("warmline_prefix_cache_tokens_total", model, "hit")
            hits.inc(cached_tokens)
            misses = self._counter("warmline_prefix_cache_tokens_total", model, "miss")
            misses.inc(max(0, prompt_tokens - cached_tokens))
        self._histogram("warmline_gateway_seconds", model).observe(gateway_s)
        if first_token_s is not None:
            self._histogram("warmline_first_token_seconds", model).observe(first_token_s)

    def reply_measured(self, model: str, words: int, sounds_like: str | None) -> None:
        self._histogram("warmline_reply_words", model).observe(words)
        if sounds_like is not None:
            self._counter("warmline_replies_sounding_total", model, sounds_like).inc()

    def request_ended(self, route: str, method: str, status: int, seconds: float) -> None:
        self._counter("warmline_http_requests_total", route, method, str(status)).inc()
        self._histogram("warmline_http_request_duration_seconds", route, method).observe(seconds)

    def expose(self) -> bytes:
        """The registry in Prometheus's text format."""
        return generate_latest(self.registry)
