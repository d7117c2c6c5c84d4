"""Fit a signature with scikit-learn: what tells sources apart, weighed by what does best on posts left out."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from app.style.chunks import LEXICON
from app.style.measures import measures_of
from app.style.phrases import PHRASES
from app.style.signature import MEASURED, Signature, signs_of, values_of
from app.style.text import Style, Text
from app.style.word_lists import Lexicon

# A sign must stand in replies to so many posts: what fewer show is chance, or belongs to their topic.
LEAST_POSTS = 3
# What nearly all replies show tells nothing.
MOST_REPLIES = 0.95
MOST_SIGNS = 400
# Inverse strengths of the L2 penalty on standardised features; `fit` takes the one that does best on posts left out.
PENALTIES = (0.03, 0.3, 3.0)
_INNER_FOLDS = 5
_SEED = 1
_STEPS = 5_000
# What one sample may add to a loss, so that a single odd reply does not choose the penalty.
_WORST = 20.0
# The words and stems of the phrases that are cues of tactics.
_CUES = Lexicon(PHRASES.labels)

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sample:
    """A reply, read; samples of one `group` are never parted between what is fitted on and what is tried."""

    source: str
    group: str
    text: Text
    style: Style
    signs: frozenset[str]

    @classmethod
    def of(cls, source: str, group: str, reply: str) -> "Sample":
        text = Text.of(reply)
        return cls(source, group, text, measures_of(text), frozenset(filter(_is_of_style, signs_of(text))))


def _is_of_style(sign: str) -> bool:
    """Single words that carry no topic; beginnings that are made of words of our own lists and phrases."""
    kind, is_beginning, words = sign.partition(": ")
    if is_beginning:
        return all(LEXICON[word] or _CUES[word] for word in words.split())
    return not {"grammar", "casual_markers"}.isdisjoint(LEXICON[kind])


@dataclass(frozen=True, slots=True)
class Features:
    """What samples are told apart by, learnt from those that are fitted on.

    Attributes:
        means: of each of `MEASURED`.
        centre, spread: of each measure, then of each sign.
    """

    means: tuple[float, ...]
    signs: tuple[str, ...]
    centre: Array
    spread: Array

    @classmethod
    def of(cls, samples: Sequence[Sample]) -> "Features":
        means = tuple(_mean(sample.style[name] for sample in samples) for name in MEASURED)
        signs = _telling_signs(samples)
        raw = _raw(samples, means, signs)
        spread = raw.std(axis=0)
        spread[spread == 0] = 1
        return cls(means, signs, raw.mean(axis=0), spread)

    def standardise(self, samples: Sequence[Sample]) -> Array:
        """Sample by feature."""
        return (_raw(samples, self.means, self.signs) - self.centre) / self.spread


def fit(samples: Sequence[Sample]) -> Signature:
    """A signature of the samples' sources.

    Raises:
        ValueError: with fewer than two sources.
    """
    sources = sorted({sample.source for sample in samples})
    if len(sources) < 2:
        raise ValueError("a signature tells sources apart: the replies must be of two sources or more")
    features = Features.of(samples)
    model = _fitted(features.standardise(samples), samples, choose_penalty(samples))
    weights, intercepts = model.coef_, model.intercept_
    if len(sources) == 2:
        weights, intercepts = np.vstack([-weights, weights]) / 2, np.concatenate([-intercepts, intercepts]) / 2
    weights = weights / features.spread
    intercepts = intercepts - weights @ features.centre
    measured, signs = weights[:, : len(MEASURED)], weights[:, len(MEASURED) :]
    return Signature(
        sources=tuple(sources),
        intercepts=tuple(intercepts.tolist()),
        means=features.means,
        measured=tuple(map(tuple, measured.tolist())),
        signs={sign: tuple(row) for sign, row in zip(features.signs, signs.T.tolist(), strict=True)},
    )


def choose_penalty(samples: Sequence[Sample]) -> float:
    """Of `PENALTIES` that with the least log loss on posts left out in turn; the first where none can be left out.

    Signs, means and spreads are learnt anew without the posts that are left out.
    """
    losses = dict.fromkeys(PENALTIES, 0.0)
    for fitted, tried in parted(samples, _INNER_FOLDS, _SEED):
        sources = {sample.source for sample in fitted}
        known = [sample for sample in tried if sample.source in sources]
        if len(sources) > 1 and known:
            features = Features.of(fitted)
            rows, tried_rows = features.standardise(fitted), features.standardise(known)
            for penalty in PENALTIES:
                losses[penalty] += _loss(_fitted(rows, fitted, penalty), tried_rows, known)
    return min(losses, key=lambda penalty: losses[penalty])


def _fitted(rows: Array, samples: Sequence[Sample], penalty: float) -> LogisticRegression:
    return LogisticRegression(C=penalty, max_iter=_STEPS).fit(rows, [sample.source for sample in samples])


def _loss(model: LogisticRegression, rows: Array, samples: Sequence[Sample]) -> float:
    columns = {source: place for place, source in enumerate(model.classes_)}
    given = zip(model.predict_log_proba(rows), samples, strict=True)
    return math.fsum(min(_WORST, -float(row[columns[sample.source]])) for row, sample in given)


def parted(samples: Sequence[Sample], folds: int, seed: int) -> Iterator[tuple[list[Sample], list[Sample]]]:
    """The samples to fit on and those to try, fold by fold; as many folds as there are groups where these are fewer."""
    for fitted, tried in places(samples, folds, seed):
        yield [samples[place] for place in fitted], [samples[place] for place in tried]


def places(samples: Sequence[Sample], folds: int, seed: int) -> Iterator[tuple[list[int], list[int]]]:
    """As `parted`, by place; nothing where there is one group."""
    groups = [sample.group for sample in samples]
    folds = min(folds, len(set(groups)))
    if folds > 1:
        splitter = GroupKFold(n_splits=folds, shuffle=True, random_state=seed)
        for fitted, tried in splitter.split(samples, groups=groups):
            yield fitted.tolist(), tried.tolist()


def _mean(values: Iterable[object]) -> float:
    known = [float(value) for value in values if isinstance(value, int | float)]
    return fmean(known) if known else 0.0


def _telling_signs(samples: Sequence[Sample]) -> tuple[str, ...]:
    shown = Counter(sign for sample in samples for sign in sample.signs)
    posts: dict[str, set[str]] = defaultdict(set)
    for sample in samples:
        for sign in sample.signs:
            posts[sign].add(sample.group)
    most = MOST_REPLIES * len(samples)
    telling = [sign for sign, count in shown.items() if len(posts[sign]) >= LEAST_POSTS and count <= most]
    return tuple(sorted(telling, key=lambda sign: (-shown[sign], sign))[:MOST_SIGNS])


def _raw(samples: Sequence[Sample], means: Sequence[float], signs: Sequence[str]) -> Array:
    places = {sign: place for place, sign in enumerate(signs, start=len(MEASURED))}
    raw = np.zeros((len(samples), len(MEASURED) + len(signs)))
    for row, sample in zip(raw, samples, strict=True):
        row[: len(MEASURED)] = values_of(sample.style, means)
        row[[places[sign] for sign in sample.signs if sign in places]] = 1
    return raw
