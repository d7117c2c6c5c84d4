"""Keeping the line of a silent stream alive."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Protocol


class Put(Protocol):
    """Sends some content of a stream."""

    def __call__(self, content: bytes, *, more: bool = True) -> Coroutine[Any, Any, None]: ...


class Heartbeat:
    """Sends a comment each time nothing was sent for so many seconds; a timer, and a task only when it is due.

    Args:
        put: sends content; what goes through `send` of this waits for nobody.
        quiet_s: how long the line may be silent.
    """

    def __init__(self, put: Put, quiet_s: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._put = put
        self._quiet_s = quiet_s
        self._last = self._loop.time()
        self._is_sending = False
        self._beat: asyncio.Task[None] | None = None
        self._timer = self._loop.call_later(quiet_s, self._ring)

    async def send(self, content: bytes, *, more: bool = True) -> None:
        """Send what the stream is for."""
        self._is_sending = True
        try:
            await self._put(content, more=more)
        finally:
            self._is_sending = False
            self._last = self._loop.time()

    def stop(self) -> None:
        self._timer.cancel()
        if self._beat is not None:
            self._beat.cancel()

    def _ring(self) -> None:
        now = self._loop.time()
        # A client that does not read has enough to read.
        is_beating = self._beat is not None and not self._beat.done()
        if now >= self._last + self._quiet_s and not self._is_sending and not is_beating:
            self._beat = self._loop.create_task(self._send_comment())
            self._last = now
        due = self._last + self._quiet_s
        self._timer = self._loop.call_at(due if due > now else now + self._quiet_s, self._ring)

    async def _send_comment(self) -> None:
        with suppress(OSError):  # the stream itself meets it when it goes on
            await self._put(b": writing\n\n")
