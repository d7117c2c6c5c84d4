"""Compare the style of replies of several sources: models, prompt versions, people.

Usage: python -m app.tools.compare REPLIES.jsonl [--posts POSTS.jsonl] [--json OUT.json] [--svg OUT.svg]

REPLIES has one object a line: `reply`; `source` or `model`; optional `post_num` or `post_id` (any scalar; 1 and "1"
are one post) and `post`, the post's text. POSTS has `post_num` or `post_id`, and `post`. The text is used by the
measures that compare a reply with its post, the id to pair replies. A line that is not so is named on standard error
(file, line, field; never what it says) and left out; the rest is compared, and the exit status is 2.

Printed: mean, standard deviation (n - 1) and n of each measure and source; where post ids are known, differences
paired by post with 95 % intervals and Cohen's d of the pairs; diversity of each source's set at equal size. A measure
that is yes or no is the share of replies that have it. Text measures and objects are left out.

--json writes all of it, null where there is nothing to tell:
  left_out     [{file, line, field, problem}]: the lines that could not be used
  sources      {source: replies}
  units        {measure: unit}
  means        {measure: {source: {n, mean, sd, low, high}}}; low and high: 95 % interval of the mean, by post
  differences  [{measure, first, second, pairs, mean, low, high, cohens_d}]: first minus second; pairs: posts
  sets         {source: {n, n_shared, words, utf8_bytes, distinct_1, distinct_2, compression_ratio,
               opener_diversity}}; n_shared: replies of the n to posts that every source answered
--svg writes a figure of the means.
"""

import argparse
import json
import math
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from io import TextIOWrapper
from itertools import groupby
from pathlib import Path

from app.style.measures import MEASURES, measures_of
from app.style.text import Text
from app.tools.comparison import Comparison, StyledReply, Summary, compare
from app.tools.figure import Panel, draw, number
from app.tools.replies import Fault, ReplyLine, complain, parse_post, parse_reply, read_lines

_SOURCES_ABREAST = 3


def style_of(line: ReplyLine) -> StyledReply:
    """A reply with those of its measures that are finite numbers, or yes or no."""
    text = Text.of(line.reply, None if line.post is None else Text.of(line.post))
    style = measures_of(text).items()
    values = {name: value for name, value in style if isinstance(value, int | float) and math.isfinite(value)}
    return StyledReply(line.source, line.post_id, line.reply, tuple(text.words), values)


def units_of(replies: Sequence[StyledReply], comparison: Comparison) -> dict[str, str]:
    flags = {name for reply in replies for name, value in reply.values.items() if isinstance(value, bool)}
    return {name: "share of replies" if name in flags else MEASURES[name].unit for name in comparison.means}


def tables(comparison: Comparison, units: Mapping[str, str]) -> Iterator[str]:
    """What is printed, line by line."""
    sources = list(comparison.sources)
    for first in range(0, len(sources), _SOURCES_ABREAST):
        widths = {source: max(28, len(source) + 4) for source in sources[first : first + _SOURCES_ABREAST]}
        yield " " * 42 + "".join(f"{source:>{width}}" for source, width in widths.items())
        yield f"{'measure':20}{'unit':22}" + "".join(f"{'mean       SD      n':>{width}}" for width in widths.values())
        for name, means in comparison.means.items():
            cells = (f"{_cell(means.get(source)):>{width}}" for source, width in widths.items())
            yield f"{name:20}{units[name]:22}{''.join(cells)}"
        yield ""
    yield from _pair_tables(comparison)
    yield from _set_table(comparison)


def _cell(mean: Summary | None) -> str:
    return f"{number(mean.mean)}{number(mean.sd):>9}{mean.n:>7}" if mean else f"–{'–':>9}{0:>7}"


def _pair_tables(comparison: Comparison) -> Iterator[str]:
    for (first, second), group in groupby(comparison.differences, key=lambda entry: (entry.first, entry.second)):
        yield f"{first} − {second}, paired by post"
        yield f"{'measure':20}{'difference':>12}{'95 % interval':>24}{'d':>9}{'pairs':>8}"
        for entry in group:
            interval = "–" if entry.low is None else f"{number(entry.low)} to {number(entry.high)}"
            cells = f"{number(entry.mean):>12}{interval:>24}{number(entry.cohens_d):>9}{entry.pairs:>8}"
            yield f"{entry.measure:20}{cells}"
        yield ""
    if len(comparison.sources) < 2:
        yield "One source: no differences.\n"
    elif not comparison.differences:
        yield "No reply names its post (post_num or post_id): no paired differences.\n"
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
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    complain(faults)
    replies = [style_of(line) for line in lines]
    if not replies:
        print(f"{options.replies.name}: holds no reply to compare", file=sys.stderr)
        return 2
    if posts and not any(reply.post_id in posts for reply in replies):
        print(f"{options.posts.name}: none of its posts is one that a reply names", file=sys.stderr)
    comparison = compare(replies, MEASURES)
    units = units_of(replies, comparison)
    _print(tables(comparison, units))
    whole = {"left_out": [asdict(fault) for fault in faults], "units": units, **asdict(comparison)}
    panels = [Panel(name, units[name], means) for name, means in comparison.means.items()]
    written = _write(options.json, json.dumps(whole, indent=1)), _write(options.svg, draw(panels, comparison.sources))
    return 0 if all(written) and not faults else 2


def _write(path: Path | None, text: str) -> bool:
    try:
        if path:
            path.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return False
    return True


def _print(lines: Iterator[str]) -> None:
    """To standard output, whatever its encoding, until its reader has seen enough (`| head`)."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        print(*lines, sep="\n", flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
