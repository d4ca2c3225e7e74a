"""What passes between the stages: sources, documents and passages. No I/O here."""

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Literal

Basis = Literal["from_document", "from_source", "unknown"]
Grain = Literal["leaf", "section"]
Kind = Literal[
    "title",
    "heading",
    "paragraph",
    "measure",
    "task",
    "item",
    "descriptor",
    "fact",
    "contact",
    "section",
]


@dataclass(frozen=True, slots=True)
class Source:
    """What is known about a document besides its text; an empty string means unknown.

    Attributes
    ----------
    short_names
        Names and abbreviations that people use for it; the passages' context carries them.
    period, period_basis
        Years it covers as shown to the user, and whether the document itself says so.
    status, validity_note, validity_basis
        Czech sentences for the user; the basis says where the knowledge comes from.
    text_date
        Date of the text in ISO form, if stated.
    retrieved
        Day on which this installation took the file over, in ISO form.
    """

    id: str
    title: str
    short_names: tuple[str, ...] = ()
    publisher: str = ""
    programme: str = ""
    period: str = ""
    period_basis: Basis = "unknown"
    status: str = ""
    validity_note: str = ""
    validity_basis: str = ""
    url: str = ""
    text_date: str = ""
    retrieved: str = ""
    sha256: str = ""
    language: str = "cs"
    file: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that the file's own markup states (HTML h1–h6, a Word style).

    `start` and `end` are positions in the canonical text, `level` is 1-based.
    """

    start: int
    end: int
    level: int


@dataclass(frozen=True, slots=True)
class Document:
    """One source with its canonical text; all offsets of the project are Python string positions in `text`.

    `pages` holds the offset at which each page starts (empty when the format has no pages).
    """

    source: Source
    text: str
    pages: tuple[int, ...] = ()
    headings: tuple[Heading, ...] = ()

    @property
    def id(self) -> str:
        return self.source.id

    def page_at(self, offset: int) -> int | None:
        """Return the 1-based page that holds the offset, or None when the format has no pages."""
        return bisect_right(self.pages, offset) if self.pages else None


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of a document that is retrieved: `document.text[start:end] == text`, always.

    Attributes
    ----------
    grain
        `leaf` for the smallest part that answers by itself, `section` for a list with its heading, a
        measure with its tasks, a block of facts (at most 1,200 characters).
    headings
        Heading path from the document's root, outermost first.
    parent
        Id of the passage this one belongs to (a task's measure), or None.
    code
        Code that people cite: "4.6.a", "4.6.a/3" for a task, "IX.e" for a descriptor, "2.1"; else "".
    label
        The label that introduces it ("Cílové skupiny osob", "Částka"), else "".
    page
        1-based page, or None when the format has no pages.
    asked
        Anticipated questions: what people ask that this passage answers.
    context
        Words that the passage lacks but its reader knows: names of the document, headings, parent.
    """

    doc: str
    start: int
    end: int
    text: str
    kind: Kind
    grain: Grain = "leaf"
    headings: tuple[str, ...] = ()
    parent: str | None = None
    code: str = ""
    label: str = ""
    page: int | None = None
    context: str = field(default="", repr=False)
    asked: tuple[str, ...] = field(default=(), repr=False)

    @property
    def id(self) -> str:
        """Id from document and span, so a new model or splitter leaves judgements valid."""
        return f"{self.doc}:{self.start}-{self.end}"
