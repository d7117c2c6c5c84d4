"""SIGTERM to a real process under load: what runs ends well, what comes is told to go elsewhere."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.lifecycle.process import Running, config_of, service, until
from tests.scripted_worker import Script, scripted_worker

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(180)]

STREAMS = 50
# Some 40 pieces: a stream of two seconds, on a machine that has time.
UNHURRIED = Script(between_s=0.05)
ENDLESS = Script(hang_after=25)


async def _is_draining(running: Running) -> bool:
    return await running.metric("warmline_draining") == 1


async def test_fifty_streams_end_whole_while_new_requests_are_refused(tmp_path: Path) -> None:
    async with scripted_worker(UNHURRIED) as worker, service(tmp_path, config_of(worker.url)) as running:
        streams = [asyncio.create_task(running.read_stream()) for _ in range(STREAMS)]
        wholes = [asyncio.create_task(running.ask()) for _ in range(5)]
        await running.until_writing(STREAMS)
        running.terminate()
        await until(lambda: _is_draining(running))

        status, problem, headers = await running.ask()
        async with running.session.post(f"{running.url}/style", json={"text": "Hello."}) as response:
            style = response.status
        answers = {}
        for path in ("/healthz", "/readyz", "/models"):
            async with running.session.get(f"{running.url}{path}") as response:
                answers[path] = (response.status, response.headers.get("Connection"), await response.json())
        refusals = await running.metric('warmline_http_requests_total{method="POST",route="/reply",status="503"}')
        outcomes = await asyncio.gather(*streams)
        whole_statuses = [(await whole)[0] for whole in wholes]
        code = await running.ended()

        assert outcomes == ["reply"] * STREAMS
        assert whole_statuses == [200] * 5
        assert (status, problem["type"], problem["retryable"]) == (503, "/problems/draining", True)
        assert (headers["Retry-After"], headers["Connection"], style) == ("2", "close", 503)
        assert refusals == 1
        assert [answers[path][:2] for path in answers] == [(200, "close"), (503, "close"), (200, "close")]
        assert answers["/readyz"][2]["reasons"][0].startswith("draining")
        assert code in (0, -signal.SIGTERM)
        assert running.lines("draining")[0]["in_flight"] >= STREAMS
        assert (running.lines("drained")[0]["left"], running.lines("drained")[0]["refused"]) == (0, 2)
        assert "Waiting for connections to close" not in running.log.read_text()


async def test_what_outlives_the_drain_is_told_so_before_the_socket_closes(tmp_path: Path) -> None:
    config = config_of("", drain_s=3)
    async with scripted_worker(ENDLESS) as worker:
        config["workers"][0]["base_url"] = worker.url
        async with service(tmp_path, config) as running:
            begun: list[int] = []
            streams = [asyncio.create_task(running.read_stream(begun)) for _ in range(10)]
            await worker.until(lambda: len(begun) == 10, within_s=20)
            worker.script = Script(before_headers_s=60)
            whole = asyncio.create_task(running.ask())
            await running.until_writing(11)
            async with _half_a_request(running) as unsent:
                running.terminate()
                outcomes = await asyncio.gather(*streams)
                refusal = await unsent.read(500)
            status, problem, headers = await whole
            assert outcomes == ["error draining"] * 10
            assert (status, problem["type"], problem["retryable"]) == (503, "/problems/draining", True)
            assert headers["Retry-After"] == "2"
            assert refusal.startswith(b"HTTP/1.1 503")
            assert await running.ended() in (0, -signal.SIGTERM)
            assert running.lines("drained")[0]["left"] == 12
            replies = [line for line in running.lines("request") if line["route"] == "/reply"]
            assert {line["outcome"] for line in replies} == {"draining"}
            assert worker.open == 0


async def test_a_second_sigterm_ends_the_drain_at_once(tmp_path: Path) -> None:
    async with scripted_worker(ENDLESS) as worker, service(tmp_path, config_of(worker.url)) as running:
        stream = asyncio.create_task(running.read_stream())
        await running.until_writing(1)
        running.terminate()
        await until(lambda: _is_draining(running))
        await asyncio.sleep(0.5)
        assert not stream.done()
        running.terminate()

        assert await stream == "error draining"
        assert await running.ended() in (0, -signal.SIGTERM)


async def test_a_client_who_does_not_read_cannot_hold_the_process_up(tmp_path: Path) -> None:
    async with scripted_worker() as worker, service(tmp_path, config_of(worker.url, drain_s=1)) as running:
        async with running.session.get(f"{running.url}/docs") as response:
            found = re.search(r'src="([^"]+bundle\.js)"', await response.text())
        assert found
        get = f"GET {found[1]} HTTP/1.1\r\nHost: x\r\n\r\n"
        async with _sent(running, get.encode() * 20) as reader:
            await reader.readuntil(b"\r\n\r\n")
            # Time for the buffers to fill, so that the server waits for us in the midst of an answer.
            await asyncio.sleep(1)
            running.terminate()
            await running.ended(30)


async def test_a_large_body_that_is_refused_still_gets_its_answer(tmp_path: Path) -> None:
    async with scripted_worker(ENDLESS) as worker, service(tmp_path, config_of(worker.url)) as running:
        stream = asyncio.create_task(running.read_stream())
        await running.until_writing(1)
        running.terminate()
        await until(lambda: _is_draining(running))

        history = [{"role": "seeker", "text": "\u00e4" * 4000} for _ in range(40)]
        answers = [(await running.ask(history=history))[0] for _ in range(10)]
        stream.cancel()

    assert answers == [503] * 10


async def test_each_process_of_a_service_drains(tmp_path: Path) -> None:
    async with (
        scripted_worker(UNHURRIED) as worker,
        service(tmp_path, config_of(worker.url), "--workers", "2") as running,
    ):
        await until(lambda: _both_are_up(running))
        streams = [asyncio.create_task(running.read_stream()) for _ in range(20)]
        await worker.until(lambda: worker.open == 20, within_s=20)
        # To each of them, as systemd does; the supervisor then says it to its processes once more.
        os.killpg(running.process.pid, signal.SIGTERM)
        outcomes = await asyncio.gather(*streams)

        assert outcomes == ["reply"] * 20
        assert await running.ended() in (0, -signal.SIGTERM)
        assert [line["left"] for line in running.lines("drained")] == [0, 0]


async def test_ctrl_c_stays_uvicorns(tmp_path: Path) -> None:
    async with scripted_worker(UNHURRIED) as worker, service(tmp_path, config_of(worker.url)) as running:
        stream = asyncio.create_task(running.read_stream())
        await running.until_writing(1)
        running.process.send_signal(signal.SIGINT)

        assert await stream == "reply"
        await running.ended()
        assert running.lines("draining") == []


async def _both_are_up(running: Running) -> bool:
    return running.log.read_text().count("Application startup complete") == 2


@asynccontextmanager
async def _sent(running: Running, content: bytes) -> AsyncGenerator[asyncio.StreamReader]:
    """A client on a bare socket that has sent this, and reads only when it is told to."""
    host, port = running.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
    writer.write(content)
    await writer.drain()
    try:
        yield reader
    finally:
        writer.close()


@asynccontextmanager
async def _half_a_request(running: Running) -> AsyncGenerator[asyncio.StreamReader]:
    """A client who never sends its body, though it has been told to go on."""
    head = "POST /reply HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n"
    async with _sent(running, f"{head}Expect: 100-continue\r\n\r\n".encode()) as reader:
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        yield reader
