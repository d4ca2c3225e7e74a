"""Which form an answer made of quotes takes."""

from collections.abc import Sequence

from ingest.document import Passage
from prompts import forms, refusals
from prompts.asking import asking, asks_contact, asks_descriptors
from prompts.compose import Draft
from prompts.evidence import Evidence, candidates, choose
from prompts.expected import Expected
from prompts.judge import Judge, Judgement
from retrieval.index import Index
from retrieval.lists import ROMAN, Listing, meant
from retrieval.passages import Findings
from retrieval.query import Query

_NEAREST = 2


def quoted(judge: Judge, judgement: Judgement, query: Query, findings: Findings) -> Draft:
    """Return the answer that the judgement calls for, made of quotes from what was found."""
    draft = Draft(judge.index.documents)
    if judgement.status == "blocked":
        draft.say(refusals.BLOCKED, "lead")
    elif judgement.status == "out_of_scope":
        refusals.out_of_scope(draft)
    elif judgement.status == "clarify":
        refusals.clarify(draft, judgement.choices)
    else:
        if judgement.status == "not_found":
            # What stands near is near to the subject: another thing's amount would mislead.
            near = _chosen(judge, query, findings, ())
            own = [evidence for evidence in near if evidence.passage.doc in query.docs] or list(near)
            near = tuple(own[: 1 if judgement.absent else _NEAREST])
            refusals.nothing(draft, query.text, judgement, near)
        else:
            chosen = _chosen(judge, query, findings, judgement.kinds)
            _answer(draft, judge.index, judgement, query, findings, chosen)
    if judgement.status == "partial":
        refusals.partly(draft, judgement.missing)
    return draft


def _chosen(judge: Judge, query: Query, findings: Findings, kinds: Sequence[Expected]) -> tuple[Evidence, ...]:
    calibration = judge.calibration
    found = candidates(judge.index, query, findings, kinds)
    rated = [(passage, calibration.relevance(features)) for passage, features in found]
    return choose(judge.index, query, findings, rated, calibration.quoting_least, kinds)


def _answer(
    draft: Draft,
    index: Index,
    judgement: Judgement,
    query: Query,
    findings: Findings,
    chosen: tuple[Evidence, ...],
) -> None:
    kind = asking(query.text)
    measures = _described(index, query, chosen)
    if measures and forms.descriptors(draft, index, measures):
        return
    lists = _lists(index, query, findings)
    if lists:
        forms.whole_lists(draft, index, lists, query, findings)
    elif query.compares and len(query.docs) > 1:
        forms.comparison(draft, query.docs, chosen)
    elif kind == "validity":
        docs = query.docs or tuple(dict.fromkeys(evidence.passage.doc for evidence in chosen[:1]))
        forms.validity_first(draft, docs, chosen)
    elif judgement.kinds and forms.fact(draft, judgement.kinds, query, chosen):
        return
    elif not (asks_contact(query.text) and forms.contact(draft, chosen)):
        forms.situation(draft, kind, query, chosen)


def _described(index: Index, query: Query, chosen: tuple[Evidence, ...]) -> list[Passage]:
    """Measures whose descriptors are asked for: those named by code, else the one that was found first."""
    if not asks_descriptors(query.text) or any(code[:1] in ROMAN for code in query.codes):
        return []
    leaves = [p for p in index.passages.values() if p.kind == "measure" and p.grain == "leaf"]
    named = [p for p in leaves if p.code in query.codes]
    if named or query.codes:
        return named
    first = {evidence.passage.code for evidence in chosen[:1]}
    return [p for p in leaves if p.code in first]


def _lists(index: Index, query: Query, findings: Findings) -> list[Listing]:
    """Lists that the question means: those of each code it names, else the one around what was found first."""
    own = [one for one in index.lists if one.kind != "chapter" and (not query.docs or one.doc in query.docs)]
    named = [next((one for one in own if one.code == code), None) for code in query.own_codes]
    coded = [one for one in named if one]
    if len(coded) > 1 and query.wants_list:
        return coded
    if coded and coded[0].code[:1] in ROMAN and (query.wants_list or query.asks_which):
        return coded[:1]
    listing = meant(index.lists, query, findings.scores)
    if listing is None:
        return []
    first = [scored.passage.id for scored in findings.passages[:_NEAREST]]
    near = {leaf for key in first for leaf in (key, *index.leaves.get(key, ()))}
    asked = query.wants_list and (listing.code in query.codes or listing.kind == "chapter" or _meets(listing, near))
    return [listing] if asked or (first[0] in listing.sections and query.asks_which) else []


def _meets(listing: Listing, near: set[str]) -> bool:
    return not near.isdisjoint((*listing.items, *listing.sections))
