"""The HTML of a document's text: verbatim and whole; all marks are drawn by the style."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.document import Document
from views.documents_layout import Block, Layout
from views.documents_search import Hit, Span
from views.documents_state import Place
from views.markup import escaped

_DEEPEST_HEADING, _DEEPEST_STYLE = 6, 4


@dataclass(frozen=True, slots=True)
class View:
    """What of a document is shown, and how.

    Attributes
    ----------
    found, current
        All hits of the search in the order of the text, and the one that the reader is at.
    pictured
        Whether the document's pages can be shown as images.
    """

    document: Document
    layout: Layout
    place: Place
    found: Sequence[Hit] = ()
    current: Hit | None = None
    pictured: bool = False

    @property
    def target(self) -> Span | None:
        """What is highlighted and the reader is taken to, or None."""
        return (self.current.start, self.current.end) if self.current else self.place.cited

    @property
    def position(self) -> int:
        """Where in the text the reader is taken to."""
        return self.target[0] if self.target else self.place.start or 0

    @property
    def window(self) -> int:
        """Index of the window that shows the position."""
        return self.layout.window_at(self.position)


def reader_html(view: View, turn: int) -> str:
    """Return one window of the text; without its tags it equals the text but for white space between blocks.

    A new number `turn` tells the browser to go to the place that is marked with `data-opora-target`.
    """
    layout, place = view.layout, view.place
    first, past = layout.windows[view.window] if layout.windows else (0, 0)
    arrival = layout.block_at(place.start) if place.start is not None and view.target is None else -1
    html = ""
    listed = False
    for n, block in enumerate(layout.blocks[first:past], first):
        if (block.shape == "item") != listed:
            listed = not listed
            html += '<ul class="opora-lines">' if listed else "</ul>"
        html += _block_html(view, block, arrived=n == arrival)
    html += "</ul>" if listed else ""
    return (
        f'<article class="opora-reader" data-opora-doc="{escaped(view.document.id)}" data-opora-turn="{turn}" '
        f'aria-label="Text dokumentu">{html}</article>'
    )


def _block_html(view: View, block: Block, arrived: bool) -> str:
    tag = {"heading": f"h{min(2 + block.depth, _DEEPEST_HEADING)}", "item": "li"}.get(block.shape, "p")
    style = f"opora-block-{block.shape}"
    if block.shape in ("item", "heading"):
        style += f" opora-depth-{min(block.depth, _DEEPEST_STYLE)}"
    marks = " data-opora-target" if arrived else ""
    marks += ' tabindex="-1"' if arrived or block.shape == "heading" else ""
    return f'<{tag} class="{style}" data-opora-start="{block.start}"{marks}>{_marked(view, block)}</{tag}>\n'


def _marked(view: View, block: Block) -> str:
    """Return a block's text with its highlights and, where a page begins, the sign of the page."""
    # Hits are in the order of the text and apart from each other, so only those near the block need a look.
    low = bisect_left(view.found, block.start, key=lambda hit: hit.end)
    high = bisect_left(view.found, block.end, key=lambda hit: hit.start)
    styled = (
        ("opora-from-link", _inside(block, [view.place.cited] if view.place.cited else [])),
        ("opora-found", _inside(block, [span for hit in view.found[low:high] for span in hit.spans])),
        ("opora-current", _inside(block, view.current.spans if view.current else [])),
    )
    pages = _pages(view.document, block)
    edges = sorted({block.start, block.end, *pages, *(edge for _, spans in styled for span in spans for edge in span)})
    html = ""
    for begin, end in pairwise(edges):
        html += _page_html(view, pages[begin]) if begin in pages else ""
        styles = [style for style, spans in styled if any(a <= begin and end <= b for a, b in spans)]
        text = escaped(view.document.text[begin:end])
        aim = ' data-opora-target tabindex="-1"' if view.target and begin == max(view.target[0], block.start) else ""
        html += f'<mark class="{" ".join(styles)}"{aim}>{text}</mark>' if styles else text
    return html


def _inside(block: Block, spans: Iterable[Span]) -> list[Span]:
    cut = ((max(start, block.start), min(end, block.end)) for start, end in spans)
    return [(start, end) for start, end in cut if start < end]


def _pages(document: Document, block: Block) -> dict[int, int]:
    """Return the 1-based numbers of the pages that begin in the block, by the place of their sign."""
    low, high = bisect_left(document.pages, block.start), bisect_left(document.pages, block.end)
    found = {document.pages[n]: n + 1 for n in range(low, high)}
    # A page may begin in the white space before the block.
    if low and not document.text[document.pages[low - 1] : block.start].strip():
        found.setdefault(block.start, low)
    return found


def _page_html(view: View, number: int) -> str:
    """Return the sign of a page; its words are drawn by the style, so they are no part of the text."""
    words = f'class="opora-page-mark" data-opora-page="strana {number}"'
    if not view.pictured:
        return f'<span {words} role="img" aria-label="strana {number}"></span>'
    href = escaped(replace(view.place, page=number).href)
    return f'<a {words} href="{href}" data-opora-go aria-label="strana {number}, ukázat její obraz"></a>'
