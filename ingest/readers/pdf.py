"""PDF: text with positions from pypdf, page by page, and the bookmarks as headings."""

import io
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, DeprecationError, PyPdfError

from ingest.errors import ReadError
from ingest.readers.blocks import Block, clean
from ingest.readers.furniture import without_furniture
from ingest.readers.layout import Fragment, Line, lines_of
from ingest.readers.paragraphs import blocks_of
from ingest.readers.tables import in_reading_order, rows_in

_DAMAGE = (
    PyPdfError,
    DeprecationError,
    ValueError,
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
    OSError,
    RecursionError,
    AssertionError,
    NotImplementedError,
    ArithmeticError,
)
"""What pypdf raises on files that break the rules of the format."""

_OPENING = 3
"""So many pages are read for the title."""

_TITLE = 200
"""Longer first paragraphs, in characters, are text, not a title."""


def read_blocks(data: bytes, name: str) -> tuple[list[Block], int]:
    """Return the blocks of the file in reading order and its number of pages.

    Raises
    ------
    ReadError
        If the file is encrypted, truncated or damaged, or holds no text that can be read (a scan).
    """
    if b"%%EOF" not in data[-2048:]:
        raise ReadError(f"Soubor „{name}“ je neúplný: chybí mu konec. Stáhněte nebo zkopírujte ho znovu celý.")
    with _quiet():
        reader = _open(data, name)
        pages = _pages(reader, range(1, _page_count(reader, name) + 1), name)
        marks = _bookmarks(reader)
    lines = [line for page in pages for line in page]
    blocks = blocks_of(rows_in(lines))
    _check_legible("".join(block.text for block in blocks), name)
    return _with_headings(blocks, marks), len(pages)


def _pages(reader: PdfReader, numbers: Iterable[int], name: str) -> list[list[Line]]:
    """Return the lines of the pages in reading order, without running headers and footers."""
    return without_furniture([in_reading_order(lines_of(_fragments(reader, n, name), n)) for n in numbers])


def title_of(data: bytes) -> str:
    """Return the title of the file's properties, else what its first page starts with, else its first bookmark."""
    with _quiet():
        try:
            reader = PdfReader(io.BytesIO(data))
            if title := clean((reader.metadata.title if reader.metadata else "") or ""):
                return title
            # Running headers are known by coming again.
            pages = _pages(reader, range(1, min(len(reader.pages), _OPENING) + 1), "")
            first = blocks_of(rows_in(pages[0]))[:1] if pages else []
        except (*_DAMAGE, DependencyError, ReadError):
            # What is wrong with the file is said when it is read.
            return ""
        if first and first[0].kind == "paragraph" and len(first[0].text) <= _TITLE and first[0].text[-1] not in ".;,:":
            return first[0].text
        marks = _bookmarks(reader)
    return clean(marks[0][0]) if marks else ""


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep pypdf's remarks about the file out of the user's terminal."""
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)


def _open(data: bytes, name: str) -> PdfReader:
    locked = ReadError(
        f"Soubor „{name}“ je chráněn heslem. Uložte ho bez hesla (například tiskem do PDF) a přidejte znovu."
    )
    try:
        reader = PdfReader(io.BytesIO(data))
        # Many files are only protected against changes and open with an empty password.
        if reader.is_encrypted and not reader.decrypt(""):
            raise locked
    except DependencyError as error:
        raise locked from error
    except _DAMAGE as error:
        raise _damaged(name) from error
    return reader


def _page_count(reader: PdfReader, name: str) -> int:
    try:
        count = len(reader.pages)
    except _DAMAGE as error:
        raise _damaged(name) from error
    if not count:
        raise _damaged(name)
    return count


def _damaged(name: str, page: int = 0) -> ReadError:
    where = f" (strana {page})" if page else ""
    return ReadError(
        f"Soubor „{name}“ je poškozený nebo neúplný{where} a nelze ho přečíst. Stáhněte nebo vytvořte ho znovu."
    )


def _fragments(reader: PdfReader, number: int, name: str) -> list[Fragment]:
    """Return the text of a page in the order of drawing, turned upright."""
    found: list[tuple[bool, Fragment]] = []

    def visit(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        text = text.replace("\n", "")
        if not text:
            return
        a, b, c, d, x, y = _product(tm, cm)
        height = abs(size) * (c * c + d * d) ** 0.5
        base = str(font.get("/BaseFont", "")) if font else ""
        upright = abs(a) >= abs(b)
        if not upright:
            x, y = (y, -x) if b > 0 else (-y, x)
        found.append((upright, Fragment(text, x, y, (base, round(max(height, 1.0), 1)))))

    try:
        page: PageObject = reader.pages[number - 1]
        page.extract_text(visitor_text=visit)
    except _DAMAGE as error:
        raise _damaged(name, number) from error
    # What is turned against most of the page (a stamp at the margin) is read after it.
    main = 2 * sum(upright for upright, _ in found) >= len(found)
    return [f for upright, f in found if upright == main] + [f for upright, f in found if upright != main]


def _product(m: list[float], n: list[float]) -> tuple[float, float, float, float, float, float]:
    """Multiply two transformation matrices as in ISO 32000-1, 8.3.4."""
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


def _check_legible(text: str, name: str) -> None:
    solid = "".join(text.split())
    if not solid:
        raise ReadError(
            f"Soubor „{name}“ neobsahuje text, nejspíš je to sken. "
            "Rozpoznejte v něm text (OCR) a uložte ho jako PDF s textovou vrstvou."
        )
    if sum(character.isalpha() and character < "\ue000" for character in solid) < 0.4 * len(solid):
        raise ReadError(
            f"Text souboru „{name}“ nelze přečíst: písma v něm nemají převod na znaky. "
            "Rozpoznejte v něm text (OCR), nebo použijte původní dokument ve formátu DOCX."
        )


def _bookmarks(reader: PdfReader) -> list[tuple[str, int]]:
    """Return title and 1-based level of each bookmark, in order; none if they are damaged."""

    def walk(items: list[Any], level: int) -> Iterator[tuple[str, int]]:
        for item in items:
            if isinstance(item, list):
                yield from walk(item, level + 1)
            else:
                yield str(item.title or ""), level

    try:
        return list(walk(reader.outline, 1))
    except _DAMAGE:
        # Bookmarks are an extra: the text is whole without them.
        return []


def _with_headings(blocks: list[Block], marks: list[tuple[str, int]]) -> list[Block]:
    """Make the paragraphs that bookmarks name headings, each bookmark at most once, in their order."""
    result = list(blocks)
    position = 0
    for title, level in marks:
        wanted = "".join(clean(title).split())
        for index in range(position, len(result)):
            block = result[index]
            if block.kind == "paragraph" and wanted and "".join(block.text.split()) == wanted:
                result[index] = Block(block.text, "heading", level, block.pages)
                position = index + 1
                break
    return result
