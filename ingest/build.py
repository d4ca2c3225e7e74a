"""Building an index beside the one that serves, then switching to it."""

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from itertools import takewhile
from typing import Protocol

from ingest.anticipated import Anticipated, load_anticipated
from ingest.checksums import is_whole, seal
from ingest.disk import disk_fault
from ingest.document import Document, Passage
from ingest.errors import OporaError
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
from ingest.preparing import Job, Prepared, Prepares
from ingest.settings import Settings

STRUCTURE = 3
"""Raised whenever the same text would be cut into other passages, so that indexes are rebuilt."""


class Writes(Protocol):
    """The dense and the lexical index of one folder, open for writing."""

    def add(self, prepared: Prepared) -> None: ...
    def remove(self, doc: str) -> None: ...
    def commit(self) -> None: ...
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
    """Builds the index of an installation: documents are read, then prepared, then written, each in order.

    Attributes
    ----------
    preparing
        Reads the documents and computes what is written of them, here or elsewhere.
    open_writer
        Opens the indexes of a folder for writing.
    progress
        Called with (documents done, documents to do, title of the next one).
    patience
        Seconds to wait for another build to end.
    """

    settings: Settings
    preparing: Prepares
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
            documents, failed = self._read(shelves(self.settings), old or named(self.settings.index))
            jobs = _jobs(documents, self.settings)
            prints = {job.document.id: _document_print(job) for job in jobs}
            version = f"{FORMAT}.{STRUCTURE}.{self.preparing.version}"
            fingerprint = _digest(prints, self.preparing.encoder, version)[:16]
            folder = IndexFolder(self.settings.index / fingerprint)
            before = old_meta.documents if old_meta else {}
            if old is None or old.path != folder.path:
                if intact(folder) is None:
                    reusable = old_meta and (old_meta.encoder, old_meta.version) == (self.preparing.encoder, version)
                    try:
                        self._write(folder, version, jobs, prints, old if reusable else None, before)
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
                failed=tuple(failed),
                fingerprint=fingerprint,
                seconds=time.perf_counter() - started,
                damage=harm,
            )

    def _read(self, found: Sequence[Shelf], old: IndexFolder | None) -> tuple[list[Document], list[tuple[str, str]]]:
        """Read all documents; one whose file cannot be read comes from the old index, where its text is whole."""
        documents, failed = [], []
        for shelf, read in zip(found, self.preparing.read(found), strict=True):
            if isinstance(read, Document):
                documents.append(read)
                continue
            failed.append((shelf.path.name, str(read)))
            if old and is_whole(old.path, record_path(old, shelf.source.id)):
                documents.append(read_document(old, shelf.source.id)[0])
        return documents, failed

    def _write(
        self,
        folder: IndexFolder,
        version: str,
        jobs: Sequence[Job],
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
        fresh = [job for job in jobs if before.get(job.document.id) != prints[job.document.id]]
        writer = self.open_writer(part)
        try:
            for doc in stale:
                writer.remove(doc)
                remove_document(part, doc)
            total = self._write_documents(part, writer, fresh)
            writer.commit()
        finally:
            writer.close()
        total += sum(len(read_document(part, doc)[1]) for doc in prints if before.get(doc) == prints[doc])
        asked = sum(len(unit.questions) for job in jobs for unit in job.units)
        encoder, dimension = self.preparing.encoder, self.preparing.dimension
        write_meta(part, IndexMeta(folder.path.name, encoder, dimension, version, dict(prints), total, asked))
        seal(part.path)
        # What has this name already is damaged; its texts may have been of use until now.
        shutil.rmtree(folder.path, ignore_errors=True)
        part.path.rename(folder.path)

    def _write_documents(self, part: IndexFolder, writer: Writes, jobs: Sequence[Job]) -> int:
        """Write documents as they come prepared; return how many passages they have."""
        documents = {job.document.id: job.document for job in jobs}
        titles = [*(job.document.source.title for job in jobs), ""]
        total = done = 0
        held: list[Passage] = []
        self.progress(0, len(jobs), titles[0])
        with closing(self.preparing.prepare(jobs)) as prepared:
            for each in prepared:
                writer.add(each)
                total += len(each.batch.passages)
                held += each.batch.passages
                for doc in each.batch.ends:
                    own = sum(1 for _ in takewhile(doc.__eq__, (p.doc for p in held)))
                    write_document(part, documents[doc], tuple(held[:own]))
                    del held[:own]
                done += len(each.batch.ends)
                self.progress(done, len(jobs), titles[done])
        return total


def _jobs(documents: Sequence[Document], settings: Settings) -> list[Job]:
    """Return the documents with their anticipated questions."""
    own: dict[str, list[Anticipated]] = {}
    for unit in load_anticipated(settings.corpus, {d.id: d.text for d in documents}, settings.written):
        own.setdefault(unit.doc, []).append(unit)
    return [Job(document, tuple(own.get(document.id, ()))) for document in documents]


def _document_print(job: Job) -> str:
    """Hash everything that is stored of a document, and what its passages and their vectors depend on."""
    document, asked = job.document, [asdict(unit) for unit in job.units]
    headings = [asdict(h) for h in document.headings]
    return _digest(asdict(document.source), document.text, document.pages, headings, asked)[:24]


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
