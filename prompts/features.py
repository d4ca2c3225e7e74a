"""What is measured about a question and the evidence found for it, for the decision whether to answer.

Nothing here depends on the scale of the fused scores, so that other weights or a larger index leave the calibration
valid; the cosine is left out by the calibration when another encoder serves.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import get_args

from ingest.document import Passage
from prompts.expected import Expected, asked_by_clause, asks_several, expected, states
from prompts.guard import overrides
from prompts.patterns import patterns
from prompts.values import counts_of, things
from retrieval.analysis import fold, grams, stem_set, stems
from retrieval.index import Index
from retrieval.passages import Findings
from retrieval.query import Query

DENSE = "cosine"
"""The one feature that depends on the encoder."""

TOLD = "told_near"
"""Share of the question's words that the best passages say themselves, without what people are expected to ask."""

_NOW = patterns("marks", "now")
_ATTRIBUTES = patterns("marks", "attributes")
_CODE = re.compile(r"\b\d{1,2}(?:\.\d+)*\.[a-z]\b")
_NUMBER = re.compile(r"\d[\d ]*\d|\d")
_YEAR = re.compile(r"(?:19|20)\d\d")
_CAPITALIZED = re.compile(r"(?<=[a-zá-ž,;:] )[A-ZÁČĎÉĚÍŇÓŘŠŤÚŮÝŽ][\w-]+")
_NEAR, _TOP = 3, 5
_SHORT = 8
"""Up to about this many words the length of a question says nothing; longer ones tell a story."""

_QUESTION_WORDS = frozenset(
    stems("kolik jaký jaká jaké který kdo kdy kde kolika částka datum termín kontakt telefon e-mail adresa jméno rok")
)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """How common the stems and 4-grams of the documents and their anticipated questions are.

    `texts` is the number of texts counted (passages and anticipated questions).
    """

    texts: int
    stems: Mapping[str, int]
    grams: Mapping[str, int]

    @classmethod
    def of(cls, passages: Mapping[str, Passage]) -> "Lexicon":
        """Count the leaves of an index and their anticipated questions."""
        leaves = [p for p in passages.values() if p.grain == "leaf"]
        texts = [*(p.text for p in leaves), *(question for p in leaves for question in p.asked)]
        return cls(
            texts=len(texts),
            stems=Counter(stem for text in texts for stem in set(stems(text))),
            grams=Counter(gram for text in texts for gram in set(grams(text))),
        )

    def weight(self, count: int) -> float:
        """Return the inverse document frequency of BM25 for a term that `count` texts hold."""
        return math.log(1 + (self.texts - count + 0.5) / (count + 0.5))


def features(index: Index, lexicon: Lexicon, question: str, query: Query, findings: Findings) -> dict[str, float]:
    """Return the features by name; all are defined for every question, also when nothing was found."""
    top = [scored.passage for scored in findings.passages[:_TOP]]
    kinds = expected(question)
    missing = [kind for kind in kinds if not any(states(kind, p.text, question) for p in top[:_NEAR])]
    folded = fold(question)
    terms = _terms(lexicon, question, query)
    own = _by_clause(terms, question) if len(kinds) > 1 or (query.docs and asks_several(question)) else {}
    pieces = {gram: lexicon.weight(lexicon.grams.get(gram, 0)) for gram in set(grams(question))}
    stood = _beside(index, top, terms, kinds, question, own)
    known = [_vocabulary(index, passage) for passage in top[:_NEAR]]
    told = [_vocabulary(index, passage, asked=False) for passage in top[:_NEAR]]
    evidence = fold("\n".join(f"{p.text}\n{p.context}" for p in top))
    numbers = [n for n in _NUMBER.findall(_CODE.sub("", folded)) if n not in evidence]
    spoken = frozenset().union(*(stem_set(text) for p in top for text in (p.text, p.context)))
    names = [word for word in _CAPITALIZED.findall(question) if not set(stems(word)) <= spoken]
    return {
        DENSE: findings.cosine,
        "covered_first": _share(terms, known[:1]),
        "covered_near": _share(terms, known),
        "told_first": _share(terms, told[:1]),
        TOLD: _share(terms, told),
        "unknown_stems": _share(terms, [frozenset(s for s in terms if s not in lexicon.stems)]),
        "unknown_grams": _share(pieces, [frozenset(g for g in pieces if g not in lexicon.grams)]),
        "kinds": len(kinds),
        **stood,
        "typed_beside": stood["beside"] if kinds else 0.0,
        "missing_share": len(missing) / max(1, len(kinds)),
        "missing_first": float(bool(top) and any(not states(kind, top[0].text, question) for kind in kinds)),
        **{f"asks_{kind}": float(kind in kinds) for kind in get_args(Expected)},
        "names_document": float(bool(query.docs)),
        "leans_back": float(bool(query.background)),
        "best_concept": max(query.concepts.values(), default=0.0),
        "concepts": min(5, len(query.concepts)),
        "known_code": float(any(code in index.codes for code in query.own_codes)),
        "story": max(0.0, math.log(len(stems(question)) + 1) - math.log(_SHORT)),
        "overrides": float(overrides(question)),
        "unknown_code": float(any(code not in index.codes for code in query.own_codes)),
        "now": float(bool(_NOW.search(folded))),
        "attributes": len(_ATTRIBUTES.findall(folded)),
        "new_numbers": len(numbers),
        "new_years": float(any(_YEAR.fullmatch(n) for n in numbers)),
        "new_names": len(names),
    }


def beside(
    index: Index, lexicon: Lexicon, question: str, query: Query, findings: Findings, kinds: Sequence[Expected]
) -> float:
    """Return how much of what is asked stands in one passage with a thing of the type, the least of the given types.

    What is asked of a type are the words of the clause that asks for it; the share is between 0 and 1.
    """
    top = [scored.passage for scored in findings.passages[:_TOP]]
    terms = _terms(lexicon, question, query)
    return _beside(index, top, terms, kinds, question, _by_clause(terms, question))["beside"]


def covered(index: Index, lexicon: Lexicon, clause: str, query: Query, findings: Findings) -> float:
    """Return how much of what one clause of a question asks stands in one passage; between 0 and 1."""
    top = [scored.passage for scored in findings.passages[:_TOP]]
    said = set(stems(clause))
    terms = {stem: weight for stem, weight in _terms(lexicon, clause, query).items() if stem in said}
    return _beside(index, top, terms, (), clause)["beside"]


def _by_clause(terms: Mapping[str, float], question: str) -> dict[Expected, dict[str, float]]:
    """For each type of thing asked for, those of the terms that stand in the clause which asks for it."""
    clauses = {kind: set(stems(clause)) for kind, clause in asked_by_clause(question).items()}
    return {kind: {t: weight for t, weight in terms.items() if t in said} for kind, said in clauses.items()}


def _terms(lexicon: Lexicon, question: str, query: Query) -> dict[str, float]:
    """Stems of the question without the names of documents, with their weights."""
    topic = query.topic if query.topic.strip() else question
    return {stem: lexicon.weight(lexicon.stems.get(stem, 0)) for stem in set(stems(topic))}


def _beside(
    index: Index,
    top: Sequence[Passage],
    terms: Mapping[str, float],
    kinds: Sequence[Expected],
    question: str,
    own: Mapping[Expected, Mapping[str, float]] = MappingProxyType({}),
) -> dict[str, float]:
    """How much of what is asked stands in one leaf with the type of thing asked for, and how much less than without.

    A type in `own` is looked for beside those terms only, since one passage seldom holds two things asked for.
    `uncounted` is the share of the things asked "kolik" of which no number stands before them.
    """
    leaves = {leaf: index.passages[leaf] for p in top for leaf in index.leaves.get(p.id, (p.id,))}
    told = {key: stem_set(leaf.text) | stem_set(leaf.context) for key, leaf in leaves.items()}
    known = {key: told[key].union(*map(stem_set, leaf.asked)) for key, leaf in leaves.items()}

    def most(held: Mapping[str, frozenset[str]], kind: Expected | None = None) -> float:
        fit = [key for key, leaf in leaves.items() if kind is None or states(kind, leaf.text, question)]
        chosen = own.get(kind, terms) if kind else terms
        asked = {stem: weight for stem, weight in chosen.items() if stem not in _QUESTION_WORDS}
        if not asked:
            return float(bool(fit))  # a value of the whole document: nothing else must stand beside it
        return max((_share(asked, [held[key]]) for key in fit), default=0.0)

    counted = things(question) if "count" in kinds else []
    missing = [thing for thing in counted if not any(counts_of(thing, p.text) for p in leaves.values())]
    return {
        "beside": min((most(known, kind) for kind in kinds), default=most(known)),
        "apart": most(told) - min((most(told, kind) for kind in kinds), default=most(told)),
        "uncounted": len(missing) / len(counted) if counted else 0.0,
    }


def _vocabulary(index: Index, passage: Passage, asked: bool = True) -> frozenset[str]:
    """Stems of a passage, its context, its leaves and, if `asked`, their anticipated questions."""
    parts = [passage, *(index.passages[leaf] for leaf in index.leaves.get(passage.id, ()))]
    texts = (text for p in parts for text in (p.text, p.context, *(p.asked if asked else ())))
    return frozenset().union(*map(stem_set, texts))


def _share(weights: Mapping[str, float], held: Sequence[frozenset[str]]) -> float:
    """Share of the weights whose term is in one of the sets."""
    total = sum(weights.values())
    return sum(w for term, w in weights.items() if any(term in s for s in held)) / total if total else 0.0
