"""In which language a reply is, as far as small words and scripts tell, and whether it is another than it should be."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from importlib.resources import files

import yaml

from app.safety.sentences import Sentence, words_of

# Words that must have come before anything is said about their language.
ENOUGH = 8
# A shorter sentence is seen together with the words before it, up to so many in all.
WINDOW = 12
# Different small words that a language must show, and their share of all words.
_DISTINCT = 3
_SHARE = 0.25
# English has more small words of its own in a sentence than any other language lends it.
_ENGLISH_SHARE = 0.3
_LETTERS = 5
# The scripts that other letters than Latin ones belong to, by their first and last character.
_SCRIPTS = {
    "greek": ("\u0370", "\u03ff"), "cyrillic": ("\u0400", "\u052f"), "armenian": ("\u0530", "\u058f"),
    "hebrew": ("\u0590", "\u05ff"), "arabic": ("\u0600", "\u06ff"), "devanagari": ("\u0900", "\u097f"),
    "bengali": ("\u0980", "\u09ff"), "gurmukhi": ("\u0a00", "\u0a7f"), "gujarati": ("\u0a80", "\u0aff"),
    "tamil": ("\u0b80", "\u0bff"), "telugu": ("\u0c00", "\u0c7f"), "kannada": ("\u0c80", "\u0cff"),
    "malayalam": ("\u0d00", "\u0d7f"), "sinhala": ("\u0d80", "\u0dff"), "thai": ("\u0e00", "\u0e7f"),
    "georgian": ("\u10a0", "\u10ff"), "ethiopic": ("\u1200", "\u137f"), "kana": ("\u3040", "\u30ff"),
    "han": ("\u4e00", "\u9fff"), "hangul": ("\uac00", "\ud7af"),
}  # fmt: skip
_WRITTEN_IN = {
    "el": "greek", "ru": "cyrillic", "uk": "cyrillic", "be": "cyrillic", "bg": "cyrillic", "sr": "cyrillic latin",
    "mk": "cyrillic", "kk": "cyrillic", "mn": "cyrillic", "hy": "armenian", "he": "hebrew", "yi": "hebrew",
    "ar": "arabic", "fa": "arabic", "ur": "arabic", "ps": "arabic", "hi": "devanagari latin", "mr": "devanagari",
    "ne": "devanagari", "bn": "bengali", "pa": "gurmukhi", "gu": "gujarati", "ta": "tamil", "te": "telugu",
    "kn": "kannada", "ml": "malayalam", "si": "sinhala", "th": "thai", "ka": "georgian", "am": "ethiopic",
    "ja": "kana han", "zh": "han", "yue": "han", "ko": "hangul",
}  # fmt: skip
# One of several names of a language, and languages whose small words are nearly the same.
_SAME = {
    "nb": "no",
    "nn": "no",
    "fil": "tl",
    "ms": "id",
    "in": "id",
    "iw": "he",
    "gl": "pt",
    "ca": "es",
    "af": "nl",
    "sk": "cs",
}
# Letters that only these languages write, and how many of them are more than a name.
_OWN_LETTERS = {
    "þð": "is fo", "łńśźż": "pl", "řěůď": "cs", "őű": "hu", "ğı": "tr az", "ãõ": "pt vi et", "țș": "ro",
    "ļņķģ": "lv", "ųėį": "lt", "ơưạế": "vi",
}  # fmt: skip
_NO_NAME = 3
_KIN = (frozenset({"da", "no", "sv"}), frozenset({"es", "pt"}), frozenset({"cs", "pl"}), frozenset({"es", "it"}))


@cache
def small_words() -> Mapping[str, frozenset[str]]:
    """The small words of each language; those of English are in English only."""
    text = (files("app.safety") / "languages.yaml").read_text(encoding="utf-8")
    lists: dict[str, str] = yaml.safe_load(text)
    english = frozenset(words_of(lists["en"]))
    return {name: frozenset(words_of(words)) - (english if name != "en" else set()) for name, words in lists.items()}


@cache
def _foreign() -> frozenset[str]:
    return frozenset().union(*(words for name, words in small_words().items() if name != "en"))


def asked_for(language: str | None) -> str | None:
    """The language of a BCP 47 tag, without region and script, as it is compared here."""
    if not language:
        return None
    primary = language.replace("_", "-").partition("-")[0].lower()
    return _SAME.get(primary, primary)


def language_of(raw: str, words: Sequence[str]) -> str | None:
    """The language of a text, or the script that only some languages have, or None where it cannot be told."""
    scripts = _scripts_in(raw)
    if scripts:
        return _language_of_script(raw, scripts)
    if words and _share("en", words) >= _ENGLISH_SHARE and len(_foreign().intersection(words)) < _DISTINCT:
        return "en"
    shown = _shown(words)
    best = max(shown, key=lambda name: shown[name])
    rest = max((count for name, count in shown.items() if name != best and not _are_kin(name, best)), default=0)
    return best if shown[best] >= max(1, _SHARE * len(words)) and shown[best] > rest else None


class Tongue:
    """Judges, sentence by sentence, whether a reply is in the language that is expected of it.

    Args:
        expected: a language without region, or a script; None to judge nothing.
    """

    def __init__(self, expected: str | None) -> None:
        self._expected = expected
        self._scripts = frozenset(
            _WRITTEN_IN.get(expected or "", expected if expected in _SCRIPTS else "latin").split()
        )
        self._is_english = expected == "en"
        self._foreign = _foreign() if expected == "en" else frozenset()

    def is_other(self, sentence: Sentence, tail: Sequence[str]) -> bool:
        """Whether a sentence, where it is short together with the words before it, is in another language.

        Args:
            sentence: judged, if it has a word of its own that speaks for another language.
            tail: the words before it.
        """
        if self._expected is None:
            return False
        words = sentence.words
        if self._is_english and self._foreign.isdisjoint(words) and sentence.raw.isascii():
            return False
        if not sentence.raw.isascii() and self._is_in_other_script(_scripts_in(sentence.raw)):
            return True
        if not sentence.raw.isascii() and self._has_letters_of_others(sentence.raw.lower()):
            return True
        if len(words) < WINDOW:
            shown = _shown(words)
            own = shown.pop(self._expected, 0)
            if max(shown.values()) <= own:
                return False
            words = [*tail[len(words) - WINDOW :], *words]
        return len(words) >= ENOUGH and self._is_other(words)

    def _has_letters_of_others(self, raw: str) -> bool:
        return any(
            self._expected not in languages.split() and sum(map(raw.count, letters)) >= _NO_NAME
            for letters, languages in _OWN_LETTERS.items()
        )

    def _is_in_other_script(self, scripts: Collection[str]) -> bool:
        if not scripts:
            return False
        is_japanese = "kana" in scripts
        if (self._expected == "ja" and not is_japanese) or (self._expected == "zh" and is_japanese):
            return True
        return self._scripts.isdisjoint(scripts)

    def _is_other(self, words: Sequence[str]) -> bool:
        if self._expected == "en":
            if len(_foreign().intersection(words)) < _DISTINCT:
                return False
        elif "latin" not in self._scripts:
            return _share("en", words) >= _ENGLISH_SHARE or bool(_others(words, self._expected))
        shown = _shown(words)
        own = shown.get(self._expected or "", 0)
        if self._expected != "en" and shown["en"] >= _ENGLISH_SHARE * len(words) and shown["en"] > own:
            return True
        return any(shown[name] > own + 1 for name in _others(words, self._expected))


def _others(words: Sequence[str], expected: str | None) -> list[str]:
    """The languages beside English and the kin of the expected one that these words show well enough."""
    least = _SHARE * len(words)
    distinct = set(words)
    found = []
    for name, small in small_words().items():
        if name in ("en", expected) or _are_kin(name, expected):
            continue
        if len(small & distinct) >= _DISTINCT and sum(word in small for word in words) >= least:
            found.append(name)
    return found


def _shown(words: Sequence[str]) -> dict[str, int]:
    counts = Counter(words)
    return {name: sum(counts[word] for word in small.intersection(counts)) for name, small in small_words().items()}


def _share(name: str, words: Sequence[str]) -> float:
    small = small_words()[name]
    return sum(word in small for word in words) / len(words)


def _are_kin(one: str, other: str | None) -> bool:
    return any(one in kin and other in kin for kin in _KIN)


def _scripts_in(raw: str) -> Counter[str]:
    """How many letters there are of each script beside Latin, where they are many and not outnumbered by Latin ones."""
    letters = [char for char in raw if char > "\u036f" and char.isalpha()]
    if len(letters) < _LETTERS:
        return Counter()
    latin = sum(char.isalpha() for char in raw) - len(letters)
    if len(letters) <= latin:
        return Counter()
    found: Counter[str] = Counter()
    for char in letters:
        for name, (first, last) in _SCRIPTS.items():
            if first <= char <= last:
                found[name] += 1
                break
    return found


def _language_of_script(raw: str, scripts: Counter[str]) -> str:
    if "kana" in scripts:
        return "ja"
    script = scripts.most_common(1)[0][0]
    if script == "han":
        return "zh"
    languages = [name for name, written in _WRITTEN_IN.items() if written.split()[0] == script]
    return languages[0] if len(languages) == 1 else script
