"""No sentence is shown that a check would stop: whole replies are written once more, streams end before it."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.care.posts import NONE
from tests.live import Live, live_app, settings_for
from tests.scripted_worker import WORDS, Script, ScriptedWorker, scripted_worker

pytestmark = pytest.mark.anyio

MODES = pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
GOOD = "That sounds like a heavy week. It makes sense that you are tired."
LIVED = "As a mother of two, I went through the same thing last year."
BAD_FIRST = f"{LIVED} {GOOD}"
BAD_LATER = f"{GOOD} {LIVED} You deserve a quiet evening."
PROMISE = "I promise that everything will be fine."


def in_turn(worker: ScriptedWorker, *texts: str) -> None:
    """Each request gets the next of these texts."""
    left: Iterator[str] = iter(texts)
    worker.draw = lambda: Script(text=next(left))


async def reply_to(live: Live, streamed: bool, **body: Any) -> dict[str, Any]:
    if not streamed:
        status, reply, _ = await live.ask(post=NONE, **body)
        assert status == 200
        return reply
    status, events = await live.stream(post=NONE, **body)
    reply = events[-1][1]
    assert (status, events[-1][0]) == (200, "reply")
    assert "".join(data["text"] for name, data in events if name == "delta") == reply["reply"]
    assert isinstance(reply, dict)
    return reply


@MODES
async def test_a_draft_that_fails_is_written_once_more_with_another_seed(streamed: bool) -> None:
    async with scripted_worker() as worker, live_app(settings_for(worker.url)) as live:
        in_turn(worker, BAD_FIRST, WORDS)
        reply = await reply_to(live, streamed, seed=7)

        assert (reply["outcome"], reply["reply"], reply["finish_reason"]) == ("reply", WORDS, "stop")
        assert [request["seed"] for request in worker.requests] == [7, 8]
        assert await live.metric('warmline_reply_checks_total{action="regenerate",check="lived"}') == 1


@MODES
async def test_two_drafts_that_fail_are_held(streamed: bool) -> None:
    async with scripted_worker() as worker, live_app(settings_for(worker.url)) as live:
        in_turn(worker, BAD_FIRST, BAD_FIRST, WORDS)
        reply = await reply_to(live, streamed)

        assert (reply["outcome"], reply["model"], len(worker.requests)) == ("held", None, 2)
        assert LIVED not in reply["reply"]
        assert reply["safety"]["flags"] == []


async def test_a_whole_draft_fails_by_any_of_its_sentences() -> None:
    async with scripted_worker() as worker, live_app(settings_for(worker.url)) as live:
        in_turn(worker, BAD_LATER, WORDS)
        reply = await reply_to(live, streamed=False)

    assert reply["reply"] == WORDS


async def test_a_stream_ends_before_the_sentence_that_fails() -> None:
    async with scripted_worker(Script(text=BAD_LATER, between_s=0.005)) as worker:
        async with live_app(settings_for(worker.url)) as live:
            reply = await reply_to(live, streamed=True)
            await worker.until(lambda: worker.open == 0)

            assert (reply["outcome"], reply["reply"], reply["finish_reason"]) == ("reply", GOOD, "checked")
            assert len(worker.requests) == 1
            assert worker.left == 1


@MODES
async def test_what_is_flagged_is_shown_with_its_place(streamed: bool) -> None:
    text = f"{GOOD} {PROMISE} You deserve a quiet evening."
    async with scripted_worker(Script(text=text)) as worker, live_app(settings_for(worker.url)) as live:
        reply = await reply_to(live, streamed)

    [flag] = reply["safety"]["flags"]
    assert (reply["outcome"], reply["reply"]) == ("reply", text)
    assert flag["id"] == "promise"
    assert reply["reply"][flag["start"] : flag["end"]].strip() == PROMISE


@MODES
async def test_the_operator_decides_what_is_done(streamed: bool) -> None:
    checks = {"lived": "flag", "promise": "drop", "blame": "allow"}
    async with scripted_worker() as worker:
        async with live_app(settings_for(worker.url, safety={"checks": checks})) as live:
            in_turn(worker, BAD_FIRST, f"{PROMISE} {GOOD}", f"It is your own fault. {GOOD}")
            flagged, dropped, allowed = [await reply_to(live, streamed) for _ in range(3)]

            assert [flag["id"] for flag in flagged["safety"]["flags"]] == ["lived"]
            assert (dropped["outcome"], len(worker.requests)) == ("held", 3)
            assert (allowed["outcome"], allowed["safety"]["flags"]) == ("reply", [])


def test_a_check_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match=r"safety\.checks\.nonsense"):
        settings_for("http://127.0.0.1:9/v1", safety={"checks": {"nonsense": "flag"}})


@MODES
async def test_a_medical_post_gets_no_advice_and_a_referral(streamed: bool) -> None:
    post = "My doctor put me on new medication and the dose makes me feel sick. Should I stop taking it?"
    async with scripted_worker(Script(text=GOOD)) as worker, live_app(settings_for(worker.url)) as live:
        if streamed:
            _, events = await live.stream(post=post)
            reply = events[-1][1]
            assert "".join(data["text"] for name, data in events if name == "delta") == reply["reply"]
        else:
            _, reply, _ = await live.ask(post=post)

        assert "no medical advice" in worker.requests[0]["messages"][0]["content"]
        assert reply["reply"].startswith(GOOD)
        assert "doctor" in reply["reply"]
        assert reply["safety"]["medical"] is True


@MODES
async def test_who_refers_already_is_not_added_to(streamed: bool) -> None:
    text = f"{GOOD} Your doctor can tell you more about it."
    post = "My doctor put me on new medication and the dose makes me feel sick. Should I stop taking it?"
    async with scripted_worker(Script(text=text)) as worker, live_app(settings_for(worker.url)) as live:
        reply = (await live.stream(post=post))[1][-1][1] if streamed else (await live.ask(post=post))[1]

    assert reply["reply"] == text
