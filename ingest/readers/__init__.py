"""From a file to a `Document`: what the file holds decides which reader takes it."""

import io
import re
import zipfile
from pathlib import Path
from typing import Literal

from ingest.document import Document, Source
from ingest.errors import ReadError
from ingest.readers import docx, html, pdf, text
from ingest.readers.blocks import compose

SIZE_LIMIT = 50 * 1024 * 1024
"""Largest file that is read, in bytes."""

SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf", ".docx")
"""Names that a search through a folder takes for documents."""

_Format = Literal["text", "html", "pdf", "docx"]
_PLAIN = (".txt", ".md", ".markdown")
_PARSED = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_SUPPORTED = "Opora čte soubory TXT, Markdown, HTML, PDF a DOCX."
# Programs write such titles by themselves.
_EMPTY_TITLE = re.compile(
    r"^Microsoft \w+ - |\.(?:docx?|pdf|odt|rtf)$"
    r"|^(?:(?:dokument|document|prezentace|sken|scan)\s?\d*|untitled|bez názvu)$",
    re.IGNORECASE,
)
_FOREIGN = (
    (b"{\\rtf", "je ve formátu RTF. Uložte ho ve Wordu jako DOCX"),
    (b"\x89PNG", "je obrázek. Rozpoznejte v něm text (OCR) a uložte ho jako PDF nebo TXT"),
    (b"\xff\xd8\xff", "je obrázek. Rozpoznejte v něm text (OCR) a uložte ho jako PDF nebo TXT"),
    (b"GIF8", "je obrázek. Rozpoznejte v něm text (OCR) a uložte ho jako PDF nebo TXT"),
    (b"II*\x00", "je obrázek. Rozpoznejte v něm text (OCR) a uložte ho jako PDF nebo TXT"),
    (b"MM\x00*", "je obrázek. Rozpoznejte v něm text (OCR) a uložte ho jako PDF nebo TXT"),
    (b"MZ", "je program, ne dokument. Vyberte jiný soubor"),
    (b"\x7fELF", "je program, ne dokument. Vyberte jiný soubor"),
)


def read(path: Path, source: Source) -> Document:
    """Read one file of any supported format.

    Raises
    ------
    ReadError
        If the file is missing, too large, empty, encrypted, damaged, a scan, or no document at all; the
        message is Czech, names the file and says what to do.
    """
    data = _load(path)
    name = _shown(path.name)
    match _format(data, name):
        case "pdf":
            blocks, page_count = pdf.read_blocks(data, name)
            return compose(source, blocks, page_count)
        case "docx":
            return docx.read(data, source, name)
        case "html":
            return html.read(data, source, name)
        case "text":
            return text.read(data, source, name)


def title_of(path: Path) -> str:
    """Return the title that a file states (properties, first heading), else an empty string.

    Files that cannot be read have none: `read` says what is wrong with them.
    """
    try:
        data = _load(path)
        kind = _format(data, path.name)
    except ReadError:
        return ""
    if kind == "text":
        return text.title_of(data, path.name)
    title = {"pdf": pdf.title_of, "docx": docx.title_of, "html": html.title_of}[kind](data)
    return "" if _EMPTY_TITLE.search(title) else " ".join(title.split("\n"))


def is_plain(path: Path) -> bool:
    """Tell whether a file is text by its name and does not begin as one of the formats that need a parser."""
    if path.suffix.lower() not in _PLAIN:
        return False
    try:
        with path.open("rb") as file:
            return not file.read(8).startswith(_PARSED)
    except OSError:
        return True  # reading it says what is wrong


def _shown(name: str) -> str:
    """Return a file name as a message can show it: in one line, in its own order, without what has no sign."""
    return "".join(c if c.isprintable() else "\ufffd" for c in name)


def _load(path: Path) -> bytes:
    name = _shown(path.name)
    try:
        path.name.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ReadError(f"Název souboru „{name}“ obsahuje znaky, které nelze uložit. Přejmenujte ho.") from error
    try:
        size = path.stat().st_size
        if size > SIZE_LIMIT:
            raise ReadError(
                f"Soubor „{name}“ má {size / 2**20:.0f} MB, nejvíce lze přečíst {SIZE_LIMIT // 2**20} MB. "
                "Rozdělte ho, nebo zmenšete obrázky v něm."
            )
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise ReadError(f"Soubor „{_shown(str(path))}“ neexistuje. Zkontrolujte cestu a název.") from error
    except OSError as error:
        raise ReadError(
            f"Soubor „{name}“ nelze otevřít ({error.strerror}). Zkontrolujte, zda je to soubor "
            "a zda k němu máte přístup."
        ) from error
    if not data:
        raise ReadError(f"Soubor „{name}“ je prázdný. Zkontrolujte, zda se uložil celý.")
    return data


def _format(data: bytes, name: str) -> _Format:
    """Return the format that the first bytes show; the suffix decides only between kinds of text."""
    suffix = Path(name).suffix.lower()
    # Some PDF files carry a few bytes before their mark.
    if data.startswith(b"%PDF-") or (suffix == ".pdf" and b"%PDF-" in data[:1024]):
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _packed(data, name)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise ReadError(f"Dokument „{name}“ je chráněn heslem. Uložte ho bez hesla a přidejte znovu.")
        raise ReadError(f"Soubor „{name}“ je ve starém formátu Microsoft Office. Uložte ho jako DOCX.")
    for magic, remark in _FOREIGN:
        if data.startswith(magic):
            raise ReadError(f"Soubor „{name}“ {remark}. {_SUPPORTED}")
    if not _is_text(data):
        raise ReadError(f"Soubor „{name}“ není dokument, kterému lze rozumět. {_SUPPORTED}")
    if suffix in _PLAIN:
        return "text"
    start = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    marked = start.startswith((b"<!doctype html", b"<html")) or (start.startswith(b"<?xml") and b"<html" in start)
    return "html" if marked or suffix in (".html", ".htm", ".xhtml") else "text"


def _packed(data: bytes, name: str) -> _Format:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise ReadError(f"Soubor „{name}“ je poškozený nebo neúplný. Stáhněte nebo uložte ho znovu celý.") from error
    if "word/document.xml" in names:
        return "docx"
    raise ReadError(f"Soubor „{name}“ je archiv nebo tabulka, ne textový dokument. {_SUPPORTED}")


_CONTROL = bytes(n for n in range(32) if not 9 <= n <= 13 and n != 27)


def _is_text(data: bytes) -> bool:
    """Tell text from binary data: text has no control characters besides white space."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "\x00" not in text.decode(data)
    sample = data[:65536]
    return len(sample.translate(None, _CONTROL)) == len(sample)
