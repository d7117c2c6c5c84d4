"""Words, marks and sentence ends: how a text is cut, once."""

import re
import unicodedata
from itertools import filterfalse

from app.style.emojis import EMOJI_RUN, KEYCAP

# Vowel signs and accents that stand beside their letter belong to its word, as the joiners of Persian and Hindi do.
_ACCENTS = (
    "".join(char for char in map(chr, range(0x300, 0xFE00)) if unicodedata.category(char)[0] == "M") + "\u200c\u200d"
)


def _word_pattern(letters: str) -> str:
    # Seen in LIWC-22: a chain of more than three hyphenated parts is more than one word.
    part = rf"{letters}(?:'{letters})*"
    return rf"{part}(?:-{part}){{0,2}}"


END_MARKS = frozenset(".!?。！？؟।۔։።")
CLAUSE_MARKS = frozenset(",;:()*—–…，、；：")
_ENDS_WITHOUT_BLANK = frozenset("。！？")
# What may stand between the last end and the end of the text.
_CLOSING = " \n\r\t\"')]*"
_PLAIN_WORD = _word_pattern(r"\w+")
_ACCENTED_WORD = _word_pattern(rf"\w[\w{_ACCENTS}]*")
_WORD = re.compile(_PLAIN_WORD)
# Leaves the letters, digits and underscores of ASCII, without the apostrophes between them, and blanks.
_RUNS = {
    code: None if code == ord("'") else char if char.isalnum() or char == "_" else " "
    for code, char in enumerate(map(chr, range(128)))
}
_MARKED_WORD = re.compile(_ACCENTED_WORD)
# A run of end marks takes the sign behind it along: it tells whether a sentence ends there.
_TOKEN = re.compile(rf"{_PLAIN_WORD}|[,;:()*]|[.!?]++[\s\"')\]]?")
_MARKED_TOKEN = re.compile(rf"{_ACCENTED_WORD}|[,;:()*—–…，、；：]|[.!?。！？؟।۔։።]++[\s\"')\]]?|{EMOJI_RUN}")
_STRAIGHT = {"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'}
# Quotes and dashes of UTF-8 that something on the way has read as Windows-1252 or Mac Roman.
_MISREAD = re.compile("(?:\u00e2\u20ac|\u201a\u00c4)([\u2122\u02dc\u0153\u009d\u201d\u00f4\u00f2\u00fa\u00f9\u00ee])")
_MEANT = dict(
    zip("\u2122\u02dc\u0153\u009d\u201d\u00f4\u00f2\u00fa\u00f9\u00ee", "''\"\"\u2014''\"\"\u2014", strict=True)
)
# More signs than a word that can be read has on one letter; to put so many in order takes quadratic time.
_PILE = re.compile(r"[^\w\s!-~]{31,}")


def straighten(text: str) -> str:
    """One spelling of what is spelt in several ways: quotes and apostrophes straight, letters composed (NFC).

    The digit of a keycap is no word: the emoji for "numbers" stands in for each of them.
    """
    if text.isascii():
        return text
    if "\u00e2\u20ac" in text or "\u201a\u00c4" in text:
        text = _MISREAD.sub(lambda misread: _MEANT[misread[1]], text)
    if "\u20e3" in text:
        text = KEYCAP.sub("🔢", text)
    # str.translate takes ten times as long.
    for curly, straight in _STRAIGHT.items():
        if curly in text:
            text = text.replace(curly, straight)
    if text.isascii():
        return text
    if max(map(len, text.split()), default=0) > 31:
        text = _PILE.sub(_without_accents, text)
    return unicodedata.normalize("NFC", text)


def _without_accents(pile: re.Match[str]) -> str:
    return "".join(filterfalse(unicodedata.combining, pile[0]))


def count_words(text: str) -> int:
    """How many words a text has, counted as the measure `words` does."""
    plain = straighten(text)
    if plain.isascii() and "-" not in plain and "''" not in plain:
        # Without its apostrophes each word is one run. A pattern takes three times as long to find it.
        return len(plain.translate(_RUNS).split())
    return len(find_words(plain))


def find_words(plain: str) -> list[str]:
    """The words of a text whose quotes are straight, as they are written."""
    return (_WORD if plain.isascii() else _MARKED_WORD).findall(plain)


def find_tokens(lowered: str) -> list[str]:
    """Words, marks that part clauses, sentence ends and runs of emoji, in order."""
    return (_TOKEN if lowered.isascii() else _MARKED_TOKEN).findall(lowered + " ")


def is_word(token: str) -> bool:
    """Nothing else begins with a letter, a digit or an underscore."""
    return token[0].isalnum() or token[0] == "_"


def ends_sentence(token: str) -> bool:
    """Whether a token is an end: marks before white space, a quote, a bracket or the end of the text."""
    return token[0] in END_MARKS and (token[-1] not in END_MARKS or token[-1] in _ENDS_WITHOUT_BLANK)


def is_open(plain: str) -> bool:
    """Whether a text goes on behind its last sentence end."""
    return plain.rstrip(_CLOSING)[-1:] not in END_MARKS
