"""The part of the metrics that access tells: keys, their limits, Redis, idempotency."""

from collections.abc import Callable, Mapping

from app.telemetry.children import Children


class AccessMetrics(Children):
    """Counts over the collectors of `Metrics`, which makes them."""

    _named: Mapping[str, set[str]]

    def watch_key(self, name: str, in_flight: Callable[[], int]) -> None:
        """Have a key's leases read at each scrape; its series exist from the start."""
        self._named["key"].add(name)
        self._gauges["warmline_key_in_flight"].labels(name).set_function(in_flight)
        self._counters["warmline_key_requests_total"].labels(name)
        self._counters["warmline_key_tokens_total"].labels(name)
        for reason in ("requests", "tokens", "in-flight"):
            self._counters["warmline_key_refusals_total"].labels(name, reason)

    def watch_redis(self, is_down: Callable[[], bool]) -> None:
        self._gauges["warmline_redis_down"].set_function(is_down)

    def watch_idempotency(self, entries: Mapping[str, Callable[[], int]], size: Callable[[], int]) -> None:
        """Have the number of entries in each state, and their bytes, read at each scrape."""
        for state, number in entries.items():
            self._gauges["warmline_idempotency_entries"].labels(state).set_function(number)
        self._gauges["warmline_idempotency_bytes"].set_function(size)

    def key_admitted(self, key: str, requests: int, over: str | None) -> None:
        self._counter("warmline_key_requests_total", key).inc(requests)
        if over is not None:
            self._counter("warmline_key_overruns_total", key, over).inc()

    def key_refused(self, key: str, reason: str) -> None:
        self._counter("warmline_key_refusals_total", key, reason).inc()

    def key_used(self, key: str, tokens: int) -> None:
        self._counter("warmline_key_tokens_total", key).inc(tokens)

    def count_degraded(self) -> None:
        self._counters["warmline_limits_degraded_total"].inc()

    def count_redis_error(self, failing: str) -> None:
        self._counter("warmline_redis_errors_total", failing).inc()

    def time_redis(self, seconds: float) -> None:
        self._histograms["warmline_redis_seconds"].observe(seconds)

    def count_idempotency(self, outcome: str) -> None:
        self._counter("warmline_idempotency_total", outcome).inc()
