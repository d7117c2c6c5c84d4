"""How far apart sources are in a measure, and which measures a figure shows for it."""

import math
from collections.abc import Iterable, Mapping
from itertools import combinations

from app.tools.comparison import Comparison, Summary
from app.tools.figure import Panel

MOST_PANELS = 24


def effect(means: Iterable[Summary]) -> float:
    """The largest difference between two sources' means ÷ the root of their mean variance (Cohen 1988, d_s at equal n).

    0 where nothing differs, or only one has a mean; infinite where they differ without any spread.
    """
    return max((_distance(one, other) for one, other in combinations(means, 2)), default=0.0)


def _distance(one: Summary, other: Summary) -> float:
    apart = abs(one.mean - other.mean)
    spread = math.sqrt(((one.sd or 0) ** 2 + (other.sd or 0) ** 2) / 2)
    if apart <= 1e-9 * max(1.0, abs(one.mean)):
        return 0.0
    return apart / spread if spread > 0 else math.inf


def choose_panels(comparison: Comparison, units: Mapping[str, str]) -> list[Panel]:
    """A panel for each measure, or for the `MOST_PANELS` with the largest effect; in the table's order."""
    effects = {name: effect(means.values()) for name, means in comparison.means.items()}
    chosen = set(sorted(effects, key=lambda name: -effects[name])[:MOST_PANELS])
    return [Panel(name, units[name], means) for name, means in comparison.means.items() if name in chosen]
