"""Where a sentence ends, found while the text is still growing."""

import re
from dataclasses import dataclass

import emoji

_MARKS = ".!?…؟।۔。！？｡።։។။"
# Latin terminators need white space after them, those of other scripts do not.
_CLOSERS = "\"”’'»)\\]*_“」』）"
_END = re.compile(rf"(?<![.!?…؟।۔])[.!?…؟।۔]+[{_CLOSERS}]*(?=\s|$)|[。！？｡።։។။]+[{_CLOSERS}]*|\n")
_TERMINAL = re.compile(rf"[{_MARKS}][{_CLOSERS}]*$")
_SURE_END = re.compile(rf"[^\W\d_]{{3}}[.!?][{_CLOSERS}]*$|[。！？][{_CLOSERS}]*$")
_MAY_END = re.compile(rf"[{_MARKS}\n]")
# After these a full stop may end a sentence or not; after the second kind it never does.
_ABBREVIATIONS = frozenset("etc a.m p.m no u.s u.k est sr jr".split())
_NEVER_AN_END = frozenset("mr mrs ms dr prof st vs e.g i.e approx fig dept".split())
# No sentence has more emoji after it, and none of our abbreviations is longer, than these characters hold.
_EMOJI_RUN = 60
_WORD_BACK = 30


@dataclass(frozen=True, slots=True)
class Sentence:
    """A piece of text that can be shown whole.

    Attributes:
        text: without the white space around it.
        gap: what stood before it: "", " ", one newline or two.
        whole: whether it ends as a sentence does; a heading or a list item does not.
    """

    text: str
    gap: str
    whole: bool


def first_sentence(text: str, *, complete: bool) -> tuple[Sentence, str] | None:
    """Split the first sentence off, or None while its end cannot be told yet.

    Args:
        text: what has come so far and was not split off before.
        complete: whether nothing more will come; then the rest counts as a sentence.
    """
    body = text.lstrip()
    if not body:
        return None
    gap = _gap(text[: len(text) - len(body)])
    letter = next((index for index, char in enumerate(body) if char.isalpha()), len(body))
    for match in _END.finditer(body):
        end = match.end()
        if letter >= end and match.group() != "\n":
            continue  # "1." opens a list item
        follows = body[end:].lstrip(" \t")
        if not follows and not complete and match.group() != "\n":
            return None
        if match.group() != "\n":
            if not _is_end(body[max(0, end - _WORD_BACK) : end], match.group(), follows):
                continue
            end += _trailing_emoji(body[end:])
            if not complete and not body[end:].strip(" \t"):
                return None  # another emoji, or the rest of this one, may follow
        piece = body[:end].rstrip()
        return Sentence(piece, gap, ends_whole(piece)), body[end - (match.group() == "\n") :]
    if complete:
        return Sentence(body.rstrip(), gap, ends_whole(body.rstrip())), ""
    return None


def may_end_in(text: str) -> bool:
    """Whether the text has a sign at which a sentence could end."""
    return bool(_MAY_END.search(text))


def ends_whole(text: str) -> bool:
    """Whether the text ends like a sentence: with a terminator, or with emoji after one.

    >>> ends_whole("You matter! 💛"), ends_whole("Some ideas:"), ends_whole("See Dr.")
    (True, False, False)
    """
    bare = text.rstrip()
    while bare and (emoji.is_emoji(bare[-1]) or bare[-1] in "\ufe0f\u200d ") and not bare[-1].isalnum():
        bare = bare[:-1]
    if not _TERMINAL.search(bare):
        return False
    return _last_word(bare) not in _NEVER_AN_END


def surely_ends(text: str) -> bool:
    """Whether the text ends with a full stop that can be nothing else: no number, no initial, no ellipsis.

    >>> surely_ends("You matter."), surely_ends("It took 3."), surely_ends("Ask J.")
    (True, False, False)
    """
    return bool(_SURE_END.search(text.rstrip())) and ends_whole(text)


def _last_word(text: str) -> str:
    words = text.split()
    return words[-1].rstrip(".").lstrip('("“').lower() if words else ""


def _is_end(piece: str, mark: str, follows: str) -> bool:
    if mark == "." and follows:
        word = _last_word(piece)
        if word in _NEVER_AN_END or (word in _ABBREVIATIONS and follows[:1].islower()):
            return False
        if len(word) == 1 and word != "i" and piece.split()[-1][0].isupper():
            return False  # an initial
    trails_off = mark.startswith(("...", "…")) or mark[-1] in "\"”’'»)"
    return not (trails_off and follows[:1].islower())


def _trailing_emoji(rest: str) -> int:
    """How many characters of emoji (and the blanks before them) belong to the sentence before."""
    stripped = rest.lstrip(" ")
    if stripped[:1].isascii():
        return 0
    taken = 0
    for token in emoji.emoji_list(stripped[:_EMOJI_RUN]):
        if token["match_start"] != taken:
            break
        taken = token["match_end"]
    return len(rest) - len(stripped) + taken if taken else 0


def _gap(space: str) -> str:
    if space.count("\n") > 1:
        return "\n\n"
    if "\n" in space:
        return "\n"
    return " " if space else ""
