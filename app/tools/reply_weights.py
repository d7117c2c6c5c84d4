"""Fit the weights of the reply checks, and say what they are worth on sentences by authors that they have not seen.

Usage: python -m app.tools.reply_weights OUT.bin CASES.jsonl…

A file is one author's. Each line is a sentence of a reply, or a few, with its `text` and the `check` that it must not
pass, or null. The result is the same for the same files.
"""

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from app.safety.checks import LEARNT
from app.safety.weights import write_weights
from app.tools.care_scores import Share
from app.tools.console import complain_of, print_lines
from app.tools.corpus_files import cases_of, digest_of
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, metavar="OUT.bin")
    parser.add_argument("files", type=Path, nargs="+", metavar="CASES.jsonl")
    given = parser.parse_args()
    try:
        lines = Lines(list(cases_of(given.files, Line.of)))
        unseen = {check: lines.unseen(check) for check in LEARNT}
        given.out.write_bytes(write_weights(fit_weights(lines, digest_of(given.files), unseen)))
    except OSError as error:
        complain_of(error)
        raise SystemExit(1) from None
    except ValueError as error:
        raise SystemExit(str(error)) from None
    print_lines((f"{given.out}: {len(lines.lines)} sentences; on authors not seen:", *report(lines, unseen)))


if __name__ == "__main__":
    main()
