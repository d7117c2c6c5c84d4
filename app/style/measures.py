"""The measures: a table of name, function, definition, unit, source and caveat.

`GET /style/measures` is written from this table. Names are the contract's. Rates are per 100 words.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.style.text import Text
from app.style.word_lists import word_list

Value = float | int | None

STUDY = "Lee et al. 2024, doi 10.1109/ACII63134.2024.00012"
LIWC = "counted as LIWC-22 counts it"
PER_100 = "per 100 words"


@dataclass(frozen=True, slots=True)
class Measure:
    """A number about a text and what a reader must know of it.

    Attributes:
        english_only: whether it is null for texts that are not English.
    """

    name: str
    of: Callable[[Text], Value]
    definition: str
    unit: str
    source: str
    caveat: str = ""
    english_only: bool = False


def _per_100(count: Callable[[Text], int]) -> Callable[[Text], Value]:
    return lambda text: 100 * count(text) / len(text.words) if text.words else None


def _per_sentence(count: Callable[[Text], int]) -> Callable[[Text], Value]:
    return lambda text: count(text) / text.sentences if text.words and text.sentences else None


def _marks(*marks: str) -> Callable[[Text], Value]:
    return _per_100(lambda text: sum(text.plain.count(mark) for mark in marks))


def _listed(name: str) -> Callable[[Text], Value]:
    words = word_list(name)
    return _per_100(lambda text: sum(map(words.__contains__, text.words)))


def _dashes(text: Text) -> int:
    return sum(text.plain.count(dash) for dash in ("—", "–", " - ", "--"))


def _ellipses(text: Text) -> int:
    return text.plain.count("…") + text.plain.count("...")


def _pronoun(name: str, who: str) -> Measure:
    return Measure(
        name, _listed(name), f"Pronouns for {who}, contractions included.", PER_100, f"{STUDY}; {LIWC}",
        "English only.", english_only=True,
    )  # fmt: skip


def _question_share(text: Text) -> Value:
    return 100 * text.question_sentences / text.sentences if text.words and text.sentences else None


MEASURES: Mapping[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure("words", lambda text: len(text.words), "Words; a contraction or a hyphenated word is one.",
                "count", f"{STUDY}; {LIWC}", "A run of Chinese, Japanese or Thai script counts as one word."),
        Measure("sentences", lambda text: text.sentences,
                "Runs of . ! ? before white space, a quote, a bracket or the end; a tail without one counts.",
                "count", LIWC, "An abbreviation counts as an end."),
        Measure("paragraphs", lambda text: text.paragraphs, "Blocks of text between empty lines.", "count", "own"),
        Measure("words_per_sentence", _per_sentence(lambda text: len(text.words)), "Words divided by sentences.",
                "words", LIWC),
        Measure("letters_per_word", lambda text: text.letters / len(text.words) if text.words else None,
                "Letters divided by words.", "letters", "own"),
        _pronoun("pronoun_i", "the speaker"),
        _pronoun("pronoun_we", "the speaker with others"),
        _pronoun("pronoun_you", "the person spoken to"),
        _pronoun("pronoun_shehe", "one other person"),
        _pronoun("pronoun_they", "others"),
        Measure("question_marks", _marks("?", "？", "؟"), "Question marks.", PER_100, f"{STUDY}; {LIWC}"),
        Measure("exclamation_marks", _marks("!", "！"), "Exclamation marks.", PER_100, f"{STUDY}; {LIWC}"),
        Measure("emoji", _per_100(lambda text: text.emoji), "Emoji by grapheme; ©, ® and ™ are none.", PER_100, STUDY,
                "The study's own tool counted code points."),
        Measure("commas", _marks(",", "，", "、", "،"), "Commas.", PER_100, LIWC),
        Measure("periods", _marks(".", "。", "।"), "Full stops.", PER_100, LIWC, "Each dot of an ellipsis counts."),
        Measure("apostrophes", _marks("'"), "Apostrophes, curly ones too.", PER_100, LIWC,
                "A single quotation mark counts as an apostrophe."),
        Measure("dashes", _per_100(_dashes), "Em and en dashes, spaced hyphens, double hyphens.", PER_100, "own"),
        Measure("colons_semicolons", _marks(":", ";", "：", "；"), "Colons and semicolons.", PER_100, "own"),
        Measure("ellipses", _per_100(_ellipses), "Three dots, or the one character.", PER_100, "own"),
        Measure("quotes", _marks('"'), "Double quotation marks, each side counted.", PER_100, "own"),
        Measure("question_sentences", _question_share, "Sentences that end with a question mark.",
                "percent of sentences", "own"),
    )
}  # fmt: skip

_ENGLISH_SHARE = 0.2


def is_english(text: Text) -> bool:
    """Whether at least a fifth of the words are English function words."""
    known = word_list("function_words")
    return sum(map(known.__contains__, text.words)) >= _ENGLISH_SHARE * len(text.words) > 0


def measure(raw: str) -> dict[str, Value]:
    """Every measure of a text, in the table's order.

    Without words, counts are 0 and all else is None; English-only measures are None for other languages.
    """
    text = Text.of(raw)
    english = is_english(text)
    return {
        name: None if entry.english_only and not english else _rounded(entry.of(text))
        for name, entry in MEASURES.items()
    }


def _rounded(value: Value) -> Value:
    return round(value, 4) if isinstance(value, float) else value
