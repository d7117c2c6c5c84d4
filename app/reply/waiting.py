"""Waiting that may be broken off: by a deadline that bounds many waits, by a client who leaves.

`asyncio.timeout` makes an object and a timer for each wait, a task for each item costs more still; here one timer or
one watcher serves all waits of a reply, which may be in different tasks.
"""

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class Broken(Exception):
    """The wait was broken off."""


class Wait:
    """Waits, one at a time, that `break_off` ends; between them it does nothing.

    Args:
        error: raised by a wait that is broken off.
    """

    __slots__ = ("_error", "_is_broken", "_task")

    def __init__(self, error: type[Exception] = Broken) -> None:
        self._error = error
        self._task: asyncio.Task[object] | None = None
        self._is_broken = False

    def break_off(self) -> None:
        """End the wait that is under way, if one is."""
        if self._task is not None and not self._is_broken:
            self._is_broken = True
            self._task.cancel()

    async def wait(self, coming: Awaitable[Result]) -> Result:
        """What comes, as it is awaited; a cancellation from elsewhere passes through.

        Raises:
            Broken: the wait was broken off; or the error that was set.
        """
        task = asyncio.current_task()
        assert task
        cancelled_before = task.cancelling()
        self._task = task
        try:
            return await coming
        except asyncio.CancelledError:
            if self._is_broken and self._give_back(task) <= cancelled_before:
                raise self._error from None
            raise
        finally:
            self._task = None
            if self._is_broken:  # something else came at the same moment
                self._give_back(task)

    def _give_back(self, task: "asyncio.Task[object]") -> int:
        self._is_broken = False
        return task.uncancel()


class Countdown:
    """A deadline for many waits, by one timer.

    What is there already is taken, even when the time is up, as with `asyncio.timeout`.

    Attributes:
        at: on the event loop's clock.
    """

    __slots__ = ("_loop", "_timer", "_wait", "at")

    def __init__(self, at: float) -> None:
        self.at = at
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._wait = Wait(TimeoutError)

    def move(self, at: float) -> None:
        """Have the waits from now on end at another time."""
        self.at = at
        if self._timer is not None and at < self._timer.when():
            self.stop()

    def wait(self, coming: Awaitable[Result]) -> Coroutine[Any, Any, Result]:
        """What comes in time; to be awaited at once.

        Raises:
            TimeoutError: it did not.
        """
        if self._timer is None:
            self._timer = self._loop.call_at(self.at, self._ring)
        return self._wait.wait(coming)

    def break_off(self) -> None:
        """End the wait that is under way, if one is, as if the time were up."""
        self._wait.break_off()

    def stop(self) -> None:
        """Let the timer go; whoever waits again sets it anew."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _ring(self) -> None:
        self._timer = None
        if self._loop.time() < self.at:
            self._timer = self._loop.call_at(self.at, self._ring)
        else:
            self._wait.break_off()
