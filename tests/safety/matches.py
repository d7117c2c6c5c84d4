"""Texts that a regular expression matches, made from its own parts."""

import random
import re
from collections.abc import Collection, Iterator
from typing import Any

# The standard library's own parser; there is no public one.
from re import _parser  # type: ignore[attr-defined]  # isort: skip


# Stands for any letters that a word may go on with.
OPEN = "_"


def opens(gates: Collection[str], words: Collection[str]) -> bool:
    """Whether one of the gates, words or stems, is among the words."""
    stems = tuple(gate[:-1] for gate in gates if gate.endswith("*"))
    return not frozenset(gates).isdisjoint(words) or (bool(stems) and any(word.startswith(stems) for word in words))


class Matches:
    """Texts that a pattern matches, made by chance.

    Args:
        pattern: made of what the patterns of app/safety use; assertions are not looked at, but what breaks them is
            left out.
        avoid: words that are stayed away from wherever there is a choice.
        seed: of the chances.
    """

    def __init__(self, pattern: re.Pattern[str], avoid: Collection[str] = (), seed: int = 1) -> None:
        self._pattern = pattern
        self._avoid = frozenset(avoid)
        self._tree = _parser.parse(pattern.pattern)
        self._chance = random.Random(seed)

    def texts(self, number: int) -> Iterator[str]:
        """As many tries; what does not match after all is left out."""
        for _ in range(number):
            if found := self._pattern.search(self._text(self._tree)):
                yield found[0]

    def _text(self, tree: Any) -> str:
        return "".join(self._part(str(name), value) for name, value in tree)

    def _part(self, name: str, value: Any) -> str:
        match name:
            case "LITERAL":
                return chr(value)
            case "NOT_LITERAL" | "ANY":
                return "z"
            case "IN":
                return self._one_of(value)
            case "BRANCH":
                return self._chosen([(tree, 1) for tree in value[1]])
            case "SUBPATTERN":
                return self._text(value[3])
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                least, most, inner = value
                return self._chosen([(inner, times) for times in range(least, min(most, least + 3) + 1)])
        return ""

    def _chosen(self, ways: list[tuple[Any, int]]) -> str:
        """One of the ways to go on, each a part and how often it is repeated."""
        text = ""
        for tree, times in self._chance.sample(ways, len(ways)):
            text = "".join(self._text(tree) for _ in range(times))
            if not self._avoid or not opens(self._avoid, text.split()):
                break
        return text

    def _one_of(self, value: Any) -> str:
        name, first = self._chance.choice(value)
        match str(name):
            case "LITERAL":
                return chr(first)
            case "RANGE":
                return chr(self._chance.randint(*first))
            case "CATEGORY":
                return {"CATEGORY_DIGIT": "7", "CATEGORY_SPACE": " "}.get(str(first), OPEN)
        return "z"
