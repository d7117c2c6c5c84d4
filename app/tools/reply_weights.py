"""Fit the weights of the reply checks, and say what they are worth on sentences by authors that they have not seen.

Usage: python -m app.tools.reply_weights OUT.bin CASES.jsonl…

A file is one author's. Each line is a sentence of a reply, or a few, with its `text` and the `check` that it must not
pass, or null. The result is the same for the same files.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from app.safety.checks import LEARNT
from app.safety.weights import Weights
from app.tools.care_scores import Share
from app.tools.corpus_files import cases_of, digest_of
from app.tools.fit_command import run_fit
from app.tools.fitting import Array
from app.tools.reply_training import Line, Lines, fit_weights


def report(lines: Lines, unseen: Mapping[str, Array]) -> Iterator[str]:
    """What each check finds of what it must, and of what may stand, of authors not seen."""
    may_stand = lines.checks == ""
    wrong, right = np.zeros(len(lines.lines), dtype=bool), np.zeros(len(lines.lines), dtype=bool)
    for check, scores in unseen.items():
        found = scores > lines.bar(check, scores)
        of_check = lines.checks == check
        wrong |= found & may_stand
        right |= found & ~may_stand
        yield f"  recall: {check:36} {Share(int(found[of_check].sum()), int(of_check.sum()))}"
    yield f"  {'found by any check':44} {Share(int(right.sum()), int((~may_stand).sum()))}"
    yield f"  {'found of what may stand':44} {Share(int(wrong.sum()), int(may_stand.sum()))}"


def fit(paths: Sequence[Path]) -> tuple[Weights, str, Iterator[str]]:
    """The weights of the reply checks from these files."""
    lines = Lines(list(cases_of(paths, Line.of)))
    unseen = {check: lines.unseen(check) for check in LEARNT}
    weights = fit_weights(lines, digest_of(paths), unseen)
    return weights, f"{len(lines.lines)} sentences", report(lines, unseen)


def main() -> None:
    run_fit(__doc__, fit)


if __name__ == "__main__":
    main()
