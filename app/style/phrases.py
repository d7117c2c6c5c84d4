"""The phrases that are cues, read from plain files into a tree.

A line of `phrases/NAME.txt` is one phrase, made of

- `word` that word; `stem*` every word that begins so; `a|b` one or the other, `-` for none
- `<class>` a word of that class of `phrases/classes.txt`
- `~` (between two others) up to three tokens that do not matter, no negation among them
- `^` (first) only at the start of a clause

and `[group]` begins the phrases that mean the same to a rule.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import product

from app.style.word_lists import lines_of

# Each file of phrases; a group is known as FILE.GROUP.
FILES = (
    "advice", "assistance", "emotional_expression", "empowerment", "grammar", "information", "paraphrasing",
    "questioning", "reappraisal", "self_disclosure", "stock", "validation",
)  # fmt: skip
# What is a cue without being a phrase.
EMOJI = "emotional_expression.emoji"
QUESTION = "questioning.mark"
RESTATED = "paraphrasing.restated"


@dataclass(slots=True, eq=False)
class Node:
    """A place in the tree: where each label leads, what follows a gap, and the groups whose phrase is whole here."""

    next: dict[str, "Node"] = field(default_factory=dict)
    after_gap: "Node | None" = None
    groups: int = 0

    def grow(self, symbols: Iterable[str], group: int) -> None:
        node = self
        for symbol in symbols:
            if symbol == "~":
                node.after_gap = node = node.after_gap or Node()
            else:
                node = node.next.setdefault(symbol, Node())
        node.groups |= group


class Phrases:
    """Groups of phrases as two trees: those that may stand anywhere, and those that begin a clause.

    Args:
        groups: group to lines.
        classes: the words of each `<class>`.

    Attributes:
        names: of the groups; a set of groups is an integer, in which the first of them is the lowest bit.
        labels: each label of the trees with the words, or stems, that bear it.

    Raises:
        KeyError: for a class that does not exist.
    """

    def __init__(self, groups: Mapping[str, Iterable[str]], classes: Mapping[str, Iterable[str]]) -> None:
        self.anywhere = Node()
        self.at_start = Node()
        self.names = (*groups, EMOJI, QUESTION, RESTATED)
        self.labels: dict[str, Iterable[str]] = {}
        for group, lines in groups.items():
            bit = self.set_of(group)
            for line in lines:
                symbols = line.split()
                root = self.anywhere
                if symbols[0] == "^":
                    root, symbols = self.at_start, symbols[1:]
                for way in product(*(symbol.split("|") for symbol in symbols)):
                    root.grow([symbol for symbol in way if symbol != "-"], bit)
                    self.labels |= {name: classes[name[1:-1]] if name[0] == "<" else (name,) for name in way}

    def set_of(self, *names: str) -> int:
        """These groups, as a set."""
        return sum(1 << self.names.index(name) for name in names)

    def names_in(self, groups: int) -> list[str]:
        """The names of a set of groups."""
        return [name for place, name in enumerate(self.names) if groups >> place & 1]


@cache
def phrases_of(name: str) -> Mapping[str, list[str]]:
    """The lines of `phrases/NAME.txt` by group."""
    groups: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in lines_of("phrases", name):
        if line.startswith("["):
            lines = groups.setdefault(line.strip("[]"), [])
        else:
            lines.append(line)
    return groups


CLASSES = {name: [word for line in lines for word in line.split()] for name, lines in phrases_of("classes").items()}
PHRASES = Phrases({f"{name}.{group}": lines for name in FILES for group, lines in phrases_of(name).items()}, CLASSES)
