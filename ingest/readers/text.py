"""Plain text and Markdown: the canonical text is the file's own text, so its offsets are the file's.

Only characters that nobody sees are left out (see `visible`), where a file has any: a quote must be what people read.
"""

import codecs
import re

from ingest.document import Document, Heading, Source
from ingest.errors import ReadError
from ingest.readers.blocks import visible

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

# ISO 8859-2 keeps 0x80–0x9F for control codes; Windows-1250 has š, ť, ž, quotation marks and dashes there.
_WINDOWS_ONLY = re.compile(rb"[\x80-\x9f]")
# Š, Ť, Ž, š, ť, ž of ISO 8859-2, inside words; in Windows-1250 they are ©, «, ®, ą, » and ľ.
_ISO_ONLY = re.compile(rb"[\xa9\xab\xae\xb9\xbb\xbe](?=[A-Za-z\xc0-\xfe])|(?<=[A-Za-z\xc0-\xfe])[\xb9\xbb\xbe]")

_ATX = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.+?)(?:[ \t]+#+)?[ \t]*$")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-+)[ \t]*$")

_TITLE = 120
"""Longer first lines are text, not a title."""


def decode(data: bytes, declared: str = "") -> str:
    """Return the text of the bytes without a byte order mark, its line ends untouched.

    The mark decides, then the declared encoding if it fits, then UTF-8, then the two eight-bit encodings
    of Czech, told apart by the letters š, ť and ž.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    for encoding in (declared or "utf-8", "utf-8"):
        try:
            return data.decode(encoding)
        except (UnicodeError, LookupError):
            continue
    iso = len(_ISO_ONLY.findall(data)) > len(_WINDOWS_ONLY.findall(data))
    return data.decode("iso8859_2" if iso else "cp1250", "replace")


def read(data: bytes, source: Source, name: str) -> Document:
    """Return the document; the headings of Markdown if the name says that it is.

    Raises
    ------
    ReadError
        If the file holds nothing but white space.
    """
    text = visible(decode(data))
    if not text.strip():
        raise ReadError(f"Soubor „{name}“ je prázdný. Zkontrolujte, zda se uložil celý.")
    return Document(source, text, headings=_headings(text) if is_markdown(name) else ())


def title_of(data: bytes, name: str) -> str:
    """Return the first heading of Markdown, else the first line unless it is running text, else an empty string."""
    text = visible(decode(data))
    if is_markdown(name) and (headings := _headings(text)):
        return text[headings[0].start : headings[0].end]
    first, _, rest = text.strip().partition("\n")
    first = first.strip()
    wrapped = rest[:1].islower() or first.endswith(",")
    return first if len(first) <= _TITLE and not wrapped else ""


def is_markdown(name: str) -> bool:
    return name.lower().endswith((".md", ".markdown"))


def _headings(text: str) -> tuple[Heading, ...]:
    """Return the headings marked with # or underlined; each span holds the words without the marks."""
    found: list[Heading] = []
    position = 0
    fence = ""
    previous = (0, "")
    for raw in text.splitlines(keepends=True):
        line = raw.rstrip("\r\n")
        opening = _FENCE.match(line)
        if fence:
            fence = "" if opening and opening[1].startswith(fence) else fence
        elif opening:
            fence = opening[1]
        elif match := _ATX.match(line):
            found.append(Heading(position + match.start(2), position + match.end(2), len(match[1])))
        elif (match := _UNDERLINE.match(line)) and _can_be_underlined(previous[1]):
            start = previous[0] + len(previous[1]) - len(previous[1].lstrip())
            level = 1 if match[1].startswith("=") else 2
            found.append(Heading(start, previous[0] + len(previous[1].rstrip()), level))
        previous = (position, "" if fence or opening else line)
        position += len(raw)
    return tuple(found)


def _can_be_underlined(line: str) -> bool:
    return bool(line.strip()) and not re.match(r"\s*(?:[#>|]|[-*+]\s|\d+[.)]\s)", line)
