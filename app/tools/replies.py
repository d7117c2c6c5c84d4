"""Files of replies and posts, one JSON object a line; what cannot be used is named, never quoted."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, TypeVar

_ID_FIELDS = ("post_num", "post_id")
_FAULTS_PRINTED = 10
# A line that is longer holds no reply: the service takes posts of 20,000 characters, and JSON may write six for one.
LONGEST_LINE = 1_000_000

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that could not be used; `field` is None where the whole line is meant."""

    file: str
    line: int
    field: str | None
    problem: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}{f', field {self.field}' if self.field else ''}: {self.problem}"


@dataclass(frozen=True, slots=True)
class ReplyLine:
    """A reply, who wrote it, and what it answers as far as that is known."""

    source: str
    post_id: str | None
    post: str | None
    reply: str


class UnusableLine(Exception):
    """Of a field, or None for the whole line, and what is wrong with it; holds nothing of its content."""


def read_lines(path: Path, parse: Callable[[Mapping[str, object]], Entry], faults: list[Fault]) -> list[Entry]:
    """Every line's entry; lines that cannot be one are added to `faults`. Blank lines are passed over.

    Raises:
        OSError: where the file cannot be read.
    """
    entries = []
    with path.open("rb") as file:
        for place, line in enumerate(iter(partial(file.readline, LONGEST_LINE + 1), b""), start=1):
            _pass_over(line, file)
            try:
                if len(line) > LONGEST_LINE or line.strip():
                    entries.append(parse(_object(line)))
            except UnusableLine as unusable:
                faults.append(Fault(path.name, place, *unusable.args))
    return entries


def _pass_over(line: bytes, file: BinaryIO) -> None:
    """Read to the end of a line that was cut."""
    while len(line) >= LONGEST_LINE and not line.endswith(b"\n"):
        line = file.readline(LONGEST_LINE)


def _object(line: bytes) -> Mapping[str, object]:
    try:
        if len(line.rstrip(b"\r\n")) > LONGEST_LINE:
            raise UnusableLine(None, f"is longer than {LONGEST_LINE:,} bytes")
        entry = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UnusableLine(None, "is not UTF-8") from None
    except (ValueError, RecursionError):
        raise UnusableLine(None, "is not JSON") from None
    if not isinstance(entry, dict):
        raise UnusableLine(None, "is not a JSON object")
    return entry


def parse_reply(entry: Mapping[str, object], posts: Mapping[str, str]) -> ReplyLine:
    """A line of REPLIES; where it names a post alone, its text is taken from `posts`."""
    field = "source" if entry.get("source") is not None else "model"
    source, reply = _string(entry, field), _string(entry, "reply")
    if source is None:
        raise UnusableLine("source", "is missing, and so is model")
    if not source.strip() or not source.isprintable():
        raise UnusableLine(field, "must be a name of printable characters")
    if reply is None:
        raise UnusableLine("reply", "is missing")
    post_id, post = _post_id(entry), _string(entry, "post")
    if post is None and post_id is not None:
        post = posts.get(post_id)
    return ReplyLine(source.strip(), post_id, post, reply)


def parse_post(entry: Mapping[str, object], seen: dict[str, str]) -> None:
    """Add a line of POSTS to `seen`: post id → text."""
    post_id, post = _post_id(entry), _string(entry, "post")
    if post_id is None:
        raise UnusableLine(_ID_FIELDS[0], f"is missing, and so is {_ID_FIELDS[1]}")
    if post is None:
        raise UnusableLine("post", "is missing")
    if seen.setdefault(post_id, post) != post:
        raise UnusableLine("post", "differs from an earlier line with the same id, which is kept")


def _string(entry: Mapping[str, object], field: str) -> str | None:
    value = entry.get(field)
    if value is None or isinstance(value, str):
        return value
    raise UnusableLine(field, "must be a string")


def _post_id(entry: Mapping[str, object]) -> str | None:
    field, value = next(((name, entry[name]) for name in _ID_FIELDS if entry.get(name) is not None), ("", None))
    if isinstance(value, dict | list):
        raise UnusableLine(field, "must be a string or a number")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if value is None or isinstance(value, str) else json.dumps(value)


def parse_worded_reply(entry: Mapping[str, object]) -> ReplyLine:
    """A line of REPLIES, where a reply without a letter or digit is of no use."""
    line = parse_reply(entry, posts={})
    if not any(map(str.isalnum, line.reply)):
        raise UnusableLine("reply", "has no words")
    return line


def complain(faults: Sequence[Fault]) -> None:
    """Print the faults, the first of them one by one."""
    for fault in faults[:_FAULTS_PRINTED]:
        print(fault, file=sys.stderr)
    if len(faults) > _FAULTS_PRINTED:
        print(f"and {len(faults) - _FAULTS_PRINTED} lines more", file=sys.stderr)
