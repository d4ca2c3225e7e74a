"""Values with their intervals, and the legend that tells series apart, as inline SVG.

Plots are drawn here so that a report needs no library, font or script to be read.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from prompts.export.plot_parts import WIDTH, colour, cut, digits, escaped, line, nice, shape, svg, text
from prompts.export.run_words import decimal

ROOM, _RIGHT = 150, 322
"""Where the area of intervals begins unless told otherwise, and where it ends; names stand to its left, numbers of
questions to its right."""

_LETTER, _NUMBER = 6.2, 28
"""Width of a letter, on the average, and room that a number on the axis needs."""


@dataclass(frozen=True, slots=True)
class Point:
    """A value with the ends of its interval, over n questions."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Row:
    """A named row with a point for each series, None where the measure does not apply; a heading has no points."""

    name: str
    points: tuple[Point | None, ...]


def intervals_svg(label: str, rows: Sequence[Row], *, share: bool = True, places: int = 2, room: int = ROOM) -> str:
    """Return a row of points with intervals for each name.

    `label` says what a person who cannot see the plot needs to know. A `share` lies on an axis from 0 to 1; other
    values get an axis from the least to the most, zero included. A row without points is a heading. `room` is how
    wide the names may be.
    """
    ends = [end for row in rows for point in row.points if point for end in (point.low, point.high)]
    ticks = [0.0, 0.5, 1.0] if share else nice(min([0.0, *ends]), max([0.0, *ends]))
    low, high = ticks[0], ticks[-1]
    series = max((len(row.points) for row in rows), default=1)
    step = 8 + 9 * series
    height = 6 + step * len(rows) + 20

    def x(value: float) -> float:
        return room + (min(max(value, low), high) - low) / (high - low) * (_RIGHT - room)

    parts = []
    bottom = 6 + step * len(rows)
    shown = 1 if share else digits(ticks)
    # Numbers that would run into each other are left out, but for the one at zero.
    every = 1 if (_RIGHT - room) / len(ticks) > _NUMBER else 2
    zero = min(range(len(ticks)), key=lambda n: abs(ticks[n]))
    for n, tick in enumerate(ticks):
        parts.append(line(x(tick), 4, x(tick), bottom, strong=n == zero))
        if (n - zero) % every == 0:
            parts.append(text(x(tick), bottom + 13, decimal(tick, shown), "middle"))
    for n, row in enumerate(rows):
        top = 6 + n * step
        if not row.points:
            parts.append(text(room - 8, top + step / 2 + 4, row.name, "end", bold=True))
            continue
        parts.append(text(room - 8, top + step / 2 + 4, cut(row.name, int((room - 8) / _LETTER)), "end"))
        most = max((point.n for point in row.points if point), default=0)
        parts.append(text(WIDTH - 2, top + step / 2 + 4, f"{most}" if most else "–", "end", quiet=True))
        for s, point in enumerate(row.points):
            if point is None:
                continue
            y = top + (step - 9 * series) / 2 + 9 * s + 4.5
            told = f"{decimal(point.value, places)} ({decimal(point.low, places)} až {decimal(point.high, places)})"
            parts.append(
                f"<g {colour(s)}><title>{escaped(row.name)}: {told}, n = {point.n}</title>"
                f'<path d="M{x(point.low):.1f} {y:.1f}H{x(point.high):.1f}" stroke="currentColor" stroke-width="1.6"/>'
                f"{shape(s, x(point.value), y)}</g>"
            )
    return svg(label, height, parts)


def legend_html(names: Sequence[str]) -> str:
    """Return which shape and colour stands for which series; "" for a single one."""
    if len(names) < 2:
        return ""
    items = "".join(
        f'<span class="opora-legend-item"><svg width="16" height="12" viewBox="0 0 16 12" aria-hidden="true">'
        f"<g {colour(s)}>{shape(s, 8, 6)}</g></svg> {escaped(name)}</span>"
        for s, name in enumerate(names)
    )
    return f'<p class="opora-legend">{items}</p>'
