"""Entries of the catalogue: measures, supported activities and projects, every value with the span that says it.

What a document does not state stays empty and is shown as "neuvedeno". No I/O here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ingest.document import Document, Passage, Source
from retrieval.period import Validity
from retrieval.thesaurus import Concept

InstrumentKind = Literal["measure", "activity", "tool", "project", "project_activity"]

KINDS: Mapping[InstrumentKind, str] = {
    "measure": "opatření",
    "activity": "podporovaná aktivita",
    "tool": "nástroj",
    "project": "projekt",
    "project_activity": "aktivita projektu",
}
"""What the user reads for each kind."""

GROUPS = ("cilova-skupina",)
"""Groups of the thesaurus that are target groups."""

THEMES = ("problem", "sluzba", "nastroj")
"""Groups of the thesaurus that are themes."""

BENEFICIARIES = ("instituce",)
"""Groups of the thesaurus that can carry a measure out or receive support."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a field: `document.text[start:end] == quote`, always.

    Attributes
    ----------
    passage
        The leaf that holds it; it may begin before the quote and end after it.
    label
        The label or heading under which the document states it ("Hlavní cílové skupiny"), else "".
    code
        Code of a task or descriptor, else "".
    concepts
        Ids of the concepts of the thesaurus that it names, in the order of the text.
    spots
        For each of the concepts, first and last position in the document of the words that name it.
    """

    quote: str
    start: int
    end: int
    passage: Passage
    label: str = ""
    code: str = ""
    concepts: tuple[str, ...] = ()
    spots: tuple[tuple[int, int], ...] = ()

    @property
    def doc(self) -> str:
        return self.passage.doc


@dataclass(frozen=True, slots=True)
class Instrument:
    """One instrument; an empty tuple or None means that the document states nothing.

    Attributes
    ----------
    id
        Id of the passage that names it.
    code
        Code within its document ("4.6.a", "2"), else "".
    chapter
        Heading of the chapter it stands in.
    tasks
        Its tasks, outputs or, for a project, activities.
    groups
        Target groups that its own text names; for a project those it lists.
    programme_groups
        Target groups that its document lists for all of its support, not for this instrument.
    themes
        Problems, services and tools that its own text names.
    beneficiaries
        Who may receive the support, or carries it out.
    programme, period
        Where the document itself states its programme and period.
    facts
        Further labelled facts: amount, registration number.
    passages
        Ids of the passages that speak of it, for the full-text search.
    """

    id: str
    doc: str
    kind: InstrumentKind
    code: str
    name: Value
    chapter: Value | None = None
    tasks: tuple[Value, ...] = ()
    descriptors: tuple[Value, ...] = ()
    groups: tuple[Value, ...] = ()
    programme_groups: tuple[Value, ...] = ()
    themes: tuple[Value, ...] = ()
    beneficiaries: tuple[Value, ...] = ()
    programme: Value | None = None
    period: Value | None = None
    facts: tuple[Value, ...] = ()
    passages: frozenset[str] = field(default=frozenset(), repr=False)

    def values(self) -> Iterator[tuple[str, Value]]:
        """Yield each value with the name of its field, in the order of the detail page."""
        yield "name", self.name
        for name in FIELDS:
            found: Value | tuple[Value, ...] | None = getattr(self, name)
            for value in found if isinstance(found, tuple) else (found,) if found else ():
                yield name, value


FIELDS = (
    "chapter",
    "groups",
    "programme_groups",
    "tasks",
    "beneficiaries",
    "themes",
    "descriptors",
    "programme",
    "period",
    "facts",
)
"""Fields with quotes, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All instruments with what their values refer to.

    Attributes
    ----------
    documents, concepts
        By id, in the order of the index and of the thesaurus.
    instruments
        In the order of the documents and of their texts.
    validity
        Of each document, on the day the catalogue was made.
    """

    documents: Mapping[str, Document] = field(repr=False)
    concepts: Mapping[str, Concept] = field(repr=False)
    instruments: tuple[Instrument, ...]
    validity: Mapping[str, Validity]

    def source(self, instrument: Instrument) -> Source:
        """Return what is known about the instrument's document."""
        return self.documents[instrument.doc].source

    def label(self, concept: str) -> str:
        """Return the official label of a concept; lay terms are never shown."""
        return self.concepts[concept].label
