"""Scoring a signature: plain sums that a hand can check."""

from dataclasses import replace
from math import exp
from typing import Any

import pytest

from app.style.measures import MEASURES, measure
from app.style.signature import MEASURED, Signature, signs_of
from app.style.text import Text

NOTHING = (0.0,) * len(MEASURED)
EVEN = Signature(
    sources=("calm", "loud"), intercepts=(0.0, 0.0), means=NOTHING, measured=(NOTHING, NOTHING), signs={}
)  # fmt: skip
TEXT = "Hey there! It is good that you wrote.\nThe night is long, and you are not alone!"


def weighing(name: str, *weights: float) -> tuple[tuple[float, ...], ...]:
    """Rows in which one measure alone counts."""
    return tuple(tuple(weight if own == name else 0.0 for own in MEASURED) for weight in weights)


def scored(signature: Signature, text: str = TEXT) -> Any:
    return measure(text, signature=signature)["signature"]


def test_who_knows_nothing_is_undecided() -> None:
    assert scored(EVEN) == {"sounds_like": "calm", "probability": 0.5}


def test_the_intercept_counts() -> None:
    assert scored(replace(EVEN, intercepts=(0.0, 1.0))) == {
        "sounds_like": "loud",
        "probability": round(1 / (1 + exp(-1)), 4),
    }


def test_a_measure_counts_by_its_value() -> None:
    signature = replace(EVEN, measured=weighing("exclamation_marks", 0.0, 0.1))
    per_100 = 100 * 2 / 17

    assert scored(signature) == {"sounds_like": "loud", "probability": round(1 / (1 + exp(-0.1 * per_100)), 4)}


@pytest.mark.parametrize("sign", ["alone", "hey", "opener: hey there it", "sentence: it", "sentence: the"])
def test_a_sign_counts_once(sign: str) -> None:
    assert scored(replace(EVEN, signs={sign: (0.0, 2.0)}))["probability"] == round(1 / (1 + exp(-2)), 4)


def test_an_absent_sign_does_not_count() -> None:
    assert scored(replace(EVEN, signs={"sentence: alone": (0.0, 2.0)}))["probability"] == 0.5


def test_signs_are_words_and_beginnings() -> None:
    assert signs_of(Text.of("Oh no. You, too? 💛")) == {
        "oh", "no", "you", "too", "opener: oh", "opener: oh no", "opener: oh no you", "sentence: oh", "sentence: you",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["", "💛", "Das klingt wirklich schwer, und niemand war da."])
def test_who_speaks_no_english_sounds_like_nobody(text: str) -> None:
    assert scored(EVEN, text) is None


def test_what_a_text_has_no_value_for_is_as_in_the_mean() -> None:
    signature = replace(EVEN, means=tuple(3.0 if name == "mtld" else 0.0 for name in MEASURED))

    assert signature.score(Text.of(TEXT), dict(measure(TEXT)) | {"mtld": None})["probability"] == 0.5


def test_without_a_signature_nothing_is_said_of_it() -> None:
    assert "signature" not in measure(TEXT)


def test_only_measures_that_are_numbers_are_scored() -> None:
    assert set(MEASURED) <= set(MEASURES)
    assert all(isinstance(measure(TEXT)[name], int | float) for name in MEASURED)
