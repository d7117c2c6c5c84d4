"""Writes the gates of patterns: `python -m tests.safety.gates NAME...`, the names of pattern files.

Lines whose gates are `?` get gates that follow from their pattern: up to three sets of words, of each of which every
text that the pattern matches holds one; the rarest first. `test_rules` shows whether gates lose anything.
"""

import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from app.safety.rules import STEM, Rules
from tests.safety.matches import OPEN, Matches, opens

FOLDER = Path(__file__).parents[2] / "app/safety/patterns"
COMMON = frozenset((FOLDER.parents[1] / "style/lists/function_words.txt").read_text(encoding="utf-8").split())
SETS, TRIES, ROUNDS = 3, 400, 40

Words = frozenset[str]


def _cost(word: str) -> float:
    return 60 if word in COMMON else 7 if len(word) < 4 else 1


def _gate(word: str) -> str | None:
    """What a word of a made text may be a gate as: itself, or the stem before what may be any letters."""
    stem = word.rstrip(OPEN)
    if stem != word:
        return f"{stem}*" if len(stem) >= STEM else None
    return word if re.fullmatch(r"[^\W\d_]{2,}|i", word) and word != "zz" else None


def _held(texts: Iterable[str]) -> set[Words]:
    return {frozenset(filter(None, map(_gate, text.split()))) for text in texts}


def _cover(texts: Collection[Words], used: Words) -> list[str]:
    """Cheap words of which each text holds one; none where a text holds no other than the used ones."""
    left = [words - used for words in texts]
    gates: list[str] = []
    while left:
        counted = Counter(word for words in left for word in words)
        if not all(left):
            return []
        gates.append(min(counted, key=lambda word: (_cost(word) / counted[word], word)))
        left = [words for words in left if gates[-1] not in words]
    return gates


def _sets(pattern: re.Pattern[str]) -> Iterator[list[str]]:
    texts = _held(Matches(pattern).texts(TRIES))
    used: Words = frozenset()
    for turn in range(SETS):
        for seed in range(ROUNDS):
            gates = _cover(texts, used)
            missed = _held(text for text in Matches(pattern, gates, seed).texts(150) if not opens(gates, text.split()))
            if not gates or not missed:
                break
            texts |= missed
        if not gates or (turn and sum(map(_cost, gates)) > 200):
            return
        yield gates
        used |= frozenset(gates)


def gated(line: str, classes: list[str]) -> str:
    """The line with its gates."""
    pattern = line.partition(" :: ")[2]
    (rule,) = Rules({"classes": classes, "only": [f"* :: {pattern}"]}).rules
    # A stem opens a rule and is nothing that it can need beside.
    sets = sorted(
        _sets(rule.pattern), key=lambda gates: (not any("*" in gate for gate in gates), sum(map(_cost, gates)))
    )
    sets = [gates for place, gates in enumerate(sets) if not place or not any("*" in gate for gate in gates)]
    return f"{' + '.join(' '.join(sorted(gates)) for gates in sets) or '*'} :: {pattern}"


def main(names: list[str]) -> None:
    for name in names:
        path = FOLDER / f"{name}.txt"
        lines = path.read_text(encoding="utf-8").splitlines()
        classes = [line for line in lines if " = " in line and " :: " not in line]
        lines = [gated(line, classes) if line.startswith("? :: ") else line for line in lines]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
