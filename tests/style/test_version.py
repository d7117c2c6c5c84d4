"""Numbers of different word lists are not to be pooled: other words have another version, of themselves."""

import re
import shutil
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from app.style.word_lists import LISTS_VERSION, digest_of


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the lists and phrases."""
    with as_file(files("app.style")) as style:
        for folder in ("lists", "phrases"):
            shutil.copytree(style / folder, tmp_path / folder)
    return tmp_path


def append(name: str, line: str) -> Callable[[Path], object]:
    def change(style: Path) -> None:
        with (style / name).open("a", encoding="utf-8") as file:
            file.write(line)

    return change


def test_the_version_is_a_date_and_the_digest_of_the_words(copy: Path) -> None:
    assert re.fullmatch(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]\.[0-9a-f]{8}", LISTS_VERSION)
    assert LISTS_VERSION.endswith("." + digest_of(copy))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(append("lists/modals.txt", "oughta\n"), id="a word more"),
        pytest.param(append("phrases/advice.txt", "you could rest\n"), id="a phrase more"),
        pytest.param(append("lists/new.txt", "word\n"), id="a list more"),
        pytest.param(lambda style: (style / "lists/modals.txt").unlink(), id="a list less"),
        pytest.param(lambda style: (style / "lists/modals.txt").rename(style / "lists/m.txt"), id="another name"),
    ],
)
def test_other_words_have_another_version(copy: Path, change: Callable[[Path], object]) -> None:
    change(copy)

    assert not LISTS_VERSION.endswith("." + digest_of(copy))


def test_comments_and_blank_lines_change_no_version(copy: Path) -> None:
    append("lists/modals.txt", "\n# Said of what may be.\n")(copy)

    assert LISTS_VERSION.endswith("." + digest_of(copy))
