"""A learnt model as a file and as a score."""

import json
from collections.abc import Callable
from itertools import chain
from math import isclose, sqrt
from typing import Any
from zlib import compress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.safety.features import BITS, EACH, SHORT_BITS
from app.safety.screen import TOLD
from app.safety.weights import FORMAT, LEAST, RAISED, Output, Panel, Weights, read_weights, weights_of, write_weights

STEPS = (0, 127, -127, 5, -5, 1, 0, 3)
TABLE = bytes(step + RAISED for step in STEPS)
FEATURES = st.lists(st.integers(0, len(TABLE) - 1), max_size=40)


def output(intercept: float = -1.5, unit: float = 0.25, alone: float = 0.75) -> Output:
    return Output(intercept, unit, TABLE, alone)


WEIGHTS = Weights("c0ffee", {"danger": output(), "other": Output(0.1, 1e-9, bytes((RAISED + 7, RAISED - 7)))})


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    """The file of `WEIGHTS` with another head."""
    head, _, tables = write_weights(WEIGHTS).partition(b"\n")
    told = json.loads(head)
    change(told)
    return json.dumps(told).encode() + b"\n" + tables


def test_what_is_written_is_read() -> None:
    content = write_weights(WEIGHTS)
    read = read_weights(content)

    assert read == WEIGHTS
    assert list(read.outputs) == ["danger", "other"]
    assert read.outputs["other"].alone == 0
    assert write_weights(read) == content


def test_a_model_without_outputs_is_read() -> None:
    assert read_weights(write_weights(Weights("", {}))) == Weights("", {})


def test_numbers_are_kept_to_the_last_digit() -> None:
    odd = Weights("", {"one": Output(0.1 + 0.2, 1 / 3, b"\x81", -2 / 7)})

    assert read_weights(write_weights(odd)) == odd


def test_what_was_fitted_on_can_be_read_without_unpacking() -> None:
    head = json.loads(write_weights(WEIGHTS).splitlines()[0])

    assert (head["format"], head["corpus"]) == (FORMAT, "c0ffee")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"PK\x03\x04\nnot ours",
        b"\xff\xfe" + write_weights(WEIGHTS),
        write_weights(WEIGHTS)[:20],
        changed(lambda told: told.update(format=FORMAT + 1)),
        changed(lambda told: told["outputs"].pop()),
        changed(lambda told: told["outputs"][0].update(size=len(TABLE) + 1)),
        write_weights(WEIGHTS).partition(b"\n")[0] + b"\n" + compress(b"short"),
    ],
    ids=[
        "nothing", "no_head", "foreign", "mark_before", "head_cut", "later_format", "output_lost", "size",
        "tables_short",
    ],
)  # fmt: skip
def test_what_is_broken_or_foreign_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        read_weights(content)


@pytest.mark.parametrize(
    "content",
    [
        write_weights(WEIGHTS)[:-3],
        write_weights(WEIGHTS)[:-1] + b"?",
        write_weights(WEIGHTS).partition(b"\n")[0],
        changed(lambda told: told.pop("format")),
        changed(lambda told: told["outputs"][0].pop("alone")),
        changed(lambda told: told["outputs"][0].update(size="8")),
        b"[]\n" + compress(b""),
    ],
    ids=["tables_cut", "tables_changed", "no_tables", "no_format", "field_lost", "wrong_kind", "list"],
)
def test_what_is_broken_within_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        read_weights(content)


def test_a_text_without_features_scores_the_intercept() -> None:
    one = output(intercept=-1.5)

    assert one.total([]) == 0
    assert one.score(0, 0) == -1.5


@pytest.mark.parametrize(
    ("total", "count", "score"),
    [
        (8, 1, -1 + 0.5 * 8 / sqrt(LEAST)),
        (8, LEAST - 1, -1 + 0.5 * 8 / sqrt(LEAST)),
        (8, LEAST, -1 + 0.5 * 8 / sqrt(LEAST)),
        (8, 16, 0.0),
        (16, 64, 0.0),
        (-8, 16, -2.0),
        (0, 10_000, -1.0),
    ],
)
def test_a_score_grows_with_the_root_of_the_length(total: int, count: int, score: float) -> None:
    assert isclose(output(intercept=-1, unit=0.5).score(total, count), score, abs_tol=1e-12)


def test_a_text_said_four_times_counts_twice() -> None:
    one, features = output(intercept=0), [1, 3, 3, 5, 7, 0, 6, 6]
    once, often = (one.score(one.total(text), len(text)) for text in (features, features * 4))

    assert isclose(often, 2 * once)


def test_the_bar_of_a_sentence_alone_is_not_in_its_score() -> None:
    assert output(alone=0).score(3, 9) == output(alone=9).score(3, 9)


@given(st.lists(FEATURES, max_size=6))
def test_parts_weigh_what_the_whole_weighs(parts: list[list[int]]) -> None:
    one = output()

    assert sum(map(one.total, parts)) == one.total(list(chain.from_iterable(parts)))


def test_a_feature_counts_as_often_as_it_stands_there() -> None:
    assert output().total([3, 3, 3, 2]) == 3 * STEPS[3] + STEPS[2]


@given(st.lists(st.integers(0, len(TABLE) - 1), min_size=3 * EACH, max_size=20 * EACH), st.integers(1, 3))
def test_the_heaviest_stretch_is_the_heaviest_of_all_stretches(features: list[int], words: int) -> None:
    weights = [STEPS[feature] for feature in features]
    size = EACH * words
    starts = range(0, len(weights) // EACH * EACH - size + 1, EACH)

    assert output().stretch(features, words) == max(sum(weights[start : start + size]) for start in starts)


def test_the_shipped_model_has_a_table_of_the_right_size_for_each_output() -> None:
    outputs = weights_of("screen").outputs

    assert {name: len(one.table) for name, one in outputs.items()} == {
        **dict.fromkeys(("danger", "soft"), 2**BITS),
        **dict.fromkeys(TOLD, 2**SHORT_BITS),
    }
    for name, one in outputs.items():
        assert one.unit > 0, name
        assert min(one.table) >= RAISED - 127, name


def test_a_model_is_read_once() -> None:
    assert weights_of("screen") is weights_of("screen")


def test_a_model_that_is_not_shipped_is_missing() -> None:
    with pytest.raises(FileNotFoundError):
        weights_of("nothing")


@given(FEATURES)
def test_a_panel_scores_as_its_outputs_do_one_by_one(features: list[int]) -> None:
    outputs = {"one": output(), "two": Output(0.5, 0.1, TABLE[::-1]), "three": output(intercept=9)}

    assert Panel(outputs).scores(features) == {
        name: one.score(one.total(features), len(features)) for name, one in outputs.items()
    }


@given(FEATURES)
def test_a_panel_tells_which_outputs_are_above_their_bar(features: list[int]) -> None:
    panel = Panel({"one": output(), "two": Output(0.5, 0.1, TABLE[::-1]), "three": output(intercept=-9)})

    assert panel.above(features) == [name for name, score in panel.scores(features).items() if score > 0]
