"""The deadlines of one attempt at a worker."""

import asyncio
from collections.abc import Awaitable
from typing import Self

import aiohttp

from app.errors import WorkerNonsense
from app.reply.waiting import Countdown
from app.settings import Deadlines

MAX_ANSWER_BYTES = 4 << 20
USAGE_S = 0.5


class AttemptClock:
    """Bounds each wait of an attempt, none of them beyond the draft's deadline, by one timer, which leaving stops.

    Comments and empty chunks do not count as life.
    """

    def __init__(self, deadlines: Deadlines, deadline: float) -> None:
        now = asyncio.get_running_loop().time()
        self._between_s = deadlines.between_tokens_s
        self.attempt_at = min(now + deadlines.attempt_s, deadline)
        self.first_token_at = min(now + deadlines.first_token_s, self.attempt_at)
        self._countdown = Countdown(self.first_token_at)
        self.has_ended = False

    def token_came(self) -> None:
        self._next_within(self._between_s)

    def text_ended(self) -> None:
        """Only the count of tokens may still come; nobody waits long for that."""
        self.has_ended = True
        self._next_within(USAGE_S)

    def _next_within(self, seconds: float) -> None:
        self._countdown.move(min(asyncio.get_running_loop().time() + seconds, self.attempt_at))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._countdown.stop()

    async def head(self, coming: Awaitable[aiohttp.ClientResponse], *, stream: bool) -> aiohttp.ClientResponse:
        """The head of the response: of a stream in time for a token, of a whole answer in time for the attempt."""
        self._countdown.move(self.first_token_at if stream else self.attempt_at)
        return await self._countdown.wait(coming)

    async def read(self, response: aiohttp.ClientResponse) -> bytes:
        """What came next, in time for a token; nothing at the end, and once the text has ended, nothing if it fails."""
        try:
            return await self._countdown.wait(response.content.readany())
        except (TimeoutError, aiohttp.ClientError):
            if self.has_ended:
                return b""
            raise

    async def read_all(self, response: aiohttp.ClientResponse) -> bytes:
        """The whole body, in time for the attempt.

        Raises:
            WorkerNonsense: it is larger than any reply.
        """
        self._countdown.move(self.attempt_at)
        return await self._countdown.wait(_bounded(response))


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    parts: list[bytes] = []
    while part := await response.content.readany():
        parts.append(part)
        if sum(map(len, parts)) > MAX_ANSWER_BYTES:
            response.close()
            raise WorkerNonsense("The worker's answer is larger than four mebibytes.")
    return b"".join(parts)
