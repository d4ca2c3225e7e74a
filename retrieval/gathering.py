"""From the passages of an index to the instruments of the catalogue.

Three shapes of documents are read: measures with codes, lists under labels such as "Aktivity" or "Činnosti", and
the page of one project. Nothing is taken over from one instrument to another; lists of target groups that a document
states for all of its support are kept apart from what an instrument's own text says.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from ingest.document import Document, Passage
from retrieval.analysis import fold
from retrieval.cuttings import Cuttings
from retrieval.instruments import BENEFICIARIES, GROUPS, THEMES, Catalogue, Instrument, InstrumentKind, Value
from retrieval.mentions import Lexicon
from retrieval.period import validity
from retrieval.statements import Statements
from retrieval.thesaurus import Thesaurus

_OFFER = re.compile(r"\b(aktivit|cinnost|opatren|nastroj)")
_REFUSED = re.compile(r"\b(nepodporovan|nezpusobil|neuznateln|vyloucen|vyjma|cilov)")
_ABOUT = re.compile(r"\b(anotac|cil projektu|cile projektu|predmet projektu|popis projektu)")
_NUMBER = re.compile(r"(\d{1,2})[.)]\s")

_LONGEST_LABEL = 7
"""Words of a label; a longer heading is a sentence that only happens to speak of measures."""


def gather(
    documents: Mapping[str, Document], passages: Mapping[str, Passage], thesaurus: Thesaurus, today: date
) -> Catalogue:
    """Return the catalogue of all documents; `passages` are ordered by document and start."""
    text = Lexicon.of(thesaurus, {*GROUPS, *THEMES})
    groups = Lexicon.of(thesaurus, GROUPS, alone=True)
    bodies = Lexicon.of(thesaurus, BENEFICIARIES, alone=True)
    by_document: dict[str, list[Passage]] = {doc: [] for doc in documents}
    for passage in passages.values():
        by_document[passage.doc].append(passage)
    found: list[Instrument] = []
    for doc, own in by_document.items():
        cuttings = Cuttings.of(documents[doc], own)
        found += _instruments(cuttings, Statements.of(cuttings, groups, bodies), text)
    return Catalogue(
        documents=documents,
        concepts=thesaurus.concepts,
        instruments=tuple(found),
        validity={doc: validity(document.source, today) for doc, document in documents.items()},
    )


def _instruments(cuttings: Cuttings, stated: Statements, lexicon: Lexicon) -> list[Instrument]:
    """Return the instruments of one document in the order of its text, its project first."""
    found = [*_measures(cuttings, stated, lexicon), *_offers(cuttings, stated, lexicon)]
    found.sort(key=lambda instrument: instrument.name.start)
    return [_project(cuttings, stated, lexicon, found), *found] if stated.is_project else found


def _measures(cuttings: Cuttings, stated: Statements, lexicon: Lexicon) -> Iterator[Instrument]:
    below: dict[str, list[Passage]] = {}
    chapters: dict[str, Passage] = {}
    for unit in cuttings.leaves:
        if unit.parent:
            below.setdefault(unit.parent, []).append(unit)
        if unit.kind == "heading":
            chapters.setdefault(unit.text.rstrip(":"), unit)
    for unit in (u for u in cuttings.leaves if u.kind == "measure"):
        own = below.get(unit.id, [])
        chapter = chapters.get(unit.headings[-1]) if unit.headings else None
        made = _instrument(cuttings, stated, lexicon, unit, own, chapter)
        yield replace(
            made,
            kind="measure",
            code=unit.code,
            tasks=tuple(cuttings.whole(u, code=u.code) for u in own if u.kind in ("task", "item")),
            descriptors=tuple(d for u in own if u.kind == "descriptor" for d in cuttings.descriptors(u)),
        )


def _offers(cuttings: Cuttings, stated: Statements, lexicon: Lexicon) -> Iterator[Instrument]:
    """Yield what stands directly under a label that announces activities, measures or tools."""
    taken: set[tuple[str, ...]] = set()
    for i, unit in enumerate(cuttings.leaves):
        kind = _announced(unit.headings[-1]) if unit.headings else None
        if kind is None or unit.parent or unit.kind not in ("item", "heading"):
            continue
        if any(unit.headings[:n] in taken for n in range(1, len(unit.headings) + 1)):
            continue  # a task of what has been yielded, whatever its own heading says
        path = (*unit.headings, unit.text.rstrip(":"))
        taken.add(path)
        below = []
        for other in cuttings.leaves[i + 1 :]:
            if other.headings[: len(path)] != path:
                break
            below.append(other)
        number = _NUMBER.match(unit.text)
        yield replace(
            _instrument(cuttings, stated, lexicon, unit, below, None),
            kind="project_activity" if kind == "activity" and stated.is_project else kind,
            code=unit.code or (number.group(1) if number else ""),
            tasks=tuple(cuttings.whole(u) for u in below),
        )


def _announced(label: str) -> InstrumentKind | None:
    """Return what a label announces, or None: "Podporované aktivity" does, "Nepodporované aktivity" does not."""
    folded = fold(label)
    match = _OFFER.search(folded)
    if match is None or _REFUSED.search(folded) or len(folded.split()) > _LONGEST_LABEL:
        return None
    kinds: dict[str, InstrumentKind] = {"opatren": "measure", "nastroj": "tool"}
    return kinds.get(match.group(1), "activity")


def _instrument(
    cuttings: Cuttings,
    stated: Statements,
    lexicon: Lexicon,
    unit: Passage,
    below: Sequence[Passage],
    chapter: Passage | None,
) -> Instrument:
    end = max([cuttings.ends[u.id] for u in (unit, *below)])
    spoken = [unit, *below, *([chapter] if chapter else [])]
    return Instrument(
        id=unit.id,
        doc=unit.doc,
        kind="activity",
        code="",
        name=cuttings.whole(unit),
        chapter=cuttings.whole(chapter, code=chapter.code) if chapter else None,
        groups=cuttings.named(spoken, lexicon, GROUPS),
        programme_groups=stated.groups,
        themes=cuttings.named(spoken, lexicon, THEMES),
        beneficiaries=stated.receivers(unit),
        programme=stated.programme,
        period=stated.period,
        passages=frozenset(p.id for p in cuttings.within(unit.start, end)),
    )


def _project(cuttings: Cuttings, stated: Statements, lexicon: Lexicon, parts: Sequence[Instrument]) -> Instrument:
    title = cuttings.leaves[0]
    about = [u for u in cuttings.leaves if u.kind == "paragraph" and any(_ABOUT.search(fold(h)) for h in u.headings)]
    inside = {key for part in parts for key in part.passages}
    activities: list[Value] = [replace(p.name, code=p.code) for p in parts if p.kind == "project_activity"]
    return Instrument(
        id=title.id,
        doc=title.doc,
        kind="project",
        code="",
        name=cuttings.whole(title),
        tasks=tuple(activities),
        groups=stated.groups,
        themes=cuttings.named([title, *about], lexicon, THEMES),
        beneficiaries=stated.receivers(title),
        programme=stated.programme,
        period=stated.period,
        facts=stated.facts,
        passages=frozenset(p.id for p in cuttings.passages) - inside,
    )
