"""Who may be in flight: a cap for the process, caps of the workers, and one short queue before both.

What does not fit waits a little, in order; what does not fit into the queue, or waits too long, is
refused with the time after which there should be room. Urgent drafts are never refused: some room
above each cap is theirs alone, and they wait before all others, as long as their deadline lets them.
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from app.errors import NoRoom
from app.workers.worker import Worker

Pick = Callable[[], Worker | None]
"""A worker with room for one more draft, or None."""

KEPT_SHARE = 25
LONGEST_RETRY_AFTER_S = 60
_NEWEST_COUNTS = 0.1


def kept_room(cap: int) -> int:
    """Places above a cap for urgent drafts: one for each 25, at least one."""
    return max(1, cap // KEPT_SHARE)


@dataclass(slots=True, eq=False)
class _Waiter:
    """Somebody in the queue; `group`: where one of them does not fit, none of them does."""

    pick: Pick
    urgent: bool
    has_place: bool
    group: Hashable
    model: str
    worker: "asyncio.Future[Worker]"


@dataclass(slots=True)
class _Pace:
    """How long the last drafts of a model took, and how many are under way: so soon they complete (Little's law)."""

    in_flight: int = 0
    mean_s: float | None = None

    def note(self, seconds: float) -> None:
        self.mean_s = seconds if self.mean_s is None else self.mean_s + _NEWEST_COUNTS * (seconds - self.mean_s)

    def seconds_for(self, drafts: int) -> float | None:
        return None if self.mean_s is None else drafts * self.mean_s / max(1, self.in_flight)


class Slot:
    """A draft's place in the process and at a worker; whoever got it gives it back with `leave`."""

    def __init__(self, admission: "Admission", model: str, worker: Worker, *, urgent: bool) -> None:
        self._admission = admission
        self._model = model
        self._urgent = urgent
        self._held: Worker | None = worker
        self._began = asyncio.get_running_loop().time()
        self.worker = worker

    async def move(self, pick: Pick, deadline: float) -> None:
        """Go to another worker for a retry without giving the place in the process up.

        Raises:
            NoRoom: none had room in time; `leave` is still due.
        """
        self._let_worker_go()
        self.worker = self._held = await self._admission.move(self._model, pick, deadline, urgent=self._urgent)

    def leave(self) -> None:
        self._let_worker_go()
        self._admission.end(self._model, asyncio.get_running_loop().time() - self._began)

    def _let_worker_go(self) -> None:
        if self._held is not None:
            self._held.in_flight -= 1
            self._held = None
            self._admission.scan()


class Admission:
    """One for the process.

    Args:
        max_in_flight: ordinary drafts under way at once.
        queue: how many may wait; 0: nobody.
        queue_s: how long they may.
        on_refused: told `full` or `late`.

    Attributes:
        in_flight: drafts under way, urgent ones included.
    """

    def __init__(
        self, max_in_flight: int, queue: int, queue_s: float, on_refused: Callable[[str], None] = lambda _reason: None
    ) -> None:
        self.max_in_flight = max_in_flight
        self.in_flight = 0
        self._queue = queue
        self._queue_s = queue_s
        self._on_refused = on_refused
        self._first: deque[_Waiter] = deque()
        self._line: deque[_Waiter] = deque()
        self._paces: dict[str, _Pace] = {}

    def change(self, max_in_flight: int, queue: int, queue_s: float) -> None:
        """Go by other limits; who waits goes on waiting, as long as was said when it came."""
        self.max_in_flight = max_in_flight
        self._queue = queue
        self._queue_s = queue_s
        self.scan()

    @property
    def queued(self) -> int:
        return len(self._first) + len(self._line)

    async def enter(
        self, model: str, pick: Pick, deadline: float, *, urgent: bool = False, crowd: Hashable = None
    ) -> Slot:
        """A slot at the worker that `pick` gives, now or when there is room.

        Args:
            model: by which the pace of completions is told.
            pick: asked each time there may be room.
            deadline: until when it is worth waiting, on the event loop's clock.
            urgent: never refused, and waits for nobody who is not.
            crowd: those of a model and a crowd pick among the same workers.

        Raises:
            NoRoom: with the seconds after which there should be room.
        """
        if not self.queued and self._has_place(urgent=urgent) and (worker := pick()):
            self._take(worker, has_place=False)
        else:
            waiter = self._waiter(model, pick, (model, urgent, crowd), urgent=urgent, has_place=False)
            worker = await self._wait(waiter, self._first if urgent else self._line, deadline)
        self._paces.setdefault(model, _Pace()).in_flight += 1
        return Slot(self, model, worker, urgent=urgent)

    async def move(self, model: str, pick: Pick, deadline: float, *, urgent: bool) -> Worker:
        """For `Slot.move`: a worker for somebody who has a place in the process."""
        # Who comes for a retry has workers of his own that he does not want: his group is himself.
        waiter = self._waiter(model, pick, object(), urgent=urgent, has_place=True)
        return await self._wait(waiter, self._first, deadline)

    def end(self, model: str, seconds: float) -> None:
        """For `Slot.leave`: a place in the process has become free after so many seconds."""
        self.in_flight -= 1
        pace = self._paces[model]
        pace.in_flight -= 1
        pace.note(seconds)
        self.scan()

    def scan(self) -> None:
        """Let in, in their order, those who fit now."""
        if not self.queued:
            return
        stuck: set[Hashable] = set()
        for waiter in (*self._first, *self._line):
            if waiter.worker.done() or waiter.group in stuck:  # done: cancelled just now
                continue
            fits = waiter.has_place or self._has_place(urgent=waiter.urgent)
            worker = waiter.pick() if fits else None
            if worker is None:
                stuck.add(waiter.group)
                continue
            self._forget(waiter)
            self._take(worker, has_place=waiter.has_place)
            waiter.worker.set_result(worker)

    async def _wait(self, waiter: _Waiter, line: deque[_Waiter], deadline: float) -> Worker:
        loop = asyncio.get_running_loop()
        until = deadline if waiter.urgent else min(deadline, loop.time() + self._queue_s)
        line.append(waiter)
        self.scan()
        if not waiter.worker.done() and line is self._line and len(line) > self._queue:
            self._forget(waiter)
            raise self._refusal(waiter.model, "full")
        timer = loop.call_at(until, self._give_up, waiter)
        try:
            return await waiter.worker
        except asyncio.CancelledError:
            self._forget(waiter)
            if waiter.worker.done() and not waiter.worker.cancelled() and waiter.worker.exception() is None:
                self._give_back(waiter)  # granted, and cancelled before it could know
            raise
        finally:
            timer.cancel()

    def _waiter(self, model: str, pick: Pick, group: Hashable, *, urgent: bool, has_place: bool) -> _Waiter:
        future: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        return _Waiter(pick, urgent, has_place, group, model, future)

    def _give_up(self, waiter: _Waiter) -> None:
        if not waiter.worker.done():
            self._forget(waiter)
            waiter.worker.set_exception(self._refusal(waiter.model, "late"))

    def _give_back(self, waiter: _Waiter) -> None:
        waiter.worker.result().in_flight -= 1
        if not waiter.has_place:
            self.in_flight -= 1
        self.scan()

    def _take(self, worker: Worker, *, has_place: bool) -> None:
        worker.in_flight += 1
        if not has_place:
            self.in_flight += 1

    def _has_place(self, *, urgent: bool) -> bool:
        return self.in_flight < self.max_in_flight + (kept_room(self.max_in_flight) if urgent else 0)

    def _forget(self, waiter: _Waiter) -> None:
        for line in (self._first, self._line):
            if waiter in line:
                line.remove(waiter)

    def _refusal(self, model: str, reason: str) -> NoRoom:
        self._on_refused(reason)
        before = sum(waiter.model == model for waiter in (*self._first, *self._line))
        seconds = self._paces.get(model, _Pace()).seconds_for(before + 1)
        wait_s = self._queue_s if seconds is None else seconds
        return NoRoom(
            "Too many replies are being made.",
            retry_after_s=min(max(1, math.ceil(wait_s)), LONGEST_RETRY_AFTER_S),
            is_process_full=not self._has_place(urgent=False),
        )
