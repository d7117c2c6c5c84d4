"""A client that leaves frees the worker, at any moment, whole and streamed; over real sockets."""

import asyncio
import json
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from tests.live import POST, Live, live_app, settings_for
from tests.scripted_worker import Script, ScriptedWorker, scripted_worker

pytestmark = pytest.mark.anyio

WITHIN_S = 0.2
PATIENT = {"first_token_s": 20, "between_tokens_s": 20, "attempt_s": 20, "total_s": 20}
# moment: (script, whether the client streams)
MOMENTS = {
    "before the headers, whole": (Script(before_headers_s=9), False),
    "before the headers, streamed": (Script(before_headers_s=9), True),
    "before the body, whole": (Script(before_first_s=9), False),
    "before the first token, streamed": (Script(before_first_s=9), True),
    "in mid-stream": (Script(between_s=0.05), True),
    "while the worker is silent in mid-stream": (Script(hang_after=25), True),
}


@asynccontextmanager
async def _connected(live: Live, *, stream: bool) -> AsyncGenerator[asyncio.StreamReader]:
    """A client on a bare socket that has sent its request; leaving closes the socket."""
    host, port = live.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    body = json.dumps({"post": POST, "stream": stream}).encode()
    head = f"POST /reply HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    await writer.drain()
    try:
        yield reader
    finally:
        writer.close()
        await writer.wait_closed()


async def _seconds_until_freed(worker: ScriptedWorker) -> float:
    return await worker.until(lambda: worker.open == 0)


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_client_that_leaves_frees_the_worker(moment: str) -> None:
    script, stream = MOMENTS[moment]
    async with (
        scripted_worker(script) as worker,
        live_app(settings_for(worker.url, deadlines=PATIENT)) as live,
    ):
        async with _connected(live, stream=stream) as reader:
            await worker.until(lambda: worker.open == 1)
            if stream and (script.between_s or script.hang_after):
                await reader.readuntil(b"event: delta")
            else:
                await asyncio.sleep(0.05)

        assert await _seconds_until_freed(worker) < WITHIN_S
        await _until_counted(live, 1)
        assert await live.metric('warmline_replies_total{model="mistral",outcome="reply"}') == 0
        assert await live.metric('warmline_replies_in_flight{model="mistral"}') == 0
        assert await live.metric('warmline_worker_in_flight{worker="mistral-0"}') == 0
        assert await live.metric('warmline_http_requests_total{method="POST",route="/reply",status="499"}') == 1


async def test_forty_clients_that_leave_at_random_moments_leave_nothing_behind() -> None:
    rng = random.Random(7)
    script = Script(before_headers_s=0.1, before_first_s=0.4, between_s=0.05)
    async with (
        scripted_worker(script) as worker,
        live_app(settings_for(worker.url, deadlines=PATIENT)) as live,
    ):

        async def come_and_go() -> None:
            async with _connected(live, stream=rng.random() < 0.5):
                await asyncio.sleep(rng.uniform(0, 0.3))

        await asyncio.gather(*(come_and_go() for _ in range(40)))

        await worker.until(lambda: worker.open == 0, within_s=1)
        await asyncio.sleep(0.1)
        outcomes = await live.series("warmline_replies_total")
        assert {series for series, value in outcomes.items() if value and "client-left" not in series} == set()
        assert await live.metric('warmline_replies_in_flight{model="mistral"}') == 0


@pytest.mark.timeout(180)
async def test_five_hundred_clients_that_leave_at_random_moments_streamed_whole_and_queued() -> None:
    rng = random.Random(11)
    script = Script(before_headers_s=0.2, before_first_s=0.5, between_s=0.1)
    config = {"admission": {"max_in_flight": 10, "queue": 500, "queue_s": 20}}
    most_queued = 0.0
    async with (
        scripted_worker(script) as worker,
        live_app(settings_for(worker.url, deadlines=PATIENT, **config)) as live,
    ):

        async def come_and_go() -> None:
            await asyncio.sleep(rng.uniform(0, 2))
            async with _connected(live, stream=rng.random() < 0.5):
                await asyncio.sleep(rng.uniform(0, 1.5))

        everybody = [asyncio.create_task(come_and_go()) for _ in range(500)]
        while not all(task.done() for task in everybody):
            most_queued = max(most_queued, await live.metric("warmline_admission_queued"))
            await asyncio.sleep(0.1)
        await asyncio.gather(*everybody)

        # A second is what we claim; the rest is for a busy machine.
        await worker.until(lambda: worker.open == 0, within_s=1 + 4)
        for _ in range(100):
            if await live.metric("warmline_admission_in_flight") == 0:
                break
            await asyncio.sleep(0.05)
        for gauge in ("admission_in_flight", "admission_queued", 'worker_in_flight{worker="mistral-0"}'):
            assert await live.metric(f"warmline_{gauge}") == 0, gauge
        assert await live.metric('warmline_replies_in_flight{model="mistral"}') == 0
        outcomes = {
            series.partition('outcome="')[2].rstrip('"}'): value
            for series, value in (await live.series("warmline_replies_total{")).items()
            if value
        }
        assert set(outcomes) <= {"client-left", "reply"}, "some stayed long enough for a whole reply"
        assert sum(outcomes.values()) == 500
        assert outcomes["client-left"] > 250
        assert most_queued > 20, "many of them left the queue"
        assert await live.series("warmline_worker_faults_total{") == {}
        assert await live.metric('warmline_worker_breaker{worker="mistral-0"}') == 0
        assert (await live.ask())[0] == 200
        await worker.until(lambda: worker.open == 0)
        assert len(worker.connections) <= 3, "only connections that are kept"


async def test_a_client_that_leaves_while_it_sends_is_counted_as_gone() -> None:
    async with live_app(settings_for("http://127.0.0.1:9/v1")) as live:
        host, port = live.url.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        head = "POST /reply HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n"
        writer.write(head.encode() + b'{"post": "I ')
        await writer.drain()
        await asyncio.sleep(0.1)
        writer.close()
        await asyncio.sleep(0.1)
        requests = await live.series("warmline_http_requests_total{")

    assert [series for series in requests if 'route="/reply"' in series and 'status="499"' in series] != []


async def _until_counted(live: Live, replies: int) -> None:
    """Our own accounts follow the socket by a few milliseconds."""
    for _ in range(200):
        if await live.metric('warmline_replies_total{model="mistral",outcome="client-left"}') == replies:
            return
        await asyncio.sleep(0.01)
    pytest.fail("the client who left was not counted")
