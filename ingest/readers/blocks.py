"""Blocks of text in reading order, and the canonical text made of them."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from ingest.document import Document, Heading, Source

BlockKind = Literal["paragraph", "heading", "item", "row"]

# Other line ends and control characters would make lines that nobody sees; soft hyphens only mark where a
# word may be cut; zero-width characters break the search for a word.
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u2060\ufeff]")
_BLANKS = re.compile(r"[^\S\n]+")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a heading, a list item or a table row: one line unless its source forces line breaks.

    Attributes
    ----------
    level
        1-based level of a heading; 0-based depth of a list item.
    pages
        (position in `text`, 1-based page) for each page whose first character is in this block.
    """

    text: str
    kind: BlockKind = "paragraph"
    level: int = 0
    pages: tuple[tuple[int, int], ...] = field(default=())


def compose(source: Source, blocks: Iterable[Block], page_count: int = 0) -> Document:
    """Join blocks into a document.

    List items and table rows follow each other and their introducing label ("Aktivity:") on the next
    line; otherwise a blank line separates two blocks. `page_count` pages are mapped; a page without text
    starts where the next one does, or at the end of the text.
    """
    parts: list[str] = []
    headings: list[Heading] = []
    starts: dict[int, int] = {}
    position = 0
    previous: Block | None = None
    for block in blocks:
        if previous is not None:
            between = "\n" if _tight(previous, block) else "\n\n"
            parts.append(between)
            position += len(between)
        if block.kind == "heading":
            headings.append(Heading(position, position + len(block.text), block.level))
        for offset, page in block.pages:
            starts.setdefault(page, position + offset)
        parts.append(block.text)
        position += len(block.text)
        previous = block
    return Document(source, "".join(parts), _page_map(starts, page_count, position), tuple(headings))


def clean(text: str) -> str:
    """Return text with composed characters, without invisible ones, with single blanks inside its lines.

    A lone no-break space stays; line breaks stay, lines lose their outer blanks and empty lines vanish.
    """
    text = unicodedata.normalize("NFC", text)
    text = re.sub("[ﬀ-ﬆ]", lambda match: unicodedata.normalize("NFKC", match[0]), text)
    text = "\n".join(_INVISIBLE.sub("", text).splitlines())
    text = _BLANKS.sub(lambda match: match[0] if match[0] == "\u00a0" else " ", text)
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())


def _tight(previous: Block, block: Block) -> bool:
    if block.kind not in ("item", "row"):
        return False
    return previous.kind in ("item", "row") or previous.text.endswith(":")


def _page_map(starts: dict[int, int], page_count: int, end: int) -> tuple[int, ...]:
    pages: list[int] = []
    following = end
    for page in range(page_count, 0, -1):
        following = starts.get(page, following)
        pages.append(following)
    return tuple(reversed(pages))
