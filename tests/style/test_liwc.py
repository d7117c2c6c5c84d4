"""Beside LIWC-22, on the study's replies: the counts are its counts, the own word lists follow it."""

import json
from pathlib import Path
from statistics import correlation
from typing import Any

import pytest

from app.style.measures import measure

REPLIES = Path(__file__).parents[3] / "shared/data/lee2024/replies.jsonl"

# our measure: LIWC's column, and how closely it must follow it
FOLLOWS = {
    "words_per_sentence": ("WPS", 0.999),
    "question_marks": ("QMark", 0.999),
    "exclamation_marks": ("Exclam", 0.999),
    "commas": ("Comma", 0.999),
    "periods": ("Period", 0.999),
    "apostrophes": ("Apostro", 0.999),
    "emoji": ("Emoji", 0.99),
    "big_words": ("BigWords", 0.99),
    "pronoun_i": ("i", 0.99),
    "pronoun_we": ("we", 0.99),
    "pronoun_you": ("you", 0.99),
    "pronoun_shehe": ("shehe", 0.99),
    "pronoun_they": ("they", 0.99),
    "articles": ("article", 0.99),
    "negations": ("negate", 0.99),
    "emotion_pos": ("emo_pos", 0.92),
    "emotion_neg": ("emo_neg", 0.97),
}


@pytest.fixture(scope="module")
def replies() -> list[tuple[dict[str, Any], dict[str, float]]]:
    """Our measures and LIWC's columns of each reply."""
    if not REPLIES.exists():
        pytest.skip("the study's replies are not here")
    lines = map(json.loads, REPLIES.read_text(encoding="utf-8").splitlines())
    return [(dict(measure(line["reply"])), line["liwc22"]) for line in lines]


Replies = list[tuple[dict[str, Any], dict[str, float]]]


def test_words_are_liwcs_words(replies: Replies) -> None:
    same = sum(ours["words"] == theirs["WC"] for ours, theirs in replies)

    assert same / len(replies) >= 0.97


@pytest.mark.parametrize("name", FOLLOWS)
def test_a_measure_follows_liwc(replies: Replies, name: str) -> None:
    column, least = FOLLOWS[name]

    assert correlation([ours[name] for ours, _ in replies], [theirs[column] for _, theirs in replies]) >= least


def test_cdi_follows_the_index_of_liwcs_own_columns(replies: Replies) -> None:
    theirs = [
        30 + own["article"] + own["prep"]
        - sum(own[name] for name in ("ppron", "ipron", "auxverb", "conj", "adverb", "negate"))
        for _, own in replies
    ]  # fmt: skip

    assert correlation([ours["cdi"] for ours, _ in replies], theirs) >= 0.98
