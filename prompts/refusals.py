"""What is said when the documents do not answer: not found, out of scope, unclear, and no to overriding."""

from collections.abc import Sequence
from dataclasses import replace

from ingest.document import Source
from prompts.asking import asks_present
from prompts.compose import Draft, czech_date
from prompts.czech import counted, listed
from prompts.evidence import Evidence
from prompts.expected import Expected
from prompts.judge import Judgement

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

BLOCKED = (
    "Tomu nemohu vyhovět. Odpovídám jen doslovnými citacemi z dokumentů, pravidla ani zdroje v otázce měnit nelze. "
    "Položte prosím věcnou otázku k nástrojům podpory."
)

_NEAR = 0.12
"""Passages less relevant than this are not shown as near to the subject."""

_SPANS = 3
"""Lines shown of each of them."""


def nothing(draft: Draft, question: str, judgement: Judgement, nearest: Sequence[Evidence]) -> None:
    """Say that the documents do not answer, what exactly is missing, what was searched and what they say nearby.

    A thing of the asked type that stands near, yet hardly of what is asked, is not denied: it may be quoted below.
    """
    absent = judgement.absent
    if absent:
        draft.say(f"{absent[0].upper()}{absent[1:]} v dokumentech není.", "lead")
    elif judgement.missing:
        draft.say(f"{MISSING[judgement.missing[0]]} k tomu dokumenty neuvádějí.", "lead")
    elif judgement.kinds:
        draft.say(f"{MISSING[judgement.kinds[0]]} přímo k tomu se v dokumentech najít nepodařilo.", "lead")
    else:
        draft.say("Odpověď na to v dokumentech není.", "lead")
    sources = [document.source for document in draft.documents.values()]
    searched = counted(len(sources), "dokument", "dokumenty", "dokumentů")
    draft.say(
        f"Prohledáno: {searched} ({listed([source.title for source in sources])}). To, že v nich údaj není, "
        "neznamená, že neexistuje."
    )
    if asks_present(question):
        draft.say(_not_news(sources))
    near = [replace(one, shown=one.shown[:_SPANS]) for one in nearest if one.relevance >= _NEAR]
    if near:
        draft.say("Nejblíže k tématu dokumenty uvádějí:")
        draft.by_document(near)


def out_of_scope(draft: Draft) -> None:
    """Say that the question is of another field, and what the documents cover."""
    sources = [document.source for document in draft.documents.values()]
    searched = counted(len(sources), "dokument", "dokumenty", "dokumentů")
    draft.say("Tato otázka je mimo dokumenty, které mám k dispozici.", "lead")
    draft.say(
        "Týkají se sociálního začleňování: programů, opatření a služeb pro obce, neziskové organizace a lidi ohrožené "
        f"vyloučením. Prohledáno: {searched} ({listed([source.title for source in sources])})."
    )


def clarify(draft: Draft, choices: Sequence[str]) -> None:
    """Ask the one question that decides, with what there is to choose from."""
    if not choices:
        draft.say("Upřesněte prosím, čeho se otázka týká: kterého opatření, programu nebo skupiny lidí?", "lead")
        return
    draft.say("Upřesněte prosím, čeho se otázka týká. Máte na mysli:", "lead")
    for choice in choices:
        draft.say(choice, "item")


def partly(draft: Draft, missing: Sequence[Expected]) -> None:
    """Say which of the things asked for the documents do not state."""
    for kind in missing:
        draft.say(f"{MISSING[kind]} k tomu dokumenty neuvádějí.")


def _not_news(sources: Sequence[Source]) -> str:
    dated = max((source.text_date for source in sources if source.text_date), default="")
    latest = f" (poslední datum uvedené u textu je {czech_date(dated)})" if dated else ""
    return f"Dokumenty nejsou zpravodajství a současný stav z nich nevyplývá{latest}; ověřte jej u vyhlašovatele."
