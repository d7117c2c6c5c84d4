"""What signals mean to a service under uvicorn: SIGTERM drains it, SIGHUP has it read its config.

uvicorn sets its handler of SIGTERM before the app starts and closes its sockets as soon as that is called. So the
app takes the signal over while it runs and calls uvicorn's handler itself, when the drain is over. Under another
server, or in another thread than the main one, nothing is touched.
"""

import asyncio
import multiprocessing
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import uvicorn

from app.api.draining import Drain

# The same SIGTERM may come twice: to the whole process group and once more from make or uvicorn's supervisor.
ECHO_S = 0.25
ECHO_OF_A_SUPERVISOR_S = 2.0
CLOSE_S = 3

Handler = Callable[[int, FrameType | None], Any]


@contextmanager
def heeding_sigterm(drain: Drain) -> Iterator[None]:
    """Under uvicorn: drain on SIGTERM before its own handler is called. Elsewhere: nothing.

    A second SIGTERM ends the drain at once.
    """
    theirs = _handler_of_uvicorn()
    if theirs is None:
        yield
        return
    loop = asyncio.get_running_loop()
    echo_s = ECHO_OF_A_SUPERVISOR_S if multiprocessing.parent_process() else ECHO_S
    began: list[tuple[float, asyncio.Task[None]]] = []

    def heed() -> None:
        if not began:
            began.append((loop.time(), loop.create_task(_drain_and_end(drain, theirs))))
        elif loop.time() > began[0][0] + echo_s:
            drain.hurry()

    def ours(_signal: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(heed)

    signal.signal(signal.SIGTERM, ours)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGTERM) is ours:
            signal.signal(signal.SIGTERM, theirs)
        for _, task in began:
            task.cancel()


async def _drain_and_end(drain: Drain, end: Handler) -> None:
    try:
        await drain.run()
    finally:
        server: uvicorn.Server = end.__self__  # type: ignore[attr-defined]
        if server.config.timeout_graceful_shutdown is None:
            # Whoever does not read what we send would keep uvicorn waiting for ever.
            server.config.timeout_graceful_shutdown = CLOSE_S
        end(signal.SIGTERM, None)


def _handler_of_uvicorn() -> Handler | None:
    if threading.current_thread() is not threading.main_thread():
        return None
    handler = signal.getsignal(signal.SIGTERM)
    if callable(handler) and isinstance(getattr(handler, "__self__", None), uvicorn.Server):
        return handler
    return None


@contextmanager
def heeding_sighup(on_hangup: Callable[[], None]) -> Iterator[None]:
    """Under uvicorn, where nobody else heeds SIGHUP: call this in the event loop. Elsewhere: nothing."""
    before = signal.getsignal(signal.SIGHUP)
    if _handler_of_uvicorn() is None or before not in (signal.SIG_DFL, signal.SIG_IGN):
        yield
        return
    loop = asyncio.get_running_loop()
    signal.signal(signal.SIGHUP, lambda _signal, _frame: loop.call_soon_threadsafe(on_hangup))
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)
