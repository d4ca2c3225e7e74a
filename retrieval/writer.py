"""Writing the dense and the lexical index of one folder."""

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.document import Passage
from ingest.index_folder import IndexFolder
from retrieval.lexical import VERSION, LexicalIndex
from retrieval.thesaurus import OFFICIAL, Thesaurus
from retrieval.vectors import VectorStore

_NEAR_HEADINGS = 2
"""Headings whose concepts a passage shares: its own and the one above; names of documents would tag everything."""


class IndexWriter:
    """Chroma and Tantivy of one folder, open for writing."""

    def __init__(self, folder: IndexFolder, thesaurus: Thesaurus) -> None:
        self._thesaurus = thesaurus
        self._vectors = VectorStore(folder.chroma)
        self._lexical = LexicalIndex(folder.tantivy)

    def add(
        self,
        passages: Sequence[Passage],
        vectors: NDArray[np.float32],
        asked: Mapping[str, Sequence[str]],
        asked_vectors: NDArray[np.float32],
    ) -> None:
        """Add passages with their vectors and, by passage id, their anticipated questions with theirs."""
        if passages:
            self._vectors.add(passages, vectors)
        if asked:
            self._vectors.add_questions(asked, {p.id: p.doc for p in passages}, asked_vectors)
        self._lexical.add(passages, asked, {p.id: self._concepts(p) for p in passages})

    def _concepts(self, passage: Passage) -> list[str]:
        own = self._thesaurus.match(passage.text)
        above = self._thesaurus.match("\n".join((*passage.headings[-_NEAR_HEADINGS:], passage.label)))
        return [
            concept
            for concept in dict.fromkeys((*own, *above))
            for _ in range(2 if own.get(concept, 0.0) >= OFFICIAL else 1)
        ]

    def remove(self, doc: str) -> None:
        """Remove everything of a document."""
        self._vectors.remove(doc)
        self._lexical.remove(doc)

    def close(self) -> None:
        """Release the files."""
        self._vectors.close()


def writer_version(thesaurus: Thesaurus) -> str:
    """Version of what a writer leaves in the index: of its fields and of the concepts that tag passages."""
    digest = hashlib.sha256(repr(sorted(thesaurus.concepts.items())).encode()).hexdigest()
    return f"{VERSION}.{digest[:12]}"
