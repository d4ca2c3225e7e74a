"""Exact search among the vectors of an index that fit into memory; they come from Chroma, which keeps them.

Beside Chroma's approximate search it is several times faster at these sizes, needs no lock and no file while questions
come, and gives the same hits after each opening (`eval/reports/bench.md` has the figures).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.vectors import Rows, VectorStore

LIMIT = 256 * 2**20
"""Bytes of vectors up to which a product with all of them is no slower than Chroma's search."""

_PART = 2_000
"""Entries that are read at once."""


@dataclass(frozen=True, slots=True)
class ExactVectors:
    """Vectors of passages and of anticipated questions, searched by their product with the question's.

    Attributes
    ----------
    passages, questions
        L2-normalised, shapes (passages, dimension) and (questions, dimension), in the order of their ids.
    ids
        Id of each passage.
    owners
        Id of the passage that each question belongs to.
    """

    passages: NDArray[np.float32]
    questions: NDArray[np.float32]
    ids: Sequence[str]
    owners: Sequence[str]

    @classmethod
    def of(cls, store: VectorStore, dimension: int) -> "ExactVectors":
        """Read all vectors of a store."""
        passages, questions = store.counts()
        ids, found = _sorted(store.passage_rows(_PART, whole=False), passages, dimension)
        asked, asked_vectors = _sorted(store.question_rows(_PART, whole=False), questions, dimension)
        return cls(found, asked_vectors, ids, [key.partition("#")[0] for key in asked])

    def nearest_passages(self, vector: NDArray[np.float32], limit: int) -> dict[str, float]:
        """Return cosines by passage id, best first, of at most `limit` passages."""
        return {self.ids[row]: score for row, score in _best(self.passages, vector, limit)}

    def nearest_questions(self, vector: NDArray[np.float32], limit: int) -> dict[str, float]:
        """Return by passage id the best cosine among its questions that are within the first `limit`."""
        found: dict[str, float] = {}
        for row, score in _best(self.questions, vector, limit):
            found.setdefault(self.owners[row], score)
        return found

    def close(self) -> None:
        """There are no files to release."""


def fits(store: VectorStore, dimension: int) -> bool:
    """Tell whether the vectors of a store are few enough to be searched exactly."""
    return sum(store.counts()) * dimension * 4 <= LIMIT


def _sorted(parts: Iterable[Rows], count: int, dimension: int) -> tuple[list[str], NDArray[np.float32]]:
    """Return ids and vectors by id, so that equal cosines have the same order however the index came about."""
    ids: list[str] = []
    vectors = np.empty((count, dimension), dtype=np.float32)
    for rows in parts:
        vectors[len(ids) : len(ids) + len(rows.ids)] = rows.vectors
        ids += rows.ids
    order = sorted(range(count), key=ids.__getitem__)
    return [ids[n] for n in order], vectors[order]


def _best(vectors: NDArray[np.float32], vector: NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
    """Return rows and cosines of the nearest vectors, best first, equal ones by row."""
    # Not `@`: BLAS would start a thread per processor for each question, and users come many at once.
    cosines = np.vecdot(vectors, vector)
    if limit < len(cosines):
        last = np.partition(cosines, len(cosines) - limit)[len(cosines) - limit]
        rows = np.flatnonzero(cosines >= last)
    else:
        rows = np.arange(len(cosines))
    order = rows[np.argsort(-cosines[rows], kind="stable")][:limit]
    return list(zip(order.tolist(), cosines[order].tolist(), strict=True))
