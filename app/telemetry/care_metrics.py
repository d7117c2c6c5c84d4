"""The part of the metrics that care tells: what was seen in posts and in replies, and how old the help lines are."""

from collections.abc import Callable
from typing import Literal

from app.telemetry.children import Children

_LAYERS = ("lexical", "model")
_LEVELS = ("none", "soft", "elevated", "imminent")
_SUBJECTS = ("self", "other", "unknown")


class CareMetrics(Children):
    """Counts over the collectors of `Metrics`, which makes them."""

    def expect_ratings(self) -> None:
        """Create the series of every rating, so that one that never happened is 0."""
        for layer in _LAYERS:
            for level in _LEVELS:
                for subject in _SUBJECTS:
                    self._counter("warmline_posts_screened_total", layer, level, subject)
        self._counters["warmline_second_look_failures_total"].inc(0)

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
