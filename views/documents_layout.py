"""How a document is laid out for reading: blocks of verbatim text, its headings, and windows of bearable length.

The blocks follow the same outline that the passages of the index are made of. Together they hold every character of
the text but white space between blocks, so nothing of a document is hidden from its reader.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.document import Document
from ingest.outline import Node, outline

Shape = Literal["title", "heading", "label", "item", "paragraph"]

WINDOW = 30_000
"""Characters shown at once, about twelve printed pages: a longer document is read in several parts."""

LONGEST = 6_000
"""Characters of a block; a longer one, as files without line ends have it, is cut between words."""

_REPEATED = 2
"""A label such as "Deskriptory:" that comes more often names a part of every measure; no one looks for it by name."""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the text that is laid out as one; `depth` counts from 0 the headings or lists around it."""

    start: int
    end: int
    shape: Shape
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A heading in the outline; `words` are its own, with the code, on one line."""

    start: int
    depth: int
    words: str


@dataclass(frozen=True, slots=True)
class Layout:
    """A document ready for reading.

    Attributes
    ----------
    blocks
        In the order of the text, apart from each other.
    entries
        The headings in the order of the text.
    windows
        First and past-the-last index of the blocks that are shown together.
    """

    blocks: tuple[Block, ...]
    entries: tuple[Entry, ...]
    windows: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, document: Document) -> "Layout":
        """Lay out a document; a text of a megabyte takes about a second."""
        blocks: list[Block] = []
        entries: list[Entry] = []
        _place(document, blocks, entries)
        return cls(tuple(blocks), tuple(entries), tuple(_windows(blocks)))

    def block_at(self, position: int) -> int:
        """Return the index of the block that holds the position, or of the last one before it."""
        return max(0, bisect_right(self.blocks, position, key=lambda block: block.start) - 1)

    def window_at(self, position: int) -> int:
        """Return the index of the window that shows the position."""
        block = self.block_at(position)
        return max(0, bisect_right(self.windows, block, key=lambda window: window[0]) - 1)

    def path_at(self, position: int) -> tuple[str, ...]:
        """Return the headings over the position, outermost first."""
        path: list[str] = []
        depth = None
        for entry in reversed(self.entries[: bisect_right(self.entries, position, key=lambda entry: entry.start)]):
            if depth is None or entry.depth < depth:
                path.insert(0, entry.words)
                depth = entry.depth
            if depth == 0:
                break
        return tuple(path)


def _place(document: Document, blocks: list[Block], entries: list[Entry]) -> None:
    text = document.text
    placed = list(_walk(outline(document), 0, 0))
    labels = Counter(node.label for node, _, _ in placed if node.kind == "heading" and node.label)
    cursor = 0
    for node, above, lists in placed:
        begin, end = max(node.start, cursor), node.end
        if end <= begin:
            continue
        begin = _with_mark(text, cursor, begin)
        blocks += _paragraphs(text, cursor, begin)
        cursor = end
        if node.kind == "heading" and labels[node.label] > _REPEATED:
            blocks += _cut(text, begin, end, "label", 0)
        elif node.kind in ("heading", "measure"):
            blocks += _cut(text, begin, end, "heading", above)
            entries.append(Entry(begin, above, " ".join(text[begin:end].split()).rstrip(":")))
        elif node.kind == "title":
            blocks += _cut(text, begin, end, "title", 0)
        elif node.kind in ("item", "task", "descriptor"):
            blocks += _cut(text, begin, end, "item", min(lists, 3))
        else:
            blocks += _cut(text, begin, end, "paragraph", 0)
    blocks += _paragraphs(text, cursor, len(text))


def _walk(node: Node, above: int, lists: int) -> Iterator[tuple[Node, int, int]]:
    """Yield the nodes in the order of the text, each with the number of headings and of list items over it."""
    yield node, above, lists
    headings = above + (node.kind in ("heading", "measure") and node.end > node.start)
    items = lists + 1 if node.kind in ("item", "task") else 0
    for child in node.children:
        yield from _walk(child, headings, items)


def _with_mark(text: str, cursor: int, begin: int) -> int:
    """Return where a line starts whose bullet or number the outline leaves out, else `begin`."""
    line = max(cursor, text.rfind("\n", cursor, begin) + 1)
    mark = text[line:begin]
    return begin - len(mark.lstrip()) if mark.strip() else begin


def _paragraphs(text: str, start: int, end: int) -> Iterator[Block]:
    """Yield what the outline has no node for, line by line."""
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        yield from _cut(text, start, stop, "paragraph", 0)
        start = stop + 1


def _cut(text: str, start: int, end: int, shape: Shape, depth: int) -> Iterator[Block]:
    """Yield a span without the white space around it, in pieces of at most `LONGEST` characters."""
    while start < end:
        while start < end and text[start].isspace():
            start += 1
        stop = end
        if end - start > LONGEST:
            space = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
            stop = space if space > 0 else start + LONGEST
        last = stop
        while last > start and text[last - 1].isspace():
            last -= 1
        if last > start:
            yield Block(start, last, shape, depth)
        start = stop


def _windows(blocks: Sequence[Block]) -> Iterator[tuple[int, int]]:
    """Cut the blocks into windows; each ends before a heading, the highest of its second half, if there is one."""
    first = 0
    while first < len(blocks):
        limit = blocks[first].start + WINDOW
        past = bisect_right(blocks, limit, lo=first, key=lambda block: block.end)
        past = max(past, first + 1)
        if past < len(blocks):
            half = range(first + 1 + (past - first) // 2, past + 1)
            headings = [n for n in half if blocks[n].shape == "heading"]
            past = min(headings, key=lambda n: (blocks[n].depth, -n), default=past)
        yield first, past
        first = past
