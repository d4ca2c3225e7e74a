"""The lines of a canonical text and what each is by itself: measure, task, bullet, label, fact … or plain text.

Lines that a plain text was wrapped into are put together again; what the neighbours make of a line is said in
`ingest.roles`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from ingest.document import Document, Heading
from ingest.marks import (
    BULLET,
    CELL_CODE,
    CHAPTER,
    CLAUSE,
    DAY,
    DESCRIPTOR,
    FACT,
    HEADING,
    LETTER,
    LISTED,
    MEASURE,
    SHORT,
    TASK,
    article_code,
    has_date,
    headlike,
    is_contact,
    is_noise,
    named_code,
)

LineKind = Literal[
    "heading", "article", "measure", "task", "bullet", "row", "columns", "label", "descriptor", "fact", "short", "text",
    "noise",
]  # fmt: skip

_WRAPPED = (50, 130)
"""A text that is wrapped by hand has lines of such lengths, in characters."""

_RANKS = (CLAUSE, LISTED, BULLET)
"""Lists inside lists of the same indent: "1.1", then "1.", then "a)", then bullets."""


@dataclass(frozen=True, slots=True)
class Line:
    """One non-blank line, or a paragraph that was wrapped into several.

    Attributes
    ----------
    start, end
        Its span without white space, bullet and marks of a heading.
    text
        Its words; line breaks are blanks.
    code, label
        As a passage has them.
    indent
        White space before it, in characters.
    rank
        For items: 0 for "1.1", 1 for "1.", 2 for "a)", 3 for bullets; lists of a higher rank can be nested.
    level
        Level that the file's own markup gives a heading (1-based), else 0.
    gap
        Whether a blank line stands before it.
    tail
        End of the links ("Více info") that follow it, else `end`.
    """

    start: int
    end: int
    text: str
    indent: int = 0
    kind: LineKind = "text"
    code: str = ""
    label: str = ""
    rank: int = 3
    level: int = 0
    gap: bool = False
    tail: int = 0


def own_lines(document: Document) -> list[Line]:
    """Return the non-blank lines of the document in order, each with what it is by itself."""
    lines: list[Line] = []
    in_measure = False
    for raw in _raw_lines(document):
        line = _with_kind(raw, in_measure)
        if line.kind != "noise":
            in_measure = line.kind == "measure" or (in_measure and line.kind in ("task", "label", "descriptor"))
        lines.append(line)
    return _unwrapped(document.text, lines)


def _raw_lines(document: Document) -> Iterator[Line]:
    marked = iter(sorted(document.headings, key=lambda h: h.start))
    heading: Heading | None = next(marked, None)
    position, gap = 0, True
    for raw in document.text.splitlines(keepends=True):
        text = raw.strip()
        start = position + len(raw) - len(raw.lstrip())
        position += len(raw)
        while heading and heading.start < start - len(raw):
            heading = next(marked, None)
        if text and heading and heading.start < position:
            end = min(heading.end, start + len(text))
            start = max(heading.start, position - len(raw))
            yield Line(start, end, document.text[start:end], level=heading.level, gap=gap)
            heading = next(marked, None)
        elif text:
            indent = start - position + len(raw)
            yield Line(start, start + len(text), text, indent, gap=gap)
        gap = not text


def _with_kind(line: Line, in_measure: bool) -> Line:
    text = line.text
    bullet = None if line.level else BULLET.match(text)
    body = text[bullet.end() :] if bullet else text
    if is_noise(body) and not (line.level and any(c.isalnum() for c in body)):
        return replace(line, kind="noise")
    kind, code, label = _kind(body, line.indent, in_measure)
    if bullet and kind not in ("descriptor", "measure", "task", "row"):
        kind, code, label = "bullet", "", body[:-1] if body.endswith(":") else ""
    if line.level and kind not in ("measure", "task", "descriptor") and len(text) <= 2 * HEADING:
        kind, code = "heading", code or named_code(text) or article_code(text)
        label = label if text.endswith(":") else ""
    end = line.end
    if kind == "row":
        body = body.strip("| ")
        end = line.start + text.rindex(body) + len(body)
    rank = 3 if bullet else next((n for n, p in enumerate(_RANKS) if p.match(text)), 3)
    rank += rank == 1 and bool(LETTER.match(text))
    return replace(line, start=end - len(body), end=end, text=body, kind=kind, code=code, label=label, rank=rank)


def _kind(text: str, indent: int, in_measure: bool) -> tuple[LineKind, str, str]:
    if " | " in text or (text.startswith("|") and text.endswith("|") and len(text) > 2):
        match = CELL_CODE.match(text.lstrip("| "))
        return "row", match[1] if match else "", ""
    if match := DESCRIPTOR.match(text):
        return "descriptor", match[1], ""
    if match := MEASURE.match(text):
        return "measure", match[1], ""
    if code := named_code(text):
        return "heading", code, ""
    if code := article_code(text):
        return "article", code, ""
    if in_measure and (match := TASK.match(text)):
        return "task", match[1], ""
    if (match := CHAPTER.match(text)) and not indent and headlike(text) and not is_contact(text):
        return "heading", match[1], ""
    if match := CLAUSE.match(text):
        return "bullet", match[1], ""
    if LISTED.match(text) or (TASK.match(text) and not is_contact(text)):
        return "bullet", "", text[:-1] if text.endswith(":") else ""
    if text.endswith(":") and len(text) <= SHORT and not text.endswith("::"):
        return "label", "", text[:-1].strip()
    if (match := FACT.fullmatch(text)) and len(text) <= 2 * HEADING and len(match[1].split()) <= 5:
        return "fact", "", match[1]
    if len(text) <= SHORT and text[-1] not in ".;,!?" and not is_contact(text) and not has_date(text):
        return ("heading" if text.isupper() else "short"), "", ""
    return ("short" if len(text) <= SHORT else "text"), "", ""


def _unwrapped(text: str, lines: Sequence[Line]) -> list[Line]:
    """Join the lines that one paragraph or item was wrapped into."""
    even = _evenly_wrapped(lines)
    joined = list(lines[:1])
    for before, line in pairwise(lines):
        whole = joined[-1]
        if line.gap or not (line.start in even or _goes_on(whole, before, line)):
            joined.append(line)
            continue
        words = " ".join(part.strip() for part in text[whole.start : line.end].splitlines())
        kind = "text" if whole.kind == "short" else whole.kind
        joined[-1] = replace(whole, end=line.end, text=words, kind=kind)
    return joined


def _evenly_wrapped(lines: Sequence[Line]) -> set[int]:
    """Return the starts of lines that go on in a block of running text whose lines fill their width."""
    blocks: list[list[Line]] = []
    for line in lines:
        plain = line.kind in ("short", "text") and not line.level
        if blocks and plain and not line.gap and blocks[-1][-1].kind in ("short", "text"):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    found: set[int] = set()
    for block in blocks:
        widths = [len(line.text) for line in block]
        low, high = _WRAPPED
        if len(block) > 1 and low <= max(widths) <= high and all(w >= 0.7 * max(widths) for w in widths[:-1]):
            found |= {line.start for line in block[1:]}
    return found


def _goes_on(whole: Line, before: Line, line: Line) -> bool:
    """Tell whether a line goes on in the sentence of the one before it."""
    if whole.level or line.level or whole.kind in ("heading", "article", "label", "noise", "row", "descriptor"):
        return False
    if DAY.match(line.text) and before.text[-1].isalpha():
        return True  # "… nejpozději do" / "31. prosince 2024": no item of a list
    if len(before.text) < _WRAPPED[0] - 5 or len(before.text) > _WRAPPED[1] or before.text[-1] in ".:;!?":
        return False
    deeper = whole.kind == "bullet" and line.indent > whole.indent
    return line.kind in ("short", "text", "label") and (line.text[0].islower() or deeper)
