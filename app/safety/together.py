"""Ideas that say something when they stand together in a sentence, however it is built.

A pattern knows one way to say a thing; people have hundreds. What most of them share are the ideas: who, what, with
what, when. The files `patterns/KIND_NAME.txt` hold both (`together`
of posts, `said` of replies):

- `name = word, several words, stem*` is an idea and the words for it; a line that begins with `+` goes on with the
  last idea. `stem*` stands for every word that begins so.
- `[group]` begins the combinations that mean the same to who asks, one a line: `i + pills + all`. `-` before an idea
  says that it must not be there: `i + pills + all - doctor`.

Words are plain text, as `plain_text.fold` makes it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from importlib.resources import files
from itertools import pairwise, repeat
from operator import or_

from app.safety.rules import STEM


@dataclass(frozen=True, slots=True)
class Combination:
    """Ideas, as bits: all of `needs` and none of `unless`."""

    group: str
    needs: int
    unless: int


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
        self._words: dict[str, int] = {}
        self._stems: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        self._phrases: defaultdict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
        for name, words in ideas.items():
            for word in words:
                self._add(word, self.bits[name])
        self.combinations = [self._combination(group, line) for group, lines in groups.items() for line in lines]

    def _add(self, word: str, bit: int) -> None:
        if " " in word:
            first, second, *_ = word.split(" ")
            self._phrases[first, second].append((f" {word} ", bit))
        elif not word.endswith("*"):
            self._words[word] = self._words.get(word, 0) | bit
        elif len(word) > STEM:
            self._stems[word[:STEM]].append((word[:-1], bit))
        else:
            raise ValueError(f"a stem needs {STEM} letters: {word}")

    def _combination(self, group: str, line: str) -> Combination:
        needs, *unless = line.split(" - ")
        sets = [reduce(or_, (self.bits[name] for name in part.split(" + ")), 0) for part in (needs, *unless)]
        if not sets[0]:
            raise ValueError(f"needs nothing: {line}")
        return Combination(group, sets[0], reduce(or_, sets[1:], 0))

    def words(self) -> Iterator[str]:
        """All words and phrases, stems with their star."""
        yield from self._words
        for stems in self._stems.values():
            yield from (f"{stem}*" for stem, _ in stems)
        for phrases in self._phrases.values():
            yield from (phrase.strip() for phrase, _ in phrases)

    def ideas_in(self, plain: str, words: Collection[str]) -> int:
        """The ideas of a plain text, as bits; `words` are its words."""
        found = reduce(or_, map(self._words.get, words, repeat(0)), 0)
        for word in words:
            if (start := word[:STEM]) in self._stems:
                for stem, bit in self._stems[start]:
                    if word.startswith(stem):
                        found |= bit
        bare = plain.replace(" ,", "")
        spaced = bare.split(" ")
        if pairs := self._phrases.keys() & set(pairwise(spaced)):
            padded = f" {bare} "
            for pair in pairs:
                for phrase, bit in self._phrases[pair]:
                    if phrase in padded:
                        found |= bit
        return found

    def groups_in(self, plain: str, words: Collection[str]) -> Iterator[str]:
        """The group of each combination that a plain text holds."""
        found = self.ideas_in(plain, words)
        for one in self.combinations:
            if one.needs & found == one.needs and not one.unless & found:
                yield one.group


@cache
def together(kind: str) -> Together:
    """All files `KIND_NAME.txt`; they share their ideas.

    Raises:
        ValueError: an idea is named twice, or a line is neither an idea nor a combination.
    """
    ideas: dict[str, list[str]] = {}
    groups: dict[str, list[str]] = {}
    folder = files("app.safety") / "patterns"
    for name in sorted(file.name for file in folder.iterdir() if file.name.startswith(f"{kind}_")):
        lines: list[str] | None = None
        last: list[str] = []
        for line in map(str.strip, (folder / name).read_text(encoding="utf-8").splitlines()):
            if line.startswith("["):
                lines = groups.setdefault(line.strip("[]"), [])
            elif not line or line.startswith("#"):
                continue
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
