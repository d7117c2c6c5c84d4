"""Patterns read from plain files, and what of a plain text they match.

A line of `patterns/NAME.txt` is `GATES :: PATTERN`

- PATTERN is a regular expression over plain text: lower case, straight quotes, single blanks. `<class>` in it stands
  for the alternatives of that line of the file's `[classes]` group, which are written `class = one|two`; they may name
  classes that stand above.
- GATES are words, parted by blanks. The pattern is only tried where one of them is a word of the text, so that a text
  costs one look-up a word and not one search a pattern; every match must therefore hold one of them. `stem*` stands for
  every word that begins so; `*` for every text; `<class>` for the longest word of each alternative of the class.
  Behind each lone `+` stand words (no stems) of which the text must hold one as well.

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
        also: sets of words; a text that the pattern matches holds one of each.
    """

    group: str
    gates: tuple[str, ...]
    pattern: re.Pattern[str]
    also: tuple[frozenset[str], ...] = ()


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
        # What a word or the beginning of a stem opens: places, with what else each needs.
        self._by_word: dict[str, list[tuple[int, tuple[frozenset[str], ...]]]] = defaultdict(list)
        self._by_stem: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for place, rule in enumerate(self.rules):
            for gate in rule.gates:
                if gate == "*":
                    self._always.append(place)
                elif gate.endswith("*"):
                    self._by_stem[gate[:STEM]].append((gate[:-1], place))
                else:
                    self._by_word[gate].append((place, rule.also))
        self._words = frozenset(self._by_word)
        self._stems = frozenset(self._by_stem)

    def narrowed(self, words: Collection[str]) -> "Rules":
        """The rules that parts of a text with these words may match: to be asked for many parts in turn."""
        places = set(self._open(words))
        few = Rules({})
        few.rules = self.rules
        few._always = self._always
        for word in self._words.intersection(words):
            if opened := [one for one in self._by_word[word] if one[0] in places]:
                few._by_word[word] = opened
        for beginning in self._stems.intersection([word[:STEM] for word in words]):
            if found := [one for one in self._by_stem[beginning] if one[1] in places]:
                few._by_stem[beginning] = found
        few._words, few._stems = frozenset(few._by_word), frozenset(few._by_stem)
        return few

    def find(self, plain: str, words: Collection[str]) -> Iterator[Find]:
        """The first match of each pattern, in the order of the file.

        Args:
            plain: lower case, straight quotes, single blanks.
            words: those of `plain`.
        """
        for place in self._open(words):
            rule = self.rules[place]
            if match := rule.pattern.search(plain):
                yield Find(rule.group, *match.span())

    def _open(self, words: Collection[str]) -> list[int]:
        """The places of the rules that a text with these words may match, in the order of the file."""
        places = set(self._always)
        for word in self._words.intersection(words):
            for place, also in self._by_word[word]:
                for others in also:
                    if others.isdisjoint(words):
                        break
                else:
                    places.add(place)
        if self._stems and not self._stems.isdisjoint([word[:STEM] for word in words]):
            places.update(self._open_by_stem(words))
        return sorted(places)

    def _open_by_stem(self, words: Collection[str]) -> Iterator[int]:
        for word in words:
            for stem, place in self._by_stem.get(word[:STEM], ()):
                if word.startswith(stem) and not any(others.isdisjoint(words) for others in self.rules[place].also):
                    yield place


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
    gates, *also = (tuple(_gates(part, classes)) for part in told.split(" + "))
    if not mark or not gates:
        raise ValueError(f"needs `GATES :: PATTERN`: {line}")
    try:
        return Rule(group, gates, re.compile(_spelt(pattern.strip(), classes)), tuple(map(frozenset, also)))
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
