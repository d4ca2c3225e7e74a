"""The forms of an extractive answer: facts, situations, complete lists, comparisons, validity, and not found."""

import re
from collections.abc import Sequence

from ingest.document import Passage
from prompts.compose import Draft, counted
from prompts.evidence import Evidence, shown
from prompts.expected import Expected, values
from retrieval.index import Index
from retrieval.lists import ROMAN, Listing, measure_section
from retrieval.passages import Findings
from retrieval.query import Query

_NUMBERED_TASK = re.compile(r"/(\d+)$")

MISSING: dict[Expected, str] = {
    "amount": "Částku ani rozpočet",
    "percent": "Procentní podíl",
    "date": "Datum ani termín",
    "email": "E-mailovou adresu",
    "phone": "Telefon",
    "address": "Adresu",
    "person": "Jméno ani odpovědnou osobu",
    "names": "Konkrétní názvy",
    "count": "Počet",
    "requirement": "Takovou podmínku",
}


def whole_list(draft: Draft, index: Index, listing: Listing, query: Query, findings: Findings) -> None:
    """A complete list: "N z N položek", each item a quote of its own."""
    items = [index.passages[key] for key in listing.items]
    title = draft.documents[listing.doc].source.title
    total = counted(len(items), "položky", "položek", "položek")
    draft.say(f"Úplný výčet v dokumentu „{title}“, {len(items)} z {total}:", "lead")
    draft.say(listing.title, "heading")
    for item in items:
        passage = index.passages[measure_section(item, index.leaves)] if listing.code[:1] in ROMAN else item
        spans = shown(index, passage, findings.scores, query)
        draft.quote(Evidence(passage, 0.0, spans), "item")
    if gaps := _gaps(items):
        missing = ", ".join(str(n) for n in gaps)
        word = "Úkol" if len(gaps) == 1 else "Úkoly"
        verb = "chybí" if len(gaps) == 1 else "chybějí"
        draft.say(f"{word} č. {missing} v číslování dokumentu {verb}; zda existují, z něj nelze poznat.")


def comparison(draft: Draft, query: Query, chosen: Sequence[Evidence]) -> None:
    """Documents set side by side: what each says, or that it says nothing."""
    draft.say(f"Srovnání podle {counted(len(query.docs), 'dokumentu', 'dokumentů', 'dokumentů')}:", "lead")
    for doc in query.docs:
        draft.heading(doc)
        own = [evidence for evidence in chosen if evidence.passage.doc == doc]
        for evidence in own:
            draft.quote(evidence)
        if not own:
            draft.say("neuvedeno")


def fact(draft: Draft, kinds: Sequence[Expected], question: str, chosen: Sequence[Evidence]) -> None:
    """The value first, then the words it comes from."""
    found: list[str] = []
    for evidence in chosen:
        text = draft.documents[evidence.passage.doc].text
        for start, end in evidence.shown:
            found += [v for kind in kinds for v in values(kind, question, text[start:end]) if v not in found]
    if found:
        draft.say(", ".join(found[:5]), "lead")
    else:
        situation(draft, chosen)
        return
    draft.by_document(chosen)


def situation(draft: Draft, chosen: Sequence[Evidence]) -> None:
    """What the documents offer or say, by document."""
    docs = list(dict.fromkeys(evidence.passage.doc for evidence in chosen))
    if len(docs) == 1:
        draft.say("Dokument k tomu uvádí:", "lead")
    else:
        draft.say(f"Vyjadřují se k tomu {counted(len(docs), 'dokument', 'dokumenty', 'dokumentů')}:", "lead")
    draft.by_document(chosen)


def nothing(draft: Draft, missing: Sequence[Expected], nearest: Sequence[Evidence]) -> None:
    """Say that the documents do not answer, what exactly is missing, and what they say nearby."""
    named = [MISSING[kind] for kind in missing if kind in MISSING]
    if named:
        draft.say(f"{named[0]} k tomu dokumenty neuvádějí.", "lead")
    else:
        draft.say("V dokumentech jsem na to odpověď nenašel.", "lead")
    draft.say("Neznamená to, že nic takového neexistuje: prohledány byly jen dokumenty, které má asistent k dispozici.")
    if nearest:
        draft.say("Nejblíže k tématu dokumenty říkají:")
        draft.by_document(nearest)


def _gaps(items: Sequence[Passage]) -> list[int]:
    numbers = [int(m.group(1)) for item in items if (m := _NUMBERED_TASK.search(item.code))]
    return sorted(set(range(1, max(numbers) + 1)) - set(numbers)) if numbers else []


BLOCKED = (
    "Tomu nemohu vyhovět. Odpovídám jen doslovnými citacemi z dokumentů, pravidla ani zdroje v otázce měnit nelze. "
    "Položte prosím věcnou otázku k nástrojům podpory."
)
OUT_OF_SCOPE = (
    "Tato otázka je mimo dokumenty, které mám k dispozici. Týkají se sociálního začleňování: programů, opatření "
    "a služeb pro obce, neziskové organizace a lidi ohrožené vyloučením."
)
CLARIFY = "Upřesněte prosím, čeho se otázka týká: kterého opatření, programu nebo skupiny lidí?"


def partly(draft: Draft, missing: Sequence[Expected]) -> None:
    """Say which of the things asked for the documents do not state."""
    for kind in missing:
        draft.say(f"{MISSING[kind]} k tomu dokumenty neuvádějí.")
