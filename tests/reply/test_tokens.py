"""The guess of a prompt's tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reply.prompt import Message
from app.reply.tokens import estimate_tokens, surely_exceeds


def guess(*contents: str) -> int:
    return estimate_tokens(tuple(Message("user", content) for content in contents))


# Real tokenizers' counts lie within these for texts of a few hundred characters.
@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        pytest.param("You have been so tired this week. " * 10, 60, 130, id="English"),
        pytest.param("आप बहुत थके हुए हैं। " * 10, 100, 400, id="Hindi"),
        pytest.param("你这周一定很累。" * 10, 60, 200, id="Chinese"),
        pytest.param("😭" * 50, 75, 200, id="emoji"),
        pytest.param("", 0, 20, id="nothing"),
    ],
)
def test_the_guess_is_near_what_tokenizers_count(text: str, least: int, most: int) -> None:
    assert least <= guess(text) <= most


def test_each_message_costs_its_frame() -> None:
    assert guess("", "", "") == 3 * guess("") > 0
    assert estimate_tokens(()) == 0


@given(st.text(max_size=100), st.text(max_size=100))
def test_more_text_never_costs_less(text: str, more: str) -> None:
    assert guess(text + more) >= guess(text)
    assert guess(text, more) >= guess(text) + guess("")


@given(st.text(alphabet=st.characters(max_codepoint=127), min_size=8, max_size=100))
def test_letters_outside_ascii_cost_more(text: str) -> None:
    assert guess("é" * len(text)) > guess(text)


def test_a_long_post_is_estimated_in_proportion() -> None:
    frame = guess("")
    assert guess("word " * 4_000) - frame == 10 * (guess("word " * 400) - frame)


@pytest.mark.parametrize(
    ("estimate", "room", "refused"),
    [(100, 100, False), (160, 100, False), (166, 100, False), (168, 100, True), (1_000, 100, True), (0, 0, False)],
)
def test_only_a_guess_that_is_far_too_high_refuses(estimate: int, room: int, refused: bool) -> None:
    assert surely_exceeds(estimate, room) is refused
