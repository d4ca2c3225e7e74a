"""Which passages an answer quotes, and which of their words it shows."""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ingest.document import Passage
from prompts.asking import asking, asks_descriptors
from prompts.expected import Expected, states
from retrieval.index import Index
from retrieval.lists import ROMAN, measure_section
from retrieval.passages import Findings
from retrieval.query import Query

CANDIDATES = 10
"""Ranked passages among which an answer chooses."""

_MOST, _MOST_EACH = 5, 3
_PART = 320
"""Sections up to this length are shown whole, of longer ones only the leaves that say something."""

_SAYS_LITTLE, _SAYS_MORE, _SAYS_MUCH = 0.45, 0.7, 0.9
_MATTERS = 0.4
_SAME_DOCUMENT = 0.6
"""In a comparison a passage is quoted from this share of the strength of its document's best one."""

_EXACT: frozenset[Expected] = frozenset(("amount", "percent", "email", "phone", "address", "person"))
"""Where such a thing is asked for, the leaves that state it are what matters of a section."""

_MARKUP = re.compile(r"\s*\n\s*(?:Více info|www stránky|Tisk|Na začátek)\s*$")
"""What a web page prints below a part of its text and no reader quotes."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage to quote.

    `shown` are the spans of it that the answer prints, in order, one per line; `place` is the label or heading under
    which they stand, "" where the words shown carry the code of their measure.
    """

    passage: Passage
    relevance: float
    shown: tuple[tuple[int, int], ...]
    place: str = ""


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
    index: Index,
    query: Query,
    findings: Findings,
    rated: Sequence[tuple[Passage, float]],
    least: float,
    kinds: Sequence[Expected] = (),
) -> tuple[Evidence, ...]:
    """Return the passages worth quoting, most relevant first; no two of them overlap.

    `rated` holds the candidates with their relevance; those below `least` are left out, but the best one stays. A
    section takes the place of a leaf that it holds. A title is quoted only when nothing else is found or a date is
    asked for. Where documents are compared, each of them has its own best ones.
    """
    order = sorted(rated, key=lambda pair: -pair[1])
    if query.compares and len(query.docs) > 1:
        groups = [[pair for pair in order if pair[0].doc == doc] for doc in query.docs]
        strong = [_strong(index, group, findings.scores) for group in groups]
        kept = [pair for group in strong for pair in _worth(group, least)[:_MOST_EACH]]
    else:
        kept = _worth(order, least)[:_MOST]
    told = [pair for pair in kept if pair[0].kind not in ("title", "heading")]
    if told and "date" not in kinds and asking(query.text) != "validity":
        kept = told
    chosen: list[tuple[Passage, float]] = []
    for passage, relevance in kept:
        overlapping = [n for n, (other, _) in enumerate(chosen) if _overlap(passage, other)]
        if not overlapping:
            chosen.append((passage, relevance))
        elif len(overlapping) == 1 and _holds(passage, chosen[overlapping[0]][0]):
            chosen[overlapping[0]] = (passage, chosen[overlapping[0]][1])
    found = []
    for passage, relevance in chosen:
        spans = shown(index, passage, findings.scores, query, kinds, _share(relevance))
        found.append(Evidence(passage, relevance, spans, place(index, passage, spans[0][0])))
    return tuple(_with_measure(index, evidence, found) for evidence in found)


def _strong(
    index: Index, order: Sequence[tuple[Passage, float]], scores: Mapping[str, float]
) -> list[tuple[Passage, float]]:
    """The passages of one document that come near its strongest one; where it says little, only that one is left."""
    strengths = {passage.id: _within(index, passage, scores) for passage, _ in order}
    best = max(strengths.values(), default=0.0)
    return [pair for pair in order if strengths[pair[0].id] >= _SAME_DOCUMENT * best]


def _within(index: Index, passage: Passage, scores: Mapping[str, float]) -> float:
    """The best score of a leaf in a passage: the parts of a long list all share the score of the list."""
    inside = [scores[leaf] for leaf in index.leaves.get(passage.id, ()) if leaf in scores]
    return max(inside, default=scores.get(passage.id, 0.0))


def _worth(order: Sequence[tuple[Passage, float]], least: float) -> list[tuple[Passage, float]]:
    """The passages from the given relevance on, but always the best one."""
    return [pair for n, pair in enumerate(order) if n == 0 or pair[1] >= least]


def strength(index: Index, passage: Passage, scores: Mapping[str, float]) -> float:
    """Return the fused score of a leaf, or the best score inside a section."""
    inside = [scores[leaf] for leaf in index.leaves.get(passage.id, ()) if leaf in scores]
    return max([scores.get(passage.id, float("-inf")), *inside])


def shown(
    index: Index,
    passage: Passage,
    scores: Mapping[str, float],
    query: Query,
    kinds: Sequence[Expected] = (),
    share: float = _SAYS_LITTLE,
) -> tuple[tuple[int, int], ...]:
    """Return the spans of a passage to print: all of a leaf, of a section the leaves that matter.

    A leaf matters by its score, at least the given share of the best one's, or because it states one of the types
    asked for. Descriptors are left out unless the question names one or asks for them.
    """
    text = index.documents[passage.doc].text
    inside = [index.passages[leaf] for leaf in index.leaves.get(passage.id, ())]
    if not inside:
        return (_trimmed(text, passage.start, passage.end),)
    wanted = asks_descriptors(query.text) or any(code[0] in ROMAN for code in query.codes)
    best = max((scores.get(leaf.id, 0.0) for leaf in inside), default=0.0)
    short = passage.end - passage.start <= _PART
    stating = {leaf.id for leaf in inside if any(states(kind, leaf.text) for kind in kinds if kind in _EXACT)}
    kept = {
        leaf.id
        for leaf in inside
        if (leaf.kind != "descriptor" or wanted)
        and (
            leaf.id in stating
            or (short and not stating)
            or scores.get(leaf.id, 0.0) >= (_SAYS_MUCH if stating else share) * best
        )
    }
    return tuple(_trimmed(text, leaf.start, leaf.end) for leaf in _headed(inside, kept) or inside[:1])


def place(index: Index, passage: Passage, start: int) -> str:
    """Return the label or heading under which the words of a passage stand that are shown from `start` on.

    It is "" where they carry the code of a measure.
    """
    inside = (index.passages[leaf] for leaf in index.leaves.get(passage.id, ()))
    first = next((leaf for leaf in inside if start < leaf.end), passage)
    if first.kind == "task" and first.parent:
        return f"K opatření {index.passages[first.parent].code}"
    if first.kind in ("measure", "descriptor", "title", "contact"):
        return ""
    path = (*passage.headings, passage.label) if passage.grain == "section" and passage.label else first.headings
    return " – ".join(path)


def _share(relevance: float) -> float:
    """Of a section that hardly matters only what matters most of it is shown."""
    return _SAYS_LITTLE if relevance >= _MATTERS else _SAYS_MORE


def _headed(leaves: Sequence[Passage], kept: Collection[str]) -> list[Passage]:
    """Return the kept leaves in order, with the measure of each task and the heading right above each item."""
    parents = {leaf.parent for leaf in leaves if leaf.id in kept}
    found: list[Passage] = []
    for leaf in leaves:
        if leaf.kind == "heading" or leaf.id in kept or leaf.id in parents:
            # A heading stands for what follows it; the code of a measure tells its chapter.
            while found and found[-1].kind == "heading" and leaf.kind in ("heading", "measure"):
                found.pop()
            found.append(leaf)
    while found and found[-1].kind == "heading" and found[-1].id not in kept:
        found.pop()
    return found


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span without white space around it and without what a web page prints below a part."""
    part = _MARKUP.sub("", text[start:end].rstrip()).rstrip()
    return start + len(part) - len(part.lstrip()), start + len(part)


def _with_measure(index: Index, evidence: Evidence, others: Sequence[Evidence]) -> Evidence:
    """Return a single task together with its measure, since nobody can use a task without it."""
    task = evidence.passage
    if task.kind != "task" or not task.parent:
        return evidence
    section = index.passages[measure_section(task, index.leaves)]
    if section.grain != "section" or any(o is not evidence and _overlap(section, o.passage) for o in others):
        return evidence
    measure = index.passages[task.parent]
    return Evidence(section, evidence.relevance, ((measure.start, measure.end), *evidence.shown))


def _overlap(a: Passage, b: Passage) -> bool:
    return a.doc == b.doc and a.start < b.end and b.start < a.end


def _holds(outer: Passage, inner: Passage) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end
