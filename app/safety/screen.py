"""How grave a post is, by its words alone: the floor under every other judgement.

A linear model over words in a row (`features`, `weights`) that has learnt from thousands of posts of our own writing,
the dangerous and those that only sound so. What it finds is answered with help lines and never with a refusal; a second
layer may ask a model with more understanding.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain
from operator import add, sub
from typing import get_args

from app.safety.features import features_of, shortened, words_of
from app.safety.plain_text import Sentence, sentences_of
from app.safety.ratings import LEVELS, Level, Rating, Span, Subject, Type
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


@dataclass(frozen=True, slots=True)
class Reading:
    """A post as the model reads it, sentence by sentence.

    Attributes:
        features: of each sentence; none of one that has been said before, letter by letter.
        lengths: of each sentence, in words; 0 where there are no features.
    """

    sentences: Sequence[Sentence]
    features: Sequence[list[int]]
    lengths: Sequence[int]

    @classmethod
    def of(cls, post: str) -> "Reading":
        sentences = sentences_of(post)
        words: list[list[str]] = []
        said: set[str] = set()
        for sentence in sentences:
            # What is said again says nothing more.
            words.append([] if sentence.plain in said else words_of(sentence.plain))
            said.add(sentence.plain)
        return cls(sentences, list(map(features_of, words)), list(map(len, words)))

    def windows(self) -> Iterator[range]:
        """Places of sentences that are read together."""
        start, count = 0, len(self.lengths)
        while start < count:
            end, words = start, 0
            while end < count and (end == start or words + self.lengths[end] <= WINDOW_WORDS):
                words += self.lengths[end]
                end += 1
            yield range(start, end)
            if end == count:
                return
            passed = self.lengths[start]
            start += 1
            while 2 * passed < words:
                passed += self.lengths[start]
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
    def of(cls, reading: Reading, output: Output) -> "Weighed":
        counts = list(map(len, reading.features))
        totals: list[int] = []
        parts: list[tuple[float, range]] = []
        for place, (features, length) in enumerate(zip(reading.features, reading.lengths, strict=True)):
            steps = output.steps(features)
            totals.append(sum(steps))
            alone = _alone(steps, length, output)
            parts.append((alone - output.alone, range(place, place + 1)))
        for part in reading.windows():
            places = slice(part.start, part.stop)
            parts.append((output.score(sum(totals[places]), sum(counts[places])), part))
        margin, part = max(parts, key=lambda one: one[0], default=(-1.0, range(0)))
        return cls(totals, margin, part)

    def spans(self, sentences: Sequence[Sentence]) -> tuple[Span, ...]:
        """The sentences that say most of what the most telling part says."""
        best = max(self.totals[place] for place in self.part)
        spans: list[Span] = []
        for place in self.part:
            if self.totals[place] >= min(best, _MOST * best):
                start, end, _ = sentences[place]
                if spans and start < spans[-1].end:
                    spans[-1] = Span(spans[-1].start, end)
                else:
                    spans.append(Span(start, end))
        return tuple(spans)


def alone_scores(reading: Reading, output: Output) -> list[float]:
    """What each sentence, or its most telling stretch, leans to by itself; the bar is not taken off."""
    rows = zip(reading.features, reading.lengths, strict=True)
    return [_alone(output.steps(features), length, output) for features, length in rows]


def _alone(steps: Sequence[int], length: int, output: Output) -> float:
    """That of one sentence.

    Args:
        steps: of its features, in the order of `features_of`.
        length: in words.
        output: that the steps are of.
    """
    if length <= STRETCH:
        return output.score(sum(steps), len(steps))
    words = map(add, map(add, steps, steps[length:]), steps[2 * length + 1 :])
    sums = [0, *accumulate(words)]
    return output.score(max(map(sub, sums[STRETCH:], sums)), 3 * STRETCH)


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
    """Whether a pattern of `patterns/NAME.txt` is in a sentence."""
    rules = rules_of(name)
    plains = (sentence.plain for sentence, length in zip(reading.sentences, reading.lengths, strict=True) if length)
    return any(True for plain in plains for _ in rules.find(plain, set(plain.split(" "))))


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
    level: Level = "elevated"
    weighed = Weighed.of(reading, outputs["danger"])
    if weighed.margin <= 0:
        level = "soft"
        weighed = Weighed.of(reading, outputs["soft"])
        if weighed.margin <= 0:
            return Rating()
    features = shortened(list(chain.from_iterable(reading.features[weighed.part.start : weighed.part.stop])))
    scores = panel_of("screen", TOLD).scores(features)
    if level == "elevated" and scores["imminent"] > 0:
        level = "imminent"
    subject: Subject = "other" if scores["other"] > 0 else "self"
    kinds = sorted(TYPES, key=lambda kind: -scores[kind])
    types = tuple(kind for kind in kinds if kind == kinds[0] or scores[kind] > 0)
    return Rating(level, subject, types, scores["denied"] > 0, weighed.spans(reading.sentences))
