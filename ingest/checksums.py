"""Checksums of an index: written when it is finished, checked whenever it is opened.

Opening is cheap: a file whose size and time of change are the noted ones is not read. The time only spares work and
decides nothing, so a clock that goes back, or a copy with new times, costs the reading of the files and no more.

Chroma writes into its database whenever it is opened (a table of locks, counters in the header), and it makes the
files of a small collection anew from that database. So the database is checked without those places, and such files
are not checked at all. A process of its own reads it (`ingest.checksums_child` says why).
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from ingest.errors import SearchIndexError

CHECKSUMS = "checksums.json"

_DATABASE = ".sqlite3"
_PASSING = (".lock", "-journal", "-wal", "-shm")
"""Endings of files that come and go with whoever has the index open."""

_HNSW, _HNSW_KEPT = "header.bin", "index_metadata.pickle"
"""A collection that Chroma has not saved yet lacks the second file; it is made anew from the database."""

_CHILD = Path(__file__).with_name("checksums_child.py")


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
        If its database is damaged already, or cannot be checked now.
    """
    databases, files = {}, {}
    for path in lasting(folder):
        name = path.relative_to(folder).as_posix()
        if path.suffix != _DATABASE:
            files[name] = asdict(_noted(path))
        elif isinstance(found := _ask(path), dict):
            databases[name] = found
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
        If it is damaged, or cannot be checked now.
    """
    if reason := damage(folder):
        raise SearchIndexError(
            f"Rejstřík „{folder.name}“ je poškozený: {reason}. "
            "Spusťte „python -m ingest“, sestaví se znovu z textů dokumentů."
        )


def damage(folder: Path, *, thorough: bool = False) -> str:
    """Return in Czech what is wrong with the files of an index, or "" when nothing is.

    Unless it is `thorough`, a file of the noted size and time of change is taken for whole.

    Raises
    ------
    SearchIndexError
        If a database cannot be checked now.
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
    return str(_ask(path, noted.pages, noted.rows))


def _ask(path: Path, *noted: str) -> dict[str, str] | str:
    """Return what the process that reads databases finds: checksums of one, or in words what is wrong with it.

    Raises
    ------
    SearchIndexError
        If it came to no end, which is no reason to take a database for damaged.
    """
    # -S and -I: nothing that is installed, or set in the environment, has a say in what is read.
    command = [sys.executable, "-S", "-I", str(_CHILD), str(path), *noted]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
        found: dict[str, str] | str = json.loads(done.stdout)
    except (OSError, subprocess.CalledProcessError, ValueError) as error:
        raise SearchIndexError(
            f"Databázi „{path.name}“ rejstříku se nepodařilo zkontrolovat: pracuje s ní jiný program, nebo počítači "
            "chybí paměť. Zkuste to za chvíli znovu."
        ) from error
    return found


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
