"""An answer without a language model: a lead sentence, then what the documents say, word for word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ingest.document import Document, Passage, Source
from ingest.sentences import sentence_spans
from prompts.answer import Citation, Form, Statement, Table
from prompts.evidence import Evidence
from prompts.expected import states

GAP = " […] "
"""Stands where a quote leaves out words of its passage."""


@dataclass(slots=True)
class Draft:
    """An answer being written: statements in order, and the citations they lean on, numbered from 1."""

    documents: Mapping[str, Document]
    statements: list[Statement] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    _headed: set[str] = field(default_factory=set)

    def say(self, text: str, form: Form = "note") -> None:
        """Add words of the assistant's own about its documents."""
        self.statements.append(Statement(text, form, "note"))

    def cite(self, passage: Passage) -> int:
        """Return the number of the citation of a passage; each passage has one."""
        known = next((c.n for c in self.citations if c.passage.id == passage.id), 0)
        if known:
            return known
        title = self.documents[passage.doc].source.title
        number = len(self.citations) + 1
        self.citations.append(Citation(number, passage, passage.start, passage.end, passage.text, title))
        return number

    def quote(self, evidence: Evidence, form: Form = "quote") -> None:
        """Add the shown words of a passage, verbatim, a line for each span, with its citation."""
        for text in self._shown(evidence):
            self.statements.append(Statement(text, form, "verbatim", (self.cite(evidence.passage),)))

    def value(self, text: str, passage: Passage) -> None:
        """Add a value as it stands in a passage, as the lead of the answer."""
        self.statements.append(Statement(quote_text(text), "lead", "verbatim", (self.cite(passage),)))

    def by_document(self, chosen: Sequence[Evidence]) -> None:
        """Add quotes under the headings of their documents, with the validity of each."""
        groups: dict[str, list[Evidence]] = {}
        for evidence in chosen:
            groups.setdefault(evidence.passage.doc, []).append(evidence)
        for doc, group in groups.items():
            self.heading(doc)
            for place in dict.fromkeys(evidence.place for evidence in group):
                if place:
                    self.say(f"{place}:")
                for evidence in group:
                    if evidence.place == place:
                        self.quote(evidence)
            self.contact_note(doc, group)

    def heading(self, doc: str) -> None:
        """Add the title of a document and, the first time, the validity of what follows."""
        source = self.documents[doc].source
        self.say(source.title, "heading")
        if doc not in self._headed:
            self._headed.add(doc)
            self.say(validity(source))

    def known(self, docs: Sequence[str]) -> None:
        """Remember that the validity of these documents has been said."""
        self._headed.update(docs)

    def contact_note(self, doc: str, shown: Sequence[Evidence]) -> None:
        """Add what is known of a document's contact when one has been quoted."""
        document = self.documents[doc]
        quoted = (document.text[start:end] for evidence in shown for start, end in evidence.shown)
        note = contact_notice(document.source)
        if any(note in statement.text for statement in self.statements):
            return
        if any(states("phone", text) or states("email", text) or states("person", text) for text in quoted):
            self.say(note)

    def side_by_side(self, docs: Sequence[str], chosen: Sequence[Evidence]) -> None:
        """Add a table with a column for each document: its validity, and what it says or "neuvedeno"."""
        quotes = []
        for doc in docs:
            cell: list[Statement] = []
            for evidence in (evidence for evidence in chosen if evidence.passage.doc == doc):
                if evidence.place and all(statement.text != f"{evidence.place}:" for statement in cell):
                    cell.append(Statement(f"{evidence.place}:", "note", "note"))
                number = self.cite(evidence.passage)
                cell += [Statement(text, "quote", "verbatim", (number,)) for text in self._shown(evidence)]
            quotes.append(tuple(cell) or (Statement("neuvedeno", "note", "note"),))
        sources = [self.documents[doc].source for doc in docs]
        periods = [(Statement(validity(source), "note", "note"),) for source in sources]
        labels = [(Statement(label, "heading", "note"),) for label in ("Období a stav", "Co k tomu uvádí")]
        table = Table(
            columns=("", *(source.title for source in sources)),
            rows=((labels[0], *periods), (labels[1], *quotes)),
        )
        cited = tuple(sorted({n for cell in quotes for statement in cell for n in statement.citations}))
        self.statements.append(Statement(table.text, "table", "note", cited, table))
        self.known(docs)

    def _shown(self, evidence: Evidence) -> list[str]:
        text = self.documents[evidence.passage.doc].text
        return [quote_text(text[start:end]) for start, end in evidence.shown]


def quote_text(text: str) -> str:
    """Return a quote on one line without the bullet marks of its list; its words and punctuation stay."""
    lines = (line.strip().lstrip("•▪◦").strip() for line in text.splitlines())
    return " ".join(" ".join(line.split()) for line in lines if line)


def validity(source: Source) -> str:
    """Return one sentence on the period and state of a document, with its basis; unknown stays unknown."""
    if source.period and source.period_basis != "unknown":
        basis = "uvádí dokument" if source.period_basis == "from_document" else "údaj mimo dokument"
        text = f"Období {source.period} ({basis})."
    elif source.text_date:
        text = f"Období dokument neuvádí; text je z {czech_date(source.text_date)}."
    else:
        text = "Období dokument neuvádí – ověřte u vyhlašovatele."
    return f"{text} {source.status}".strip()


def contact_notice(source: Source) -> str:
    """Return the sentences of a document's note on validity that speak of its contact, else ""."""
    note = source.validity_note
    return " ".join(note[a:b] for a, b in sentence_spans(note) if "kontakt" in note[a:b].lower())


def czech_date(iso: str) -> str:
    """Return a date in ISO form as Czech offices write it: 24. 7. 2018; other texts come back unchanged."""
    parts = iso.split("-")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return iso
    year, month, day = (int(part) for part in parts)
    return f"{day}. {month}. {year}"
