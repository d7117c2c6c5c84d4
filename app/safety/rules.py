"""Patterns read from plain files, and what of a plain text they match.

A line of `patterns/NAME.txt` is `GATES :: PATTERN`

- PATTERN is a regular expression over plain text: lower case, straight quotes, single blanks. `<class>` in it stands
  for the alternatives of that line of the file's `[classes]` group, which are written `class = one|two`.
- GATES are words, parted by blanks. The pattern is only tried where one of them is a word of the text, so that a text
  costs one look-up a word and not one search a pattern; every match must therefore hold one of them. `stem*` stands for
  every word that begins so; `*` for every text; `<name>` for the words of that line of the `[gates]` group. Where a
  match needs one word of each of several lists, these are parted by `&`.

and `[group]` begins the patterns that mean the same to who asks.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, reduce
from importlib.resources import files
from operator import or_
from typing import NamedTuple

_CLASS = re.compile(r"<([a-z_]+)>(?!\))")
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


class Rules:
    """The patterns of one file, by their gates.

    Args:
        groups: group to its lines, as the module's docstring describes them.

    Raises:
        ValueError: for a line without gates, a stem of fewer than four letters, or a broken pattern.
        KeyError: for a class that does not exist.
    """

    def __init__(self, groups: Mapping[str, Collection[str]]) -> None:
        classes, lists = _named(groups.get("classes", ())), _named(groups.get("gates", ()))
        self.rules = [
            _rule(group, line, classes, lists)
            for group, lines in groups.items()
            if group not in ("classes", "gates")
            for line in lines
        ]
        self._searches = [rule.pattern.search for rule in self.rules]
        self._gates = _Gates(self.rules)
        self._get = self._gates.get if self._gates.has_no_stems else self._gates.of

    def find(self, plain: str, words: Collection[str]) -> Iterator[Find]:
        """The first match of each pattern, in the order of the file.

        Args:
            plain: lower case, straight quotes, single blanks.
            words: those of `plain`.
        """
        return iter(self.search(plain, self.opened_by(words)))

    def opened_by(self, words: Collection[str]) -> int:
        """The rules that a text with these words may match, as bits: for `search`."""
        gates = self._gates
        bits = reduce(or_, filter(None, map(self._get, words)), gates.given)
        opened = bits & gates.all
        for _ in range(1, gates.lists):
            bits >>= gates.size
            opened &= bits
        return opened

    def search(self, plain: str, opened: int) -> list[Find]:
        """As `find`, of the rules that are open already."""
        finds = []
        while opened:
            lowest = opened & -opened
            opened ^= lowest
            place = lowest.bit_length() - 1
            if match := self._searches[place](plain):
                finds.append(Find(self.rules[place].group, *match.span()))
        return finds

    def find_all(self, plain: str) -> list[Find]:
        """Every match of each pattern, whatever its gates."""
        return [Find(rule.group, *match.span()) for rule in self.rules for match in rule.pattern.finditer(plain)]


class _Gates(dict[str, int]):
    """For each word the gates that it opens: a bit for each rule, and as many again for each further list of gates.

    Attributes:
        size: how many rules there are.
        lists: how many lists of gates the rule with the most of them has.
        given: the gates that every text opens.
        all: a bit for each rule.
    """

    def __init__(self, rules: Collection[Rule]) -> None:
        self.size = len(rules)
        self.lists = max((len(rule.gates) for rule in rules), default=1)
        self.given = 0
        self.all = (1 << self.size) - 1
        self._stems: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        for place, rule in enumerate(rules):
            for number in range(self.lists):
                bit = 1 << (place + number * self.size)
                for gate in rule.gates[number] if number < len(rule.gates) else ("*",):
                    self._add(gate, bit)

    @property
    def has_no_stems(self) -> bool:
        return not self._stems

    def _add(self, gate: str, bit: int) -> None:
        if gate == "*":
            self.given |= bit
        elif gate.endswith("*"):
            self._stems[gate[:STEM]].append((gate[:-1], bit))
        else:
            self[gate] = self.get(gate, 0) | bit

    def of(self, word: str) -> int:
        """The gates that a word opens, those of its stem too."""
        bits = self.get(word, 0)
        if (start := word[:STEM]) in self._stems:
            for stem, bit in self._stems[start]:
                if word.startswith(stem):
                    bits |= bit
        return bits


def _named(lines: Collection[str]) -> dict[str, str]:
    parts = (line.partition(" = ") for line in lines)
    return {name.strip(): value.strip() for name, _, value in parts}


def _rule(group: str, line: str, classes: Mapping[str, str], lists: Mapping[str, str]) -> Rule:
    told, mark, pattern = line.partition(" :: ")
    told = _CLASS.sub(lambda found: lists[found[1]], told)
    gates = tuple(tuple(one.split()) for one in told.split("&"))
    if not mark or not all(gates):
        raise ValueError(f"needs `GATES :: PATTERN`: {line}")
    for gate in (gate for one in gates for gate in one):
        if gate.endswith("*") and 1 < len(gate) <= STEM:
            raise ValueError(f"a stem needs {STEM} letters: {gate}")
    spelt = _CLASS.sub(lambda found: f"(?:{classes[found[1]]})", pattern.strip())
    try:
        return Rule(group, gates, re.compile(spelt))
    except re.error as error:
        raise ValueError(f"{error}: {line}") from None


@cache
def rules_of(*names: str) -> Rules:
    """The patterns of `patterns/NAME.txt`, of several such files as if they were one."""
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
