"""Fit the weights of the screen, and say what they are worth on cases by authors that they have not seen.

Usage: python -m app.tools.screen_weights OUT.bin CASES.jsonl…

A file is one author's. Each line is a post with its `text`, `level`, `subject`, `types`, `denied` and `kind`; files
whose name begins with `posts` count when thresholds are chosen. The result is the same for the same files.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from app.safety.weights import write_weights
from app.tools.care_scores import HARMLESS, Share
from app.tools.console import complain_of, print_lines
from app.tools.corpus_files import cases_of, digest_of
from app.tools.screen_training import FALSE_ALARMS, Case, Corpus, Unseen, above, fit_weights


def report(corpus: Corpus, unseen: Mapping[str, Unseen]) -> Iterator[str]:
    """What is found and what is taken for danger, by kind, in the whole posts of authors not seen."""
    marks: defaultdict[str, list[bool]] = defaultdict(list)
    found = {name: above(corpus, name, scores) for name, scores in unseen.items()}
    for place, case in enumerate(corpus.cases):
        if not case.is_whole:
            continue
        language = "" if case.is_english else ", other languages"
        if case.level == 0:
            kind = case.kind if case.kind in HARMLESS else "other"
            marks[f"false alarms: {kind}{language}"].append(bool(found["danger"][place]))
            marks[f"false alarms{language}"].append(bool(found["danger"][place]))
        elif case.level == 1:
            marks[f"at least soft: {case.kind}{language}"].append(bool(found["soft"][place]))
        else:
            marks[f"recall: {case.kind}{language}"].append(bool(found["danger"][place]))
    for measure, hits in sorted(marks.items()):
        yield f"  {measure:44} {Share(sum(hits), len(hits))}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, metavar="OUT.bin")
    parser.add_argument("files", type=Path, nargs="+", metavar="CASES.jsonl")
    given = parser.parse_args()
    try:
        corpus = Corpus(list(cases_of(given.files, Case.of)))
        unseen = {name: corpus.unseen(name) for name in FALSE_ALARMS}
        given.out.write_bytes(write_weights(fit_weights(corpus, digest_of(given.files), unseen)))
    except OSError as error:
        complain_of(error)
        raise SystemExit(1) from None
    except ValueError as error:
        raise SystemExit(str(error)) from None
    print_lines((f"{given.out}: {len(corpus.cases)} cases; on authors not seen:", *report(corpus, unseen)))


if __name__ == "__main__":
    main()
