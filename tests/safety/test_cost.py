"""No post takes the screen more time than its length explains."""

from collections.abc import Callable
from time import process_time

import pytest

from app.safety.screen import screen
from tests.hostile import hostile_texts

SMALL, LARGE = 2_500, 20_000
NATURAL = "I feel so lost since he left, and I can't sleep. My sister says it gets better!\nWhat would you do? "
# What opens many rules and matches late or never.
GATES = [
    "i want to die but not ", "i am going to kill ", "pills in my ", "he said she wants ", "my friend wants to ",
    "i can not go on ", "do not want to live ", "kill ", "suicide note ", "hope i wish i ", "my i ", "k*l su*c ",
    "d i e ", "tonight end it ", "i have never wanted to ", "the pain in my life ", "死", "хочу ",
]  # fmt: skip


def seconds_of(post: str) -> float:
    """CPU time of the fastest of three runs."""
    times = []
    for _ in range(3):
        began = process_time()
        screen(post)
        times.append(process_time() - began)
    return min(times)


def is_linear(text: Callable[[int], str], small: int = SMALL, large: int = LARGE) -> bool:
    """Whether eight times as much takes at most 24 times as long (quadratic: 64), in one of three tries."""
    return any(seconds_of(text(large)) < 3 * large / small * seconds_of(text(small)) + 0.002 for _ in range(3))


@pytest.mark.parametrize("name", hostile_texts(1))
def test_hostile_texts_take_time_in_proportion_to_their_length(name: str) -> None:
    assert is_linear(lambda size: hostile_texts(size)[name])


@pytest.mark.parametrize("unit", [*GATES, NATURAL])
def test_words_that_open_rules_take_time_in_proportion_to_their_number(unit: str) -> None:
    assert is_linear(lambda size: (unit * size)[:size])


def test_a_long_post_of_gate_words_is_screened_in_time() -> None:
    post = "".join(GATES)
    post = (post * (LARGE // len(post) + 1))[:LARGE]

    assert seconds_of(post) < 1
