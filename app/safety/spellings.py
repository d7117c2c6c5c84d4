"""How words are read that are typed in haste, shortened, or hidden from filters."""

import re
from collections.abc import Iterator, Mapping
from importlib.resources import files

# What every kind of laughing aloud is read as.
LAUGHTER = "haha"
_SIGN_RUN = re.compile(r"[^a-z]+")
_LEET = [
    str.maketrans({"0": "o", "1": one, "!": one, "3": "e", "4": "a", "@": "a", "5": "s", "$": "s", "7": "t"})
    for one in "il"
]
_AMOUNT = re.compile(r"(\d+)(mg|mcg|ml|kg|lbs|am|pm|cal|kcal|h|hrs|min|yo|f|m)")
# Letters that must be left of a word for it to be known by its outline.
_LEFT = 2


def _read() -> tuple[dict[str, str], frozenset[str]]:
    text = (files("app.safety") / "patterns" / "spellings.txt").read_text(encoding="utf-8")
    spellings, hidden = text.split("\n[hidden]\n")
    lines = [line.partition(" = ") for line in f"\n{spellings}".split("\n") if " = " in line and line[0] not in "#["]
    return {written: read for read, _, many in lines for written in many.split()}, frozenset(hidden.split())


def _outlines(word: str) -> Iterator[str]:
    """The word with one run of its letters, or two letters of the middle, hidden."""
    size = len(word)
    for start in range(1, size):
        for end in range(start + 1, size + 1):
            if size - end + start >= _LEFT and (end < size or start > _LEFT):
                yield f"{word[:start]}*{word[end:]}"
        for other in range(start + 2, size - 1):
            yield f"{word[:start]}*{word[start + 1 : other]}*{word[other + 1 :]}"


SPELLINGS: Mapping[str, str]
SPELLINGS, HIDDEN = _read()
_BY_OUTLINE = {outline: word for word in sorted(HIDDEN, key=len, reverse=True) for outline in _outlines(word)}


def mend(token: str) -> str:
    """The word that a token with digits or signs among its letters stands for, or else the token without the signs.

    Args:
        token: lower case, ASCII.
    """
    bare = token.strip("*!#@$_")
    if bare.isalpha() and (bare == token or f"{bare}*" not in _BY_OUTLINE or token[0] == token[-1]):
        return bare
    for letters in _LEET:
        if (word := token.translate(letters)) in HIDDEN or (word := bare.translate(letters)) in HIDDEN:
            return word
    if (word := _SIGN_RUN.sub("", token)) in HIDDEN:
        return word
    if amount := _AMOUNT.fullmatch(token):
        return f"{amount[1]} {amount[2]}"
    outline = _SIGN_RUN.sub("*", token)
    if outline == "*" or token.isdigit():
        return token
    return _BY_OUTLINE.get(outline, (bare or token).replace("_", " "))
