"""The tactics: what each rule is for, and that the F1 that is published is the F1 that is measured."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean

import pytest

from app.style.measures import measure
from app.style.phrases import FILES, PHRASES, phrases_of
from app.style.tactics import TACTICS, shares_and_sequence
from app.style.text import Text

ANNOTATED = Path(__file__).parents[3] / "shared/data/mint2026/sentences.jsonl"
CASES = Path(__file__).with_name("cases")
# What the rules reached on the halves of the own sentences when the first was in sight and the second was not.
FIRST_HALF, SECOND_HALF = 0.90, 0.87
ENOUGH = 20

# What is close to a tactic and is none.
LOOK_ALIKES = [
    ("It is not okay to hit you.", "validation"),
    ("It isn't normal to be shouted at.", "validation"),
    ("Many people were on the train.", "validation"),
    ("He was not alone in the car.", "validation"),
    ("You are not strong.", "empowerment"),
    ("You have never been strong.", "empowerment"),
    ("He wants respect.", "empowerment"),
    ("She is proud of her garden.", "empowerment"),
    ("Keep it in a drawer.", "empowerment"),
    ("What if it rains?", "reappraisal"),
    ("There is another way into the building.", "reappraisal"),
    ("Trust is slow to grow.", "advice"),
    ("Do you have anyone to talk to?", "advice"),
    ("Tell me more.", "advice"),
    ("She asked whether you could hear her.", "advice"),
    ("Have you thought about a new job?", "questioning"),
    ("He is sorry for what he did.", "emotional_expression"),
    ("She is willing to talk to you.", "assistance"),
    ("You must be eighteen to vote.", "advice"),
    ("She usually cancels on the day.", "information"),
    ("You often skip lunch.", "information"),
]

Case = tuple[str, frozenset[str]]


def annotated() -> list[Case]:
    if not ANNOTATED.exists():
        pytest.skip("the annotated sentences are not here")
    lines = map(json.loads, ANNOTATED.read_text(encoding="utf-8").splitlines())
    return [(line["sentence"], frozenset(name for name, shown in line["tactics"].items() if shown)) for line in lines]


def written(name: str = "tactics") -> Iterator[Case]:
    """Own sentences: tactics, or `-` for none, a tab, the sentence."""
    for line in (CASES / f"{name}.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            names, sentence = line.split("\t")
            yield sentence, frozenset(names.split(",")) - {"-"}


def tagged(sentence: str, post: str | None = None) -> set[str]:
    text = Text.of(sentence, None if post is None else Text.of(post))
    sequence = shares_and_sequence(text)["sequence"]
    assert isinstance(sequence, list)
    return {name for shown in sequence for name in shown}


def f1_of(cases: Sequence[Case]) -> dict[str, tuple[float, int]]:
    """Of each tactic's positive class, and how many cases show it."""
    found = [(tagged(sentence), shown) for sentence, shown in cases]
    scores = {}
    for name in TACTICS:
        both = sum(name in given and name in shown for given, shown in found)
        either = sum((name in given) + (name in shown) for given, shown in found)
        scores[name] = (2 * both / either if either else 0.0, sum(name in shown for _, shown in found))
    return scores


def test_the_published_f1_is_the_measured_one() -> None:
    scores = f1_of(annotated())

    assert {name: tactic.cases for name, tactic in TACTICS.items()} == {
        name: cases for name, (_, cases) in scores.items()
    }
    for name, (f1, cases) in scores.items():
        assert TACTICS[name].f1 == (round(f1, 2) if cases >= ENOUGH else None), name


def test_the_rules_are_right_often_enough() -> None:
    scores = f1_of(annotated())
    known = [f1 for f1, cases in scores.values() if cases >= ENOUGH]

    assert sum(known) / len(known) >= 0.58
    for name in ("advice", "validation", "emotional_expression"):
        assert scores[name][0] >= 0.70, name


def test_the_published_f1_on_unseen_sentences_is_the_measured_one() -> None:
    cases = list(written())
    scores = f1_of(cases)

    assert len(cases) == 260
    assert {name: tactic.unseen_f1 for name, tactic in TACTICS.items()} == {
        name: round(f1, 2) for name, (f1, _) in scores.items()
    }


@pytest.mark.parametrize(
    ("name", "macro_f1"), [("tactics_first_half", FIRST_HALF), ("tactics_second_half", SECOND_HALF)]
)
def test_the_rules_hold_for_sentences_written_from_the_definitions(name: str, macro_f1: float) -> None:
    cases = list(written(name))
    scores = f1_of(cases)

    assert len(cases) > 110
    assert all(number >= 10 for _, number in scores.values())
    assert round(fmean(f1 for f1, _ in scores.values()), 2) == macro_f1


def test_no_group_of_cues_fires_on_one_sentence_only() -> None:
    cases = (*annotated(), *written(), *written("tactics_first_half"))
    sentences = [sentence for sentence, _ in (*cases, *LOOK_ALIKES)]
    fired = Counter(
        name
        for text in map(Text.of, sentences)
        for sentence in text.sentences
        for name in PHRASES.names_in(sentence.groups)
    )

    groups = {f"{file}.{group}" for file in FILES if file != "stock" for group in phrases_of(file)}
    assert {name: fired[name] for name in groups if fired[name] < 2} == {}


@pytest.mark.parametrize(
    ("sentence", "tactics"),
    [
        ("It makes sense that you feel this way.", {"validation"}),
        ("It's completely normal to be angry.", {"validation"}),
        ("You could call her tomorrow.", {"advice"}),
        ("First, write it all down.", {"advice"}),
        ("If you like, I can read it through.", {"assistance"}),
        ("I'm here if you want to talk.", {"assistance"}),
        ("I'm so sorry.", {"emotional_expression"}),
        ("That was your week 💛", {"emotional_expression"}),
        ("You've got this!", {"empowerment"}),
        ("Sleeping more can lower stress.", {"information"}),
        ("It sounds like the move took all you had.", {"paraphrasing"}),
        ("How long has this been going on?", {"questioning"}),
        ("I wonder what she said.", {"questioning"}),
        ("It was not your fault.", {"reappraisal", "validation"}),
        ("When I lost my job, I slept all day.", {"self_disclosure"}),
        ("The bus stops at the corner.", set()),
    ],
)  # fmt: skip
def test_a_sentence_shows(sentence: str, tactics: set[str]) -> None:
    assert tagged(sentence) >= tactics
    if not tactics:
        assert tagged(sentence) == set()


def test_what_restates_the_post_is_paraphrasing() -> None:
    post = "My landlord sold the flat and the new owner wants us out by March."
    sentence = "A landlord who sold the flat, an owner in a hurry, March around the corner."

    assert "paraphrasing" not in tagged(sentence)
    assert "paraphrasing" in tagged(sentence, post)
    assert "paraphrasing" not in tagged(sentence, "I failed my exam and nobody knows.")


def test_what_restates_the_post_is_mostly_told_from_what_only_shares_its_topic() -> None:
    said_back = {"yes": 0, "no": 0}
    without_post = 0
    for line in (CASES / "restated.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            restates, sentence, post = line.split("\t")
            said_back[restates] += "paraphrasing" in tagged(sentence, post)
            without_post += "paraphrasing" in tagged(sentence)

    assert said_back == {"yes": 10, "no": 3}
    assert without_post <= 1


IMPERATIVE = "Take a walk."


@pytest.mark.parametrize(
    "lead",
    ["✅ ", "💛 ", "1️⃣ ", "1. ", "2) ", "3 - ", "- ", "• ", "* ", "**", "→ ", "Tip: ", "First, ", "\n", "> ", '"'],
)
def test_what_leads_an_imperative_does_not_hide_it(lead: str) -> None:
    assert "advice" in tagged(lead + IMPERATIVE)


@pytest.mark.parametrize(("sentence", "tactic"), LOOK_ALIKES)
def test_what_looks_alike_is_none(sentence: str, tactic: str) -> None:
    assert tactic not in tagged(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "You are not alone.", "You aren't alone.", "You're never alone in this.", "It is not your fault.",
        "There is nothing wrong with crying.", "There is no shame in that.", "It's not easy.", "It's no wonder.",
        "You're not crazy for asking.", "It's not unusual to cry.",
    ],
)  # fmt: skip
def test_a_negation_that_a_phrase_spells_out_is_no_denial(sentence: str) -> None:
    assert "validation" in tagged(sentence)


def test_a_blank_line_makes_no_sentence_longer() -> None:
    short = "It makes sense\n\n\n\nto be tired\n\n\n\nand\n\n\n\nsad after that."

    assert tagged(short) == tagged(short.replace("\n\n\n\n", " ")) == {"validation"}


def test_shares_are_those_of_the_sequence() -> None:
    tactics = measure("I'm so sorry. I'm sorry for your loss. It makes sense that you are tired. You could rest.")[
        "tactics"
    ]
    assert isinstance(tactics, dict)
    sequence = tactics["sequence"]

    assert [list(shown)[:1] for shown in sequence] == [
        ["emotional_expression"], ["emotional_expression"], ["validation"], ["advice"],
    ]  # fmt: skip
    assert tactics["shares"]["emotional_expression"] == 0.5
    assert tactics["shares"] == {name: sum(name in shown for shown in sequence) / 4 for name in TACTICS}
