"""Texts that are meant to make a reader of texts slow: long runs of what a pattern might read over and over."""

from itertools import product

# Runs that a pattern might read over and over, and what may stand behind them so that it must.
UNITS = [
    "a", "'", '"', "-", "_", " ", "\n", "\t", "\r\n", "…", "。", ",", ":", "*", "(", ")", "<", "[", "0", "é", "你",
    "\u0301", "💛", "👨‍👩‍👧", "🇳", "🇳🇱", "🏴", "\U000e0067", "\ufe0f", "1️⃣", "👋🏽", "a'", "a-", "a.",
    "\n ", "\n\t\n", '"a"', '."', ". ", "?\n", "“‘", "I'm ", "\u202e", "\x00", "a\u200d", "--", " - ", "... ",
    "it's not.\n\n", "👨\u200d\u200d", "👨‍" * 10 + "👨👨👨👨", "👍‍👍", "1⃣", "🇳🏽", "❤️‍", "#️⃣⃣", "a⃣", "e\u0301",
    "\u0301\u0327", "e" + "\u0301" * 20 + "\u0327" * 20,
]  # fmt: skip
TAILS = ["", "x", ".", "\n"]


def hostile_texts(size: int) -> dict[str, str]:
    """About 200 texts of `size` characters by what they repeat; a word stands first, so that there is one."""
    return {ascii(f"{unit}~{tail}"): f"so {(unit * size)[:size]}{tail}" for unit, tail in product(UNITS, TAILS)} | {
        "words that differ": "so " + " ".join(f"w{number}" for number in range(size // 6))
    }
