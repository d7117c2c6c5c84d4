"""A reply in the sentences that the checks look at, each in the plain form that patterns are written for.

Cut at every mark that may end a sentence, abbreviations aside: so what a stream gives out is always a run of these
sentences, and a reply is judged the same whole and piece by piece.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

_SPACED = ".!?…؟।۔"
_UNSPACED = "。！？｡።։။"
# What most emoji are made of: one right behind an end belongs to it.
_EMOJI = "\u2600-\u27bf\u2b00-\u2bff\u200d\ufe0f\U0001f000-\U0001faff"
_CLOSERS = "\"”’'»)\\]*_“」』）"
# The same ends as those of the stream's sentences, or more. Searched for faster with one set before the alternatives.
_END = re.compile(
    rf"[{_SPACED}{_UNSPACED}\n](?:(?<=\n)|(?<=[{_UNSPACED}])[{_UNSPACED}]*+[{_CLOSERS}]*+(?: *+[{_EMOJI}]++)*+"
    rf"|(?<=[{_SPACED}])[{_SPACED}]*+[{_CLOSERS}]*+(?=\s|$))"
)
_ASCII_END = re.compile(r"[.!?\n](?:(?<=\n)|(?<=[.!?])[.!?]*+[\"')\]*_]*+(?=\s|$))")
_NEVER_AN_END = ("mr.", "mrs.", "ms.", "dr.", "prof.", "st.", "vs.", "e.g.", "i.e.", "approx.", "fig.", "dept.")
# Characters of a sentence; what is longer is cut.
_LONGEST = 600
_ABBREVIATED = frozenset(word[-2:] for word in _NEVER_AN_END)
_CURLY = {"’": "'", "‘": "'", "“": '"', "”": '"'}
_DIRECT = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'}
    | dict.fromkeys("—–", ", ")
    | {"…": "...", "‑": "-", "‐": "-", "\u00ad": "", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "ı": "i"}
)
# Marks that part no thoughts become blanks; what is left are words, apostrophes, quotes and the marks between clauses.
_BLANKS = str.maketrans(dict.fromkeys("-*_#>()[]{}/\\|~^=+<\t\r&", " "))
_WORDS_ONLY = str.maketrans({char: " " for char in map(chr, range(128)) if not char.isalnum() and char != "'"})
_SPEECH = re.compile(
    r"\b(?:say|says|said|saying|tell|tells|told|telling|write|wrote|writing|wrote|asks?|asked|think|thinks|thought|thinking"
    r"|words?|like|hear|heard|hearing|phrases?|message|called|text|reply|answer|try|line|yourself|thoughts?|question)\b"
    r"[^\"]{0,40}$"
)
_DOUBLE = re.compile(r'"[^"]{0,400}"')
_SINGLE = re.compile(r"(?<![\w'])'(?=\w)[^\"]{1,300}?(?<=[\w.,!?])'(?!\w)")


class Sentence(NamedTuple):
    """One sentence of a reply.

    Attributes:
        start: where it begins in the text that was cut, in characters, without the blanks before it.
        end: behind its last character.
        raw: as it was written.
        folded: lower case, ASCII, straight quotes; see `fold`.
        words: those of `folded`.
    """

    start: int
    end: int
    raw: str
    folded: str
    words: list[str]


def sentences_of(text: str) -> list[Sentence]:
    """The sentences of a text; those without a letter or a sign are left out."""
    even = text
    if not text.isascii():
        for curly, straight in _CURLY.items():
            even = even.replace(curly, straight)
    if even.isascii():
        folded = even.lower().translate(_BLANKS)
        bare = folded.translate(_WORDS_ONLY)
        return [
            Sentence(start, end, text[start:end], folded[start:end], bare[start:end].split())
            for start, end in _spans(even)
        ]
    found = []
    for start, end in _spans(text):
        raw = text[start:end]
        folded = fold(raw)
        found.append(Sentence(start, end, raw, folded, folded.translate(_WORDS_ONLY).split()))
    return found


class Speech:
    """Takes what is quoted out of the sentences of one reply, in order: what the reader said, or might say.

    A quotation that somebody is said to say may go on in the next sentences.
    """

    def __init__(self) -> None:
        self._left = 0

    def said_in(self, sentence: Sentence) -> tuple[str, list[str]]:
        """The sentence as patterns want it, folded, single blanks, without what is quoted; and the words of that."""
        folded = sentence.folded
        if self._left or '"' in folded or " '" in folded or folded.startswith("'"):
            plain = " ".join(self._unquoted(folded).split())
            return plain, plain.translate(_WORDS_ONLY).split()
        if "  " in folded or "\n" in folded:
            folded = " ".join(folded.split())
        return folded.strip(), sentence.words

    def _unquoted(self, plain: str) -> str:
        """Without what is quoted: what the reader or others said, or might say. Where all is quoted, all is kept."""
        if self._left:
            self._left -= 1
            before, mark, after = plain.partition('"')
            if not mark:
                return "" if self._left else plain
            self._left = 0
            plain = f"_ {after}" if len(before) else after
        bare = plain.strip(" .!?*")
        if bare[:1] in "\"'" and _is_one_quotation(bare):
            return plain
        if '"' in plain:
            plain = _DOUBLE.sub(" _ ", plain)
            before, mark, _ = plain.partition('"')
            if mark and _SPEECH.search(before):
                self._left = 3
                plain = before
            else:
                plain = plain.replace('"', "")
        if " '" in plain or plain.startswith("'"):
            plain = _SINGLE.sub(" _ ", plain)
        return plain


def _is_one_quotation(bare: str) -> bool:
    mark = bare[0]
    return len(bare) > 2 and bare.count(mark) == 2 and bare[-1] == mark


def fold(raw: str) -> str:
    """Lower case, straight quotes, no accents and signs: what is left of a text in ASCII."""
    if not raw.isascii():
        raw = unicodedata.normalize("NFKD", raw.lower().translate(_DIRECT)).encode("ascii", "ignore").decode()
    return raw.lower().translate(_BLANKS)


def words_of(text: str) -> list[str]:
    """The words of a text, folded."""
    return fold(text).translate(_WORDS_ONLY).split()


def _spans(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a text begin and end, without the blanks around them."""
    spans: list[tuple[int, int]] = []
    begin = 0
    for match in (_ASCII_END if text.isascii() else _END).finditer(text):
        end = match.end()
        if text[end - 1] == "." and text[end - 2 : end].lower() in _ABBREVIATED and _is_abbreviation(text[begin:end]):
            continue
        piece = text[begin:end]
        if bare := piece.strip():
            start = begin + piece.index(bare[0])
            spans.append((start, start + len(bare)))
        begin = end
    if bare := text[begin:].strip():
        start = text.index(bare[0], begin)
        spans.append((start, start + len(bare)))
    if spans and max(end - start for start, end in spans) > _LONGEST:
        return [part for start, end in spans for part in _parts(text, start, end)]
    return spans


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence longer than any reply's, in parts: patterns may take more than linear time on it."""
    while end - start > _LONGEST:
        cut = text.rfind(" ", start + _LONGEST // 2, start + _LONGEST)
        cut = cut if cut > 0 else start + _LONGEST
        yield start, cut
        start = cut
    yield start, end


def _is_abbreviation(piece: str) -> bool:
    return piece.rsplit(None, 1)[-1].lower().lstrip('("') in _NEVER_AN_END
