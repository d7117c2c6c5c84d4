"""Compare the style of replies of several sources: models, prompt versions, people.

Usage: python -m app.tools.compare REPLIES.jsonl [--posts POSTS.jsonl] [--json OUT.json] [--svg OUT.svg]

REPLIES has one object a line: `reply`; `source` or `model`; optional `post_num` or `post_id` (any scalar; 1 and "1"
are one post) and `post`, the post's text. POSTS has `post_num` or `post_id`, and `post`. The text is used by the
measures that compare a reply with its post. Replies answer one post, and are paired, where its id or its text is the
same. A line that is not so is named on standard error (file, line, field; never what it says) and left out; the rest is
compared, and the exit status is 2.

Printed: mean, standard deviation (n - 1) and n of each measure and source; where posts are known, differences paired by
post with 95 % intervals and Cohen's d of the pairs; diversity of each source's set at equal size. A measure that is yes
or no is the share of replies that have it. Each tactic and each stock phrase is a measure of its own (`tactics.advice`
is the share of a reply's sentences). What is a text is left out.

--json writes all of it, null where there is nothing to tell:
  left_out     [{file, line, field, problem}]: the lines that could not be used
  sources      {source: replies}
  units        {measure: unit}
  means        {measure: {source: {n, mean, sd, low, high}}}; low and high: 95 % interval of the mean, by post
  differences  [{measure, first, second, pairs, mean, low, high, cohens_d}]: first minus second; pairs: posts
  sets         {source: {n, n_shared, words, utf8_bytes, distinct_1, distinct_2, compression_ratio,
               opener_diversity}}; n_shared: replies of the n to posts that every source answered
--svg writes a figure of the means, of 24 measures at most: those in which two sources differ most, in SDs.
"""

import argparse
import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from itertools import groupby
from pathlib import Path

from app.style.measures import MEASURES, measures_of
from app.style.tactics import TACTICS
from app.style.text import Style, Text
from app.style.wording import STOCK_PHRASES
from app.tools.comparison import Comparison, StyledReply, Summary, compare
from app.tools.console import complain_of, print_lines, write_text
from app.tools.effects import choose_panels
from app.tools.figure import draw, number
from app.tools.groups import posts_of
from app.tools.replies import Fault, ReplyLine, complain, parse_post, parse_reply, read_lines

_SOURCES_ABREAST = 3
# The measures that are objects, and their parts: names of their own here.
_PARTS = {
    "stock_phrases": {f"stock_phrases.{name}": name for name in STOCK_PHRASES},
    "tactics": {f"tactics.{name}": name for name in TACTICS},
}
NAMES = [name for measure in MEASURES for name in _PARTS.get(measure, (measure,))]
_NAME, _UNIT = max(map(len, NAMES)) + 2, 22


def style_of(line: ReplyLine, post: str | None) -> StyledReply:
    """A reply to the post of that name, with those of its measures that are finite numbers, or yes or no."""
    text = Text.of(line.reply, None if line.post is None else Text.of(line.post))
    style = _by_name(measures_of(text)).items()
    values = {name: value for name, value in style if isinstance(value, int | float) and math.isfinite(value)}
    return StyledReply(line.source, post, line.reply, tuple(text.words), values)


def _by_name(style: Style) -> dict[str, object]:
    """The measures with each tactic's share and each stock phrase as one of them."""
    named: dict[str, object] = dict(style)
    for measure, parts in _PARTS.items():
        found = named.pop(measure)
        if isinstance(found, Mapping):
            shares = found.get("shares", found)
            named |= {name: shares[part] for name, part in parts.items()}
    return named


def units_of(replies: Sequence[StyledReply], comparison: Comparison) -> dict[str, str]:
    flags = {name for reply in replies for name, value in reply.values.items() if isinstance(value, bool)}
    measures = {name: entry.unit for name, entry in MEASURES.items()}
    own = measures | dict.fromkeys(_PARTS["tactics"], "share of sentences")
    return {name: "share of replies" if name in flags else own[name] for name in comparison.means}


def tables(comparison: Comparison, units: Mapping[str, str]) -> Iterator[str]:
    """What is printed, line by line."""
    sources = list(comparison.sources)
    for first in range(0, len(sources), _SOURCES_ABREAST):
        widths = {source: max(28, len(source) + 4) for source in sources[first : first + _SOURCES_ABREAST]}
        yield " " * (_NAME + _UNIT) + "".join(f"{source:>{width}}" for source, width in widths.items())
        yield f"{'measure':{_NAME}}{'unit':{_UNIT}}" + "".join(
            f"{'mean       SD      n':>{width}}" for width in widths.values()
        )
        for name, means in comparison.means.items():
            cells = (f"{_cell(means.get(source)):>{width}}" for source, width in widths.items())
            yield f"{name:{_NAME}}{units[name]:{_UNIT}}{''.join(cells)}"
        yield ""
    yield from _pair_tables(comparison)
    yield from _set_table(comparison)


def _cell(mean: Summary | None) -> str:
    return f"{number(mean.mean)}{number(mean.sd):>9}{mean.n:>7}" if mean else f"–{'–':>9}{0:>7}"


def _pair_tables(comparison: Comparison) -> Iterator[str]:
    for (first, second), group in groupby(comparison.differences, key=lambda entry: (entry.first, entry.second)):
        yield f"{first} − {second}, paired by post"
        yield f"{'measure':{_NAME}}{'difference':>12}{'95 % interval':>24}{'d':>9}{'pairs':>8}"
        for entry in group:
            interval = "–" if entry.low is None else f"{number(entry.low)} to {number(entry.high)}"
            cells = f"{number(entry.mean):>12}{interval:>24}{number(entry.cohens_d):>9}{entry.pairs:>8}"
            yield f"{entry.measure:{_NAME}}{cells}"
        yield ""
    if len(comparison.sources) < 2:
        yield "One source: no differences.\n"
    elif not comparison.differences:
        yield "No reply names its post (post_num, post_id or post): no paired differences.\n"
    else:
        yield "Each interval stands alone: of twenty measures that do not differ, one is expected to leave out 0.\n"


def _set_table(comparison: Comparison) -> Iterator[str]:
    if not comparison.sets:
        yield "No reply has words: no set level."
        return
    one = next(iter(comparison.sets.values()))
    sizes = f"{one.words} words (distinct_1, distinct_2), {one.utf8_bytes} bytes (compression_ratio)"
    yield f"Sets of equal size: n = {one.n} replies, {sizes}"
    columns = ("distinct_1", "distinct_2", "compression_ratio", "opener_diversity")
    width = max(20, *(len(source) + 2 for source in comparison.sources))
    yield f"{'source':{width}}" + "".join(f"{column:>19}" for column in columns) + f"{'on shared posts':>19}"
    for source, level in comparison.sets.items():
        cells = "".join(f"{number(getattr(level, column)):>19}" for column in columns)
        yield f"{source:{width}}{cells}{f'{level.n_shared} of {level.n}':>19}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("replies", type=Path)
    for option in ("--posts", "--json", "--svg"):
        parser.add_argument(option, type=Path)
    options = parser.parse_args(arguments)
    faults: list[Fault] = []
    posts: dict[str, str] = {}
    try:
        if options.posts:
            read_lines(options.posts, partial(parse_post, seen=posts), faults)
        lines = read_lines(options.replies, partial(parse_reply, posts=posts), faults)
    except OSError as error:
        complain_of(error)
        return 2
    complain(faults)
    replies = [style_of(line, post) for line, post in zip(lines, posts_of(lines), strict=True)]
    if not replies:
        print(f"{options.replies.name}: holds no reply to compare", file=sys.stderr)
        return 2
    if posts and not any(line.post_id in posts for line in lines):
        print(f"{options.posts.name}: none of its posts is one that a reply names", file=sys.stderr)
    comparison = compare(replies, NAMES)
    units = units_of(replies, comparison)
    print_lines(tables(comparison, units))
    whole = {"left_out": [asdict(fault) for fault in faults], "units": units, **asdict(comparison)}
    svg = draw(choose_panels(comparison, units), comparison.sources, len(comparison.means))
    written = write_text(options.json, json.dumps(whole, indent=1)), write_text(options.svg, svg)
    return 0 if all(written) and not faults else 2


if __name__ == "__main__":
    sys.exit(main())
