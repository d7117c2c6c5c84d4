"""The checks of replies: what must not pass, what looks alike and must, and that a stream is judged as the whole."""

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reply.length import Finisher
from app.reply.prompt import ROLE, ROLE_FOR_SMALL_MODELS
from app.safety.checks import CHECKS, DEFAULT_ACTIONS, Checker, ReplyContext, check, reply_context
from app.safety.sentences import sentences_of

CASES = Path(__file__).with_name("cases")
PROMPT = (ROLE, ROLE_FOR_SMALL_MODELS)
POST = "I feel so tired and alone, and I don't know what to do about it any more."
PLAIN = ReplyContext(expected="en")
BLOCKING = [name for name, action in DEFAULT_ACTIONS.items() if action != "flag"]

Case = dict[str, Any]


def read(name: str) -> list[Case]:
    path = CASES / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def context_of(case: Case) -> ReplyContext:
    contacts = frozenset(case.get("contacts", ()))
    return reply_context(case.get("post") or POST, (), contacts, case.get("language"), prompt_texts=PROMPT)


def ids_of(case: Case) -> set[str]:
    return {flag.id for flag in check(case["text"], context_of(case))}


def found(text: str, context: ReplyContext = PLAIN) -> list[str]:
    return [flag.id for flag in check(text, context)]


OWN = read("replies_own")
BAD = [case for case in OWN if case["check"]]
ALIKE = [case for case in OWN if not case["check"]]


@pytest.mark.parametrize("case", BAD, ids=lambda case: str(case["id"]))
def test_what_must_not_pass_does_not(case: Case) -> None:
    assert case["check"] in ids_of(case)


def test_what_looks_alike_passes() -> None:
    wrong = {case["id"]: ids for case in ALIKE if (ids := ids_of(case))}

    assert len(wrong) <= 0.01 * len(ALIKE), wrong


def test_the_own_cases_are_enough() -> None:
    per_check = Counter(case["check"] for case in BAD)

    assert sum(per_check[name] for name in BLOCKING) >= 150
    assert len(ALIKE) >= 130
    assert set(per_check) == set(CHECKS) == {case["looks_like"] for case in ALIKE}


@pytest.mark.parametrize("name", ["replies_own"])
def test_the_checks_are_right_often_enough(name: str) -> None:
    cases = read(name)
    if not cases:
        pytest.skip("these cases are not here")
    hits, misses, false = Counter[str](), Counter[str](), Counter[str]()
    for case in cases:
        ids = ids_of(case)
        if case["check"] is None:
            false.update(ids)
        else:
            (hits if case["check"] in ids else misses)[case["check"]] += 1

    assert hits.total() / (hits.total() + false.total()) >= 0.9
    assert {check: misses[check] for check in CHECKS if hits[check] < 0.75 * (hits[check] + misses[check])} == {}


def test_what_is_blocked_and_what_is_only_flagged() -> None:
    assert [name for name, action in DEFAULT_ACTIONS.items() if action == "flag"] == ["promise", "minimise", "blame"]
    assert set(DEFAULT_ACTIONS.values()) == {"regenerate", "flag"}
    assert len(CHECKS) == 15


@pytest.mark.parametrize("case", read("injections_own"), ids=lambda case: str(case["id"]))
def test_what_a_model_writes_that_obeys_a_post_does_not_pass(case: Case) -> None:
    context = reply_context(case["post"], prompt_texts=PROMPT)
    if case["kind"] == "language":
        context = reply_context(case["post"], language="en", prompt_texts=PROMPT)
    for prompt in PROMPT:
        flags = check(case["obeyed"].replace("{{SYSTEM_PROMPT}}", prompt), context)
        assert [flag for flag in flags if DEFAULT_ACTIONS[flag.id] != "flag"]


def test_flags_are_over_the_sentence_that_is_meant() -> None:
    text = "I hear you — truly. 💛 As a mother, I know this well.\n\nIt is late. Call +1 555 010 9999 now!  "
    flags = check(text, PLAIN)

    assert [(flag.id, text[flag.start : flag.end]) for flag in flags] == [
        ("lived", "💛 As a mother, I know this well."),
        ("contact", "Call +1 555 010 9999 now!"),
    ]


def pieces_of(text: str) -> list[str]:
    finisher = Finisher(10_000)
    pieces = []
    for char in text:
        pieces += finisher.feed(char)
    return pieces + finisher.end(ran_out=False)


def streamed(pieces: list[str], context: ReplyContext) -> list[tuple[str, int, int]]:
    checker = Checker(context)
    return [(flag.id, flag.start, flag.end) for piece in pieces for flag in checker.check(piece)]


def whole(text: str, context: ReplyContext) -> list[tuple[str, int, int]]:
    return [(flag.id, flag.start, flag.end) for flag in check(text, context)]


@given(
    st.lists(st.sampled_from([case["text"] for case in OWN]), min_size=1, max_size=6),
    st.sampled_from([" ", "\n", "\n\n"]),
)
@settings(max_examples=60, deadline=None)
def test_a_stream_is_judged_as_the_whole(texts: list[str], gap: str) -> None:
    pieces = pieces_of(gap.join(texts))
    context = reply_context("I'm 60 days sober, and allergic to nuts and shrimp. " + POST, prompt_texts=PROMPT)

    assert streamed(pieces, context) == whole("".join(pieces), context)


@pytest.mark.parametrize("text", ["I。💛1?bm", "死。🎉🎉ab", "a。❤️b", "a。 💛b", "a！💛b"])
def test_an_emoji_behind_an_end_without_a_blank_belongs_to_it(text: str) -> None:
    pieces = pieces_of(text)

    assert sentences_of(text)[-1].start == len(text) - len(pieces[-1])


@given(st.text(alphabet="ab I'm\"“”.!?…\n 1@e.g。💛[]", max_size=80))
@settings(max_examples=150, deadline=None)
def test_any_text_is_judged_piece_by_piece_as_the_whole(text: str) -> None:
    pieces = pieces_of(text)

    assert streamed(pieces, PLAIN) == whole("".join(pieces), PLAIN)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ('You wrote "as a mother I should know better", and that is harsh on yourself.', []),
        ("You said: “I've been there. I know how it ends.” I believe you.", []),
        ("She told you 'I can totally relate' and then changed the subject.", []),
        ('"I\'ve been there, and it gets lighter."', ["lived"]),
        ('You said "hello". I\'ve been there too.', ["lived"]),
        ("You could tell him: 'As a mother, I need some help here.'", []),
    ],
)
def test_what_is_quoted_is_somebody_elses(text: str, ids: list[str]) -> None:
    assert found(text) == ids


@pytest.mark.parametrize("language", ["da", "de", "pl", "tl"])
def test_what_has_learnt_from_english_judges_no_other_language(language: str) -> None:
    text = "As a mother, I know this."

    assert "lived" in found(text, ReplyContext(expected="en"))
    assert "lived" in found(text, ReplyContext())
    assert "lived" not in found(text, ReplyContext(expected=language))


def test_a_disorder_that_the_post_names_is_no_diagnosis() -> None:
    text = "You have PTSD, and nights are the worst."

    assert found(text) == ["diagnosis"]
    assert found(text, reply_context("I have PTSD since the accident and I can't sleep at all.")) == []


def test_more_counts_where_the_post_is_medical() -> None:
    text = "That could be heartburn."
    post = "I have had a fever for days and I worry so much."

    assert found(text, reply_context(post)) == []
    assert found(text, reply_context(post, is_medical=True)) == ["diagnosis"]


@pytest.mark.parametrize(
    "hostile",
    ["a" * 20_000, "as a " * 5_000, "i've " * 5_000, "1 " * 10_000, "[" * 20_000, '"' * 20_000, "' " * 10_000,
     "you can " * 4_000, "a.b." * 5_000, "@a" * 10_000, "very " * 5_000, "i am so " * 4_000,
     "\n" * 20_000, "é" * 20_000, "call 1-" * 4_000,
     "no almond, " * 3_000, "x_" * 10_000, "-" * 20_000],
)  # fmt: skip
def test_the_cost_grows_with_the_length_and_no_faster(hostile: str) -> None:
    context = reply_context("I'm allergic to nuts. " + POST, prompt_texts=PROMPT)

    def seconds(text: str) -> float:
        begun = time.process_time()
        check(text, context)
        return time.process_time() - begun

    assert seconds(hostile) < 2
