"""How long words and sentences are, alone and in the two formulas that need no syllables."""

from app.style.text import Text


def words_per_sentence(text: Text) -> float:
    return len(text.words) / len(text.sentences)


def letters_per_word(text: Text) -> float:
    return text.sums["letters"] / len(text.words)


def big_words(text: Text) -> float:
    return 100 * text.sums["big_words"] / len(text.words)


def coleman_liau(text: Text) -> float:
    """School grade: 0.0588 L - 0.296 S - 15.8, letters and sentences per 100 words (Coleman and Liau 1975)."""
    letters = 100 * text.sums["letters"] / len(text.words)
    sentences = 100 * len(text.sentences) / len(text.words)
    return 0.0588 * letters - 0.296 * sentences - 15.8


def ari(text: Text) -> float:
    """School grade: 4.71 letters a word + 0.5 words a sentence - 21.43 (Senter and Smith 1967)."""
    return 4.71 * letters_per_word(text) + 0.5 * words_per_sentence(text) - 21.43
