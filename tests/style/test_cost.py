"""No text takes more time than its length explains."""

from collections.abc import Callable
from time import process_time

import pytest

from app.style.measures import measure
from tests.hostile import hostile_texts

SMALL, LARGE = 2_500, 20_000
NATURAL = "I'm so sorry that you feel alone. That sounds hard, and it makes sense!\nYou could call her, if you like. "


def seconds_of(text: str) -> float:
    """CPU time of the fastest of three runs."""
    times = []
    for _ in range(3):
        began = process_time()
        measure(text)
        times.append(process_time() - began)
    return min(times)


def is_linear(text: Callable[[int], str], small: int = SMALL, large: int = LARGE) -> bool:
    """Whether eight times as much takes at most 24 times as long (quadratic: 64), in one of three tries."""
    return any(seconds_of(text(large)) < 3 * large / small * seconds_of(text(small)) + 0.002 for _ in range(3))


@pytest.mark.parametrize("name", hostile_texts(1))
def test_hostile_texts_take_time_in_proportion_to_their_length(name: str) -> None:
    assert is_linear(lambda size: hostile_texts(size)[name])


def test_there_are_about_200_hostile_texts() -> None:
    assert len(hostile_texts(1)) >= 190
    assert all(len(text) > SMALL / 2 for text in hostile_texts(SMALL).values())


def test_natural_text_takes_time_in_proportion_to_its_length() -> None:
    assert is_linear(lambda size: (NATURAL * (size // len(NATURAL) + 1))[:size])


def test_a_chain_of_joined_emoji_takes_time_in_proportion_to_its_length() -> None:
    assert is_linear(lambda size: "so " + "👨\u200d" * size, 200, 1_600)


@pytest.mark.parametrize("unit", [".", "!", "?", "?!", "।", "؟"])
def test_a_run_of_marks_before_a_letter_takes_time_in_proportion_to_its_length(unit: str) -> None:
    assert is_linear(lambda size: (unit * size)[:size] + "x", 300, 2_400)
