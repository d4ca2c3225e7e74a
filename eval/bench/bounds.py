"""Lower bounds of a search: what its parts take when nothing is done around them."""

from collections.abc import Sequence
from typing import Any

import chromadb
import numpy as np
import tantivy
from chromadb.config import Settings as ChromaSettings
from numpy.typing import NDArray

from eval.bench.timing import Act
from eval.questions import Question
from ingest.index_folder import IndexFolder
from retrieval.analysis import grams, stems
from retrieval.encoder import Encoder
from retrieval.exact import ExactVectors
from retrieval.index import Index
from retrieval.search import CANDIDATES, QUESTIONS
from retrieval.vectors import Vectors

MATRIX, STEMS, GRAMS, CHROMA = "matrix", "tantivy_stems", "tantivy_grams", "chroma"

SUMMED = (MATRIX, STEMS, GRAMS)
"""Bounds that together stand for one hybrid search; Chroma does what the matrix does."""


def lower_bounds(
    index: Index, folder: IndexFolder, stored: ExactVectors, questions: Sequence[Question]
) -> dict[str, Act]:
    """Return the bounds by name; vectors and queries are made before, so that only the search itself is timed.

    Each returns as many candidates as our search asks of that channel.
    """
    vectors = {q.id: index.encoder.encode_query(q.question) for q in questions}
    opened = tantivy.Index.open(str(folder.tantivy))
    searcher = opened.searcher()
    client = chromadb.PersistentClient(str(folder.chroma), ChromaSettings(anonymized_telemetry=False))
    collections = [
        (client.get_collection(name, embedding_function=None), limit)
        for name, limit in (("passages", CANDIDATES), ("questions", QUESTIONS))
    ]

    def lexical(field: str, terms: dict[str, list[str]]) -> Act:
        queries = {key: _query(opened.schema, field, found) for key, found in terms.items()}
        return lambda question: searcher.search(queries[question.id], limit=CANDIDATES, count=False).hits

    def product(question: Question) -> object:
        vector = vectors[question.id]
        return _best(stored.passages @ vector, CANDIDATES), _best(stored.questions @ vector, QUESTIONS)

    def chroma(question: Question) -> object:
        asked: Any = vectors[question.id][np.newaxis, :]
        return [
            collection.query(query_embeddings=asked, n_results=min(limit, n), include=["distances"])
            for collection, limit in collections
            if (n := collection.count())
        ]

    return {
        MATRIX: product,
        STEMS: lexical("text_stems", {q.id: stems(q.question) for q in questions}),
        GRAMS: lexical("text_grams", {q.id: grams(q.question) for q in questions}),
        CHROMA: chroma,
    }


def recall(
    vectors: Vectors, encoder: Encoder, stored: ExactVectors, questions: Sequence[Question], top: int = 50
) -> float:
    """Return the mean share of the `top` nearest passages that a search finds, against the exact product.

    A passage as near as the last exact one counts: texts that occur twice have equal vectors.
    """
    place = {key: n for n, key in enumerate(stored.ids)}
    top, shares = min(top, len(stored.ids)), []
    for question in questions:
        vector = encoder.encode_query(question.question)
        cosines = stored.passages @ vector
        last = float(np.sort(cosines)[-top]) - 1e-6
        found = vectors.nearest_passages(vector, top)
        shares.append(sum(float(cosines[place[key]]) >= last for key in found) / top)
    return sum(shares) / len(shares)


def _best(scores: NDArray[np.float32], limit: int) -> NDArray[np.intp]:
    if len(scores) <= limit:
        return np.argsort(scores)
    return np.argpartition(scores, -limit)[-limit:]


def _query(schema: tantivy.Schema, field: str, terms: Sequence[str]) -> tantivy.Query:
    clauses = [(tantivy.Occur.Should, tantivy.Query.term_query(schema, field, term)) for term in terms]
    return tantivy.Query.boolean_query(clauses)
