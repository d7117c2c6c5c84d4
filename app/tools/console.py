"""What a command prints and writes, and how it says that it could not."""

import os
import sys
from collections.abc import Iterable
from io import TextIOWrapper
from pathlib import Path


def print_lines(lines: Iterable[str]) -> None:
    """To standard output, whatever its encoding, until its reader has seen enough (`| head`)."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        print(*lines, sep="\n", flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write_text(path: Path | None, text: str) -> bool:
    """Whether the file could be written, or none was asked for; the reason why not goes to standard error."""
    try:
        if path:
            path.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        complain_of(error)
        return False
    return True


def complain_of(error: OSError) -> None:
    """One line on standard error: the file and what is wrong with it."""
    print(f"{error.filename}: {error.strerror}", file=sys.stderr)
