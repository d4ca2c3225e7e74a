"""The lexical index: BM25 on stems and on character 4-grams in Tantivy, its one home."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import tantivy

from ingest.document import Passage

FIELDS = ("text_stems", "text_grams", "asked_stems", "asked_grams")
"""The passage with its context, and its anticipated questions, each in both analyses."""

CONCEPTS = "concepts"
"""Ids of the concepts that the passage speaks of; official terms count twice."""

VERSION = 7
"""Raised whenever fields or analysis change, so that older indexes are rebuilt."""

_HEAP = 64 * 1024 * 1024


class LexicalIndex:
    """A Tantivy index with one entry per passage.

    Hits are led back to passages by a number in a column store, which is some ten times faster than reading
    stored documents; whoever searches gives the ids of all passages when opening.
    """

    def __init__(self, folder: Path, ids: Iterable[str] = ()) -> None:
        """Open the index in a folder, or create it."""
        self._ids = {_number(key): key for key in ids}
        folder.mkdir(parents=True, exist_ok=True)
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("number", indexed=True, fast=True)
        builder.add_text_field("doc", tokenizer_name="raw", index_option="basic")
        for field in (*FIELDS, CONCEPTS):
            builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema, path=str(folder))
        self._searcher = self._index.searcher()
        self._writer: tantivy.IndexWriter | None = None

    def add(self, passages: Sequence[Passage], terms: Sequence[Mapping[str, str]]) -> None:
        """Add passages with the terms of each by field, separated by spaces; they are found after `commit`."""
        writer = self._open_writer()
        for passage, fields in zip(passages, terms, strict=True):
            document = tantivy.Document(doc=[passage.doc])
            document.add_unsigned("number", _number(passage.id))
            for field in (*FIELDS, CONCEPTS):
                document.add_text(field, fields[field])
            writer.add_document(document)

    def remove(self, doc: str) -> None:
        """Remove all passages of a document that were added before; they are gone after `commit`."""
        self._open_writer().delete_documents_by_term("doc", doc)

    def commit(self) -> None:
        """Store what was added and removed since the last time."""
        if self._writer is None:
            return
        writer, self._writer = self._writer, None
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def _open_writer(self) -> "tantivy.IndexWriter":
        # One writer for a whole build: each commit makes a segment of its own and waits for the disk.
        if self._writer is None:
            self._writer = self._index.writer(heap_size=_HEAP, num_threads=1)
        return self._writer

    def count(self) -> int:
        """Number of passages."""
        return int(self._searcher.num_docs)

    def having(self, concepts: Sequence[str]) -> list[str]:
        """Return the ids of all passages that carry one of the concepts, in no particular order."""
        return list(self.search(CONCEPTS, concepts, max(1, self.count())))

    def carriers(self, concept: str) -> int:
        """Return how many passages carry a concept."""
        return int(self._searcher.doc_freq(CONCEPTS, concept))

    def carried(self, concept: str, ids: Iterable[str]) -> bool:
        """Tell whether one of the given passages carries a concept; however many others do, they are not looked at."""
        named = tantivy.Query.term_set_query(self._schema, "number", [_number(key) for key in ids])
        carrying = tantivy.Query.term_query(self._schema, CONCEPTS, concept)
        both = tantivy.Query.boolean_query([(tantivy.Occur.Must, named), (tantivy.Occur.Must, carrying)])
        return bool(self._searcher.search(both, limit=1, count=False).hits)

    def search(self, field: str, terms: Mapping[str, float] | Sequence[str], limit: int) -> dict[str, float]:
        """Return BM25 scores by passage id, best first, for at most `limit` passages.

        `terms` are analysed for the field already; a mapping weighs them.
        """
        weights = terms if isinstance(terms, Mapping) else Counter(terms)
        clauses = [
            (tantivy.Occur.Should, _weighted(tantivy.Query.term_query(self._schema, field, term), weight))
            for term, weight in weights.items()
        ]
        if not clauses or not self.count():
            return {}
        query = tantivy.Query.boolean_query(clauses)
        hits = self._searcher.search(query, limit=limit, count=False).hits
        numbers = self._searcher.fast_field_values("number", [address for _, address in hits])
        return {self._ids[int(number or 0)]: float(score) for number, (score, _) in zip(numbers, hits, strict=True)}


def _number(passage_id: str) -> int:
    """63-bit number of a passage id."""
    return int.from_bytes(hashlib.blake2b(passage_id.encode(), digest_size=8).digest(), "big") >> 1


def _weighted(query: "tantivy.Query", weight: float) -> "tantivy.Query":
    return query if weight == 1 else tantivy.Query.boost_query(query, float(weight))
