"""Whether a text is English: it has function words enough, and no other language has as many of its own."""

from collections import Counter
from collections.abc import Sequence

from app.style.word_lists import lines_of, word_list

# The share of English function words from which on a text counts as English.
ENGLISH_SHARE = 0.2
# The small words of each other language.
OTHERS = [frozenset(line.split()) for line in lines_of("lists", "other_languages")]
_SHARED = frozenset(word for other in OTHERS for word in other)
# English function words that no other language has.
_OWN = frozenset(word_list("function_words")) - _SHARED


def is_english(words: Sequence[str], function_words: int, elsewhere: int) -> bool:
    """Whether words are those of an English text.

    Args:
        words: lower-cased.
        function_words: how many of them are English function words.
        elsewhere: how many of them are small words of any other language.
    """
    if not function_words >= ENGLISH_SHARE * len(words) > 0:
        return False
    if function_words > elsewhere:
        return True
    most = max(_in_each(words))
    return function_words > most or (function_words == most and not _OWN.isdisjoint(words))


def _in_each(words: Sequence[str]) -> list[int]:
    """How many small words of each other language there are."""
    small = Counter(word for word in words if word in _SHARED)
    return [sum(count for word, count in small.items() if word in other) for other in OTHERS]
