"""Which replies belong together, by whatever names their post and by what they say."""

import random
from itertools import combinations

import pytest

from app.tools.groups import groups_of, posts_of
from app.tools.replies import ReplyLine

POST = "My sister moved abroad."
SAME_POST = "  my SISTER\tmoved\n abroad. "


def line(post_id: str | None = None, post: str | None = None, reply: str = "") -> ReplyLine:
    return ReplyLine("a", post_id, post, reply)


def told_apart(names: list[str | None]) -> list[tuple[int, int]]:
    """The pairs that are not known to be together."""
    known = list(enumerate(names))
    return [(a, b) for (a, one), (b, other) in combinations(known, 2) if one is None or one != other]


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        (line("1"), line("1"), True),
        (line("1"), line("2"), False),
        (line(None, POST), line(None, POST), True),
        (line(None, POST), line(None, SAME_POST), True),
        (line(None, POST), line(None, POST + " Why?"), False),
        (line("1", POST), line(None, SAME_POST), True),
        (line("1", POST), line("2", SAME_POST), True),
        (line(None, "ﬁne café"), line(None, "FINE cafe\u0301"), True),
        (line(), line(), False),
        (line(""), line(""), False),
        (line(" "), line(" "), False),
        (line(None, " "), line(None, ""), False),
        (line("text", POST), line(None, "text"), False),
    ],
)
def test_a_post_is_known_by_its_id_or_its_text(first: ReplyLine, second: ReplyLine, together: bool) -> None:
    assert (told_apart(posts_of([first, second])) == []) == together
    assert (told_apart([*groups_of([first, second])]) == []) == (together or first.reply == second.reply)


def test_who_shares_with_both_brings_two_together() -> None:
    chain = [line("1", "x"), line("2", "y"), line("3", "z"), line("1", "y"), line("3", "x"), line("4", "w")]
    names = posts_of(chain)

    assert len({*names[:5]}) == 1
    assert names[5] == "4"


def test_the_order_of_lines_changes_no_name() -> None:
    chance = random.Random(2)
    lines = [line(str(place % 7), f"text {place % 3}", f"reply {place % 5}") for place in range(40)]
    lines += [line(None, f"other {place % 4}", f"own {place}") for place in range(9)] + [line(None, None, "alone")]
    by_line = dict(zip(lines, zip(posts_of(lines), groups_of(lines), strict=True), strict=True))
    for _ in range(5):
        chance.shuffle(lines)
        assert dict(zip(lines, zip(posts_of(lines), groups_of(lines), strict=True), strict=True)) == by_line


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        ("You are not alone.", "You are not alone.", True),
        ("You are not alone.", "you  are NOT alone!", True),
        ("You are not alone.", "You are never alone.", False),
    ],
)
def test_replies_of_the_same_words_stay_together(first: str, second: str, together: bool) -> None:
    lines = [line("1", POST, first), line("2", "Something else.", second)]

    assert (len(set(groups_of(lines))) == 1) == together
    assert posts_of(lines) == ["1", "2"]


def test_a_long_chain_takes_no_long_time() -> None:
    lines = [line(str(place), str(place + 1)) for place in range(20_000)]
    lines += [line(str(place), str(place)) for place in range(20_000)]

    assert len(set(posts_of(lines))) == 1
