"""Punctuation, emoji and lists."""

import re
from collections.abc import Callable

from app.style.text import Text

_LIST_ITEM = re.compile(r"\s*(?:[-*•–▪‣]|[0-9]{1,3}[.)])\s+\S")


def rate(*marks: str) -> Callable[[Text], float]:
    """How often the marks stand in a text, per 100 words."""
    common, *others = marks
    ascii_others = [mark for mark in others if mark.isascii()]

    def per_100(text: Text) -> float:
        plain = text.plain
        count = plain.count(common)
        for mark in ascii_others if plain.isascii() else others:
            count += plain.count(mark)
        return 100 * count / len(text.words)

    return per_100


def emoji(text: Text) -> float:
    return 100 * text.emoji / len(text.words)


def list_items(text: Text) -> int:
    return sum(1 for line in text.plain.splitlines() if _LIST_ITEM.match(line))


def question_sentences(text: Text) -> float:
    return 100 * sum(sentence.is_question for sentence in text.sentences) / len(text.sentences)
