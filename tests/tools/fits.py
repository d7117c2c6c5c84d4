"""Runs a command that fits weights, on files of made-up authors."""

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

Main = Callable[[], None]


def written(folder: Path, authors: Iterable[str], entries: Callable[[str], Iterable[Mapping[str, Any]]]) -> list[Path]:
    """A file of cases for each author."""
    paths = [folder / f"{author}.jsonl" for author in authors]
    for path in paths:
        path.write_text("".join(json.dumps(entry) + "\n" for entry in entries(path.stem)), encoding="utf-8")
    return paths


def call(main: Main, monkeypatch: pytest.MonkeyPatch, *arguments: object) -> None:
    """Run it with these arguments."""
    monkeypatch.setattr("sys.argv", ["fit", *map(str, arguments)])
    main()


def fit(main: Main, files: list[Path]) -> tuple[bytes, list[str]]:
    """The file that it writes, and the lines that it prints."""
    out = files[0].with_name("fitted.bin")
    with pytest.MonkeyPatch.context() as patched, redirect_stdout(StringIO()) as printed:
        call(main, patched, out, *files)
    return out.read_bytes(), printed.getvalue().splitlines()
