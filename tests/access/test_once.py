"""`Idempotency-Key` over HTTP: replayed, joined, taken over, refused; whole and streamed in every pairing."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

import pytest

from tests.access.keyed import OTHER_KEY, Answer, ask, keyed_settings
from tests.live import Live, live_app, settings_for
from tests.scripted_worker import Script, ScriptedWorker, scripted_worker

pytestmark = pytest.mark.anyio

PATIENT = {"first_token_s": 20, "between_tokens_s": 20, "attempt_s": 20, "total_s": 20}
PAIRS = [(False, False), (False, True), (True, False), (True, True)]
IDS = ["whole, whole", "whole, streamed", "streamed, whole", "streamed, streamed"]
SLOW = Script(before_headers_s=0.4)


@asynccontextmanager
async def service(script: Script | None = None, **limits: int) -> AsyncGenerator[tuple[Live, ScriptedWorker]]:
    async with (
        scripted_worker(script) as worker,
        live_app(keyed_settings(worker.url, redis_url=None, other=None, **limits)) as live,
    ):
        yield live, worker


def assert_same_reply(first: Answer, second: Answer) -> None:
    """The second is the first's reply; streamed, as one delta and the reply."""
    assert (first.status, second.status) == (200, 200)
    assert second.body == first.body
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.headers["X-AI-Generated"] == "true"
    if second.events:
        assert [name for name, _ in second.events] == ["delta", "reply"]
        assert second.events[0][1]["text"] == first.body["reply"]


@pytest.mark.parametrize(("first", "second"), PAIRS, ids=IDS)
async def test_a_finished_reply_is_replayed(first: bool, second: bool) -> None:
    async with service() as (live, worker):
        made = await ask(live, once="k", stream=first)
        replayed = await ask(live, once="k", stream=second)
        outcomes = await live.series("warmline_idempotency_total")
        entries = await live.series("warmline_idempotency_entries")

    assert "Idempotent-Replayed" not in made.headers
    assert_same_reply(made, replayed)
    assert len(worker.requests) == 1
    assert outcomes == {'warmline_idempotency_total{outcome="replay"}': 1}
    assert entries['warmline_idempotency_entries{state="kept"}'] == 1


@pytest.mark.parametrize(("first", "second"), PAIRS, ids=IDS)
async def test_a_reply_that_is_being_made_is_joined(first: bool, second: bool) -> None:
    async with service(SLOW) as (live, worker):
        leading = asyncio.create_task(ask(live, once="k", stream=first))
        await worker.until(lambda: worker.open == 1)
        joined = await asyncio.gather(*(ask(live, once="k", stream=second) for _ in range(5)))
        made = await leading
        written = await live.metric('warmline_replies_total{model="mistral",outcome="reply"}')

    for answer in joined:
        assert_same_reply(made, answer)
    assert len(worker.requests) == 1
    assert written == 1


@pytest.mark.parametrize("in_progress", [False, True], ids=["kept", "being made"])
async def test_another_body_is_409_and_gives_nothing_away(in_progress: bool) -> None:
    async with service(SLOW if in_progress else None) as (live, worker):
        making = asyncio.create_task(ask(live, once="k"))
        await (worker.until(lambda: worker.open == 1) if in_progress else making)
        answers = [
            await ask(live, once="k", post="Something else, thistlebarge."),
            await ask(live, once="k", max_words=140, stream=True),
            await ask(live, once="k", seed=3),
        ]
        same = await ask(live, once="k", model="mistral", min_words=100)
        await making
        conflicts = await live.metric('warmline_idempotency_total{outcome="conflict"}')

    for answer in answers:
        assert (answer.status, answer.slug, answer.body["retryable"]) == (409, "idempotency-conflict", False)
        assert "thistlebarge" not in answer.text
    assert same.status == 200
    assert (len(worker.requests), conflicts) == (1, 3)


@pytest.mark.parametrize("sent", ["", "x" * 256, "é", "tab\there"], ids=["empty", "256", "not ASCII", "a tab"])
async def test_a_header_that_is_no_key_is_422_and_named(sent: str) -> None:
    async with service() as (live, worker):
        answer = await _ask_raw(live, f"Idempotency-Key: {sent}\r\n".encode())
        twice = await _ask_raw(live, b"Idempotency-Key: a\r\nIdempotency-Key: a\r\n")

    for text in (answer, twice):
        problem = json.loads(text.partition("\r\n\r\n")[2])
        assert (problem["status"], problem["type"]) == (422, "/problems/invalid-field")
        assert problem["errors"][0]["path"] == "Idempotency-Key"
    assert worker.requests == []


async def _ask_raw(live: Live, headers: bytes) -> str:
    """A request whose headers a client library would refuse to send."""
    host, port = live.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = b"POST /reply HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
    head += b"Authorization: Bearer wl_quokkalantern-of-the-app\r\nContent-Length: 17\r\n"
    writer.write(head + headers + b'\r\n{"post": "Hello"}')
    text = (await reader.read()).decode()
    writer.close()
    return text


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_when_the_first_client_leaves_one_who_joined_takes_over_and_nobody_sees_an_error(stream: bool) -> None:
    async with scripted_worker(Script(before_headers_s=9)) as worker:
        async with live_app(settings_for(worker.url, deadlines=PATIENT)) as live:
            leading = asyncio.create_task(ask(live, key=None, once="k", stream=stream))
            await worker.until(lambda: worker.open == 1)
            joining = [asyncio.create_task(ask(live, key=None, once="k", stream=odd % 2 == 1)) for odd in range(4)]
            await _until(live, 'warmline_idempotency_total{outcome="join"}', 4)
            worker.script = SLOW
            leading.cancel()
            with suppress(asyncio.CancelledError):
                await leading
            answers = await asyncio.gather(*joining)
            took_over = await live.metric('warmline_idempotency_total{outcome="takeover"}')
            left = await live.metric('warmline_replies_total{model="mistral",outcome="client-left"}')

    assert [answer.status for answer in answers] == [200] * 4
    assert len({answer.body["id"] for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == 3
    assert (len(worker.requests), took_over, left) == (2, 1, 1)


async def test_a_first_client_that_leaves_in_mid_stream_is_taken_over_too() -> None:
    async with scripted_worker(Script(hang_after=25)) as worker:
        async with live_app(settings_for(worker.url, deadlines=PATIENT)) as live:
            body = {"post": "Hello.", "stream": True}
            headers = {"Idempotency-Key": "k"}
            async with live.session.post(f"{live.url}/reply", json=body, headers=headers) as response:
                await response.content.readuntil(b"event: delta")
                joining = asyncio.create_task(ask(live, key=None, once="k", post="Hello."))
                await _until(live, 'warmline_idempotency_total{outcome="join"}', 1)
                worker.script = Script()
                response.close()
            answer = await joining

    assert answer.status == 200
    assert "Idempotent-Replayed" not in answer.headers


async def test_when_everybody_leaves_the_worker_is_free_and_nothing_is_kept() -> None:
    async with scripted_worker(Script(before_headers_s=9)) as worker:
        async with live_app(settings_for(worker.url, deadlines=PATIENT)) as live:
            asking = [asyncio.create_task(ask(live, key=None, once="k", stream=odd % 2 == 1)) for odd in range(6)]
            await _until(live, 'warmline_idempotency_total{outcome="join"}', 5)
            for task in asking:
                task.cancel()
            await asyncio.gather(*asking, return_exceptions=True)
            await worker.until(lambda: worker.open == 0)
            await _until(live, 'warmline_idempotency_entries{state="in progress"}', 0)
            await worker.until(lambda: worker.open == 0)
            entries = await live.series("warmline_idempotency_entries")
            size = await live.metric("warmline_idempotency_bytes")
            worker.script = Script()
            again = await ask(live, key=None, once="k")

    assert set(entries.values()) == {0}
    assert size == 0
    assert again.status == 200


async def test_a_failure_is_shared_by_those_who_joined_and_not_kept() -> None:
    failing = Script(status=500, before_headers_s=0.3)
    async with service(failing) as (live, worker):
        answers = await asyncio.gather(*(ask(live, once="k", stream=odd % 2 == 1) for odd in range(4)))
        attempts = len(worker.requests)
        worker.script = Script()
        after = await ask(live, once="k")

    assert {answer.status for answer in answers} == {503}
    assert after.status == 200
    assert "Idempotent-Replayed" not in after.headers
    assert attempts < 4


async def test_replays_and_joins_count_as_requests_but_take_no_tokens_and_no_lease() -> None:
    async with service(SLOW, requests_per_minute=6, tokens_per_minute=800, max_in_flight=1) as (live, worker):
        answers = await asyncio.gather(*(ask(live, once="k") for _ in range(3)))
        answers += [await ask(live, once="k", stream=True) for _ in range(3)]
        refused = await ask(live, once="k")
        charged = await live.metric('warmline_key_tokens_total{key="app"}')

    assert [answer.status for answer in answers] == [200] * 6
    assert (refused.status, refused.slug) == (429, "rate-limited")
    assert len(worker.requests) == 1
    assert charged == 90


async def test_the_first_ones_refusal_leaves_nothing_behind() -> None:
    async with service(requests_per_minute=1) as (live, _worker):
        await ask(live)
        refused = await ask(live, once="k")
        entries = await live.series("warmline_idempotency_entries")

    assert refused.status == 429
    assert set(entries.values()) == {0}


async def test_one_keys_idempotency_keys_are_not_anothers() -> None:
    async with service() as (live, worker):
        answers = [await ask(live, once="k"), await ask(live, once="k", key=OTHER_KEY, post="Something else.")]

    assert [answer.status for answer in answers] == [200, 200]
    assert len(worker.requests) == 2


async def _until(live: Live, series: str, value: float) -> None:
    async with asyncio.timeout(10):
        while await live.metric(series) != value:  # noqa: ASYNC110 - a metric is no event
            await asyncio.sleep(0.01)
