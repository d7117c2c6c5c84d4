"""The file of a signature: read as it was written, or refused in one sentence that names file and key."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from app.style.measures import measure
from app.style.signature import MEASURED, Signature
from app.style.signature_file import (
    MOST_BYTES,
    BadSignature,
    Training,
    load_signature,
    read_signature,
    signature_content,
)

ROW = (0.0,) * len(MEASURED)
SIGNATURE = Signature(("calm", "loud"), (0.0, 1.5), ROW, (ROW, ROW), {"hey": (-0.25, 2.0), "opener: oh": (0.0, 0.5)})
TRAINING = Training(36, "0a" * 32)
SECRET = "zanzibar"
HUGE = 10**400


def content(**changes: object) -> dict[str, object]:
    return signature_content(SIGNATURE, TRAINING) | changes


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "s.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refusal(path: Path) -> str:
    with pytest.raises(BadSignature) as caught:
        load_signature(path)
    assert caught.value.__cause__ is None
    return str(caught.value)


def test_a_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = written(tmp_path, json.dumps(content()))

    assert read_signature(path) == (SIGNATURE, TRAINING)
    scored: Any = measure("Hey there! It is good that you wrote.", signature=load_signature(path))["signature"]
    assert scored["sounds_like"] == "loud"


@pytest.mark.parametrize("without", ["replies", "digest"])
def test_what_tells_of_the_training_may_be_missing(tmp_path: Path, without: str) -> None:
    told = content()
    del told[without]

    _, training = read_signature(written(tmp_path, json.dumps(told)))
    assert getattr(training, without) is None


def test_the_mark_that_some_editors_begin_a_file_with_is_passed_over(tmp_path: Path) -> None:
    assert load_signature(written(tmp_path, b"\xef\xbb\xbf" + json.dumps(content()).encode())) == SIGNATURE


def row(number: object) -> list[object]:
    return [number, *ROW[1:]]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"format": 0}, "format must be 1, that of this version: train it again"),
        ({"format": 2, "more": 1}, "format must be 1, that of this version: train it again"),
        ({"format": True}, "format must be 1"),
        ({"format": "1"}, "format must be 1"),
        ({"lists_version": "1999-01-01.1"}, "lists_version must be .*train it again"),
        ({"lists_version": None}, "lists_version must be .*train it again"),
        ({"more": 1}, "'more' is no key of a signature"),
        ({"\u200b" * 500: 1}, r"'(\\u200b){40}' is no key of a signature"),
        ({"sources": []}, "sources must be a list of two names or more"),
        ({"sources": "ab"}, "sources must be a list of two names or more"),
        ({"sources": ["calm", 2]}, "sources, entry 2, must be a name"),
        ({"sources": ["", "loud"]}, "sources, entry 1, must be a name"),
        ({"sources": ["calm", " \t"]}, "sources, entry 2, must be a name"),
        ({"sources": ["calm", "loud "]}, "sources, entry 2, must be a name"),
        ({"sources": ["calm", "lo\nud"]}, "sources, entry 2, must be a name"),
        ({"sources": ["calm", "calm"]}, "sources must be different names"),
        ({"intercepts": [0.0]}, "intercepts must be a list of 2 numbers"),
        ({"intercepts": ["0", "1"]}, "intercepts must be a list of 2 numbers"),
        ({"intercepts": [True, False]}, "intercepts must be a list of 2 numbers"),
        ({"intercepts": [HUGE, 0]}, "intercepts must be a list of 2 numbers"),
        ({"intercepts": [-1e300, 0]}, "intercepts must be a list of 2 numbers"),
        ({"intercepts": None}, "intercepts must be a list of 2 numbers"),
        ({"means": [0.0]}, f"means must be a list of {len(MEASURED)} numbers"),
        ({"means": row(float("nan"))}, f"means must be a list of {len(MEASURED)} numbers"),
        ({"measured": [ROW]}, "measured must have a row for each of the 2 sources"),
        ({"measured": {}}, "measured must have a row for each of the 2 sources"),
        ({"measured": [ROW, row(float("inf"))]}, "measured, row 2, must be a list"),
        ({"measured": [ROW, row(None)]}, "measured, row 2, must be a list"),
        ({"signs": ["hey"]}, "signs must be an object"),
        ({"signs": None}, "signs must be an object"),
        ({"signs": {"hey": [1.0, 1.0], SECRET: [1.0]}}, "signs, entry 2, must be a list of 2 numbers"),
        ({"signs": {SECRET: [1.0, float("-inf")]}}, "signs, entry 1, must be a list of 2 numbers"),
        ({"signs": {SECRET: [1, -HUGE]}}, "signs, entry 1, must be a list of 2 numbers"),
        ({"signs": {SECRET: [False, 1]}}, "signs, entry 1, must be a list of 2 numbers"),
        ({"replies": 0}, "replies must be a whole number"),
        ({"replies": True}, "replies must be a whole number"),
        ({"replies": HUGE}, "replies must be a whole number"),
        ({"digest": "abc"}, "digest must be a string of 64 hexadecimal digits"),
        ({"digest": ["a"] * 64}, "digest must be a string of 64 hexadecimal digits"),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_a_key_that_is_wrong_is_named(tmp_path: Path, changes: dict[str, object], says: str) -> None:
    told = refusal(written(tmp_path, json.dumps(content(**changes))))

    assert told.startswith("s.json: ")
    assert "\n" not in told
    assert len(told) < 400
    assert SECRET not in told
    with pytest.raises(BadSignature, match=f"^s\\.json: {says}"):
        load_signature(tmp_path / "s.json")


@pytest.mark.parametrize("key", ["format", "lists_version", "sources", "intercepts", "means", "measured", "signs"])
def test_a_key_that_is_missing_is_named(tmp_path: Path, key: str) -> None:
    told = content()
    del told[key]

    assert refusal(written(tmp_path, json.dumps(told))) == f"s.json: {key} is missing"


WHOLE = json.dumps(content())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "is not JSON from line 1, column 1 on"),
        (b"{\n", "is not JSON from line 2, column 1 on"),
        (b"[]", "is not a JSON object"),
        (b"null", "is not a JSON object"),
        (b"NaN", "is not a JSON object"),
        (b"9" * 10_000, "is not a JSON object"),
        (WHOLE.encode("utf-16"), "is not UTF-8"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"[" * 200_000, "is nested too deeply for a signature"),
        (b'{"a":' * 200_000, "is nested too deeply for a signature"),
        ((WHOLE[:-1] + ', "means": []}').encode(), "means stands twice"),
        (WHOLE.replace('"opener: oh"', '"hey"').encode(), "signs names a sign twice"),
        (WHOLE.encode() + b" " * MOST_BYTES, "has more than 4,000,000 bytes, too many for a signature"),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_what_is_no_json_object_is_refused(tmp_path: Path, text: bytes, says: str) -> None:
    assert refusal(written(tmp_path, text)) == f"s.json: {says}"


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")

    assert refusal(tmp_path / "absent.json") == "absent.json: cannot be read: No such file or directory"
    assert refusal(tmp_path / "folder") == "folder: is no file"
    assert refusal(tmp_path / "pipe") == "pipe: is no file"
