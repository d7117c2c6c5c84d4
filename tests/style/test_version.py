"""Numbers of different word lists are not to be pooled: new words need a new version."""

import hashlib
from importlib.resources import files

from app.style.word_lists import LISTS_VERSION

# The version, then the hash that the failing test prints.
LISTS = {"2026-11-26.1": "3b637d95a630662e"}


def test_new_words_have_a_new_version() -> None:
    folders = (files("app.style").joinpath(folder) for folder in ("lists", "phrases"))
    lists = sorted((path for folder in folders for path in folder.iterdir()), key=lambda path: path.name)
    words = hashlib.sha256(b"\0".join(path.name.encode() + path.read_bytes() for path in lists)).hexdigest()[:16]

    assert LISTS.get(LISTS_VERSION) == words, f"the words are {words}: give them a new LISTS_VERSION"
