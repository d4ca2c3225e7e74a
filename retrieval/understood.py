"""What was understood of a question, in the words of offices: what a user is shown beside the answer."""

import re

from retrieval.analysis import stems
from retrieval.index import Index
from retrieval.passages import Findings, Understood
from retrieval.query import DESCRIPTOR, MEASURE, Query
from retrieval.thesaurus import OFFICIAL, Thesaurus

_MOST = 4
_FIRST = 5
"""Passages among which a concept must be found: what led nowhere did not widen the search."""

_SURE, _GUESSED = 0.9, 0.25
"""Weights of a concept whose official or longer lay term was used, and of one known by a single lay word."""

_COMMON, _COMMON_GUESS = 0.15, 0.06
"""Shares of all passages above which a concept is too general to be worth showing, for each of the two."""

_ASIDE = re.compile(r"\s*\([^)]*\)")
_GENERAL = "(obecně)"


def summary(index: Index, query: Query, findings: Findings) -> Understood:
    """Return what to tell the user about how the question was read; see `Understood`."""
    return Understood(
        concepts=tuple(_concepts(index, query, findings))[:_MOST],
        corrections=tuple(pair for pair in query.corrections.items() if not _is_lay(pair[1], index.thesaurus)),
        follows=tuple(_follows(index, query)) if query.background else (),
    )


def _concepts(index: Index, query: Query, findings: Findings) -> list[str]:
    first = {
        key
        for scored in findings.passages[:_FIRST]
        for key in (scored.passage.id, *index.leaves.get(scored.passage.id, ()))
    }
    asked = set(stems(query.searched))
    labels = []
    for key, weight in query.concepts.items():
        label = index.thesaurus.concepts[key].label
        if weight < _GUESSED or _GENERAL in label or asked.issuperset(stems(_ASIDE.sub("", label))):
            continue
        common = index.lexical.carriers(key) / max(1, len(index.passages))
        most = _COMMON if weight >= _SURE else _COMMON_GUESS
        if common <= most and index.lexical.carried(key, first):
            labels.append(label)
    return labels


def _follows(index: Index, query: Query) -> list[str]:
    codes = [code for code in query.codes if code not in query.own_codes]
    docs = [doc for doc in query.docs if doc not in query.own_docs]
    return [*(_named(code) for code in codes), *(index.documents[doc].source.title for doc in docs)]


def _named(code: str) -> str:
    if MEASURE.fullmatch(code.lower()):
        return f"opatření {code}"
    return f"deskriptor {code}" if DESCRIPTOR.fullmatch(code.lower()) else f"část {code}"


def _is_lay(word: str, thesaurus: Thesaurus) -> bool:
    """Tell whether a word is known as a lay term only; those may be derogatory and are never shown."""
    weights = thesaurus.terms.get(tuple(stems(word)), {})
    return bool(weights) and max(weights.values()) < OFFICIAL
