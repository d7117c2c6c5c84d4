"""A post as the screen reads it: its sentences, where they stand, and that it does not matter what was read before."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.safety import reading
from app.safety.features import number_of
from app.safety.plain_text import fold
from app.safety.reading import LONGEST, OVERLAP, Reading

# As `reading` says.
MOST_REMEMBERED = 50_000


def told(post: str) -> list[str]:
    """Its sentences, as they were written."""
    read = Reading.of(post)
    return [post[span.start : span.end] for place in range(len(read.numbers)) for span in read.spans([place])]


@pytest.mark.parametrize(
    ("post", "sentences"),
    [
        ("One. Two!  Three", ["One.", "Two!", "Three"]), ("Why?! No...", ["Why?!", "No..."]),
        ("first\n\nsecond\nstill second", ["first", "second\nstill second"]), ("k.m.s. now", ["k.m.s.", "now"]),
        ("one \n \t\n two", ["one", "two"]), ("死にたい。もう", ["死にたい。", "もう"]), ("3.5 miles", ["3.5 miles"]),
        (" . . ", []), ("  ", []), ("", []), ("Well . Then", ["Well", "Then"]), ("wait...what", ["wait...what"]),
        ('I said "no." Then (left).', ['I said "no."', "Then (left)."]), ("no.😂 lol", ["no.", "😂"]),
        ("I’m here… You?", ["I’m here…", "You?"]), ("d i e. now", ["d i e.", "now"]),
    ],
)  # fmt: skip
def test_a_post_is_read_in_its_sentences(post: str, sentences: list[str]) -> None:
    assert told(post) == sentences


def test_an_end_within_a_chunk_ends_a_sentence_too() -> None:
    assert [len(numbers) for numbers in Reading.of("stop...(now) please").numbers] == [1, 2]


def test_what_is_said_again_is_read_once() -> None:
    assert len(Reading.of("I am tired. I am tired! So tired, so tired. I am tired").numbers) == 2
    assert len(Reading.of("no no no no").numbers[0]) == 1


def test_a_sentence_without_an_end_is_read_in_parts_that_overlap() -> None:
    numbers = Reading.of(" ".join(f"{letter}{other}x" for letter in "bcdfghjklm" for other in "pqrtvwz")).numbers

    assert {len(part) for part in numbers[:-1]} == {LONGEST}
    assert all(before[-OVERLAP:] == after[:OVERLAP] for before, after in pairwise(numbers))
    assert sum(map(len, numbers)) - OVERLAP * (len(numbers) - 1) == 70


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I want to die", "i want   to\tdie"), ("I'm tired.", "I’m tired!"), ("i w a n t t o d i e", "i want to die"),
        ("d  i\te", "die"), ("І want to diе", "i want to die"), ("suicidе", "suicide"), ("ＳＡＤ", "sad"),
        ("no, never", "no never"), ("well,then", "well then"), ("sooo sad", "so sad"),
        ("vitamin d and c", "Vitamin D and C"),
    ],
)  # fmt: skip
def test_many_ways_to_write_are_read_as_one(one: str, other: str) -> None:
    assert Reading.of(one).numbers == Reading.of(other).numbers


def test_letters_of_another_language_stay() -> None:
    (numbers,) = Reading.of("хочу умереть").numbers

    assert numbers == [number_of("хочу"), number_of("умереть")]


@pytest.mark.parametrize("text", ["I am tired, so tired", "don't (really) go", "50mg at 10pm", "a b c d"])
def test_its_plain_form_is_that_of_the_whole(text: str) -> None:
    assert Reading.of(text).plain == f" {fold(text)}"


def test_single_words_are_remembered_and_no_more_than_so_many() -> None:
    Reading.of(" ".join(f"word{number}" for number in range(MOST_REMEMBERED + 100)))

    assert len(reading._KNOWN) <= MOST_REMEMBERED
    assert all(" " not in chunk for chunk in reading._KNOWN if len(chunk) > 3 and chunk.isalpha())


def test_what_is_longer_than_a_word_is_not_remembered() -> None:
    Reading.of("x" * 41 + " d i e a n d m u c h m o r e t h a n t h a t i s n o w o r d")

    assert not any(len(chunk) > 40 for chunk in reading._KNOWN)


@given(st.text(max_size=80))
def test_a_post_is_read_alike_whatever_is_remembered(post: str) -> None:
    before = Reading.of(post)
    reading._KNOWN.clear()

    assert Reading.of(post) == before


@given(st.text(alphabet="ab ckDe.!?,\n😂死。…’", max_size=60))
def test_its_sentences_stand_in_the_post_in_order(post: str) -> None:
    read = Reading.of(post)
    spans = [read.spans([place])[0] for place in range(len(read.numbers))]

    assert all(0 <= span.start < span.end <= len(post) for span in spans)
    assert all(before.start <= after.start and before.end <= after.end for before, after in pairwise(spans))
