"""Train and try a signature: which model does a reply sound like?

Usage: python -m app.tools.signature train REPLIES.jsonl OUT.json
       python -m app.tools.signature evaluate REPLIES.jsonl [--repeats N | --signature FILE.json]

REPLIES has one object a line: `reply`; `source` or `model`; optional `post_num` or `post_id`, and `post`, the post's
text. A line that is not so is named on standard error (file, line, field; never what it says) and left out; the rest is
used, and the exit status is 2. Replies to one post (the same id or, whatever its case and blanks, the same text) and
replies of the same words belong together: no signature is tried on what belongs to a reply that it was fitted on.

`train` fits a signature that the config may name (`signature: OUT.json`). Its signs are words of Warmline's own lists
and phrases that stand in replies to three posts or more; the file is still as private as the replies.
`evaluate` tells how well it would do on posts it has not seen: by ten folds of whole posts (with --repeats, divided
anew N times), or, with --signature, by that file; it warns where these are the replies that the file was trained on.
It prints the accuracy with a 95 % interval (Wilson's, at the number of independent replies that replies to these posts
are worth), precision, recall and F1 of each source, the confusion matrix, and what tells each of them.
Fitting needs scikit-learn: pip install 'warmline[train]'.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean

from app.style.signature import MEASURED, Signature
from app.style.signature_file import BadSignature, Training, read_signature, signature_content
from app.tools.console import complain_of, print_lines
from app.tools.groups import digest_of, groups_of, normalised
from app.tools.replies import Fault, ReplyLine, complain, parse_worded_reply, read_lines

try:
    from app.tools.training import Sample, fit
    from app.tools.trial import FOLDS, Accuracy, cross_validate, name_source, report, telling
except ModuleNotFoundError as missing:
    sys.exit(f"{missing.name} is not installed: pip install 'warmline[train]'")

_MOST_REPEATS = 100


class NotEnough(ValueError):
    """The replies are too few, or of too few sources or posts."""


def training_of(lines: Sequence[ReplyLine]) -> Training:
    """How many replies these are, and the digest of all of them, whatever their order, case and blanks.

    One digest of all: a digest of each would let whoever has the file test a guess of any short reply.
    """
    replies = sorted(digest_of(normalised(line.reply)) for line in lines)
    return Training(len(replies), digest_of("\n".join(replies)))


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    faults: list[Fault] = []
    try:
        lines = read_lines(options.replies, parse_worded_reply, faults)
        complain(faults)
        if options.command == "train":
            print_lines(_train(lines, options.out))
        elif options.signature:
            print_lines(_try_file(lines, options.signature))
        else:
            print_lines(_try_folds(lines, options.repeats))
    except OSError as error:
        complain_of(error)
        return 2
    except BadSignature as error:
        print(error, file=sys.stderr)
        return 2
    except NotEnough as error:
        print(f"{options.replies.name}: {error}", file=sys.stderr)
        return 2
    return 2 if faults else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="fit a signature and write it")
    train.add_argument("replies", type=Path)
    train.add_argument("out", type=Path)
    evaluate = commands.add_parser("evaluate", help="how well a signature does on unseen posts")
    evaluate.add_argument("replies", type=Path)
    how = evaluate.add_mutually_exclusive_group()
    how.add_argument("--signature", type=Path, help="try this file instead of ten folds")
    how.add_argument("--repeats", type=_repeats, default=1, help="divide into folds so many times")
    return parser.parse_args(arguments)


def _repeats(given: str) -> int:
    if not given.isdecimal() or not 1 <= int(given) <= _MOST_REPEATS:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to {_MOST_REPEATS}")
    return int(given)


def _samples(lines: Sequence[ReplyLine]) -> list[Sample]:
    if not lines:
        raise NotEnough("there are no replies to use")
    return [Sample.of(line.source, group, line.reply) for line, group in zip(lines, groups_of(lines), strict=True)]


def _posts_of_sources(samples: Sequence[Sample]) -> dict[str, int]:
    """How many posts each source answered.

    Raises:
        NotEnough: where these are too few to tell the sources apart.
    """
    groups = defaultdict(set)
    for sample in samples:
        groups[sample.source].add(sample.group)
    if len(groups) < 2:
        raise NotEnough("a signature tells sources apart: the replies must be of two sources or more")
    for source, own in sorted(groups.items()):
        if len(own) < 2:
            raise NotEnough(f"{source} must have replies to two posts or more, each of different words")
    return {source: len(own) for source, own in sorted(groups.items())}


def _train(lines: Sequence[ReplyLine], out: Path) -> Iterator[str]:
    samples = _samples(lines)
    _posts_of_sources(samples)
    signature = fit(samples)
    content = signature_content(signature, training_of(lines))
    out.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    yield f"{out}: {len(MEASURED)} measures and {len(signature.signs)} signs of {len(samples)} replies"
    yield from telling(signature, samples)


def _try_file(lines: Sequence[ReplyLine], path: Path) -> Iterator[str]:
    signature, training = read_signature(path)
    samples = _samples(lines)
    accuracy, interval, *rest = report(samples, [name_source(signature, sample) for sample in samples])
    yield from (accuracy, interval)
    if training.digest is None:
        yield f"note: {path.name} does not tell what it was trained on; replies that it knows would prove nothing"
    elif training.digest == training_of(lines).digest:
        yield f"warning: this accuracy proves nothing: {path.name} was trained on these very replies"
    for source in sorted({sample.source for sample in samples} - set(signature.sources)):
        yield f"note: {path.name} does not know {source}, whose replies all count as wrong"
    yield from rest
    yield from _telling(signature, samples)


def _try_folds(lines: Sequence[ReplyLine], repeats: int) -> Iterator[str]:
    samples = _samples(lines)
    posts = _posts_of_sources(samples)
    # The first division is the one that is reported.
    named, *others = (cross_validate(samples, seed) for seed in range(1, repeats + 1))
    accuracy, interval, *rest = report(samples, named)
    yield from (accuracy, interval)
    if repeats > 1:
        ways = [Accuracy.of(samples, names).share for names in (named, *others)]
        yield f"divided into folds {repeats} times: mean {fmean(ways):.3f}, {min(ways):.3f} to {max(ways):.3f}"
    for source, count in posts.items():
        if count < FOLDS:
            yield f"note: {source} has replies to {count} posts, fewer than the {FOLDS} folds: its numbers are rough"
    yield from rest
    yield from _telling(fit(samples), samples)


def _telling(signature: Signature, samples: Sequence[Sample]) -> Iterator[str]:
    yield "\nwhat tells each source from the others (weight times standard deviation):"
    yield from telling(signature, samples)


if __name__ == "__main__":
    sys.exit(main())
