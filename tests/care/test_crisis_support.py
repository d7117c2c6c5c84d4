"""Who writes of danger gets the fixed text: no model is asked, and nothing that fails can silence it."""

import asyncio
from typing import Any

import pytest

from app.safety.screen import screen
from app.safety.verdict import is_crisis
from tests.access.keyed import ask, keyed_settings
from tests.care.posts import CRISES, ELEVATED, FRIEND, IMMINENT, NONE, SOFT, cases
from tests.live import Live, live_app, settings_for
from tests.scripted_worker import WORDS, Script, scripted_worker

pytestmark = pytest.mark.anyio

NOBODY = "http://127.0.0.1:9/v1"
MODES = pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
EACH = pytest.mark.parametrize("kind", CRISES)


async def reply_to(live: Live, post: str, streamed: bool, **body: Any) -> dict[str, Any]:
    """The reply object; of a stream, checked against its one delta."""
    if not streamed:
        status, reply, headers = await live.ask(post=post, **body)
        assert status == 200
        assert "X-AI-Generated" not in headers
        return reply
    status, events = await live.stream(post=post, **body)
    assert (status, [name for name, _ in events]) == (200, ["delta", "reply"])
    assert events[0][1]["text"] == events[1][1]["reply"]
    reply = events[1][1]
    assert isinstance(reply, dict)
    return reply


def check_is_fixed(reply: dict[str, Any]) -> None:
    assert reply["outcome"] == "crisis_support"
    assert [reply[name] for name in ("model", "worker", "finish_reason", "usage", "style")] == [None] * 5
    assert WORDS[:20] not in reply["reply"]
    assert reply["resources"]
    assert reply["safety"]["level"] in ("elevated", "imminent")


@MODES
@EACH
async def test_a_crisis_gets_the_fixed_text_and_no_worker_is_asked(kind: str, streamed: bool) -> None:
    async with scripted_worker() as worker, live_app(settings_for(worker.url)) as live:
        reply = await reply_to(live, CRISES[kind], streamed, country="DE")

        check_is_fixed(reply)
        assert worker.requests == []
        assert "no AI" in reply["disclosure"]


@MODES
async def test_every_case_that_the_screen_rates_so_gets_it(streamed: bool) -> None:
    posts = [case for name in ("posts_own", "posts_apart") for case in cases(name)]
    rated = [case for case in posts if is_crisis(screen(case["text"], case.get("earlier", ())).level)]
    assert len(rated) > 200
    async with live_app(settings_for(NOBODY)) as live:
        for case in rated:
            history = [{"role": "seeker", "text": text} for text in case.get("earlier", ())]
            check_is_fixed(await reply_to(live, case["text"], streamed, history=history))


@MODES
@EACH
async def test_it_needs_no_worker(kind: str, streamed: bool) -> None:
    async with live_app(settings_for(NOBODY)) as live:
        check_is_fixed(await reply_to(live, CRISES[kind], streamed))


@MODES
async def test_it_needs_no_room(streamed: bool) -> None:
    admission = {"max_in_flight": 1, "queue": 1, "queue_s": 3}
    async with scripted_worker(Script(before_headers_s=2)) as worker:
        async with live_app(settings_for(worker.url, admission=admission)) as live:
            others = [asyncio.create_task(live.ask(post=NONE)) for _ in range(2)]
            await worker.until(lambda: len(worker.requests) == 1)
            refused, _, _ = await live.ask(post=NONE)
            check_is_fixed(await reply_to(live, ELEVATED, streamed))
            for other in others:
                other.cancel()

    assert refused == 503


@pytest.mark.parametrize("redis", [None, "redis://127.0.0.1:9/0"], ids=["alone", "redis is dead"])
@pytest.mark.parametrize(
    "limits", [{"requests_per_minute": 1}, {"tokens_per_minute": 1}, {"max_in_flight": 1}], ids=str
)
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_no_limit_silences_it(limits: dict[str, Any], redis: str | None, stream: bool) -> None:
    async with scripted_worker() as worker, live_app(keyed_settings(worker.url, redis_url=redis, **limits)) as live:
        held = asyncio.create_task(ask(live, post=NONE)) if "max_in_flight" in limits else None
        await ask(live, post=NONE)
        answers = [await ask(live, post=ELEVATED, stream=stream) for _ in range(3)]
        if held:
            await held

    assert [answer.status for answer in answers] == [200] * 3
    for answer in answers:
        check_is_fixed(answer.body)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_a_soft_post_beyond_the_limit_gets_the_fixed_text_and_costs_no_worker(stream: bool) -> None:
    async with scripted_worker() as worker, live_app(keyed_settings(worker.url, requests_per_minute=1)) as live:
        written = await ask(live, post=SOFT, stream=stream)
        beyond = await ask(live, post=SOFT, stream=stream)

        assert (written.body["outcome"], beyond.body["outcome"]) == ("reply", "crisis_support")
        assert beyond.body["safety"]["level"] == "soft"
        assert len(worker.requests) == 1
        assert await live.metric('warmline_key_overruns_total{key="app",reason="requests"}') == 1


async def test_a_replayed_crisis_is_the_same_text_even_beyond_the_limit() -> None:
    async with live_app(keyed_settings(requests_per_minute=1)) as live:
        answers = [await ask(live, post=ELEVATED, once="k1", stream=streamed) for streamed in (False, False, True)]

    assert len({answer.body["reply"] for answer in answers}) == 1
    assert len({answer.body["id"] for answer in answers}) == 1
    assert answers[2].headers["Idempotent-Replayed"] == "true"


FAILURES = {
    "refused": None,
    "500": Script(status=500),
    "content filter": Script(finish="content_filter"),
    "content filter before a word": Script(text="", finish="content_filter"),
    "a provider's filter": Script(status=400, body=b'{"error": {"code": "content_filter", "message": "self_harm"}}'),
    "nonsense": Script(body=b"<p>"),
    "hang": Script(before_headers_s=9),
    "a model that refuses": Script(text="I'm sorry, but I can't help with that."),
}


@MODES
@pytest.mark.parametrize("failure", FAILURES)
async def test_a_failure_on_a_soft_post_becomes_the_fixed_text(failure: str, streamed: bool) -> None:
    script = FAILURES[failure]
    if script and script.finish == "content_filter" and script.text and streamed:
        pytest.skip("what was shown already stays, and ends there")
    async with scripted_worker(script) as worker:
        url = worker.url if script else NOBODY
        deadlines = {"connect_s": 0.2, "first_token_s": 0.4, "between_tokens_s": 0.4, "attempt_s": 0.6, "total_s": 1}
        async with live_app(settings_for(url, deadlines=deadlines)) as live:
            reply = await reply_to(live, SOFT, streamed)

            assert (reply["outcome"], reply["safety"]["level"]) == ("crisis_support", "soft")
            assert await live.metric('warmline_replies_total{model="mistral",outcome="crisis_support"}') == 1


async def test_the_same_failures_on_an_ordinary_post_stay_failures() -> None:
    async with scripted_worker(Script(status=500)) as worker, live_app(settings_for(worker.url)) as live:
        status, problem, _ = await live.ask(post=NONE)

    assert (status, problem["type"]) == (503, "/problems/worker-unavailable")


async def test_the_emergency_number_comes_first_when_danger_is_imminent_only() -> None:
    async with live_app(settings_for(NOBODY)) as live:
        imminent = await reply_to(live, IMMINENT, streamed=False, country="DE")
        elevated = await reply_to(live, ELEVATED, streamed=False, country="DE")

    assert imminent["resources"][0]["phone"] == "112"
    assert "112" in imminent["reply"]
    assert elevated["resources"][0]["phone"] != "112"
    for reply in (imminent, elevated):
        assert all(resource["verified_on"] for resource in reply["resources"])


async def test_help_lines_are_those_of_the_country_asked_for_and_never_guessed() -> None:
    async with live_app(settings_for(NOBODY)) as live:
        german = await reply_to(live, "Ich will mich umbringen.", streamed=False, language="de")
        belgian = await reply_to(live, ELEVATED, streamed=False, country="BE")
    async with live_app(settings_for(NOBODY, safety={"country": "FR"})) as live:
        french = await reply_to(live, ELEVATED, streamed=False)

    assert [resource["url"] for resource in german["resources"]] == ["https://findahelpline.com"]
    assert "findahelpline.com" in german["reply"]
    assert "988" not in german["reply"]
    assert {"1813"} <= {resource["phone"] for resource in belgian["resources"]}
    assert "3114" in french["reply"]


async def test_who_worries_about_somebody_gets_guidance() -> None:
    async with live_app(settings_for(NOBODY)) as live:
        friend = await reply_to(live, FRIEND, streamed=False)
        own = await reply_to(live, ELEVATED, streamed=False)

    assert friend["safety"]["subject"] == "other"
    assert len(friend["helper_guidance"]) >= 3
    assert own["helper_guidance"] == []


async def test_an_earlier_turn_counts() -> None:
    history = [{"role": "seeker", "text": ELEVATED}, {"role": "supporter", "text": "I am here."}]
    async with live_app(settings_for(NOBODY)) as live:
        reply = await reply_to(live, "Yes.", streamed=False, history=history)

    check_is_fixed(reply)
    assert reply["safety"]["spans"] == []


@MODES
async def test_a_soft_post_gets_a_reply_with_help_lines_by_a_gentler_instruction(streamed: bool) -> None:
    async with scripted_worker() as worker, live_app(settings_for(worker.url)) as live:
        if streamed:
            _, events = await live.stream(post=SOFT, country="GB")
            reply = events[-1][1]
        else:
            _, reply, _ = await live.ask(post=SOFT, country="GB")
        await live.ask(post=NONE)

        soft, plain = (request["messages"][0]["content"] for request in worker.requests)
        assert (reply["outcome"], reply["safety"]["level"], reply["reply"]) == ("reply", "soft", WORDS)
        assert any(resource["phone"] == "116 123" for resource in reply["resources"])
        assert "gentle, open question" in soft
        assert "gentle, open question" not in plain
        assert await live.metric('warmline_posts_screened_total{layer="lexical",level="soft",subject="self"}') == 1
        assert await live.metric('warmline_posts_screened_total{layer="lexical",level="none",subject="unknown"}') == 1
