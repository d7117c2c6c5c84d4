"""The features that a learnt model sees: which words count as one, and that their numbers never change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.safety.features import BITS, SHORT_BITS, Stems, features_of, shortened, words_of
from app.safety.plain_text import fold

# As `Stems` says.
MOST_REMEMBERED = 50_000
WORDS = st.lists(st.text(min_size=1, max_size=12), max_size=20)


def plain_words(text: str) -> list[str]:
    return words_of(fold(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("wanting", "wanted"), ("wants", "wanted"), ("kills", "killing"), ("killed", "killer"), ("killers", "killing"),
        ("deaths", "death"), ("hurts", "hurting"), ("quietly", "quieter"), ("needs", "needed"), ("hopes", "hoping"),
        ("happen", "happy"),
    ],
)  # fmt: skip
def test_forms_of_a_word_have_one_stem(one: str, other: str) -> None:
    stems = Stems()

    assert stems[one] == stems[other]


@pytest.mark.parametrize(
    ("one", "other"),
    [("dies", "die"), ("cuts", "cut"), ("ring", "r"), ("bed", "b"), ("kill", "killjoy"), ("hope", "hopeless")],
)  # fmt: skip
def test_short_words_and_other_words_keep_their_own_stem(one: str, other: str) -> None:
    stems = Stems()

    assert stems[one] != stems[other]


def test_only_one_ending_is_taken_off() -> None:
    stems = Stems()

    assert stems["meetings"] == stems["meeting"]
    assert stems["lovelies"] == stems["loveli"] != stems["lovel"]


def test_the_order_of_words_matters() -> None:
    orders = ["i want to die not live", "i want to live not die", "not i want to die live"]
    seen = [features_of(order.split()) for order in orders]

    assert len({frozenset(features) for features in seen}) == len(orders)
    # The words alone are the same.
    assert len({tuple(sorted(features[:6])) for features in seen}) == 1


def test_a_pair_is_not_its_reverse() -> None:
    assert set(features_of(["never", "again"])) != set(features_of(["again", "never"]))


def test_where_a_sentence_begins_and_ends_counts() -> None:
    whole, cut = features_of(["please", "help", "me"]), [*features_of(["please"]), *features_of(["help", "me"])]

    assert set(whole) & set(cut) < set(cut)


@pytest.mark.parametrize(
    ("words", "features"),
    [
        ([], []),
        (["hello"], [42630, 559100, 281594, 806329]),
        (
            ["i", "want", "to", "die"],
            [800369, 988450, 512708, 589783, 268263, 795991, 212078, 7595, 920207, 272150, 337896, 641134, 145956],
        ),
        (["我", "想", "死"], [836753, 548030, 318880, 304647, 537491, 961878, 614268, 13650, 948720, 723067]),
    ],
)  # fmt: skip
def test_features_are_the_same_numbers_in_every_process(words: list[str], features: list[int]) -> None:
    """The weights that were written stand for these numbers: whoever changes one must fit again."""
    assert features_of(words) == features


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
    assert features_of(plain_words("no, i want to die, now")) == features_of(plain_words("no i want to die now"))


@given(WORDS)
def test_features_are_as_many_as_their_words_ask_for_and_below_the_size_of_a_table(words: list[str]) -> None:
    features = features_of(words)

    # Words; pairs, with both edges; triples.
    assert len(features) == (len(words) + (len(words) + 1) + len(words) if words else 0)
    assert all(0 <= feature < 2**BITS for feature in features)


@given(WORDS)
def test_short_forms_are_the_lowest_bits_in_the_same_order(words: list[str]) -> None:
    features = features_of(words)

    assert shortened(features) == [feature % 2**SHORT_BITS for feature in features]


def test_words_that_are_remembered_are_bounded() -> None:
    stems = Stems()
    most = 0
    for number in range(MOST_REMEMBERED + 100):
        stems[f"word{number}"]
        most = max(most, len(stems))

    assert most == MOST_REMEMBERED
    assert len(stems) == 100


def test_a_word_has_the_same_number_before_and_after_it_was_forgotten() -> None:
    stems = Stems()
    before = stems["wanting"]
    stems.clear()

    assert stems["wanting"] == before == stems["wanted"]


def test_half_of_a_character_is_a_word_like_any_other() -> None:
    assert len(features_of(["\ud800", "a"])) == 7
