"""How figures grow with the size of a collection, and how they stand to each other."""

import math
from collections.abc import Sequence


def exponent(sizes: Sequence[float], values: Sequence[float]) -> float | None:
    """Return b of value = a · size^b by least squares of the logarithms; None for fewer than two different sizes.

    Sizes and values are positive.
    """
    return slope([math.log(size) for size in sizes], [math.log(value) for value in values])


def slope(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    """Return b of y = a + b · x by least squares, or None for fewer than two different x."""
    if len(set(xs)) < 2:
        return None
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)


def ratio(value: float | None, other: float | None) -> float | None:
    """Return value / other, or None when one of them was not measured or there is nothing to divide by."""
    return value / other if value is not None and other else None
