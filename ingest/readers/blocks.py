"""Blocks of text in reading order, and the canonical text made of them."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from ingest.document import Document, Heading, Source

BlockKind = Literal["paragraph", "heading", "item", "row"]

# What nobody sees, yet a search and a reader of the text would meet, and what makes text look other than it is:
# control characters; soft hyphens, which only mark where a word may be cut; zero-width characters, which break the
# search for a word; marks and overrides of the direction of writing, which show "fdp.exe" as "exe.pdf" (letters of
# right-to-left scripts keep their order without them); tags and the second set of variation selectors, which can hide
# whole sentences from people. Selectors of the first set stay, since they choose the form of a visible character.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e01ef]"
)
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
    text = "\n".join(visible(text).splitlines())
    text = _BLANKS.sub(lambda match: match[0] if match[0] == "\u00a0" else " ", text)
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())


def visible(text: str) -> str:
    """Return text without characters that nobody sees; blanks, tabs and all line ends stay."""
    return _INVISIBLE.sub("", text)


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
