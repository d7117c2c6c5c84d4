"""A worker of the pool and what is known of it."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Literal, Protocol

from app.reply.drafting import Draft, Piece
from app.workers.breaker import Breaker
from app.workers.engine_load import EngineLoad
from app.workers.routing import Fitness, Standing

State = Literal["starting", "ready", "down"]


class Writer(Protocol):
    """One worker's side of the pool: it writes, and it knows why it cannot."""

    def write(self, draft: Draft) -> AsyncGenerator[Piece]: ...

    async def find_fault(self) -> str | None: ...


@dataclass(slots=True, eq=False)
class Worker:
    """A worker and what is known of it; times are of the event loop's clock.

    Attributes:
        in_flight: drafts at the worker, counted by admission alone.
        not_before: when the worker wants to be asked again (its `Retry-After`).
        engine: what its engine tells of its load.
        opened: set while the breaker is not closed.
    """

    name: str
    writer: Writer
    state: State = "starting"
    reason: str | None = "Nobody has asked it yet."
    max_in_flight: int | None = None
    in_flight: int = 0
    not_before: float = 0.0
    breaker: Breaker = field(default_factory=Breaker)
    engine: EngineLoad = field(default_factory=EngineLoad)
    opened: asyncio.Event = field(default_factory=asyncio.Event)

    def change(self, fault: str | None) -> None:
        """Note that the worker can be reached (None), or why it cannot."""
        self.state, self.reason = ("ready", None) if fault is None else ("down", fault)

    def why_not(self) -> str | None:
        """Why it could not write now; None when it could."""
        if self.state != "ready":
            return self.reason
        if not self.breaker.is_closed:
            return "Too many of its last answers were failures."
        return None

    def breaker_state(self) -> str:
        return self.breaker.state

    def engine_age_s(self) -> float | None:
        """Since its engine last told its load; None: it never did."""
        return self.engine.age_s(asyncio.get_running_loop().time())

    def standing(self, now: float) -> Standing:
        """The worker as routing sees it."""
        if now < self.not_before:
            fitness = Fitness.ASKED_TO_WAIT
        elif self.state == "down" or not self.breaker.is_closed:
            fitness = Fitness.UNWELL
        else:
            fitness = Fitness.WELL
        return Standing(
            self.name,
            self.in_flight,
            self.max_in_flight,
            self.engine.waiting,
            self.engine.is_stale(now),
            fitness,
        )
