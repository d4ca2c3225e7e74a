"""DOCX: the body in its order with headings, lists and tables; headers, footers and text boxes are left out."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import docx as python_docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from lxml import etree

from ingest.document import Document, Source
from ingest.errors import ReadError
from ingest.readers.blocks import Block, clean, compose
from ingest.readers.numbering import Numbering

_UNPACKED_LIMIT = 400 * 1024 * 1024
"""Bytes; a file that unpacks to more is not a document that people wrote."""

_DAMAGE = (
    OpcError,
    zipfile.BadZipFile,
    zlib.error,
    etree.LxmlError,
    LookupError,
    ValueError,
    OSError,
    EOFError,
    AttributeError,
    TypeError,
    RuntimeError,
)
"""What zipfile, lxml and python-docx raise on files that break the rules of the format."""

_LEFT_OUT = frozenset(
    qn(tag) for tag in ("w:del", "w:moveFrom", "w:txbxContent", "w:pict", "w:object", "w:drawing", "w:rt")
)
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING = re.compile(r"(?:heading|nadpis) ?([1-9])$", re.IGNORECASE)


def read(data: bytes, source: Source, name: str) -> Document:
    """Return the body of a Word file as a document.

    Raises
    ------
    ReadError
        If the file is damaged, unpacks to too much, or holds no text.
    """
    word = _open(data, name)
    try:
        blocks = list(_Body(word).blocks(word.element.body))
    except _DAMAGE as error:
        raise _damaged(name) from error
    if not blocks:
        raise ReadError(
            f"Dokument „{name}“ neobsahuje žádný text. Je-li v něm jen obrázek, rozpoznejte v něm text (OCR)."
        )
    return compose(source, blocks)


def title_of(data: bytes) -> str:
    """Return the title of the file's properties, else its first heading, else an empty string."""
    try:
        word = python_docx.Document(io.BytesIO(data))
        if title := clean(word.core_properties.title or ""):
            return title
        for block in _Body(word).blocks(word.element.body):
            if block.kind == "heading":
                return block.text
    except _DAMAGE:
        return ""
    return ""


def _open(data: bytes, name: str) -> WordDocument:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > _UNPACKED_LIMIT:
                raise ReadError(f"Soubor „{name}“ je po rozbalení příliš velký. Rozdělte ho na menší dokumenty.")
        return python_docx.Document(io.BytesIO(data))
    except _DAMAGE as error:
        raise _damaged(name) from error


def _damaged(name: str) -> ReadError:
    return ReadError(
        f"Dokument „{name}“ je poškozený nebo neúplný. Otevřete ho ve Wordu, uložte znovu a přidejte ještě jednou."
    )


class _Body:
    """Walks through the body of one Word file."""

    def __init__(self, word: WordDocument) -> None:
        self._word = word
        self._numbering = Numbering(word)

    def blocks(self, container: Any) -> Iterator[Block]:
        """Yield the blocks of a body, a cell or a content control in document order."""
        for child in container:
            if child.tag == qn("w:p"):
                yield from self._paragraph(Paragraph(child, self._word._body))
            elif child.tag == qn("w:tbl"):
                yield from self._table(child)
            elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")):
                yield from self.blocks(child)

    def _paragraph(self, paragraph: Paragraph) -> Iterator[Block]:
        text = clean("".join(_texts(paragraph._p)))
        if not text:
            return
        listed = self._numbering.mark(paragraph)
        if level := _heading_level(paragraph):
            text = " ".join(text.split("\n"))
            yield Block(f"{listed[0]} {text}" if listed and listed[0] not in ("", "•") else text, "heading", level)
        elif listed:
            mark, depth = listed
            yield Block(f"{'  ' * depth}{mark} {text}" if mark else text, "item", depth)
        else:
            yield Block(text)

    def _table(self, table: Any) -> Iterator[Block]:
        """Yield one block for each row; a row of a single cell is read like the text around the table."""
        for row in _inside(table, "w:tr"):
            cells = [cell for cell in _inside(row, "w:tc") if not _goes_on(cell)]
            if len(cells) == 1:
                yield from self.blocks(cells[0])
                continue
            texts = [" ".join(" ".join(b.text.split("\n")).strip() for b in self.blocks(cell)) for cell in cells]
            if text := " | ".join(text for text in texts if text):
                yield Block(text, "row")


def _inside(parent: Any, tag: str) -> Iterator[Any]:
    """Yield the rows of a table or the cells of a row, also those within content controls."""
    for child in parent:
        if child.tag == qn(tag):
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")):
            yield from _inside(child, tag)


def _goes_on(cell: Any) -> bool:
    """Tell whether the cell continues the one above it, whose text was read there."""
    merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
    return merge is not None and merge.get(qn("w:val"), "continue") == "continue"


def _texts(element: Any) -> Iterator[str]:
    """Yield the visible text of a paragraph: with accepted insertions, without deletions and text boxes."""
    for child in element:
        if child.tag in _LEFT_OUT or child.tag == _FALLBACK:
            continue
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag in (qn("w:tab"), qn("w:ptab")) and element.tag == qn("w:r"):
            yield " "
        elif child.tag == qn("w:noBreakHyphen"):
            yield "-"
        elif child.tag == qn("w:cr") or (child.tag == qn("w:br") and child.get(qn("w:type")) is None):
            yield "\n"
        else:
            yield from _texts(child)


def _heading_level(paragraph: Paragraph) -> int:
    """Return the 1-based level that the style of a paragraph, or one it is based on, gives it; 0 for text."""
    style: Any = paragraph.style
    while style is not None:
        name = style.name or ""
        if match := _HEADING.match(name):
            return int(match[1])
        if name in ("Title", "Název"):
            return 1
        outline = style.element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        if outline is not None and str(outline.get(qn("w:val"))) in "012345678":
            return int(outline.get(qn("w:val"))) + 1
        style = style.base_style
    return 0
