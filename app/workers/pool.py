"""The workers of each model: who writes a draft, who is tried next, and who is left alone.

    write → admission (room, or a short queue) → routing (which worker) → attempt → breaker
              ↑                                                               |
              └── pause, retry budget, another worker first ←── failed, nothing shown yet

Every attempt spends the same deadline, the draft's. What is under way is counted by admission alone
and given back in one `finally`.
"""

import asyncio
import math
import random
from collections import defaultdict
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field

from app.errors import DeadlinePassed, NoRoom, WorkerError, WorkerTimeout, WorkerUnavailable
from app.reply.drafting import Draft, IsShown, Piece
from app.telemetry.metrics import Metrics
from app.workers import routing
from app.workers.admission import Admission, Slot, kept_room
from app.workers.retry_budget import RetryBudget
from app.workers.worker import Worker

MAX_ATTEMPTS = 3
# Full jitter: the pause before the n-th retry at the same worker is drawn from 0 to FIRST_PAUSE_S * 2 ** n.
FIRST_PAUSE_S = 0.2
# A worker that wants to be left alone for longer than this is not waited for.
LONGEST_PAUSE_S = 5.0
# What is left of a deadline must be worth an attempt.
LEAST_S = 0.05


@dataclass(slots=True)
class _Tries:
    """What was tried for one draft, and what came of it."""

    workers: Sequence[Worker]
    tried: set[str] = field(default_factory=set)
    hopeless: set[str] = field(default_factory=set)
    count: int = 0
    error: WorkerError | None = None

    def note(self, worker: Worker, error: WorkerError) -> None:
        self.count += 1
        self.tried.add(worker.name)
        if not error.attempt_again:
            self.hopeless.add(worker.name)
        # Of several failures, one after which a retry makes sense tells the client most.
        self.error = error if self.error is None or error.retryable else self.error

    def left(self) -> list[Worker]:
        return [worker for worker in self.workers if worker.name not in self.hopeless]


@dataclass(slots=True)
class _Attempt:
    """One attempt: when it began, and whether it was good; None: that is not known."""

    began: float
    good: bool | None = None


class Pool:
    """Sends each draft to a worker of its model, and to another while nobody has seen any of it.

    Args:
        models: public model name → its workers, in the config's order.
        admission: who may be under way.
        metrics: told of attempts, retries, refusals and the breakers' openings.
        rng: draws workers and pauses.
    """

    def __init__(
        self,
        models: Mapping[str, Sequence[Worker]],
        admission: Admission,
        metrics: Metrics,
        rng: random.Random | None = None,
    ) -> None:
        self.models = models
        self.admission = admission
        self._metrics = metrics
        self._rng = rng or random.Random()  # noqa: S311 - spreads load
        self._budgets: dict[str, RetryBudget] = defaultdict(RetryBudget)

    def with_models(self, models: Mapping[str, Sequence[Worker]]) -> "Pool":
        """The pool of another config, with the same door and retry budgets."""
        other = Pool(models, self.admission, self._metrics, self._rng)
        other._budgets = self._budgets
        return other

    @property
    def workers(self) -> list[Worker]:
        return list({worker.name: worker for workers in self.models.values() for worker in workers}.values())

    async def write(self, draft: Draft, is_shown: IsShown = lambda: False) -> AsyncGenerator[Piece]:
        """Pieces of the worker that writes; see `app.reply.drafting.Writers`."""
        tries = _Tries(self.models[draft.model])
        self._budgets[draft.model].add()
        began = _now()
        slot = await self._enter(draft, tries)
        try:
            yield Piece(slot.worker.name, queued_s=_now() - began)
            await self._wait_until_welcome(slot.worker, draft)
            while True:
                wrote = False
                try:
                    with self._attempt(slot.worker, draft, first=tries.count == 0) as attempt:
                        async with aclosing(slot.worker.writer.write(draft)) as pieces:
                            async for piece in pieces:
                                if not attempt.good and (piece.text or piece.finish):
                                    attempt.good = True
                                    self._is_reached(slot.worker)
                                wrote = wrote or bool(piece.text)
                                yield piece
                    return
                except WorkerError as error:
                    if is_shown() or not error.attempt_elsewhere:
                        raise
                    await self._go_on(slot, draft, tries, error)
                if wrote:
                    yield Piece(slot.worker.name, restarts=True)
        finally:
            slot.leave()

    async def _enter(self, draft: Draft, tries: _Tries) -> Slot:
        began = _now()
        try:
            return await self.admission.enter(
                draft.model, lambda: self._pick(draft, tries), draft.deadline, urgent=draft.urgent, crowd=id(self)
            )
        except NoRoom:
            if _now() >= draft.deadline - LEAST_S:
                raise DeadlinePassed("The total deadline passed before there was room.") from None
            raise
        finally:
            self._metrics.queue_left(_now() - began)

    def _pick(self, draft: Draft, tries: _Tries) -> Worker | None:
        """The worker for the next attempt, or None while those that promise most have no room."""
        now = _now()
        left = {worker.name: worker for worker in tries.left()}
        standings = routing.candidates([worker.standing(now) for worker in left.values()], tries.tried)
        standings = routing.with_room(standings, kept_room if draft.urgent else lambda _cap: 0)
        return left[routing.choose(standings, draft.affinity, self._rng.randrange).name] if standings else None

    @contextmanager
    def _attempt(self, worker: Worker, draft: Draft, *, first: bool) -> Iterator[_Attempt]:
        """One attempt; its result goes to the breaker, unless the client left before there was one."""
        attempt = _Attempt(_now())
        self._metrics.attempt_began(worker.name)
        try:
            yield attempt
        except WorkerError as error:
            late = _now() >= draft.deadline - LEAST_S
            # A retry that the draft's deadline cut short had less time than a worker should get.
            attempt.good = None if not error.blames_worker or (late and not first) else False
            self._note_fault(worker, error)
            if late and isinstance(error, WorkerTimeout):
                raise DeadlinePassed("The total deadline passed before the reply was whole.") from None
            raise
        finally:
            if attempt.good is not None:
                self.record(worker, good=attempt.good, began=attempt.began)

    async def _go_on(self, slot: Slot, draft: Draft, tries: _Tries, error: WorkerError) -> None:
        """Take the worker of the next attempt, after a pause where there must be one.

        Raises:
            WorkerError: there is no next attempt.
        """
        tries.note(slot.worker, error)
        last = tries.error or error
        if tries.count >= MAX_ATTEMPTS or not tries.left():
            raise last
        if not self._budgets[draft.model].take():
            self._metrics.count_budget_exhausted(draft.model)
            raise last
        try:
            await slot.move(lambda: self._pick(draft, tries), draft.deadline)
        except NoRoom:
            raise last from None
        pause = 0.0
        if slot.worker.name in tries.tried:
            pause = self._rng.uniform(0, FIRST_PAUSE_S * 2**tries.count)
        await self._wait_until_welcome(slot.worker, draft, pause, last)
        self._metrics.count_retry(draft.model, error.slug)

    async def _wait_until_welcome(
        self, worker: Worker, draft: Draft, pause: float = 0.0, last: WorkerError | None = None
    ) -> None:
        """Pause, at least until the worker wants to be asked again; not for ever, and not past the deadline."""
        now = _now()
        floor = worker.not_before - now
        if floor > 0:
            pause += floor  # with the jitter, since everybody who waits for it has the same floor
        if floor > LONGEST_PAUSE_S or now + pause > draft.deadline - LEAST_S:
            raise last or WorkerUnavailable("The worker asked for a pause.", retry_after_s=max(1, math.ceil(floor)))
        if pause > 0:
            await asyncio.sleep(pause)

    def _note_fault(self, worker: Worker, error: WorkerError) -> None:
        self._metrics.count_fault(worker.name, error.slug)
        if isinstance(error, WorkerUnavailable):
            if error.is_down:
                worker.change(error.detail)
            if error.asks_to_wait_s is not None:
                worker.not_before = max(worker.not_before, _now() + error.asks_to_wait_s)

    def _is_reached(self, worker: Worker) -> None:
        if worker.state != "ready":
            worker.change(None)
            self.admission.scan()

    def record(self, worker: Worker, *, good: bool, began: float) -> None:
        """Tell a worker's breaker the result of an attempt or a probe."""
        before = worker.breaker.state
        worker.breaker.record(good=good, began=began, now=_now())
        if worker.breaker.is_closed:
            worker.opened.clear()
        elif before == "closed":
            worker.opened.set()
            self._metrics.count_opening(worker.name)
        if before != worker.breaker.state:
            self.admission.scan()  # those who wait may have another choice now

    def can_write(self, model: str) -> bool:
        """Whether a worker of this model promises to write now."""
        now = _now()
        return any(worker.standing(now).fitness is routing.Fitness.WELL for worker in self.models[model])

    def why_not_ready(self, model: str) -> list[str]:
        """Why no worker of this model could write now; empty when one could."""
        reasons = [(worker.name, worker.why_not()) for worker in self.models[model]]
        return [] if any(why is None for _, why in reasons) else [f"{name}: {why}" for name, why in reasons]


def _now() -> float:
    return asyncio.get_running_loop().time()
