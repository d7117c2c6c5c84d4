"""How well a signature does on posts that it was not fitted on: folds, accuracy with its interval, confusion."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import pstdev

from app.style.signature import MEASURED, Signature, values_of
from app.tools.training import Sample, fit, places

FOLDS = 10
_SEED = 1
_TOLD = 12
_Z = 1.959964  # of a normal distribution, 95 % lie so many standard deviations around its mean


def cross_validate(samples: Sequence[Sample], seed: int = _SEED) -> list[str]:
    """For each sample, the source that a signature of the other folds' posts gives it.

    Where only one source has replies to the other folds' posts, it is given.

    Raises:
        ValueError: with fewer than two groups.
    """
    given = [""] * len(samples)
    for fitted, tried in places(samples, FOLDS, seed):
        own = [samples[place] for place in fitted]
        sources = {sample.source for sample in own}
        signature = fit(own) if len(sources) > 1 else None
        for place in tried:
            given[place] = name_source(signature, samples[place]) if signature else next(iter(sources))
    if not all(given):
        raise ValueError("the replies must answer two posts or more")
    return given


def name_source(signature: Signature, sample: Sample) -> str:
    """Whom a sample sounds like."""
    return str(signature.score(sample.text, sample.style)["sounds_like"])


@dataclass(frozen=True, slots=True)
class Accuracy:
    """The share of samples whose source was named rightly.

    Attributes:
        low, high: Wilson's (score) interval of 95 % at `worth` independent replies (Wilson 1927).
        worth: replies ÷ design effect (Kish 1965), the variance of the accuracy with replies to one post taken
            together ÷ that with replies taken one by one, never below 1; where all replies or none are named
            rightly nothing tells of it, and the groups are counted.
    """

    share: float
    low: float
    high: float
    worth: float

    @classmethod
    def of(cls, samples: Sequence[Sample], given: Sequence[str]) -> "Accuracy":
        by_group: dict[str, list[bool]] = defaultdict(list)
        for sample, source in zip(samples, given, strict=True):
            by_group[sample.group].append(sample.source == source)
        worth = _worth(list(by_group.values()))
        share = sum(map(sum, by_group.values())) / len(samples)
        return cls(share, *wilson(share, worth), worth)


def _worth(groups: Sequence[Sequence[bool]]) -> float:
    n, right = sum(map(len, groups)), sum(map(sum, groups))
    share, count = right / n, len(groups)
    alone = n * share * (1 - share)
    if count < 2 or alone == 0:
        return count
    together = math.fsum((sum(group) - share * len(group)) ** 2 for group in groups) * count / (count - 1)
    return n / max(1.0, together / alone)


def wilson(share: float, n: float) -> tuple[float, float]:
    """The 95 % score interval of a share of n independent cases (Wilson 1927)."""
    square = _Z * _Z / n
    middle = (share + square / 2) / (1 + square)
    reach = math.sqrt(share * (1 - share) * square + square * square / 4) / (1 + square)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def report(samples: Sequence[Sample], given: Sequence[str]) -> Iterator[str]:
    """Accuracy, the sources one by one, the confusion matrix."""
    sources = sorted({sample.source for sample in samples} | set(given))
    pairs = Counter(zip((sample.source for sample in samples), given, strict=True))
    accuracy = Accuracy.of(samples, given)
    posts = len({sample.group for sample in samples})
    yield (
        f"accuracy {accuracy.share:.3f} [{accuracy.low:.3f}, {accuracy.high:.3f}], {len(samples)} replies to"
        f" {posts} posts"
    )
    yield f"(95 % interval by Wilson; replies to one post resemble each other: worth {accuracy.worth:.0f} single ones)"
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
