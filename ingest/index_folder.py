"""The layout of the index folder: one directory per built index, and `CURRENT`, which names the one that serves."""

import fcntl
import json
import os
import re
import shutil
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import IO, Any

from ingest.checksums import damage
from ingest.disk import unwritable
from ingest.document import Document, Heading, Passage, Source
from ingest.errors import SearchIndexError

CURRENT = "CURRENT"
PART = ".part"
"""Ending of what a build has not finished; only the build that holds the lock writes such files."""

_LOOK_AGAIN = 0.2
"""Seconds between two looks whether another build has ended."""

FORMAT = 2
"""Raised whenever the files below change their form, so that older indexes are rebuilt."""


@dataclass(frozen=True, slots=True)
class IndexFolder:
    """The files of one index."""

    path: Path

    @property
    def chroma(self) -> Path:
        return self.path / "chroma"

    @property
    def tantivy(self) -> Path:
        return self.path / "tantivy"

    @property
    def documents(self) -> Path:
        return self.path / "documents"

    @property
    def meta(self) -> Path:
        return self.path / "index.json"


@dataclass(frozen=True, slots=True)
class IndexMeta:
    """What an index was built from.

    `documents` maps each document's id to the fingerprint of everything its passages depend on; `encoder`
    and `version` are those of the encoder and of the code that wrote it.
    """

    fingerprint: str
    encoder: str
    dimension: int
    version: str
    documents: dict[str, str]
    passages: int
    questions: int


def current(index: Path) -> IndexFolder | None:
    """Return the folder that `CURRENT` names, or None before the first build.

    Raises
    ------
    SearchIndexError
        If `CURRENT` names a folder that is not there.
    """
    if not (index / CURRENT).is_file():
        return None
    folder = named(index)
    if folder is None:
        raise SearchIndexError(
            f"Soubor „{CURRENT}“, který určuje platný rejstřík, je poškozený. "
            "Spusťte „python -m ingest“, sestaví se znovu."
        )
    if not folder.meta.is_file():
        raise SearchIndexError(
            f"Rejstřík „{folder.path.name}“ chybí nebo není celý. Spusťte „python -m ingest“, sestaví se znovu."
        )
    return folder


def named(index: Path) -> IndexFolder | None:
    """Return the folder that `CURRENT` names, whatever is in it, or None when it names none."""
    pointer = index / CURRENT
    name = pointer.read_text(encoding="utf-8", errors="replace").strip() if pointer.is_file() else ""
    # What a bad disk left in the file may be anything, even a path.
    return IndexFolder(index / name) if re.fullmatch(r"[\w-]+", name) else None


def switch(index: Path, folder: IndexFolder) -> None:
    """Make the folder the one that serves, in one atomic step."""
    pointer = index / f"{CURRENT}{PART}"
    with pointer.open("w", encoding="utf-8") as file:
        file.write(folder.path.name + "\n")
        file.flush()
        os.fsync(file.fileno())
    pointer.replace(index / CURRENT)


def write_meta(folder: IndexFolder, meta: IndexMeta) -> None:
    """Write the description of an index; it is the last file of a build."""
    folder.meta.write_text(json.dumps(asdict(meta), ensure_ascii=False, indent=1), encoding="utf-8")


def read_meta(folder: IndexFolder) -> IndexMeta:
    """Read the description of an index.

    Raises
    ------
    SearchIndexError
        If it is damaged.
    """
    try:
        return IndexMeta(**json.loads(folder.meta.read_text(encoding="utf-8")))
    except (ValueError, TypeError, OSError) as error:
        raise SearchIndexError(
            f"Popis rejstříku „{folder.path.name}“ je poškozený. Spusťte „python -m ingest“, sestaví se znovu."
        ) from error


def write_document(folder: IndexFolder, document: Document, passages: tuple[Passage, ...]) -> None:
    """Store the canonical text, the source and the passages of a document."""
    folder.documents.mkdir(parents=True, exist_ok=True)
    record = {
        "source": asdict(document.source),
        "text": document.text,
        "pages": document.pages,
        "headings": [asdict(h) for h in document.headings],
        "passages": [_passage_record(p) for p in passages],
    }
    record_path(folder, document.id).write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")


def remove_document(folder: IndexFolder, doc: str) -> None:
    """Remove what `write_document` stored; nothing happens when it is not there."""
    record_path(folder, doc).unlink(missing_ok=True)


def read_document(folder: IndexFolder, doc: str) -> tuple[Document, tuple[Passage, ...]]:
    """Return a stored document and its passages, in the order of the text."""
    record = json.loads(record_path(folder, doc).read_text(encoding="utf-8"))
    source = record["source"] | {"short_names": tuple(record["source"]["short_names"])}
    document = Document(
        source=Source(**source),
        text=record["text"],
        pages=tuple(record["pages"]),
        headings=tuple(Heading(**h) for h in record["headings"]),
    )
    return document, tuple(_passage(document, p) for p in record["passages"])


def record_path(folder: IndexFolder, doc: str) -> Path:
    """Return the file that `write_document` stores a document in."""
    return folder.documents / f"{doc}.json"


_STORED = tuple(f.name for f in fields(Passage) if f.name not in ("text", "doc"))
"""What is stored of a passage: the other two follow from the document."""


def _passage_record(passage: Passage) -> dict[str, Any]:
    # Not `asdict`, which copies each string: it took as long as a twentieth of a build.
    return {name: getattr(passage, name) for name in _STORED}


def _passage(document: Document, record: Mapping[str, Any]) -> Passage:
    text = document.text[record["start"] : record["end"]]
    lists = {name: tuple(record[name]) for name in ("headings", "asked")}
    return Passage(doc=document.id, text=text, **{**record, **lists})


def serving(index: Path) -> tuple[IndexFolder | None, IndexMeta | None]:
    """Return the serving index, or nothing when there is none that can be used: a build then starts from nothing."""
    try:
        folder = current(index)
    except SearchIndexError:
        return None, None
    meta = intact(folder) if folder else None
    return (folder, meta) if meta else (None, None)


def serving_damage(index: Path) -> str:
    """Return in Czech why the serving index cannot be used; "" when it can, or when there is none yet."""
    try:
        folder = current(index)
        if folder is None:
            return ""
        read_meta(folder)
    except SearchIndexError as error:
        return str(error).partition(". ")[0]
    reason = damage(folder.path, thorough=True)
    return f"Rejstřík „{folder.path.name}“ je poškozený: {reason}" if reason else ""


def intact(folder: IndexFolder) -> IndexMeta | None:
    """Return the description of an index if all of its files are as its build left them, else None."""
    try:
        meta = read_meta(folder)
    except SearchIndexError:
        return None
    return None if damage(folder.path, thorough=True) else meta


@contextmanager
def lock(index: Path, patience: float = 0.0) -> Iterator[None]:
    """Keep other builds out; create the folder if it is missing.

    Another build that is running is waited for, for at most `patience` seconds.

    Raises
    ------
    SearchIndexError
        If another build is running, or the folder or the disk cannot be written to.
    """
    try:
        index.mkdir(parents=True, exist_ok=True)
        with (index / ".lock").open("w", encoding="utf-8") as file:
            _take(file, patience)
            yield
    except BlockingIOError as error:
        raise SearchIndexError("Rejstřík právě sestavuje jiný běh. Počkejte, až skončí, a příkaz opakujte.") from error
    except OSError as error:
        raise SearchIndexError(unwritable(index, error)) from error


def _take(file: IO[str], patience: float) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(min(_LOOK_AGAIN, patience))


def sweep(index: Path, keep: Collection[str] | None = None) -> None:
    """Remove what killed builds left behind and, if `keep` is given, all indexes but these."""
    for path in index.iterdir():
        if path.is_dir() and (path.suffix == PART or (keep is not None and path.name not in keep)):
            shutil.rmtree(path, ignore_errors=True)
