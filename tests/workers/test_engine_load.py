"""vLLM's metrics as they are and were, and what silence means."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

import aiohttp
import pytest

from app.workers.engine_load import EngineLoad, EngineReader, Reading, follow, parse_load
from tests.scripted_worker import Script, scripted_worker

pytestmark = pytest.mark.anyio

NEW = b"""\
# HELP vllm:num_requests_running Number of requests in model execution batches.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0",model_name="a {b} c"} 3.0
vllm:num_requests_running{engine="1",model_name="a {b} c"} 4.0
# TYPE vllm:num_requests_waiting gauge
vllm:num_requests_waiting{engine="0",model_name="m"} 7.0
# TYPE vllm:num_requests_waiting_by_reason gauge
vllm:num_requests_waiting_by_reason{engine="0",model_name="m",reason="capacity"} 2.0
vllm:num_requests_waiting_by_reason{engine="0",model_name="m",reason="deferred"} 5.0
vllm:kv_cache_usage_perc{engine="0",model_name="m"} 0.25
"""
PAGES = {
    "by reason, two engines": (NEW, Reading(7, 2)),
    "before there were reasons": (
        b'vllm:num_requests_running{model_name="m"} 1\nvllm:num_requests_waiting{model_name="m"} 9\n',
        Reading(1, 9),
    ),
    "no labels, Windows line ends": (b"x 1\r\nvllm:num_requests_waiting 2.0\r\n", Reading(None, 2)),
    "running only": (b"vllm:num_requests_running 2.0", Reading(2, None)),
    "only deferred": (b'vllm:num_requests_waiting_by_reason{reason="deferred"} 5.0\n', None),
    "another server's": (b"llamacpp:requests_processing 2\nprocess_max_fds 10\n", None),
    "a name that only begins so": (b"vllm:num_requests_swapped 3.0\n", None),
    "not a number": (b"vllm:num_requests_running many\n", None),
    "JSON": (b'{"data": []}', None),
    "nothing": (b"", None),
}


@pytest.mark.parametrize("case", PAGES)
def test_old_and_new_names_are_read_and_absent_is_unknown(case: str) -> None:
    page, reading = PAGES[case]
    assert parse_load(page) == reading


def test_a_reading_ages_and_is_stale_and_unknown_never_is() -> None:
    load = EngineLoad()
    assert (load.waiting, load.age_s(100), load.is_stale(100)) == (None, None, False)
    load.note(Reading(1, 2), 100)
    assert (load.waiting, load.age_s(103), load.is_stale(105), load.is_stale(105.1)) == (2, 3, False, True)
    load.note(None, 110)
    assert (load.waiting, load.age_s(110), load.is_stale(1000)) == (None, None, False)


@asynccontextmanager
async def _reader(url: str) -> AsyncGenerator[EngineReader]:
    async with aiohttp.ClientSession() as session:
        yield EngineReader(url, session)


async def test_the_page_lies_beside_the_versioned_api() -> None:
    async with scripted_worker(Script(metrics=NEW)) as worker, _reader(worker.url) as reader:
        assert await reader.read() == Reading(7, 2)
        assert worker.paths == ["/metrics"]


@pytest.mark.parametrize(
    ("base_url", "page"),
    [
        ("http://w:8000/v1", "http://w:8000/metrics"),
        ("http://w:8000/v1/", "http://w:8000/metrics"),
        ("http://w/team/v2", "http://w/team/metrics"),
        ("http://w:8000", "http://w:8000/metrics"),
    ],
)
async def test_where_a_server_has_its_metrics(base_url: str, page: str) -> None:
    async with _reader(base_url) as reader:
        assert reader.url == page


async def test_a_server_without_metrics_is_unknown_and_asked_again_only_now_and_then() -> None:
    pauses: list[float] = []
    async with scripted_worker() as worker, _reader(worker.url) as reader:
        load = EngineLoad()
        await _follow(reader, load, pauses, rounds=1)

    assert (load.reading, load.read_at, pauses) == (None, None, [30.0])


async def test_a_server_that_falls_silent_leaves_its_last_reading_to_age() -> None:
    pauses: list[float] = []
    async with scripted_worker(Script(metrics=NEW)) as worker, _reader(worker.url) as reader:
        load = EngineLoad()
        await _follow(reader, load, pauses, rounds=1)
        read_at = load.read_at
        worker.script = Script(metrics=NEW, metrics_status=500)
        await _follow(reader, load, pauses, rounds=2)

    assert read_at is not None
    assert (load.waiting, load.read_at, pauses) == (2, read_at, [1.0, 1.0, 1.0])


async def _follow(reader: EngineReader, load: EngineLoad, pauses: list[float], rounds: int) -> None:
    """Follow for some rounds, on a clock of our own."""

    async def pause(seconds: float) -> None:
        nonlocal rounds
        pauses.append(seconds)
        rounds -= 1
        if rounds == 0:
            raise asyncio.CancelledError

    with suppress(asyncio.CancelledError):
        await follow(reader.read, load, pause)
