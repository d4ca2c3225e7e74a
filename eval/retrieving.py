"""Retrieval alone: a question set asked of an index, and what each question scores, without composing answers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from eval.metrics import BUDGET, recall_within
from eval.questions import Question, check
from eval.ranking import Places, ranking_measures
from eval.records import PASSAGE_CHARACTERS
from eval.spans import Span, Texts
from ingest.document import Document, Passage
from ingest.errors import QuestionSetError
from retrieval.filters import NO_FILTERS, Filters
from retrieval.index import Index
from retrieval.lexical import LexicalIndex
from retrieval.query import Query, understand
from retrieval.search import search
from retrieval.vectors import Vectors

LIMIT = 20
"""Passages per question, as many as the assistant retrieves."""

MEASURES = ("recall@5", f"recall@{BUDGET}c", "ndcg@10", "rr")

Search = Callable[[Question], Sequence[Span]]


@dataclass(frozen=True, slots=True)
class Judged:
    """An answerable question with, for each piece of its evidence, the document and all places where it stands."""

    question: Question
    docs: tuple[str, ...]
    places: tuple[Places, ...]

    def within(self, doc: str) -> "Judged | None":
        """Return the question with the evidence that lies in one document, or None when there is none."""
        kept = [i for i, name in enumerate(self.docs) if name == doc]
        if not kept:
            return None
        return replace(self, docs=(doc,) * len(kept), places=tuple(self.places[i] for i in kept))


def judged(questions: Iterable[Question], documents: Iterable[Document]) -> tuple[Judged, ...]:
    """Return the answerable questions, in their order.

    Raises
    ------
    QuestionSetError
        If an evidence quote does not stand in its document, or no question is answerable.
    """
    asked = [question for question in questions if question.answerable]
    if not asked:
        raise QuestionSetError("Sada nemá žádnou zodpověditelnou otázku, není na čem měřit. Zvolte jinou sadu.")
    texts = Texts({document.id: document.text for document in documents})
    check(asked, texts)
    return tuple(
        Judged(
            question,
            tuple(item.doc for item in question.evidence),
            tuple(texts.find(item.doc, item.quote) for item in question.evidence),
        )
        for question in asked
    )


def understood(index: Index, question: Question) -> Query:
    """Return a question as the assistant understands it after its earlier turns."""
    turns = [turn.content for turn in question.history]
    return understand(question.question, index.vocabulary, index.thesaurus, turns)


def spans(passages: Iterable[Passage]) -> list[Span]:
    """Return where passages stand, each cut to what an answers file lets count."""
    return [Span(p.doc, p.start, min(p.end, p.start + PASSAGE_CHARACTERS)) for p in passages]


def searching(index: Index, filters: Filters = NO_FILTERS) -> Search:
    """Return the search of an index as the assistant uses it."""

    def finds(question: Question) -> list[Span]:
        found = search(index, understood(index, question), LIMIT, filters)
        return spans(scored.passage for scored in found)

    return finds


def measure(asked: Sequence[Judged], finds: Search) -> dict[str, dict[str, float]]:
    """Return each of `MEASURES` by question id; the figures are those of the project's independent scorer."""
    evidence = {item.question.id: item.places for item in asked}
    runs = {item.question.id: finds(item.question) for item in asked}
    ranked = ranking_measures(evidence, runs)
    values = {name: {key: ranked[key][name] for key in evidence} for name in MEASURES if name != f"recall@{BUDGET}c"}
    values[f"recall@{BUDGET}c"] = {key: recall_within(evidence[key], runs[key]) for key in evidence}
    return {name: values[name] for name in MEASURES}


def remembering(index: Index) -> Index:
    """Return the index with its channels' raw scores remembered, so that asking again with other weights is fast."""
    return replace(index, lexical=_Lexical(index.lexical), vectors=_Remembered(index.vectors))


class _Lexical(LexicalIndex):
    """A lexical index that remembers its searches."""

    def __init__(self, index: LexicalIndex) -> None:
        self._wrapped = index
        self._found: dict[tuple[str, tuple[object, ...], int], dict[str, float]] = {}

    def count(self) -> int:
        return self._wrapped.count()

    def search(self, field: str, terms: Mapping[str, float] | Sequence[str], limit: int) -> dict[str, float]:
        key = (field, tuple(terms.items() if isinstance(terms, Mapping) else terms), limit)
        if key not in self._found:
            self._found[key] = self._wrapped.search(field, terms, limit)
        return self._found[key]


class _Remembered:
    """Vectors that remember their searches."""

    def __init__(self, vectors: Vectors) -> None:
        self._wrapped = vectors
        self._found: dict[tuple[str, bytes, int], dict[str, float]] = {}

    def nearest_passages(self, vector: NDArray[np.float32], limit: int) -> dict[str, float]:
        key = ("passages", vector.tobytes(), limit)
        if key not in self._found:
            self._found[key] = self._wrapped.nearest_passages(vector, limit)
        return self._found[key]

    def nearest_questions(self, vector: NDArray[np.float32], limit: int) -> dict[str, float]:
        key = ("questions", vector.tobytes(), limit)
        if key not in self._found:
            self._found[key] = self._wrapped.nearest_questions(vector, limit)
        return self._found[key]

    def close(self) -> None:
        self._wrapped.close()
