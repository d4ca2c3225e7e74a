"""Running headers, footers and page numbers: found by what recurs at the edges of the pages, and dropped."""

import re
from collections import Counter
from collections.abc import Sequence

from ingest.readers.layout import Line

_EDGE = 4
"""So many lines at the top and at the bottom of a page are looked at."""

_PAGE_NUMBER = re.compile(
    r"(?:strana|stránka|str\.|page)\s*\d+(?:\s*(?:z|ze|/|of)\s*\d+)?|\d+\s*(?:z|/)\s*\d+|[-–—]\s*\d+\s*[-–—]",
    re.IGNORECASE,
)


def without_furniture(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Return the pages without running headers, footers and page numbers.

    A line is furniture if it is among the outermost lines of its page and either reads like "Strana 3 z 14" or
    stands, digits aside, at the same height on at least two pages and two fifths of all: so many, since
    odd and even pages may differ.
    """
    counts: Counter[tuple[str, int]] = Counter()
    for lines in pages:
        counts.update({_key(line) for line in _edges(lines)})
    needed = max(2, -(-2 * len(pages) // 5))
    kept: list[list[Line]] = []
    for lines in pages:
        dropped = {
            id(line) for line in _edges(lines) if counts[_key(line)] >= needed or _PAGE_NUMBER.fullmatch(line.text)
        }
        kept.append([line for line in lines if id(line) not in dropped])
    return kept


def _edges(lines: Sequence[Line]) -> list[Line]:
    by_height = sorted(lines, key=lambda line: -line.y)
    return by_height[:_EDGE] + by_height[_EDGE:][-_EDGE:]


def _key(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text.lower()), round(line.y / 3)
