"""From a question to ranked passages."""

from collections.abc import Mapping

from retrieval.analysis import grams, stems
from retrieval.filters import NO_FILTERS, Filters
from retrieval.fusion import fuse
from retrieval.index import Index
from retrieval.lexical import CONCEPTS
from retrieval.passages import Findings, ScoredPassage
from retrieval.query import Query
from retrieval.select import select

CANDIDATES = 400
"""Hits that each channel contributes; more than the shipped corpus has, so nothing is cut off there."""


def search(index: Index, query: Query, limit: int = 20, filters: Filters = NO_FILTERS) -> tuple[ScoredPassage, ...]:
    """Return at most `limit` passages, best first; see `find`."""
    return find(index, query, limit, filters).passages


def find(index: Index, query: Query, limit: int = 20, filters: Filters = NO_FILTERS) -> Findings:
    """Return at most `limit` passages, best first, each with the share of every channel in its score.

    Filters of the caller keep to what they allow; what the question itself names only raises passages.
    """
    weights = index.weights
    # Where several documents are named, their names would outweigh what is asked of them.
    text = query.topic if len(query.docs) > 1 and query.topic.strip() else query.text
    parts = fuse(channels(index, text, query.concepts), weights.channels)
    if query.background and weights.background:
        wider = f"{query.background} {query.text}"
        behind = fuse(channels(index, wider, index.thesaurus.match(wider)), weights.channels)
        for key, shares in behind.items():
            parts.setdefault(key, {})["background"] = weights.background * sum(shares.values())
    for key, strength in index.matching(query.codes).items():
        parts.setdefault(key, {})["code"] = weights.code * strength
    allowed = index.allowed(filters)
    if allowed is not None:
        parts = {key: shares for key, shares in parts.items() if key in allowed}
    for key, shares in parts.items():
        if index.passages[key].doc in query.docs:
            shares["document"] = weights.document
    scores = {key: sum(shares.values()) for key, shares in parts.items()}
    chosen = select(scores, index.passages, index.leaves, query, limit)
    ranked = tuple(ScoredPassage(index.passages[key], scores[key], mass, parts[key]) for key, mass in chosen)
    return Findings(ranked, scores)


def channels(index: Index, text: str, concepts: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Return the raw scores of each channel that has a weight, by passage id."""
    used = {name for name, weight in index.weights.channels.items() if weight}
    found: dict[str, dict[str, float]] = {}
    for analysis, terms in (("stems", stems(text)), ("grams", grams(text))):
        for field in (f"text_{analysis}", f"asked_{analysis}"):
            if field in used:
                found[field] = index.lexical.search(field, terms, CANDIDATES)
    if CONCEPTS in used:
        found[CONCEPTS] = index.lexical.search(CONCEPTS, index.thesaurus.widen(concepts), CANDIDATES)
    if used & {"text_dense", "asked_dense"}:
        vector = index.encoder.encode_query(text)
        if "text_dense" in used:
            found["text_dense"] = index.vectors.nearest_passages(vector, CANDIDATES)
        if "asked_dense" in used:
            found["asked_dense"] = index.vectors.nearest_questions(vector, CANDIDATES)
    return found
