"""What the commands that fit weights have in common."""

import argparse
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from app.safety.weights import Weights, write_weights
from app.tools.console import complain_of, print_lines

# From the files of cases: the weights, what they were fitted on, and a line for each thing that they are worth.
Fit = Callable[[Sequence[Path]], tuple[Weights, str, Iterable[str]]]


def run_fit(description: str | None, fit: Fit) -> None:
    """Read the command line, write the weights that it asks for, and say what they are worth.

    Raises:
        SystemExit: a file cannot be read or written, or does not hold what can be learnt from; it is named.
    """
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, metavar="OUT.bin")
    parser.add_argument("files", type=Path, nargs="+", metavar="CASES.jsonl")
    given = parser.parse_args()
    try:
        weights, cases, report = fit(given.files)
        given.out.write_bytes(write_weights(weights))
    except OSError as error:
        complain_of(error)
        raise SystemExit(1) from None
    except ValueError as error:
        raise SystemExit(str(error)) from None
    print_lines((f"{given.out}: {cases}; on authors not seen:", *report))
