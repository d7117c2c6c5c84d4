"""What a learnt model sees of a text: its words, pairs of neighbours, and three words in a row.

Words count by their stem; where a sentence begins and ends counts as a word. Features are numbers: what they are made
of is hashed (the hashing trick, Weinberger et al. 2009), so no list of them is kept, and no text can be read off them.
"""

import re
from collections.abc import Sequence
from zlib import crc32

# Bits of a feature's number, and of its short form.
BITS, SHORT_BITS = 20, 16
# Features that each word brings.
EACH = 3
_MASK, _SHORT_MASK = (1 << BITS) - 1, (1 << SHORT_BITS) - 1
# Keep orders of words apart, and pairs from triples.
_ROW, _TRIPLE = 5, 0x9A71
_START, _END = crc32(b"^") & _MASK, crc32(b"$") & _MASK
_SUFFIX = re.compile(r"(?:ings?|ed|es|s|ly|ers?|en|y|e)$")
# A word of so few letters is its own stem.
_BARE = 4
# From these letters on, writing has no blanks between words: each letter is a word.
_UNSPACED = "\u3040"
# Single words remembered at a time: nobody's order of words is kept.
_REMEMBERED = 50_000
_NUMBERS: dict[str, int] = {}


def words_of(plain: str) -> list[str]:
    """The words of a plain text, without commas.

    Args:
        plain: as `plain_text.fold` makes it.
    """
    if not plain.isascii() and max(plain) >= _UNSPACED:
        plain = "".join([f" {char} " if char >= _UNSPACED else char for char in plain])
    return [word for word in plain.split() if word != ","]


def number_of(word: str) -> int:
    """The number of a word's stem, below 2 to the power of `BITS`."""
    stem = _SUFFIX.sub("", word) if len(word) > _BARE else word
    return crc32(stem.encode(errors="surrogatepass")) & _MASK


def features_of(numbers: Sequence[int]) -> list[int]:
    """The features of one sentence, as often as each stands there: numbers below 2 to the power of `BITS`.

    Args:
        numbers: of its words.

    Returns:
        For each word three, of itself, with the word before it, and with the two before it; at last two of the end.
        None of no words.
    """
    features: list[int] = []
    if not numbers:
        return features
    before, pair = _START, (_ROW * _START + _START) & _MASK
    for number in numbers:
        features.append(number)
        triple = (_ROW * pair + number + _TRIPLE) & _MASK
        pair = (_ROW * before + number) & _MASK
        features.append(pair)
        features.append(triple)
        before = number
    features.append((_ROW * before + _END) & _MASK)
    features.append((_ROW * pair + _END + _TRIPLE) & _MASK)
    return features


def pairs_of(words: Sequence[str]) -> list[int]:
    """The words and pairs of one sentence, in short: numbers below 2 to the power of `SHORT_BITS`.

    Returns:
        For each word two, of itself and with the word before it; at last one of the end. None of no words.
    """
    features: list[int] = []
    if not words:
        return features
    before = _START
    for word in words:
        number = _NUMBERS.get(word)
        if number is None:
            number = _remembered(word)
        features.append(number & _SHORT_MASK)
        features.append((_ROW * before + number) & _SHORT_MASK)
        before = number
    features.append((_ROW * before + _END) & _SHORT_MASK)
    return features


def _remembered(word: str) -> int:
    if len(_NUMBERS) >= _REMEMBERED:
        _NUMBERS.clear()
    number = _NUMBERS[word] = number_of(word)
    return number


def shortened(features: Sequence[int]) -> list[int]:
    """The last `SHORT_BITS` bits of each, for tables that need not tell them all apart."""
    return [feature & _SHORT_MASK for feature in features]
