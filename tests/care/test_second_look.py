"""A model rates the post beside the one that writes: it raises, it lowers what is soft, and it may fail."""

from typing import Any

import pytest

from app.settings import Settings
from tests.care.posts import ELEVATED, NONE, SOFT
from tests.live import live_app, settings_for
from tests.scripted_worker import WORDS, Script, scripted_worker

pytestmark = pytest.mark.anyio

MODES = pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])


def verdict(level: str, **more: object) -> Script:
    return Script(text=f'{{"level": "{level}", "subject": "self", "types": ["suicide"]}}', **more)  # type: ignore[arg-type]


def settings(writer: str, judge: str, second_look_s: float = 1) -> Settings:
    workers = [{"name": name, "base_url": url, "model": "m"} for name, url in (("writer", writer), ("judge", judge))]
    return settings_for(
        workers=workers,
        models={"mistral": {"workers": ["writer"]}, "judge": {"workers": ["judge"]}},
        safety={"second_look": "judge", "second_look_s": second_look_s},
    )


async def reply_to(post: str, streamed: bool, judge: Script, writer: Script | None = None, **more: float) -> Any:
    """The reply object, how often each worker was asked, and the metrics' text."""
    async with scripted_worker(writer) as writes, scripted_worker(judge) as judges:
        async with live_app(settings(writes.url, judges.url, **more)) as live:
            if streamed:
                status, events = await live.stream(post=post)
                reply = events[-1][1]
                assert "".join(data["text"] for name, data in events if name == "delta") == reply["reply"]
            else:
                status, reply, _ = await live.ask(post=post)
            assert status == 200
            failed = await live.metric("warmline_second_look_failures_total")
            await writes.until(lambda: writes.open == 0 and judges.open == 0)
            return reply, (len(writes.requests), len(judges.requests)), failed


@MODES
@pytest.mark.parametrize("level", ["elevated", "imminent"])
async def test_what_only_the_model_sees_becomes_the_fixed_text(level: str, streamed: bool) -> None:
    reply, _, _ = await reply_to(NONE, streamed, verdict(level))

    assert (reply["outcome"], reply["safety"]["level"]) == ("crisis_support", level)
    assert reply["safety"]["layers"] == ["lexical", "model"]
    assert reply["safety"]["degraded"] is False
    assert reply["model"] is None
    assert reply["resources"]


@MODES
async def test_nothing_is_shown_before_the_model_has_looked(streamed: bool) -> None:
    reply, _, _ = await reply_to(NONE, streamed, verdict("elevated", before_headers_s=0.4))

    assert reply["outcome"] == "crisis_support"


@MODES
async def test_a_crisis_ends_the_writing_at_once(streamed: bool) -> None:
    reply, _, _ = await reply_to(NONE, streamed, verdict("elevated"), Script(before_headers_s=2))

    assert reply["outcome"] == "crisis_support"
    assert reply["timing_ms"]["total"] < 1_500


@MODES
async def test_a_soft_post_that_the_model_finds_harmless_is_an_ordinary_one(streamed: bool) -> None:
    reply, _, _ = await reply_to(SOFT, streamed, verdict("none"))

    assert (reply["outcome"], reply["safety"]["level"], reply["resources"]) == ("reply", "none", [])


@MODES
async def test_a_post_that_the_model_finds_soft_gets_help_lines(streamed: bool) -> None:
    reply, _, _ = await reply_to(NONE, streamed, verdict("soft"))

    assert (reply["outcome"], reply["safety"]["level"], reply["reply"]) == ("reply", "soft", WORDS)
    assert reply["resources"]


async def test_what_the_patterns_rate_a_crisis_is_not_put_to_the_vote() -> None:
    reply, asked, failed = await reply_to(ELEVATED, False, verdict("none"))

    assert (reply["outcome"], asked, failed) == ("crisis_support", (0, 0), 0)
    assert reply["safety"]["layers"] == ["lexical"]


@MODES
@pytest.mark.parametrize(
    "judge",
    [
        Script(text="I would say that it is fine."),
        Script(status=500),
        Script(before_headers_s=9),
        Script(finish="content_filter", text=""),
        Script(reset_before_headers=True),
    ],
    ids=["no verdict", "500", "hang", "filter", "reset"],
)
async def test_a_look_that_fails_leaves_the_reply_and_says_so(judge: Script, streamed: bool) -> None:
    reply, _, failed = await reply_to(NONE, streamed, judge, second_look_s=0.5)

    assert (reply["outcome"], reply["reply"]) == ("reply", WORDS)
    assert (reply["safety"]["layers"], reply["safety"]["degraded"]) == (["lexical"], True)
    assert failed == 1


@MODES
async def test_when_the_writer_fails_the_look_still_counts(streamed: bool) -> None:
    reply, _, _ = await reply_to(NONE, streamed, verdict("elevated", before_headers_s=0.3), Script(status=400))

    assert reply["outcome"] == "crisis_support"


def test_a_second_look_by_a_model_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match=r"safety\.second_look: there is no model named 'nobody'"):
        settings_for("http://127.0.0.1:9/v1", safety={"second_look": "nobody"})
