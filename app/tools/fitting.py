"""Fit a linear model over hashed features with scikit-learn: a logistic one, of weighted features.

A feature counts by the square of its inverse document frequency (Spärck Jones 1972): what few cases show tells most of
what they are.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from app.safety.weights import LEAST, RAISED, Output

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
# What features are multiplied by so that a penalty fits their size.
_SIZE = 0.05
# Steps of a table; the few weights beyond this share of all are cut to the last step.
_STEPS, _KEPT = 127, 0.9995
_ITERATIONS = 300
# Parts that the authors are divided into, to score each by a model that has not seen it.
FOLDS = 6


class Rows:
    """Texts by their features."""

    def __init__(self, features: Sequence[Sequence[int]]) -> None:
        sizes = list(map(len, features))
        self._columns = np.fromiter(chain.from_iterable(features), dtype=np.int64)
        self._ends = np.cumsum([0, *sizes])
        self._scale = 1 / np.sqrt(np.maximum(sizes, LEAST))
        self.counts = cache(self._counts)

    def _counts(self, bits: int) -> csr_matrix:
        """Text by feature, of which so many bits count."""
        columns = self._columns & ((1 << bits) - 1)
        counts = csr_matrix((np.ones(len(columns)), columns, self._ends), shape=(len(self._scale), 1 << bits))
        counts.sum_duplicates()
        return counts

    def fit(
        self,
        rows: Mask,
        answers: Mask,
        bits: int,
        penalty: float,
        *,
        is_balanced: bool = False,
        times: Array | None = None,
    ) -> Output:
        """An output that answers as these do; 0 is where both answers are as likely.

        Args:
            rows: the texts that count.
            answers: of all texts.
            bits: of a feature that count.
            penalty: inverse strength of the L2 penalty.
            is_balanced: both answers weigh the same, however seldom one is.
            times: how often each of all texts counts; where nothing is said, once.
        """
        counts = self.counts(bits)[rows]
        weights = _inverse_frequencies(counts) * _SIZE
        scaled = counts.multiply(self._scale[rows][:, None]).multiply(weights).tocsr()
        model = LogisticRegression(
            C=penalty, max_iter=_ITERATIONS, solver="liblinear", class_weight="balanced" if is_balanced else None
        )
        model.fit(scaled, answers[rows], None if times is None else times[rows])
        return _stepped(float(model.intercept_[0]), model.coef_[0] * weights)

    def score(self, output: Output, rows: Mask) -> Array:
        """As `Output.score`, of many texts at once."""
        steps = np.frombuffer(output.table, dtype=np.uint8) - float(RAISED)
        totals = self.counts(len(steps).bit_length() - 1)[rows] @ steps
        scores: Array = output.intercept + output.unit * totals * self._scale[rows]
        return scores


def parts_of(authors: npt.NDArray[np.str_]) -> Iterator[Mask]:
    """The cases of some authors at a time, in `FOLDS` parts."""
    names = sorted(set(authors))
    for fold in range(FOLDS):
        own = np.isin(authors, names[fold::FOLDS])
        if own.any():
            yield own


def _inverse_frequencies(counts: csr_matrix) -> Array:
    """Squared; 0 for what no case shows."""
    frequencies = np.bincount(counts.indices, minlength=counts.shape[1])
    weights: Array = np.where(frequencies, np.log((1 + counts.shape[0]) / (1 + frequencies)) ** 2, 0)
    return weights


def _stepped(intercept: float, weights: Array) -> Output:
    unit = float(np.quantile(np.abs(weights[weights != 0]), _KEPT)) / _STEPS
    steps = np.clip(np.round(weights / unit), -_STEPS, _STEPS).astype(int)
    return Output(intercept, unit, bytes((steps + RAISED).tolist()))
