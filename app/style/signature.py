"""Which model a reply sounds like: a multinomial logistic model over measures and signs, scored in plain Python.

`python -m app.tools.signature train` makes the file; what a model is fitted with stays out of the service.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from math import exp, isfinite
from operator import mul
from pathlib import Path
from typing import cast

from app.style.text import Text, Value
from app.style.word_lists import LISTS_VERSION

FORMAT = 1
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


class BadSignature(ValueError):
    """The file is no signature that this version can score."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A fitted model.

    Attributes:
        sources: who may have written a reply, in the order of every list of weights.
        intercepts: one a source.
        means: of each of `MEASURED` in training; they stand in for what a text has no value for.
        measured: source by measure, the weight of one unit.
        signs: sign to its weight for each source.
    """

    sources: tuple[str, ...]
    intercepts: tuple[float, ...]
    means: tuple[float, ...]
    measured: tuple[tuple[float, ...], ...]
    signs: Mapping[str, tuple[float, ...]]

    def score(self, text: Text, style: Mapping[str, Value]) -> dict[str, str | float]:
        """The likeliest source and its probability, given the measures of the text."""
        values = values_of(style, self.means)
        weights = self.signs.get
        signs = [row for row in map(weights, signs_of(text)) if row]
        by_source = zip(*signs, strict=True) if signs else repeat((), len(self.sources))
        logits = [
            intercept + sum(map(mul, weights, values)) + sum(shown)
            for intercept, weights, shown in zip(self.intercepts, self.measured, by_source, strict=True)
        ]
        best = max(logits)
        probability = 1 / sum(exp(logit - best) for logit in logits)
        return {"sounds_like": self.sources[logits.index(best)], "probability": round(probability, 4)}


def values_of(style: Mapping[str, Value], means: Sequence[float]) -> Sequence[float]:
    """The measures as numbers, in the order of `MEASURED`; what is null is as in the mean."""
    values = list(map(style.__getitem__, MEASURED))
    if None in values:
        values = [mean if value is None else value for value, mean in zip(values, means, strict=True)]
    return cast(Sequence[float], values)


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


def load_signature(path: Path) -> Signature:
    """Read a signature file.

    Raises:
        BadSignature: that says what is wrong with it.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadSignature(f"{path.name} cannot be read as JSON: {type(error).__name__}") from None
    if not isinstance(content, dict) or (content.get("format"), content.get("lists_version")) != (
        FORMAT,
        LISTS_VERSION,
    ):
        raise BadSignature(
            f"{path.name} was not trained with this version's word lists ({LISTS_VERSION}): train it again"
        )
    sources = content.get("sources")
    if not isinstance(sources, list) or len(sources) < 2 or not all(isinstance(name, str) for name in sources):
        raise BadSignature(f"{path.name}: sources must be two names or more")
    measured, signs = content.get("measured"), content.get("signs")
    if not isinstance(measured, list) or len(measured) != len(sources):
        raise BadSignature(f"{path.name}: measured must have a row for each source")
    if not isinstance(signs, dict):
        raise BadSignature(f"{path.name}: signs must be an object")

    def row(name: str, numbers: object, length: int) -> tuple[float, ...]:
        if not isinstance(numbers, list) or len(numbers) != length or not all(map(_is_finite, numbers)):
            raise BadSignature(f"{path.name}: {name} must be a list of {length} numbers")
        return tuple(map(float, numbers))

    return Signature(
        sources=tuple(sources),
        intercepts=row("intercepts", content.get("intercepts"), len(sources)),
        means=row("means", content.get("means"), len(MEASURED)),
        measured=tuple(row("measured", weights, len(MEASURED)) for weights in measured),
        signs={sign: row("signs", weights, len(sources)) for sign, weights in signs.items()},
    )


def _is_finite(number: object) -> bool:
    return isinstance(number, int | float) and isfinite(number)
