"""The measures: a table of name, function, definition, unit, source and caveat.

`GET /style/measures` and `docs/style.md` are written from this table. Names and order are the contract's.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import ParamSpec, Protocol, TypeVar

from app.style import comparison, diversity, marks, readability, tactics, wording
from app.style.rounding import to_four_places
from app.style.text import BAND, Style, Text, Value

P = ParamSpec("P")
Result = TypeVar("Result")
STUDY = "Lee et al. 2024, doi 10.1109/ACII63134.2024.00012"
LIWC = "as LIWC-22 counts it"
PER_100 = "per 100 words"
# Characters from which on texts are measured in a thread, so that replies go on meanwhile: about a millisecond's work.
LONG_TEXT = 4_000


@dataclass(frozen=True, slots=True)
class Measure:
    """A number about a text and what a reader must know of it.

    Attributes:
        of: asked only of texts with words.
        english_only: whether it is null for texts that are not English.
        without_words: its value for a text without words; counts are 0, all else null.
    """

    name: str
    of: Callable[[Text], Value]
    definition: str
    unit: str
    source: str
    caveat: str = ""
    english_only: bool = False
    without_words: Value = None


class Scorer(Protocol):
    """Tells which model a text sounds like: a signature."""

    def score(self, text: Text, style: Mapping[str, Value]) -> dict[str, str | float]:
        """The likeliest source and its probability, given the measures of the text."""


@dataclass(frozen=True, slots=True)
class Per100:
    """What a field of the sums holds (words of a list, marks, emoji), per 100 words."""

    field: str

    def __call__(self, text: Text) -> float:
        return 100 * text.sums[self.field] / len(text.words)


def _count(name: str, of: Callable[[Text], Value], definition: str, source: str, caveat: str = "") -> Measure:
    return Measure(name, of, definition, "count", source, caveat, without_words=0)


def _english(
    name: str, of: Callable[[Text], Value], definition: str, unit: str, source: str, caveat: str = "English only."
) -> Measure:
    return Measure(name, of, definition, unit, source, caveat, english_only=True)


def _pronoun(name: str, who: str) -> Measure:
    of = Per100(name)
    return _english(name, of, f"Pronouns for {who}, contractions included.", PER_100, f"{STUDY}; {LIWC}")


_LEXICON = "Own word list, not LIWC's: compare texts with each other, not with published LIWC scores. English only."

MEASURES: Mapping[str, Measure] = {
    measure.name: measure
    for measure in (
        _count("words", lambda text: len(text.words), "Words; a contraction or a hyphenated word is one.",
               f"{STUDY}; {LIWC}", "A run of Chinese, Japanese or Thai script counts as one word."),
        Measure("length_ok", lambda text: text.band[0] <= len(text.words) <= text.band[1],
                "Whether the words lie in the band asked for, 100 to 150 where none was.", "yes or no", STUDY),
        _count("sentences", lambda text: len(text.sentences),
               "Runs of . ! ? before white space, a quote, a bracket or the end; a tail without one counts.", LIWC,
               "An abbreviation counts as an end."),
        _count("paragraphs", lambda text: len(text.lines), "Lines with text on them.", "own",
               "Every line break begins one, as in a chat."),
        Measure("words_per_sentence", readability.words_per_sentence, "Words divided by sentences.", "words", LIWC),
        Measure("letters_per_word", readability.letters_per_word, "Letters divided by words.", "letters", "own"),
        Measure("big_words", readability.big_words, "Words of seven or more characters, apostrophes aside.",
                PER_100, LIWC),
        _english("coleman_liau", readability.coleman_liau,
                 "0.0588 L - 0.296 S - 15.8, L letters and S sentences per 100 words.", "US school grade",
                 "Coleman and Liau 1975", "Higher is harder. English only."),
        _english("ari", readability.ari, "4.71 letters a word + 0.5 words a sentence - 21.43.", "US school grade",
                 "Senter and Smith 1967", "Higher is harder. English only."),
        Measure("ttr", diversity.ttr, "Different words divided by words.", "ratio", "own",
                "Falls with length: compare only texts of one length."),
        Measure("mattr50", diversity.mattr50, "Mean ratio of different words in every window of 50 words.", "ratio",
                "Covington and McFall 2010", "Below 50 words it is the plain ratio."),
        Measure("mtld", diversity.mtld, "Mean length of runs that keep a ratio of different words above 0.72.", "words",
                "McCarthy and Jarvis 2010", "Unsteady below 100 words."),
        _pronoun("pronoun_i", "the speaker"),
        _pronoun("pronoun_we", "the speaker with others"),
        _pronoun("pronoun_you", "the person spoken to"),
        _pronoun("pronoun_shehe", "one other person"),
        _pronoun("pronoun_they", "others"),
        Measure("question_marks", Per100("question_marks"), "Question marks.", PER_100, f"{STUDY}; {LIWC}"),
        Measure("exclamation_marks", Per100("exclamation_marks"), "Exclamation marks.", PER_100, f"{STUDY}; {LIWC}"),
        Measure("emoji", Per100("emoji"), "Emoji by grapheme; ©, ® and ™ are none.", PER_100, STUDY,
                "The study's own tool counted code points."),
        Measure("commas", Per100("commas"), "Commas.", PER_100, LIWC),
        Measure("periods", Per100("periods"), "Full stops.", PER_100, LIWC,
                "Each dot of an ellipsis counts."),
        Measure("apostrophes", Per100("apostrophes"), "Apostrophes, curly ones too.", PER_100, LIWC,
                "A single quotation mark counts as an apostrophe."),
        Measure("dashes", marks.dashes, "Em and en dashes, spaced and double hyphens.", PER_100,
                "own"),
        Measure("colons_semicolons", Per100("colons_semicolons"), "Colons and semicolons.", PER_100, "own"),
        Measure("ellipses", Per100("ellipses"), "Three dots, or the one character.", PER_100, "own"),
        Measure("quotes", Per100("quotes"), "Double quotation marks, each side counted.", PER_100, "own"),
        _english("contractions", Per100("contractions"), "Words that end with 's 're 've 'll 'd 'm or n't.", PER_100,
                 "own", "A possessive 's counts too. English only."),
        _count("list_items", marks.list_items, "Lines that begin with a bullet or a number.", "own"),
        Measure("question_sentences", marks.question_sentences, "Sentences that end with a question mark.",
                "percent of sentences", "own"),
        _english("cdi", wording.cdi, "30 + articles + prepositions - personal and impersonal pronouns - auxiliary "
                 "verbs - conjunctions - adverbs - negations.", "index",
                 "Pennebaker et al. 2014, doi 10.1371/journal.pone.0115844",
                 "Own closed word lists; r = 0.997 with the index of LIWC-22's own columns. English only."),
        _english("negations", Per100("negations"), "Words that say no.", PER_100, LIWC),
        _english("modals", Per100("modals"), "Modal verbs.", PER_100, "own"),
        _english("articles", Per100("articles"), "a, an, the.", PER_100, LIWC),
        _english("emotion_pos", Per100("emotion_positive"), "Words for good feelings.", PER_100, STUDY,
                 _LEXICON),
        _english("emotion_neg", Per100("negative_emotions"),
                 "Words for bad feelings: anxiety, anger, sadness and others.", PER_100, STUDY, _LEXICON),
        _english("apology", wording.apology, 'Whether it says "sorry".', "yes or no", STUDY),
        Measure("casual_markers", wording.casual_markers, "Words of talk among friends, such as hey, oh and totally.",
                "count", STUDY, "English only.", english_only=True, without_words=0),
        _english("stock_phrases", wording.stock_phrases, "Phrases of the study's models, each there or not.",
                 "yes or no", STUDY, "The longer a text, the likelier. English only."),
        _english("referral", wording.referral, "Whether it names professional help.", "yes or no", STUDY),
        Measure("opener3", wording.opener3, "The first three words, lower-cased.", "text", "own"),
        Measure("closer3", wording.closer3, "The last three words, lower-cased.", "text", "own"),
        _english("post_overlap", comparison.post_overlap,
                 "Different content words shared with the post, divided by those of the reply.", "ratio", "own",
                 "Null without a post. English only."),
        _english("lsm", comparison.lsm, "Language style matching with the post over nine classes of function words.",
                 "0 to 1", "Ireland and Pennebaker 2010",
                 "Null without an English post. It tells no model from another. English only."),
        _english("tactics", tactics.shares_and_sequence,
                 "Empathy tactics: `shares` of the sentences that show each, and the `sequence` sentence by sentence.",
                 "ratio of sentences; lists of names", "Gueorguieva et al. 2026, arXiv 2604.08479",
                 "By rules over cues: see the F1 of each tactic. English only."),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Asked:
    """The measures of one kind of text; rates apart, since half of the time goes into calling functions."""

    rates: list[tuple[str, str]]
    others: list[tuple[str, Callable[[Text], Value]]]

    @classmethod
    def of(cls, entries: Iterable[Measure]) -> "_Asked":
        rates, others = [], []
        for entry in entries:
            if isinstance(entry.of, Per100):
                rates.append((entry.name, entry.of.field))
            else:
                others.append((entry.name, entry.of))
        return cls(rates, others)


_OF_ENGLISH = _Asked.of(MEASURES.values())
_OF_ANY_LANGUAGE = _Asked.of(entry for entry in MEASURES.values() if not entry.english_only)


def measure(
    raw: str,
    post: str | Text | None = None,
    band: tuple[int, int] = BAND,
    signature: Scorer | None = None,
) -> Style:
    """Every measure of a text, in the table's order; with a signature at hand, `signature` too.

    Args:
        raw: any text.
        post: what it answers, for the measures that compare; who measures many replies to it reads it once.
        band: how many words it should have, at least and at most.
        signature: tells which model it sounds like.

    Without words, counts are 0 and all else is None; English-only measures are None for other languages.
    """
    answers = Text.of(post, is_answered=True) if isinstance(post, str) else post
    text = Text.of(raw, answers, band)
    style = measures_of(text)
    if signature:
        style["signature"] = signature.score(text, style) if text.is_english else None
    return style


async def aside(length: int, work: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    """What the work returns; where it reads so many characters that it takes long, the event loop is left to others."""
    if length <= LONG_TEXT:
        return work(*args, **kwargs)
    return await asyncio.to_thread(work, *args, **kwargs)


async def measure_aside(
    raw: str,
    post: str | Text | None = None,
    band: tuple[int, int] = BAND,
    signature: Scorer | None = None,
) -> Style:
    """`measure` that leaves the event loop to others while it reads something long."""
    length = len(raw) + (len(post) if isinstance(post, str) else 0)
    return await aside(length, measure, raw, post, band, signature)


def measures_of(text: Text) -> Style:
    """Every measure of a text that is tokenised already."""
    if not text.words:
        return {name: entry.without_words for name, entry in MEASURES.items()}
    style: Style = dict.fromkeys(MEASURES)
    asked = _OF_ENGLISH if text.is_english else _OF_ANY_LANGUAGE
    sums, scale = text.sums, 100 / len(text.words)
    for name, field in asked.rates:
        style[name] = to_four_places(sums[field] * scale)
    for name, of in asked.others:
        value = of(text)
        style[name] = to_four_places(value) if isinstance(value, float) else value
    return style
