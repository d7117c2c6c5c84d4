"""Connections that a server closes while we still trust them lose no request, and nothing is multiplied by that."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest

from app.settings import Deadlines
from app.workers.client import ChatClient
from app.workers.connections import Connections, open_connections
from tests.live import live_app, settings_for
from tests.scripted_worker import Script, scripted_worker

pytestmark = pytest.mark.anyio
_ANSWER = json.dumps({"choices": [{"message": {"content": "You matter."}, "finish_reason": "stop"}]}).encode()


@dataclass(slots=True)
class IdleCloser:
    """A server that keeps a connection for so many requests or seconds, and then resets it unread, like a race lost."""

    keeps_s: float = 60.0
    keeps_requests: int = 1_000_000
    url: str = ""
    served: int = 0
    reset: int = 0
    connected: int = 0
    writers: set[asyncio.StreamWriter] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connected += 1
        self.writers.add(writer)
        here = 0
        try:
            while here < self.keeps_requests:
                async with asyncio.timeout(self.keeps_s):
                    head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0] or 0)
                await reader.readexactly(length)
                here += 1
                self.served += bool(length)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
                writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(_ANSWER), _ANSWER))
                await writer.drain()
            await reader.readexactly(1)  # the next request is on its way
            self.reset += 1
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.writers.discard(writer)
            writer.transport.abort()


@asynccontextmanager
async def idle_closer(**keeps: float) -> AsyncGenerator[IdleCloser]:
    closer = IdleCloser(**keeps)  # type: ignore[arg-type]
    server = await asyncio.start_server(closer.serve, "127.0.0.1", 0)
    closer.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield closer
    finally:
        server.close()
        while closer.writers:
            for writer in closer.writers:
                writer.transport.abort()
            await asyncio.sleep(0)


async def test_a_request_that_a_closing_connection_lost_is_sent_again_and_is_no_retry() -> None:
    async with idle_closer(keeps_requests=1) as server, live_app(settings_for(server.url)) as live:
        replies = [await live.ask() for _ in range(5)]

        assert [reply["outcome"] for _, reply, _ in replies] == ["reply"] * 5
        assert server.reset >= 2, "the race was lost again and again"
        assert server.served == 5
        assert await live.metric('warmline_worker_attempts_total{worker="mistral-0"}') == 5
        assert await live.series("warmline_worker_faults_total{") == {}
        assert await live.series("warmline_retries_total{") == {}


@pytest.mark.timeout(120)
async def test_no_request_is_lost_around_the_moment_when_the_server_closes_idle_connections() -> None:
    """The real pair is 4 s of ours and 5 s of vLLM's; here a tenth, and we are the slower one at times."""
    async with idle_closer(keeps_s=0.5) as server, live_app(settings_for(server.url)) as live:
        for pause in (0.3, 0.4, 0.48, 0.49, 0.495, 0.5, 0.505, 0.51, 0.52, 0.6):
            replies = await asyncio.gather(*(live.ask() for _ in range(4)))
            assert [reply["outcome"] for _, reply, _ in replies] == ["reply"] * 4
            await asyncio.sleep(pause)

        assert await live.series("warmline_worker_faults_total{") == {}


async def test_connections_are_kept_for_less_than_the_server_keeps_them() -> None:
    async with idle_closer() as server, open_connections(Deadlines(), keep_alive_s=0.2) as connections:
        for pause in (0, 0, 0.3, 0):
            await asyncio.sleep(pause)
            await _post(connections, server)

    assert (server.served, server.connected) == (4, 2)


async def test_a_server_that_resets_everything_gets_no_request_twice_on_fresh_connections() -> None:
    async with scripted_worker(Script(reset_before_headers=True)) as worker:
        async with open_connections(Deadlines()) as connections:
            client = ChatClient("w", worker.url, "m", Deadlines(), connections)
            for _ in range(3):
                assert await client.find_fault() is None, "which leaves a kept connection behind"
                worker.requests.clear()
                for expected in (2, 3, 4):  # the first on the kept one and again, the others once
                    with pytest.raises(aiohttp.ClientError):
                        await connections.post(f"{worker.url}/chat/completions", b"{}", {})
                    assert len(worker.requests) == expected


async def test_resends_are_bounded_where_a_server_dies_under_load() -> None:
    async with idle_closer(keeps_requests=1) as server, open_connections(Deadlines()) as connections:
        lost = 0
        for _ in range(60):
            try:
                await _post(connections, server)
            except aiohttp.ClientError:
                lost += 1

    assert lost > 0
    assert 20 <= server.reset - lost <= 20 + 3


async def _post(connections: Connections, server: IdleCloser) -> None:
    response = await connections.post(f"{server.url}/chat/completions", b"{}", {})
    assert response.status == 200
    await response.read()
