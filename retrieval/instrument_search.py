"""The full-text search of the catalogue: the same retrieval as the assistant's, counted by instrument."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ingest.document import Passage
from retrieval.analysis import stems
from retrieval.filters import NO_FILTERS, Filters
from retrieval.index import Index
from retrieval.instruments import Instrument
from retrieval.query import understand
from retrieval.search import find

NEAR = 0.4
"""Share of the best score from which an instrument counts as an answer to the query; the others stay reachable."""


@dataclass(frozen=True, slots=True)
class Relevance:
    """How a query ranks the instruments.

    Attributes
    ----------
    scores
        Score of the best passage of each instrument that was found, by its id.
    best
        That passage, by the instrument's id.
    near
        Ids of those that answer the query; none when no word of it stands in the documents.
    """

    scores: Mapping[str, float] = field(default_factory=dict)
    best: Mapping[str, Passage] = field(default_factory=dict, repr=False)
    near: frozenset[str] = frozenset()


def rank(index: Index, instruments: Iterable[Instrument], text: str, filters: Filters = NO_FILTERS) -> Relevance:
    """Rank instruments by the best passage of each; filters keep to what they allow."""
    query = understand(text, index.vocabulary, index.thesaurus)
    found = find(index, query, limit=1, filters=filters).scores
    scores: dict[str, float] = {}
    best: dict[str, Passage] = {}
    for instrument in instruments:
        known = [key for key in instrument.passages if key in found]
        if known:
            # Of equal passages the shorter one says it more exactly; the id makes the rest of the order certain.
            top = min(known, key=lambda key: (-found[key], len(index.passages[key].text), key))
            scores[instrument.id], best[instrument.id] = found[top], index.passages[top]
    limit = NEAR * max(scores.values(), default=0.0)
    known_words = query.concepts or query.codes or _stand(index, text)
    near = (
        frozenset(key for key, score in scores.items() if score > 0 and score >= limit) if known_words else frozenset()
    )
    return Relevance(scores, best, near)


def _stand(index: Index, text: str) -> bool:
    """Tell whether any word of a query stands in the documents or their anticipated questions."""
    terms = stems(text)
    return any(index.lexical.search(name, terms, 1) for name in ("text_stems", "asked_stems"))
