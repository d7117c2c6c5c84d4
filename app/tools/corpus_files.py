"""Files that models are fitted on: a case a line in JSON, a file an author."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

Case = TypeVar("Case")


def digest_of(paths: Sequence[Path]) -> str:
    """SHA-256 of the files' names and contents, in hexadecimal, whatever their order."""
    names = sorted((path.name.encode(), sha256(path.read_bytes()).digest()) for path in paths)
    return sha256(b"".join(chain.from_iterable(names))).hexdigest()


def cases_of(paths: Sequence[Path], read: Callable[[str, Mapping[str, Any]], Case]) -> Iterator[Case]:
    """The cases of some files, by the files' names.

    Args:
        paths: of the files.
        read: makes a case of its author, who is the file's name, and of what a line holds.

    Raises:
        ValueError: that names the file and the line.
    """
    for path in sorted(paths, key=lambda path: path.name):
        for number, line in enumerate(path.read_text(encoding="utf-8").removesuffix("\n").split("\n"), 1):
            try:
                yield read(path.stem, json.loads(line))
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(f"{path.name}, line {number}: {error}") from None
