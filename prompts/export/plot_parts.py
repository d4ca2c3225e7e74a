"""What plots are drawn with: lines, bars, shapes and words as SVG, and round numbers for their axes.

Plots are 360 units wide, so that two fit beside each other on A4 and one fits a phone. Series differ by shape and not
by colour alone. Colours are the custom properties `--opora-s0` to `--opora-s2` where the page around sets them, else
ones that people with any kind of colour vision tell apart (Okabe & Ito, Color Universal Design, 2008).
"""

import html
import math
from collections.abc import Iterable, Sequence

from prompts.export.provenance import printable

WIDTH = 360
COLOURS = ("#0072B2", "#D55E00", "#8A5A9E")


def svg(label: str, height: float, parts: Iterable[str]) -> str:
    return (
        f'<svg class="opora-plot" viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escaped(label)}" '
        f'font-size="11" fill="currentColor">{"".join(parts)}</svg>'
    )


def text(x: float, y: float, words: str, anchor: str, *, quiet: bool = False, bold: bool = False) -> str:
    look = (' opacity="0.8"' if quiet else "") + (' font-weight="600"' if bold else "")
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{look}>{escaped(words)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, *, strong: bool = False, dashed: bool = False) -> str:
    look = ' stroke-dasharray="4 3"' if dashed else "" if strong else ' opacity="0.25"'
    return f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="currentColor" stroke-width="1"{look}/>'


def bar(series: int, x: float, y: float, width: float, height: float, told: str) -> str:
    if height <= 0:
        return ""
    look = 'fill="currentColor"' if series % 2 == 0 else 'fill="none" stroke="currentColor" stroke-width="1.2"'
    return (
        f'<g {colour(series)}><rect x="{x + 0.7:.1f}" y="{y:.1f}" width="{width - 1.4:.1f}" height="{height:.1f}" '
        f"{look}><title>{escaped(told)}</title></rect></g>"
    )


def shape(series: int, x: float, y: float) -> str:
    """Return a full circle, a hollow square or a full triangle."""
    match series % 3:
        case 0:
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.4" fill="currentColor"/>'
        case 1:
            return (
                f'<rect x="{x - 3.2:.1f}" y="{y - 3.2:.1f}" width="6.4" height="6.4" fill="var(--opora-paper,#fff)" '
                'stroke="currentColor" stroke-width="1.6"/>'
            )
        case _:
            return f'<path d="M{x:.1f} {y - 4.2:.1f}l4.2 7.2h-8.4z" fill="currentColor"/>'


def colour(series: int) -> str:
    which = series % len(COLOURS)
    return f'style="color:var(--opora-s{which},{COLOURS[which]})"'


def nice(low: float, high: float) -> list[float]:
    """Return two to seven round numbers that reach from low to high."""
    spread = (high - low) or 1.0
    step = next(
        10.0 ** (math.floor(math.log10(spread)) - 1) * one
        for one in (1, 2, 5, 10, 20)
        if 10.0 ** (math.floor(math.log10(spread)) - 1) * one * 5 >= spread
    )
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [step * n for n in range(first, max(last, first + 1) + 1)]


def digits(ticks: Sequence[float]) -> int:
    return max(0, -math.floor(math.log10(ticks[1] - ticks[0]) + 1e-9))


def cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def escaped(text: str) -> str:
    return html.escape(printable(text), quote=True)
