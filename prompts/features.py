"""What is measured about a question and the evidence found for it, for the decision whether to answer.

Nothing here depends on the scale of the fused scores, so that other weights or a larger index leave the calibration
valid; the cosine is left out by the calibration when another encoder serves.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from ingest.document import Passage
from prompts.expected import Expected, expected, states
from prompts.guard import overrides
from prompts.patterns import patterns
from retrieval.analysis import fold, grams, stems
from retrieval.index import Index
from retrieval.passages import Findings
from retrieval.query import Query

DENSE = "cosine"
"""The one feature that depends on the encoder."""

_NOW = patterns("marks", "now")
_ATTRIBUTES = patterns("marks", "attributes")
_CODE = re.compile(r"\b\d{1,2}(?:\.\d+)*\.[a-z]\b")
_NUMBER = re.compile(r"\d[\d ]*\d|\d")
_YEAR = re.compile(r"(?:19|20)\d\d")
_CAPITALIZED = re.compile(r"(?<=[a-zá-ž,;:] )[A-ZÁČĎÉĚÍŇÓŘŠŤÚŮÝŽ][\w-]+")
_NEAR, _TOP = 3, 5


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
    missing = [kind for kind in kinds if not any(states(kind, p.text) for p in top[:_NEAR])]
    folded = fold(question)
    topic = query.topic if query.topic.strip() else question
    terms = {stem: lexicon.weight(lexicon.stems.get(stem, 0)) for stem in set(stems(topic))}
    pieces = {gram: lexicon.weight(lexicon.grams.get(gram, 0)) for gram in set(grams(question))}
    known = [_vocabulary(index, passage) for passage in top[:_NEAR]]
    evidence = fold("\n".join(f"{p.text}\n{p.context}" for p in top))
    numbers = [n for n in _NUMBER.findall(_CODE.sub("", folded)) if n not in evidence]
    spoken = set(stems(evidence))
    names = [word for word in _CAPITALIZED.findall(question) if not set(stems(word)) <= spoken]
    return {
        DENSE: findings.cosine,
        "covered_first": _share(terms, known[:1]),
        "covered_near": _share(terms, known),
        "unknown_stems": _share(terms, [{s for s in terms if s not in lexicon.stems}]),
        "unknown_grams": _share(pieces, [{g for g in pieces if g not in lexicon.grams}]),
        "kinds": len(kinds),
        "missing_share": len(missing) / max(1, len(kinds)),
        "missing_first": float(bool(top) and any(not states(kind, top[0].text) for kind in kinds)),
        **{f"asks_{kind}": float(kind in kinds) for kind in get_args(Expected)},
        "names_document": float(bool(query.docs)),
        "leans_back": float(bool(query.background)),
        "best_concept": max(query.concepts.values(), default=0.0),
        "concepts": min(5, len(query.concepts)),
        "length": math.log(1 + len(stems(topic))),
        "overrides": float(overrides(question)),
        "unknown_code": float(any(code not in index.codes for code in query.own_codes)),
        "now": float(bool(_NOW.search(folded))),
        "attributes": len(_ATTRIBUTES.findall(folded)),
        "new_numbers": len(numbers),
        "new_years": float(any(_YEAR.fullmatch(n) for n in numbers)),
        "new_names": len(names),
    }


def _vocabulary(index: Index, passage: Passage) -> set[str]:
    """Stems of a passage, its context, its leaves and their anticipated questions."""
    parts = [passage, *(index.passages[leaf] for leaf in index.leaves.get(passage.id, ()))]
    return {stem for p in parts for text in (p.text, p.context, *p.asked) for stem in stems(text)}


def _share(weights: Mapping[str, float], held: Sequence[set[str]]) -> float:
    """Share of the weights whose term is in one of the sets."""
    total = sum(weights.values())
    return sum(w for term, w in weights.items() if any(term in s for s in held)) / total if total else 0.0
