"""Who is on call is told of danger and nothing else; what we sent can be proved; help lines can be listed."""

import json
from datetime import date
from typing import Any

import pytest

from app.safety.provenance import verify
from tests.access.keyed import ask, keyed_settings
from tests.care.posts import ELEVATED, FRIEND, IMMINENT, NONE, SOFT
from tests.escalation.receiver import Answer, receiver
from tests.listening import everything_logged
from tests.live import live_app, settings_for
from tests.scripted_worker import scripted_worker

pytestmark = pytest.mark.anyio

NOBODY = "http://127.0.0.1:9/v1"
KEY = "a-key-of-twenty-four-bytes-or-more"


def told_to(url: str) -> dict[str, Any]:
    return {"escalation": {"url": url, "secret_env": "X", "secret": "k" * 32}}


async def test_a_post_that_shows_danger_is_told_once_without_a_word_of_it() -> None:
    async with receiver() as it, scripted_worker() as worker:
        async with live_app(settings_for(worker.url, **told_to(it.url))) as live:
            for post in (NONE, SOFT):
                await live.ask(post=post)
            async with live.session.post(
                f"{live.url}/reply",
                json={"post": IMMINENT, "country": "GB"},
                headers={"X-Request-ID": "app-1"},
            ):
                pass
            await live.stream(post=FRIEND)
            await it.until(2)

    events = [json.loads(body) for _, body in it.calls]
    told = {event["level"]: (event["subject"], event["country"]) for event in events}
    assert told == {"imminent": ("self", "GB"), "elevated": ("other", None)}
    assert "app-1" in {event["request_id"] for event in events}
    assert all("suicide" in event["types"] for event in events)
    assert not any(word in body.decode() for _, body in it.calls for word in ("pills", "friend"))


async def test_a_replay_is_not_told_again_and_the_key_is_named() -> None:
    async with receiver() as it:
        settings = keyed_settings(NOBODY).model_copy(
            update={"escalation": settings_for(NOBODY, **told_to(it.url)).escalation}
        )
        async with live_app(settings) as live:
            for _ in range(3):
                await ask(live, post=ELEVATED, once="k1")
            await it.until(1)

    assert [json.loads(body)["key"] for _, body in it.calls] == ["app"]


async def test_a_receiver_that_hangs_delays_no_reply() -> None:
    async with receiver(Answer(after_s=5)) as it:
        async with live_app(settings_for(NOBODY, **told_to(it.url))) as live:
            _, reply, _ = await live.ask(post=ELEVATED)

            assert reply["timing_ms"]["total"] < 1_000


@pytest.mark.parametrize("post", [NONE, ELEVATED], ids=["written", "fixed"])
async def test_what_was_sent_can_be_proved_and_nothing_else(post: str) -> None:
    async with scripted_worker() as worker, live_app(settings_for(worker.url, provenance_key=KEY)) as live:
        _, reply, _ = await live.ask(post=post)
        _, events = await live.stream(post=post)

    for sent in (reply, events[-1][1]):
        assert verify(KEY.encode(), sent)
        assert not verify(KEY.encode(), {**sent, "reply": sent["reply"] + " "})
        assert not verify(b"another key of at least 24 bytes", sent)


@pytest.mark.parametrize(
    ("query", "country", "first"),
    [
        ("?country=DE", "DE", "112"),
        ("?country=FR&language=fr", "FR", "112"),
        ("", None, None),
        ("?country=KP", "KP", None),
    ],
)
async def test_help_lines_are_listed_by_country(query: str, country: str | None, first: str | None) -> None:
    async with live_app(settings_for(NOBODY)) as live:
        async with live.session.get(f"{live.url}/resources{query}") as response:
            answer = await response.json()

    assert (response.status, answer["country"]) == (200, country)
    assert answer["resources"][0]["phone"] == first
    if first is None:
        assert [line["url"] for line in answer["resources"]] == ["https://findahelpline.com"]
    else:
        assert len(answer["resources"]) >= 2


@pytest.mark.parametrize("query", ["?country=XX", "?country=de", "?country=DEU", "?language=%22"])
async def test_a_country_that_is_none_is_a_422_that_names_the_field(query: str) -> None:
    async with live_app(settings_for(NOBODY)) as live:
        async with live.session.get(f"{live.url}/resources{query}") as response:
            problem = await response.json(content_type=None)

    assert (response.status, problem["type"]) == (422, "/problems/invalid-field")
    assert problem["errors"][0]["path"] == query[1:].partition("=")[0]


async def test_old_help_lines_are_told_and_named_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.composition._today", lambda: date(2040, 1, 1))
    async with live_app(settings_for(NOBODY)) as live:
        total = await live.metric("warmline_help_lines")
        stale = await live.metric("warmline_help_lines_stale")
        _, reply, _ = await live.ask(post=ELEVATED, country="DE")

    assert total == stale > 50
    assert reply["resources"]


async def test_the_log_line_tells_the_level_beside_its_own() -> None:
    logged = everything_logged()
    async with live_app(settings_for(NOBODY)) as live:
        await live.ask(post=ELEVATED)

    [line] = [json.loads(line) for line in logged.getvalue().splitlines() if '"event": "request"' in line]
    assert (line["level"], line["post_level"], line["post_subject"]) == ("info", "elevated", "self")
    assert line["outcome"] == "crisis_support"
