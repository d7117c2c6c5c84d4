"""The word lists beside this file, read once: one idea a line, `#` for comments, `*` after a stem."""

import json
from abc import abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TypeVar

# Stems are found by their first letters, so none may be shorter.
_KEY = 3

Found = TypeVar("Found")


def lines_of(folder: str, name: str) -> list[str]:
    """The lines of `FOLDER/NAME.txt` without comments and blank lines."""
    return _lines(files("app.style").joinpath(folder, f"{name}.txt"))


def _lines(path: Traversable) -> list[str]:
    raw_lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in (raw.partition("#")[0].strip() for raw in raw_lines) if line]


def digest_of(style: Traversable) -> str:
    """Eight hexadecimal digits for the lines in `lists` and `phrases` of a folder; comments do not matter."""
    paths = [path for folder in ("lists", "phrases") for path in style.joinpath(folder).iterdir()]
    contents = [[path.name, *_lines(path)] for path in sorted(paths, key=lambda path: path.name)]
    return sha256(json.dumps(contents).encode()).hexdigest()[:8]


# Numbers of different versions are not to be pooled. The date tells people how old the lists are about; the digest
# changes with every entry, whether or not somebody thinks of the date.
LISTS_VERSION = f"2026-11-26.{digest_of(files('app.style'))}"


@cache
def word_list(name: str) -> tuple[str, ...]:
    """The entries of `lists/NAME.txt`, lower-cased, with straight apostrophes; a stem ends with `*`."""
    return tuple(entry for line in lines_of("lists", name) for entry in line.split())


class Remembered(dict[str, Found]):
    """Word to something that is found once and then costs one look-up.

    Only short words are kept; when there are too many, all are forgotten, so that nonsense cannot fill it for good.
    """

    MOST = 50_000
    LONGEST = 24

    def __missing__(self, word: str) -> Found:
        found = self.find(word)
        if len(word) <= self.LONGEST:
            if len(self) >= self.MOST:
                self.clear()
            self[word] = found
        return found

    @abstractmethod
    def find(self, word: str) -> Found:
        """What there is to know of a lower-cased word."""


class Lexicon(Remembered[tuple[str, ...]]):
    """Word to its labels.

    Args:
        entries: label to entries; an entry that ends with `*` stands for every word that begins so.

    Raises:
        ValueError: for a stem of fewer than three letters.
    """

    def __init__(self, entries: Mapping[str, Iterable[str]]) -> None:
        super().__init__()
        self._exact: dict[str, list[str]] = defaultdict(list)
        self._stems: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for label, listed in entries.items():
            for entry in listed:
                if not entry.endswith("*"):
                    self._exact[entry].append(label)
                elif len(entry) > _KEY:
                    self._stems[entry[:_KEY]].append((entry[:-1], label))
                else:
                    raise ValueError(f"{entry} is too short for a stem")

    def find(self, word: str) -> tuple[str, ...]:
        by_stem = (label for stem, label in self._stems.get(word[:_KEY], ()) if word.startswith(stem))
        return tuple(dict.fromkeys((*self._exact.get(word, ()), *by_stem)))
