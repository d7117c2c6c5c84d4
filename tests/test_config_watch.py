"""When a file counts as changed and as whole."""

from pathlib import Path

import pytest

from app.config_file import Unreadable
from app.config_watch import ConfigWatch


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "warmline.yaml"
    path.write_text("a: 1\n")
    return path


def test_an_untouched_file_is_no_news(file: Path) -> None:
    watch = ConfigWatch(file)

    assert [watch.look() for _ in range(3)] == [False] * 3


def test_a_change_is_told_once_when_it_has_been_seen_twice(file: Path) -> None:
    watch = ConfigWatch(file)
    file.write_text("a: 2 # or so\n")

    assert [watch.look() for _ in range(4)] == [False, True, False, False]
    assert watch.content == b"a: 2 # or so\n"


def test_a_file_that_grows_is_not_whole(file: Path) -> None:
    watch = ConfigWatch(file)
    told = []
    for number in range(5):
        file.write_text("a: 2\n" * number)
        told.append(watch.look())

    assert told == [False] * 5
    assert watch.look()
    assert watch.content == b"a: 2\n" * 4


def test_what_was_changed_back_is_no_news(file: Path) -> None:
    watch = ConfigWatch(file)
    file.write_text("a: 2 # or so\n")
    told = [watch.look()]
    file.write_text("a: 1\n")
    told += [watch.look() for _ in range(3)]

    assert told == [False] * 4


def test_a_bad_file_that_is_put_right_again_is_news(file: Path) -> None:
    watch = ConfigWatch(file)
    file.write_text("a: [ #")
    assert [watch.look(), watch.look()] == [False, True]
    file.write_text("a: 1\n")

    assert [watch.look(), watch.look()] == [False, True]


def test_a_touched_file_with_the_same_content_is_no_news(file: Path) -> None:
    watch = ConfigWatch(file)
    fresh = file.with_suffix(".new")
    fresh.write_text("a: 1\n")
    fresh.rename(file)

    assert [watch.look() for _ in range(3)] == [False] * 3


def test_a_file_that_is_gone_is_told_once_and_its_return_as_well(file: Path) -> None:
    watch = ConfigWatch(file)
    file.unlink()
    assert [watch.look() for _ in range(4)] == [False, True, False, False]
    assert isinstance(watch.content, Unreadable)
    file.write_text("a: 1\n")

    assert [watch.look() for _ in range(3)] == [False, True, False]


def test_whoever_says_that_it_is_final_is_believed(file: Path) -> None:
    watch = ConfigWatch(file)
    file.write_text("a: 2 # or so\n")

    assert watch.look_now() == b"a: 2 # or so\n"
    assert [watch.look() for _ in range(2)] == [False] * 2
