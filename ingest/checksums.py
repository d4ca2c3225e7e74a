"""Checksums of an index: written when it is finished, checked whenever it is opened.

Opening is cheap: a file whose size and time of change are the noted ones is not read. The time only spares work and
decides nothing, so a clock that goes back, or a copy with new times, costs the reading of the files and no more.

Chroma writes into its database whenever it is opened (a table of locks, counters in the header), and it makes the
files of a small collection anew from that database. So the database is checked without those places, and such files
are not checked at all.
"""

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from ingest.errors import SearchIndexError

CHECKSUMS = "checksums.json"

_DATABASE = ".sqlite3"
_PASSING = (".lock", "-journal", "-wal", "-shm")
"""Endings of files that come and go with whoever has the index open."""

_HNSW, _HNSW_KEPT = "header.bin", "index_metadata.pickle"
"""A collection that Chroma has not saved yet lacks the second file; it is made anew from the database."""

_LOCKS = "acquire_write"
_READ = ("collections", "segments", "max_seq_id", "embeddings", "embeddings_queue", "embedding_metadata")
"""The table that every opening writes to, and those that a search reads."""

_COUNTERS = ((24, 28), (92, 100))
"""Bytes of the header that change with every transaction (sqlite.org/fileformat.html, section 1.3)."""

_PATIENCE = 30.0
"""Seconds to wait for another process that is just opening the database."""

_CHUNK = 2**20


@dataclass(frozen=True, slots=True)
class _File:
    """Size in bytes, time of change in nanoseconds, and SHA-256 of the content."""

    size: int
    changed: int
    sha256: str


@dataclass(frozen=True, slots=True)
class _Database:
    """SHA-256 of the pages without what changes by opening, and of the rows that a search reads."""

    pages: str
    rows: str


def seal(folder: Path) -> None:
    """Note the checksums of all files of a finished index; when this returns, they are on the disk.

    Raises
    ------
    SearchIndexError
        If its database is damaged already.
    """
    databases, files = {}, {}
    for path in lasting(folder):
        name = path.relative_to(folder).as_posix()
        if path.suffix != _DATABASE:
            files[name] = asdict(_noted(path))
        elif _is_sound(path):
            databases[name] = asdict(_Database(_pages(path), _rows(path)))
        else:
            raise SearchIndexError("Nový rejstřík se nezapsal celý. Zkontrolujte disk a příkaz opakujte.")
        _sync(path)
    noted = {"files": files, "databases": databases}
    target = folder / CHECKSUMS
    target.write_text(json.dumps({**noted, "sha256": _own(noted)}, indent=1), encoding="utf-8")
    for path in (target, *(p for p in folder.rglob("*") if p.is_dir()), folder):
        _sync(path)


def require_whole(folder: Path) -> None:
    """Check an index as `damage` does.

    Raises
    ------
    SearchIndexError
        If it is damaged.
    """
    if reason := damage(folder):
        raise SearchIndexError(
            f"Rejstřík „{folder.name}“ je poškozený: {reason}. "
            "Spusťte „python -m ingest“, sestaví se znovu z textů dokumentů."
        )


def damage(folder: Path, *, thorough: bool = False) -> str:
    """Return in Czech what is wrong with the files of an index, or "" when nothing is.

    Unless it is `thorough`, a file of the noted size and time of change is taken for whole.
    """
    noted = _read(folder)
    if noted is None:
        return f"chybí jeho kontrolní součty („{CHECKSUMS}“), nebo nejsou celé"
    files, databases = noted
    for name, file in files.items():
        if reason := _file_damage(folder / name, file, thorough):
            return f"soubor „{name}“ {reason}"
    for name, database in databases.items():
        if reason := _database_damage(folder / name, database):
            return f"soubor „{name}“ {reason}"
    return ""


def is_whole(folder: Path, path: Path) -> bool:
    """Tell whether one file of an index has the content that was noted; its time does not matter."""
    noted = _read(folder)
    file = noted[0].get(path.relative_to(folder).as_posix()) if noted else None
    return file is not None and not _file_damage(path, file, thorough=True)


def lasting(folder: Path) -> Iterator[Path]:
    """Yield the files that stay as they are while an index is read, and its databases, by name."""
    for path in sorted(folder.rglob("*")):
        scratch = (path.parent / _HNSW).is_file() and not (path.parent / _HNSW_KEPT).is_file()
        if path.is_file() and not scratch and not path.name.endswith(_PASSING) and path.name != CHECKSUMS:
            yield path


def _noted(path: Path) -> _File:
    state = path.stat()
    with path.open("rb") as file:
        return _File(state.st_size, state.st_mtime_ns, hashlib.file_digest(file, "sha256").hexdigest())


def _read(folder: Path) -> tuple[dict[str, _File], dict[str, _Database]] | None:
    try:
        noted = json.loads((folder / CHECKSUMS).read_text(encoding="utf-8"))
        if noted.pop("sha256") != _own(noted):
            return None
        files = {name: _File(**fields) for name, fields in noted["files"].items()}
        return files, {name: _Database(**fields) for name, fields in noted["databases"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _own(noted: dict[str, dict[str, dict[str, int | str]]]) -> str:
    return hashlib.sha256(json.dumps(noted, sort_keys=True).encode()).hexdigest()


def _file_damage(path: Path, noted: _File, thorough: bool) -> str:
    try:
        state = path.stat()
        if state.st_size != noted.size:
            return f"má {state.st_size} bajtů místo {noted.size}"
        if (thorough or state.st_mtime_ns != noted.changed) and _noted(path).sha256 != noted.sha256:
            return "nemá původní obsah"
    except FileNotFoundError:
        return "chybí"
    except OSError as error:
        return f"nelze přečíst (chyba systému {error.errno})"
    return ""


def _database_damage(path: Path, noted: _Database) -> str:
    if not path.is_file():
        return "chybí"
    try:
        if not _is_sound(path, _LOCKS):
            return "není platná databáze"
        if _pages(path) == noted.pages:
            return ""
        # After hundreds of openings the table of locks takes another page: then the rows decide.
        if not _is_sound(path):
            return "není platná databáze"
        return "" if _rows(path) == noted.rows else "nemá původní obsah"
    except (sqlite3.Error, OSError, ValueError):
        return "není platná databáze"


def _is_sound(path: Path, table: str = "") -> bool:
    """Tell whether SQLite finds no fault in a database, or in one of its tables."""
    with closing(_open(path)) as database:
        check = f"PRAGMA quick_check('{table}')" if table else "PRAGMA quick_check"
        return list(database.execute(check)) == [("ok",)]


def _pages(path: Path) -> str:
    """Hash a database without the counters of its header and the page that every opening writes to."""
    with closing(_open(path)) as database:
        found = database.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (_LOCKS,)).fetchone()
    digest = hashlib.sha256()
    with path.open("rb") as file:
        header = file.read(100)
        size = int.from_bytes(header[16:18], "big")
        size = 2**16 if size == 1 else size
        at = 0
        for start, end in (*_COUNTERS, ((found[0] - 1) * size, found[0] * size) if found else (100, 100)):
            _hash_span(digest, file, at, start)
            at = end
        _hash_span(digest, file, at, path.stat().st_size)
    return digest.hexdigest()


def _hash_span(digest: "hashlib._Hash", file: BinaryIO, start: int, end: int) -> None:
    file.seek(start)
    while start < end and (part := file.read(min(_CHUNK, end - start))):
        digest.update(part)
        start += len(part)


def _rows(path: Path) -> str:
    digest = hashlib.sha256()
    with closing(_open(path)) as database:
        for table in _READ:
            for row in database.execute(f"SELECT * FROM {table} ORDER BY rowid"):
                digest.update(repr(row).encode())
    return digest.hexdigest()


def _open(path: Path) -> sqlite3.Connection:
    # Not read-only: a process that was killed may have left a journal that has to be rolled back.
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=_PATIENCE)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
