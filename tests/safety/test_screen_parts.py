"""How the screen reads a long post: in parts, so that no sentence drowns; and what it has learnt from."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.safety.ratings import LEVELS
from app.safety.reading import Reading
from app.safety.screen import WINDOW_WORDS, screen
from app.safety.screen import windows as windows_of
from app.safety.weights import weights_of

ROOT = Path(__file__).parents[2]
# Words of a sentence: as people write, and more than a window holds.
USUAL, ANY = st.integers(0, 45), st.integers(0, WINDOW_WORDS + 50)
HARMLESS = (
    "The bus was late again this morning and I read two chapters of my book on the way to work.",
    "My sister is learning to bake bread and sends me a photo of every loaf that she makes.",
    "We painted the kitchen yellow last weekend, and now the rest of the flat looks rather pale.",
    "There is a new bakery on the corner that sells very good rolls with seeds on them.",
    "I joined a choir in autumn and we are singing at the town hall in two weeks.",
    "My neighbour has a small dog that barks whenever the postman comes up the stairs.",
    "At work we moved to another floor, and my desk is now beside a large window.",
    "I have been trying to learn Portuguese with an app, and I keep mixing up the verbs.",
    "On Sunday we went to the lake, ate sandwiches, and walked around it once before it rained.",
    "My brother bought an old bicycle and has spent three evenings cleaning the chain.",
    "The library lets you borrow board games now, so we tried one about trains on Friday.",
    "I planted tomatoes on the balcony in May and we have eaten most of them by now.",
    "Our cat has found a new place to sleep, on top of the washing machine.",
    "My mother rang to tell me about her trip to the coast and the ferry that was delayed.",
    "We watched a long film about a lighthouse, and I fell asleep before the end of it.",
    "The heating in the office makes a noise like a kettle, and nobody knows how to turn it down.",
    "I found my old school photos in a box and laughed at my haircut for ten minutes.",
    "There is a market every Thursday where a man sells honey from his own garden.",
    "My colleague is getting married in June, and we are collecting money for a present.",
    "I cooked a soup with lentils yesterday, which was better than I had hoped.",
    "The train to my parents takes four hours, so I always bring a podcast and some nuts.",
)


def windows(lengths: Sequence[int]) -> list[range]:
    """Of sentences of so many words. More than there can be are not waited for."""
    found = []
    for window in windows_of(lengths):
        found.append(window)
        assert len(found) <= len(lengths)
    return found


def words_in(lengths: Sequence[int], part: range) -> int:
    return sum(lengths[place] for place in part)


@pytest.mark.parametrize(
    ("lengths", "parts"),
    [
        ([], []),
        ([0], [(0, 1)]),
        ([0, 0, 0], [(0, 3)]),
        ([5], [(0, 1)]),
        ([WINDOW_WORDS], [(0, 1)]),
        ([WINDOW_WORDS + 1], [(0, 1)]),
        ([125, 125], [(0, 2)]),
        ([125, 126], [(0, 1), (1, 2)]),
        ([50] * 5, [(0, 5)]),
        ([50] * 8, [(0, 5), (3, 8)]),
        ([100] * 4, [(0, 2), (1, 3), (2, 4)]),
        ([300, 300], [(0, 1), (1, 2)]),
        ([300, 0, 0], [(0, 1), (1, 3)]),
        ([0, 0, 300, 0], [(0, 2), (1, 2), (2, 3), (3, 4)]),
    ],
)
def test_a_post_is_read_in_these_windows(lengths: list[int], parts: list[tuple[int, int]]) -> None:
    assert windows(lengths) == [range(*part) for part in parts]


@given(st.lists(ANY, max_size=60))
def test_windows_cover_every_sentence_in_order(lengths: list[int]) -> None:
    parts = windows(lengths)

    assert {place for part in parts for place in part} == set(range(len(lengths)))
    for before, after in pairwise(parts):
        assert before.start < after.start <= before.stop


@given(st.lists(ANY, max_size=60))
def test_a_window_of_more_than_one_sentence_has_no_more_words_than_fit(lengths: list[int]) -> None:
    for part in windows(lengths):
        assert len(part) == 1 or words_in(lengths, part) <= WINDOW_WORDS


@given(st.lists(USUAL, max_size=80))
def test_windows_share_half_of_their_words_but_for_one_sentence(lengths: list[int]) -> None:
    parts = windows(lengths)

    for before, after in pairwise(parts):
        shared = words_in(lengths, range(after.start, before.stop))
        assert 2 * (shared + max(lengths)) >= words_in(lengths, before)


@given(st.lists(st.integers(1, 45), min_size=1, max_size=80))
def test_neighbours_are_read_together_somewhere(lengths: list[int]) -> None:
    parts = windows(lengths)

    for place in range(len(lengths) - 1):
        assert any(place in part and place + 1 in part for part in parts)


@given(st.integers(0, 200))
def test_sentences_without_words_end(count: int) -> None:
    assert windows([0] * count) == ([range(count)] if count else [])


@pytest.mark.parametrize("post", ["", " ", "\n\n", "?! ?! ?!", "🙂", "123"])
def test_a_post_without_words_is_not_rated(post: str) -> None:
    assert screen(post).level == "none"


@pytest.mark.parametrize("post", ["...", ", , ,", "…"])
def test_a_post_of_marks_alone_is_not_rated(post: str) -> None:
    assert screen(post).level == "none"


def test_the_harmless_story_is_longer_than_a_window_and_is_no_danger() -> None:
    post = " ".join(HARMLESS)

    assert len(windows([len(numbers) for numbers in Reading.of(post).numbers])) > 1
    assert screen(post).level == "none"


@pytest.mark.parametrize("place", [0, 5, 10, 16, len(HARMLESS)])
@pytest.mark.parametrize(
    "sentence",
    [
        "I want to kill myself.",
        "I don't want to be alive anymore.",
        "I started cutting my arms again last night.",
        "My boyfriend hits me and I'm scared of him.",
        "My best friend told me that she wants to die.",
        "I have taken all of my pills.",
    ],
)
def test_a_sentence_that_says_it_alone_is_found_among_harmless_others(sentence: str, place: int) -> None:
    post = " ".join((*HARMLESS[:place], sentence, *HARMLESS[place:]))
    rating = screen(post)

    assert LEVELS.index(rating.level) >= LEVELS.index("elevated")
    assert sentence in [post[span.start : span.end].strip() for span in rating.spans]


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("screen", ["corpus/posts_*.jsonl", "corpus/lines_*.jsonl", "tests/safety/cases/posts_own.jsonl"]),
        (
            "replies",
            ["corpus/replies_*.jsonl", *(f"tests/safety/cases/replies_{half}.jsonl" for half in ("own", "more"))],
        ),
    ],
)
def test_the_shipped_weights_were_fitted_on_the_cases_that_are_here(name: str, files: list[str]) -> None:
    pytest.importorskip("sklearn")
    from app.tools.corpus_files import digest_of

    paths = [path for pattern in files for path in ROOT.glob(pattern)]

    assert weights_of(name).corpus == digest_of(paths), "cases were changed: fit the weights again with `make learnt`"
