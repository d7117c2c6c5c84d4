"""The tactics: what each rule is for, and that the F1 that is published is the F1 that is measured."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from app.style.measures import measure
from app.style.phrases import FILES, PHRASES, phrases_of
from app.style.tactics import TACTICS, shares_and_sequence
from app.style.text import Text

ANNOTATED = Path(__file__).parents[3] / "shared/data/mint2026/sentences.jsonl"
UNSEEN = Path(__file__).with_name("cases") / "tactics.tsv"
ENOUGH = 20

Case = tuple[str, frozenset[str]]


def annotated() -> list[Case]:
    if not ANNOTATED.exists():
        pytest.skip("the annotated sentences are not here")
    lines = map(json.loads, ANNOTATED.read_text(encoding="utf-8").splitlines())
    return [(line["sentence"], frozenset(name for name, shown in line["tactics"].items() if shown)) for line in lines]


def unseen() -> Iterator[Case]:
    for line in UNSEEN.read_text(encoding="utf-8").splitlines():
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
    cases = list(unseen())
    scores = f1_of(cases)

    assert len(cases) == 260
    assert {name: tactic.unseen_f1 for name, tactic in TACTICS.items()} == {
        name: round(f1, 2) for name, (f1, _) in scores.items()
    }


def test_no_group_of_cues_fires_on_one_sentence_only() -> None:
    sentences = [sentence for sentence, _ in (*annotated(), *unseen())]
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
