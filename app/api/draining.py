"""A process that was told to end takes no new requests, lets the running ones finish, and only then ends.

uvicorn sets its handler of SIGTERM before the app starts and closes its sockets as soon as that is called. So the
app takes the signal over while it runs and calls uvicorn's handler itself, when the drain is over.
"""

import asyncio
import logging
import multiprocessing
import signal
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType
from typing import Any

import uvicorn
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.bodies import MAX_BYTES
from app.api.event_stream import encode_event
from app.api.problems import problem, problem_response
from app.errors import Draining
from app.telemetry.metrics import Metrics

log = logging.getLogger("warmline.draining")

# A load balancer that has not noticed yet is told so, rather than met by a closed socket.
QUIET_S = 2.0
TICK_S = 0.1
LAST_WORDS_S = 1.0
UNREAD_S = 1.0
# The same SIGTERM may come twice: to the whole process group and once more from make or uvicorn's supervisor.
ECHO_S = 0.25
ECHO_OF_A_SUPERVISOR_S = 2.0
CLOSE_S = 3

Handler = Callable[[int, FrameType | None], Any]


class Drain:
    """Whether this process still takes requests, and those that it is answering.

    Args:
        drain_s: how long running replies may take once the drain has begun.
        metrics: told when it begins.

    Attributes:
        has_begun: new requests are refused.
        is_over: what still ran has been cut off.
    """

    def __init__(self, drain_s: float, metrics: Metrics) -> None:
        self.drain_s = drain_s
        self.has_begun = False
        self.is_over = False
        self._metrics = metrics
        self._running: dict[asyncio.Task[Any], dict[str, object]] = {}
        self._hurried = False
        self._refused = 0
        self._asked_at = 0.0

    @contextmanager
    def running(self, facts: dict[str, object]) -> Iterator[asyncio.Task[Any]]:
        """Count the current task as one that the drain waits for."""
        task = asyncio.current_task()
        assert task
        self._running[task] = facts
        try:
            yield task
        finally:
            del self._running[task]

    def refuse(self) -> None:
        """Note that somebody has not noticed yet."""
        self._refused += 1
        self._asked_at = asyncio.get_running_loop().time()

    def hurry(self) -> None:
        """Give the running ones no more time."""
        self._hurried = True

    async def run(self) -> None:
        """Refuse from now on; return when nothing runs and nobody asks any more, or when time is up."""
        now = asyncio.get_running_loop().time
        began = self._asked_at = now()
        self.has_begun = True
        self._metrics.drain_began()
        log.info("draining", extra={"in_flight": len(self._running), "drain_s": self.drain_s})
        while now() < began + self.drain_s and not self._hurried:
            if not self._running and now() >= self._asked_at + QUIET_S:
                break
            await asyncio.sleep(TICK_S)
        left = await self._cut()
        facts = {"left": left, "refused": self._refused, "seconds": round(now() - began, 1)}
        log.log(logging.WARNING if left else logging.INFO, "drained", extra=facts)

    async def _cut(self) -> int:
        """End what still runs; each says so to its client. Returns how many."""
        self.is_over = True
        left = dict(self._running)
        for task, facts in left.items():
            facts["outcome"] = Draining.slug
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=2 * LAST_WORDS_S)
        return len(left)


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


class DrainGate:
    """Pure ASGI: counts the requests that a drain waits for, refuses new ones in it, and ends the last ones.

    Args:
        paths: the addresses whose requests are counted and refused; the others go on answering.
    """

    def __init__(self, app: ASGIApp, drain: Drain, paths: Collection[str]) -> None:
        self._app = app
        self._drain = drain
        self._paths = paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send, self._drain)
        if scope["method"] != "POST" or scope["path"] not in self._paths:
            await self._app(scope, receive, answer.send)
            return
        facts, request_id = scope["state"]["facts"], scope["state"]["request_id"]
        with self._drain.running(facts) as task:
            try:
                if self._drain.has_begun:
                    self._drain.refuse()
                    facts["outcome"] = Draining.slug
                    await _read_out(receive)
                    await answer.end(scope, Draining("This process is ending; ask again."), request_id)
                else:
                    await self._app(scope, receive, answer.send)
            except asyncio.CancelledError:
                if not self._drain.is_over:
                    raise
                task.uncancel()
                with suppress(TimeoutError):
                    async with asyncio.timeout(LAST_WORDS_S):
                        error = Draining("This process ended before the answer was whole; ask again.")
                        await answer.end(scope, error, request_id)


@dataclass(slots=True)
class _Answer:
    """What has gone out of one answer, so that it can be ended properly at any moment."""

    send_on: Send
    drain: Drain
    has_begun: bool = False
    is_stream: bool = False
    last: bytes = b""

    async def send(self, message: Message) -> None:
        is_start = message["type"] == "http.response.start"
        if is_start:
            headers = MutableHeaders(scope=message)
            self.is_stream = headers.get("content-type", "").startswith("text/event-stream")
            if self.drain.has_begun:
                headers["Connection"] = "close"
        await self.send_on(message)
        # Only now: a message that was cut off while it waited for a slow client has not gone out.
        self.has_begun = self.has_begun or is_start
        self.last = message.get("body") or self.last

    async def end(self, scope: Scope, error: Draining, request_id: str) -> None:
        """An answer that has not begun becomes a problem, a stream ends with an `error` event.

        Half a JSON body cannot be saved: the server closes the connection when we return.
        """
        if not self.has_begun:
            await problem_response(error, request_id)(scope, _nothing_more, self.send)
        elif self.is_stream:
            if not self.last.startswith((b"event: reply\n", b"event: error\n")):
                event = encode_event("error", problem(error, request_id))
                await self.send({"type": "http.response.body", "body": event, "more_body": True})
            await self.send({"type": "http.response.body", "body": b"", "more_body": False})


async def _nothing_more() -> Message:
    return {"type": "http.disconnect"}


async def _read_out(receive: Receive) -> None:
    """Take the body off the socket: closed with bytes unread, it would be reset and our answer lost with it."""
    taken = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(UNREAD_S):
            while taken <= MAX_BYTES:
                message = await receive()
                taken += len(message.get("body", b""))
                if not message.get("more_body"):
                    return
