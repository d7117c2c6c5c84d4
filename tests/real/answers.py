"""Tells what the package answers to every text of the cases and to hostile ones, a digest a line.

Two ways to run the package are compared by their lines.
"""

import json
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from app.safety.checks import check, reply_context
from app.safety.screen import screen
from app.style.measures import measure
from app.style.signature import MEASURED, Signature
from tests.hostile import hostile_texts

CASES = Path(__file__).parents[1]
ROW = (0.01,) * len(MEASURED)
SIGNATURE = Signature(("a", "b"), (0.1, 0.2), ROW, (ROW, ROW[::-1]), {"you": (0.1, -0.2), "opener: i": (0.3, 0.1)})


def texts() -> Iterator[str]:
    for path in sorted(CASES.glob("safety/cases/*.jsonl")):
        for case in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            yield from (case[name] for name in ("text", "post", "obeyed") if case.get(name))
    for path in sorted(CASES.glob("style/cases/*.tsv")):
        yield from path.read_text(encoding="utf-8").splitlines()
    yield from hostile_texts(500).values()
    yield ""


def answers(text: str, post: str) -> tuple[object, ...]:
    """To a text by itself and beside the one before it."""
    context = reply_context(
        post, (text,), {"988"}, prompt_texts=("You answer warmly, in a few words, and never judge.",)
    )
    return measure(text, post, signature=SIGNATURE), screen(text, (post,)), check(text, context), context.expected


def main() -> None:
    post = ""
    for text in texts():
        sys.stdout.write(sha256(repr(answers(text, post)).encode()).hexdigest() + "\n")
        post = text
