"""One spelling for what people spell in many ways.

Whoever hides a word from a filter (`su1cide`, `k*ll`, `d i e`, letters of another script) or only types in haste is
understood like everybody else.
"""

import re
import unicodedata
from functools import cache

from app.safety.spellings import HIDDEN, LAUGHTER, SPELLINGS, mend

# The end of a sentence takes along all that stands before the next word.
END = re.compile(
    r"[.!?…؟。！？।\n](?:(?<=\n)[ \t\r]*+\n|(?<=[。！？।])"
    r"|(?<=[.!?…؟])(?<![.!?…؟][.!?…؟])[.!?…؟]*+(?!\w))[\s.!?…؟。！？।\"')]*+"
)
_ASCII: dict[int, str | None] = {
    code: char.lower() if char.isalnum() or char in "*$@!#_" else "," if char in ",;()" else " "
    for code, char in enumerate(map(chr, range(128)))
} | {ord("'"): None, ord("`"): None}
_COMMON = {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": ",", "…": ".", "\u00a0": " ", "\u200b": ""}
_EMOJI = {
    **dict.fromkeys("🔫", " gun "), **dict.fromkeys("🔪🗡", " knife "), "💊": " pills ",
    **dict.fromkeys("😂🤣😆😹💀☠😜🤪", f" {LAUGHTER} "),
}  # fmt: skip
_INVISIBLE = re.compile(r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+")
# More signs than a word that can be read has; to put so many in order takes quadratic time.
_PILE = re.compile(r"[^\w\s!-~]{31,}")
_FOREIGN = "авекмнорстухіѕјԁһӏԛԝгдпαεικνορτυχ"
_FAMILIAR = "abekmhopctyxisjdhlqwrdnaeiknoptux"
LOOK_ALIKES = str.maketrans(_FOREIGN + _FOREIGN.upper(), _FAMILIAR * 2)
_OTHER_SCRIPT, _LATIN = re.compile("[\u0370-\u052f]"), re.compile("[A-Za-z]")
_DRAWN_OUT = [letter * 3 for letter in map(chr, range(ord("a"), ord("z") + 1))]
_DRAWN = re.compile(r"([a-z])\1\1+")
_NO_WORDS = frozenset(["", ",", *SPELLINGS])
# Of what somebody spells out that concerns us, one of these is a letter.
MAY_SPELL_OUT = frozenset("dksceDKSCE")
_LETTERS = re.compile(r"(?<![^ ])(?:[a-z]|[a-z]{1,3}(?= [a-z] [a-z] [a-z](?![^ ])))(?: [a-z]){2,40}(?![^ ])")
_SMALL = ("i", "want", "to", "my", "it", "all", "life", "me")
_KNOWN = "|".join(sorted({*HIDDEN, *_SMALL, "kys"}, key=len, reverse=True))
_SPELT_OUT = re.compile(f"(?:{_KNOWN})+")
_GRAVE = ("die", "dead", "kill", "suicid", "cut", "end", "kms", "ctb")


def fold(text: str) -> str:
    """Lower case without accents or apostrophes; words and commas are parted by single blanks."""
    if not text.isascii():
        for curly, straight in _COMMON.items():
            if curly in text:
                text = text.replace(curly, straight)
    text = text.translate(_ASCII) if text.isascii() else _fold_unicode(text)
    if any(map(text.__contains__, _DRAWN_OUT)):
        text = _DRAWN.sub(r"\1", text)
    tokens = text.replace(",", " , ").split(" ")
    words = set(tokens)
    if not MAY_SPELL_OUT.isdisjoint(words):
        tokens = _LETTERS.sub(_joined, " ".join(filter(None, tokens))).split(" ")
    odd = {word: mend(word) for word in words if not word.isalpha() and word.isascii() and word not in _NO_WORDS}
    if odd:
        tokens = [odd.get(token, token) for token in tokens]
    return " ".join(filter(None, [SPELLINGS.get(token, token) for token in tokens]))


def _fold_unicode(text: str) -> str:
    for emoji, word in _EMOJI.items():
        if emoji in text:
            text = text.replace(emoji, word)
    text = unicodedata.normalize("NFKC", _PILE.sub(" ", _INVISIBLE.sub("", text))).lower().translate(_table())
    if _OTHER_SCRIPT.search(text):
        # A word of two scripts hides something; one of another script alone is of another language.
        text = " ".join(word.translate(LOOK_ALIKES) if _LATIN.search(word) else word for word in text.split(" "))
    return text


def hides_in_another_script(text: str) -> bool:
    """Whether a text in Latin letters has a few of others among them, which then stand for the ones they look like."""
    others = len(_OTHER_SCRIPT.findall(text))
    return others > 0 and len(_LATIN.findall(text)) > 3 * others


@cache
def _table() -> dict[int, str | None]:
    """What single characters are read as, of all scripts."""
    table: dict[int, str | None] = {}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        first = unicodedata.normalize("NFKD", chr(code))[0]
        if first.isascii():
            table[code] = first.lower()
    one = "ł l ø o æ ae œ oe ß ss đ d ð d þ th ı i ё е أ ا إ ا آ ا ى ي ة ه ؤ و ئ ي ᴀ a ʙ b ᴄ c ᴅ d ᴇ e ғ f ɢ g ʜ h ɪ i ᴊ j ᴋ k ʟ l ᴍ m ɴ n ᴏ o ᴘ p ʀ r ᴛ t ᴜ u ᴠ v ᴡ w ʏ y ᴢ z".split()  # noqa: E501
    table |= {ord(char): read for char, read in zip(one[::2], one[1::2], strict=True)}
    table[ord("¡")] = "!"
    table |= dict.fromkeys((*range(0x300, 0x370), *range(0x64B, 0x653), 0x640, 0x670))
    table |= dict.fromkeys(map(ord, "，、；،؛（）"), ",") | dict.fromkeys(map(ord, '：「」『』"“”„«»‹›¿¡·•'), " ")
    return table | dict(_ASCII.items())


def _joined(letters: re.Match[str]) -> str:
    """Letters that were written apart, as the words that they spell; others stay as they are."""
    word = letters[0].replace(" ", "")
    if _SPELT_OUT.fullmatch(word) and any(part in word for part in _GRAVE):
        return " ".join(re.findall(_KNOWN, word))
    return letters[0]
