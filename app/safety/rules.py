"""Patterns read from plain files, and what of a plain text they match.

A line of `patterns/NAME.txt` is `GATES :: PATTERN`

- PATTERN is a regular expression over plain text: lower case, straight quotes, single blanks. `<class>` in it stands
  for the alternatives of that line of the file's `[classes]` group, which are written `class = one|two`; they may name
  classes that stand above.
- GATES are words, parted by blanks. The pattern is only tried where one of them is a word of the text, so that a text
  costs one look-up a word and not one search a pattern; every match must therefore hold one of them. `stem*` stands for
  every word that begins so; `*` for every text; `<class>` for the longest word of each alternative of the class.
  Behind a lone `+` stand words (no stems) of which the text must hold one as well.

and `[group]` begins the patterns that mean the same to who asks.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

_CLASS = re.compile(r"(?<!\?P)<([a-z_]+)>")
# A stem is looked up by its first letters.
STEM = 4


class Find(NamedTuple):
    """Where a pattern of a group matches in the plain text."""

    group: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern, the group that it belongs to, and the words without one of which it cannot match.

    Attributes:
        also: words of which a text that the pattern matches holds one too; empty: none is needed.
    """

    group: str
    gates: tuple[str, ...]
    pattern: re.Pattern[str]
    also: frozenset[str] = frozenset()


class Rules:
    """The patterns of one file, by their gates.

    Args:
        groups: group to its lines, as the module's docstring describes them.

    Raises:
        ValueError: for a line without gates, a stem of fewer than four letters, a class that cannot be a gate, or a
            broken pattern.
        KeyError: for a class that does not exist.
    """

    def __init__(self, groups: Mapping[str, Collection[str]]) -> None:
        classes: dict[str, str] = {}
        for line in groups.get("classes", ()):
            name, _, alternatives = line.partition(" = ")
            classes[name.strip()] = _spelt(alternatives.strip(), classes)
        self.rules = [
            _rule(group, line, classes) for group, lines in groups.items() if group != "classes" for line in lines
        ]
        self._always: list[int] = []
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._by_stem: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for place, rule in enumerate(self.rules):
            for gate in rule.gates:
                if gate == "*":
                    self._always.append(place)
                elif gate.endswith("*"):
                    self._by_stem[gate[:STEM]].append((gate[:-1], place))
                else:
                    self._by_word[gate].append(place)
        self._words = self._by_word.keys()
        self._stems = self._by_stem.keys()

    def find(self, plain: str, words: Collection[str]) -> Iterator[Find]:
        """The first match of each pattern, in the order of the file.

        Args:
            plain: lower case, straight quotes, single blanks.
            words: those of `plain`.
        """
        for place in self._open(words):
            rule = self.rules[place]
            if rule.also and rule.also.isdisjoint(words):
                continue
            if match := rule.pattern.search(plain):
                yield Find(rule.group, *match.span())

    def _open(self, words: Collection[str]) -> list[int]:
        """The places of the rules that a text with these words may match, in the order of the file."""
        places = set(self._always)
        for word in self._words & set(words):
            places.update(self._by_word[word])
        if self._stems:
            for word in words:
                if word[:STEM] in self._stems:
                    places.update(place for stem, place in self._by_stem[word[:STEM]] if word.startswith(stem))
        return sorted(places)


def _spelt(pattern: str, classes: Mapping[str, str]) -> str:
    return _CLASS.sub(lambda found: f"(?:{classes[found[1]]})", pattern)


def _gates(told: str, classes: Mapping[str, str]) -> Iterator[str]:
    for gate in told.split():
        if _CLASS.fullmatch(gate):
            for alternative in classes[gate[1:-1]].split("|"):
                if not alternative.replace(" ", "").isalpha():
                    raise ValueError(f"only plain words make a gate: {gate}: {alternative}")
                yield max(alternative.split(), key=len)
        elif gate.endswith("*") and 1 < len(gate) <= STEM:
            raise ValueError(f"a stem needs {STEM} letters: {gate}")
        else:
            yield gate


def _rule(group: str, line: str, classes: Mapping[str, str]) -> Rule:
    told, mark, pattern = line.partition(" :: ")
    first, _, also = told.partition(" + ")
    gates = tuple(_gates(first, classes))
    if not mark or not gates:
        raise ValueError(f"needs `GATES :: PATTERN`: {line}")
    try:
        return Rule(group, gates, re.compile(_spelt(pattern.strip(), classes)), frozenset(_gates(also, classes)))
    except re.error as error:
        raise ValueError(f"{error}: {line}") from None


@cache
def rules_of(*names: str) -> Rules:
    """The patterns of `patterns/NAME.txt`; those of several files make one, and share their classes."""
    groups: dict[str, list[str]] = {}
    for name in names:
        lines: list[str] = []
        text = (files("app.safety") / "patterns" / f"{name}.txt").read_text(encoding="utf-8")
        for line in map(str.strip, text.splitlines()):
            if line.startswith("["):
                lines = groups.setdefault(line.strip("[]"), [])
            elif line and not line.startswith("#"):
                lines.append(line)
    return Rules(groups)
