"""Publishing: the index of this installation copied to a Chroma server that other machines read.

The copy is a version of its own beside those that serve. Each batch is read back and compared; only when all is there
does the pointer name it, in one step. A publication that is killed leaves the old version serving, and the next one of
this installation goes on where it ended.
"""

import hashlib
import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, replace

import numpy as np

from ingest.chroma_settings import ChromaSettings
from ingest.errors import SearchIndexError
from ingest.index_folder import IndexFolder, IndexMeta, lock, record_path, serving
from ingest.settings import Settings
from retrieval.server import ChromaServer
from retrieval.vectors import Rows, VectorStore
from retrieval.versions import (
    Contents,
    Version,
    clear_away,
    contents,
    is_whole,
    note_followed,
    note_pending,
    pending,
    point_at,
    serving_version,
)

PIECE = 1000
"""Characters of a piece of the records, of up to 4 bytes each; hosted Chroma takes values of at most 4,096 bytes."""

KEPT = 600
"""Seconds for which a version stays that neither serves nor served last: somebody may still read or write it."""

_BATCH = 1000
"""Entries that are sent at once; with vectors of 1,024 dimensions some 10 MB."""

_WRITING = 60.0
"""Seconds that the server may take for one batch."""

_TOUCH = 60
"""Seconds after which a version that is being written is marked as such anew."""

Show = Callable[[int, int, str], None]
"""Takes (entries done, all entries, Czech title)."""


@dataclass(frozen=True, slots=True)
class Published:
    """The version that serves after a publication; `sent` is False when the server had this index already."""

    version: Version
    sent: bool


def publish(settings: Settings, show: Show, patience: float = 0.0, kept: int = KEPT) -> Published:
    """Make the server serve the index that serves here; other builds here wait until it is done.

    `patience` is the time in seconds to wait for another build to end.

    Raises
    ------
    SearchIndexError
        If that is not possible; what served before goes on here and on the server.
    """
    chroma = settings.chroma
    if chroma is None:
        raise SearchIndexError("Není nastaveno, kam rejstřík zveřejnit. Zadejte proměnnou OPORA_CHROMA_URL.")
    try:
        with lock(settings.index, patience):
            folder, meta = serving(settings.index)
            if folder is None or meta is None:
                raise SearchIndexError("Není co zveřejnit: rejstřík tu není, nebo není celý.")
            return _Publication(settings, chroma, folder, meta, show).run(kept)
    except SearchIndexError as error:
        raise SearchIndexError(
            f"Rejstřík se nepodařilo zveřejnit na serveru Chroma ({chroma.url}). {error} Tady zůstává, jak je; "
            "zveřejní ho příští „python -m ingest“."
        ) from error


class _Publication:
    def __init__(
        self, settings: Settings, chroma: ChromaSettings, folder: IndexFolder, meta: IndexMeta, show: Show
    ) -> None:
        self._index = settings.index
        self._folder = folder
        self._meta = meta
        self._show = show
        self._done = self._total = 0
        self._server = ChromaServer(chroma, _WRITING)

    def run(self, kept: int) -> Published:
        version = self._begun() or self._new()
        # Noted before the server is asked: one that is away or a kill must not make it forgotten.
        note_pending(self._index, version)
        before = serving_version(self._server)
        if before and before.fingerprint == self._meta.fingerprint and is_whole(self._server, before):
            note_followed(self._index, before)
            note_pending(self._index, None)
            return Published(before, sent=False)
        if not self._folder.chroma.is_dir():
            raise SearchIndexError("Tento rejstřík je sám převzatý ze serveru, a ten ho už celý nemá.")
        if version == before:
            version = self._new()
            note_pending(self._index, version)
        self._send(version)
        outgoing = point_at(self._server, version)
        if not is_whole(self._server, version):
            raise SearchIndexError("Někdo ze serveru mezitím část zveřejněné verze odstranil.")
        note_followed(self._index, version)
        note_pending(self._index, None)
        if outgoing and outgoing != version:
            self._retire(outgoing)
        clear_away(self._server, kept)
        return Published(version, sent=True)

    def _retire(self, outgoing: Version) -> None:
        """Note when a version ceased to serve; one that is gone does not come back."""
        records, said = self._server.collection(outgoing.records), contents(self._server, outgoing)
        if records and said:
            self._server.mark(records, replace(said, touched=self._server.now()).metadata())

    def _begun(self) -> Version | None:
        """Return the version of this index whose publication was not finished."""
        begun = pending(self._index)
        return begun if begun and begun.fingerprint == self._meta.fingerprint else None

    def _new(self) -> Version:
        return Version(f"{self._meta.fingerprint}-{uuid.uuid4().hex[:8]}")

    def _send(self, version: Version) -> None:
        pieces, digest = 0, hashlib.sha256()
        for piece in self._pieces():
            digest.update(piece.encode())
            pieces += 1
        with closing(VectorStore(self._folder.chroma)) as store:
            passages, questions = store.counts()
            self._total = passages + questions + pieces
            said = Contents(passages, questions, pieces, digest.hexdigest(), self._server.now())
            self._mark(version, said)
            size = min(_BATCH, self._server.most())
            said = self._copy(version, version.records, self._piece_rows(size), said)
            said = self._copy(version, version.passages, store.passage_rows(size), said)
            self._copy(version, version.questions, store.question_rows(size), said)
        if not is_whole(self._server, version):
            raise SearchIndexError("Server nemá všechny záznamy, které mu byly poslány.")

    def _copy(self, version: Version, name: str, rows: Iterator[Rows], said: Contents) -> Contents:
        """Send what the server does not have yet, and compare what it has."""
        target = self._server.make(name)
        old = self._server.count(name) > 0
        for batch in rows:
            self._show(self._done, self._total, "Zveřejňuji na serveru")
            if not (old and _same(self._server.take(target, batch.ids), batch)):
                self._server.put(target, batch)
                if not _same(self._server.take(target, batch.ids), batch):
                    raise SearchIndexError("Server vrací jiné záznamy, než které mu byly poslány.")
            self._done += len(batch.ids)
            if (now := self._server.now()) - said.touched >= _TOUCH:
                said = replace(said, touched=now)
                self._mark(version, said)
        self._show(self._done, self._total, "")
        return said

    def _mark(self, version: Version, said: Contents) -> None:
        self._server.mark(self._server.make(version.records, said.metadata()), said.metadata())

    def _pieces(self) -> Iterator[str]:
        """Yield the description of the index and the record of each document, a line each, cut into pieces."""
        held = ""
        for line in self._lines():
            held += line + "\n"
            for start in range(0, len(held) - PIECE + 1, PIECE):
                yield held[start : start + PIECE]
            held = held[len(held) // PIECE * PIECE :]
        if held:
            yield held

    def _lines(self) -> Iterator[str]:
        yield json.dumps(asdict(self._meta), ensure_ascii=False)
        for doc in self._meta.documents:
            # Written anew, because a line break in the file would end the record.
            record = json.loads(record_path(self._folder, doc).read_text(encoding="utf-8"))
            yield json.dumps(record, ensure_ascii=False)

    def _piece_rows(self, size: int) -> Iterator[Rows]:
        size = min(size, 200)
        batch: list[str] = []
        start = 0
        for piece in self._pieces():
            batch.append(piece)
            if len(batch) == size:
                yield piece_rows(start, batch)
                start, batch = start + size, []
        if batch:
            yield piece_rows(start, batch)


def piece_ids(start: int, count: int) -> list[str]:
    """Return the ids of so many pieces from the one with this number on, counted from 0."""
    return [f"{number:08d}" for number in range(start, start + count)]


def piece_rows(start: int, pieces: list[str]) -> Rows:
    """Return pieces of the records as entries; a vector is the number of its piece, since Chroma wants one."""
    ids = piece_ids(start, len(pieces))
    vectors = np.arange(start, start + len(pieces), dtype=np.float32)[:, np.newaxis]
    return Rows(ids, vectors, [{"piece": start + n, "text": piece} for n, piece in enumerate(pieces)])


def _same(found: Rows, sent: Rows) -> bool:
    return (found.ids, found.metadata) == (sent.ids, sent.metadata) and np.array_equal(found.vectors, sent.vectors)
