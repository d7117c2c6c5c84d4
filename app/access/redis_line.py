"""One connection to Redis that many ask over at once; the answers come in the order of the questions.

redis-py connects, authenticates, speaks TLS and reads answers. Its pool would take a connection for each question and
throw it away when somebody stops waiting; here a question that nobody waits for any more is answered into the void.
"""

import asyncio
import math
from collections import deque
from typing import Any

from redis.asyncio import ConnectionPool
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError

_CONNECT_S = 1.0


class RedisLine:
    """Connects when it is first asked, and again when the connection was lost.

    Args:
        url: `redis://` or `rediss://`, with its password.
    """

    def __init__(self, url: str) -> None:
        self._pool = ConnectionPool.from_url(
            url,
            socket_timeout=None,
            socket_connect_timeout=_CONNECT_S,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
        )
        self._connection: AbstractConnection | None = None
        self._coming: deque[asyncio.Future[Any]] = deque()
        self._reader: asyncio.Task[None] | None = None
        self._connecting = asyncio.Lock()

    async def ask(self, *words: str | bytes | int) -> Any:
        """The answer to a command: a number, bytes or a list.

        Raises:
            RedisError: it was refused (ResponseError), or the connection failed.
            OSError: likewise.
        """
        if self._connection is None:
            async with self._connecting:
                if self._connection is None:
                    await self._connect()
        connection = self._connection
        if connection is None or not connection.is_connected:
            raise RedisError("the connection ended")
        answer = asyncio.get_running_loop().create_future()
        # Nothing may come between these two, or answers would go to others' questions.
        self._coming.append(answer)
        try:
            await connection.send_packed_command(_packed(words), check_health=False)
        except BaseException:
            answer.cancel()
            raise
        return await answer

    async def hang_up(self) -> None:
        """Drop the connection; who still waits gets an error. The next question connects anew."""
        reader, self._reader, self._connection = self._reader, None, None
        if reader:
            reader.cancel()
            await asyncio.wait({reader})

    async def _connect(self) -> None:
        connection: AbstractConnection = self._pool.make_connection()  # type: ignore[no-untyped-call]
        try:
            await connection.connect()  # type: ignore[no-untyped-call]
        except BaseException:
            await connection.disconnect(nowait=True)
            raise
        self._connection = connection
        self._coming = deque()
        self._reader = asyncio.create_task(self._read(connection, self._coming))

    async def _read(self, connection: AbstractConnection, coming: deque[asyncio.Future[Any]]) -> None:
        """Hand out answers until the connection ends."""
        ended = RedisError("the connection ended")
        try:
            while True:
                try:
                    answer = await connection.read_response(timeout=math.inf)
                except ResponseError as error:
                    answer = error
                waiting = coming.popleft()
                if waiting.done():
                    continue
                if isinstance(answer, ResponseError):
                    waiting.set_exception(answer)
                else:
                    waiting.set_result(answer)
        except (RedisError, OSError, IndexError):
            pass
        finally:
            if self._connection is connection:
                self._connection = None
            for waiting in coming:
                if not waiting.done():
                    waiting.set_exception(ended)
            await connection.disconnect(nowait=True)


def _packed(words: tuple[str | bytes | int, ...]) -> bytes:
    """A command in Redis's protocol."""
    parts = [b"*%d\r\n" % len(words)]
    for word in words:
        content = word if isinstance(word, bytes) else str(word).encode()
        parts.append(b"$%d\r\n%b\r\n" % (len(content), content))
    return b"".join(parts)
