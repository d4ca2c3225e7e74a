"""The lexical index: BM25 on stems and on character 4-grams in Tantivy, its one home."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import tantivy

from ingest.document import Passage
from retrieval.analysis import grams, joined, stems

ANALYSIS: Mapping[str, Callable[[str], list[str]]] = {"stems": stems, "grams": grams}
"""The two ways a text becomes terms."""

FIELDS = ("text_stems", "text_grams", "asked_stems", "asked_grams")
"""The passage with its context, and its anticipated questions, each in both analyses."""

CONCEPTS = "concepts"
"""Ids of the concepts that the passage speaks of; official terms count twice."""

VERSION = 6
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
        builder.add_unsigned_field("number", fast=True)
        builder.add_text_field("doc", tokenizer_name="raw", index_option="basic")
        for field in (*FIELDS, CONCEPTS):
            builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema, path=str(folder))
        self._searcher = self._index.searcher()

    def add(
        self,
        passages: Sequence[Passage],
        asked: Mapping[str, Sequence[str]],
        concepts: Mapping[str, Sequence[str]],
    ) -> None:
        """Add passages, with the anticipated questions and the concepts of each by its id, and commit."""
        writer = self._index.writer(heap_size=_HEAP, num_threads=1)
        for passage in passages:
            texts = {
                "text": f"{passage.text}\n{passage.context}",
                "asked": "\n".join(asked.get(passage.id, ())),
            }
            document = tantivy.Document(doc=[passage.doc])
            document.add_unsigned("number", _number(passage.id))
            for field in FIELDS:
                part, analysis = field.split("_")
                document.add_text(field, joined(ANALYSIS[analysis](texts[part])))
            document.add_text(CONCEPTS, joined(concepts.get(passage.id, ())))
            writer.add_document(document)
        self._commit(writer)

    def remove(self, doc: str) -> None:
        """Remove all passages of a document and commit."""
        writer = self._index.writer(heap_size=_HEAP, num_threads=1)
        writer.delete_documents_by_term("doc", doc)
        self._commit(writer)

    def _commit(self, writer: "tantivy.IndexWriter") -> None:
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def count(self) -> int:
        """Number of passages."""
        return int(self._searcher.num_docs)

    def having(self, concepts: Sequence[str]) -> list[str]:
        """Return the ids of all passages that carry one of the concepts, in no particular order."""
        return list(self.search(CONCEPTS, concepts, max(1, self.count())))

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
