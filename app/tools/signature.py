"""Train and try a signature: which model does a reply sound like?

Usage: python -m app.tools.signature train REPLIES.jsonl OUT.json
       python -m app.tools.signature evaluate REPLIES.jsonl [--signature FILE.json]

REPLIES has one object a line: `reply`; `source` or `model`; optional `post_num` or `post_id`. `train` fits a signature
that the config may name (`signature: OUT.json`). `evaluate` tells how well it would do on posts it has not seen: by
ten folds grouped by post, or, with `--signature`, by that file. It prints the accuracy with a 95 % interval (posts
drawn anew 2,000 times), precision, recall and F1 of each source, the confusion matrix, and what tells each of them.
Fitting needs scikit-learn: pip install 'warmline[train]'.
"""

import argparse
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from statistics import pstdev

from app.style.signature import FORMAT, MEASURED, Signature, load_signature, values_of
from app.style.word_lists import LISTS_VERSION
from app.tools.replies import Fault, complain, parse_reply, read_lines

_DRAWS = 2_000
_TOLD = 12

try:
    from app.tools.training import Sample, cross_validate, fit
except ModuleNotFoundError as missing:
    sys.exit(f"{missing.name} is not installed: pip install 'warmline[train]'")


def accuracy_interval(samples: Sequence[Sample], given: Sequence[str]) -> tuple[float, float]:
    """95 % interval of the accuracy; replies to one post resemble each other, so posts are drawn, not replies."""
    right: dict[str, list[bool]] = defaultdict(list)
    for sample, source in zip(samples, given, strict=True):
        right[sample.group].append(sample.source == source)
    posts = list(right.values())
    draw = random.Random(1)  # noqa: S311
    accuracies = []
    for _ in range(_DRAWS):
        drawn = [hit for post in draw.choices(posts, k=len(posts)) for hit in post]
        accuracies.append(sum(drawn) / len(drawn))
    accuracies.sort()
    return accuracies[int(0.025 * _DRAWS)], accuracies[int(0.975 * _DRAWS)]


def report(samples: Sequence[Sample], given: Sequence[str]) -> Iterator[str]:
    """Accuracy, the sources one by one, the confusion matrix."""
    sources = sorted({sample.source for sample in samples} | set(given))
    pairs = Counter(zip((sample.source for sample in samples), given, strict=True))
    right = sum(pairs[source, source] for source in sources)
    low, high = accuracy_interval(samples, given)
    posts = len({sample.group for sample in samples})
    yield f"accuracy {right / len(samples):.3f} [{low:.3f}, {high:.3f}], {len(samples)} replies to {posts} posts"
    width = max(map(len, sources)) + 2
    yield f"\n{'source':{width}}{'precision':>10}{'recall':>10}{'F1':>10}"
    for source in sources:
        written = sum(pairs[source, other] for other in sources)
        named = sum(pairs[other, source] for other in sources)
        hits = pairs[source, source]
        shares = (hits / named if named else 0, hits / written if written else 0, 2 * hits / ((named + written) or 1))
        yield f"{source:{width}}" + "".join(f"{share:10.3f}" for share in shares)
    yield f"\n{'written by':{width}}{'taken for'}"
    yield " " * width + "".join(f"{source:>{width}}" for source in sources)
    for source in sources:
        yield f"{source:{width}}" + "".join(f"{pairs[source, other]:{width}}" for other in sources)


def telling(signature: Signature, samples: Sequence[Sample]) -> Iterator[str]:
    """What speaks most for each source: weight times standard deviation over the samples."""
    values = zip(*(values_of(sample.style, signature.means) for sample in samples), strict=True)
    spreads = [pstdev(map(float, column)) for column in values]
    spreads += [pstdev(float(sign in sample.signs) for sample in samples) for sign in signature.signs]
    names = [*MEASURED, *(f'"{sign}"' for sign in signature.signs)]
    for place, source in enumerate(signature.sources):
        weights = [*signature.measured[place], *(row[place] for row in signature.signs.values())]
        speaks = {name: weight * spread for name, weight, spread in zip(names, weights, spreads, strict=True)}
        ranked = sorted(speaks, key=lambda name: -speaks[name])[:_TOLD]
        yield f"{source}: " + ", ".join(f"{name} {speaks[name]:+.2f}" for name in ranked)


def write_signature(signature: Signature, path: Path, replies: int) -> None:
    """The file that the service reads; weights to six digits."""
    content = {"format": FORMAT, "lists_version": LISTS_VERSION, "replies": replies, **asdict(signature)}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="fit a signature and write it")
    train.add_argument("replies", type=Path)
    train.add_argument("out", type=Path)
    evaluate = commands.add_parser("evaluate", help="how well a signature does on unseen posts")
    evaluate.add_argument("replies", type=Path)
    evaluate.add_argument("--signature", type=Path, help="try this file instead of ten folds")
    options = parser.parse_args(arguments)
    faults: list[Fault] = []
    try:
        lines = read_lines(options.replies, partial(parse_reply, posts={}), faults)
        samples = [
            Sample.of(line.source, line.post_id or f"reply {place}", line.reply) for place, line in enumerate(lines)
        ]
        for line in (
            _train(samples, options.out) if options.command == "train" else _evaluate(samples, options.signature)
        ):
            print(line)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    complain(faults)
    return 2 if faults else 0


def _train(samples: Sequence[Sample], out: Path) -> Iterator[str]:
    signature = fit(samples)
    write_signature(signature, out, len(samples))
    yield f"{out}: {len(MEASURED)} measures and {len(signature.signs)} signs of {len(samples)} replies"
    yield from telling(signature, samples)


def _evaluate(samples: Sequence[Sample], path: Path | None) -> Iterator[str]:
    if not samples:
        raise ValueError("there are no replies to evaluate")
    if path:
        signature = load_signature(path)
        yield from report(
            samples, [str(signature.score(sample.text, sample.style)["sounds_like"]) for sample in samples]
        )
    else:
        yield from report(samples, cross_validate(samples))
        signature = fit(samples)
    yield "\nwhat tells each source from the others (weight times standard deviation):"
    yield from telling(signature, samples)


if __name__ == "__main__":
    sys.exit(main())
