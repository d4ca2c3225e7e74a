"""An answer without a language model: a lead sentence, then what the documents say, word for word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ingest.document import Document, Passage, Source
from prompts.answer import Citation, Form, Statement
from prompts.evidence import Evidence

GAP = " […] "
"""Stands where a quote leaves out words of its passage."""


@dataclass(slots=True)
class Draft:
    """An answer being written: statements in order, and the citations they lean on, numbered from 1."""

    documents: Mapping[str, Document]
    statements: list[Statement] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)

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
        """Add the shown words of a passage, verbatim, with its citation."""
        text = self.documents[evidence.passage.doc].text
        parts = [quote_text(text[start:end]) for start, end in evidence.shown]
        self.statements.append(Statement(GAP.join(parts), form, "verbatim", (self.cite(evidence.passage),)))

    def by_document(self, chosen: Sequence[Evidence]) -> None:
        """Add quotes under the headings of their documents, with the validity of each."""
        groups: dict[str, list[Evidence]] = {}
        for evidence in chosen:
            groups.setdefault(evidence.passage.doc, []).append(evidence)
        for doc, group in groups.items():
            self.heading(doc)
            for evidence in group:
                self.quote(evidence)

    def heading(self, doc: str) -> None:
        """Add the title of a document and the validity of what follows."""
        source = self.documents[doc].source
        self.say(source.title, "heading")
        self.say(validity(source))


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


def czech_date(iso: str) -> str:
    """Return a date in ISO form as Czech offices write it: 24. 7. 2018; other texts come back unchanged."""
    parts = iso.split("-")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return iso
    year, month, day = (int(part) for part in parts)
    return f"{day}. {month}. {year}"


def counted(count: int, one: str, few: str, many: str) -> str:
    """Return a count with the right form of a Czech noun: 1 dokument, 2 dokumenty, 5 dokumentů."""
    return f"{count} {one if count == 1 else few if 2 <= count <= 4 else many}"
