"""How values are distributed over questions, as inline SVG: confidence or score, and times."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from prompts.export.plot_parts import WIDTH, bar, cut, digits, line, nice, svg, text
from prompts.export.run_words import decimal

_LEFT = 34
"""Where the area of a histogram begins."""

_BINS = 20


@dataclass(frozen=True, slots=True)
class Sample:
    """Named values, one per question."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across a plot, with its name."""

    value: float
    name: str


def distribution_svg(label: str, above: Sample, below: Sample, axis: str, mark: Mark | None = None) -> str:
    """Return two histograms over the same axis: one sample upwards in full bars, the other downwards in hollow ones."""
    values = (*above.values, *below.values)
    ticks = [0.0, 0.25, 0.5, 0.75, 1.0] if _is_share(values) else nice(min((0.0, *values)), max(values, default=1.0))
    low, high = ticks[0], ticks[-1]
    ups, downs = (_counts(sample.values, low, high) for sample in (above, below))
    most = max(1, *ups, *downs)
    middle, reach = 96.0, 62.0

    def x(value: float) -> float:
        return _LEFT + (min(max(value, low), high) - low) / (high - low) * (WIDTH - _LEFT - 8)

    width = (x(high) - x(low)) / _BINS
    parts = [
        text(_LEFT, 16, f"{above.name}: {len(above.values)}", "start", bold=True),
        text(_LEFT, 184, f"{below.name}: {len(below.values)}", "start", bold=True),
        text(_LEFT - 6, middle - reach + 4, str(most), "end", quiet=True),
        text(_LEFT - 6, middle + 4, "0", "end", quiet=True),
        text(_LEFT - 6, middle + reach + 4, str(most), "end", quiet=True),
        line(_LEFT, middle - reach, WIDTH - 8, middle - reach),
        line(_LEFT, middle + reach, WIDTH - 8, middle + reach),
    ]
    for n, (up, down) in enumerate(zip(ups, downs, strict=True)):
        at = x(low) + n * width
        between = f"{decimal(low + n * (high - low) / _BINS, 2)} až {decimal(low + (n + 1) * (high - low) / _BINS, 2)}"
        parts.append(bar(0, at, middle - reach * up / most, width, reach * up / most, f"{above.name}, {between}: {up}"))
        parts.append(bar(1, at, middle, width, reach * down / most, f"{below.name}, {between}: {down}"))
    parts.append(line(_LEFT, middle, WIDTH - 8, middle, strong=True))
    if mark:
        side = "end" if x(mark.value) > WIDTH * 0.55 else "start"
        parts.append(line(x(mark.value), 22, x(mark.value), 170, dashed=True))
        parts.append(text(x(mark.value) + (-5 if side == "end" else 5), 31, mark.name, side))
    shown = 2 if high <= 1 else digits(ticks)
    for tick in ticks:
        parts.append(text(x(tick), 202, decimal(tick, shown), "end" if tick == high else "middle"))
    parts.append(text(WIDTH - 8, 216, axis, "end", quiet=True))
    return svg(label, 220, parts)


def durations_svg(label: str, samples: Sequence[tuple[Sample, Mark, Mark]]) -> str:
    """Return a histogram of seconds for each sample, one above the other over one logarithmic axis.

    Each sample comes with its median and its 95th percentile.
    """
    known = [value for sample, *_ in samples for value in sample.values if value > 0] or [1.0]
    first, last = math.floor(math.log10(min(known))), math.ceil(math.log10(max(known)) + 1e-9)
    last = max(last, first + 1)

    def x(value: float) -> float:
        place = (math.log10(max(value, 10.0**first)) - first) / (last - first)
        return _LEFT + place * (WIDTH - _LEFT - 12)

    panel, tall = 84.0, 46.0
    parts = []
    width = (x(10.0**last) - x(10.0**first)) / (_BINS * 2)
    for n, (sample, *marks) in enumerate(samples):
        floor = 18 + panel * n + tall + 14
        logs = [math.log10(value) if value > 0 else float(first) for value in sample.values]
        counts = _counts(logs, first, last, _BINS * 2)
        most = max(1, *counts)
        parts.append(
            text(_LEFT, floor - tall - 16, f"{cut(sample.name, 44)}: {len(sample.values)}", "start", bold=True)
        )
        parts.append(text(_LEFT - 6, floor - tall + 4, str(most), "end", quiet=True))
        parts.append(text(_LEFT - 6, floor + 4, "0", "end", quiet=True))
        for place, count in enumerate(counts):
            size = tall * count / most
            parts.append(bar(n, _LEFT + place * width, floor - size, width, size, f"{sample.name}: {count}"))
        parts.append(line(_LEFT, floor, WIDTH - 12, floor, strong=True))
        near = abs(x(marks[0].value) - x(marks[1].value)) < 70
        for m, mark in enumerate(marks):
            parts.append(line(x(mark.value), floor - tall - 4, x(mark.value), floor, dashed=m == 1))
            side = "end" if m == 0 and near else "start"
            shift = -4 if side == "end" else 4
            parts.append(text(x(mark.value) + shift, floor - tall + 4, mark.name, side))
    bottom = 18 + panel * len(samples)
    for power in range(first, last + 1):
        parts.append(line(x(10.0**power), bottom - 4, x(10.0**power), bottom, strong=True))
        parts.append(text(x(10.0**power), bottom + 12, _seconds(10.0**power), "end" if power == last else "middle"))
    return svg(label, bottom + 18, parts)


def _counts(values: Iterable[float], low: float, high: float, bins: int = _BINS) -> list[int]:
    """Count the values in equal parts of low..high; what lies outside counts in the first or the last."""
    counts = [0] * bins
    for value in values:
        counts[min(bins - 1, max(0, int((value - low) / (high - low) * bins)))] += 1
    return counts


def _is_share(values: Sequence[float]) -> bool:
    return all(0 <= value <= 1 for value in values)


def _seconds(value: float) -> str:
    return f"{decimal(value, max(0, -math.floor(math.log10(value) + 1e-9)))} s"
