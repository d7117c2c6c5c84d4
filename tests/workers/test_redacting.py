"""What a remote worker gets to see: no address and no number of anybody, and an order to keep nothing."""

import json
from typing import Any

import pytest

from app.reply.conversation import Conversation, Turn
from app.reply.profiles import PROFILES
from app.reply.prompt import Band, build_messages
from app.safety.identifiers import KINDS
from app.settings import Settings, WorkerConfig
from app.telemetry.safety_metrics import REDACTED_KINDS
from tests.live import live_app, settings_for
from tests.scripted_worker import Script, ScriptedWorker, scripted_worker

pytestmark = pytest.mark.anyio

MODES = pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
POST = "He has kit@example.com and 07700 900314, and mo@example.org too."
HISTORY = [
    {"role": "seeker", "text": "My mail is kit@example.com, he reads it."},
    {"role": "supporter", "text": "Is there somebody beside kit@example.com?"},
]
CLEAN = ("kit@example.com", "07700 900314", "mo@example.org")


def one_worker(url: str, **line: Any) -> Settings:
    return settings_for(workers=[{"name": "w", "base_url": url, "model": "m"} | line], models=MODELS)


MODELS = {"mistral": {"workers": ["w"], "profile": "default"}}


def seen_by(worker: ScriptedWorker) -> str:
    return "\n".join(message["content"] for message in worker.requests[-1]["messages"])


# what the worker's line says: whether its texts are redacted
LINES: list[tuple[dict[str, bool], bool]] = [
    ({}, False),
    ({"remote": True}, True),
    ({"remote": True, "redact": False}, False),
    ({"redact": True}, True),
    ({"remote": False, "redact": False}, False),
]


@MODES
@pytest.mark.parametrize(("line", "redacted"), LINES, ids=[json.dumps(line) for line, _ in LINES])
async def test_a_worker_sees_the_original_only_in_house_unless_its_line_says_otherwise(
    line: dict[str, bool], redacted: bool, streamed: bool
) -> None:
    async with scripted_worker() as worker, live_app(one_worker(worker.url, **line)) as live:
        await (live.stream if streamed else live.ask)(post=POST, history=HISTORY)
        counted = await live.series("warmline_redactions_total{")

    seen = seen_by(worker)
    assert [value in seen for value in CLEAN] == [not redacted] * 3
    assert ("He has [EMAIL_1] and [PHONE_1], and [EMAIL_2] too." in seen) is redacted
    assert seen.count("[EMAIL_1]") == (3 if redacted else 0)
    assert counted['warmline_redactions_total{kind="EMAIL"}'] == (4 if redacted else 0)
    assert counted['warmline_redactions_total{kind="PHONE"}'] == (1 if redacted else 0)


@MODES
async def test_a_local_worker_that_takes_over_from_a_remote_one_sees_the_original(streamed: bool) -> None:
    async with scripted_worker(Script(status=503)) as remote, scripted_worker() as local:
        lines = [
            {"name": "far", "base_url": remote.url, "model": "m", "remote": True},
            {"name": "near", "base_url": local.url, "model": "m"},
        ]
        models = {"gpt": {"workers": ["far"], "fallback": "mistral"}, "mistral": {"workers": ["near"]}}
        async with live_app(settings_for(workers=lines, models=models, default_model="gpt")) as live:
            await (live.stream if streamed else live.ask)(post=POST, history=HISTORY)

    assert not [value for value in CLEAN if value in seen_by(remote)]
    assert POST in seen_by(local)


async def test_two_workers_of_one_model_each_see_what_their_own_line_says() -> None:
    async with scripted_worker(Script(status=500)) as remote, scripted_worker(Script(status=500)) as local:
        lines = [
            {"name": "far", "base_url": remote.url, "model": "m", "remote": True},
            {"name": "near", "base_url": local.url, "model": "m"},
        ]
        models = {"mistral": {"workers": ["far", "near"]}}
        async with live_app(settings_for(workers=lines, models=models)) as live:
            await live.ask(post=POST)

    assert POST not in seen_by(remote)
    assert POST in seen_by(local)


@MODES
@pytest.mark.parametrize("kind", KINDS)
async def test_the_reply_gets_nothing_put_back_and_shows_no_placeholder(kind: str, streamed: bool) -> None:
    text = f"It makes sense that you worry about [{kind}_1]. You are not alone with this, and I hear you."
    async with scripted_worker(Script(text=text)) as worker, live_app(one_worker(worker.url, remote=True)) as live:
        if streamed:
            _, events = await live.stream(post=POST, min_words=10, max_words=40)
            reply = events[-1][1]
        else:
            _, reply, _ = await live.ask(post=POST, min_words=10, max_words=40)

    assert reply["reply"] == "You are not alone with this, and I hear you."


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("first", ["seeker", "supporter"])
def test_a_message_knows_where_our_own_words_end(profile: str, first: str) -> None:
    turns = [Turn("supporter", "§hello there"), Turn("seeker", "§one"), Turn("supporter", "§two")]
    conversation = Conversation.of("§three", tuple(turns if first == "supporter" else turns[1:]))
    for message in build_messages(conversation, PROFILES[profile], Band(100, 150)):
        theirs = "" if message.role == "system" else message.content[message.ours :]
        assert "§" not in message.content.removesuffix(theirs)
        assert theirs == "" or theirs.startswith("§")


def test_the_metric_has_a_series_for_each_kind() -> None:
    assert REDACTED_KINDS == KINDS


def test_only_a_worker_that_is_remote_or_says_so_redacts() -> None:
    assert WorkerConfig(name="local", embedded=True).redacts is False
    assert WorkerConfig(name="local", embedded=True, redact=True).redacts is True


@MODES
async def test_openai_is_told_to_store_nothing(streamed: bool) -> None:
    models = {"mistral": {"workers": ["w"], "profile": "gpt"}}
    async with scripted_worker() as worker:
        line = {"name": "w", "base_url": worker.url, "model": "m", "remote": True}
        async with live_app(settings_for(workers=[line], models=models)) as live:
            await (live.stream if streamed else live.ask)()

    assert worker.requests[0]["store"] is False


async def test_a_server_that_does_not_know_how_to_store_is_not_told_again() -> None:
    refusal = {"error": {"message": "Unknown parameter: 'store'.", "param": "store", "code": "unknown_parameter"}}
    models = {"mistral": {"workers": ["w"], "profile": "gpt"}}
    async with scripted_worker(Script(refuse={"store": json.dumps(refusal).encode()})) as worker:
        line = {"name": "w", "base_url": worker.url, "model": "m", "remote": True}
        async with live_app(settings_for(workers=[line], models=models)) as live:
            first, _, _ = await live.ask()
            second, _, _ = await live.ask()

    assert (first, second) == (200, 200)
    assert ["store" in request for request in worker.requests] == [True, False, False]
