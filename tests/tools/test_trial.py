"""Accuracy with its interval, and folds that part nothing that belongs together."""

from itertools import pairwise
from math import sqrt

import pytest

from app.tools.training import PENALTIES, Features, Sample, choose_penalty, fit, parted
from app.tools.trial import Accuracy, cross_validate, wilson

LOUD = "Oh wow, hey! It is hard. You've totally got this!!"
CALM = "I'm sorry to hear that. It is hard. Perhaps it will be lighter tomorrow."


def samples(*groups: str, reply: str = CALM, source: str = "a") -> list[Sample]:
    return [Sample.of(source, group, reply) for group in groups]


@pytest.mark.parametrize(
    ("share", "n", "expected"),
    [  # Newcombe 1998, Statistics in Medicine 17, table I, method 3; and the rule of three's neighbours
        (81 / 263, 263, (0.2553, 0.3662)),
        (15 / 148, 148, (0.0624, 0.1605)),
        (0 / 20, 20, (0.0, 0.1611)),
        (1 / 29, 29, (0.0061, 0.1718)),
        (1.0, 20, (0.8389, 1.0)),
    ],
)
def test_the_interval_is_the_printed_one(share: float, n: int, expected: tuple[float, float]) -> None:
    assert wilson(share, n) == pytest.approx(expected, abs=0.00006)


def test_where_all_are_right_the_interval_is_that_of_as_many_posts() -> None:
    ten_posts = samples(*"abcdefghij" * 3)
    found = Accuracy.of(ten_posts, ["a"] * 30)

    assert (found.share, round(found.high, 9), found.worth) == (1, 1, 10)
    assert found.low == pytest.approx(10 / (10 + 1.959964**2))


def test_replies_that_go_wrong_post_by_post_are_worth_as_many_as_posts() -> None:
    ten_posts = samples(*"abcdefghij" * 3)
    by_post = Accuracy.of(ten_posts, ["a" if sample.group < "f" else "b" for sample in ten_posts])
    alone = Accuracy.of(samples(*map(str, range(30))), ["a", "b"] * 15)

    # Of each post all three or none: variance 10 posts × 1.5², times 10 ÷ 9, over 30 × 0.25.
    assert by_post.worth == pytest.approx(30 / (10 * 1.5**2 * 10 / 9 / 7.5))
    assert alone.worth == pytest.approx(30 / (30 / 29))
    assert by_post.high - by_post.low > sqrt(2.5) * (alone.high - alone.low)


def test_errors_spread_evenly_are_never_worth_more_than_there_are() -> None:
    ten_posts = samples(*"abcdefghij" * 2)

    assert Accuracy.of(ten_posts, ["a"] * 10 + ["b"] * 10).worth == 20


def test_folds_part_no_group() -> None:
    own = samples(*(str(place % 9) for place in range(40)))
    folds = list(parted(own, 4, seed=1))

    assert len(folds) == 4
    for fitted, tried in folds:
        assert not {sample.group for sample in fitted} & {sample.group for sample in tried}
    assert sum(len(tried) for _, tried in folds) == 40
    assert list(parted(samples("x", "x"), 4, seed=1)) == []


def test_a_sign_stands_in_replies_to_several_posts() -> None:
    once = "Perhaps you could rest."
    others = [Sample.of("a", f"other {place}", f"It is late{'!' * place}") for place in range(9)]
    for posts in (1, 2, 3, 4):
        shown = [Sample.of("a", f"post {place % posts}", once) for place in range(6)]
        signs = Features.of(shown + others).signs
        assert ("perhaps" in signs) == ("opener: perhaps you could" in signs) == (posts >= 3)


def test_no_sign_names_anybody_or_anything() -> None:
    for name in ("Zanzibar", "Marisol", "Grzegorz"):
        told = samples(*map(str, range(9)), reply=f"Hey {name}, it is hard. {name} is far. Oh no.")
        signs = Features.of([*told, *samples(*"abcdefghi", reply="It is what it is.")]).signs
        assert "opener: hey" in signs
        assert not [sign for sign in signs if name.lower() in sign]


def test_the_penalty_is_weak_for_what_is_clear_and_strong_for_what_is_chance() -> None:
    groups = [str(place) for place in range(24)]
    clear = samples(*groups, reply=LOUD, source="b") + samples(*groups, reply=CALM, source="a")
    words = ("very", "perhaps", "often", "never", "always", "still", "just", "even")
    chance = [
        Sample.of("ab"[place * 7 % 11 % 2], str(place), " ".join(words[(place * k) % 8] for k in range(1, 9)) + ".")
        for place in range(48)
    ]

    assert choose_penalty(clear) == max(PENALTIES)
    assert choose_penalty(chance) == min(PENALTIES)
    assert choose_penalty(samples("x") + samples("x", source="b")) == min(PENALTIES)


def test_a_source_that_only_one_fold_has_does_not_stop_the_rest() -> None:
    own = samples(*map(str, range(12))) + samples("0", reply=LOUD, source="b")
    given = cross_validate(own)

    assert given == ["a"] * 13
    with pytest.raises(ValueError, match="two posts"):
        cross_validate(samples("x", "x"))
    with pytest.raises(ValueError, match="two sources"):
        fit(samples("x", "y"))


def test_another_seed_divides_otherwise() -> None:
    own = samples(*map(str, range(40)))

    def divided(seed: int) -> list[set[str]]:
        return [{sample.group for sample in tried} for _, tried in parted(own, 10, seed)]

    assert divided(1) == divided(1) != divided(2)
    assert [len(fold) for fold, _ in pairwise(divided(1))] == [4] * 9
