"""How much the words of a text vary, from where each word was said before."""

from operator import itemgetter

from app.style.text import Text

WINDOW = 50
# From this percentage of repeated words on a run is over: 100 - 72 (McCarthy and Jarvis 2010).
REPEATED = 28


def ttr(text: Text) -> float:
    return 1 - len(text.repeats) / len(text.words)


def mattr50(text: Text) -> float:
    """The mean ratio of different words in every window of 50 words; of the whole where it is shorter.

    A repeated word takes one different word from each window that holds both places.
    """
    windows = len(text.words) - WINDOW + 1
    if windows < 2:
        return ttr(text)
    repeated = 0
    for before, index in text.repeats:
        first = index - WINDOW + 1 if index >= WINDOW else 0
        last = before if before < windows else windows - 1
        if last >= first:
            repeated += last - first + 1
    return 1 - repeated / WINDOW / windows


def mtld(text: Text) -> float:
    """The mean length in words of runs that keep a ratio above 0.72, forwards and backwards averaged."""
    words = len(text.words)
    return (words / (_factors(text) or 1) + words / (_factors_backwards(text) or 1)) / 2


def _factors(text: Text) -> float:
    """How many runs there are; only a repeated word can end one, so nothing is asked of the others."""
    factors = start = repeated = 0
    for before, place in text.repeats:
        if before >= start:
            repeated += 1
            if 100 * repeated >= REPEATED * (place + 1 - start):
                factors += 1
                start = place + 1
                repeated = 0
    rest = len(text.words) - start
    return factors + 100 * repeated / rest / REPEATED if rest else factors


def _factors_backwards(text: Text) -> float:
    factors = repeated = 0
    end = len(text.words)
    for place, before in sorted(text.repeats, key=itemgetter(0), reverse=True):
        if before < end:
            repeated += 1
            if 100 * repeated >= REPEATED * (end - place):
                factors += 1
                end = place
                repeated = 0
    return factors + 100 * repeated / end / REPEATED if end else factors
