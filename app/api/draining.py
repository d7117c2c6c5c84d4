"""A process that was told to end takes no new requests, lets the running ones finish, and only then ends."""

import asyncio
import logging
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
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

    def begin(self, facts: dict[str, object]) -> asyncio.Task[Any]:
        """Count the current task as one that the drain waits for, until `end`."""
        task = asyncio.current_task()
        assert task
        self._running[task] = facts
        return task

    def end(self, task: asyncio.Task[Any]) -> None:
        del self._running[task]

    def tasks(self) -> set[asyncio.Task[Any]]:
        """The tasks of the requests that are being answered now."""
        return set(self._running)

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
        task = self._drain.begin(facts)
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
        finally:
            self._drain.end(task)


@dataclass(slots=True)
class _Answer:
    """What has gone out of one answer, so that it can be ended properly at any moment."""

    send_on: Send
    drain: Drain
    start: Message | None = None
    last: bytes = b""

    async def send(self, message: Message) -> None:
        is_start = message["type"] == "http.response.start"
        if is_start and self.drain.has_begun:
            MutableHeaders(scope=message)["Connection"] = "close"
        await self.send_on(message)
        # Only now: a message that was cut off while it waited for a slow client has not gone out.
        if is_start:
            self.start = message
        else:
            self.last = message.get("body") or self.last

    async def end(self, scope: Scope, error: Draining, request_id: str) -> None:
        """An answer that has not begun becomes a problem, a stream ends with an `error` event.

        Half a JSON body cannot be saved: the server closes the connection when we return.
        """
        if self.start is None:
            await problem_response(error, request_id)(scope, _nothing_more, self.send)
        elif Headers(scope=self.start).get("content-type", "").startswith("text/event-stream"):
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
