"""What must not matter to a measure, and what must add up."""

import json
from unicodedata import normalize

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.style.measures import MEASURES, measure
from app.style.text import Text
from app.style.tokens import count_words, find_words, straighten

SENTENCES = [
    "I'm so sorry that you feel alone.",
    "That sounds hard, and it makes sense that you are tired.",
    "You could call her, if you like!",
    "Did you sleep at all?",
    "Many people feel like this for a while.",
    "Oh no, what a week 💛.",
]
# Of these, order and cutting change nothing.
ORDER_FREE = set(MEASURES) - {"mattr50", "mtld", "opener3", "closer3", "tactics", "paragraphs"}
COUNTS = ("words", "sentences", "list_items", "casual_markers")

texts = st.text(alphabet=st.sampled_from("aItyou .,!?'\"-:;\n💛1é"), max_size=80)
some_sentences = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=8)
CURLY_OPEN = str.maketrans({"'": "‘", '"': "“"})
CURLY_CLOSED = str.maketrans({"'": "’", '"': "”"})


@given(texts)
def test_curly_and_straight_quotes_measure_the_same(text: str) -> None:
    assert measure(text) == measure(text.translate(CURLY_CLOSED)) == measure(text.translate(CURLY_OPEN))


@given(st.text(max_size=80) | st.text(alphabet="aeoçéïñőžÅ가각がẹ̄’ .", max_size=80))
@example("Es tut mir leid, für dich. “Está bien”, ¿no?")
def test_composed_and_decomposed_letters_measure_the_same(text: str) -> None:
    assert measure(normalize("NFD", text)) == measure(normalize("NFC", text)) == measure(text)


@pytest.mark.parametrize(("text", "words"), [("Café, naïve señor", ["café", "naïve", "señor"]), ("각자", ["각자"])])
def test_words_are_composed_however_they_were_typed(text: str, words: list[str]) -> None:
    assert Text.of(normalize("NFD", text)).words == words


@given(texts)
def test_case_does_not_matter(text: str) -> None:
    assert measure(text.upper()) == measure(text.lower()) == measure(text)


@given(some_sentences, st.sampled_from(["\n", "\n\n"]))
def test_the_kind_of_line_end_does_not_matter(sentences: list[str], gap: str) -> None:
    assert measure(gap.join(sentences).replace("\n", "\r\n")) == measure(gap.join(sentences))


@given(some_sentences)
def test_the_order_of_sentences_does_not_matter_to_what_has_no_order(sentences: list[str]) -> None:
    other = sorted(sentences)
    once, again = measure(" ".join(sentences), "I am alone."), measure(" ".join(other), "I am alone.")

    assert {name: once[name] for name in ORDER_FREE} == {name: again[name] for name in ORDER_FREE}


@given(some_sentences, some_sentences)
def test_counts_add_up(left: list[str], right: list[str]) -> None:
    parts, whole = [Text.of(" ".join(part)) for part in (left, right)], Text.of(" ".join(left + right))

    assert len(whole.words) == sum(len(part.words) for part in parts)
    assert len(whole.sentences) == sum(len(part.sentences) for part in parts)
    assert whole.sums == {name: sum(part.sums[name] for part in parts) for name in whole.sums}
    assert [s.groups for s in whole.sentences] == [s.groups for part in parts for s in part.sentences]


@given(st.sampled_from(SENTENCES), st.integers(2, 5))
def test_a_text_said_again_has_the_same_rates(text: str, times: int) -> None:
    once, often = measure(text), measure("\n\n".join([text] * times))
    rates = [name for name, entry in MEASURES.items() if entry.unit == "per 100 words"]

    assert {name: often[name] for name in rates} == pytest.approx({name: once[name] for name in rates}, abs=2e-4)


@given(st.text(max_size=120), st.none() | st.text(max_size=40))
def test_any_text_measures_to_finite_values_in_the_tables_order(text: str, post: str | None) -> None:
    measured = measure(text, post)

    assert list(measured) == list(MEASURES)
    assert json.loads(msgspec.json.encode(measured)) == json.loads(json.dumps(measured, allow_nan=False))
    for name, value in measured.items():
        if isinstance(value, int | float) and name not in ("coleman_liau", "ari", "cdi"):
            assert value >= 0, name


@given(st.text(max_size=60))
def test_what_was_read_before_does_not_matter(text: str) -> None:
    assert measure(text) == measure(text)


near_words = st.text(max_size=80) | st.text(alphabet="aZ09_''-- .,!\n\x1c\x00(\"’é", max_size=20)


@given(near_words)
@example("it's rock-'n'-roll, a''b 'tis dogs' a-b-c-d's _x_ 3.5")
def test_words_are_counted_as_they_are_found(text: str) -> None:
    assert count_words(text) == len(find_words(straighten(text)))


@given(near_words, near_words)
@example("1", "\u20e3a")
def test_a_character_more_is_a_word_more_at_most(text: str, more: str) -> None:
    assert count_words(text + more) <= count_words(text) + len(more)
