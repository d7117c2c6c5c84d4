"""Bad input: each the status of the contract with the field's path, and never a word of it back."""

import io
import json
from typing import Any

import pytest

from tests.live import POST, live_app, settings_for
from tests.scripted_worker import scripted_worker

pytestmark = pytest.mark.anyio

CANARY = "xylographquince"
JSON = {"Content-Type": "application/json"}
TURN = {"role": "seeker", "text": "Hello."}

# case: (body, status, slug, path of the field)
FIELDS: dict[str, tuple[dict[str, Any], str]] = {
    "no post": ({}, "post"),
    "empty post": ({"post": ""}, "post"),
    "blank post": ({"post": " \n\t "}, "post"),
    "post of control characters": ({"post": "\x00\x01\u202e\u200b"}, "post"),
    "post of 20,001 characters": ({"post": f"{CANARY} " + "a" * 20_000}, "post"),
    "post that is a number": ({"post": 7}, "post"),
    "post that is a list": ({"post": [CANARY]}, "post"),
    "post that is null": ({"post": None}, "post"),
    "lone surrogate": ({"post": f"{CANARY} \ud83d"}, "post"),
    "lone surrogate in a turn": ({"post": POST, "history": [{"role": "seeker", "text": "\udc00"}]}, "history.0.text"),
    "unknown field": ({"post": POST, "candidates": 3}, "candidates"),
    "unknown field whose name is a sentence": (
        {"post": POST, f"please {CANARY} hear": 1},
        "(a key that is no name)",
    ),
    "empty band": ({"post": POST, "min_words": 120, "max_words": 110}, "max_words"),
    "band below the default maximum": ({"post": POST, "min_words": 200}, "max_words"),
    "min_words too small": ({"post": POST, "min_words": 9}, "min_words"),
    "max_words too large": ({"post": POST, "max_words": 401}, "max_words"),
    "max_words as a string": ({"post": POST, "max_words": "120"}, "max_words"),
    "max_words as a fraction": ({"post": POST, "max_words": 120.5}, "max_words"),
    "41 turns": ({"post": POST, "history": [TURN] * 41}, "history"),
    "a turn of 4,001 characters": (
        {"post": POST, "history": [{"role": "seeker", "text": "a" * 4001}]},
        "history.0.text",
    ),
    "a turn by nobody": ({"post": POST, "history": [TURN, {"role": CANARY, "text": "x"}]}, "history.1.role"),
    "a turn with more in it": ({"post": POST, "history": [{**TURN, "mood": CANARY}]}, "history.0.mood"),
    "a history that is a text": ({"post": POST, "history": CANARY}, "history"),
    "unknown country": ({"post": POST, "country": "XX"}, "country"),
    "country in small letters": ({"post": POST, "country": "de"}, "country"),
    "a language that is none": ({"post": POST, "language": f"{CANARY}!"}, "language"),
    "temperature too high": ({"post": POST, "temperature": 2.1}, "temperature"),
    "stream as a word": ({"post": POST, "stream": "yes"}, "stream"),
    "a seed below zero": ({"post": POST, "seed": -1}, "seed"),
    "a seed beyond 31 bits": ({"post": POST, "seed": 2**31}, "seed"),
}


@pytest.mark.parametrize("case", FIELDS)
async def test_a_bad_field_is_422_with_its_path(case: str) -> None:
    body, path = FIELDS[case]
    async with live_app(settings_for("http://127.0.0.1:9/v1")) as live:
        content = json.dumps(body)
        async with live.session.post(f"{live.url}/reply", data=content, headers=JSON) as response:
            text = await response.text()

    problem = json.loads(text)
    assert (response.status, response.content_type) == (422, "application/problem+json")
    assert problem["type"] == "/problems/invalid-field"
    assert path in [error["path"] for error in problem["errors"]]
    assert path in problem["detail"]
    assert CANARY not in text


WHOLE: dict[str, tuple[bytes, dict[str, str], int, str]] = {
    "not JSON": (b"post=" + CANARY.encode(), JSON, 400, "not-json"),
    "half a JSON": (b'{"post": "' + CANARY.encode(), JSON, 400, "not-json"),
    "not UTF-8": (b'{"post": "\xff\xfe"}', JSON, 400, "not-json"),
    "brackets without end": (b"[" * 100_000, JSON, 400, "not-json"),
    "a number without end": (b'{"post": "x", "seed": ' + b"9" * 10_000 + b"}", JSON, 400, "not-json"),
    "nothing": (b"", JSON, 422, "invalid-field"),
    "a list": (b'["' + CANARY.encode() + b'"]', JSON, 422, "invalid-field"),
    "a form": (b"post=x", {"Content-Type": "application/x-www-form-urlencoded"}, 415, "unsupported-media-type"),
    "plain text": (CANARY.encode(), {"Content-Type": "text/plain"}, 415, "unsupported-media-type"),
    "four mebibytes": (b" " * (4 << 20), JSON, 413, "body-too-large"),
    "NaN": (b'{"post": "x", "temperature": NaN}', JSON, 422, "invalid-field"),
}


@pytest.mark.parametrize("case", WHOLE)
async def test_a_body_that_is_no_request_has_its_status(case: str) -> None:
    content, headers, status, slug = WHOLE[case]
    async with live_app(settings_for("http://127.0.0.1:9/v1")) as live:
        async with live.session.post(f"{live.url}/reply", data=io.BytesIO(content), headers=headers) as response:
            text = await response.text()

    assert (response.status, json.loads(text)["type"]) == (status, f"/problems/{slug}")
    assert CANARY not in text


async def test_a_body_without_length_is_cut_off_when_it_grows_too_large() -> None:
    async def endless() -> Any:
        for _ in range(80):
            yield b" " * 65_536

    async with live_app(settings_for("http://127.0.0.1:9/v1")) as live:
        async with live.session.post(f"{live.url}/reply", data=endless(), headers=JSON) as response:
            problem = await response.json(content_type=None)

    assert (response.status, problem["type"]) == (413, "/problems/body-too-large")


async def test_twenty_thousand_emoji_are_413_and_name_the_post() -> None:
    async with scripted_worker() as worker, live_app(settings_for(worker.url)) as live:
        status, problem, _ = await live.ask(post="💔" * 20_000)

    assert (status, problem["type"]) == (413, "/problems/context-too-long")
    assert "`post`" in problem["detail"]
    assert worker.requests == []


async def test_an_unknown_model_is_404_and_the_known_ones_are_named() -> None:
    async with live_app(settings_for("http://127.0.0.1:9/v1")) as live:
        status, problem, _ = await live.ask(model=CANARY)

    assert (status, problem["type"]) == (404, "/problems/unknown-model")
    assert "mistral" in problem["detail"]
    assert CANARY not in json.dumps(problem)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("GET", "/reply", 405), ("POST", "/nowhere", 404), ("POST", "/healthz", 405)],
)
async def test_a_wrong_address_or_method_is_a_problem_too(method: str, path: str, status: int) -> None:
    async with live_app(settings_for("http://127.0.0.1:9/v1")) as live:
        async with live.session.request(method, f"{live.url}{path}") as response:
            problem = await response.json(content_type=None)

    assert (response.status, problem["status"]) == (status, status)


LETTERS = {
    "Arabic": "أشعر بالوحدة",
    "Hindi with joiners": "क्‍या करूँ",
    "Chinese": "我很难过",
    "Hebrew": "אני עצוב",
    "family emoji": "👨‍👩‍👧‍👦 and I",
    "flag of Wales": "🏴󠁧󠁢󠁷󠁬󠁳󠁿",
    "combining marks": "e\u0301tude",
}


@pytest.mark.parametrize("script", LETTERS)
async def test_letters_of_any_script_reach_the_worker(script: str) -> None:
    async with scripted_worker() as worker, live_app(settings_for(worker.url)) as live:
        status, _, _ = await live.ask(post=f"{LETTERS[script]} today")

    assert status == 200
    assert worker.requests[0]["messages"][-1]["content"].endswith(f"{LETTERS[script]} today")


async def test_control_and_bidi_characters_do_not_reach_the_worker() -> None:
    async with scripted_worker() as worker, live_app(settings_for(worker.url)) as live:
        status, _, _ = await live.ask(post="a\x00b\u202ec\u200bd\x7fe\ufefff")

    assert status == 200
    assert worker.requests[0]["messages"][-1]["content"].endswith("abcdef")


STYLE: dict[str, tuple[dict[str, Any], int]] = {
    "neither": ({}, 422),
    "both": ({"text": "a", "texts": ["b"]}, 422),
    "1,001 texts": ({"texts": ["a"] * 1001}, 422),
    "too much in all": ({"texts": ["a" * 100_000, "b" * 100_001]}, 422),
    "unknown field": ({"text": "a", "depth": 1}, 422),
    "half a surrogate pair": ({"texts": ["fine", "\ud800"]}, 422),
    "an empty text": ({"text": ""}, 200),
    "a thousand texts": ({"texts": ["You matter."] * 1000}, 200),
}


@pytest.mark.parametrize("case", STYLE)
async def test_style_takes_one_text_or_many(case: str) -> None:
    body, status = STYLE[case]
    async with live_app(settings_for("http://127.0.0.1:9/v1")) as live:
        async with live.session.post(f"{live.url}/style", json=body) as response:
            answer = await response.json(content_type=None)

    assert response.status == status
    if status == 200:
        assert len(answer.get("styles", [answer.get("style")])) == len(body.get("texts", [1]))
