"""What a learnt model sees of a text: its words, pairs of neighbours, and three words in a row.

Words count by their stem; where a sentence begins and ends counts as a word. Features are numbers: what they are made
of is hashed (the hashing trick, Weinberger et al. 2009), so no list of them is kept, and no text can be read off them.
"""

import re
from collections.abc import Sequence
from itertools import groupby, pairwise
from zlib import crc32

# Bits of a feature's number, and of its short form.
BITS, SHORT_BITS = 20, 16
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


def words_of(plain: str) -> list[str]:
    """The words of a plain sentence, without commas; one that is said many times in a row counts once.

    Args:
        plain: as `plain_text.fold` makes it.
    """
    if not plain.isascii() and max(plain) >= _UNSPACED:
        plain = "".join(f" {char} " if char >= _UNSPACED else char for char in plain)
    return [word for word, _ in groupby(plain.split()) if word != ","]


class Stems(dict[str, int]):
    """The hash of a word's stem, by the word; worked out once and remembered."""

    def __missing__(self, word: str) -> int:
        stem = _SUFFIX.sub("", word) if len(word) > _BARE else word
        number = crc32(stem.encode(errors="surrogatepass")) & _MASK
        if len(self) >= _REMEMBERED:
            self.clear()
        self[word] = number
        return number


_STEMS = Stems()


def features_of(words: Sequence[str]) -> list[int]:
    """The features of one sentence, as often as each stands there: numbers below 2 to the power of `BITS`.

    Returns:
        Of n words n, one more pair, and n triples, in this order; none of no words.
    """
    if not words:
        return []
    hashes = [_START, *map(_STEMS.__getitem__, words), _END]
    pairs = [(_ROW * first + second) & _MASK for first, second in pairwise(hashes)]
    triples = [(_ROW * pair + third + _TRIPLE) & _MASK for pair, third in zip(pairs, hashes[2:], strict=False)]
    return hashes[1:-1] + pairs + triples


def shortened(features: Sequence[int]) -> list[int]:
    """Their short forms, for tables that need not tell them all apart: numbers below 2 to the power of `SHORT_BITS`."""
    return [feature & _SHORT_MASK for feature in features]
