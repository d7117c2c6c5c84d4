"""How grave a post is, by its words alone: the floor under every other judgement.

A linear model over words in a row (`features`, `weights`) that has learnt from thousands of posts of our own writing,
the dangerous and those that only sound so. What it finds is answered with help lines and never with a refusal; a second
layer may ask a model with more understanding.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import get_args

from app.safety.features import EACH, shortened
from app.safety.ratings import LEVELS, Level, Rating, Subject, Type
from app.safety.reading import Reading
from app.safety.rules import rules_of
from app.safety.weights import Output, panel_of, weights_of

# Turns of the seeker before the post that still count.
TURNS = 3
TYPES: tuple[Type, ...] = get_args(Type)
# What is asked of the most telling part of a post, in tables of short forms.
TOLD = ("imminent", "other", "denied", *TYPES)
# Longer posts are read in windows of so many words that overlap by half: a sentence must not drown in a long story.
WINDOW_WORDS = 250
# So many words in a row are judged alone, too: who is in need does not always end a sentence.
STRETCH = 8
# A sentence is told of if it says so much of what the most telling one says.
_MOST = 0.5
_ELEVATED = LEVELS.index("elevated")


def windows(lengths: Sequence[int]) -> Iterator[range]:
    """The places of sentences that are read together.

    Args:
        lengths: of all sentences, in words.
    """
    start, count = 0, len(lengths)
    while start < count:
        end, words = start, 0
        while end < count and (end == start or words + lengths[end] <= WINDOW_WORDS):
            words += lengths[end]
            end += 1
        yield range(start, end)
        if end == count:
            return
        passed = lengths[start]
        start += 1
        while 2 * passed < words:
            passed += lengths[start]
            start += 1


@dataclass(frozen=True, slots=True)
class Weighed:
    """A post on one output.

    Attributes:
        totals: of each sentence, in steps.
        margin: how far the most telling part is above its bar.
        part: the places of its sentences: a window, or the one sentence that says enough alone or in a stretch.
    """

    totals: Sequence[int]
    margin: float
    part: range

    @classmethod
    def of(cls, sentences: Sequence[list[int]], output: Output) -> "Weighed":
        """By the features of its sentences."""
        totals = [output.total(features) for features in sentences]
        margin, part = -1.0, range(0)
        for place, (features, total) in enumerate(zip(sentences, totals, strict=True)):
            alone = _alone(features, total, output) - output.alone
            if not part or alone > margin:
                margin, part = alone, range(place, place + 1)
        for window in windows([len(features) // EACH for features in sentences]):
            places = slice(window.start, window.stop)
            score = output.score(sum(totals[places]), sum(map(len, sentences[places])))
            if score > margin:
                margin, part = score, window
        return cls(totals, margin, part)

    def telling(self) -> list[int]:
        """The places of the sentences that say most of what the most telling part says."""
        best = max(self.totals[place] for place in self.part)
        return [place for place in self.part if self.totals[place] >= min(best, _MOST * best)]


def alone_scores(sentences: Sequence[list[int]], output: Output) -> list[float]:
    """What each sentence, or its most telling stretch, leans to by itself; the bar is not taken off.

    Args:
        sentences: their features.
        output: what is asked of them.
    """
    return [_alone(features, output.total(features), output) for features in sentences]


def _alone(features: Sequence[int], total: int, output: Output) -> float:
    if len(features) // EACH <= STRETCH:
        return output.score(total, len(features))
    return output.score(output.stretch(features, STRETCH), EACH * STRETCH)


def screen(post: str, earlier: Sequence[str] = ()) -> Rating:
    """How grave a post is, and who it is about.

    Args:
        post: what the seeker wrote.
        earlier: the seeker's turns before it, oldest first; the last three count. What was grave there is not over
            because this post speaks of something else: it stays elevated, or soft where this post takes it back and
            it was not imminent.
    """
    reading = Reading.of(post)
    rating = replace(_rate(reading), is_medical=_has(reading, "medical"))
    before = [_rate(Reading.of(turn)) for turn in earlier[-TURNS:]]
    if all(LEVELS.index(turn.level) < _ELEVATED for turn in before):
        return rating
    takes_back = rating.denied or _has(reading, "retractions")
    for turn in before:
        rating = _after(turn, rating, takes_back)
    return rating


def _has(reading: Reading, name: str) -> bool:
    """Whether a pattern of `patterns/NAME.txt` is in a post."""
    return any(True for _ in rules_of(name).find(reading.plain, set(reading.plain.split())))


def _after(before: Rating, now: Rating, takes_back: bool) -> Rating:
    """The rating of a post behind a turn that was rated."""
    if LEVELS.index(before.level) < _ELEVATED:
        return now
    floor: Level = "soft" if takes_back and before.level == "elevated" else "elevated"
    kept = replace(now, denied=takes_back)
    if LEVELS.index(now.level) >= LEVELS.index(floor):
        return kept
    if now.types:
        return replace(kept, level=floor)
    return replace(kept, level=floor, types=before.types, subject=before.subject)


def _rate(reading: Reading) -> Rating:
    """The rating of a post alone."""
    outputs = weights_of("screen").outputs
    sentences = reading.features()
    level: Level = "elevated"
    weighed = Weighed.of(sentences, outputs["danger"])
    if weighed.margin <= 0:
        level = "soft"
        weighed = Weighed.of(sentences, outputs["soft"])
        if weighed.margin <= 0:
            return Rating()
    features = shortened(list(chain.from_iterable(sentences[weighed.part.start : weighed.part.stop])))
    scores = panel_of("screen", TOLD).scores(features)
    if level == "elevated" and scores["imminent"] > 0:
        level = "imminent"
    subject: Subject = "other" if scores["other"] > 0 else "self"
    kinds = sorted(TYPES, key=lambda kind: -scores[kind])
    types = tuple(kind for kind in kinds if kind == kinds[0] or scores[kind] > 0)
    return Rating(level, subject, types, scores["denied"] > 0, reading.spans(weighed.telling()))
