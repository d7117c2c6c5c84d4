"""Punctuation and lists."""

import re

from app.style.text import Text

_LIST_ITEM = re.compile(r"\s*(?:[-*•–▪‣]|[0-9]{1,3}[.)])\s+\S")


def dashes(text: Text) -> float:
    return 100 * (text.sums["dashes"] + text.plain.count(" - ")) / len(text.words)


def list_items(text: Text) -> int:
    return sum(1 for line in text.lines if _LIST_ITEM.match(line))


def question_sentences(text: Text) -> float:
    return 100 * [sentence.is_question for sentence in text.sentences].count(True) / len(text.sentences)
