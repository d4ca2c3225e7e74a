"""Vectors, texts and metadata in Chroma, its one home. It is the source of truth of an index's passages."""

import json
import logging
import threading
import weakref
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast, runtime_checkable

import chromadb
import numpy as np
from chromadb.api.client import Client
from chromadb.api.collection_configuration import CreateHNSWConfiguration
from chromadb.config import Settings as ChromaSettings
from numpy.typing import NDArray

from ingest.document import Passage

# More candidates than the search asks for (1,000 questions): with fewer, the last hits differ from one opening of an
# index to the next, and with them the order of some answers.
HNSW = CreateHNSWConfiguration(space="ip", ef_construction=100, ef_search=1500, max_neighbors=16)

VERSION = 2
"""Raised whenever entries change their form, so that older indexes are rebuilt."""

log = logging.getLogger(__name__)

# Chroma counts who has a folder open without a lock around it, so that two threads, one opening and one closing, leave
# it without a database. A finalizer runs wherever Python collects garbage, even within an opening: it only notes what
# is to be closed, and whoever leaves the lock closes it.
_opening = threading.Lock()
_released: deque[Client] = deque()


@contextmanager
def _alone() -> Iterator[None]:
    """Let nobody else open or close a folder meanwhile."""
    try:
        with _opening:
            yield
    finally:
        _close_released()


def _close_released() -> None:
    while _released and _opening.acquire(blocking=False):
        try:
            while _released:
                try:
                    _released.popleft().close()
                except Exception:
                    # Nobody waits for it, and what is being opened meanwhile is not to blame.
                    log.warning("an index that nobody holds any more was not closed", exc_info=True)
        finally:
            _opening.release()


def _release(client: Client) -> None:
    _released.append(client)
    _close_released()


@dataclass(frozen=True, slots=True)
class Rows:
    """Entries of a collection; `vectors` has the shape (len(ids), dimension)."""

    ids: list[str]
    vectors: NDArray[np.float32]
    metadata: list[Mapping[str, Any]]

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> "Rows":
        """Return what Chroma's `get` found with vectors and perhaps metadata, in its order."""
        count = len(found["ids"])
        vectors = np.asarray(found["embeddings"], dtype=np.float32).reshape((count, -1) if count else (0, 0))
        return cls(found["ids"], vectors, found["metadatas"] or [])


@runtime_checkable
class Vectors(Protocol):
    """Vectors of an index as a search needs them."""

    def nearest_passages(self, vector: NDArray[np.float32], limit: int) -> dict[str, float]:
        """Return cosines by passage id, best first, of at most `limit` passages."""
        ...

    def nearest_questions(self, vector: NDArray[np.float32], limit: int) -> dict[str, float]:
        """Return by passage id the best cosine among its questions that are within the first `limit`."""
        ...

    def close(self) -> None:
        """Release the files, so that the folder can be moved or removed."""
        ...


class VectorStore:
    """Two persistent Chroma collections of L2-normalised vectors: passages and their anticipated questions.

    A question's id is `<passage id>#<n>`, so that a hit needs no look-up to be led back to its passage. They
    are kept apart because a metadata filter costs Chroma more than the search itself.

    Each entry has its document as metadata, and its text with all else in one value beside it: Chroma makes an index
    of the character trigrams of what it knows as texts, and a row of each further value, neither of which is asked
    here and which together take two to three fifths of the time of an insert.
    """

    def __init__(self, folder: Path) -> None:
        """Open the collections in a folder, or create them."""
        folder.mkdir(parents=True, exist_ok=True)
        with _alone():
            client = chromadb.PersistentClient(str(folder), ChromaSettings(anonymized_telemetry=False))
            self._client = cast("Client", client)
            # Chroma keeps what it has opened until it is told; whoever lets go of an index need not say so.
            weakref.finalize(self, _release, self._client).atexit = False
            self._passages = self._open("passages")
            self._questions = self._open("questions")
            # The first reading of a collection takes over what is only in its log yet. Several at once take it over
            # several times, and what they then write makes the database another one than the build left.
            self.counts()
        self._batch = min(self._client.get_max_batch_size(), 5000)

    def _open(self, name: str) -> chromadb.Collection:
        # A collection without an embedding function never tries to fetch a model.
        return self._client.get_or_create_collection(name, configuration={"hnsw": HNSW}, embedding_function=None)

    def add(self, passages: Sequence[Passage], vectors: NDArray[np.float32]) -> None:
        """Add passages with their vectors, shape (len(passages), dimension)."""
        self._add(self._passages, [p.id for p in passages], vectors, [_metadata(p) for p in passages])

    def add_questions(
        self, questions: Mapping[str, Sequence[str]], docs: Mapping[str, str], vectors: NDArray[np.float32]
    ) -> None:
        """Add anticipated questions by passage id; rows of `vectors` follow the order of the mapping.

        `docs` names the document of each passage id.
        """
        ids = [f"{key}#{n}" for key, asked in questions.items() for n in range(len(asked))]
        metadata = [{"doc": docs[key], "question": text} for key, asked in questions.items() for text in asked]
        self._add(self._questions, ids, vectors, metadata)

    def _add(
        self,
        collection: chromadb.Collection,
        ids: Sequence[str],
        vectors: NDArray[np.float32],
        metadata: Sequence[Mapping[str, Any]],
    ) -> None:
        for i in range(0, len(ids), self._batch):
            part = slice(i, i + self._batch)
            collection.add(
                ids=list(ids[part]),
                embeddings=vectors[part],
                metadatas=[dict(m) for m in metadata[part]],
            )

    def remove(self, doc: str) -> None:
        """Remove all passages and questions of a document."""
        for collection in (self._passages, self._questions):
            collection.delete(where={"doc": doc})

    def nearest_passages(self, vector: NDArray[np.float32], limit: int) -> dict[str, float]:
        """Return cosines by passage id, best first, of at most `limit` passages."""
        return dict(_hits(self._passages, vector, limit))

    def nearest_questions(self, vector: NDArray[np.float32], limit: int) -> dict[str, float]:
        """Return by passage id the best cosine among its questions that are within the first `limit`."""
        best: dict[str, float] = {}
        for key, score in _hits(self._questions, vector, limit):
            best.setdefault(key.partition("#")[0], score)
        return best

    def counts(self) -> tuple[int, int]:
        """Return the numbers of passages and of questions."""
        return self._passages.count(), self._questions.count()

    def passage_rows(self, size: int, whole: bool = True) -> Iterator[Rows]:
        """Yield all passages in the order in which they were added, at most `size` at once.

        Unless they are to be `whole`, they come without metadata.
        """
        return _rows(self._passages, size, whole)

    def question_rows(self, size: int, whole: bool = True) -> Iterator[Rows]:
        """Yield all anticipated questions in the same way."""
        return _rows(self._questions, size, whole)

    def close(self) -> None:
        """Release the files, so that the folder can be moved or removed."""
        with _alone():
            self._client.close()


def _hits(collection: chromadb.Collection, vector: NDArray[np.float32], limit: int) -> list[tuple[str, float]]:
    found = collection.query(query_embeddings=vector[np.newaxis, :], n_results=limit, include=["distances"])
    distances = (found["distances"] or [[]])[0]
    return [(key, 1.0 - float(d)) for key, d in zip(found["ids"][0], distances, strict=True)]


def _rows(collection: chromadb.Collection, size: int, whole: bool) -> Iterator[Rows]:
    for start in range(0, collection.count(), size):
        found = collection.get(
            limit=size, offset=start, include=["embeddings", "metadatas"] if whole else ["embeddings"]
        )
        yield Rows.of(cast("Mapping[str, Any]", found))


def _metadata(passage: Passage) -> dict[str, Any]:
    whole = {
        "text": passage.text,
        "grain": passage.grain,
        "kind": passage.kind,
        "code": passage.code,
        "start": passage.start,
        "end": passage.end,
        "page": passage.page,
        "headings": passage.headings,
    }
    return {"doc": passage.doc, "passage": json.dumps(whole, ensure_ascii=False)}
