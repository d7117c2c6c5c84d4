"""The embedded model, for real: it writes, streams, lets go, dies, comes back, and leaves nothing behind."""

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from threading import Barrier
from typing import Any

import aiohttp
import pytest

from app.reply.sentences import ends_whole
from app.settings import Settings
from app.style.tokens import count_words
from app.telemetry.metrics import Metrics
from app.workers.assembly import running_pool
from app.workers.embedded import EmbeddedModel
from app.workers.embedded_writer import EmbeddedWriter
from app.workers.pool import Pool
from tests.live import POST, Live, live_app
from tests.real.serving import PATIENT, served, within

pytestmark = [pytest.mark.real, pytest.mark.anyio, pytest.mark.timeout(300)]

SETTINGS = Settings.model_validate(
    {
        "workers": [{"name": "local", "embedded": True}],
        "models": {"smollm2": {"workers": ["local"]}},
        "default_model": "smollm2",
        "deadlines": PATIENT,
    }
)


@asynccontextmanager
async def _live() -> AsyncGenerator[tuple[Live, EmbeddedModel]]:
    """The app with its embedded model, and the model itself."""
    pools: list[Pool] = []

    @asynccontextmanager
    async def remembered(settings: Settings, metrics: Metrics, prefix: object) -> AsyncGenerator[Pool]:
        async with running_pool(settings, metrics, prefix) as pool:  # type: ignore[arg-type]
            pools.append(pool)
            yield pool

    async with live_app(SETTINGS, open_pool=remembered) as live:
        writer = pools[0].workers[0].writer
        assert isinstance(writer, EmbeddedWriter)
        await asyncio.wait_for(writer.model.up.wait(), 120)
        yield live, writer.model


async def test_a_reply_is_written_in_bounds_and_streams_as_it_is_written() -> None:
    async with _live() as (live, _):
        whole_status, whole, _headers = await live.ask()
        began = time.perf_counter()
        first: float | None = None
        text = ""
        async with live.session.post(f"{live.url}/reply", json={"post": POST, "stream": True}) as response:
            async for line in response.content:
                first = first or time.perf_counter() - began
                if line.startswith(b"data: "):
                    data = json.loads(line[6:])
                    text += data.get("text", "")
        total = time.perf_counter() - began

    assert whole_status == 200
    assert 60 <= count_words(whole["reply"]) <= 150
    assert ends_whole(whole["reply"])
    assert whole["usage"]["completion_tokens"] > 60
    assert first is not None
    assert first < total / 2
    assert text == data["reply"]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_a_client_that_leaves_frees_the_slot_within_half_a_second(stream: bool) -> None:
    async with _live() as (live, model):
        await live.ask()
        body = {"post": POST, "stream": stream}
        request = asyncio.create_task(live.session.post(f"{live.url}/reply", json=body))
        await _until(lambda: _is_writing(model), 60)
        request.cancel()
        await asyncio.gather(request, return_exceptions=True)
        left = time.perf_counter()
        await _until(lambda: _is_idle(model), 30)

        assert time.perf_counter() - left < 0.5


async def test_who_brings_a_long_prompt_does_not_hold_the_others_up() -> None:
    async with _live() as (_, model), aiohttp.ClientSession() as session:
        assert model.address
        url, headers = f"{model.address.url}/v1/chat/completions", {"Authorization": f"Bearer {model.address.api_key}"}

        def ask(text: str, **more: object) -> Any:
            return session.post(url, headers=headers, json={"messages": [{"role": "user", "content": text}], **more})

        came: list[float] = []
        async with ask("Count to a thousand.", stream=True, max_tokens=400, ignore_eos=True) as response:
            reading: asyncio.Task[float] | None = None
            async for _line in response.content:
                came.append(time.perf_counter())
                if len(came) == 20:
                    reading = asyncio.create_task(_seconds(ask(" ".join(map(str, range(400))), max_tokens=1)))
                if reading and reading.done():
                    break
            assert reading
            took = await reading
    gaps = [after - before for before, after in pairwise(came[20:])]

    assert max(gaps) < took / 3


async def _seconds(request: Any) -> float:
    began = time.perf_counter()
    async with request as response:
        await response.read()
        assert response.status == 200
    return time.perf_counter() - began


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_a_killed_model_comes_back_by_itself_and_loses_no_reply_that_nobody_has_seen(stream: bool) -> None:
    async with _live() as (live, model):
        asked = asyncio.create_task(_status_and_last(live, stream))
        await _until(lambda: _is_writing(model), 60)
        killed = model.pid
        assert killed
        os.kill(killed, signal.SIGKILL)
        status_then, name, last = await asked
        await _until(lambda: _is_ready(live), 120)
        status, reply, _ = await live.ask()

        if name == "error":  # some of it had been seen
            assert stream
            assert last["type"] == "/problems/worker-unavailable"
        else:
            assert status_then == 200
            assert last["reply"]
        assert status == 200
        assert reply["reply"]
        assert model.pid != killed
        assert await live.metric('warmline_embedded_restarts_total{worker="local"}') == 1


async def test_a_post_beyond_the_context_is_413_by_the_models_own_count() -> None:
    async with _live() as (live, _):
        status, problem, _headers = await live.ask(post="(;%$ " * 3_900)

    assert (status, problem["type"]) == (413, "/problems/context-too-long")


async def test_turns_beyond_the_context_are_dropped_oldest_first() -> None:
    history = [{"role": "seeker" if n % 2 == 0 else "supporter", "text": "word " * 700} for n in range(40)]
    async with _live() as (live, _):
        status, reply, _headers = await live.ask(history=history)

    assert status == 200
    assert 3000 < reply["usage"]["prompt_tokens"] < 8192


async def test_weights_that_cannot_be_loaded_are_named_as_the_reason(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF and nothing more")
    async with live_app(SETTINGS.model_copy(update={"gguf": str(broken)})) as live:

        async def names_the_file() -> bool:
            async with live.session.get(f"{live.url}/readyz") as response:
                return response.status == 503 and "cannot load broken.gguf" in await response.text()

        await _until(names_the_file, 60)


def test_a_killed_app_leaves_no_child(tmp_path: Path) -> None:
    with served(tmp_path / "log") as service:
        children = _children_of(service.process.pid)
        service.process.kill()
        service.process.wait()
        gone = within(5, lambda: not any(_is_alive(pid) for pid in children))

    assert children
    assert gone


def test_processes_of_one_service_share_one_model_and_inherit_it(tmp_path: Path) -> None:
    with served(tmp_path / "log", "--workers", "2") as service:
        first = _models_of(service.process.pid)
        answers = [service.reply() for _ in range(2)]
        os.kill(_parent_of(first[0]), signal.SIGKILL)
        taken_over = within(60, lambda: len(new := _models_of(service.process.pid)) == 1 and new != first)
        back = within(60, lambda: service.reply() == 200)

    assert len(first) == 1
    assert answers == [200, 200]
    assert taken_over
    assert back


@pytest.mark.parametrize("processes", [1, 2])
def test_a_drain_lets_the_model_write_to_the_end(tmp_path: Path, processes: int) -> None:
    with served(tmp_path / "log", "--workers", str(processes)) as service:
        within(60, lambda: (tmp_path / "log").read_text().count("Application startup complete") == processes)

        def terminate() -> None:
            # All of them at once, as a service manager does.
            for pid in [service.process.pid, *_children_of(service.process.pid)]:
                os.kill(pid, signal.SIGTERM)

        all_begun = Barrier(4, action=terminate)
        with ThreadPoolExecutor(4) as clients:
            texts = list(clients.map(lambda _: service.stream(all_begun.wait), range(4)))
        service.process.wait(100)

    assert [text.count("event: reply\n") for text in texts] == [1] * 4


def _processes() -> dict[int, tuple[int, str]]:
    """pid → (parent, command line) of every process that is not a zombie."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if state != "Z":
                found[int(folder.name)] = (int(parent), command)
    return found


def _is_alive(pid: int) -> bool:
    return pid in _processes()


def _parent_of(pid: int) -> int:
    return _processes()[pid][0]


def _children_of(pid: int) -> list[int]:
    processes = _processes()
    children = [child for child, (parent, _) in processes.items() if parent == pid]
    return children + [grandchild for child in children for grandchild in _children_of(child)]


def _models_of(pid: int) -> list[int]:
    processes = _processes()
    return [child for child in _children_of(pid) if "embedded_server" in processes.get(child, (0, ""))[1]]


async def _status_and_last(live: Live, stream: bool) -> tuple[int, str, dict[str, object]]:
    """Status, and the last event's name and data; a whole answer is one event."""
    if stream:
        status, events = await live.stream()
        return status, *events[-1]
    status, body, _ = await live.ask()
    return status, "reply", body


async def _until(condition: Callable[[], Awaitable[bool]], within_s: float) -> None:
    async with asyncio.timeout(within_s):
        while not await condition():  # noqa: ASYNC110 - another process has no event of ours
            await asyncio.sleep(0.01)


async def _is_ready(live: Live) -> bool:
    async with live.session.get(f"{live.url}/readyz") as response:
        return response.status == 200


async def _slots(model: EmbeddedModel) -> list[dict[str, object]]:
    address = model.address
    assert address
    headers = {"Authorization": f"Bearer {address.api_key}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.get(f"{address.url}/slots") as response,
    ):
        slots: list[dict[str, object]] = await response.json()
        return slots


async def _is_writing(model: EmbeddedModel) -> bool:
    """Whether a slot has read its prompt and gives out tokens."""
    return any(slot["is_processing"] and _decoded(slot) > 3 for slot in await _slots(model))


async def _is_idle(model: EmbeddedModel) -> bool:
    return not any(slot["is_processing"] for slot in await _slots(model))


def _decoded(slot: dict[str, object]) -> int:
    token = slot.get("next_token")
    state = token[0] if isinstance(token, list) and token else token
    return int(state.get("n_decoded", 0)) if isinstance(state, dict) else 0
