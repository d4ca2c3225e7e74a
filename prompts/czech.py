"""Counts in Czech sentences: the form of the noun, and of the preposition before the number."""

from collections.abc import Sequence


def counted(count: int, one: str, few: str, many: str) -> str:
    """Return a count with the right form of a Czech noun: 1 dokument, 2 dokumenty, 5 dokumentů."""
    return f"{count} {one if count == 1 else few if 2 <= count <= 4 else many}"


def out_of(count: int) -> str:
    """Return "N z N", with "ze" where the second numeral is read with a hard beginning: 4 ze 4, 5 z 5, 12 ze 12."""
    first = str(count)[0]
    tens = 20 <= count < 100
    hard = count in (2, 3, 4, 6, 7, 12, 13, 14, 16, 17) or (tens and first in "3467") or 100 <= count < 200
    return f"{count} {'ze' if hard else 'z'} {count}"


def listed(names: Sequence[str], most: int = 6) -> str:
    """Return names in Czech quotation marks, at most the given number of them, and how many are left."""
    shown = ", ".join(f"„{name}“" for name in names[:most])
    rest = len(names) - most
    return f"{shown} a {counted(rest, 'další', 'další', 'dalších')}" if rest > 0 else shown
