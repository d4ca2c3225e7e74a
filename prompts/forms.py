"""The forms of an extractive answer: values, situations, complete lists, comparisons, eligibility, validity."""

from collections.abc import Sequence
from dataclasses import replace

from ingest.document import Passage
from prompts.asking import Asking
from prompts.compose import Draft, czech_date, validity
from prompts.czech import counted, out_of
from prompts.evidence import Evidence, shown
from prompts.expected import Expected, states
from prompts.values import values
from retrieval.index import Index
from retrieval.lists import ROMAN, Listing, measure_section
from retrieval.passages import Findings
from retrieval.query import Query

_SURE = 0.3
"""Below this relevance of the best quote the lead says that no direct answer was found."""

_MOST_VALUES = 5
_APART = " ; "
"""Between the lines of a passage, so that no value runs from one into the next."""


def whole_lists(draft: Draft, index: Index, lists: Sequence[Listing], query: Query, findings: Findings) -> None:
    """Complete lists: "N z N položek", each item a quote of its own."""
    title = draft.documents[lists[0].doc].source.title
    total = sum(len(one.items) for one in lists)
    noun = "položky" if total == 1 else "položek"
    draft.say(f"Úplný výčet z dokumentu „{title}“: {out_of(total)} {noun}.", "lead")
    draft.say(validity(draft.documents[lists[0].doc].source))
    for listing in lists:
        draft.say(listing.title, "heading")
        items = [index.passages[key] for key in listing.items]
        for item in items:
            draft.quote(_item(index, listing, item, query, findings), "item")
        _say_gaps(draft, items)


def descriptors(draft: Draft, index: Index, measures: Sequence[Passage]) -> bool:
    """The descriptors of measures, all of them, one per line; False when the documents give none."""
    found = [
        (measure, leaf)
        for measure in measures
        for leaf in index.passages.values()
        if leaf.parent == measure.id and leaf.kind == "descriptor" and leaf.grain == "leaf"
    ]
    lines = {leaf.id: _lines(leaf) for _, leaf in found}
    total = sum(len(spans) for spans in lines.values())
    if not total:
        return False
    source = draft.documents[found[0][0].doc].source
    noun = "deskriptor" if total == 1 else "deskriptorů"
    draft.say(f"Úplný výčet z dokumentu „{source.title}“: {out_of(total)} {noun}.", "lead")
    draft.say(validity(source))
    for measure, leaf in found:
        section = index.passages[measure_section(leaf, index.leaves)]
        draft.quote(Evidence(section, 0.0, ((measure.start, measure.end),)))
        held = section if section.end >= leaf.end else leaf
        draft.quote(Evidence(held, 0.0, lines[leaf.id]), "item")
    return True


def comparison(draft: Draft, docs: Sequence[str], chosen: Sequence[Evidence]) -> None:
    """Documents side by side: what each says, or that it says nothing."""
    draft.say(f"Srovnání {counted(len(docs), 'dokumentu', 'dokumentů', 'dokumentů')}:", "lead")
    draft.side_by_side(docs, chosen)
    for doc in docs:
        draft.contact_note(doc, [evidence for evidence in chosen if evidence.passage.doc == doc])


def fact(draft: Draft, kinds: Sequence[Expected], query: Query, chosen: Sequence[Evidence]) -> bool:
    """The values first, each with its citation, then the words they come from; False when none is found."""
    found: list[tuple[str, Passage]] = []
    for kind in kinds:
        for evidence in chosen:
            text = draft.documents[evidence.passage.doc].text
            own = values(kind, query.text, _APART.join(text[start:end] for start, end in evidence.shown))
            new = [v for v in own if all(v not in known for known, _ in found)]
            found += [(v, evidence.passage) for v in dict.fromkeys(new)]
            if own:
                # The most relevant passage that states one decides; values of others belong to other things.
                break
    for value, passage in found[:_MOST_VALUES]:
        draft.value(value, passage)
    if found:
        draft.by_document(chosen)
    return bool(found)


def contact(draft: Draft, chosen: Sequence[Evidence]) -> bool:
    """Whom to turn to, first; then what else was found. False when no contact was found."""
    stating = [(evidence, _spans(draft, evidence, ("phone", "email"))) for evidence in chosen]
    found = [replace(evidence, shown=spans, place="") for evidence, spans in stating if spans]
    if not found:
        return False
    draft.say("Kontakt, který dokument uvádí:", "lead")
    draft.by_document([evidence for evidence in found if evidence.passage.doc == found[0].passage.doc])
    return True


def validity_first(draft: Draft, docs: Sequence[str], chosen: Sequence[Evidence]) -> None:
    """What is known of the period and state of the documents, with its basis, then their own words."""
    for doc in docs:
        source = draft.documents[doc].source
        written = f" Text je z {czech_date(source.text_date)}." if source.text_date and source.period else ""
        draft.say(f"{source.title}: {validity(source)}{written}", "lead")
        if source.validity_note:
            basis = f" Zdroj údaje: {source.validity_basis}" if source.validity_basis else ""
            draft.say(f"{source.validity_note}{basis}")
    draft.known(docs)
    own = [evidence for evidence in chosen if evidence.passage.doc in docs]
    dated = [(evidence, _spans(draft, evidence, ("date", "phone", "email"))) for evidence in own]
    stating = [replace(evidence, shown=spans) for evidence, spans in dated if spans]
    draft.by_document(stating or own[:1])


def situation(draft: Draft, asking: Asking, query: Query, chosen: Sequence[Evidence]) -> None:
    """What the documents offer or say, by document."""
    draft.say(_lead(asking, query, chosen), "lead")
    draft.by_document(chosen)


def _lead(asking: Asking, query: Query, chosen: Sequence[Evidence]) -> str:
    if chosen and chosen[0].relevance < _SURE:
        return "Přímou odpověď jsem v dokumentech nenašel. K tématu uvádějí:"
    if asking == "eligibility":
        return (
            "O tom, zda podmínky splňujete, rozhoduje vyhlašovatel; z dokumentů to s jistotou určit nelze. "
            "Vymezení v nich zní:"
        )
    follows = "V návaznosti na předchozí dotaz" if query.background else ""
    if asking == "situation" and not follows:
        return "K popsané situaci se v dokumentech vztahuje:"
    count = len(dict.fromkeys(evidence.passage.doc for evidence in chosen))
    if count == 1:
        return f"{follows} dokument uvádí:" if follows else "Dokument k tomu uvádí:"
    verb = "uvádějí" if 2 <= count <= 4 else "uvádí"
    noun = counted(count, "dokument", "dokumenty", "dokumentů")
    return f"{follows} {verb} {noun}:" if follows else f"K tomu {verb} {noun}:"


def _item(index: Index, listing: Listing, item: Passage, query: Query, findings: Findings) -> Evidence:
    """An item of a list; of a descriptor's list the measure with its descriptors, without its tasks."""
    if listing.code[:1] not in ROMAN:
        return Evidence(item, 0.0, shown(index, item, findings.scores, query))
    section = index.passages[measure_section(item, index.leaves)]
    inside = (index.passages[leaf] for leaf in index.leaves.get(section.id, ()))
    spans = tuple((leaf.start, leaf.end) for leaf in inside if leaf.kind in ("measure", "descriptor"))
    return Evidence(section, 0.0, spans or ((section.start, section.end),))


def _say_gaps(draft: Draft, items: Sequence[Passage]) -> None:
    """Say which numbers the tasks of a measure skip: the text may be incomplete."""
    numbers: dict[str, set[int]] = {}
    for measure, _, number in (item.code.partition("/") for item in items if item.kind == "task"):
        if number.isdigit():
            numbers.setdefault(measure, set()).add(int(number))
    for measure, known in numbers.items():
        gaps = sorted(set(range(1, max(known) + 1)) - known)
        missing = ", ".join(str(n) for n in gaps)
        if len(gaps) == 1:
            draft.say(f"Úkol č. {missing} opatření {measure} v číslování chybí; zda existuje, z textu nelze poznat.")
        elif gaps:
            draft.say(f"Úkoly č. {missing} opatření {measure} v číslování chybějí; zda existují, z textu nelze poznat.")


def _lines(leaf: Passage) -> tuple[tuple[int, int], ...]:
    """Spans of the lines of a leaf below its label."""
    found = []
    start = leaf.start
    for line in leaf.text.splitlines(keepends=True):
        if line.strip() and not line.strip().endswith(":"):
            found.append((start + len(line) - len(line.lstrip()), start + len(line.rstrip())))
        start += len(line)
    return tuple(found)


def _spans(draft: Draft, evidence: Evidence, kinds: Sequence[Expected]) -> tuple[tuple[int, int], ...]:
    """Those of the shown spans that state something of one of the types."""
    text = draft.documents[evidence.passage.doc].text
    return tuple((start, end) for start, end in evidence.shown if any(states(kind, text[start:end]) for kind in kinds))
