"""Versions of an index on a Chroma server, and the pointer that names the one which serves.

A version is three collections whose names share its own: passages, questions, and records (the stored documents as
lines of JSON, cut into pieces). Nobody writes to a version of somebody else, and none is changed once the pointer has
named it; so whoever follows the pointer finds a whole one, however many publish at once.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ingest.errors import SearchIndexError
from retrieval.server import ChromaServer

POINTER = "opora"
"""The collection whose metadata name the serving version."""

_KINDS = ("passages", "questions", "records")
_NAME = re.compile(r"[0-9a-f]{16}-[0-9a-f]{8}")

_FOLLOWED, _PENDING = ".followed", ".publishing"


@dataclass(frozen=True, slots=True)
class Version:
    """A version by its name: the fingerprint of the index and the mark of the one publication."""

    name: str

    @property
    def fingerprint(self) -> str:
        return self.name.partition("-")[0]

    @property
    def passages(self) -> str:
        return f"{POINTER}-{self.name}-passages"

    @property
    def questions(self) -> str:
        return f"{POINTER}-{self.name}-questions"

    @property
    def records(self) -> str:
        return f"{POINTER}-{self.name}-records"


@dataclass(frozen=True, slots=True)
class Contents:
    """What a version holds; it stands in the metadata of its records.

    Attributes
    ----------
    passages, questions, pieces
        Entries of the three collections.
    sha256
        Of the pieces put together, in UTF-8.
    touched
        The server's time in seconds when somebody last wrote it, or when it ceased to serve.
    """

    passages: int
    questions: int
    pieces: int
    sha256: str
    touched: int

    def metadata(self) -> dict[str, str | int]:
        return asdict(self)


def serving_version(server: ChromaServer) -> Version | None:
    """Return the version that the pointer names, or None before the first publication.

    Raises
    ------
    SearchIndexError
        If the server cannot be asked, or the pointer is not one.
    """
    return _named(server.metadata(POINTER), "version")


def point_at(server: ChromaServer, version: Version) -> Version | None:
    """Make a whole version the serving one, in one step; return the one that served before, which is kept too.

    Raises
    ------
    SearchIndexError
        If the server cannot be asked.
    """
    pointer = server.make(POINTER)
    before = serving_version(server)
    metadata = {"version": version.name}
    if before and before != version:
        metadata["previous"] = before.name
    server.mark(pointer, metadata)
    return before


def contents(server: ChromaServer, version: Version) -> Contents | None:
    """Return what a version is said to hold, or None when it is not there."""
    try:
        return Contents(**(server.metadata(version.records) or {}))
    except TypeError:
        return None


def is_whole(server: ChromaServer, version: Version) -> bool:
    """Tell whether a version has all of its entries."""
    said = contents(server, version)
    return said is not None and (said.passages, said.questions, said.pieces) == (
        server.count(version.passages),
        server.count(version.questions),
        server.count(version.records),
    )


def clear_away(server: ChromaServer, untouched: int) -> tuple[str, ...]:
    """Remove versions that neither serve nor served last and that nobody touched for so many seconds; return them."""
    now = server.now()
    removed = []
    for name in sorted({match.group() for each in server.names() if (match := _of_version(each))}):
        version = Version(name)
        pointer = server.metadata(POINTER)
        if version in (_named(pointer, "version"), _named(pointer, "previous")):
            continue
        # A version of newer code may hold other things, but it says this.
        touched = (server.metadata(version.records) or {}).get("touched", 0)
        if now - touched >= untouched:
            # The records go last: while they are there, the next clearing finds what is left of a broken one.
            for collection in (version.passages, version.questions, version.records):
                server.drop(collection)
            removed.append(name)
    return tuple(removed)


def followed(index: Path) -> str:
    """Return the name of the version that an installation last took notice of, "" when of none."""
    return _noted(index / _FOLLOWED)


def note_followed(index: Path, version: Version) -> None:
    _note(index / _FOLLOWED, version.name)


def pending(index: Path) -> Version | None:
    """Return the version that an installation began to publish and has not finished."""
    name = _noted(index / _PENDING)
    return Version(name) if _NAME.fullmatch(name) else None


def note_pending(index: Path, version: Version | None) -> None:
    if version:
        _note(index / _PENDING, version.name)
    else:
        (index / _PENDING).unlink(missing_ok=True)


def _named(pointer: Mapping[str, Any] | None, key: str) -> Version | None:
    name = (pointer or {}).get(key)
    if name is None:
        return None
    # It becomes the name of a folder here, so it must not be a path.
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise SearchIndexError(
            f"Ukazatel „{POINTER}“ na serveru Chroma není od této verze Opory. Zkontrolujte proměnnou "
            "OPORA_CHROMA_URL, nebo Oporu na všech počítačích sjednoťte."
        )
    return Version(name)


def _of_version(collection: str) -> "re.Match[str] | None":
    kinds = "|".join(_KINDS)
    return re.search(rf"(?<=^{POINTER}-){_NAME.pattern}(?=-({kinds})$)", collection)


def _noted(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace").strip() if path.is_file() else ""


def _note(path: Path, text: str) -> None:
    part = path.with_name(f"{path.name}.part")
    part.write_text(text + "\n", encoding="utf-8")
    part.replace(path)
