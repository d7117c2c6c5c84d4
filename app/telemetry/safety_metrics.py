"""The part of the metrics that safety tells: what was seen in posts and replies, what was redacted, who was told."""

from collections.abc import Callable, Mapping
from itertools import product
from typing import Literal

from app.telemetry.children import Children

Escalated = Literal["delivered", "failed", "dropped"]
# As `app.safety.identifiers` names them; a test holds the two together.
REDACTED_KINDS = ("EMAIL", "PHONE", "CARD", "IBAN", "SSN", "URL", "HANDLE", "IP")
_LAYERS = ("lexical", "model")
_LEVELS = ("none", "soft", "elevated", "imminent")
_SUBJECTS = ("self", "other", "unknown")
_ESCALATED: tuple[Escalated, ...] = ("delivered", "failed", "dropped")


class SafetyMetrics(Children):
    """Counts over the collectors of `Metrics`, which makes them."""

    def _expect_safety(self) -> None:
        """Create the series, since an alert on one that never happened would have no data."""
        for kind in REDACTED_KINDS:
            self._counters["warmline_redactions_total"].labels(kind)
        for result in _ESCALATED:
            self._counters["warmline_escalations_total"].labels(result)
        for rating in product(_LAYERS, _LEVELS, _SUBJECTS):
            self._counters["warmline_posts_screened_total"].labels(*rating)

    def post_screened(self, layer: Literal["lexical", "model"], level: str, subject: str) -> None:
        self._counter("warmline_posts_screened_total", layer, level, subject).inc()

    def second_look_failed(self) -> None:
        self._counters["warmline_second_look_failures_total"].inc()

    def check_found(self, check: str, action: str) -> None:
        self._counter("warmline_reply_checks_total", check, action).inc()

    def watch_help_lines(self, stale: Callable[[], int], total: int) -> None:
        """Have the number of help lines that nobody has verified of late read at each scrape."""
        self._gauges["warmline_help_lines_stale"].set_function(stale)
        self._gauges["warmline_help_lines"].set(total)

    def count_redactions(self, counts: Mapping[str, int]) -> None:
        for kind, number in counts.items():
            self._counter("warmline_redactions_total", kind).inc(number)

    def escalation_ended(self, result: Escalated, lag_s: float | None = None) -> None:
        """Count how it came out; `lag_s` is from the post to the delivery."""
        self._counter("warmline_escalations_total", result).inc()
        if lag_s is not None:
            self._histograms["warmline_escalation_lag_seconds"].observe(lag_s)

    def count_escalation_retry(self) -> None:
        self._counters["warmline_escalation_retries_total"].inc()
