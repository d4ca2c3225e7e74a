"""Which passages an answer quotes, and which of their words it shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.document import Passage
from retrieval.index import Index
from retrieval.passages import Findings, ScoredPassage
from retrieval.query import Query

_NEAR = 0.6
"""A passage is quoted when its best leaf reaches this share of the best score found."""

_FEWEST, _MOST = 2, 4
_BUDGET = 800
"""Characters shown, list answers aside; the second passage is shown in any case."""

_WHOLE = 320
"""Sections up to this length are shown whole, longer ones without the leaves that say least."""

_SAYS_LITTLE = 0.45


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage to quote; `shown` are the spans of the document that the answer prints, in order."""

    passage: Passage
    score: float
    shown: tuple[tuple[int, int], ...]

    @property
    def length(self) -> int:
        """Number of characters shown."""
        return sum(end - start for start, end in self.shown)


def choose(index: Index, query: Query, findings: Findings) -> tuple[Evidence, ...]:
    """Return the passages worth quoting, best first; no two of them overlap."""
    scores = findings.scores
    ranked = [(s, strength(index, s.passage, scores)) for s in findings.passages]
    best = max((value for _, value in ranked[:5]), default=0.0)
    most = max(_MOST, 2 * len(query.docs)) if query.compares else _MOST
    chosen: list[Evidence] = []
    length = 0
    for scored, value in ranked[: most + 2]:
        if len(chosen) == most:
            break
        evidence = Evidence(scored.passage, value, shown(index, scored.passage, scores, query))
        if any(_overlap(evidence.passage, e.passage) for e in chosen):
            continue
        enough = len(chosen) >= max(_FEWEST, len(query.docs) if query.compares else 0)
        if enough and (value < _NEAR * best or length + evidence.length > _BUDGET):
            continue
        chosen.append(evidence)
        length += evidence.length
    return tuple(chosen)


def strength(index: Index, passage: Passage, scores: Mapping[str, float]) -> float:
    """Return the fused score of a leaf, or the best score inside a section."""
    own = scores.get(passage.id, float("-inf"))
    return max([own, *(scores[leaf] for leaf in index.leaves.get(passage.id, ()) if leaf in scores)])


def shown(index: Index, passage: Passage, scores: Mapping[str, float], query: Query) -> tuple[tuple[int, int], ...]:
    """Return the spans of a passage to print: all of a leaf, of a section its heading and the leaves that matter.

    Descriptors are left out unless the question names one or asks for them.
    """
    inside = [index.passages[leaf] for leaf in index.leaves.get(passage.id, ())]
    if not inside:
        return ((passage.start, passage.end),)
    wanted = "deskriptor" in query.text.lower() or any(code[0] in "IVXLC" for code in query.codes)
    best = max((scores.get(leaf.id, 0.0) for leaf in inside), default=0.0)
    short = passage.end - passage.start <= _WHOLE
    kept = [
        leaf
        for leaf in inside
        if (leaf.kind != "descriptor" or wanted)
        and (short or leaf.kind == "measure" or scores.get(leaf.id, 0.0) >= _SAYS_LITTLE * best)
    ]
    spans = [(leaf.start, leaf.end) for leaf in kept] or [(inside[0].start, inside[0].end)]
    if inside[0].start > passage.start and spans[0][0] == inside[0].start:
        spans[0] = (passage.start, spans[0][1])
    return _joined(index, passage.doc, spans)


def _joined(index: Index, doc: str, spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Join spans between which only white space and bullet marks stand."""
    text = index.documents[doc].text
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and not text[joined[-1][1] : start].strip(" \n\t\u00a0•▪◦"):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


def _overlap(a: Passage, b: Passage) -> bool:
    return a.doc == b.doc and a.start < b.end and b.start < a.end


def of(scored: ScoredPassage) -> Evidence:
    """Return a found passage as evidence that is shown whole."""
    passage = scored.passage
    return Evidence(passage, scored.score, ((passage.start, passage.end),))
