"""A real redis-server on a port of 127.0.0.1 of its own, which can be killed, stopped, started again, and slowed."""

import asyncio
import signal
import socket
import subprocess
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from redis.asyncio import Redis
from redis.exceptions import RedisError

PASSWORD = "thistlebarge"


@dataclass(slots=True)
class RedisServer:
    """Keeps its port from one start to the next; nothing is saved."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://:{PASSWORD}@127.0.0.1:{self.port}/0"

    async def start(self) -> None:
        self._run()
        async with asyncio.timeout(20):
            while not await self._answers():  # noqa: ASYNC110 - another process has no event
                await asyncio.sleep(0.05)

    def _run(self) -> None:
        options = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--requirepass", PASSWORD]
        command = ["redis-server", "--port", str(self.port), "--dir", str(self.folder), *options]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def hang(self) -> None:
        """Stop it without closing a connection: worse than dead."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGCONT)

    async def _answers(self) -> bool:
        client = Redis.from_url(self.url)
        try:
            return bool(await client.ping())
        except (RedisError, OSError):
            return False
        finally:
            await client.aclose()


@asynccontextmanager
async def redis_server() -> AsyncGenerator[RedisServer]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with TemporaryDirectory() as folder:
        server = RedisServer(port, Path(folder))
        await server.start()
        try:
            yield server
        finally:
            server.kill()


@dataclass(slots=True)
class SlowRoad:
    """A way to Redis on which every answer takes `delay_s` longer."""

    port: int
    delay_s: float = 0.0

    def url(self, server: RedisServer) -> str:
        return server.url.replace(str(server.port), str(self.port))


@asynccontextmanager
async def slow_road(server: RedisServer) -> AsyncGenerator[SlowRoad]:
    """A TCP proxy before a Redis, gone when left."""
    road = SlowRoad(0)
    ways: set[asyncio.StreamWriter] = set()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, slowly: bool) -> None:
        try:
            while content := await reader.read(65_536):
                if slowly and road.delay_s:
                    await asyncio.sleep(road.delay_s)
                writer.write(content)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            to_redis, of_redis = await asyncio.open_connection("127.0.0.1", server.port)
        except OSError:
            writer.close()
            return
        ways.update((writer, of_redis))
        try:
            await asyncio.gather(carry(reader, of_redis, slowly=False), carry(to_redis, writer, slowly=True))
        finally:
            ways.difference_update((writer, of_redis))

    listener = await asyncio.start_server(accept, "127.0.0.1", 0)
    road.port = listener.sockets[0].getsockname()[1]
    try:
        yield road
    finally:
        listener.close()
        for way in list(ways):
            way.transport.abort()
        await asyncio.sleep(0.05)
