"""Which passages an answer quotes, and which of their words it shows."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.document import Passage
from prompts.expected import Expected, states
from retrieval.index import Index
from retrieval.passages import Findings
from retrieval.query import Query

CANDIDATES = 10
"""Ranked passages among which an answer chooses."""

_MOST = 5
_PART = 320
"""Sections up to this length are shown whole, of longer ones only the leaves that say something."""

_SAYS_LITTLE = 0.45
_BULLETS = " \n\t\u00a0•▪◦"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage to quote; `shown` are the spans of the document that the answer prints, in order."""

    passage: Passage
    relevance: float
    shown: tuple[tuple[int, int], ...]


def candidates(
    index: Index, query: Query, findings: Findings, kinds: Sequence[Expected]
) -> list[tuple[Passage, dict[str, float]]]:
    """Return the best ranked passages with what tells how likely they are worth quoting."""
    scores = findings.scores
    ranked = findings.passages[:CANDIDATES]
    strengths = [strength(index, s.passage, scores) for s in ranked]
    top = max(strengths[:5], default=0.0) or 1.0
    leaves = sorted((v for key, v in scores.items() if index.passages[key].grain == "leaf"), reverse=True)
    fifth = leaves[4] if len(leaves) > 4 else 0.0
    usual = sum(leaves[:50]) / max(1, len(leaves[:50]))
    found = []
    for rank, (scored, value) in enumerate(zip(ranked, strengths, strict=True)):
        passage = scored.passage
        inside = sorted(scores[leaf] for leaf in index.leaves.get(passage.id, ()) if leaf in scores) or [value]
        found.append(
            (
                passage,
                {
                    "relative": value / top,
                    "behind": top - value,
                    "rank": rank,
                    "mass": math.log1p(20 * scored.mass),
                    "section": float(passage.grain == "section"),
                    "length": math.log(max(1, len(passage.text))),
                    "named": float(passage.doc in query.docs),
                    "several_named": float(len(query.docs) > 1),
                    "lead": (top - fifth) / 10,
                    "above_usual": (value - usual) / 10,
                    "inside": sum(inside[-3:]) / len(inside[-3:]) / top,
                    "leaves": len(inside),
                    "states": float(any(states(k, passage.text) for k in kinds)) if kinds else 0.5,
                    "asks_type": float(bool(kinds)),
                    "wants_list": float(query.wants_list),
                    "compares": float(query.compares),
                    "leans_back": float(bool(query.background)),
                },
            )
        )
    return found


def choose(
    index: Index, query: Query, findings: Findings, rated: Sequence[tuple[Passage, float]], least: float
) -> tuple[Evidence, ...]:
    """Return the passages worth quoting, most relevant first; no two of them overlap.

    `rated` holds the candidates with their relevance; those below `least` are left out, but the best one stays. A
    section takes the place of a leaf that it holds.
    """
    order = sorted(rated, key=lambda pair: -pair[1])
    kept = [pair for n, pair in enumerate(order) if n == 0 or pair[1] >= least][:_MOST]
    chosen: list[tuple[Passage, float]] = []
    for passage, relevance in kept:
        overlapping = [n for n, (other, _) in enumerate(chosen) if _overlap(passage, other)]
        if not overlapping:
            chosen.append((passage, relevance))
        elif len(overlapping) == 1 and _holds(passage, chosen[overlapping[0]][0]):
            chosen[overlapping[0]] = (passage, chosen[overlapping[0]][1])
    return tuple(Evidence(p, relevance, shown(index, p, findings.scores, query)) for p, relevance in chosen)


def strength(index: Index, passage: Passage, scores: Mapping[str, float]) -> float:
    """Return the fused score of a leaf, or the best score inside a section."""
    inside = [scores[leaf] for leaf in index.leaves.get(passage.id, ()) if leaf in scores]
    return max([scores.get(passage.id, float("-inf")), *inside])


def shown(index: Index, passage: Passage, scores: Mapping[str, float], query: Query) -> tuple[tuple[int, int], ...]:
    """Return the spans of a passage to print: all of a leaf, of a section its heading and the leaves that matter.

    Descriptors are left out unless the question names one or asks for them.
    """
    inside = [index.passages[leaf] for leaf in index.leaves.get(passage.id, ())]
    if not inside:
        return ((passage.start, passage.end),)
    wanted = "deskriptor" in query.text.lower() or any(code[0] in "IVXLC" for code in query.codes)
    best = max((scores.get(leaf.id, 0.0) for leaf in inside), default=0.0)
    short = passage.end - passage.start <= _PART
    kept = [
        leaf
        for leaf in inside
        if (leaf.kind != "descriptor" or wanted)
        and (short or leaf.kind == "measure" or scores.get(leaf.id, 0.0) >= _SAYS_LITTLE * best)
    ]
    spans = [(leaf.start, leaf.end) for leaf in kept] or [(inside[0].start, inside[0].end)]
    if inside[0].start > passage.start and spans[0][0] == inside[0].start:
        spans[0] = (passage.start, spans[0][1])
    return _joined(index.documents[passage.doc].text, spans)


def _joined(text: str, spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Join spans between which only white space and bullet marks stand."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and not text[joined[-1][1] : start].strip(_BULLETS):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


def _overlap(a: Passage, b: Passage) -> bool:
    return a.doc == b.doc and a.start < b.end and b.start < a.end


def _holds(outer: Passage, inner: Passage) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end
