"""Fit the weights of the screen, and say what they are worth on cases by authors that they have not seen.

Usage: python -m app.tools.screen_weights OUT.bin CASES.jsonl…

A file is one author's. Each line is a post with its `text`, `level`, `subject`, `types`, `denied` and `kind`; files
whose name begins with `posts` count when thresholds are chosen. The result is the same for the same files.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from app.safety.weights import Weights
from app.tools.care_scores import HARMLESS, Share
from app.tools.corpus_files import cases_of, digest_of
from app.tools.fit_command import run_fit
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


def fit(paths: Sequence[Path]) -> tuple[Weights, str, Iterator[str]]:
    """The screen's weights from these files."""
    corpus = Corpus(list(cases_of(paths, Case.of)))
    unseen = {name: corpus.unseen(name) for name in FALSE_ALARMS}
    weights = fit_weights(corpus, digest_of(paths), unseen)
    return weights, f"{len(corpus.cases)} cases", report(corpus, unseen)


def main() -> None:
    run_fit(__doc__, fit)


if __name__ == "__main__":
    main()
