"""Building an index beside the one that serves, then switching to it."""

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.anticipated import Anticipated, load_anticipated
from ingest.attach import attach
from ingest.checksums import is_whole, seal
from ingest.disk import disk_fault
from ingest.document import Document, Passage
from ingest.errors import OporaError, ReadError
from ingest.index_folder import (
    FORMAT,
    PART,
    IndexFolder,
    IndexMeta,
    intact,
    lock,
    named,
    read_document,
    read_meta,
    record_path,
    remove_document,
    serving,
    serving_damage,
    sweep,
    switch,
    write_document,
    write_meta,
)
from ingest.library import Shelf, shelves
from ingest.readers import read
from ingest.settings import Settings
from ingest.structure import passages

STRUCTURE = 3
"""Raised whenever the same text would be cut into other passages, so that indexes are rebuilt."""


class Embeds(Protocol):
    """An encoder as the build needs it."""

    @property
    def fingerprint(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]: ...
    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]: ...


class Writes(Protocol):
    """The dense and the lexical index of one folder, open for writing."""

    def add(
        self,
        passages: Sequence[Passage],
        vectors: NDArray[np.float32],
        asked: Mapping[str, Sequence[str]],
        asked_vectors: NDArray[np.float32],
    ) -> None: ...
    def remove(self, doc: str) -> None: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did; documents by id, failures as (file, Czech message).

    `damage` says in Czech why the index that served before could not be used and was built from nothing.
    """

    documents: int
    passages: int
    added: tuple[str, ...]
    changed: tuple[str, ...]
    kept: tuple[str, ...]
    removed: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]
    fingerprint: str
    seconds: float
    damage: str = ""


@dataclass(frozen=True, slots=True)
class Builder:
    """Builds the index of an installation.

    Attributes
    ----------
    version
        Version of the code that writes the dense and the lexical index.
    open_writer
        Opens the indexes of a folder for writing.
    progress
        Called with (documents done, documents to do, title of the next one).
    patience
        Seconds to wait for another build to end.
    """

    settings: Settings
    encoder: Embeds
    version: str
    open_writer: Callable[[IndexFolder], Writes]
    progress: Callable[[int, int, str], None]
    patience: float = 0.0

    def build(self) -> Report:
        """Bring the index in line with the documents; what did not change is not embedded again.

        A document that cannot be read any more keeps its place in the index and is reported. The new index
        is written beside the serving one, which stays untouched until the last step.

        Raises
        ------
        SearchIndexError
            If another build is running, or the index cannot be written.
        ManifestError
            If the manifest or the anticipated questions cannot be used.
        """
        started = time.perf_counter()
        with lock(self.settings.index, self.patience):
            sweep(self.settings.index)
            old, old_meta = serving(self.settings.index)
            harm = "" if old else serving_damage(self.settings.index)
            documents, failed = _read_all(shelves(self.settings), old or named(self.settings.index))
            texts = {d.id: d.text for d in documents}
            units = load_anticipated(self.settings.corpus, texts, self.settings.written)
            prints = {d.id: _document_print(d, units) for d in documents}
            version = f"{FORMAT}.{STRUCTURE}.{self.version}"
            fingerprint = _digest(prints, self.encoder.fingerprint, version)[:16]
            folder = IndexFolder(self.settings.index / fingerprint)
            before = old_meta.documents if old_meta else {}
            if old is None or old.path != folder.path:
                if intact(folder) is None:
                    reusable = old_meta and (old_meta.encoder, old_meta.version) == (self.encoder.fingerprint, version)
                    try:
                        self._write(folder, version, documents, units, prints, old if reusable else None, before)
                    except Exception as error:
                        fault = None if isinstance(error, OporaError) else disk_fault(error, self.settings.index)
                        sweep(self.settings.index)  # a full disk gets its space back at once
                        if fault:
                            raise fault from error
                        raise
                switch(self.settings.index, folder)
                # The previous index stays for the readers that hold it.
                sweep(self.settings.index, keep={folder.path.name, old.path.name if old else ""})
            return Report(
                documents=len(documents),
                passages=read_meta(folder).passages,
                added=tuple(d for d in prints if d not in before),
                changed=tuple(d for d in prints if d in before and before[d] != prints[d]),
                kept=tuple(d for d in prints if before.get(d) == prints[d]),
                removed=tuple(d for d in before if d not in prints),
                failed=failed,
                fingerprint=fingerprint,
                seconds=time.perf_counter() - started,
                damage=harm,
            )

    def _write(
        self,
        folder: IndexFolder,
        version: str,
        documents: Sequence[Document],
        units: Sequence[Anticipated],
        prints: Mapping[str, str],
        base: IndexFolder | None,
        before: Mapping[str, str],
    ) -> None:
        """Write an index beside the others; under its own name it appears only when it is whole."""
        part = IndexFolder(folder.path.with_suffix(PART))
        if base:
            shutil.copytree(base.path, part.path)
            part.meta.unlink()
        else:
            part.path.mkdir(parents=True)
            before = {}
        stale = [d for d in before if before[d] != prints.get(d)]
        fresh = [d for d in documents if before.get(d.id) != prints[d.id]]
        writer = self.open_writer(part)
        try:
            for doc in stale:
                writer.remove(doc)
                remove_document(part, doc)
            for n, document in enumerate(fresh):
                self.progress(n, len(fresh), document.source.title)
                self._write_document(part, writer, document, units)
            self.progress(len(fresh), len(fresh), "")
        finally:
            writer.close()
        total = sum(len(read_document(part, doc)[1]) for doc in prints)
        asked = sum(len(unit.questions) for unit in units)
        encoder = self.encoder
        meta = IndexMeta(folder.path.name, encoder.fingerprint, encoder.dimension, version, dict(prints), total, asked)
        write_meta(part, meta)
        seal(part.path)
        # What has this name already is damaged; its texts may have been of use until now.
        shutil.rmtree(folder.path, ignore_errors=True)
        part.path.rename(folder.path)

    def _write_document(
        self, part: IndexFolder, writer: Writes, document: Document, units: Sequence[Anticipated]
    ) -> None:
        found = passages(document)
        asked = attach(found, units)
        vectors = self.encoder.encode_passages([f"{p.context}\n{p.text}" for p in found])
        questions = [question for group in asked.values() for question in group]
        writer.add(found, vectors, asked, self.encoder.encode_queries(questions))
        write_document(part, document, tuple(replace(p, asked=asked.get(p.id, ())) for p in found))


def _read_all(found: Sequence[Shelf], old: IndexFolder | None) -> tuple[list[Document], tuple[tuple[str, str], ...]]:
    """Read all documents; one whose file cannot be read comes from the old index, where its text is whole."""
    documents, failed = [], []
    for shelf in found:
        try:
            documents.append(read(shelf.path, shelf.source))
        except ReadError as error:
            failed.append((shelf.path.name, str(error)))
            if old and is_whole(old.path, record_path(old, shelf.source.id)):
                documents.append(read_document(old, shelf.source.id)[0])
    return documents, tuple(failed)


def _document_print(document: Document, units: Sequence[Anticipated]) -> str:
    """Hash everything that is stored of a document, and what its passages and their vectors depend on."""
    asked = [asdict(unit) for unit in units if unit.doc == document.id]
    headings = [asdict(h) for h in document.headings]
    return _digest(asdict(document.source), document.text, document.pages, headings, asked)[:24]


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
