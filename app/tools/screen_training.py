"""Fit the screen's weights with scikit-learn: each output a logistic model over hashed, weighted features.

A feature counts by the square of its inverse document frequency (Spärck Jones 1972): what few cases show tells most of
what they are. Thresholds are chosen on cases whose author the model has not seen, and become part of the intercepts.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from app.safety.features import BITS, SHORT_BITS
from app.safety.ratings import LEVELS
from app.safety.reading import Reading
from app.safety.screen import TYPES, alone_scores
from app.safety.weights import LEAST, RAISED, Output, Weights

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
# Inverse strength of the L2 penalty, and what features are multiplied by so that it fits their size.
PENALTY = 2.0
_SIZE = 0.05
# The share of harmless posts in English that may be taken for danger, and for more than nothing at all: as a whole,
# and for the sake of one of their sentences.
FALSE_ALARMS = {"danger": (0.035, 0.01), "soft": (0.07, 0.02)}
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

    @property
    def is_whole(self) -> bool:
        """Whether its file holds whole posts; files of single sentences say nothing of how often posts come."""
        return self.author.startswith("posts")

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
    bits: int = SHORT_BITS


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


class Rows:
    """Texts by their features."""

    def __init__(self, features: Sequence[Sequence[int]]) -> None:
        sizes = list(map(len, features))
        self._columns = np.fromiter(chain.from_iterable(features), dtype=np.int64)
        self._ends = np.cumsum([0, *sizes])
        self.scale = 1 / np.sqrt(np.maximum(sizes, LEAST))
        self.counts = cache(self._counts)

    def _counts(self, bits: int) -> csr_matrix:
        """Text by feature, of which so many bits count."""
        columns = self._columns & ((1 << bits) - 1)
        counts = csr_matrix((np.ones(len(columns)), columns, self._ends), shape=(len(self.scale), 1 << bits))
        counts.sum_duplicates()
        return counts

    def score(self, output: Output, rows: Mask) -> Array:
        """As `Output.score`, of many texts at once."""
        totals = self.counts(BITS)[rows] @ (np.frombuffer(output.table, dtype=np.uint8) - float(RAISED))
        scores: Array = output.intercept + output.unit * totals * self.scale[rows]
        return scores


@dataclass(frozen=True, slots=True)
class Unseen:
    """Scores of cases by a model that has not seen their author: whole, and of the highest sentence or stretch."""

    wholes: Array
    alone: Array


class Corpus:
    """Cases and their features."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self.cases = cases
        self.authors = np.array([case.author for case in cases])
        self._sentences = [Reading.of(case.text).features() for case in cases]
        self.wholes = Rows([list(chain.from_iterable(sentences)) for sentences in self._sentences])

    def fit(self, name: str, rows: Mask) -> Output:
        """The output of this name, from the cases that are marked; 0 is where both answers are as likely."""
        question = QUESTIONS[name]
        used = rows & np.array([question.among(case) for case in self.cases])
        answers = np.array([question.answer(case) for case in self.cases])[used]
        counts = self.wholes.counts(question.bits)[used]
        weights = _inverse_frequencies(counts) * _SIZE
        scaled = counts.multiply(self.wholes.scale[used][:, None]).multiply(weights).tocsr()
        balance = None if question.bits == BITS else "balanced"
        model = LogisticRegression(C=PENALTY, max_iter=_ITERATIONS, solver="liblinear", class_weight=balance)
        model.fit(scaled, answers)
        return _stepped(float(model.intercept_[0]), model.coef_[0] * weights)

    def unseen(self, name: str) -> Unseen:
        """The scores of each case by a model that has seen nothing of its author."""
        wholes, alone = np.zeros(len(self.cases)), np.full(len(self.cases), -np.inf)
        authors = sorted(set(self.authors))
        for fold in range(FOLDS):
            own = np.isin(self.authors, authors[fold::FOLDS])
            if own.any():
                output = self.fit(name, ~own)
                wholes[own] = self.wholes.score(output, own)
                for place in np.flatnonzero(own):
                    alone[place] = max(alone_scores(self._sentences[place], output), default=-np.inf)
        return Unseen(wholes, alone)


def fit_weights(corpus: Corpus, digest: str, unseen: Mapping[str, Unseen]) -> Weights:
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
        if name in FALSE_ALARMS:
            whole, alone = bars(corpus, name, unseen[name])
            output = replace(output, intercept=output.intercept - whole, alone=alone - whole)
        outputs[name] = output
    return Weights(digest, outputs)


def bars(corpus: Corpus, name: str, unseen: Unseen) -> tuple[float, float]:
    """The scores that `FALSE_ALARMS` of the harmless posts in English are above, whole and by one sentence."""
    harmless = list(_harmless(corpus))
    whole, alone = FALSE_ALARMS[name]
    return float(np.quantile(unseen.wholes[harmless], 1 - whole)), float(np.quantile(unseen.alone[harmless], 1 - alone))


def above(corpus: Corpus, name: str, unseen: Unseen) -> Mask:
    """Which cases are found, at these bars."""
    whole, alone = bars(corpus, name, unseen)
    return np.array((unseen.wholes > whole) | (unseen.alone > alone))


def _harmless(corpus: Corpus) -> Iterator[int]:
    """The places of whole posts without danger, in English."""
    for place, case in enumerate(corpus.cases):
        if case.level == 0 and case.is_english and case.is_whole:
            yield place


def _inverse_frequencies(counts: csr_matrix) -> Array:
    """Squared; 0 for what no case shows."""
    frequencies = np.bincount(counts.indices, minlength=counts.shape[1])
    weights: Array = np.where(frequencies, np.log((1 + counts.shape[0]) / (1 + frequencies)) ** 2, 0)
    return weights


def _stepped(intercept: float, weights: Array) -> Output:
    unit = float(np.quantile(np.abs(weights[weights != 0]), _KEPT)) / _STEPS
    steps = np.clip(np.round(weights / unit), -_STEPS, _STEPS).astype(int)
    return Output(intercept, unit, bytes((steps + RAISED).tolist()))
