"""The features that a learnt model sees: which words count as one, and that their numbers never change."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.safety.features import BITS, EACH, SHORT_BITS, features_of, number_of, shortened, words_of
from app.safety.plain_text import fold

WORDS = st.lists(st.text(min_size=1, max_size=12), max_size=20)


def plain_words(text: str) -> list[str]:
    return words_of(fold(text))


def seen_in(words: Sequence[str]) -> list[int]:
    return features_of([number_of(word) for word in words])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("wanting", "wanted"), ("wants", "wanted"), ("kills", "killing"), ("killed", "killer"), ("killers", "killing"),
        ("deaths", "death"), ("hurts", "hurting"), ("quietly", "quieter"), ("needs", "needed"), ("hopes", "hoping"),
        ("happen", "happy"),
    ],
)  # fmt: skip
def test_forms_of_a_word_have_one_stem(one: str, other: str) -> None:
    assert number_of(one) == number_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("dies", "die"), ("cuts", "cut"), ("ring", "r"), ("bed", "b"), ("kill", "killjoy"), ("hope", "hopeless")],
)  # fmt: skip
def test_short_words_and_other_words_keep_their_own_stem(one: str, other: str) -> None:
    assert number_of(one) != number_of(other)


def test_only_one_ending_is_taken_off() -> None:
    assert number_of("meetings") == number_of("meeting")
    assert number_of("lovelies") == number_of("loveli") != number_of("lovel")


def test_the_order_of_words_matters() -> None:
    orders = ["i want to die not live", "i want to live not die", "not i want to die live"]
    seen = [seen_in(order.split()) for order in orders]

    assert len({frozenset(features) for features in seen}) == len(orders)
    # The words alone are the same.
    assert len({tuple(sorted(features[:-2:EACH])) for features in seen}) == 1


def test_a_pair_is_not_its_reverse() -> None:
    assert set(seen_in(["never", "again"])) != set(seen_in(["again", "never"]))


def test_where_a_sentence_begins_and_ends_counts() -> None:
    whole, cut = seen_in(["please", "help", "me"]), [*seen_in(["please"]), *seen_in(["help", "me"])]

    assert set(whole) & set(cut) < set(cut)


@pytest.mark.parametrize(
    ("words", "features"),
    [
        ([], []),
        (["hello"], [42630, 559100, 35259, 281594, 806329]),
        (
            ["i", "want", "to", "die"],
            [
                *(800369, 268263, 792998, 988450, 795991, 272150),
                *(512708, 212078, 337896, 589783, 7595, 641134, 920207, 145956),
            ],
        ),
        (["我", "想", "死"], [836753, 304647, 829382, 548030, 537491, 13650, 318880, 961878, 948720, 614268, 723067]),
    ],
)  # fmt: skip
def test_features_are_the_same_numbers_in_every_process(words: list[str], features: list[int]) -> None:
    """The weights that were written stand for these numbers: whoever changes one must fit again."""
    assert seen_in(words) == features


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I want to die", ["i", "want", "to", "die"]),
        ("Well, no, never", ["well", "no", "never"]),
        ("one,two;three", ["one", "two", "three"]),
        (",,,", []),
        ("", []),
        ("   ", []),
        ("我想死", ["我", "想", "死"]),
        ("死にたい", ["死", "に", "た", "い"]),
        ("我想死，真的", ["我", "想", "死", "真", "的"]),
        ("i say 死 now", ["i", "say", "死", "now"]),
        ("ok我想死ok", ["ok", "我", "想", "死", "ok"]),
        ("хочу умереть", ["хочу", "умереть"]),
        ("je veux être", ["je", "veux", "etre"]),
    ],
)  # fmt: skip
def test_the_words_of_a_plain_sentence(text: str, words: list[str]) -> None:
    assert plain_words(text) == words


def test_a_comma_changes_no_feature() -> None:
    assert seen_in(plain_words("no, i want to die, now")) == seen_in(plain_words("no i want to die now"))


@given(WORDS)
def test_features_are_as_many_as_their_words_ask_for_and_below_the_size_of_a_table(words: list[str]) -> None:
    features = seen_in(words)

    assert len(features) == (EACH * len(words) + 2 if words else 0)
    assert all(0 <= feature < 2**BITS for feature in features)


@given(WORDS)
def test_short_forms_are_the_lowest_bits_in_the_same_order(words: list[str]) -> None:
    features = seen_in(words)

    assert shortened(features) == [feature % 2**SHORT_BITS for feature in features]


def test_half_of_a_character_is_a_word_like_any_other() -> None:
    assert len(seen_in(["\ud800", "a"])) == 8
