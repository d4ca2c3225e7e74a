"""From printed lines to blocks: which lines were one paragraph, item or table cell before they were wrapped."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ingest.readers.blocks import Block
from ingest.readers.layout import Font, Line, text_width
from ingest.readers.tables import Row

_UPPER = "A-ZÁČĎÉĚÍŇÓŘŠŤÚŮÝŽ"
_LOWER = "a-záčďéěíňóřšťúůýž"
_CODE = re.compile(
    rf"\d{{1,2}}(?:\.\d{{1,2}})*\.[a-z]?\)?\s+[{_UPPER}]|\d{{1,2}}(?:\.\d{{1,2}})+\s+[{_UPPER}]"
    r"|[IVXL]{1,6}\.[a-z]\s+\S"
)
_NUMBER = re.compile(rf"\d{{1,2}}[.)]?\s+[{_UPPER}]|\d{{1,2}}[.)]\s|[a-z]\)\s|[–—-]\s")
_HYPHENATED = re.compile(rf"([{_LOWER}{_UPPER}]+)-$")
_WORD = re.compile(rf"[{_LOWER}{_UPPER}]+(?:-[{_LOWER}{_UPPER}]+)*")


def blocks_of(parts: Sequence[Line | Row]) -> list[Block]:
    """Return the blocks of a whole file in reading order, each with the pages that begin in it."""
    lines = list(_all_lines(parts))
    pitches = _pitches(lines)
    right_edges = _right_edges([part for part in parts if isinstance(part, Line)], pitches)
    glue = _Glue(lines)
    blocks: list[Block] = []
    run: list[Line] = []
    for part in parts:
        if isinstance(part, Line) and run and _joins(run, part, pitches, right_edges):
            run.append(part)
            continue
        if run:
            blocks.append(glue.block(run))
            run = []
        if isinstance(part, Line):
            run = [part]
        else:
            blocks.append(glue.row(part))
    if run:
        blocks.append(glue.block(run))
    return blocks


def _all_lines(parts: Sequence[Line | Row]) -> Iterator[Line]:
    for part in parts:
        if isinstance(part, Line):
            yield part
        else:
            for cell in part.cells:
                yield from cell


def _pitches(lines: Sequence[Line]) -> dict[Font, float]:
    """Return the distance of baselines inside a paragraph for each font: the smallest that is common."""
    steps: dict[Font, Counter[float]] = defaultdict(Counter)
    for a, b in pairwise(lines):
        if a.page == b.page and a.font == b.font and 0.8 * a.size < a.y - b.y < 4 * a.size:
            steps[a.font][round(2 * (a.y - b.y)) / 2] += 1
    pitches: dict[Font, float] = {}
    for font, counts in steps.items():
        largest = max(counts.values())
        common = min(step for step, count in counts.items() if count >= 0.2 * largest)
        # Where all paragraphs have one line, the distance of paragraphs is no pitch.
        pitches[font] = min(common, 2.1 * font[1])
    return pitches


def _steps_on(a: Line, b: Line, pitches: dict[Font, float]) -> bool:
    """Tell whether b follows a at the distance of lines inside a paragraph."""
    pitch = max(pitches.get(f, 1.35 * f[1]) for f in a.fonts | b.fonts)
    return a.page == b.page and 0 < a.y - b.y <= 1.2 * pitch


def _right_edges(lines: Sequence[Line], pitches: dict[Font, float]) -> dict[int, float]:
    """Return for each line (by identity) the right edge, in points, of the evenly set lines around it."""
    edges: dict[int, float] = {}
    chunk: list[Line] = []

    def close() -> None:
        edge = max((line.end for line in chunk), default=0.0)
        edges.update({id(line): edge for line in chunk})

    for line in lines:
        if chunk and not (line.fonts & chunk[-1].fonts and _steps_on(chunk[-1], line, pitches)):
            close()
            chunk = []
        chunk.append(line)
    close()
    return edges


def _full(line: Line, following: Line, right_edges: dict[int, float]) -> bool:
    """Tell whether the first word of the following line had no more room; widths are estimates."""
    # A preposition of one letter is bound to the next word, so they move to the next line together.
    words = re.match(r"(?:\w\s+)?\S+", following.text)
    need = line.end + text_width(f" {words[0] if words else ''}", line.size) - line.x
    # A small letter speaks for a continued sentence, so the estimate must be clear to outweigh it.
    goes_on = following.text[0].islower() and line.text[-1] not in ".;:!?"
    if goes_on and line.stretched:
        return True
    share = 0.65 if goes_on else 0.85
    return need > share * (right_edges[id(line)] - line.x)


def _joins(run: Sequence[Line], line: Line, pitches: dict[Font, float], right_edges: dict[int, float]) -> bool:
    """Tell whether the line continues the paragraph or item of the run."""
    last, first = run[-1], run[0]
    if line.bullet or not line.fonts & last.fonts:
        return False
    open_ended = last.text[-1] not in ".;:!?"
    if _CODE.match(line.text) and not (open_ended and line.x > first.x + 3):
        return False
    full = _full(last, line, right_edges)
    if not _steps_on(last, line, pitches):
        return _goes_on_elsewhere(last, line, open_ended and full)
    if _NUMBER.match(line.text) and not (full and open_ended and last.text[-1] != ","):
        return False
    here = _behind_jump(run)
    if line.x > last.x + 5 and len(here) > 1:
        return False  # a first line that is indented
    if line.x < last.x - 5 and (here[0].bullet or len(here) > 1):
        return False  # back at the margin after an item
    return full


def _behind_jump(run: Sequence[Line]) -> Sequence[Line]:
    """Return the last lines of the run that stand in one column of one page."""
    start = len(run) - 1
    while start and run[start - 1].page == run[start].page and run[start - 1].y >= run[start].y:
        start -= 1
    return run[start:]


def _goes_on_elsewhere(last: Line, line: Line, unfinished: bool) -> bool:
    """Tell whether a paragraph goes on on the next page or in the next column."""
    if last.page == line.page and line.y <= last.y:
        return False
    if _HYPHENATED.search(last.text) or line.text[0].islower():
        return True
    level = last.page == line.page or abs(last.x - line.x) < 3
    return unfinished and level and not _NUMBER.match(line.text)


class _Glue:
    """Joins lines; knows the words of the file to tell a cut word from one that has its own hyphen."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._words = Counter(word.lower() for line in lines for word in _WORD.findall(line.text))
        self._page = 0

    def block(self, run: Sequence[Line]) -> Block:
        text, pages = self._join(run, "• " if run[0].bullet else "")
        return Block(text, "item" if run[0].bullet else "paragraph", 0, pages)

    def row(self, row: Row) -> Block:
        text = ""
        pages: tuple[tuple[int, int], ...] = ()
        for cell in row.cells:
            prefix = f"{text} | " if text else ""
            text, more = self._join(cell, prefix)
            pages += more
        return Block(text, "row", 0, pages)

    def _join(self, run: Sequence[Line], text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
        pages: list[tuple[int, int]] = []
        for index, line in enumerate(run):
            if index:
                text = self._before(text, line.text)
            if line.page > self._page:
                self._page = line.page
                # The bullet is on the page of its words.
                pages.append((0 if text == "• " else len(text), line.page))
            text += line.text
        return text, tuple(pages)

    def _before(self, text: str, following: str) -> str:
        """Return the text so that what follows can be appended: with a blank, or without a hyphen."""
        if not text.endswith("-") or text.endswith(" -"):
            return f"{text} "
        cut = _HYPHENATED.search(text)
        rest = _WORD.match(following)
        if not cut or not rest or not following[0].islower() or re.match(r"li\b", following):
            return text
        return text if self._own_hyphen(cut[1].lower(), rest[0].lower()) else text[:-1]

    def _own_hyphen(self, start: str, rest: str) -> bool:
        if self._words[f"{start}-{rest}"]:
            return True
        if self._words[start + rest]:
            return False
        # "start" itself is one of the words, since it stands before its hyphen at the end of the line.
        known = self._words[start] > 1 and self._words[rest] > 1
        return known and len(start) > 3 and len(rest) > 3
