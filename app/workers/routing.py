"""Which worker gets a draft: pure functions over plain values.

Two workers are drawn, the less loaded one is taken (Mitzenmacher 2001: nearly as good as knowing the
least loaded of all, and no herd runs to one worker). A conversation goes to the worker that its key
prefers, which has its beginning in the prefix cache, while that costs little.
"""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from enum import IntEnum
from hashlib import blake2b

# How much busier the preferred worker may be: drafts, or a share of the other's load.
SPARE_DRAFTS = 2
SPARE_SHARE = 0.25

Draw = Callable[[int], int]
"""`draw(n)` gives a number of 0 to n - 1, like `random.randrange`."""


class Fitness(IntEnum):
    """How much an attempt at the worker promises now; lower is better."""

    WELL = 0
    UNWELL = 1  # its last answers were failures, or it cannot be reached
    ASKED_TO_WAIT = 2  # it said when to come back, and that is not now


@dataclass(frozen=True, slots=True)
class Standing:
    """A worker as routing sees it.

    Attributes:
        in_flight: our own drafts at the worker, which we know for certain.
        max_in_flight: how many it may have; None: any number.
        waiting: drafts that its engine holds back for want of room, from all its clients; None: unknown.
        is_stale: the engine told once and no longer does.
    """

    name: str
    in_flight: int = 0
    max_in_flight: int | None = None
    waiting: float | None = None
    is_stale: bool = False
    fitness: Fitness = Fitness.WELL

    @property
    def load(self) -> tuple[bool, float]:
        """Comparable; what is stale is worse than any load, what is unknown adds nothing."""
        return self.is_stale, self.in_flight + (0 if self.is_stale else self.waiting or 0)


def candidates(workers: Sequence[Standing], tried: Set[str] = frozenset()) -> list[Standing]:
    """The workers that promise most, those not tried yet before those that were; never nobody.

    When all are unwell, all are candidates: a breaker never leaves a model without a worker.
    """
    if not workers:
        return []
    best = min((worker.fitness, worker.name in tried) for worker in workers)
    return [worker for worker in workers if (worker.fitness, worker.name in tried) == best]


def with_room(workers: Sequence[Standing], extra: Callable[[int], int] = lambda _cap: 0) -> list[Standing]:
    """Those below their cap; `extra(cap)` more are allowed above it."""
    return [
        worker
        for worker in workers
        if worker.max_in_flight is None or worker.in_flight < worker.max_in_flight + extra(worker.max_in_flight)
    ]


def choose(workers: Sequence[Standing], key: str, draw: Draw) -> Standing:
    """One of the workers (at least one): the less loaded of two, or the key's own while that costs little."""
    if len(workers) == 1:
        return workers[0]
    first = draw(len(workers))
    second = (first + 1 + draw(len(workers) - 1)) % len(workers)
    best = min(workers[first], workers[second], key=lambda worker: worker.load)
    if not key:
        return best
    own = preferred(workers, key)
    return own if _costs_little(own, best) else best


def preferred(workers: Sequence[Standing], key: str) -> Standing:
    """The key's worker by rendezvous hashing: a worker that comes or goes moves its own keys only.

    Source: Thaler and Ravishankar 1998, "Using name-based mappings to increase hit rates".
    """
    return max(workers, key=lambda worker: blake2b(f"{worker.name}\0{key}".encode(), digest_size=8).digest())


def _costs_little(own: Standing, best: Standing) -> bool:
    own_stale, own_load = own.load
    best_stale, best_load = best.load
    return own_stale <= best_stale and own_load <= best_load + max(SPARE_DRAFTS, SPARE_SHARE * best_load)
