"""Which documents an installation has: those of the corpus and those that were added to it."""

import json
import os
import shutil
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from ingest.bounded import read_apart
from ingest.disk import unwritable
from ingest.document import Document, Source
from ingest.errors import ManifestError, ReadError, SettingsError
from ingest.manifest import MANIFEST, load_manifest, sha256_of, source_for, unread_source
from ingest.readers import SUFFIXES
from ingest.settings import Settings

_RECORD = ".source.json"


@dataclass(frozen=True, slots=True)
class Shelf:
    """A document's source and the file it is read from; `added` tells those that are not of the corpus."""

    source: Source
    path: Path
    added: bool = False


@dataclass(frozen=True, slots=True)
class Damaged:
    """The folder of a damaged document with the reason in Czech; a `usable` one has a record and a file."""

    folder: Path
    reason: str
    usable: bool = False


def shelves(settings: Settings) -> tuple[Shelf, ...]:
    """Return all documents of the installation: the corpus in the manifest's order, then the added ones by id.

    A corpus without a manifest has all documents that lie in its folder, by name.

    Raises
    ------
    ManifestError
        If the corpus has a manifest that cannot be used, or the record of an added document is damaged.
    """
    if (settings.corpus / MANIFEST).exists():
        corpus = [Shelf(s, settings.corpus / s.file) for s in load_manifest(settings.corpus)]
    else:
        corpus = _unlisted(settings.corpus)
    if not settings.added.is_dir():
        return tuple(corpus)
    folders = sorted(p for p in settings.added.iterdir() if (p / _RECORD).is_file())
    taken = {shelf.source.id for shelf in corpus}
    # An added document whose id the corpus has taken since then gives way.
    return (*corpus, *(shelf for shelf in map(_shelf, folders) if shelf.source.id not in taken))


def damaged(settings: Settings) -> tuple[Damaged, ...]:
    """Return the added documents that are not as they were stored, by the name of their folder."""
    found: list[Damaged] = []
    folders = sorted(settings.added.iterdir()) if settings.added.is_dir() else []
    for folder in (path for path in folders if (path / _RECORD).is_file()):
        try:
            shelf = _shelf(folder)
            if not shelf.path.is_file():
                found.append(Damaged(folder, f"chybí jeho soubor „{shelf.source.file}“"))
            elif shelf.source.sha256 not in ("", sha256_of(shelf.path)):
                found.append(Damaged(folder, f"soubor „{shelf.source.file}“ nemá původní obsah", usable=True))
        except (ManifestError, OSError):
            found.append(Damaged(folder, "záznam o něm nelze přečíst"))
    return tuple(found)


def checksum(shelf: Shelf) -> str:
    """Return the SHA-256 of a document's file: the one that is stated, else computed; "" when the file is gone."""
    return shelf.source.sha256 or (sha256_of(shelf.path) if shelf.path.is_file() else "")


def add(
    settings: Settings,
    path: Path,
    url: str = "",
    *,
    title: str = "",
    keep: Collection[str] = (),
    reader: Callable[[Path, Source], Document] = read_apart,
) -> Source:
    """Read a file and keep a copy of it for this installation; return its source.

    A file takes the place of an added one of the same name, unless `keep` has that one's id: two files of one name
    in two folders are two documents. What is there already under another name is not kept twice, and nothing is
    kept of a file that cannot be read. Without a `title` it has the one that the file states: `reader` gives it to
    the source of its document.

    Raises
    ------
    ReadError
        If the file cannot be read, or belongs to the corpus already.
    SettingsError
        If the folder of the installation cannot be written; nothing of the file is left there.
    """
    try:
        source = unread_source(path)
    except OSError as error:
        raise ReadError(
            f"Soubor „{path.name}“ nelze otevřít ({error.strerror}). Zkontrolujte, zda k němu máte přístup."
        ) from error
    known = shelves(settings)
    for same in (shelf for shelf in known if checksum(shelf) == source.sha256):
        if same.added:
            return same.source
        raise ReadError(f"Soubor „{path.name}“ už v základní sadě je jako „{same.source.title}“; nic se nepřidalo.")
    source = replace(
        source,
        id=_free_id(source, known, keep),
        url=url,
        title=title,
        retrieved=date.today().isoformat(),
    )
    read = reader(path, source)
    source = replace(source, title=title or read.source.title or path.stem)
    _keep(settings, source, path.read_bytes())
    return source


def restore(settings: Settings, source: Source, content: bytes) -> None:
    """Bring a removed document back as it was, under its own id.

    Raises
    ------
    ReadError
        If another document has taken its id, or its content is there again.
    SettingsError
        If the folder of the installation cannot be written.
    """
    for shelf in shelves(settings):
        if shelf.source.id == source.id or checksum(shelf) == source.sha256:
            raise ReadError(f"Dokument „{source.title}“ nelze vrátit, protože je tu mezitím „{shelf.source.title}“.")
    _keep(settings, source, content)


def remove(settings: Settings, doc: str) -> None:
    """Forget an added document.

    Raises
    ------
    ReadError
        If no added document has this id.
    SettingsError
        If the folder of the installation cannot be written.
    """
    added = {shelf.source.id: shelf.path.parent for shelf in shelves(settings) if shelf.added}
    if doc not in added:
        raise ReadError(
            f"Přidaný dokument „{doc}“ tu není. Odebrat lze: {', '.join(added) or 'nic, žádný dokument přidán nebyl'}."
        )
    try:
        # Without its record it is no document any more, even if the rest should stay behind.
        (added[doc] / _RECORD).unlink()
        shutil.rmtree(added[doc])
    except OSError as error:
        raise SettingsError(unwritable(settings.added, error)) from error


def _keep(settings: Settings, source: Source, content: bytes) -> None:
    """Write a document and its record; both are whole before either is in sight."""
    folder = settings.added / source.id
    file, record = folder / f".file.{os.getpid()}", folder / f".record.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        record.write_text(json.dumps(asdict(source), ensure_ascii=False, indent=1), encoding="utf-8")
        file.replace(folder / source.file)
        record.replace(folder / _RECORD)
    except OSError as error:
        for part in (file, record):
            with suppress(OSError):
                part.unlink()
        with suppress(OSError):
            folder.rmdir()  # only when nothing else is in it
        raise SettingsError(unwritable(settings.added, error)) from error


def _unlisted(corpus: Path) -> list[Shelf]:
    found: list[Shelf] = []
    for path in sorted(corpus.iterdir()):
        if path.suffix.lower() in SUFFIXES and path.is_file() and not path.name.startswith("."):
            source = source_for(path)
            found.append(Shelf(replace(source, id=_numbered(source.id, {s.source.id for s in found})), path))
    return found


def _shelf(folder: Path) -> Shelf:
    record = folder / _RECORD
    try:
        fields = json.loads(record.read_text(encoding="utf-8"))
        source = Source(**fields | {"short_names": tuple(fields["short_names"])})
    except (ValueError, TypeError, KeyError) as error:
        raise ManifestError(
            f"Záznam „{record}“ o přidaném dokumentu je poškozený. Smažte složku „{folder.name}“ "
            "a dokument přidejte znovu."
        ) from error
    return Shelf(source, folder / source.file, added=True)


def _free_id(source: Source, known: Collection[Shelf], keep: Collection[str]) -> str:
    """Return the id of the added file of the same name that this one replaces, else an id that is free."""
    replaced = [s for s in known if s.added and s.source.file == source.file and s.source.id not in keep]
    if replaced:
        return replaced[0].source.id
    return _numbered(source.id, {s.source.id for s in known})


def _numbered(name: str, taken: Collection[str]) -> str:
    """Return the name, with the first free number if it is taken."""
    candidate, n = name, 2
    while candidate in taken:
        candidate, n = f"{name}-{n}", n + 1
    return candidate
