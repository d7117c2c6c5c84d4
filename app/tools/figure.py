"""The figure of a comparison: one SVG that needs nothing else, a small panel per measure, a mark per source.

Sources differ by colour, by shape and by place (each panel lists them in the legend's order), and every mean stands
beside its mark as a number: nobody needs to tell colours apart. Lengths are in SVG user units, 1 px by default.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from app.tools.comparison import Summary

# Okabe and Ito's colours, darkened to stand out from the light ground at least 3 : 1 (WCAG 2.2, 1.4.11). Six of
# them and five shapes: thirty sources before a pair repeats.
_COLOURS = ("#0072b2", "#d55e00", "#00795a", "#a6417f", "#766800", "#3b3b3b")
_SHAPES = (
    '<circle r="4.6"/>',
    '<rect x="-4.2" y="-4.2" width="8.4" height="8.4"/>',
    '<path d="M0-5.6 5.4 4.2H-5.4Z"/>',
    '<path d="M0-5.8 5.8 0 0 5.8-5.8 0Z"/>',
    '<path d="M-1.8-5.4H1.8V-1.8H5.4V1.8H1.8V5.4H-1.8V1.8H-5.4V-1.8H-1.8Z"/>',
)
_STYLE = (
    "text{font-family:Helvetica,Arial,'Liberation Sans',sans-serif;font-size:11px;fill:#2f2520}"
    ".head{font-size:22px;font-weight:bold}.lead{font-size:13px;fill:#5d4c40}.name{font-size:13px;font-weight:bold}"
    ".legend{font-size:13px}.unit,.tick{fill:#5d4c40}.tick{font-size:10px;text-anchor:middle}"
    ".unit,.value{text-anchor:end}.card{fill:#fffdf8;stroke:#e6d8c6}.grid{stroke:#efe5d8}"
    ".mark{stroke:#fffdf8;stroke-width:2;paint-order:stroke}.range{stroke-width:2.4;stroke-linecap:round}"
)
_WIDTH, _MARGIN, _GAP, _COLUMNS = 1200, 24, 10, 4
_PANEL = (_WIDTH - 2 * _MARGIN - (_COLUMNS - 1) * _GAP) / _COLUMNS
_PLOT_LEFT, _PLOT_RIGHT, _ROWS_TOP, _ROW, _AXIS = 22.0, _PANEL - 64, 38, 15, 22
_LETTER, _BOLD_LETTER = 0.5, 0.6  # widths in font sizes, on the safe side for Arial


@dataclass(frozen=True, slots=True)
class Panel:
    """A measure, its unit, and its mean per source; a source without a mean gets an empty row."""

    name: str
    unit: str
    means: Mapping[str, Summary]


def draw(panels: Sequence[Panel], sources: Mapping[str, int], measures: int) -> str:
    """The SVG document, one line per element. `sources` → replies; its order is that of the rows.

    `measures` tells of how many the panels were chosen; the figure says so where it does not show them all.
    """
    legend, top = _legend(sources)
    height = _ROWS_TOP + _ROW * len(sources) + _AXIS
    rows = -(-len(panels) // _COLUMNS)
    total = top + rows * (height + _GAP) + _MARGIN - _GAP
    title = "Style of replies by source"
    lead = "Mean of each measure with its 95 % interval. Every panel has its own scale."
    if measures > len(panels):
        lead += f" Shown: the {len(panels)} of {measures} measures in which two sources differ most, in SDs."
    told = ", ".join(f"{source} ({count} replies)" for source, count in sources.items())
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {total}" width="{_WIDTH}" height="{total}"'
            ' role="graphics-document document" aria-labelledby="title desc" lang="en">',
            f'<title id="title">{title}</title>',
            f'<desc id="desc">{_plain(f"{lead} Sources: {told}. {len(panels)} measures.")}</desc>',
            f"<style>{_STYLE}</style>",
            f'<rect width="{_WIDTH}" height="{total}" fill="#faf4ea"/>',
            f'<text class="head" x="{_MARGIN}" y="42">{title}</text>',
            f'<text class="lead" x="{_MARGIN}" y="64">{lead}</text>',
            *legend,
            *(
                part
                for number, panel in enumerate(panels)
                for part in _panel(
                    panel,
                    list(sources),
                    _MARGIN + number % _COLUMNS * (_PANEL + _GAP),
                    top + number // _COLUMNS * (height + _GAP),
                    height,
                )
            ),
            "</svg>",
        )
    )


def _legend(sources: Mapping[str, int]) -> tuple[list[str], int]:
    """The legend's elements, wrapped into lines, and where the panels begin below it."""
    parts, x, y = [], float(_MARGIN), 92
    for place, (source, count) in enumerate(sources.items()):
        label = f"{_shorten(source, 560, 13)} ({count} {'reply' if count == 1 else 'replies'})"
        width = 40 + len(label) * 13 * _BOLD_LETTER
        if x > _MARGIN and x + width > _WIDTH - _MARGIN:
            x, y = float(_MARGIN), y + 22
        parts.append(
            f"<g><title>{_plain(source)}</title>{_mark(place, x + 7, y - 4.5)}"
            f'<text class="legend" x="{x + 20:.1f}" y="{y}">{_plain(label)}</text></g>'
        )
        x += width
    return parts, y + 20


def _panel(panel: Panel, sources: Sequence[str], x: float, y: float, height: float) -> Iterator[str]:
    low, high, step = _scale(panel.means)
    unit = _fitting(panel.unit, _PANEL - 30 - len(panel.name) * 13 * _BOLD_LETTER, 11)
    yield f'<g role="group" aria-label="{_plain(_told(panel))}" transform="translate({x:g} {y:g})">'
    yield f'<rect class="card" width="{_PANEL:g}" height="{height:g}" rx="6"/>'
    yield f'<text class="name" x="12" y="21">{_plain(panel.name)}</text>'
    yield f'<text class="unit" x="{_PANEL - 12:g}" y="21">{_plain(unit)}</text>'
    bottom = _ROWS_TOP + _ROW * len(sources) - 4
    for tick in range(math.ceil(low / step), math.floor(high / step) + 1):
        at = _place(tick * step, low, high)
        yield f'<path class="grid" d="M{at:.1f} {_ROWS_TOP - 10}V{bottom}"/>'
        yield f'<text class="tick" x="{at:.1f}" y="{bottom + 13}">{_tick(tick * step, step)}</text>'
    for place, source in enumerate(sources):
        yield from _row(place, panel.means.get(source), low, high)
    yield "</g>"


def _row(place: int, mean: Summary | None, low: float, high: float) -> Iterator[str]:
    y = _ROWS_TOP + _ROW * place
    if mean is not None:
        at = _place(mean.mean, low, high)
        if mean.low is not None and mean.high is not None:
            left, right = _place(mean.low, low, high), _place(mean.high, low, high)
            colour = _COLOURS[place % len(_COLOURS)]
            yield f'<path class="range" stroke="{colour}" d="M{left:.1f} {y}H{right:.1f}"/>'
        yield _mark(place, at, y)
    yield f'<text class="value" x="{_PANEL - 12:g}" y="{y + 4}">{number(mean.mean if mean else None)}</text>'


def _mark(place: int, x: float, y: float) -> str:
    shape = _SHAPES[place % len(_SHAPES)]
    return f'<g class="mark" fill="{_COLOURS[place % len(_COLOURS)]}" transform="translate({x:.1f} {y:g})">{shape}</g>'


def _told(panel: Panel) -> str:
    """What a panel shows, for who does not see it."""
    means = (
        f"{source} {number(mean.mean)}" + ("" if mean.low is None else f" ({number(mean.low)} to {number(mean.high)})")
        for source, mean in panel.means.items()
    )
    return f"{panel.name}, {panel.unit}: {'; '.join(means)}"


def _scale(means: Mapping[str, Summary]) -> tuple[float, float, float]:
    """A range around all intervals, below 0 only where one is, and the step of its ticks: two to six of them."""
    ends = [end for mean in means.values() for end in (mean.mean, mean.low, mean.high) if end is not None]
    low, high = min(ends, default=0.0), max(ends, default=0.0)
    size = max(1.0, abs(high))
    spare = 0.04 * (high - low) if high - low > 1e-9 * size else 0.5 * size
    low, high = low - spare if low < 0 else max(0.0, low - spare), high + spare
    rough = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    return low, high, step


def _place(value: float, low: float, high: float) -> float:
    return _PLOT_LEFT + (value - low) / (high - low) * (_PLOT_RIGHT - _PLOT_LEFT)


def _tick(value: float, step: float) -> str:
    return f"{value:z.{max(0, -math.floor(math.log10(step) + 1e-9))}f}".replace("-", "−")


def number(value: float | None) -> str:
    """About three digits, with a true minus; a dash for nothing."""
    if value is None:
        return "–"
    size = abs(value)
    return f"{value:z.{1 if size >= 100 else 2 if size >= 10 else 3}f}".replace("-", "−")


def _shorten(text: str, width: float, font: float) -> str:
    letters = max(1, int(width / (font * _LETTER)))
    return text if len(text) <= letters else f"{text[: letters - 1]}…"


def _fitting(unit: str, width: float, font: float) -> str:
    """A unit, or where there is no room for it its first word: "share"."""
    whole = _shorten(unit, width, font)
    return whole if whole == unit else _shorten(unit.split()[0], width, font)


def _plain(text: str) -> str:
    """Text for XML: escaped, and without the characters that XML does not allow."""
    return escape("".join(letter if letter.isprintable() else "�" for letter in text))
