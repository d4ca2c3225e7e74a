"""From a question to ranked passages."""

import math
from collections.abc import Mapping, Sequence
from itertools import zip_longest

from retrieval.analysis import grams, stems
from retrieval.filters import NO_FILTERS, Filters
from retrieval.fusion import fuse
from retrieval.index import Index
from retrieval.lexical import CONCEPTS
from retrieval.lists import cover, meant
from retrieval.passages import Findings, ScoredPassage
from retrieval.query import Query
from retrieval.select import select

DENSE = ("text_dense", "asked_dense")

EARLIER_CODE = 0.4
"""Share of the boost for codes that only the earlier turns name: the subject may have moved on."""

QUESTIONS = 1000
"""The same for anticipated questions, of which a passage has some forty. Fewer cut off passages whose best question
is middling (R@3000c 0.955 against 0.948 with 400 on the open set); more add time only."""

HALF = 0.6
"""Weight of the half of a question that a passage answers best, beside the whole."""

_NEAR = 2
"""Hits among which a list must stand to be taken as the one that is meant."""

CANDIDATES = 400
"""Hits that each channel contributes; more than the shipped corpus has, so nothing is cut off there."""


def search(index: Index, query: Query, limit: int = 20, filters: Filters = NO_FILTERS) -> tuple[ScoredPassage, ...]:
    """Return at most `limit` passages, best first; see `find`."""
    return find(index, query, limit, filters).passages


def find(index: Index, query: Query, limit: int = 20, filters: Filters = NO_FILTERS) -> Findings:
    """Return at most `limit` passages, best first, each with the share of every channel in its score.

    Filters of the caller keep to what they allow; what the question itself names only raises passages.
    """
    if query.parts:
        return _in_turn([find(index, part, limit, filters) for part in query.parts], limit)
    weights = index.weights
    # Where several documents are named, their names would outweigh what is asked of them.
    text = query.topic if len(query.docs) > 1 and query.topic.strip() else query.searched
    found = channels(index, text, query.concepts)
    parts = fuse(found, weights.channels, index.bare)
    for key, score in _halves(index, query).items():
        parts.setdefault(key, {})["halves"] = HALF * score
    if query.background and weights.background:
        wider = f"{query.background} {query.searched}"
        found = channels(index, wider, index.thesaurus.match(wider))
        for key, shares in fuse(found, weights.channels, index.bare).items():
            parts.setdefault(key, {})["background"] = weights.background * sum(shares.values())
    for key, strength in index.matching(query.codes).items():
        own = set(query.own_codes) >= set(query.codes)
        parts.setdefault(key, {})["code"] = weights.code * strength * (1.0 if own else EARLIER_CODE)
    allowed = index.allowed(filters)
    if allowed is not None:
        parts = {key: shares for key, shares in parts.items() if key in allowed}
    for key, shares in parts.items():
        if index.passages[key].doc in query.docs:
            shares["document"] = weights.document
    scores = {key: sum(shares.values()) for key, shares in parts.items()}
    chosen = dict(select(scores, index.passages, index.leaves, _groups(index, query, scores), limit))
    complete = _complete(index, query, scores, list(chosen))
    order = [key for key in dict.fromkeys([*complete, *chosen]) if key in scores][:limit]
    ranked = tuple(ScoredPassage(index.passages[k], scores[k], chosen.get(k, 0.0), parts[k]) for k in order)
    cosine = max((s for name in DENSE if name in found for s in found[name].values()), default=0.0)
    return Findings(ranked, scores, cosine)


def _halves(index: Index, query: Query) -> dict[str, float]:
    """Fused scores of the passages for that half of the question which they answer best."""
    best: dict[str, float] = {}
    for half in query.halves:
        found = channels(index, half, index.thesaurus.match(half) if query.concepts else {})
        for key, shares in fuse(found, index.weights.channels, index.bare).items():
            best[key] = max(sum(shares.values()), best.get(key, -math.inf))
    return best


def _in_turn(found: Sequence[Findings], limit: int) -> Findings:
    """Let the questions of one message take turns: the first hit of each, then the second of each, and so on."""
    passages = [scored for turn in zip_longest(*(one.passages for one in found)) for scored in turn if scored]
    first = {scored.passage.id: scored for scored in reversed(passages)}
    order = dict.fromkeys(scored.passage.id for scored in passages)
    scores = {
        key: max(one.scores.get(key, -math.inf) for one in found) for key in {k for one in found for k in one.scores}
    }
    return Findings(tuple(first[key] for key in order)[:limit], scores, max((one.cosine for one in found), default=0.0))


def _groups(index: Index, query: Query, scores: Mapping[str, float]) -> list[set[str]]:
    """Passages of each document or, within one, of each code that the question names."""
    if len(query.docs) > 1:
        return [{key for key in scores if index.passages[key].doc == doc} for doc in query.docs]
    whole = [code for code in query.codes if not any(other.startswith(f"{code}.") for other in query.codes)]
    return [set(index.codes.get(code, ())) & scores.keys() for code in whole]


def _complete(index: Index, query: Query, scores: Mapping[str, float], chosen: Sequence[str]) -> list[str]:
    """The whole list that a question wants, if it is named by its code or stands among the first hits."""
    listing = meant(index.lists, query, scores) if query.wants_list else None
    if listing is None:
        return []
    first = {leaf for key in chosen[:_NEAR] for leaf in (key, *index.leaves.get(key, ()))}
    named = listing.code in query.codes or listing.kind == "chapter"
    if not named and first.isdisjoint((*listing.items, *listing.sections)):
        return []
    return cover(listing, index.passages, index.leaves)


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
    if used & set(DENSE):
        vector = index.encoder.encode_query(text)
        if "text_dense" in used:
            found["text_dense"] = index.vectors.nearest_passages(vector, CANDIDATES)
        if "asked_dense" in used:
            found["asked_dense"] = index.vectors.nearest_questions(vector, QUESTIONS)
    return found
