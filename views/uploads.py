"""Files that a visitor uploads: what they hold is shown first, then they are added to the documents."""

import re
import tempfile
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingest.bounded import read_apart
from ingest.disk import unwritable
from ingest.document import Document, Source
from ingest.errors import OporaError, ReadError, SettingsError
from ingest.library import Shelf, add, checksum, remove, shelves
from ingest.manifest import unread_source
from ingest.readers import SIZE_LIMIT, SUFFIXES
from ingest.settings import Settings
from views.markup import link_html

MAX_FILES = 10
"""Files that wait to be added at the same time; each may have up to `SIZE_LIMIT` bytes."""

MAX_ADDED = 500
"""Documents that an installation may have beside those of the corpus."""

MAX_MEGABYTES = SIZE_LIMIT // 2**20

FORMATS = "PDF, DOCX, HTML, TXT a Markdown"

MAX_TITLE, _NAME = 200, 120
"""Longest title and file name in characters."""

# What file systems of others forbid.
_HARMFUL = re.compile(r'[<>:"|?*]')


@dataclass(frozen=True, slots=True)
class Staged:
    """An uploaded file that waits to be added, or the reason why it cannot be.

    Attributes
    ----------
    name
        Name of the file, made harmless.
    document
        What was recognised in it; None when `error` says what is wrong.
    replaces
        Title of the added document of the same name whose place it would take, or "".
    """

    number: int
    name: str
    content: bytes = b""
    document: Document | None = None
    error: str = ""
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class Removed:
    """A removed document with all that is needed to bring it back."""

    source: Source
    content: bytes


def stage(settings: Settings, number: int, name: str, content: bytes, others: Iterable[Staged]) -> Staged:
    """Read an uploaded file without adding it; `others` are those that wait already.

    Nothing that is wrong with the file is raised: it becomes the file's error.
    """
    name = safe_name(name)
    try:
        document = _recognised(name, content)
        same = next((o for o in others if o.document and o.document.source.sha256 == document.source.sha256), None)
        if same:
            raise ReadError(f"Soubor „{name}“ má týž obsah jako „{same.name}“, který už čeká na přidání.")
        replaced = _check_known(shelves(settings), document.source)
    except OporaError as error:
        return Staged(number, name, error=str(error))
    return Staged(number, name, content, document, replaces=replaced)


def safe_name(name: str) -> str:
    """Return a file name without folders, invisible and forbidden characters, at most 120 characters long."""
    name = unicodedata.normalize("NFC", name.encode("utf-8", "ignore").decode("utf-8"))
    name = re.split(r"[/\\]", name)[-1]
    name = "".join(c if c.isprintable() else " " * c.isspace() for c in _HARMFUL.sub("_", name))
    whole = Path(name.strip(" .") or "dokument")
    suffix = whole.suffix[:_NAME]
    return f"{whole.stem[: _NAME - len(suffix)].strip(' .') or 'dokument'}{suffix}"


def take(settings: Settings, staged: Staged, title: str, url: str, keep: Collection[str]) -> Source:
    """Add a file that waits; `keep` has the ids of those added together with it.

    Raises
    ------
    ReadError
        If the address is none of the web, or the document is there meanwhile.
    SettingsError
        If the folder of the installation cannot be written.
    """
    url = url.strip()
    if url and not link_html(url, ""):
        raise ReadError("Webová adresa má začínat http:// nebo https://. Opravte ji, nebo pole vymažte.")
    document = staged.document
    if document is None:
        raise ReadError(staged.error)
    added = [shelf for shelf in shelves(settings) if shelf.added]
    if len(added) >= MAX_ADDED and all(shelf.source.file != staged.name for shelf in added):
        raise ReadError(
            f"Přidaných dokumentů už je {len(added)}, víc jich tato instalace nepřijme. Odeberte nejdřív některý, "
            "který už není potřeba."
        )
    with _file(staged.name, staged.content) as path:
        title = " ".join(title.split())[:MAX_TITLE]
        return add(settings, path, url, title=title, keep=keep, reader=lambda *_: document)


def take_out(settings: Settings, doc: str) -> Removed | None:
    """Remove an added document and return it, so that it can be brought back, or None if its file was gone before.

    Raises
    ------
    ReadError
        If no added document has this id.
    SettingsError
        If the folder of the installation cannot be written.
    """
    found = next((shelf for shelf in shelves(settings) if shelf.added and shelf.source.id == doc), None)
    try:
        removed = Removed(found.source, found.path.read_bytes()) if found else None
    except OSError:
        removed = None  # no reason to keep its record
    remove(settings, doc)
    return removed


def waiting(found: Sequence[Shelf], indexed: Iterable[Document]) -> tuple[str, ...]:
    """Return the ids of documents that the index does not have as they are now, or has though they are gone."""
    in_index = {document.id: document.source for document in indexed}
    on_shelves = {shelf.source.id: shelf.source for shelf in found}
    changed = [doc for doc, source in on_shelves.items() if in_index.get(doc) != source]
    return (*changed, *(doc for doc in in_index if doc not in on_shelves))


def _recognised(name: str, content: bytes) -> Document:
    if Path(name).suffix.lower() not in SUFFIXES:
        raise ReadError(f"Soubor „{name}“ nemá příponu, kterou Opora čte. Přidat lze {FORMATS}.")
    if len(content) > SIZE_LIMIT:
        raise ReadError(
            f"Soubor „{name}“ má {len(content) / 2**20:.0f} MB, nejvíce může mít {MAX_MEGABYTES} MB. "
            "Rozdělte ho, nebo zmenšete obrázky v něm."
        )
    with _file(name, content) as path:
        return read_apart(path, unread_source(path))


def _check_known(known: Sequence[Shelf], source: Source) -> str:
    """Return the title of the added document that a file would replace, or ""; raise if the same content is there."""
    for shelf in known:
        if checksum(shelf) == source.sha256:
            where = "přidaný už je" if shelf.added else "v základní sadě už je"
            raise ReadError(f"Týž dokument {where} jako „{shelf.source.title}“; soubor „{source.file}“ není třeba.")
    return next((shelf.source.title for shelf in known if shelf.added and shelf.source.file == source.file), "")


@contextmanager
def _file(name: str, content: bytes) -> Iterator[Path]:
    """Write a file of this name to a folder that vanishes afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        try:
            path.write_bytes(content)
        except OSError as error:
            raise SettingsError(unwritable(Path(folder), error)) from error
        yield path
