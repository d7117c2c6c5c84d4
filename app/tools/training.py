"""Fit a signature with scikit-learn, and try it on replies to posts that it was not fitted on."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from app.style.chunks import LEXICON
from app.style.measures import measures_of
from app.style.signature import MEASURED, Signature, signs_of, values_of
from app.style.text import Style, Text

FOLDS = 10
# A sign that fewer replies show, or nearly all, tells little.
LEAST_REPLIES = 4
MOST_REPLIES = 0.95
MOST_SIGNS = 400
# Inverse strength of the L2 penalty on standardised features. Tried: 0.01 to 0.1 differ by less than the interval.
PENALTY = 0.03
_SEED = 1


@dataclass(frozen=True, slots=True)
class Sample:
    """A reply, read; `group` is its post, or itself where nobody named the post."""

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
    """Beginnings, and of single words those that carry no topic."""
    return ": " in sign or not {"grammar", "casual_markers"}.isdisjoint(LEXICON[sign])


def fit(samples: Sequence[Sample]) -> Signature:
    """A signature of the samples' sources.

    Raises:
        ValueError: with fewer than two sources.
    """
    sources = sorted({sample.source for sample in samples})
    if len(sources) < 2:
        raise ValueError("a signature tells sources apart: the replies must be of two sources or more")
    means = tuple(_mean(sample.style[name] for sample in samples) for name in MEASURED)
    signs = _telling_signs(samples)
    features = np.array([_features(sample, means, signs) for sample in samples])
    centre, spread = features.mean(axis=0), features.std(axis=0)
    spread[spread == 0] = 1
    model = LogisticRegression(C=PENALTY, max_iter=5_000)
    model.fit((features - centre) / spread, [sample.source for sample in samples])
    weights, intercepts = model.coef_, model.intercept_
    if len(sources) == 2:
        weights, intercepts = np.vstack([-weights, weights]) / 2, np.concatenate([-intercepts, intercepts]) / 2
    weights = weights / spread
    intercepts = intercepts - weights @ centre
    measured = len(MEASURED)
    return Signature(
        sources=tuple(sources),
        intercepts=tuple(intercepts.tolist()),
        means=means,
        measured=tuple(map(tuple, weights[:, :measured].tolist())),
        signs={sign: tuple(row) for sign, row in zip(signs, weights[:, measured:].T.tolist(), strict=True)},
    )


def cross_validate(samples: Sequence[Sample]) -> list[str]:
    """For each sample, the source that a signature of the other folds' posts gives it.

    Raises:
        ValueError: with fewer than two posts or sources.
    """
    groups = [sample.group for sample in samples]
    folds = min(FOLDS, len(set(groups)))
    if folds < 2:
        raise ValueError("the replies must answer two posts or more")
    given = [""] * len(samples)
    splitter = GroupKFold(n_splits=folds, shuffle=True, random_state=_SEED)
    for fitted, tried in splitter.split(samples, groups=groups):
        signature = fit([samples[place] for place in fitted])
        for place in tried:
            given[place] = str(signature.score(samples[place].text, samples[place].style)["sounds_like"])
    return given


def _mean(values: Iterable[object]) -> float:
    known = [float(value) for value in values if isinstance(value, int | float)]
    return fmean(known) if known else 0.0


def _telling_signs(samples: Sequence[Sample]) -> list[str]:
    shown = Counter(sign for sample in samples for sign in sample.signs)
    telling = [sign for sign, count in shown.items() if LEAST_REPLIES <= count <= MOST_REPLIES * len(samples)]
    return sorted(telling, key=lambda sign: (-shown[sign], sign))[:MOST_SIGNS]


def _features(sample: Sample, means: Sequence[float], signs: Sequence[str]) -> list[float]:
    return [*map(float, values_of(sample.style, means)), *(float(sign in sample.signs) for sign in signs)]
