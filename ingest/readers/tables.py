"""Table rows and page columns: which lines stand beside others, and in what order they are read."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.readers.layout import Line

_CELL_LINES = 12
"""A longer run of lines beside another one is a column of the page, not a cell."""


@dataclass(frozen=True, slots=True)
class Row:
    """A table row: its cells from left to right, each with its lines from top to bottom."""

    cells: tuple[tuple[Line, ...], ...]


def in_reading_order(lines: Sequence[Line]) -> list[Line]:
    """Return the lines of one page, column after column where the file draws two columns line by line.

    Files that draw column after column are in order already. Two columns drawn in turn are told from a
    table by being many, evenly spaced and filled with running text.
    """
    pairs = [(a, b) for a, b in pairwise(lines) if _beside(a, b)]
    if len(pairs) < _CELL_LINES or 2 * len(pairs) < 0.6 * len(lines):
        return list(lines)
    gutter = min(b.x for _, b in pairs)
    left_edge = min(a.x for a, _ in pairs)
    filled = sum(a.end - left_edge > 0.6 * (gutter - left_edge) for a, _ in pairs)
    steps = [a.y - b.y for (a, _), (b, _) in pairwise(pairs)]
    even = sum(step < 1.3 * min(steps) for step in steps)
    if filled < 0.75 * len(pairs) or even < 0.75 * len(steps):
        return list(lines)
    top = max(a.y for a, _ in pairs)
    bottom = min(a.y for a, _ in pairs)
    between = [line for line in lines if bottom - 1 <= line.y <= top + 1]
    before = [line for line in lines if line.y > top + 1]
    after = [line for line in lines if line.y < bottom - 1]
    # A last line shorter than its neighbour column is below `bottom` only if nothing stands beside it.
    left = [line for line in between if line.x < gutter - 1]
    right = [line for line in between if line.x >= gutter - 1]
    return [
        *before,
        *left,
        *(a for a in after if a.x < gutter - 1),
        *right,
        *(a for a in after if a.x >= gutter - 1),
    ]


def rows_in(lines: Sequence[Line]) -> list[Line | Row]:
    """Return the lines with those of table rows put together; `lines` may span pages.

    A cell starts right of the lines before it and level with them. A single row makes no table: its cells
    are read as columns, one after the other. A cell that a page break cuts goes on at its left edge.
    """
    groups: list[list[list[Line]]] = []
    for line in lines:
        if groups and len(groups[-1]) > 1 and _same_cell(groups[-1][-1], line):
            groups[-1][-1].append(line)
        elif groups and (cut := _beside_tail(groups, line)) is not None:
            _start_cell(groups, cut, line)
        else:
            groups.append([[line]])
    result: list[Line | Row] = []
    tabular = [len(group) > 1 for group in groups]
    for index, group in enumerate(groups):
        alone = not any(tabular[max(0, index - 1) : index] + tabular[index + 1 : index + 2])
        if len(group) == 1 or alone:
            result.extend(line for cell in group for line in cell)
        else:
            result.append(Row(tuple(tuple(cell) for cell in group)))
    return result


def _beside(left: Line, right: Line) -> bool:
    level = abs(left.y - right.y) < 0.45 * left.size
    return left.page == right.page and level and right.x > left.x + 1.5 * left.size


def _same_cell(cell: Sequence[Line], line: Line) -> bool:
    last = cell[-1]
    if line.bullet or not -2 <= line.x - cell[0].x <= 2 * line.size:
        return False
    return last.page != line.page or 0 < last.y - line.y < 2 * last.size


def _beside_tail(groups: Sequence[list[list[Line]]], line: Line) -> int | None:
    """Return how many of the last groups make the cell left of the line, None if it starts no cell.

    0 means that the last group is a row already and the line starts one more cell in it.
    """
    last = groups[-1]
    if len(last) > 1:
        first = last[0][0]
        level = last[-1][0].page == line.page and abs(last[-1][0].y - line.y) < 0.7 * line.size
        return 0 if level and line.x > last[-1][0].x + 1.5 * first.size else None
    count = 0
    for group in reversed(groups):
        left = group[0][0]
        if len(group) > 1 or left.page != line.page or left.x + 1.5 * left.size > line.x:
            break
        if left.y > line.y + 0.7 * line.size:
            break
        count += 1
    top = groups[-count][0][0] if count else None
    if top is None or abs(top.y - line.y) > 0.7 * line.size or count > _CELL_LINES:
        return None
    return count


def _start_cell(groups: list[list[list[Line]]], count: int, line: Line) -> None:
    if count:
        cell = [group[0][0] for group in groups[-count:]]
        del groups[-count:]
        groups.append([cell])
    groups[-1].append([line])
