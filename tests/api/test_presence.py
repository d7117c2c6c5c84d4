"""A client that leaves or waits, seen from the parts that watch it: no sockets, every moment on purpose."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest
from starlette.types import Message

from app.api.heartbeat import Heartbeat
from app.api.leaving import got_while_present, while_present
from app.errors import ClientLeft

pytestmark = pytest.mark.anyio


class _Client:
    """Stays until told to leave."""

    def __init__(self) -> None:
        self.leaves = asyncio.Event()

    async def receive(self) -> Message:
        await self.leaves.wait()
        return {"type": "http.disconnect"}


class _Items:
    """Numbers, `burst` of them at a time, with a pause between bursts; knows whether it was closed."""

    def __init__(self, burst: int, pause_s: float) -> None:
        self.given = 0
        self.is_closed = False
        self._burst = burst
        self._pause_s = pause_s

    async def __call__(self) -> AsyncGenerator[int]:
        try:
            while True:
                for _ in range(self._burst):
                    self.given += 1
                    yield self.given
                await asyncio.sleep(self._pause_s)
        finally:
            self.is_closed = True


async def test_a_client_who_leaves_while_nothing_is_ready_is_noticed_at_once() -> None:
    client, items = _Client(), _Items(burst=5, pause_s=60)
    seen: list[int] = []

    async def read() -> None:
        async for item in while_present(items(), client.receive):
            seen.append(item)
            if item == 5:
                asyncio.get_running_loop().call_soon(client.leaves.set)

    with pytest.raises(ClientLeft):
        await read()

    assert (seen, items.is_closed) == ([1, 2, 3, 4, 5], True)
    task = asyncio.current_task()
    assert task
    assert task.cancelling() == 0


async def test_a_client_who_leaves_within_a_burst_gets_no_more_of_it_than_the_server_had_already() -> None:
    client, items = _Client(), _Items(burst=1000, pause_s=60)
    seen: list[int] = []

    async def read() -> None:
        async for item in while_present(items(), client.receive):
            seen.append(item)
            await asyncio.sleep(0)  # what sending does for a client that reads slowly
            if item == 5:
                client.leaves.set()

    with pytest.raises(ClientLeft):
        await read()

    assert 5 <= len(seen) < 20
    assert items.is_closed


async def test_items_in_a_burst_need_no_task_of_their_own() -> None:
    client, items = _Client(), _Items(burst=50, pause_s=60)
    before = asyncio.all_tasks()
    parts = while_present(items(), client.receive)
    tasks = set()
    for _ in range(50):
        await anext(parts)
        tasks |= asyncio.all_tasks() - before
    await parts.aclose()

    assert len(tasks) == 1
    assert items.is_closed


async def test_a_server_that_fails_to_tell_has_no_client() -> None:
    async def receive() -> Message:
        raise OSError("gone")

    items = _Items(burst=1, pause_s=60)
    with pytest.raises(ClientLeft):
        async for _ in while_present(items(), receive):
            pass

    assert items.is_closed


async def test_a_request_that_is_cancelled_is_cancelled_and_its_items_closed() -> None:
    client, items = _Client(), _Items(burst=1, pause_s=60)

    async def read() -> None:
        async for _ in while_present(items(), client.receive):
            pass

    task = asyncio.create_task(read())
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert items.is_closed


class _Line:
    """What was sent; `is_open` cleared: sending waits, as for a client that does not read."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.is_open = asyncio.Event()
        self.is_open.set()

    async def put(self, content: bytes, *, more: bool = True) -> None:
        await self.is_open.wait()
        self.sent.append(content)


async def _until(line: _Line, count: int) -> None:
    for _ in range(500):
        if len(line.sent) >= count:
            return
        await asyncio.sleep(0.01)
    pytest.fail(f"only {line.sent}")


async def test_a_silent_line_has_a_comment_again_and_again_until_it_stops() -> None:
    line = _Line()
    heartbeat = Heartbeat(line.put, 0.02)
    await _until(line, 3)
    heartbeat.stop()
    await asyncio.sleep(0)
    sent = len(line.sent)
    await asyncio.sleep(0.1)

    assert set(line.sent) == {b": writing\n\n"}
    assert len(line.sent) == sent


async def test_a_client_who_does_not_read_gets_one_comment_at_most() -> None:
    line = _Line()
    line.is_open.clear()
    heartbeat = Heartbeat(line.put, 0.01)
    await asyncio.sleep(0.2)
    line.is_open.set()
    await asyncio.sleep(0)
    heartbeat.stop()

    assert line.sent in ([], [b": writing\n\n"])


async def test_no_comment_comes_while_something_is_being_sent() -> None:
    line = _Line()
    line.is_open.clear()
    heartbeat = Heartbeat(line.put, 0.02)
    sending = asyncio.create_task(heartbeat.send(b"text"))
    await asyncio.sleep(0.2)
    line.is_open.set()
    await sending
    heartbeat.stop()
    await asyncio.sleep(0)

    assert line.sent == [b"text"]


async def test_what_a_client_who_leaves_waited_for_is_cancelled() -> None:
    client, items = _Client(), _Items(burst=1, pause_s=60)

    async def last() -> int:
        async with aclosing(items()) as numbers:
            return [number async for number in numbers][-1]

    asyncio.get_running_loop().call_later(0.05, client.leaves.set)
    with pytest.raises(ClientLeft):
        await got_while_present(last(), client.receive)

    assert items.is_closed


async def test_a_client_who_stays_gets_what_it_waited_for_and_is_watched_no_longer() -> None:
    client = _Client()

    async def answer() -> str:
        await asyncio.sleep(0)
        return "here"

    before = asyncio.all_tasks()
    assert await got_while_present(answer(), client.receive) == "here"

    await asyncio.sleep(0.01)
    assert asyncio.all_tasks() == before
