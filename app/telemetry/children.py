"""The collectors' children by their label values, kept: looking one up anew for each event costs more than counting."""

from collections.abc import Mapping
from typing import TypeVar

from prometheus_client import Counter, Gauge, Histogram

Collector = TypeVar("Collector", Counter, Gauge, Histogram)


class Children:
    """Finds children of the collectors, which `Metrics` makes; what it keeps is forgotten when series are removed."""

    _counters: Mapping[str, Counter]
    _gauges: Mapping[str, Gauge]
    _histograms: Mapping[str, Histogram]

    def __init__(self) -> None:
        self._known_counters: dict[tuple[str, ...], Counter] = {}
        self._known_gauges: dict[tuple[str, ...], Gauge] = {}
        self._known_histograms: dict[tuple[str, ...], Histogram] = {}

    def _counter(self, *key: str) -> Counter:
        """The counter of a name and label values."""
        return self._known_counters.get(key) or _found(self._known_counters, self._counters, key)

    def _gauge(self, *key: str) -> Gauge:
        return self._known_gauges.get(key) or _found(self._known_gauges, self._gauges, key)

    def _histogram(self, *key: str) -> Histogram:
        return self._known_histograms.get(key) or _found(self._known_histograms, self._histograms, key)

    def _forget_children(self) -> None:
        for known in (self._known_counters, self._known_gauges, self._known_histograms):
            known.clear()


def _found(
    known: dict[tuple[str, ...], Collector], collectors: Mapping[str, Collector], key: tuple[str, ...]
) -> Collector:
    child: Collector = collectors[key[0]].labels(*key[1:])
    known[key] = child
    return child
