"""Ideas that say something when they stand together, however the sentence is built.

A pattern knows one way to say a thing; people have hundreds. What most of them share are the ideas: who, what, with
what, when. The files `patterns/KIND_NAME.txt` (`said` for replies) hold both:

- `name = word, several words, stem*` is an idea and the words for it; a line that begins with `+` goes on with the
  last idea. `stem*` stands for every word that begins so.
- `[group]` begins the combinations that mean the same to who asks, one a line: `i + pills + all`. `-` before an idea
  says that it must not be there: `i + pills + all - doctor`.

Words are plain text, as `plain_text.fold` makes it.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_

from app.safety.rules import PATTERNS, STEM, lines_of

# Single words remembered at a time, and the longest of them: nobody's order of words is kept.
_REMEMBERED = 50_000
_LONGEST = 24


@dataclass(frozen=True, slots=True)
class Combination:
    """Ideas, as bits: all of `needs` and none of `unless`."""

    group: str
    needs: int
    unless: int

    def is_in(self, ideas: int) -> bool:
        """Whether these ideas make it."""
        return self.needs & ideas == self.needs and not self.unless & ideas


class Combinations:
    """Combinations by the idea of each that fewest of them need, so that most of them are never looked at."""

    def __init__(self, combinations: Sequence[Combination]) -> None:
        self._by_idea: defaultdict[int, list[Combination]] = defaultdict(list)
        needed = Counter(bit for one in combinations for bit in _bits(one.needs))
        for one in combinations:
            self._by_idea[min(_bits(one.needs), key=needed.__getitem__)].append(one)
        self._keys = reduce(or_, self._by_idea, 0)

    def made_of(self, ideas: int) -> Iterator[Combination]:
        """Those that these ideas make."""
        for bit in _bits(ideas & self._keys):
            for one in self._by_idea[bit]:
                if one.is_in(ideas):
                    yield one


def _bits(number: int) -> Iterator[int]:
    while number:
        bit = number & -number
        yield bit
        number ^= bit


class Words(dict[str, int]):
    """The ideas of single words, as bits; what a word is by its stem is worked out once and remembered.

    Attributes:
        told: the words and stems of the files, stems with their star.
    """

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []
        self._stems: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        self._plain: dict[str, int] = {}

    def add(self, word: str, bit: int) -> None:
        """Let a word, or every word with a stem, mean this idea too.

        Raises:
            ValueError: the stem has too few letters.
        """
        self.told.append(word)
        if not word.endswith("*"):
            self._plain[word] = self._plain.get(word, 0) | bit
        elif len(word) > STEM:
            self._stems[word[:STEM]].append((word[:-1], bit))
        else:
            raise ValueError(f"a stem needs {STEM} letters: {word}")

    def __missing__(self, word: str) -> int:
        bits = self._plain.get(word, 0)
        for stem, bit in self._stems.get(word[:STEM], ()):
            if word.startswith(stem):
                bits |= bit
        if len(word) <= _LONGEST:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[word] = bits
        return bits


class Together:
    """Finds combinations of ideas.

    Args:
        ideas: name to its words.
        groups: group to its lines.

    Raises:
        ValueError: a stem has too few letters, or a combination needs nothing.
        KeyError: for an idea that does not exist.
    """

    def __init__(self, ideas: Mapping[str, Collection[str]], groups: Mapping[str, Sequence[str]]) -> None:
        self.bits = {name: 1 << place for place, name in enumerate(ideas)}
        self._words = Words()
        self._phrases: dict[str, int] = {}
        # A phrase's first word, its first two, and how many words such phrases have.
        self._firsts: set[str] = set()
        self._lengths: dict[str, set[int]] = {}
        for name, words in ideas.items():
            for word in words:
                self._add(word, self.bits[name])
        self.combinations = [self._combination(group, line) for group, lines in groups.items() for line in lines]
        self._combined = Combinations(self.combinations)

    def _add(self, word: str, bit: int) -> None:
        parts = word.split(" ")
        if len(parts) > 1:
            start = " ".join(parts[:2])
            self._phrases[word] = self._phrases.get(word, 0) | bit
            self._lengths.setdefault(start, set()).add(len(parts))
            self._firsts.add(parts[0])
        else:
            self._words.add(word, bit)

    def _combination(self, group: str, line: str) -> Combination:
        needs, *unless = line.split(" - ")
        sets = [reduce(or_, (self.bits[name] for name in part.split(" + ")), 0) for part in (needs, *unless)]
        if not sets[0]:
            raise ValueError(f"needs nothing: {line}")
        return Combination(group, sets[0], reduce(or_, sets[1:], 0))

    def words(self) -> Iterator[str]:
        """All words and phrases, stems with their star."""
        yield from self._words.told
        yield from self._phrases

    def ideas_in(self, plain: str) -> int:
        """The ideas of a plain text, as bits."""
        words = plain.replace(" ,", "").split(" ")
        found = reduce(or_, map(self._words.__getitem__, words), 0)
        if not self._firsts.isdisjoint(words):
            for place, word in enumerate(words[:-1]):
                if word in self._firsts and (lengths := self._lengths.get(f"{word} {words[place + 1]}")):
                    for length in lengths:
                        found |= self._phrases.get(" ".join(words[place : place + length]), 0)
        return found

    def groups_in(self, plain: str) -> list[str]:
        """The groups of the combinations that a plain text holds, each once."""
        return list(dict.fromkeys(one.group for one in self._combined.made_of(self.ideas_in(plain))))


@cache
def together(kind: str) -> Together:
    """All files `KIND_NAME.txt`; they share their ideas.

    Raises:
        ValueError: an idea is named twice, or a line is neither an idea nor a combination.
    """
    ideas: dict[str, list[str]] = {}
    groups: dict[str, list[str]] = {}
    names = (file.name.removesuffix(".txt") for file in PATTERNS.iterdir())
    for name in sorted(name for name in names if name.startswith(f"{kind}_")):
        lines: list[str] | None = None
        last: list[str] = []
        for line in lines_of(name):
            if line.startswith("["):
                lines = groups.setdefault(line.strip("[]"), [])
            elif line.startswith("+"):
                last += _words_in(line[1:])
            elif " = " in line:
                idea, _, words = line.partition(" = ")
                if idea in ideas:
                    raise ValueError(f"{name}: {idea} is named twice")
                last = ideas[idea] = _words_in(words)
            elif lines is None:
                raise ValueError(f"{name}: needs a [group] before it: {line}")
            else:
                lines.append(line)
    return Together(ideas, groups)


def _words_in(line: str) -> list[str]:
    return [word.strip() for word in line.split(",") if word.strip()]
