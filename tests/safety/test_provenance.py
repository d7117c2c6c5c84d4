"""Provenance: what we signed is known again, and whatever is changed about it is not."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.safety.provenance import _canonical, key_id_of, sign, verify

KEY = b"a key of more than twenty-four bytes"
OTHER = b"another key of twenty-four and more"
TEXT = "It makes sense that you are tired. 💛\nYou don't have to do this alone."
NOW = datetime(2026, 11, 26, 9, 5, 7, 999_999, tzinfo=UTC)


def reply(**changes: Any) -> dict[str, Any]:
    """A signed reply object; `changes` come after the signature."""
    signed = sign(KEY, reply_id="rpl_01", text=TEXT, model="mistral", prompt_version="2026-11-23.1", now=NOW)
    body = {"id": "rpl_01", "reply": TEXT, "model": "mistral", "prompt_version": "2026-11-23.1", "outcome": "reply"}
    return body | {"provenance": asdict(signed)} | changes


def provenance(**changes: Any) -> dict[str, Any]:
    return reply(provenance=reply()["provenance"] | changes)


def test_what_was_signed_is_ours() -> None:
    assert verify(KEY, reply())
    assert verify(KEY, json.loads(json.dumps(reply()))), "also after a journey as JSON"
    assert verify(KEY, reply(worker="other", usage=None)), "what is not signed may change"


def test_the_signature_is_the_hmac_of_the_fields_each_with_its_length() -> None:
    text_sha256 = hashlib.sha256(TEXT.encode()).hexdigest()
    signed = (
        f"22:warmline-provenance-v1,6:rpl_01,64:{text_sha256},7:mistral,12:2026-11-23.1,20:2026-11-26T09:05:07Z,"
    ).encode()

    assert reply()["provenance"] == {
        "text_sha256": text_sha256,
        "created_at": "2026-11-26T09:05:07Z",
        "key_id": hashlib.sha256(KEY).hexdigest()[:8],
        "signature": hmac.new(KEY, signed, "sha256").hexdigest(),
    }


def test_a_fixed_text_has_no_model_and_is_ours_all_the_same() -> None:
    signed = sign(KEY, reply_id="rpl_02", text=TEXT, model=None, prompt_version="v", now=NOW)
    body = {"id": "rpl_02", "reply": TEXT, "model": None, "prompt_version": "v", "provenance": asdict(signed)}

    assert verify(KEY, body)
    assert not verify(KEY, body | {"model": ""})
    assert not verify(KEY, body | {"model": "-"})


def test_the_time_is_utc_whatever_the_zone() -> None:
    berlin = NOW.astimezone(timezone(timedelta(hours=1)))

    assert sign(KEY, reply_id="r", text="t", model="m", prompt_version="v", now=berlin) == sign(
        KEY, reply_id="r", text="t", model="m", prompt_version="v", now=NOW
    )


TAMPERED: dict[str, Callable[[], dict[str, Any]]] = {
    "a letter": lambda: reply(reply=TEXT.replace("tired", "tyred")),
    "a blank behind": lambda: reply(reply=f"{TEXT} "),
    "another line end": lambda: reply(reply=TEXT.replace("\n", "\r\n")),
    "another apostrophe": lambda: reply(reply=TEXT.replace("'", "’")),
    "no emoji": lambda: reply(reply=TEXT.replace("💛", "")),
    "no text": lambda: reply(reply=""),
    "half a surrogate pair": lambda: reply(reply=f"{TEXT}\ud83d"),
    "another reply's id": lambda: reply(id="rpl_02"),
    "another model": lambda: reply(model="gpt"),
    "no model": lambda: reply(model=None),
    "another prompt": lambda: reply(prompt_version="2026-11-23.2"),
    "another time": lambda: provenance(created_at="2026-11-26T09:05:08Z"),
    "the same time written otherwise": lambda: provenance(created_at="2026-11-26T09:05:07+00:00"),
    "another hash": lambda: provenance(text_sha256="0" * 64),
    "the hash of another text with it": lambda: (
        provenance(text_sha256=hashlib.sha256(b"x").hexdigest()) | {"reply": "x"}
    ),
    "another key's name": lambda: provenance(key_id=key_id_of(OTHER)),
    "no signature": lambda: provenance(signature=""),
    "a shorter signature": lambda: provenance(signature=reply()["provenance"]["signature"][:-1]),
    "a signature in capitals": lambda: provenance(signature=reply()["provenance"]["signature"].upper()),
    "a signature that is no ASCII": lambda: provenance(signature="é" * 64),
    "fields moved into one another": lambda: reply(id="rpl_0", model="1mistral"),
    "no provenance": lambda: reply(provenance=None),
    "provenance of words": lambda: reply(provenance="ours"),
    "an empty provenance": lambda: reply(provenance={}),
    "a number for a text": lambda: reply(reply=7),
    "a list for an id": lambda: reply(id=["rpl_01"]),
    "a number for a model": lambda: reply(model=1),
    "nothing": dict,
}


@pytest.mark.parametrize("case", TAMPERED)
def test_what_was_changed_is_not_ours(case: str) -> None:
    assert verify(KEY, TAMPERED[case]()) is False


def test_another_key_does_not_verify() -> None:
    assert not verify(OTHER, reply())


def test_a_forger_without_the_key_cannot_sign() -> None:
    forged = sign(OTHER, reply_id="rpl_01", text=TEXT, model="mistral", prompt_version="2026-11-23.1", now=NOW)

    assert not verify(KEY, reply(provenance=asdict(forged)))
    assert not verify(KEY, reply(provenance=asdict(forged) | {"key_id": key_id_of(KEY)}))


def test_without_a_key_nothing_is_signed() -> None:
    with pytest.raises(ValueError, match="needs a key"):
        sign(b"", reply_id="r", text="t", model="m", prompt_version="v")


FIELDS = st.lists(st.none() | st.text(alphabet="0123456789:,-a💛"), max_size=4).map(tuple)


@given(FIELDS, FIELDS)
def test_no_two_lists_of_fields_have_the_same_encoding(
    one: tuple[str | None, ...], other: tuple[str | None, ...]
) -> None:
    assert (_canonical(one) == _canonical(other)) is (one == other)


@given(st.text(), st.text())
def test_any_text_can_be_signed_and_only_that_text_verifies(text: str, other: str) -> None:
    signed = sign(KEY, reply_id="r", text=text, model="m", prompt_version="v", now=NOW)
    body = {"id": "r", "reply": text, "model": "m", "prompt_version": "v", "provenance": asdict(signed)}

    assert verify(KEY, body)
    assert verify(KEY, body | {"reply": other}) is (text == other)
