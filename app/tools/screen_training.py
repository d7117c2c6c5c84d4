"""Fit the screen's weights with scikit-learn: each output a logistic model over hashed, weighted features.

A feature counts by the square of its inverse document frequency (Spärck Jones 1972): what few cases show tells most of
what they are. Thresholds are chosen on cases whose author the model has not seen, and become part of the intercepts.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from app.safety.features import BITS
from app.safety.ratings import LEVELS
from app.safety.screen import TYPES, Reading
from app.safety.weights import LEAST, Output, Weights

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
# Inverse strength of the L2 penalty, and what features are multiplied by so that it fits their size.
PENALTY = 2.0
_SIZE = 0.05
# Bits of the tables that tell what a danger is, once it is known that there is one.
NARROW = 16
# The share of harmless posts in English that may be taken for danger, and for more than nothing at all.
FALSE_ALARMS = {"danger": 0.04, "soft": 0.08}
# Steps of a table; the few weights beyond this share of all are cut to the last step.
_STEPS, _KEPT = 127, 0.9995
_ITERATIONS = 300
# Parts that the authors are divided into, to score each by a model that has not seen it.
FOLDS = 6


@dataclass(frozen=True, slots=True)
class Case:
    """A post, who wrote it, and how it is to be rated; `kind` as in the files."""

    author: str
    text: str
    level: int
    subject: str
    types: frozenset[str]
    denied: bool
    kind: str
    is_english: bool

    @classmethod
    def of(cls, author: str, told: Mapping[str, Any]) -> "Case":
        """From a line of a file.

        Raises:
            KeyError: a field is missing.
            ValueError: for a level that does not exist.
        """
        return cls(
            author,
            told["text"],
            LEVELS.index(told["level"]),
            told["subject"],
            frozenset(told["types"]),
            told["denied"],
            told["kind"],
            "language" not in told and told["kind"] != "language",
        )


@dataclass(frozen=True, slots=True)
class Question:
    """What one output is asked: of which cases, with which answer, in a table of how many bits."""

    among: Callable[[Case], bool]
    answer: Callable[[Case], bool]
    bits: int = NARROW


def _of_type(kind: str) -> Question:
    return Question(lambda case: case.level >= 1, lambda case: kind in case.types)


QUESTIONS: Mapping[str, Question] = {
    "danger": Question(lambda _: True, lambda case: case.level >= 2, BITS),
    "soft": Question(lambda _: True, lambda case: case.level >= 1, BITS),
    "imminent": Question(lambda case: case.level >= 2, lambda case: case.level == 3),
    "other": Question(lambda case: case.level >= 2, lambda case: case.subject == "other"),
    "denied": Question(lambda case: case.level >= 1, lambda case: case.denied),
    **{kind: _of_type(kind) for kind in TYPES},
}


class Corpus:
    """Cases and their features."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self.cases = cases
        self.authors = np.array([case.author for case in cases])
        self._features = [list(chain.from_iterable(Reading.of(case.text).features)) for case in cases]
        self._scale = 1 / np.sqrt(np.maximum([len(found) for found in self._features], LEAST))

    @cached_property
    def counts(self) -> csr_matrix:
        """Case by feature."""
        return self._counts(BITS)

    @cached_property
    def narrow_counts(self) -> csr_matrix:
        return self._counts(NARROW)

    def _counts(self, bits: int) -> csr_matrix:
        columns = np.fromiter(chain.from_iterable(self._features), dtype=np.int64) & ((1 << bits) - 1)
        ends = np.cumsum([0, *map(len, self._features)])
        counts = csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(self.cases), 1 << bits))
        counts.sum_duplicates()
        return counts

    def fit(self, name: str, rows: Mask) -> Output:
        """The output of this name, from the rows that are marked; 0 is where both answers are as likely."""
        question = QUESTIONS[name]
        used = rows & np.array([question.among(case) for case in self.cases])
        answers = np.array([question.answer(case) for case in self.cases])[used]
        counts = self.counts if question.bits == BITS else self.narrow_counts
        weights = _inverse_frequencies(counts[used])
        scaled = counts[used].multiply(self._scale[used][:, None]).multiply(weights * _SIZE).tocsr()
        balance = None if question.bits == BITS else "balanced"
        model = LogisticRegression(C=PENALTY, max_iter=_ITERATIONS, solver="liblinear", class_weight=balance)
        model.fit(scaled, answers)
        return _stepped(float(model.intercept_[0]), model.coef_[0] * weights * _SIZE)

    def score(self, output: Output, rows: Mask) -> Array:
        """As `Output.score`, of many cases at once."""
        counts = self.counts if len(output.table) == 1 << BITS else self.narrow_counts
        totals = counts[rows] @ np.asarray(output.table, dtype=np.float64)
        scores: Array = output.intercept + output.unit * totals * self._scale[rows]
        return scores

    def unseen(self, name: str) -> Array:
        """The score of each case by a model that has seen nothing of its author."""
        scores = np.zeros(len(self.cases))
        authors = sorted(set(self.authors))
        for fold in range(FOLDS):
            own = np.isin(self.authors, authors[fold::FOLDS])
            if own.any():
                scores[own] = self.score(self.fit(name, ~own), own)
        return scores


def fit_weights(corpus: Corpus, digest: str, unseen: Mapping[str, Array]) -> Weights:
    """All outputs; those that decide are moved so that harmless posts are above 0 as seldom as `FALSE_ALARMS` says.

    Args:
        corpus: what to learn from.
        digest: SHA-256 of the files, in hexadecimal.
        unseen: of each output of `FALSE_ALARMS`, as `Corpus.unseen` gives it.
    """
    everything = np.ones(len(corpus.cases), dtype=bool)
    outputs = {}
    for name in QUESTIONS:
        output = corpus.fit(name, everything)
        moved = threshold(corpus, name, unseen[name]) if name in FALSE_ALARMS else 0
        outputs[name] = Output(output.intercept - moved, output.unit, output.table)
    return Weights(digest, outputs)


def threshold(corpus: Corpus, name: str, scores: Array) -> float:
    """The score that `FALSE_ALARMS` of the harmless posts in English are above."""
    return float(np.quantile(scores[list(_harmless(corpus))], 1 - FALSE_ALARMS[name]))


def _harmless(corpus: Corpus) -> Iterator[int]:
    """The places of whole posts without danger; files of single sentences say nothing of how often posts come."""
    for place, case in enumerate(corpus.cases):
        if case.level == 0 and case.is_english and case.author.startswith("posts"):
            yield place


def _inverse_frequencies(counts: csr_matrix) -> Array:
    """Squared; 0 for what no case shows."""
    frequencies = np.bincount(counts.indices, minlength=counts.shape[1])
    weights: Array = np.where(frequencies, np.log((1 + counts.shape[0]) / (1 + frequencies)) ** 2, 0)
    return weights


def _stepped(intercept: float, weights: Array) -> Output:
    unit = float(np.quantile(np.abs(weights[weights != 0]), _KEPT)) / _STEPS
    steps = np.clip(np.round(weights / unit), -_STEPS, _STEPS).astype(int)
    return Output(intercept, unit, steps.tolist())
