"""The wording of the fixed texts: what of the rules for it a machine can hold."""

import re
from itertools import product
from pathlib import Path

import pytest

from app.safety.ratings import LEVELS
from app.safety.texts import LANGUAGES
from tests.safety.test_texts import RAW, SUBJECTS, crisis, leaves

TABLE = Path(__file__).with_name("wording.tsv").read_text(encoding="utf-8")
LINT = [line.split("\t") for line in TABLE.splitlines() if not line.startswith("#")]


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_no_text_breaks_a_rule_of_wording(language: str) -> None:
    broken = [
        (rule, path, found[0])
        for rule, where, pattern in LINT
        for path, text in leaves(RAW[language])
        if where in (language, "*") and (found := re.search(pattern, text.lower()))
    ]

    assert broken == []


def test_each_rule_of_wording_is_there_for_each_language() -> None:
    rules = {rule for rule, where, _ in LINT if where == "en"}

    for rule in rules:
        assert {where for name, where, _ in LINT if name == rule} == LANGUAGES, rule


BREAKING = [
    ("en", "You don't have a plan, right?"), ("en", "Promise me that you will not do it."),
    ("en", "This stays between us."), ("en", "Take care of yourself, goodbye."),
    ("en", "Everything will be fine."), ("en", "If you really mean it, call."), ("en", "I can't talk about this."),
    ("en", "He committed suicide."), ("de", "Selbstmord begehen"), ("de", "Das wird alles wieder gut."),
    ("fr", "Vous n'êtes pas seul."), ("es", "No estás solo."), ("pt", "Você não está sozinho."),
    ("it", "Non sei solo."),
    ("pl", "Dobrze, że napisałeś."), ("nl", "Het komt allemaal goed."), ("sv", "Det ordnar sig."),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text"), BREAKING)
def test_a_text_that_breaks_a_rule_would_be_found(language: str, text: str) -> None:
    assert any(re.search(pattern, text.lower()) for _, where, pattern in LINT if where in (language, "*"))


WARM = {
    "en": ("Thank you", "It is good"),
    "de": ("Danke", "Es ist gut"),
    "fr": ("Merci", "Vous avez bien fait", "C'est bien"),
    "es": ("Gracias", "Has hecho bien", "Es bueno"),
    "pt": ("É bom", "Foi bom"),
    "it": ("Grazie", "Hai fatto bene", "È un bene"),
    "nl": ("Goed dat",),
    "pl": ("Dobrze, że",),
    "sv": ("Tack", "Det är bra"),
}
# A reader of twelve: words to a sentence, and letters to a word as the language has them.
WORDS_AT_MOST = 22
MEAN_WORDS = 11.0
MEAN_LETTERS = {"de": 5.6, "pl": 6.0}


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_sentences_are_short_and_words_are_plain(language: str) -> None:
    spoken = [text for path, text in leaves(RAW[language]) if path.startswith(("self", "other", "guidance"))]
    sentences = [part.split() for text in spoken for part in re.split(r"(?<=[.?!:;])[”“»’\s]+", text) if part.split()]
    words = [word.strip(".,:;?!«»“”„’‘") for sentence in sentences for word in sentence]

    assert max(map(len, sentences)) <= WORDS_AT_MOST, max(sentences, key=len)
    assert sum(map(len, sentences)) / len(sentences) <= MEAN_WORDS
    assert sum(map(len, words)) / len(words) <= MEAN_LETTERS.get(language, 5.2)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_the_first_sentence_is_warm_and_needs_nothing(language: str) -> None:
    openings = WARM[language]
    for level, subject in product(LEVELS, SUBJECTS):
        assert crisis(language, level, subject, "GB").startswith(openings), (level, subject)
