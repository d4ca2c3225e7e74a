"""Plots of times over sizes, both axes logarithmic, as SVG files that need nothing to be read."""

import math
from collections.abc import Mapping, Sequence

from eval.figures import decimal
from prompts.export.plot_parts import WIDTH, colour, escaped, line, shape, svg, text

_LEFT, _RIGHT, _TOP, _BOTTOM = 48, WIDTH - 12, 22, 200
_LEGEND = 15


def growth_svg(title: str, unit: str, series: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    """Return a line per series through its (passages, value) points, values positive; at most three look different.

    The file carries its own background, so that it can be read on dark pages too.
    """
    points = [point for line_ in series.values() for point in line_]
    xs, ys = _powers([x for x, _ in points]), _powers([y for _, y in points])

    def x(value: float) -> float:
        return _LEFT + (math.log10(value) - xs[0]) / (xs[-1] - xs[0]) * (_RIGHT - _LEFT)

    def y(value: float) -> float:
        return _BOTTOM - (math.log10(value) - ys[0]) / (ys[-1] - ys[0]) * (_BOTTOM - _TOP)

    parts = [text(4, 12, f"{title} ({unit})", "start", bold=True)]
    for power in xs:
        parts += [
            line(x(10**power), _TOP, x(10**power), _BOTTOM),
            text(x(10**power), _BOTTOM + 14, _number(power), "end" if power == xs[-1] else "middle"),
        ]
    for power in ys:
        parts += [
            line(_LEFT, y(10**power), _RIGHT, y(10**power)),
            text(_LEFT - 5, y(10**power) + 4, _number(power), "end"),
        ]
    parts.append(text(_RIGHT, _BOTTOM + 28, "pasáží", "end", quiet=True))
    told = []
    for n, (name, found) in enumerate(series.items()):
        row = _BOTTOM + 30 + _LEGEND * (n + 1)
        way = "L".join(f"{x(a):.1f} {y(b):.1f}" for a, b in found)
        marks = "".join(
            f"<g><title>{escaped(f'{name}: {a:.0f} pasáží, {decimal(b, 1)} {unit}')}</title>{shape(n, x(a), y(b))}</g>"
            for a, b in found
        )
        drawn = f'<path d="M{way}" fill="none" stroke="currentColor" stroke-width="1.6"/>' if found else ""
        parts.append(f"<g {colour(n)}>{drawn}{marks}{shape(n, _LEFT, row - 4)}</g>")
        parts.append(text(_LEFT + 10, row, name, "start"))
        told.append(f"{name}: " + ", ".join(f"{a:.0f} pasáží {decimal(b, 1)} {unit}" for a, b in found))
    plot = svg(f"Graf: {title}. {'; '.join(told)}.", _BOTTOM + 38 + _LEGEND * len(series), parts)
    own = '<svg xmlns="http://www.w3.org/2000/svg" style="background:#fff;color:#111;font-family:sans-serif" '
    return plot.replace("<svg ", own, 1) + "\n"


def _powers(values: Sequence[float]) -> list[int]:
    """Return the powers of ten from below the least value to above the greatest, at least two."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return list(range(low, max(high, low + 1) + 1))


def _number(power: int) -> str:
    return f"{10**power:,}".replace(",", "\u00a0") if power >= 0 else decimal(10.0**power, -power)
