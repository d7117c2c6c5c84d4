"""A text, cut into sentences and words once; every measure counts from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from app.style.chunks import CHUNKS, LEXICON, LINE_BREAK, Chunk, add_up
from app.style.cues import CUES, Sentence
from app.style.languages import is_english
from app.style.tokens import is_open, straighten

# What a measure may be.
Value = float | int | bool | str | None | Mapping[str, object]
Style = dict[str, Value]
# What a reply should have where nobody said otherwise (the study's prompt).
BAND = (100, 150)


@dataclass
class Text:
    """A text, read once.

    Attributes:
        plain: as it came, but with straight quotes; see `straighten`.
        chunks: what stands between blanks, lower-cased, in order.
        words: lower-cased, in order.
        sums: how many words each list holds; letters, big words, contractions, marks, emoji.
        sentences: as LIWC-22 parts them: at runs of . ! ? before white space, a quote, a bracket or the end.
        repeats: for each word that was said before, the place of the last time and its own.
        answers: the post that it answers, where there is one.
        band: how many words it should have, at least and at most.
    """

    plain: str
    chunks: list[Chunk]
    words: list[str]
    sums: dict[str, int]
    sentences: list[Sentence]
    repeats: list[tuple[int, int]]
    is_english: bool
    answers: "Text | None" = None
    band: tuple[int, int] = BAND

    @classmethod
    def of(
        cls, raw: str, answers: "Text | None" = None, band: tuple[int, int] = BAND, *, is_answered: bool = False
    ) -> "Text":
        """Read a text; where it is only what another one answers, no further than comparing them needs."""
        plain = straighten(raw)
        chunks = list(map(CHUNKS.__getitem__, plain.lower().replace("\n", f" {LINE_BREAK} ").split()))
        words = [word for chunk in chunks for word in chunk.words]
        sums = add_up([chunk.integer for chunk in chunks])
        sentences = CUES.read([chunk.kind for chunk in chunks]) if words and not is_answered else []
        if sentences and not any(chunk.words for chunk in chunks[sentences[-1].start :]) and not is_open(plain):
            sentences.pop()
        english = is_english(words, sums["function_words"], sums["other_languages"])
        repeats = [] if is_answered else _repeats(words)
        return cls(plain, chunks, words, sums, sentences, repeats, english, answers, band)

    @cached_property
    def content_words(self) -> frozenset[str]:
        """The words that are no function words, each once."""
        return frozenset(word for word in set(self.words) if "grammar" not in LEXICON[word])

    @cached_property
    def shared_words(self) -> frozenset[str]:
        """The content words that the text which it answers has, too."""
        return self.content_words & self.answers.content_words if self.answers else frozenset()

    @cached_property
    def lines(self) -> list[str]:
        """Those with text on them."""
        return [line for line in self.plain.splitlines() if line.strip()]


def _repeats(words: list[str]) -> list[tuple[int, int]]:
    last: dict[str, int] = {}
    repeats = []
    for place, word in enumerate(words):
        if word in last:
            repeats.append((last[word], place))
        last[word] = place
    return repeats
