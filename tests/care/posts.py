"""Posts of every level for tests of what is done about them, and readers of the case files."""

import json
from pathlib import Path
from typing import Any

CASES = Path(__file__).parents[1] / "safety" / "cases"

NONE = "My neighbour moved out and the stairs are silent now."
SOFT = "Everyone would be better off without me, I am just a burden to them."
ELEVATED = "I want to kill myself."
IMMINENT = "I have the pills here and I am going to take them all tonight."
FRIEND = "My best friend told me that she wants to kill herself and I don't know what to do."
CRISES = {"elevated": ELEVATED, "imminent": IMMINENT, "a friend": FRIEND}


def cases(name: str) -> list[dict[str, Any]]:
    """The lines of `cases/NAME.jsonl`."""
    lines = (CASES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]
