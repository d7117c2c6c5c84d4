"""What there is to know of what stands between two blanks: its words, what it adds to each sum, and its cues."""

from collections.abc import Iterable, Mapping
from struct import Struct
from typing import NamedTuple

from app.style.cues import BREAK, CUES, Kind
from app.style.emojis import count_emoji
from app.style.tokens import find_tokens, is_word
from app.style.word_lists import Lexicon, Remembered, word_list

LISTS = (
    "adverbs", "articles", "auxiliaries", "casual_markers", "conjunctions", "emotion_positive", "function_words",
    "modals", "negations", "other_languages", "prepositions", "pronoun_i", "pronoun_shehe", "pronoun_they",
    "pronoun_we", "pronoun_you", "pronouns_impersonal", "quantifiers", "referral",
)  # fmt: skip
_PERSONAL = ("pronoun_i", "pronoun_we", "pronoun_you", "pronoun_shehe", "pronoun_they", "pronoun_who")
# Lists that are counted as one; a word that is in two of them counts once.
_UNIONS = {
    "personal_pronouns": _PERSONAL,
    "negative_emotions": ("emotion_negative", "emotion_anxiety", "emotion_anger", "emotion_sadness"),
    "grammar": (
        *_PERSONAL, "adverbs", "articles", "auxiliaries", "conjunctions", "modals", "negations", "prepositions",
        "pronouns_impersonal", "quantifiers",
    ),
}  # fmt: skip
LEXICON = Lexicon(
    {name: word_list(name) for name in LISTS}
    | {union: [entry for name in names for entry in word_list(name)] for union, names in _UNIONS.items()}
)
BIG_WORD = 7
# Stands for a line break among the chunks; no text has use for it, and a plain text stays plain with it.
LINE_BREAK = "\x00"
# Marks that are counted, whatever they are glued to.
MARKS = {
    "question_marks": ("?", "？", "؟"),
    "exclamation_marks": ("!", "！"),
    "commas": (",", "，", "、", "،"),
    "periods": (".", "。", "।", "۔", "։", "።"),
    "apostrophes": ("'",),
    "dashes": ("--", "—", "–"),
    "colons_semicolons": (":", ";", "：", "；"),
    "ellipses": ("...", "…"),
    "quotes": ('"',),
}
_GLUED = ("'s", "'re", "'ve", "'ll", "'d", "'m", "n't")
_OF_WORDS = (*LISTS, "personal_pronouns", "negative_emotions", "letters", "big_words", "contractions")
_FIELDS = (*_OF_WORDS, *MARKS, "emoji")
_PLACES = {name: place for place, name in enumerate(_FIELDS)}
_BITS = 32
_RECORD = Struct(f"<{len(_FIELDS)}I")


class Chunk(NamedTuple):
    """What stands between two blanks.

    Attributes:
        integer: each field has 32 bits of it, so that adding up chunks adds up all fields at once.
    """

    words: tuple[str, ...]
    integer: int
    kind: Kind


class Chunks(Remembered[Chunk]):
    """Lower-cased chunk, quotes straight, to what there is to know of it."""

    def find(self, word: str) -> Chunk:
        if word == LINE_BREAK:
            return Chunk((), 0, BREAK)
        tokens = find_tokens(word)
        words = tuple(filter(is_word, tokens))
        integer = sum(map(_fields_of_word, words))
        if not (word.isascii() and word.isalpha()):
            integer += _pack({name: sum(map(word.count, signs)) for name, signs in MARKS.items()})
            integer += _pack({"emoji": count_emoji(word)})
        return Chunk(words, integer, CUES.kind_of(tokens))


def _fields_of_word(word: str) -> int:
    return _pack(dict.fromkeys(LEXICON[word], 1)) + _pack(
        {
            "letters": sum(map(str.isalpha, word)),
            "big_words": len(word.replace("'", "")) >= BIG_WORD,
            "contractions": word.endswith(_GLUED),
        }
    )


def _pack(values: Mapping[str, int]) -> int:
    """The values in their fields of one integer; what has no field is left out."""
    return sum(value << (_BITS * _PLACES[name]) for name, value in values.items() if name in _PLACES)


def add_up(integers: Iterable[int]) -> dict[str, int]:
    """Each field's sum over chunks: how many words each list holds, letters, big words, contractions, marks, emoji."""
    return dict(zip(_FIELDS, _RECORD.unpack(sum(integers).to_bytes(_RECORD.size, "little")), strict=True))


CHUNKS = Chunks()
