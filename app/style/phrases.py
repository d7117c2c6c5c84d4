"""The phrases that are cues, read from plain files.

A line of `phrases/NAME.txt` is one phrase, made of

- `word` that word; `stem*` every word that begins so; `a|b` one or the other, `-` for none
- `<class>` a word of that class of `phrases/classes.txt`
- `~` (between two others) up to three tokens that do not matter, no negation among them
- `^` (first) only at the start of a clause

and `[group]` begins the phrases that mean the same to a rule.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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


# How many tokens `~` may stand for.
GAP = 3


class Phrases:
    """Groups of phrases, laid out as bits of integers for a search that follows all of them at once (Shift-And).

    Each symbol of each phrase is one bit, and the next symbol's bit stands left of it; a gap is `GAP` bits between two
    symbols, one for each token skipped. Source: Baeza-Yates and Gonnet 1992, "A new approach to text searching"; gaps
    after Navarro and Raffinot 2002, "Flexible Pattern Matching in Strings", chapter 4.

    Args:
        groups: group to lines.
        classes: the words of each `<class>`.

    Attributes:
        names: of the groups; a set of groups is an integer, in which the first of them is the lowest bit.
        labels: each label of the phrases with the words, or stems, that bear it.
        accepts: label to the bits of the symbols that it stands for.
        first: symbols that may be found anywhere.
        first_at_start: symbols that begin a clause.
        plain: symbols that follow a symbol.
        after_gap: symbols that follow a gap.
        gaps: the bits of all gaps.
        last: symbols with which a phrase is whole.

    Raises:
        KeyError: for a class that does not exist.
        ValueError: for a gap that does not stand between two symbols.
    """

    def __init__(self, groups: Mapping[str, Iterable[str]], classes: Mapping[str, Iterable[str]]) -> None:
        self.names = (*groups, EMOJI, QUESTION, RESTATED)
        self.labels: dict[str, Iterable[str]] = {}
        self.accepts: dict[str, int] = {}
        self.first = self.first_at_start = self.plain = self.after_gap = self.gaps = self.last = 0
        self._groups: dict[int, int] = {}
        self._bit = 1
        for group, lines in groups.items():
            for line in lines:
                at_start, symbols = line.startswith("^"), line.removeprefix("^").split()
                for symbol in symbols:
                    names = set(symbol.split("|")) - {"~", "-"}
                    self.labels |= {name: classes[name[1:-1]] if name[0] == "<" else (name,) for name in names}
                for way in _ways(symbols):
                    self._lay_out(way, self.set_of(group), at_start=at_start)

    def _lay_out(self, way: Sequence[Collection[str]], group: int, *, at_start: bool) -> None:
        if ("~",) in (way[0], way[-1]):
            raise ValueError(f"a gap must stand between two words: {way}")
        before = ""
        for symbol in way:
            if symbol == ("~",):
                self.gaps |= self._bit * ((1 << GAP) - 1)
                self._bit <<= GAP
                before = "after_gap"
                continue
            for name in symbol:
                self.accepts[name] = self.accepts.get(name, 0) | self._bit
            kind = before or ("first_at_start" if at_start else "first")
            setattr(self, kind, getattr(self, kind) | self._bit)
            before = "plain"
            self._bit <<= 1
        self.last |= self._bit >> 1
        self._groups[self._bit >> 1] = group

    def groups_of(self, whole: int) -> int:
        """The groups of phrases, by the bits of their last symbols."""
        groups = 0
        while whole:
            bit = whole & -whole
            groups |= self._groups[bit]
            whole ^= bit
        return groups

    def set_of(self, *names: str) -> int:
        """These groups, as a set."""
        return sum(1 << self.names.index(name) for name in names)

    def names_in(self, groups: int) -> list[str]:
        """The names of a set of groups."""
        return [name for place, name in enumerate(self.names) if groups >> place & 1]


def _ways(symbols: Iterable[str]) -> Iterator[list[tuple[str, ...]]]:
    """A phrase with and without each word that may be left out, as the names of each symbol."""
    choices: list[list[tuple[str, ...]]] = []
    for symbol in symbols:
        names = tuple(name for name in symbol.split("|") if name != "-")
        choices.append([names, ()] if "-" in symbol.split("|") else [names])
    for way in product(*choices):
        yield [names for names in way if names]


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
