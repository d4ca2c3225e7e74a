"""Writing the dense and the lexical index of one folder."""

import hashlib

from ingest.index_folder import IndexFolder
from ingest.preparing import Prepared
from retrieval.lexical import VERSION, LexicalIndex
from retrieval.thesaurus import Thesaurus
from retrieval.vectors import VERSION as VECTORS
from retrieval.vectors import VectorStore


class IndexWriter:
    """Chroma and Tantivy of one folder, open for writing."""

    def __init__(self, folder: IndexFolder) -> None:
        self._vectors = VectorStore(folder.chroma)
        self._lexical = LexicalIndex(folder.tantivy)

    def add(self, prepared: Prepared) -> None:
        """Add passages and their anticipated questions, with all that was computed of them."""
        batch, features = prepared.batch, prepared.features
        # Tantivy first: it indexes in a thread of its own, while Chroma's work goes on.
        self._lexical.add(batch.passages, features.terms)
        if batch.passages:
            self._vectors.add(batch.passages, features.vectors)
        if batch.asked:
            docs = {p.id: p.doc for p in batch.passages}
            self._vectors.add_questions(batch.asked, docs, features.asked_vectors)

    def remove(self, doc: str) -> None:
        """Remove everything of a document."""
        self._vectors.remove(doc)
        self._lexical.remove(doc)

    def commit(self) -> None:
        """Store what was added and removed; until then it may be lost."""
        self._lexical.commit()

    def close(self) -> None:
        """Release the files."""
        self._vectors.close()


def writer_version(thesaurus: Thesaurus) -> str:
    """Version of what a writer leaves in the index: of its fields and of the concepts that tag passages."""
    digest = hashlib.sha256(repr(sorted(thesaurus.concepts.items())).encode()).hexdigest()
    return f"{VERSION}.{VECTORS}.{digest[:12]}"
