"""A post as the learnt model reads it: sentence by sentence, each the numbers of its words.

What stands between two blanks is worked out once and looked up from then on: its words in one spelling (`plain_text`),
their numbers (`features`), and whether a sentence ends there.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.safety.features import features_of, number_of, words_of
from app.safety.plain_text import END, LOOK_ALIKES, MAY_SPELL_OUT, fold, hides_in_another_script
from app.safety.ratings import Span
from app.safety.spellings import SPELLINGS

# Stands among the numbers of words where a sentence ends.
_STOP = -1
# A sentence of more words is read in parts that overlap: who is in need does not always end a sentence.
LONGEST, OVERLAP = 32, 8
# From these letters on, writing has no blanks between words: each is a chunk. Left out are Latin ones in disguise:
# full width, mathematical, in circles and squares.
_UNSPACED = "\u3040-\uff00\uff5f-\U0001d3ff\U0001d800-\U0001f0ff\U0001f200-\U0010ffff"
_CHUNKS = re.compile(rf"\n[ \t\r]*+\n|[^\s{_UNSPACED}]+|[{_UNSPACED}][\u3000-\u303f!?.…]*+")
# The same, where letters that were written apart are one chunk.
_HIDDEN = "[\u00ad\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff]*+"
_APART = rf"[^\W\d_]{_HIDDEN}"
_SPELT = re.compile(
    rf"(?<!\S)(?:(?:{_APART}){{1,3}}[^\S\n]++(?={_APART}\s))?(?:{_APART}[^\S\n]++){{2,40}}{_APART}[.!?,]*+(?!\S)"
    rf"|{_CHUNKS.pattern}"
)
_MAY_BE_SPELT = re.compile(rf"(?<!\S){_APART}\s++{_APART}(?!\S)")
_HAS_UNSPACED = re.compile(f"[{_UNSPACED}]")
# Chunks remembered at a time, and the longest: single words, and nobody's order of words is kept.
_REMEMBERED, _LONGEST_CHUNK = 50_000, 40
_DRAWN = re.compile(r"([A-Za-z])\1\1")

# The numbers of its words and of the ends in it, in order, and its plain form.
_Read = tuple[tuple[int, ...], str]
_KNOWN: dict[str, _Read] = {}


@dataclass(frozen=True, slots=True)
class Reading:
    """A post, read.

    Attributes:
        post: as it was written, but for letters of other scripts that stand for others.
        plain: all its words in one spelling, and commas.
        numbers: of the words of each sentence; sentences without words, or said before, are left out.
        places: where they stand: of the first chunk and the last.
    """

    post: str
    plain: str
    numbers: Sequence[list[int]]
    places: Sequence[tuple[int, int]]

    @classmethod
    def of(cls, post: str) -> "Reading":
        if not post.isascii() and hides_in_another_script(post):
            post = post.translate(LOOK_ALIKES)
        plains: list[str] = []
        numbers: list[list[int]] = []
        places: list[tuple[int, int]] = []
        said: set[tuple[int, ...]] = set()
        for sentence, owners in _sentences(_chunks(post), plains):
            # What is said again says nothing more.
            if (key := tuple(sentence)) not in said:
                said.add(key)
                numbers.append(sentence)
                places.append((owners[0], owners[-1]))
        return cls(post, f" {' '.join(filter(None, plains))}", numbers, places)

    def features(self) -> list[list[int]]:
        """Of each sentence, as `features_of`."""
        return [features_of(sentence) for sentence in self.numbers]

    def spans(self, sentences: Sequence[int]) -> tuple[Span, ...]:
        """Where some sentences stand in the post; those that touch become one.

        Args:
            sentences: their places among `numbers`, in order.
        """
        chunks = [found.span() for found in _pattern(self.post).finditer(self.post)]
        spans: list[Span] = []
        for sentence in sentences:
            first, last = self.places[sentence]
            start, end = chunks[first][0], chunks[last][1]
            if spans and start < spans[-1].end:
                spans[-1] = Span(spans[-1].start, end)
            else:
                spans.append(Span(start, end))
        return tuple(spans)


def _pattern(post: str) -> re.Pattern[str]:
    """What finds the chunks of a post."""
    return _SPELT if _may_be_spelt(post, post.split()) else _CHUNKS


def _may_be_spelt(post: str, chunks: Sequence[str]) -> bool:
    return not MAY_SPELL_OUT.isdisjoint(chunks) or (not post.isascii() and _MAY_BE_SPELT.search(post) is not None)


def _chunks(post: str) -> list[str]:
    """What stands between blanks, and each letter where writing has none."""
    chunks = post.split()
    if _may_be_spelt(post, chunks):
        return _SPELT.findall(post)
    # An empty line ends a sentence.
    if "\n" in post or (not post.isascii() and _HAS_UNSPACED.search(post)):
        return _CHUNKS.findall(post)
    return chunks


def _sentences(chunks: Sequence[str], plains: list[str]) -> Iterator[tuple[list[int], list[int]]]:
    """The numbers of each sentence's words, and the place of the chunk that each is from.

    Args:
        chunks: of a post.
        plains: is given their plain forms.
    """
    numbers: list[int] = []
    owners: list[int] = []
    for place, written in enumerate(chunks):
        read = _KNOWN.get(written)
        if read is None:
            read = _read(written)
        plains.append(read[1])
        for number in read[0]:
            if number == _STOP:
                if numbers:
                    yield numbers, owners
                    numbers, owners = [], []
            elif not numbers or number != numbers[-1]:
                if len(numbers) == LONGEST:
                    yield numbers, owners
                    numbers, owners = numbers[-OVERLAP:], owners[-OVERLAP:]
                numbers.append(number)
                owners.append(place)
    if numbers:
        yield numbers, owners


def _read(written: str) -> _Read:
    """A chunk that was not met yet, or is forgotten."""
    read = _of_letters(written) or _of_signs(written)
    if len(written) <= _LONGEST_CHUNK:
        if len(_KNOWN) >= _REMEMBERED:
            _KNOWN.clear()
        _KNOWN[written] = read
    return read


def _of_letters(written: str) -> _Read | None:
    """A word with a mark behind it or none, as most are."""
    word, stop = written, False
    if written[-1] in ".,!?":
        word, stop = written[:-1], written[-1] != ","
    if not (word.isascii() and word.isalpha()) or _DRAWN.search(word):
        return None
    word = word.lower()
    plain = SPELLINGS.get(word, word)
    numbers = [number_of(one) for one in plain.split()]
    return tuple([*numbers, _STOP] if stop else numbers), f"{plain} ," if written[-1] == "," else plain


def _of_signs(written: str) -> _Read:
    """Any other chunk."""
    numbers: list[int] = []
    plains: list[str] = []
    start = 0
    for end in [found.end() for found in END.finditer(written)]:
        plains.append(fold(written[start:end]))
        numbers += [*map(number_of, words_of(plains[-1])), _STOP]
        start = end
    if rest := fold(written[start:]):
        plains.append(rest)
        numbers += map(number_of, words_of(rest))
    return tuple(numbers), " ".join(filter(None, plains))
