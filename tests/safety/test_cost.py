"""No post takes the screen more time than its length explains."""

import pytest

from app.safety.screen import screen
from tests.cost import LARGE, is_linear, seconds_of
from tests.hostile import hostile_texts

NATURAL = "I feel so lost since he left, and I can't sleep. My sister says it gets better!\nWhat would you do? "
# What opens many rules and matches late or never.
GATES = [
    "i want to die but not ", "i am going to kill ", "pills in my ", "he said she wants ", "my friend wants to ",
    "i can not go on ", "do not want to live ", "kill ", "suicide note ", "hope i wish i ", "my i ", "k*l su*c ",
    "d i e ", "tonight end it ", "i have never wanted to ", "the pain in my life ", "死", "хочу ",
]  # fmt: skip


@pytest.mark.parametrize("name", hostile_texts(1))
def test_hostile_texts_take_time_in_proportion_to_their_length(name: str) -> None:
    assert is_linear(screen, lambda size: hostile_texts(size)[name])


@pytest.mark.parametrize("unit", [*GATES, NATURAL])
def test_words_that_open_rules_take_time_in_proportion_to_their_number(unit: str) -> None:
    assert is_linear(screen, lambda size: (unit * size)[:size])


def test_a_long_post_of_gate_words_is_screened_in_time() -> None:
    post = "".join(GATES)
    post = (post * (LARGE // len(post) + 1))[:LARGE]

    assert seconds_of(screen, post) < 1
