"""Fit the screen's weights: what is asked of a post, which cases answer it, and where the thresholds lie.

Thresholds are chosen on cases whose author the model has not seen, and become part of the intercepts.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import numpy as np

from app.safety.features import BITS, SHORT_BITS
from app.safety.ratings import LEVELS
from app.safety.reading import Reading
from app.safety.screen import TYPES, alone_scores
from app.safety.weights import Output, Weights
from app.tools.fitting import Array, Mask, Rows, parts_of

# Inverse strength of the L2 penalty.
PENALTY = 2.0
# The share of harmless posts in English that may be taken for danger, and for more than nothing at all: as a whole,
# and for the sake of one of their sentences.
FALSE_ALARMS = {"danger": (0.03, 0.02), "soft": (0.07, 0.02)}
# What must never be missed counts more often.
TIMES = {"lines_S": 8.0, "posts_own": 3.0}
# And so do other languages, of which there are fewer cases.
TIMES_IN_OTHER_LANGUAGES = 3.0


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
        self._times = np.array(
            [TIMES.get(case.author, 1.0) * (1.0 if case.is_english else TIMES_IN_OTHER_LANGUAGES) for case in cases]
        )
        self._sentences = [Reading.of(case.text).features() for case in cases]
        self.wholes = Rows([list(chain.from_iterable(sentences)) for sentences in self._sentences])

    def fit(self, name: str, rows: Mask) -> Output:
        """The output of this name, from the cases that are marked; 0 is where both answers are as likely."""
        question = QUESTIONS[name]
        used = rows & np.array([question.among(case) for case in self.cases])
        answers = np.array([question.answer(case) for case in self.cases])
        return self.wholes.fit(
            used, answers, question.bits, PENALTY, is_balanced=question.bits != BITS, times=self._times
        )

    def unseen(self, name: str) -> Unseen:
        """The scores of each case by a model that has seen nothing of its author."""
        wholes, alone = np.zeros(len(self.cases)), np.full(len(self.cases), -np.inf)
        for own in parts_of(self.authors):
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
