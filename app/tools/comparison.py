"""The statistics of a comparison of sources, pure: means, differences paired by post, diversity of a set.

Replies to one post resemble each other, so the post is the unit of every interval here. Intervals are 95 %,
one at a time: of twenty measures that do not differ, one is expected to look as if it did.
"""

import gzip
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import combinations, pairwise
from statistics import fmean, stdev

# Of each reply: the post's id, or None, and the value of a measure.
Values = Sequence[tuple[str | None, float]]
_PROBABILITY = 0.975
_ROUNDING = 1e-9  # measures have four decimals: a standard deviation below this is the noise of subtracting floats
_GZIP_LEVEL = 9


@dataclass(frozen=True, slots=True)
class StyledReply:
    """A reply with its words, lower-cased, and its measures; `post_id` is None where nobody named the post."""

    source: str
    post_id: str | None
    text: str
    words: tuple[str, ...]
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Summary:
    """A measure over the replies of a source, in its own unit.

    Attributes:
        n: replies that have the measure.
        sd: standard deviation with n - 1; None for one reply.
        low, high: 95 % interval of the mean; None where fewer than two posts are known.
    """

    n: int
    mean: float
    sd: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Difference:
    """`first` minus `second` over the posts that both answered; several replies to a post are averaged first.

    Attributes:
        pairs: posts; with none of them all else is None, with one the interval and `cohens_d` are.
        cohens_d: of the pairs (d_z): mean of the differences ÷ their standard deviation; None where that is 0.
    """

    measure: str
    first: str
    second: str
    pairs: int
    mean: float | None
    low: float | None
    high: float | None
    cohens_d: float | None


@dataclass(frozen=True, slots=True)
class SetLevel:
    """How much the replies of a source repeat each other, at the same size for every source.

    Attributes:
        n, n_shared: replies counted, and those of them that answer a post which every source answered.
        words, utf8_bytes: how much of them distinct_1 and distinct_2, and compression_ratio, are counted in.
        distinct_1, distinct_2: different n-grams ÷ n-grams (Li et al. 2016), none of them across two replies.
        compression_ratio: bytes ÷ bytes after gzip; higher is more repetitive (Shaib et al. 2024).
        opener_diversity: different first three words ÷ n.
    """

    n: int
    n_shared: int
    words: int
    utf8_bytes: int
    distinct_1: float | None
    distinct_2: float | None
    compression_ratio: float
    opener_diversity: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """All of it: `sources` → replies; `means` by measure, then source; sources without a word have no `sets`."""

    sources: Mapping[str, int]
    means: Mapping[str, Mapping[str, Summary]]
    differences: Sequence[Difference]
    sets: Mapping[str, SetLevel]


def compare(replies: Sequence[StyledReply], measures: Iterable[str]) -> Comparison:
    """Sources in alphabetical order, measures in the given one; the order of the replies changes nothing."""
    sources = sorted({reply.source for reply in replies})
    by_source = {source: [reply for reply in replies if reply.source == source] for source in sources}
    known = {
        name: {
            source: [(reply.post_id, float(reply.values[name])) for reply in own if name in reply.values]
            for source, own in by_source.items()
        }
        for name in measures
        if any(name in reply.values for reply in replies)
    }
    pairs = list(combinations(sources, 2)) if any(reply.post_id is not None for reply in replies) else []
    return Comparison(
        sources={source: len(own) for source, own in by_source.items()},
        means={name: {source: summarise(own) for source, own in of.items() if own} for name, of in known.items()},
        differences=[difference(name, *pair, of) for pair in pairs for name, of in known.items()],
        sets=set_levels(by_source),
    )


def summarise(values: Values) -> Summary:
    """Mean, spread and interval of at least one value; a value without a post is a post of its own.

    The interval is cluster-robust (Liang and Zeger 1986, times G ÷ (G - 1)): deviations from the mean are summed
    within each of the G posts before they are squared. With one reply a post it is the ordinary interval of a mean.
    """
    mean = fmean(value for _, value in values)
    deviations: dict[object, list[float]] = defaultdict(list)
    for number, (post, value) in enumerate(values):
        deviations[number if post is None else post].append(value - mean)
    n, posts = len(values), len(deviations)
    sd = stdev(value for _, value in values) if n > 1 else None
    if posts < 2:
        return Summary(n, mean, sd, None, None)
    squares = math.fsum(math.fsum(of_post) ** 2 for of_post in deviations.values())
    reach = t_quantile(_PROBABILITY, posts - 1) * math.sqrt(squares * posts / (posts - 1)) / n
    return Summary(n, mean, sd, mean - reach, mean + reach)


def difference(measure: str, first: str, second: str, values: Mapping[str, Values]) -> Difference:
    ours, theirs = _post_means(values[first]), _post_means(values[second])
    deltas = [(None, ours[post] - theirs[post]) for post in ours.keys() & theirs.keys()]
    if not deltas:
        return Difference(measure, first, second, 0, None, None, None, None)
    of_pairs = summarise(deltas)
    d = of_pairs.mean / of_pairs.sd if of_pairs.sd and of_pairs.sd > _ROUNDING else None
    return Difference(measure, first, second, of_pairs.n, of_pairs.mean, of_pairs.low, of_pairs.high, d)


def _post_means(values: Values) -> dict[str, float]:
    by_post: dict[str, list[float]] = defaultdict(list)
    for post, value in values:
        if post is not None:
            by_post[post].append(value)
    return {post: fmean(of_post) for post, of_post in by_post.items()}


def set_levels(by_source: Mapping[str, Sequence[StyledReply]]) -> dict[str, SetLevel]:
    """Diversity at equal n, words and bytes, since each of its measures moves with the size of the set alone."""
    shared, chosen = choose_equally(by_source)
    words = min((sum(len(reply.words) for reply in own) for own in chosen.values()), default=0)
    joined = {s: "\n".join(r.text for r in own).encode("utf-8", "surrogatepass") for s, own in chosen.items()}
    size = min(map(len, joined.values()), default=0)
    runs = {source: _first_words(own, words) for source, own in chosen.items()}
    return {
        source: SetLevel(
            n=len(own),
            n_shared=sum(reply.post_id in shared for reply in own),
            words=words,
            utf8_bytes=size,
            distinct_1=_distinct(word for run in runs[source] for word in run),
            distinct_2=_distinct(pair for run in runs[source] for pair in pairwise(run)),
            compression_ratio=size / len(gzip.compress(joined[source][:size], _GZIP_LEVEL, mtime=0)),
            opener_diversity=len({reply.words[:3] for reply in own}) / len(own),
        )
        for source, own in chosen.items()
    }


def choose_equally(by_source: Mapping[str, Sequence[StyledReply]]) -> tuple[set[str], dict[str, list[StyledReply]]]:
    """The posts that all sources answered, and as many replies of each source as the smallest has.

    First replies to shared posts come first, then second ones and so on, then the others; within these, by a hash
    of the post's id, so that a file sorted by topic is not cut to its first topics and the order of lines is nothing.
    Replies without words, and sources that have no others, are left out.
    """
    worded = {source: kept for source, own in by_source.items() if (kept := [reply for reply in own if reply.words])}
    answered = [{reply.post_id for reply in own if reply.post_id is not None} for own in worded.values()]
    shared = set.intersection(*answered) if answered else set()
    n = min(map(len, worded.values()), default=0)
    return shared, {source: _ranked(own, shared)[:n] for source, own in worded.items()}


def _ranked(replies: Sequence[StyledReply], shared: set[str]) -> list[StyledReply]:
    turns: Counter[str | None] = Counter()
    ranks: list[tuple[bool, int, StyledReply]] = []
    for reply in sorted(replies, key=lambda reply: (_digest(reply.post_id or ""), _digest(reply.text))):
        ranks.append((reply.post_id not in shared, turns[reply.post_id], reply))
        turns[reply.post_id] += reply.post_id is not None
    return [reply for _, _, reply in sorted(ranks, key=lambda rank: rank[:2])]


def _digest(text: str) -> bytes:
    return sha256(text.encode("utf-8", "surrogatepass")).digest()


def _first_words(replies: Sequence[StyledReply], limit: int) -> list[tuple[str, ...]]:
    """The words of each reply, up to `limit` in all; the reply that goes beyond is cut."""
    runs = []
    for reply in replies:
        runs.append(reply.words[:limit])
        limit -= len(runs[-1])
    return runs


def _distinct(grams: Iterable[object]) -> float | None:
    counts = Counter(grams)
    return len(counts) / counts.total() if counts else None


@cache
def t_quantile(probability: float, degrees: int) -> float:
    """The quantile of Student's t, for a probability above a half, found by halving."""
    low, high = 0.0, 1e9
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if _t_within(middle, degrees) < 2 * probability - 1 else (low, middle)
    return (low + high) / 2


def _t_within(t: float, degrees: int) -> float:
    """P(|T| < t), the regularised incomplete beta function I(y; 1/2, degrees/2) at y = t² ÷ (degrees + t²)."""
    rest = degrees / (degrees + t * t)
    return 1 - _beta_share(rest, degrees / 2, 0.5) if rest < 0.5 else _beta_share(1 - rest, 0.5, degrees / 2)


def _beta_share(x: float, a: float, b: float) -> float:
    """I(x; a, b) by its series of positive terms (Abramowitz and Stegun 26.5.4), quick for x up to a half."""
    term = total = 1.0
    n = 0
    while term > 1e-17 * total:
        term *= x * (a + b + n) / (a + 1 + n)
        total += term
        n += 1
    front = a * math.log(x) + b * math.log1p(-x) + math.lgamma(a + b) - math.lgamma(a + 1) - math.lgamma(b)
    return total * math.exp(front)
