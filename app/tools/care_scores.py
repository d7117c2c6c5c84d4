"""How far the screen, the reply checks and the redaction are right, on files of cases.

Usage: python -m app.tools.care_scores CASES.jsonl…

What a file holds is told by its name: posts_…, replies_…, pii_…. Shares come with their 95 % intervals (Wilson 1927).
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

from app.reply.prompt import prompt_texts
from app.safety.checks import check, reply_context
from app.safety.help_lines import load_help_lines
from app.safety.ratings import LEVELS
from app.safety.redaction import redact
from app.safety.screen import screen
from app.tools.console import complain_of, print_lines

Case = dict[str, Any]
_Z = 1.96
# What a reply answers where its case does not say.
_POST = "I feel so tired and alone, and I don't know what to do about it any more."
HARMLESS = frozenset(("figure", "literal", "ending", "media", "work", "past", "bereavement", "health_fear", "ordinary"))


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        return self.hits / self.of if self.of else float("nan")

    def interval(self) -> tuple[float, float]:
        """Wilson's, of 95 %."""
        if not self.of:
            return float("nan"), float("nan")
        share, number = self.value, self.of
        middle = share + _Z**2 / (2 * number)
        spread = _Z * sqrt(share * (1 - share) / number + _Z**2 / (4 * number**2))
        scale = 1 + _Z**2 / number
        return (middle - spread) / scale, (middle + spread) / scale

    def __str__(self) -> str:
        low, high = self.interval()
        return f"{self.value:.2f} [{low:.2f}, {high:.2f}] ({self.hits} of {self.of})"


def scores_of(name: str, cases: Iterable[Case]) -> dict[str, Share]:
    """What is measured on a file of this name, each as a share.

    Raises:
        ValueError: nobody knows what such a file holds.
    """
    kinds = {"posts": _posts, "replies": _replies, "pii": _pii}
    scored = kinds.get(name.split("_")[0])
    if scored is None:
        raise ValueError(f"{name}: begins with none of {', '.join(kinds)}")
    marks: defaultdict[str, list[bool]] = defaultdict(list)
    for measure, is_hit in (one for case in cases for one in scored(case)):
        marks[measure].append(is_hit)
    return {measure: Share(sum(hits), len(hits)) for measure, hits in sorted(marks.items())}


def _posts(case: Case) -> Iterator[tuple[str, bool]]:
    """Whether a post is rated as high as it must be, or no higher than it may be."""
    rating = screen(case["text"], case.get("earlier", ()))
    level, wanted = LEVELS.index(rating.level), LEVELS.index(case["level"])
    kind = case["kind"] if case["kind"] != "language" else f"language, {'danger' if wanted else 'none'}"
    if kind in HARMLESS or (not wanted and kind.startswith("language")):
        yield "false alarms", level >= 2
        yield f"false alarms: {kind}", level >= 2
    elif kind in ("denial", "laughter"):
        yield f"at least soft: {kind}", level >= 1
    else:
        yield f"recall: {kind}", level >= min(wanted, 2)
    if wanted >= 2 and level >= 2:
        yield "subject is right", rating.subject == case["subject"]
    if wanted == 3:
        yield "imminent is imminent", level == 3


def _replies(case: Case) -> Iterator[tuple[str, bool]]:
    post = case.get("post") or _POST
    context = reply_context(
        post,
        (),
        case.get("contacts") or load_help_lines().contacts(case.get("country")),
        case.get("language"),
        is_medical=screen(post).is_medical,
        prompt_texts=prompt_texts(),
    )
    found = {flag.id for flag in check(case["text"], context)}
    if case.get("check"):
        yield f"recall: {case['check']}", case["check"] in found
        yield "recall", case["check"] in found
    else:
        yield f"false flags: {case.get('looks_like')}", bool(found)
        yield "false flags", bool(found)
    if found:
        yield "precision", case.get("check") in found


def _pii(case: Case) -> Iterator[tuple[str, bool]]:
    text = redact(case["text"]).text
    for kind, value in case["found"]:
        yield "recall", value not in text
        yield f"recall: {kind}", value not in text
    if not case["found"]:
        yield "false finds", text != case["text"]


def read_cases(path: Path) -> list[Case]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+", metavar="CASES.jsonl")
    for path in parser.parse_args().files:
        try:
            scores = scores_of(path.stem, read_cases(path))
        except OSError as error:
            complain_of(error)
            raise SystemExit(1) from None
        except (ValueError, KeyError) as error:
            raise SystemExit(f"{path.name}: {error}") from None
        print_lines((path.name, *(f"  {measure:32} {share}" for measure, share in scores.items())))


if __name__ == "__main__":
    main()
