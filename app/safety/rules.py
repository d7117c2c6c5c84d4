"""Patterns read from plain files, and what of a plain text they match.

A line of `patterns/NAME.txt` is `GATES :: PATTERN`

- PATTERN is a regular expression over plain text: lower case, straight quotes, single blanks. `<class>` in it stands
  for the alternatives of that line of the file's `[classes]` group, which are written `class = one|two`; they may name
  classes that stand above.
- GATES are words, parted by blanks. The pattern is only tried where one of them is a word of the text, so that a text
  costs one look-up a word and not one search a pattern; every match must therefore hold one of them. `stem*` stands for
  every word that begins so; `*` for every text; `<name>` for the words of that line of the `[gates]` group or, where it
  has none, for the longest word of each alternative of the class. Where a match needs one word of each of several
  lists, these are parted by `&` (or `+`); the rarest come first.

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
PATTERNS = files("app.safety") / "patterns"
# A stem is looked up by its first letters.
STEM = 4


class Find(NamedTuple):
    """Where a pattern of a group matches in the plain text."""

    group: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern, the group that it belongs to, and the words without which it cannot match: one of each tuple."""

    group: str
    gates: tuple[tuple[str, ...], ...]
    pattern: re.Pattern[str]


# A rule's place, and the lists of words of each of which it needs one beside that of its first list.
_Gated = tuple[int, tuple[frozenset[str], ...]]


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
        parts = (line.partition(" = ") for line in groups.get("gates", ()))
        lists = {name.strip(): words.split() for name, _, words in parts}
        self.rules = [
            _rule(group, line, classes, lists)
            for group, lines in groups.items()
            if group not in ("classes", "gates")
            for line in lines
        ]
        self._searches = [rule.pattern.search for rule in self.rules]
        self._always: list[_Gated] = []
        by_word: defaultdict[str, list[_Gated]] = defaultdict(list)
        self._stems: defaultdict[str, list[tuple[str, _Gated]]] = defaultdict(list)
        for place, rule in enumerate(self.rules):
            gated = (place, tuple(map(frozenset, rule.gates[1:])))
            for gate in rule.gates[0]:
                if gate == "*":
                    self._always.append(gated)
                elif gate.endswith("*"):
                    self._stems[gate[:STEM]].append((gate[:-1], gated))
                else:
                    by_word[gate].append(gated)
        self._by_word = dict(by_word)
        self._words = frozenset(by_word)

    def find(self, plain: str, words: Collection[str]) -> Iterator[Find]:
        """The first match of each pattern, in the order of the file.

        Args:
            plain: lower case, straight quotes, single blanks.
            words: those of `plain`.
        """
        return iter(self.search(plain, self.opened_by(words)))

    def opened_by(self, words: Collection[str]) -> Collection[int]:
        """The places of the rules that a text with these words may match: for `search`."""
        hits = self._words.intersection(words)
        if not (hits or self._always or self._stems):
            return ()
        gated = [*self._always]
        for word in hits:
            gated += self._by_word[word]
        if self._stems:
            for word in words:
                if (start := word[:STEM]) in self._stems:
                    gated += [one for stem, one in self._stems[start] if word.startswith(stem)]
        said = frozenset(words)
        opened = set()
        for place, others in gated:
            for other in others:
                if other.isdisjoint(said):
                    break
            else:
                opened.add(place)
        return opened

    def search(self, plain: str, opened: Collection[int]) -> list[Find]:
        """As `find`, of the rules that are open already."""
        searches, rules = self._searches, self.rules
        return [
            Find(rules[place].group, *match.span())
            for place in (sorted(opened) if len(opened) > 1 else opened)
            if (match := searches[place](plain))
        ]


def _spelt(pattern: str, classes: Mapping[str, str]) -> str:
    return _CLASS.sub(lambda found: f"(?:{classes[found[1]]})", pattern)


def _opening(told: str, classes: Mapping[str, str], lists: Mapping[str, Collection[str]]) -> Iterator[str]:
    """The words that one list of gates names."""
    for gate in told.split():
        if not _CLASS.fullmatch(gate):
            if gate.endswith("*") and 1 < len(gate) <= STEM:
                raise ValueError(f"a stem needs {STEM} letters: {gate}")
            yield gate
        elif (name := gate[1:-1]) in lists:
            yield from lists[name]
        else:
            for alternative in classes[name].split("|"):
                if not alternative.replace(" ", "").isalpha():
                    raise ValueError(f"only plain words make a gate: {gate}: {alternative}")
                yield max(alternative.split(), key=len)


def _rule(group: str, line: str, classes: Mapping[str, str], lists: Mapping[str, Collection[str]]) -> Rule:
    told, mark, pattern = line.partition(" :: ")
    gates = tuple(tuple(_opening(one, classes, lists)) for one in re.split(" [&+] ", told))
    if not mark or not all(gates):
        raise ValueError(f"needs `GATES :: PATTERN`: {line}")
    try:
        return Rule(group, gates, re.compile(_spelt(pattern.strip(), classes)))
    except re.error as error:
        raise ValueError(f"{error}: {line}") from None


def lines_of(name: str) -> Iterator[str]:
    """The lines of `patterns/NAME.txt` that say something."""
    for line in map(str.strip, (PATTERNS / f"{name}.txt").read_text(encoding="utf-8").splitlines()):
        if line and not line.startswith("#"):
            yield line


@cache
def rules_of(*names: str) -> Rules:
    """The patterns of `patterns/NAME.txt`; those of several files make one, and share their classes."""
    groups: dict[str, list[str]] = {}
    for name in names:
        lines: list[str] = []
        for line in lines_of(name):
            if line.startswith("["):
                lines = groups.setdefault(line.strip("[]"), [])
            else:
                lines.append(line)
    return Rules(groups)
