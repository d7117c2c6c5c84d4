"""Where a sentence ends, found while the text is still growing."""

import re
from dataclasses import dataclass, field

import emoji

from app.style.tokens import count_words

# Latin terminators need white space after them, those of other scripts do not.
_SPACED = ".!?…؟।۔"
_UNSPACED = "。！？｡።։។။"
_MARKS = _SPACED + _UNSPACED
_CLOSERS = "\"”’'»)\\]*_“」』）"
# Searched for eight times as fast with one set of characters before the alternatives as without.
_END = re.compile(
    rf"[{_MARKS}\n](?:(?<=\n)|(?<=[{_UNSPACED}])[{_UNSPACED}]*+[{_CLOSERS}]*+"
    rf"|(?<=[{_SPACED}])(?<![{_SPACED}]{{2}})[{_SPACED}]*+[{_CLOSERS}]*+(?=\s|$))"
)
# Most sentences are plain: a letter first, no mark but the last, then one blank and a capital.
_PLAIN = re.compile(rf" ?[A-Za-z][^{_MARKS}\n]*[.!?](?= [A-Z])")
_TERMINAL = re.compile(rf"[{_MARKS}][{_CLOSERS}]*$")
_SURE_END = re.compile(rf"[^\W\d_]{{3}}[.!?][{_CLOSERS}]*$|[。！？][{_CLOSERS}]*$")
_MAY_END = re.compile(rf"[{_MARKS}\n]")
# After these a full stop may end a sentence or not; after the second kind it never does.
_ABBREVIATIONS = frozenset("etc a.m p.m no u.s u.k est sr jr".split())
_NEVER_AN_END = frozenset("mr mrs ms dr prof st vs e.g i.e approx fig dept".split())
# No sentence has more emoji after it, and none of our abbreviations is longer, than these characters hold.
_EMOJI_RUN = 60
_WORD_BACK = 30
_EMOJI_STARTS = frozenset(known[0] for known in emoji.EMOJI_DATA)
_NOT_SPACE = re.compile(r"\S")
_NOT_BLANK = re.compile(r"[^ \t]")


@dataclass(slots=True)
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
    _words: int = field(default=-1, init=False, repr=False, compare=False)

    @property
    def words(self) -> int:
        """How many words the text has; counted when first asked for."""
        if self._words < 0:
            self._words = count_words(self.text)
        return self._words


def first_sentence(text: str, *, complete: bool) -> tuple[Sentence, str] | None:
    """Split the first sentence off, or None while its end cannot be told yet.

    Args:
        text: what has come so far and was not split off before.
        complete: whether nothing more will come; then the rest counts as a sentence.
    """
    found = next_sentence(text, 0, complete=complete)
    return (found[0], text[found[1] :]) if found else None


def next_sentence(text: str, start: int, *, complete: bool) -> tuple[Sentence, int] | None:
    """As `first_sentence` of what begins at `start`; where the rest begins instead of the rest."""
    return _plain_sentence(text, start) or _any_sentence(text, start, complete=complete)


def _plain_sentence(text: str, start: int) -> tuple[Sentence, int] | None:
    """What `_any_sentence` finds where the sentence is a plain one, in a third of its time."""
    plain = _PLAIN.match(text, start)
    if plain is None:
        return None
    begins, end = start + (text[start] == " "), plain.end()
    if text[end - 1] == "." and not _is_end(text[max(begins, end - _WORD_BACK) : end], ".", text[end + 1]):
        return None
    return Sentence(text[begins:end], text[start:begins], whole=True), end


def _any_sentence(text: str, start: int, *, complete: bool) -> tuple[Sentence, int] | None:
    first = _NOT_SPACE.search(text, start)
    if first is None:
        return None
    begins = first.start()
    gap = _gap(text[start:begins])
    letter = begins if text[begins].isalpha() else _next_letter(text, begins)
    end = begins
    while match := _END.search(text, end):
        end, mark = match.end(), match.group()
        if mark == "\n":
            return _sentence(text[begins:end], gap), end - 1
        if letter >= end:
            continue  # "1." opens a list item
        following = _NOT_BLANK.search(text, end)
        if following is None and not complete:
            return None
        follows = following.group() if following else ""
        if not _is_end(text[max(begins, end - _WORD_BACK) : end], mark, follows):
            continue
        if not follows.isascii():
            end += _trailing_emoji(text[end:])
            if not complete and not _NOT_BLANK.search(text, end):
                return None  # another emoji, or the rest of this one, may follow
        elif follows and mark == ".":
            return Sentence(text[begins:end], gap, whole=True), end
        return _sentence(text[begins:end], gap), end
    return (_sentence(text[begins:], gap), len(text)) if complete else None


def _sentence(text: str, gap: str) -> Sentence:
    piece = text.rstrip()
    return Sentence(piece, gap, ends_whole(piece))


def _next_letter(text: str, start: int) -> int:
    return next((index for index in range(start, len(text)) if text[index].isalpha()), len(text))


def may_end_in(text: str) -> bool:
    """Whether the text has a sign at which a sentence could end."""
    return bool(_MAY_END.search(text))


def ends_whole(text: str) -> bool:
    """Whether the text ends like a sentence: with a terminator, or with emoji after one.

    >>> ends_whole("You matter! 💛"), ends_whole("Some ideas:"), ends_whole("See Dr.")
    (True, False, False)
    """
    bare = text.rstrip()
    if bare and not bare[-1].isascii():
        while bare and (emoji.is_emoji(bare[-1]) or bare[-1] in "\ufe0f\u200d ") and not bare[-1].isalnum():
            bare = bare[:-1]
    if bare.endswith(("!", "?")):
        return True
    if not bare.endswith(".") and not _TERMINAL.search(bare):
        return False
    return _last_word(bare) not in _NEVER_AN_END


def surely_ends(text: str) -> bool:
    """Whether the text ends with a full stop that can be nothing else: no number, no initial, no ellipsis.

    >>> surely_ends("You matter."), surely_ends("It took 3."), surely_ends("Ask J.")
    (True, False, False)
    """
    return bool(_SURE_END.search(text.rstrip())) and ends_whole(text)


def _last_word(text: str) -> str:
    words = text.rsplit(None, 1)
    return words[-1].rstrip(".").lstrip('("“').lower() if words else ""


def _is_end(piece: str, mark: str, follows: str) -> bool:
    # What follows is the first character after the blanks, or "" where there is none.
    if mark == "." and follows:
        word = _last_word(piece)
        if word in _NEVER_AN_END or (word in _ABBREVIATIONS and follows.islower()):
            return False
        if len(word) == 1 and word != "i" and piece.split()[-1][0].isupper():
            return False  # an initial
    return not follows.islower() or not (mark.startswith(("...", "…")) or mark[-1] in "\"”’'»)")


def _trailing_emoji(rest: str) -> int:
    """How many characters of emoji (and the blanks before them) belong to the sentence before."""
    stripped = rest.lstrip(" ")
    if stripped[:1].isascii() or stripped[0] not in _EMOJI_STARTS:
        return 0
    taken = 0
    run = stripped[:_EMOJI_RUN].split(None, 1)[0]
    for token in emoji.emoji_list(run):
        if token["match_start"] != taken:
            break
        taken = token["match_end"]
    return len(rest) - len(stripped) + taken if taken else 0


def _gap(space: str) -> str:
    if space in ("", " "):
        return space
    if space.count("\n") > 1:
        return "\n\n"
    if "\n" in space:
        return "\n"
    return " "
