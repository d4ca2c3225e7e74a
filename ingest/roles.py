"""What the neighbours make of a line: a heading opens something, a table has a header row, numbers make a list."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, zip_longest

from ingest.document import Document
from ingest.lines import Line, own_lines
from ingest.marks import has_date, is_contact, is_link

_COLUMN_NAME = 40
"""Longest cell of a header row, in characters."""


def classify(document: Document) -> list[Line]:
    """Return the lines of the document that carry text, in order, each with what it is in its place."""
    lines = _with_tails(own_lines(document))
    lines = _tables(_as_lists(lines))
    return _items_in_headings(_promoted(lines))


def _with_tails(lines: Sequence[Line]) -> list[Line]:
    """Drop what only surrounds the text; links stay with the line before them."""
    kept: list[Line] = []
    linked = False
    for line, following in zip_longest(lines, lines[1:]):
        opens = following is not None and not following.level
        if line.kind != "noise" and (opens or not line.level or not is_link(line.text)):
            kept.append(replace(line, tail=line.end))
            linked = True
        elif linked and is_link(line.text):
            kept[-1] = replace(kept[-1], tail=line.end)
        else:
            linked = False
    return kept


def _as_lists(lines: Sequence[Line]) -> list[Line]:
    """Take numbered lines that follow each other without any text between them for a list, not for chapters."""
    result = list(lines)
    for run in _numbered_runs(lines):
        tight = not any(lines[i].gap for i in run[1:])
        if len(run) < (2 if tight else 3):
            continue
        after = lines[run[-1] + 1] if run[-1] + 1 < len(lines) else None
        ends = tight or after is None or after.kind in ("heading", "article", "label")
        for i in run if ends else run[:-1]:
            result[i] = replace(lines[i], kind="bullet", code="", rank=1)
    return result


def _numbered_runs(lines: Sequence[Line]) -> list[list[int]]:
    """Return positions of consecutive lines that are numbered one after the other like chapters."""
    runs: list[list[int]] = []
    for i, line in enumerate(lines):
        if line.kind != "heading" or line.level or not line.text[0].isdigit():
            continue
        if runs and runs[-1][-1] == i - 1 and _follows(lines[i - 1].code, line.code):
            runs[-1].append(i)
        else:
            runs.append([i])
    return runs


def _follows(code: str, following: str) -> bool:
    *above, last = code.split(".")
    *above_following, last_following = following.split(".")
    return above == above_following and int(last_following) == int(last) + 1


def _tables(lines: Sequence[Line]) -> list[Line]:
    """Find header rows; a single line with a bar in it is no table."""
    result: list[Line] = []
    for is_row, group in groupby(lines, key=lambda line: line.kind == "row"):
        rows = list(group)
        if not is_row:
            result += rows
        elif len(rows) == 1:
            result.append(replace(rows[0], kind="heading" if rows[0].level else "text"))
        else:
            header = _is_header(rows[0], rows[1])
            result += [replace(rows[0], kind="columns") if header else rows[0], *rows[1:]]
    return result


def _is_header(row: Line, following: Line) -> bool:
    cells = [cell.strip() for cell in row.text.strip("| ").split("|")]
    return (
        not row.code
        and len(cells) > 1
        and len(row.text) <= len(following.text) + _COLUMN_NAME
        and all(cell and len(cell) <= _COLUMN_NAME and cell[-1] not in ".;,0123456789" for cell in cells)
        and not any(cell[0].isdigit() or cell[0].islower() for cell in cells)
    )


def _promoted(lines: Sequence[Line]) -> list[Line]:
    """Make a short line that introduces text, a list, a table or measures a heading."""
    promoted: list[Line] = []
    following: Line | None = None
    for line in reversed(lines):
        plain = line.text[-1] not in ".;,!" and not is_contact(line.text) and not has_date(line.text)
        if line.kind == "short" and following is not None and plain and _is_opened_by(following, line):
            line = replace(line, kind="heading")
        promoted.append(line)
        following = line
    return promoted[::-1]


def _is_opened_by(following: Line, line: Line) -> bool:
    sentence = following.text[-1] in ".!" and not is_contact(following.text)
    if line.text.endswith("?") or following.kind == "short":
        return following.kind in ("text", "bullet") or (sentence and following.kind == "short" and line.gap)
    return (
        following.kind in ("bullet", "text", "measure", "columns", "row", "article")
        or (following.kind == "label" and not is_contact(following.text))
        or (following.kind == "heading" and bool(following.code))
    )


def _items_in_headings(lines: Sequence[Line]) -> list[Line]:
    """Take marked headings of one level that open nothing for the items of a list: web pages list links this way."""
    result: list[Line] = []
    for _, group in groupby(lines, key=lambda line: (line.level, line.kind == "heading" and not line.code)):
        run = list(group)
        after = lines[len(result) + len(run)] if len(result) + len(run) < len(lines) else None
        level = run[0].level
        closed = after is None or 0 < after.level <= level
        empty = run if closed else run[:-1]
        introduced = bool(result) and result[-1].kind == "label"
        if level and run[0].kind == "heading" and not run[0].code and len(empty) >= (2 if introduced else 3):
            result += [replace(line, kind="short", level=0) for line in empty]
            result += run[len(empty) :]
        else:
            result += run
    return result
