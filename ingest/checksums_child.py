"""The process in which `ingest.checksums` reads a database of Chroma: what it finds goes to its output, as JSON.

A process of its own, because a library of SQLite beside the one within Chroma would undo its locks: whoever closes a
file gives up all locks that the process has on it (sqlite.org/howtocorrupt.html, section 2.2), and two threads that
wait for each other's lock, one of them with the interpreter's, wait for ever. It imports nothing of Opora, so that it
starts at once.
"""

import hashlib
import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

_LOCKS = "acquire_write"
_READ = ("collections", "segments", "max_seq_id", "embeddings", "embeddings_queue", "embedding_metadata")
"""The table that every opening writes to, and those that a search reads."""

_COUNTERS = ((24, 28), (92, 100))
"""Bytes of the header that change with every transaction (sqlite.org/fileformat.html, section 1.3)."""

_PATIENCE = 30.0
"""Seconds to wait for another process that is just opening the database."""

_CHUNK = 2**20


def main() -> None:
    """Write the checksums of the database that is the argument, or what is wrong with it when two follow."""
    path = Path(sys.argv[1])
    try:
        found = _damage(path, *sys.argv[2:]) if sys.argv[2:] else _checksums(path)
    except (sqlite3.Error, OSError, ValueError) as error:
        if getattr(error, "sqlite_errorcode", None) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise  # somebody else has it for too long: that says nothing about what is in it
        found = "není platná databáze"
    sys.stdout.write(json.dumps(found))


def _checksums(path: Path) -> dict[str, str] | str:
    return {"pages": _pages(path), "rows": _rows(path)} if _is_sound(path) else "není platná databáze"


def _damage(path: Path, pages: str, rows: str) -> str:
    if not _is_sound(path, _LOCKS):
        return "není platná databáze"
    if _pages(path) == pages:
        return ""
    # After hundreds of openings the table of locks takes another page: then the rows decide.
    if not _is_sound(path):
        return "není platná databáze"
    return "" if _rows(path) == rows else "nemá původní obsah"


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


if __name__ == "__main__":
    main()
