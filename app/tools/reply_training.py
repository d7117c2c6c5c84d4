"""Fit the weights of the reply checks: for each check, what tells a sentence that it forbids from one that may stand.

Thresholds are chosen on sentences whose author the model has not seen, and become part of the intercepts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import numpy as np

from app.safety.checks import CHECKS, LEARNT
from app.safety.features import SHORT_BITS, pairs_of
from app.safety.sentences import Speech, sentences_of
from app.safety.weights import Output, Weights
from app.tools.fitting import Array, Mask, Rows, parts_of

# Inverse strength of the L2 penalty.
PENALTY = 4.0
# The share of the sentences that may stand, most of them written to look like what may not, of which a check may be
# wrong. What is said in few ways, or has patterns beside, may be wrong seldom; what is said in many, oftener.
FALSE_FLAGS = dict.fromkeys(LEARNT, 0.003) | {
    "leak": 0.0005, "refusal": 0.001, "romance": 0.002, "harm": 0.005, "blame": 0.005,
}  # fmt: skip
# The cases that tests hold every check to, and what must never pass, count so many times.
HELD, TIMES = ("replies_own", "replies_more", "replies_S"), 4.0


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of a reply, or a few, who wrote it, and the check that it must not pass, or None."""

    author: str
    text: str
    check: str | None

    @classmethod
    def of(cls, author: str, told: Mapping[str, Any]) -> "Line":
        """From a line of a file.

        Raises:
            KeyError: a field is missing.
            ValueError: for a check that does not exist.
        """
        if told["check"] is not None and told["check"] not in CHECKS:
            raise ValueError("there is no such check")
        return cls(author, told["text"], told["check"])


class Lines:
    """Lines and their features; of those of checks that are not learnt, nothing is."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = [line for line in lines if line.check is None or line.check in LEARNT]
        self.authors = np.array([line.author for line in self.lines])
        self.checks = np.array([line.check or "" for line in self.lines])
        self._times = np.where(np.isin(self.authors, HELD), TIMES, 1.0)
        self.rows = Rows([_features(line.text) for line in self.lines])

    def fit(self, check: str, rows: Mask) -> Output:
        """The output of a check, from the lines that are marked; 0 is where both answers are as likely."""
        return self.rows.fit(rows, self.checks == check, SHORT_BITS, PENALTY, is_balanced=True, times=self._times)

    def unseen(self, check: str) -> Array:
        """The scores of each line by a model that has seen nothing of its author."""
        scores = np.zeros(len(self.lines))
        for own in parts_of(self.authors):
            scores[own] = self.rows.score(self.fit(check, ~own), own)
        return scores

    def bar(self, check: str, unseen: Array) -> float:
        """The score that `FALSE_FLAGS` of the lines that may stand are above."""
        return float(np.quantile(unseen[self.checks == ""], 1 - FALSE_FLAGS[check]))


def fit_weights(lines: Lines, digest: str, unseen: Mapping[str, Array]) -> Weights:
    """An output a check.

    Args:
        lines: what to learn from.
        digest: SHA-256 of the files, in hexadecimal.
        unseen: of each check, as `Lines.unseen` gives it.
    """
    everything = np.ones(len(lines.lines), dtype=bool)
    outputs = {}
    for check, scores in unseen.items():
        output = lines.fit(check, everything)
        outputs[check] = replace(output, intercept=output.intercept - lines.bar(check, scores))
    return Weights(digest, outputs)


def _features(text: str) -> list[int]:
    speech = Speech()
    return list(chain.from_iterable(pairs_of(speech.said_in(sentence)[1]) for sentence in sentences_of(text)))
