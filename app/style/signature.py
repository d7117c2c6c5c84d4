"""Which model a reply sounds like: a multinomial logistic model over measures and signs, scored in plain Python.

`python -m app.tools.signature train` makes the file that `signature_file` reads; what a model is fitted with stays out
of the service.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, fsum
from typing import cast

from app.style.rounding import to_four_places
from app.style.text import Text, Value

# The measures that tell of the writer alone, not of the post or of what was asked for.
MEASURED = (
    "words", "sentences", "paragraphs", "words_per_sentence", "letters_per_word", "big_words", "coleman_liau", "ari",
    "ttr", "mattr50", "mtld", "pronoun_i", "pronoun_we", "pronoun_you", "pronoun_shehe", "pronoun_they",
    "question_marks", "exclamation_marks", "emoji", "commas", "periods", "apostrophes", "dashes", "colons_semicolons",
    "ellipses", "quotes", "contractions", "list_items", "question_sentences", "cdi", "negations", "modals", "articles",
    "emotion_pos", "emotion_neg", "apology", "casual_markers", "referral",
)  # fmt: skip
# How many of the first words make a sign.
OPENER = 3
# Weights are added up as fixed-point numbers of 96 bits, 32 of them behind the point.
_BITS = 96
_FRACTION = 32
_HALF = 1 << (_BITS - 1)


@dataclass(frozen=True, slots=True)
class Signature:
    """A fitted model.

    Attributes:
        sources: who may have written a reply, in the order of every list of weights.
        intercepts: one a source.
        means: of each of `MEASURED` in training; they stand in for what a text has no value for.
        measured: source by measure, the weight of one unit.
        signs: sign to its weight for each source.
        packed: sign to these weights in one integer, so that adding up signs adds up all sources at once.
    """

    sources: tuple[str, ...]
    intercepts: tuple[float, ...]
    means: tuple[float, ...]
    measured: tuple[tuple[float, ...], ...]
    signs: Mapping[str, tuple[float, ...]]
    packed: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "packed", {sign: _pack(weights) for sign, weights in self.signs.items()})

    def score(self, text: Text, style: Mapping[str, Value]) -> dict[str, str | float]:
        """The likeliest source and its probability, given the measures of the text."""
        values = values_of(style, self.means)
        packed = self.packed
        shown = _unpack(sum([packed[sign] for sign in signs_of(text) if sign in packed]), len(self.sources))
        logits = [
            intercept + _dot(weights, values) + signs
            for intercept, weights, signs in zip(self.intercepts, self.measured, shown, strict=True)
        ]
        best = max(logits)
        probability = 1 / fsum(exp(logit - best) for logit in logits)
        return {"sounds_like": self.sources[logits.index(best)], "probability": to_four_places(probability)}


def _dot(weights: tuple[float, ...], values: tuple[float, ...]) -> float:
    total = 0.0
    for place, weight in enumerate(weights):
        total += weight * values[place]
    return total


def _pack(weights: Iterable[float]) -> int:
    """Fixed point: each weight in units of 2 to the minus `_FRACTION`, in `_BITS` of its own."""
    return sum(round(weight * (1 << _FRACTION)) << (_BITS * place) for place, weight in enumerate(weights))


def _unpack(packed: int, size: int) -> list[float]:
    """The sums of `size` weights; each is signed, and what it borrowed is given back to the next."""
    weights = []
    for _ in range(size):
        own = (packed + _HALF) % (2 * _HALF) - _HALF
        packed = (packed - own) >> _BITS
        weights.append(own / (1 << _FRACTION))
    return weights


def values_of(style: Mapping[str, Value], means: Sequence[float]) -> tuple[float, ...]:
    """The measures as numbers, in the order of `MEASURED`; what is null is as in the mean."""
    values = tuple(map(style.__getitem__, MEASURED))
    if None in values:
        values = tuple(mean if value is None else value for value, mean in zip(values, means, strict=True))
    return cast(tuple[float, ...], values)


def signs_of(text: Text) -> set[str]:
    """What a text says: each of its words, how it begins, how its sentences begin."""
    words, chunks = text.words, text.chunks
    signs = set(words)
    for size in range(1, OPENER + 1):
        signs.add("opener: " + " ".join(words[:size]))
    for sentence in text.sentences:
        for place in range(sentence.start, sentence.end):
            if chunks[place].words:
                signs.add("sentence: " + chunks[place].words[0])
                break
    return signs
