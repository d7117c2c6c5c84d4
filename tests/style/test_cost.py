"""No text takes more time than its length explains."""

import pytest

from app.style.measures import measure
from tests.cost import SMALL, is_linear
from tests.hostile import hostile_texts

NATURAL = "I'm so sorry that you feel alone. That sounds hard, and it makes sense!\nYou could call her, if you like. "


@pytest.mark.parametrize("name", hostile_texts(1))
def test_hostile_texts_take_time_in_proportion_to_their_length(name: str) -> None:
    assert is_linear(measure, lambda size: hostile_texts(size)[name])


def test_there_are_about_200_hostile_texts() -> None:
    assert len(hostile_texts(1)) >= 190
    assert all(len(text) > SMALL / 2 for text in hostile_texts(SMALL).values())


def test_natural_text_takes_time_in_proportion_to_its_length() -> None:
    assert is_linear(measure, lambda size: (NATURAL * (size // len(NATURAL) + 1))[:size])


def test_a_chain_of_joined_emoji_takes_time_in_proportion_to_its_length() -> None:
    assert is_linear(measure, lambda size: "so " + "👨\u200d" * size, 200, 1_600)


@pytest.mark.parametrize("unit", [".", "!", "?", "?!", "।", "؟"])
def test_a_run_of_marks_before_a_letter_takes_time_in_proportion_to_its_length(unit: str) -> None:
    assert is_linear(measure, lambda size: (unit * size)[:size] + "x", 300, 2_400)
