"""A config file that changes under load: nobody's reply is dropped, and what is wrong changes nothing."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.lifecycle.process import Running, config_of, service, until
from tests.scripted_worker import Script, ScriptedWorker, scripted_worker

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(180)]

UNHURRIED = Script(between_s=0.02)


@asynccontextmanager
async def _under_load(running: Running, clients: int = 8) -> AsyncGenerator[Counter[str]]:
    """Clients that ask one after the other while inside, whole and streamed; how it came out is complete when left."""
    outcomes: Counter[str] = Counter()
    over = asyncio.Event()

    async def ask(number: int) -> None:
        while not over.is_set():
            if number % 2:
                outcomes[await running.read_stream()] += 1
            else:
                status, body, _ = await running.ask()
                outcomes["reply" if status == 200 else f"{status} {body['type']}"] += 1

    tasks = [asyncio.create_task(ask(number)) for number in range(clients)]
    try:
        yield outcomes
    finally:
        over.set()
        await asyncio.gather(*tasks)


async def _reads(running: Running, result: str) -> float:
    return await running.metric(f'warmline_config_reloads_total{{result="{result}"}}')


async def _put(running: Running, data: dict[str, Any] | str, result: str = "ok") -> None:
    """Change the file and wait until that is in force, or refused."""
    before = await _reads(running, result)
    running.configure(data)

    async def has_been_read() -> bool:
        return await _reads(running, result) > before

    await until(has_been_read)


def _named(worker: ScriptedWorker, name: str) -> dict[str, Any]:
    return {"name": name, "base_url": worker.url, "model": "m"}


async def test_workers_and_models_come_and_go_under_load_and_no_reply_is_dropped(tmp_path: Path) -> None:
    async with (
        scripted_worker(UNHURRIED) as first,
        scripted_worker(UNHURRIED) as second,
        service(tmp_path, config_of(first.url)) as running,
        _under_load(running) as outcomes,
    ):
        await until(lambda: _has_written(first))
        stays = {"workers": [_named(first, "mistral-0")]}
        both = config_of(workers=[_named(first, "mistral-0"), _named(second, "mistral-1")])
        both["models"] = {"mistral": {"workers": ["mistral-0", "mistral-1"]}, "other": {"workers": ["mistral-1"]}}
        await _put(running, both)
        assert await running.metric('warmline_replies_total{model="other",outcome="reply"}') == 0
        assert 'warmline_replies_total{model="other",outcome="reply"}' in await running.series("warmline_replies")
        assert (await running.ask(model="other"))[0] == 200

        await _put(running, "workers: [", "refused")
        await _put(running, both | {"default_model": "gone"}, "refused")
        swapped = both | {"workers": [_named(second, "mistral-0"), _named(second, "mistral-1")]}
        await _put(running, swapped)
        await until(lambda: _is_idle(first))
        asked_before = len(first.requests)
        only = config_of(workers=[_named(second, "mistral-1")], models={"mistral": {"workers": ["mistral-1"]}})
        await _put(running, only)
        await until(lambda: _has_forgotten(running, "mistral-0"))
        assert len(first.requests) == asked_before
        await _put(running, config_of(first.url) | stays)
        await until(lambda: _has_forgotten(running, "mistral-1"))
        status, problem, _ = await running.ask(model="other")

    assert set(outcomes) == {"reply"}
    assert outcomes["reply"] > 20
    assert len(first.requests) > asked_before
    assert (status, problem["type"]) == (404, "/problems/unknown-model")


async def _has_written(worker: ScriptedWorker) -> bool:
    return len(worker.requests) > 8


async def _is_idle(worker: ScriptedWorker) -> bool:
    return worker.open == 0


async def _has_forgotten(running: Running, worker: str) -> bool:
    return not [series for series in await running.series("warmline_") if f'"{worker}"' in series]


async def test_a_worker_that_stays_keeps_its_connections_and_what_is_known_of_it(tmp_path: Path) -> None:
    async with scripted_worker() as worker, service(tmp_path, config_of(worker.url)) as running:
        worker.script = Script(status=500)
        for _ in range(4):
            await running.ask()
        worker.script = Script()
        faults = await running.series("warmline_worker_faults_total")
        connections = set(worker.connections)
        changed = config_of(worker.url, drain_s=7, deadlines={"total_s": 21})
        await _put(running, changed)
        await running.ask()

        assert sum(faults.values()) > 0
        assert await running.series("warmline_worker_faults_total") == faults
        assert set(worker.connections) == connections
        running.terminate()
        await running.ended()
        assert running.lines("draining")[0]["drain_s"] == 7


async def test_a_reply_that_has_begun_ends_with_the_worker_that_it_began_with(tmp_path: Path) -> None:
    slow = Script(between_s=0.1)
    async with (
        scripted_worker(slow) as old,
        scripted_worker() as new,
        service(tmp_path, config_of(old.url)) as running,
    ):
        begun: list[int] = []
        stream = asyncio.create_task(running.read_stream(begun))
        await old.until(lambda: bool(begun), within_s=20)
        await _put(running, config_of(new.url))
        assert not stream.done()
        in_flight = await running.metric('warmline_replies_in_flight{model="mistral"}')
        assert (await running.ask())[0] == 200

        assert await stream == "reply"
        assert in_flight == 1
        assert (len(old.requests), len(new.requests)) == (1, 1)
        await until(lambda: _is_let_go(old))


async def _is_let_go(worker: ScriptedWorker) -> bool:
    return not worker.connections


async def test_what_is_wrong_is_said_once_and_names_the_key_but_no_secret(tmp_path: Path) -> None:
    secret = "sk-live-0123456789abcdef"
    async with scripted_worker() as worker, service(tmp_path, config_of(worker.url), SOME_KEY=secret) as running:
        good = config_of(worker.url)
        ok = "warmline_config_last_reload_successful"
        read_at = "warmline_config_last_reload_success_timestamp_seconds"
        first_read = await running.metric(read_at)
        bad = config_of(worker.url)
        bad["workers"][0] |= {"api_key_env": "SOME_KEY", "context_tokens": secret}
        await _put(running, bad, "refused")
        assert (await running.metric(ok), await running.metric(read_at)) == (0, first_read)
        await asyncio.sleep(2.5)
        (line,) = running.lines("config refused, the old one stays in force")
        running.config.unlink()
        await until(lambda: _is_refused(running, 2))
        assert (await running.ask())[0] == 200

        await _put(running, good)
        assert await running.metric(ok) == 1
        assert await running.metric(read_at) > first_read

        assert "warmline.yaml: workers.0.context_tokens" in line["fault"]
        assert "cannot be read" in running.lines("config refused, the old one stays in force")[1]["fault"]
        assert secret not in running.log.read_text()


async def _is_refused(running: Running, times: int) -> bool:
    return await _reads(running, "refused") == times


async def test_a_half_written_file_is_not_taken_for_the_whole(tmp_path: Path) -> None:
    async with scripted_worker() as worker, service(tmp_path, config_of(worker.url)) as running:
        whole = running.config.read_text()
        ends = asyncio.get_running_loop().time() + 4
        with running.config.open("w") as file:
            while asyncio.get_running_loop().time() < ends:
                file.write("# one more line\n")
                file.flush()
                await asyncio.sleep(0.1)
            file.write(whole)
        await until(lambda: _is_read(running, 1))

        assert await _reads(running, "refused") == 0


async def _is_read(running: Running, times: int) -> bool:
    return await _reads(running, "ok") == times


async def test_a_config_map_that_swaps_its_link_is_noticed(tmp_path: Path) -> None:
    async with scripted_worker() as worker, service(tmp_path, config_of(worker.url)) as running:
        config = running.config.read_text()
        mounts = tmp_path / "mounts"
        for version in ("..1", "..2"):
            (mounts / version).mkdir(parents=True)
            (mounts / version / "warmline.yaml").write_text(config + f"drain_s: {version[-1]}\n")
        (mounts / "..data").symlink_to("..1")
        running.config.unlink()
        running.config.symlink_to(mounts / "..data" / "warmline.yaml")
        await until(lambda: _is_read(running, 1))
        (mounts / "..data_tmp").symlink_to("..2")
        (mounts / "..data_tmp").rename(mounts / "..data")
        await until(lambda: _is_read(running, 2))

        running.terminate()
        await running.ended()
        assert running.lines("draining")[0]["drain_s"] == 2


async def test_a_hangup_has_the_file_read_at_once(tmp_path: Path) -> None:
    async with scripted_worker() as worker, service(tmp_path, config_of(worker.url)) as running:
        os.kill(running.process.pid, signal.SIGHUP)
        await until(lambda: _is_read(running, 1))
        assert (await running.ask())[0] == 200


async def test_what_needs_a_restart_is_named_and_the_rest_is_in_force(tmp_path: Path) -> None:
    async with scripted_worker() as worker, service(tmp_path, config_of(worker.url)) as running:
        changed = config_of(worker.url, cors_origins=["https://app.example"], gguf="/a/model.gguf")
        changed["models"]["second"] = {"workers": ["mistral-0"]}
        await _put(running, changed)
        status, _, _ = await running.ask(model="second")
        async with running.session.get(f"{running.url}/healthz", headers={"Origin": "https://app.example"}) as response:
            allowed = response.headers.get("Access-Control-Allow-Origin")

        (line,) = running.lines("config changes that need a restart")
        assert line["settings"] == ["cors_origins", "gguf"]
        assert (status, allowed) == (200, None)


async def test_keys_come_and_go(tmp_path: Path) -> None:
    def with_keys(*names: str) -> dict[str, Any]:
        known = {"one": "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed",
                 "two": "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3"}  # fmt: skip
        return config_of(worker.url, keys=[{"name": name, "sha256": known[name]} for name in names])

    async def status_of(key: str) -> int:
        headers = {"Authorization": f"Bearer {key}"}
        async with running.session.post(f"{running.url}/style", json={"text": "Hello."}, headers=headers) as response:
            return response.status

    async with scripted_worker() as worker, service(tmp_path, with_keys("one")) as running:
        assert [await status_of(key) for key in ("one", "two")] == [200, 401]
        await _put(running, with_keys("two"))
        assert [await status_of(key) for key in ("one", "two")] == [401, 200]
        await until(lambda: _has_forgotten(running, "one"))
