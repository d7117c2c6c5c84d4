"""Limits in a real Redis: shared by processes, and no request fails when it is killed, hangs, is slow or comes back."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from redis.asyncio import Redis

from app.access.keys import ApiKey
from app.access.limits import LEASE_S, Ask
from app.access.local_limits import LocalLimits
from app.access.redis_store import RedisStore, StoreFailed
from tests.access.keyed import KEY, ask, keyed_settings
from tests.live import Live, live_app
from tests.real.redis_server import PASSWORD, RedisServer, redis_server, slow_road
from tests.real.serving import ROOT
from tests.scripted_worker import Script, scripted_worker

pytestmark = [pytest.mark.real, pytest.mark.anyio, pytest.mark.timeout(180)]

PATIENCE_S = 0.05
# What a request of the scripted worker may take on a busy machine beside the wait for Redis.
NOISE_S = 1.0


# The scripts, against the same questions as the limits in memory.


@asynccontextmanager
async def store(lease_s: float = LEASE_S) -> AsyncGenerator[tuple[RedisStore, RedisServer]]:
    async with redis_server() as server:
        own = RedisStore(server.url, lease_s)
        try:
            yield own, server
        finally:
            await own.close()


async def test_redis_decides_as_the_memory_does() -> None:
    keys = [
        ApiKey("requests", requests_per_minute=5),
        ApiKey("tokens", tokens_per_minute=1_000),
        ApiKey("in-flight", max_in_flight=3),
        ApiKey("all", 6, 2_000, 4),
        ApiKey("free"),
    ]
    asks = [Ask(tokens=300), Ask(in_flight=False), Ask(tokens=5_000), Ask(requests=0, tokens=100), Ask(urgent=True)]
    local = LocalLimits()
    grants = []
    async with store() as (shared, _):
        for number, (key, ask_) in enumerate((key, asks[n % 5]) for key in keys for n in range(20)):
            answer = await shared.admit(key, ask_, f"lease-{number}" if ask_.in_flight else "")
            decision = local.decide(key, ask_)
            grants.append(decision.grant)
            assert (answer.admitted, answer.over) == (decision.admitted, decision.over), (key, ask_)
            assert decision.over == "in-flight" or abs(answer.wait_s - decision.retry_after_s) <= 2
            if key.requests_per_minute:
                assert max(0, key.requests_per_minute - answer.requests_used) == decision.requests_left
            if key.tokens_per_minute:
                assert max(0, key.tokens_per_minute - answer.tokens_used) == decision.tokens_left


async def test_tokens_are_settled_and_leases_given_back_in_redis() -> None:
    key = ApiKey("all", 100, 1_000, 1)
    async with store() as (shared, _):
        answer = await shared.admit(key, Ask(tokens=900), "one")
        grant = LocalLimits().count(key, Ask(tokens=900), "one", answer.second)
        assert not (await shared.admit(key, Ask(tokens=900), "two")).admitted
        await shared.settle(grant, 100)
        again = await shared.admit(key, Ask(tokens=800), "three")

    assert (again.admitted, again.tokens_used, again.requests_used) == (True, 900, 2)


async def test_leases_end_by_themselves_unless_they_are_renewed() -> None:
    key = ApiKey("in-flight", max_in_flight=2)
    async with store(lease_s=3) as (shared, _):
        for lease in ("kept", "lost"):
            assert (await shared.admit(key, Ask(), lease)).admitted
        assert not (await shared.admit(key, Ask(), "third")).admitted
        for _ in range(14):
            await asyncio.sleep(0.25)
            await shared.renew("in-flight", ["kept"])
        assert (await shared.admit(key, Ask(), "third")).admitted
        assert not (await shared.admit(key, Ask(), "fourth")).admitted
        await shared.release("in-flight", {"kept", "third"})
        assert (await shared.admit(key, Ask(), "fourth")).admitted


async def test_what_is_in_redis_is_bounded_has_no_text_and_ends() -> None:
    key = ApiKey("app", 10**6, 10**9, 10**5)
    async with store() as (shared, server):
        for number in range(300):
            await shared.admit(key, Ask(tokens=10), f"lease-{number}")
        client = Redis.from_url(server.url, decode_responses=True)
        try:
            names = sorted(await client.keys("*"))
            ends = [await client.ttl(name) for name in names]
            seconds = await client.hlen("warmline:{app}:requests")
        finally:
            await client.aclose()

    assert names == [f"warmline:{{app}}:{what}" for what in ("leases", "requests", "tokens")]
    assert all(0 < end <= 122 for end in ends)
    assert seconds <= 61


async def test_a_restarted_redis_has_forgotten_the_scripts_and_gets_them_again() -> None:
    key = ApiKey("app", 10)
    async with store() as (shared, server):
        assert (await shared.admit(key, Ask(), "one")).requests_used == 1
        server.kill()
        with pytest.raises(StoreFailed):
            await shared.admit(key, Ask(), "two")
        await server.start()
        assert (await shared.admit(key, Ask(), "three")).requests_used == 1


async def test_a_question_that_nobody_waits_for_any_more_does_not_answer_the_next() -> None:
    """The fault that redis-py had: a connection whose answer was not read gave it to the next who asked."""
    key = ApiKey("app", 10**6)
    async with redis_server() as server, slow_road(server) as road:
        slow = RedisStore(road.url(server))
        try:
            await slow.admit(key, Ask(), "")
            road.delay_s = 0.1
            for _ in range(5):
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(slow.admit(key, Ask(), ""), 0.02)
            road.delay_s = 0
            used = [(await slow.admit(key, Ask(), "")).requests_used for _ in range(5)]
        finally:
            await slow.close()

    assert used == list(range(used[0], used[0] + 5))


# The whole service.


async def test_no_request_fails_while_redis_is_killed_hangs_and_comes_back_under_load() -> None:
    async with redis_server() as server, scripted_worker() as worker:
        settings = keyed_settings(worker.url, redis_url=server.url, requests_per_minute=10**6, max_in_flight=1_000)
        async with live_app(settings) as live:
            load = Load(live)
            async with load.running():
                await load.requests(60)
                for hurt, heal in ((server.kill, server.start), (server.hang, server.go_on)):
                    before = await live.metric("warmline_limits_degraded_total")
                    hurt()
                    await _until(live, "warmline_redis_down", 1)
                    await load.requests(60)
                    assert await live.metric("warmline_limits_degraded_total") > before
                    healed = heal()
                    if healed is not None:
                        await healed
                    await _until(live, "warmline_redis_down", 0)
                    await load.requests(60)
            assert set(load.statuses) == {200}
            assert len(load.statuses) >= 300
            assert await live.metric('warmline_key_in_flight{key="app"}') == 0
            errors = await live.series("warmline_redis_errors_total")
    assert {series.split('"')[1] for series in errors} >= {"connection", "timeout"}


@pytest.mark.parametrize("way", ["a slow road", "CLIENT PAUSE"])
async def test_a_redis_that_takes_2_s_costs_a_few_requests_50_ms_and_the_others_nothing(way: str) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(redis_server())
        road = await stack.enter_async_context(slow_road(server))
        worker = await stack.enter_async_context(scripted_worker())
        settings = keyed_settings(worker.url, redis_url=road.url(server), requests_per_minute=10**6)
        live = await stack.enter_async_context(live_app(settings))
        usual = [await _seconds(live) for _ in range(30)]
        if way == "CLIENT PAUSE":
            client = Redis.from_url(server.url)
            stack.push_async_callback(client.aclose)
            await client.client_pause(2_000)
        else:
            road.delay_s = 2.0
        slow = [await _seconds(live) for _ in range(30)]
        road.delay_s = 0.0
        await _until(live, "warmline_redis_down", 0)
        again = [await _seconds(live) for _ in range(30)]
        timeouts = await live.metric('warmline_redis_errors_total{failing="timeout"}')

    assert max(slow) < PATIENCE_S + NOISE_S
    assert sorted(slow)[15] < sorted(usual)[15] + PATIENCE_S  # most wait for nothing
    assert max(again) < PATIENCE_S + NOISE_S
    assert timeouts >= 3


async def test_a_redis_that_is_not_there_at_the_start_does_not_stop_it() -> None:
    async with redis_server() as server, scripted_worker() as worker:
        server.kill()
        async with live_app(keyed_settings(worker.url, redis_url=server.url, requests_per_minute=2)) as live:
            statuses = [(await ask(live)).status for _ in range(3)]
            down = await live.metric("warmline_redis_down")
            await server.start()
            await _until(live, "warmline_redis_down", 0)
            statuses.append((await ask(live)).status)

    assert (statuses, down) == ([200, 200, 429, 200], 1)


async def test_two_processes_share_one_limit(tmp_path: Path) -> None:
    limit = 300
    for _attempt in range(3):
        async with redis_server() as server, processes(2, server, tmp_path, requests_per_minute=limit) as urls:
            async with aiohttp.ClientSession() as session:
                lives = [Live(url, session) for url in urls]
                statuses = await asyncio.gather(*(_counted(live, limit) for live in lives))
                alone = sum([await live.metric("warmline_limits_degraded_total") for live in lives])
        if not alone:  # else the machine was too busy for 50 ms, and they decided by themselves
            break
    admitted = sum(one.count(200) for one in statuses)

    assert {status for one in statuses for status in one} == {200, 429}
    assert abs(admitted - limit) <= 0.02 * limit + alone
    assert all(one.count(200) > 0 for one in statuses)


async def _counted(live: Live, requests: int) -> list[int]:
    """Statuses of requests that take no worker, four at a time."""
    turn = asyncio.Semaphore(4)

    async def one() -> int:
        async with turn:
            return (await ask(live, path="/style", text="I hear you.")).status

    return await asyncio.gather(*(one() for _ in range(requests)))


async def test_the_leases_of_a_killed_process_end(tmp_path: Path) -> None:
    async with redis_server() as server, scripted_worker(Script(before_headers_s=120)) as worker:
        async with processes(2, server, tmp_path, worker=worker.url, max_in_flight=2) as urls:
            async with aiohttp.ClientSession() as session:
                first, second = (Live(url, session) for url in urls)
                held = [asyncio.create_task(ask(first)) for _ in range(2)]
                await worker.until(lambda: worker.open == 2, within_s=30)
                refused = await ask(second)
                assert (refused.status, refused.slug) == (429, "rate-limited")
                began = time.monotonic()
                urls[first.url].kill()
                assert (await ask(second)).status == 429  # it cannot know yet
                await asyncio.gather(*held, return_exceptions=True)
                worker.script = Script()
                while (status := (await ask(second)).status) == 429:
                    assert time.monotonic() - began < LEASE_S + 20
                    await asyncio.sleep(0.5)
                assert status == 200


async def test_the_password_of_redis_is_in_no_log(tmp_path: Path) -> None:
    async with redis_server() as server, processes(1, server, tmp_path, requests_per_minute=100) as urls:
        async with aiohttp.ClientSession() as session:
            live = Live(next(iter(urls)), session)
            await ask(live, path="/style", text="I hear you.")
            server.kill()
            async with asyncio.timeout(30):
                while await live.metric("warmline_redis_down") == 0:
                    await ask(live, path="/style", text="I hear you.")
            async with session.get(f"{live.url}/metrics") as response:
                metrics = await response.text()
        logged = (tmp_path / "log-0").read_text()

    assert "Redis is gone or slow" in logged
    for told in (logged, metrics):
        assert PASSWORD not in told
        assert KEY not in told


class Load:
    """Requests one after the other from four clients, as long as it runs."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self.statuses: list[int] = []

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        tasks = [asyncio.create_task(self._go_on(stream=number % 2 == 0)) for number in range(4)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await _until(self._live, 'warmline_key_in_flight{key="app"}', 0)

    async def requests(self, number: int) -> None:
        """Wait until so many more have been answered."""
        goal = len(self.statuses) + number
        async with asyncio.timeout(60):
            while len(self.statuses) < goal:  # noqa: ASYNC110 - there is no event for a number
                await asyncio.sleep(0.01)

    async def _go_on(self, *, stream: bool) -> None:
        while True:
            answer = await ask(self._live, stream=stream)
            self.statuses.append(answer.status)


async def _seconds(live: Live) -> float:
    began = time.perf_counter()
    assert (await ask(live)).status == 200
    return time.perf_counter() - began


async def _until(live: Live, series: str, value: float) -> None:
    async with asyncio.timeout(60):
        while await live.metric(series) != value:  # noqa: ASYNC110 - a metric is no event
            await asyncio.sleep(0.05)


@asynccontextmanager
async def processes(
    number: int, server: RedisServer, folder: Path, worker: str = "http://127.0.0.1:9/v1", **limits: int
) -> AsyncGenerator[dict[str, subprocess.Popen[bytes]]]:
    """So many uvicorn processes with one Redis: their URLs, and the processes themselves."""
    settings = keyed_settings(worker, redis_url=None, other=None, **limits)
    data: dict[str, Any] = settings.model_dump(mode="json", exclude_none=True, exclude={"redis_url"})
    data["deadlines"] = {"first_token_s": 120, "between_tokens_s": 120, "attempt_s": 120, "total_s": 120}
    data["workers"] = [{"name": "mistral-0", "base_url": worker, "model": "m"}]
    config = folder / "warmline.yaml"
    config.write_text(yaml.safe_dump(data))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WARMLINE_")}
    environment |= {"WARMLINE_CONFIG": str(config), "WARMLINE_REDIS_URL": server.url}
    started: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for place in range(number):
            with socket.create_server(("127.0.0.1", 0)) as probe:
                port = probe.getsockname()[1]
            started[f"http://127.0.0.1:{port}"] = _start(port, environment, folder / f"log-{place}")
        await asyncio.gather(*map(_alive, started))
        yield started
    finally:
        for process in started.values():
            process.send_signal(signal.SIGKILL)
            process.wait()


def _start(port: int, environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "uvicorn", "app.main:app", "--port", str(port), "--no-access-log"]
    with log.open("wb") as output:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)


async def _alive(url: str) -> None:
    async with aiohttp.ClientSession() as session, asyncio.timeout(60):
        while True:
            try:
                async with session.get(f"{url}/healthz"):
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.1)
