"""A backup: one archive with what an installation keeps, written while the app runs.

The archive is a `.tar.gz` of regular files below `data/`, and last a description with the checksum of each. The index
is part of it when it is whole; otherwise it is left out, since `python -m ingest` builds it again from the texts.
The documents of the corpus belong to the program, and what is set by environment variables to the server: neither is
part of it.
"""

import fcntl
import hashlib
import io
import json
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ingest.checksums import CHECKSUMS, lasting
from ingest.errors import BackupError
from ingest.index_folder import CURRENT, IndexFolder, lock, serving
from ingest.records import LOCK
from ingest.settings import Settings

FORMAT = 1
"""Raised whenever the archive changes its form; a program reads the formats up to its own."""

DESCRIPTION = "opora-backup.json"
FILES = "data"
"""Name of the description in the archive, and of the folder that holds the files."""

INDEX = "index"
LEFT_OUT = (INDEX, "encoders", "replaced")
"""Subfolders of the installation that are not copied as they are: the index, what can be computed again, and what an
earlier restoring replaced."""

Content = io.BytesIO | io.BufferedReader
"""A file open for reading."""

_TRIES = 5
_PATIENCE = 900.0
"""Times to read a document that is being replaced, and seconds to wait for a build to end."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds: number of files, their size in bytes, and the fingerprint of its index or ""."""

    files: int
    size: int
    index: str


def write_backup(settings: Settings, target: Path) -> Backup:
    """Write a backup of the installation; the file appears whole or not at all.

    Builds wait until it is done. Only the owner may read the file: what people wrote about answers is in it.

    Raises
    ------
    BackupError
        If the file cannot be written, or something cannot be read.
    SearchIndexError
        If the folder of the installation cannot be written, or another build does not end.
    """
    if target.resolve().is_relative_to(settings.data.resolve()):
        raise BackupError(
            f"Záloha nemůže být ve složce, kterou zálohuje („{settings.data}“). Zadejte jiné místo, nejlépe jiný disk."
        )
    part = target.with_name(f".{target.name}.part")
    with lock(settings.index, _PATIENCE):
        try:
            with part.open("wb") as file:
                os.fchmod(file.fileno(), 0o600)
                done = _write(settings, file)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        except (OSError, sqlite3.Error, tarfile.TarError) as error:
            with suppress(OSError):
                part.unlink()
            raise BackupError(
                f"Zálohu „{target}“ se nepodařilo zapsat ({getattr(error, 'strerror', None) or error}). "
                "Zkontrolujte cestu, oprávnění a volné místo; data aplikace zůstala, jak byla."
            ) from error
    return done


def _write(settings: Settings, file: BinaryIO) -> Backup:
    noted: dict[str, dict[str, int | str]] = {}
    folder = serving(settings.index)[0]
    with tarfile.open(fileobj=file, mode="w:gz", format=tarfile.PAX_FORMAT, compresslevel=6) as archive:
        for name, content in _contents(settings, folder):
            with content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
                entry = tarfile.TarInfo(f"{FILES}/{name}")
                entry.size, entry.mode = content.seek(0, os.SEEK_END), 0o600
                content.seek(0)
                archive.addfile(entry, content)
            noted[name] = {"size": entry.size, "sha256": digest}
        index = folder.path.name if folder else ""
        text = json.dumps({"format": FORMAT, "index": index, "files": noted}, ensure_ascii=False, indent=1).encode()
        last = tarfile.TarInfo(DESCRIPTION)
        last.size, last.mode = len(text), 0o600
        archive.addfile(last, io.BytesIO(text))
    return Backup(len(noted), sum(int(each["size"]) for each in noted.values()), index)


def _contents(settings: Settings, folder: IndexFolder | None) -> Iterator[tuple[str, Content]]:
    """Yield the files, each by its path in the folder of the installation and open for reading."""
    data = settings.data
    for top in parts(data):
        yield from _folder(data, top) if top.is_dir() else [(top.name, top.open("rb"))]
    if folder is None:
        return
    yield f"{INDEX}/{CURRENT}", io.BytesIO(f"{folder.path.name}\n".encode())
    for path in (*lasting(folder.path), folder.path / CHECKSUMS):
        name = path.relative_to(data).as_posix()
        # The files of an index never change; its database does, as soon as somebody opens it.
        yield name, (_copied(path) if path.suffix == ".sqlite3" else path.open("rb"))


def parts(data: Path) -> list[Path]:
    """Return the files and folders of an installation that a backup copies as they are, by name."""
    return sorted(p for p in data.iterdir() if p.name not in LEFT_OUT and not p.name.startswith("."))


def _folder(data: Path, top: Path) -> Iterator[tuple[str, Content]]:
    """Yield the files of a folder as they are at one moment each, without what is being written or only locks."""
    with locked(top):
        held = {path: path.read_bytes() for path in _files(top, "*")}
    for path, content in held.items():
        yield path.relative_to(data).as_posix(), io.BytesIO(content)
    for inner in sorted(path for path in top.iterdir() if path.is_dir()):
        for name, content in _settled(inner).items():
            yield (inner / name).relative_to(data).as_posix(), io.BytesIO(content)


def _settled(folder: Path) -> Mapping[str, bytes]:
    """Return the files of a folder that belong together: read again until nothing has changed meanwhile."""
    found = _read(folder)
    for _ in range(_TRIES):
        again = _read(folder)
        if again == found:
            break
        found = again
    return found


def _read(folder: Path) -> dict[str, bytes]:
    found = {}
    for path in _files(folder):
        with suppress(FileNotFoundError):  # removed or renamed meanwhile
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return found


def _files(folder: Path, pattern: str = "**/*") -> list[Path]:
    """Return the files below a folder by name; of the hidden ones only the records of documents."""
    paths = (path for path in folder.glob(pattern) if path.is_file() and not path.is_symlink())
    return sorted(p for p in paths if not p.name.startswith(".") or p.suffix == ".json")


def _copied(path: Path) -> Content:
    """Return a copy of a database as it is between two transactions; it is gone as soon as it is closed."""
    descriptor, name = tempfile.mkstemp()
    os.close(descriptor)
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(name)) as target:
            source.backup(target)
        return Path(name).open("rb")
    finally:
        Path(name).unlink()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep those out who add lines to the files of a folder; nothing happens where nobody has written yet."""
    if not (folder / LOCK).is_file():
        yield
        return
    with (folder / LOCK).open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
