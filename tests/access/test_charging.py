"""Limits over HTTP: what is refused and how, what is charged, what is given back."""

import asyncio
from contextlib import suppress

import pytest

from tests.access.keyed import OTHER_KEY, ask, keyed_settings
from tests.live import Live, live_app
from tests.scripted_worker import Script, scripted_worker

pytestmark = pytest.mark.anyio

USED = 90  # what the scripted worker says that a reply took


async def test_the_request_beyond_the_limit_is_429_and_says_when() -> None:
    async with scripted_worker() as worker:
        async with live_app(keyed_settings(worker.url, requests_per_minute=3, tokens_per_minute=10**6)) as live:
            answers = [await ask(live, stream=number == 1) for number in range(4)]
            streamed = await ask(live, stream=True)
            other = await ask(live, key=OTHER_KEY)

    assert [answer.status for answer in answers] == [200, 200, 200, 429]
    refused = answers[-1]
    assert (refused.slug, refused.body["retryable"]) == ("rate-limited", True)
    assert "3 requests a minute" in refused.body["detail"]
    wait_s = int(refused.headers["Retry-After"])
    assert 50 <= wait_s <= 61
    assert refused.headers["RateLimit-Policy"] == '"requests";q=3;w=60, "tokens";q=1000000;w=60'
    assert refused.headers["RateLimit"].startswith(f'"requests";r=0;t={wait_s}, "tokens";r=')
    assert [answer.headers["RateLimit"].split(",")[0] for answer in answers[:3]] == [
        f'"requests";r={left}' for left in (2, 1, 0)
    ]
    assert (streamed.status, streamed.slug) == (429, "rate-limited")
    assert len(worker.requests) == 4
    assert other.status == 200
    assert "nobody to talk to" not in refused.text
    assert "quokkalantern" not in refused.text


async def test_style_counts_as_a_request_without_tokens_and_models_does_not_count() -> None:
    async with live_app(keyed_settings(requests_per_minute=2, tokens_per_minute=1)) as live:
        for _ in range(5):
            assert (await ask(live, path="/models", method="GET")).status == 200
        statuses = [(await ask(live, path="/style", text="I hear you.")).status for _ in range(3)]

        assert await live.metric('warmline_key_tokens_total{key="app"}') == 0
    assert statuses == [200, 200, 429]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_tokens_are_charged_by_what_the_worker_counted(stream: bool) -> None:
    async with scripted_worker() as worker, live_app(keyed_settings(worker.url, tokens_per_minute=1_000)) as live:
        statuses = []
        for _ in range(12):
            answer = await ask(live, stream=stream)
            statuses.append(answer.status)
        charged = await live.metric('warmline_key_tokens_total{key="app"}')

    admitted = statuses.count(200)
    # A guess of several hundred is reserved, so that the last of the thousand are never reached.
    assert statuses == [200] * admitted + [429] * (12 - admitted)
    assert 2 <= admitted <= 1_000 // USED
    assert charged == admitted * USED
    assert answer.body["detail"] == "This key may use 1000 tokens a minute."


async def test_a_failure_is_not_charged() -> None:
    async with scripted_worker(Script(status=500)) as worker:
        async with live_app(keyed_settings(worker.url, tokens_per_minute=1_000)) as live:
            statuses = {(await ask(live, stream=number % 2 == 0)).status for number in range(8)}
            worker.script = Script()
            after = await ask(live)

    assert statuses == {503}
    assert (after.status, after.headers["RateLimit"].split(";r=")[0]) == (200, '"tokens"')


async def test_leases_are_limited_and_come_back_however_a_reply_ends() -> None:
    slow = Script(before_headers_s=0.3)
    async with scripted_worker(slow) as worker, live_app(keyed_settings(worker.url, max_in_flight=2)) as live:
        answers = await asyncio.gather(*(ask(live, stream=number % 2 == 0) for number in range(5)))
        refused = [answer for answer in answers if answer.status == 429]
        assert len(refused) == 3
        assert all("2 replies in flight" in answer.body["detail"] for answer in refused)
        assert all(1 <= int(answer.headers["Retry-After"]) <= 5 for answer in refused)

        for script in (Script(), Script(status=500), Script(reset_after=10), Script(body=b"<p>"), Script(hang_after=5)):
            worker.script = script
            await asyncio.gather(*(ask(live, stream=stream) for stream in (True, False)))
            assert await live.metric('warmline_key_in_flight{key="app"}') == 0


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_a_client_that_leaves_gives_its_lease_back_and_pays_for_what_was_begun(stream: bool) -> None:
    script = Script(hang_after=25) if stream else Script(before_headers_s=9)
    async with scripted_worker(script) as worker, live_app(keyed_settings(worker.url, max_in_flight=1)) as live:
        leaving = asyncio.create_task(ask(live, stream=stream))
        await worker.until(lambda: worker.open == 1)
        assert await live.metric('warmline_key_in_flight{key="app"}') == 1
        assert (await ask(live)).status == 429
        leaving.cancel()
        with suppress(asyncio.CancelledError):
            await leaving
        await worker.until(lambda: worker.open == 0)
        await _until(live, 'warmline_key_in_flight{key="app"}', 0)
        charged = await live.metric('warmline_key_tokens_total{key="app"}')
        worker.script = Script()
        assert (await ask(live)).status == 200

    assert 50 < charged < 1_000


async def _until(live: Live, series: str, value: float) -> None:
    async with asyncio.timeout(10):
        while await live.metric(series) != value:  # noqa: ASYNC110 - a metric is no event
            await asyncio.sleep(0.01)
