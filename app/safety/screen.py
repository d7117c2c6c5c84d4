"""How grave a post is, by its words alone: the floor under every other judgement.

A linear model over words in a row (`features`, `weights`) that has learnt from thousands of posts of our own writing,
the dangerous and those that only sound so. What it finds is answered with help lines and never with a refusal; a second
layer may ask a model with more understanding.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import get_args

from app.safety.features import features_of, words_of
from app.safety.plain_text import Sentence, sentences_of
from app.safety.ratings import LEVELS, Level, Rating, Span, Subject, Type
from app.safety.rules import rules_of
from app.safety.weights import Output, weights_of

# Turns of the seeker before the post that still count.
TURNS = 3
TYPES: tuple[Type, ...] = get_args(Type)
# Longer posts are read in windows of so many words that overlap by half: a sentence must not drown in a long story.
WINDOW_WORDS = 250
# A sentence is told of if it says at least so much of what the most telling one says.
_TOLD = 0.5
_ELEVATED = LEVELS.index("elevated")


@dataclass(frozen=True, slots=True)
class Reading:
    """A post as the model reads it, sentence by sentence.

    Attributes:
        features: of each sentence.
        lengths: of each sentence, in words.
    """

    sentences: Sequence[Sentence]
    features: Sequence[list[int]]
    lengths: Sequence[int]

    @classmethod
    def of(cls, post: str) -> "Reading":
        sentences = sentences_of(post)
        words = [words_of(sentence.plain) for sentence in sentences]
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

    def in_window(self, window: range) -> list[int]:
        """The features of all its sentences."""
        return list(chain.from_iterable(self.features[window.start : window.stop]))


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
    plains = dict.fromkeys(sentence.plain for sentence in reading.sentences)
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
    """The rating of a post alone: that of its gravest window."""
    outputs = weights_of("screen").outputs
    graves = [
        (max(outputs["danger"].score(features), 0), outputs["soft"].score(features), window, features)
        for window in reading.windows()
        if (features := reading.in_window(window))
    ]
    if not graves:
        return Rating()
    danger, soft, window, features = max(graves, key=lambda grave: grave[:2])
    if danger <= 0 and soft <= 0:
        return Rating()

    def says(name: str) -> bool:
        return outputs[name].score(features) > 0

    level: Level = "soft" if danger <= 0 else "imminent" if says("imminent") else "elevated"
    subject: Subject = "other" if says("other") else "self"
    telling = outputs["danger" if danger > 0 else "soft"]
    return Rating(level, subject, _types(features), says("denied"), _spans(reading, window, telling))


def _types(features: Sequence[int]) -> tuple[Type, ...]:
    """What the danger is, likeliest first; at least one."""
    outputs = weights_of("screen").outputs
    scores = {kind: outputs[kind].score(features) for kind in TYPES}
    ordered = sorted(TYPES, key=lambda kind: -scores[kind])
    return tuple(kind for kind in ordered if kind == ordered[0] or scores[kind] > 0)


def _spans(reading: Reading, window: range, telling: Output) -> tuple[Span, ...]:
    """The sentences of a window that say most of it."""
    totals = {place: telling.total(reading.features[place]) for place in window}
    best = max(totals.values())
    least = min(best, _TOLD * best)
    spans: list[Span] = []
    for place, total in totals.items():
        if total >= least:
            start, end, _ = reading.sentences[place]
            if spans and start < spans[-1].end:
                spans[-1] = Span(spans[-1].start, end)
            else:
                spans.append(Span(start, end))
    return tuple(spans)
