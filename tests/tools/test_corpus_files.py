"""Files that models are fitted on, and the fit, on rows of a few features."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sklearn")

import numpy as np

from app.tools.corpus_files import cases_of, digest_of
from app.tools.fitting import FOLDS, Array, Mask, Rows, parts_of

SECRET = "zanzibar"
BITS = 4
# Two texts, each of which stands there twice; what follows a pair of numbers tells them apart.
TEXTS = [[1, 2, 3], [1, 2, 3], [4, 5, 6], [4, 5, 6]]
# The two of a text get different answers.
ANSWERS = np.array([True, False, True, False])
ALL = np.ones(len(TEXTS), dtype=bool)


def read(author: str, told: Mapping[str, Any]) -> tuple[str, str]:
    """A case as these tests read it; raises as a model's own do."""
    if told["text"] == SECRET:
        raise ValueError("no such text")
    return author, told["text"]


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Of two authors, in folders that are in another order than their names."""
    texts = {"b/lines_ann.jsonl": ["sun", "rain"], "a/lines_bob.jsonl": ["snow"]}
    for name, said in texts.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("".join(json.dumps({"text": text}) + "\n" for text in said), encoding="utf-8")
    return [tmp_path / name for name in texts]


def test_a_digest_is_of_names_and_contents_in_any_order(files: list[Path], tmp_path: Path) -> None:
    ann, bob = files
    longer, renamed, moved = tmp_path / "lines_ann.jsonl", tmp_path / "lines_cat.jsonl", tmp_path / "lines_bob.jsonl"
    longer.write_bytes(ann.read_bytes() + b"\n")
    renamed.write_bytes(ann.read_bytes())
    moved.write_bytes(bob.read_bytes())

    assert digest_of([ann, bob]) == digest_of([bob, ann]) == digest_of([ann, moved])
    assert len({digest_of(paths) for paths in ([ann, bob], [bob], [longer, bob], [renamed, bob], [])}) == 5


def test_a_digest_tells_whose_lines_are_whose(files: list[Path], tmp_path: Path) -> None:
    swapped = [tmp_path / path.name for path in files]
    for path, other in zip(swapped, files[::-1], strict=True):
        path.write_bytes(other.read_bytes())

    assert digest_of(swapped) != digest_of(files)


def test_cases_come_by_the_names_of_their_files_and_know_their_author(files: list[Path]) -> None:
    expected = [("lines_ann", "sun"), ("lines_ann", "rain"), ("lines_bob", "snow")]

    assert list(cases_of(files, read)) == list(cases_of(files[::-1], read)) == expected


@pytest.mark.parametrize(
    "wrong",
    ["not json", "", f'{{"text": "{SECRET}', json.dumps({"text": SECRET}), "{}", "[]", "3", "null"],
    ids=["not_json", "empty", "cut", "refused", "no_text", "list", "number", "null"],
)
def test_a_wrong_line_is_named_without_its_text(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "lines_dan.jsonl"
    path.write_text(f'{{"text": "so"}}\n{wrong}\n', encoding="utf-8")

    with pytest.raises(ValueError, match=r"^lines_dan\.jsonl, line 2: .") as stopped:
        list(cases_of([path], read))
    assert SECRET not in str(stopped.value)


def test_a_missing_file_is_not_taken_for_an_empty_one(files: list[Path], tmp_path: Path) -> None:
    paths = [*files, tmp_path / "nothing.jsonl"]

    for attempt in (lambda: list(cases_of(paths, read)), lambda: digest_of(paths)):
        with pytest.raises(FileNotFoundError, match=re.escape(str(paths[-1]))):
            attempt()


@pytest.mark.parametrize("number", [1, 2, FOLDS, FOLDS + 1, 3 * FOLDS + 2])
def test_each_author_is_in_one_part_whole(number: int) -> None:
    authors = np.array([f"lines_{place % number:02}" for place in range(3 * number)])
    parts = list(parts_of(authors))

    assert len(parts) == min(number, FOLDS)
    assert (np.sum(parts, axis=0) == 1).all()
    sizes = [len(set(authors[part])) for part in parts]
    assert sum(sizes) == number
    assert max(sizes) - min(sizes) <= 1


def test_parts_do_not_depend_on_the_order_of_cases() -> None:
    authors = np.array([f"lines_{place}" for place in range(2 * FOLDS + 1)])

    assert [list(part[::-1]) for part in parts_of(authors[::-1])] == [list(part) for part in parts_of(authors)]


@pytest.mark.parametrize(
    ("times", "found"),
    [
        ([4.0, 1.0, 1.0, 4.0], [True, True, False, False]),
        ([1.0, 4.0, 4.0, 1.0], [False, False, True, True]),
    ],
)
def test_answers_that_count_more_often_win(times: list[float], found: list[bool]) -> None:
    rows = Rows(TEXTS)
    output = rows.fit(ALL, ANSWERS, BITS, 1e5, times=np.array(times))

    assert list(rows.score(output, ALL) > 0) == found


def test_where_nothing_is_said_all_count_once() -> None:
    rows, answers = Rows(TEXTS), np.array([True, True, False, False])

    assert rows.fit(ALL, answers, BITS, 1.0) == rows.fit(ALL, answers, BITS, 1.0, times=np.ones(len(TEXTS)))


@pytest.mark.parametrize("times", [None, np.array([9.0, 4.0, 1.0, 1.0, 4.0])])
def test_texts_that_do_not_count_change_nothing(times: Array | None) -> None:
    answers: Mask = np.array([True, True, True, False, False])
    counting, rest = np.array([False, True, True, True, True]), None if times is None else times[1:]
    more = Rows([[1, 4, 7], *TEXTS]).fit(counting, answers, BITS, 1.0, times=times)

    assert more == Rows(TEXTS).fit(ALL, answers[1:], BITS, 1.0, times=rest)


def test_many_texts_are_scored_as_each_by_itself() -> None:
    texts = [*TEXTS, [], [1], [1, 1, 4, 2, 3, 9, 9, 9, 2, 1, 3]]
    rows = Rows(texts)
    output = rows.fit(np.arange(len(texts)) < len(TEXTS), np.arange(len(texts)) < 2, BITS, 1.0)

    expected = [output.score(output.total(features), len(features)) for features in texts]
    assert rows.score(output, np.ones(len(texts), dtype=bool)) == pytest.approx(expected)
