"""Another model stands in when a model's workers cannot write: never two in one reply, and the reply says who wrote."""

import asyncio
from typing import Any

import pytest

from app.settings import Settings
from tests.live import Live, live_app, settings_for
from tests.scripted_worker import WORDS, Script, scripted_worker

pytestmark = pytest.mark.anyio

NOBODY = "http://127.0.0.1:9/v1"
MODES = pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
PAIR = 'warmline_fallbacks_total{fallback="mistral",model="gpt"}'


def line_of(*urls: str, **overrides: Any) -> Settings:
    """Models `gpt` → `mistral` → `smollm2` → `gpt`, each with one worker of its own, as far as there are URLs."""
    names = ["gpt", "mistral", "smollm2"][: len(urls)]
    models: dict[str, Any] = {
        name: {"workers": [f"mistral-{number}"], "profile": name, "fallback": names[(number + 1) % len(names)]}
        for number, name in enumerate(names)
    }
    return settings_for(*urls, models=models, default_model="gpt", **overrides)


async def ask(live: Live, streamed: bool, **body: Any) -> tuple[int, dict[str, Any], str]:
    """Status, last body and the joined deltas (or the reply, where it came whole)."""
    if streamed:
        status, events = await live.stream(**body)
        return status, events[-1][1], "".join(data["text"] for name, data in events if name == "delta")
    status, answer, _ = await live.ask(**body)
    return status, answer, answer.get("reply", "")


@MODES
@pytest.mark.parametrize(
    "script",
    [Script(status=503), Script(status=401), Script(before_headers_s=9), Script(reset_after=5, between_s=0.002)],
    ids=["503", "401", "hang", "dies before a sentence"],
)
async def test_the_fallback_writes_with_its_own_prompt_and_name(script: Script, streamed: bool) -> None:
    async with scripted_worker(script) as first, scripted_worker() as second:
        async with live_app(line_of(first.url, second.url)) as live:
            status, reply, shown = await ask(live, streamed)

            assert (status, reply["outcome"], reply["model"], reply["worker"]) == (200, "reply", "mistral", "mistral-1")
            assert reply["disclosure"] == "Written by an AI (mistral)."
            assert shown == reply["reply"] == WORDS
            assert first.requests[0]["messages"][0]["role"] == "system"
            assert [message["role"] for message in second.requests[0]["messages"]] == ["user"], "Mistral's own way"
            assert await live.metric(PAIR) == 1
            assert await live.metric('warmline_replies_total{model="gpt",outcome="reply"}') == 1
            assert await live.metric("warmline_admission_in_flight") == 0


@MODES
async def test_a_model_that_is_known_to_be_gone_is_not_waited_for(streamed: bool) -> None:
    async with scripted_worker() as second, live_app(line_of(NOBODY, second.url)) as live:
        await ask(live, streamed)
        attempts = await live.metric('warmline_worker_attempts_total{worker="mistral-0"}')
        for _ in range(3):
            _, reply, _ = await ask(live, streamed)

        assert reply["model"] == "mistral"
        assert await live.metric('warmline_worker_attempts_total{worker="mistral-0"}') == attempts
        assert await live.metric(PAIR) == 4


@MODES
async def test_a_line_of_fallbacks_is_gone_through_once(streamed: bool) -> None:
    async with scripted_worker() as third, live_app(line_of(NOBODY, NOBODY, third.url)) as live:
        _, reply, _ = await ask(live, streamed)
        assert reply["model"] == "smollm2"
    async with live_app(line_of(NOBODY, NOBODY, NOBODY)) as live:
        status, answer, _ = await ask(live, streamed)
        assert (status, answer["type"]) == (503, "/problems/worker-unavailable")


async def test_what_was_shown_is_never_taken_over_by_another_model() -> None:
    script = Script(reset_after=30, between_s=0.002)
    async with scripted_worker(script) as first, scripted_worker() as second:
        async with live_app(line_of(first.url, second.url)) as live:
            _, events = await live.stream()

    assert [name for name, _ in events][-1] == "error"
    assert [name for name, _ in events].count("delta") > 0
    assert second.requests == []


async def test_a_fallback_that_cannot_read_so_much_does_not_blame_the_post() -> None:
    too_long = Script(status=400, body=b'{"error": {"code": "context_length_exceeded"}}')
    async with scripted_worker(Script(status=503)) as first, scripted_worker(too_long) as second:
        async with live_app(line_of(first.url, second.url)) as live:
            status, answer, _ = await ask(live, streamed=False)

    assert (status, answer["type"]) == (503, "/problems/worker-unavailable")


@pytest.mark.parametrize("script", [Script(body=b'{"error": {"code": "content_filter"}}', status=400)], ids=["filter"])
async def test_what_a_filter_stopped_no_other_model_is_asked_for(script: Script) -> None:
    async with scripted_worker(script) as first, scripted_worker() as second:
        async with live_app(line_of(first.url, second.url)) as live:
            _, reply, _ = await ask(live, streamed=False)

    assert reply["outcome"] == "held"
    assert second.requests == []


async def test_a_model_whose_worker_is_full_hands_over_and_a_full_process_does_not() -> None:
    slow = Script(before_headers_s=1.2)
    one_at_a_time = {"max_in_flight": 1}
    async with scripted_worker(slow) as first, scripted_worker() as second:
        workers = [
            {"name": f"mistral-{number}", "base_url": worker.url, "model": "m", **one_at_a_time}
            for number, worker in enumerate((first, second))
        ]
        config = line_of(first.url, second.url, workers=workers, admission={"queue": 0})
        async with live_app(config) as live:
            running = asyncio.create_task(ask(live, streamed=False))
            await first.until(lambda: first.open == 1)
            _, reply, _ = await ask(live, streamed=False)
            await running

            assert reply["model"] == "mistral"
        config = line_of(first.url, second.url, admission={"queue": 0, "max_in_flight": 1})
        async with live_app(config) as live:
            running = asyncio.create_task(ask(live, streamed=False))
            await first.until(lambda: first.open == 1)
            status, answer, _ = await ask(live, streamed=False)
            await running

            assert (status, answer["type"]) == (503, "/problems/no-room")
            assert await live.metric('warmline_admission_refused_total{reason="full"}') == 1


async def test_readiness_counts_the_fallback_and_models_tell_it() -> None:
    async with scripted_worker() as second, live_app(line_of(NOBODY, second.url)) as live:
        await second.until(lambda: second.probed > 0)
        await ask(live, streamed=False)
        async with live.session.get(f"{live.url}/readyz") as response:
            assert response.status == 200
        async with live.session.get(f"{live.url}/models") as response:
            gpt, mistral = (await response.json())["models"]

    assert (gpt["state"], gpt["fallback"], mistral["state"]) == ("down", "mistral", "ready")
    async with live_app(line_of(NOBODY, NOBODY)) as live:
        await ask(live, streamed=False)
        async with live.session.get(f"{live.url}/readyz") as response:
            answer = await response.json()

    assert answer["reasons"] == [f"mistral-{number}: The worker cannot be reached." for number in (0, 1)]
