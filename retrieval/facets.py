"""Facets of the catalogue: what an instrument is filed under, what a choice leaves, and how it is ordered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from retrieval.collation import czech_key, natural_key
from retrieval.instruments import KINDS, THEMES, Catalogue, Instrument
from retrieval.period import VALIDITY

Facet = Literal["document", "programme", "group", "theme", "kind", "beneficiary", "validity"]
Order = Literal["relevance", "code", "document", "title"]
Choice = Mapping[Facet, frozenset[str]]

FACETS: Mapping[Facet, str] = {
    "document": "Dokument",
    "programme": "Program",
    "kind": "Druh",
    "group": "Cílová skupina",
    "theme": "Téma",
    "beneficiary": "Příjemce nebo realizátor",
    "validity": "Období",
}
"""What the user reads for each facet, in the order of the page."""

NOT_STATED = ""
"""The option of what the document does not state."""

NOT_STATED_LABEL = "neuvedeno"


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a facet; `section` is the group of the thesaurus it stands under, else ""."""

    key: str
    label: str
    section: str = ""


@dataclass(frozen=True, slots=True)
class Filing:
    """Under which options each instrument is filed.

    Attributes
    ----------
    tags
        Options by instrument id and facet; never empty, since `NOT_STATED` is an option too.
    options
        By facet: the most frequent first, equal ones in Czech order, "neuvedeno" last.
    """

    tags: Mapping[str, Mapping[Facet, frozenset[str]]] = field(repr=False)
    options: Mapping[Facet, tuple[Option, ...]]

    @classmethod
    def of(cls, catalogue: Catalogue) -> "Filing":
        """File all instruments of a catalogue."""
        tags = {i.id: _tags(catalogue, i) for i in catalogue.instruments}
        options: dict[Facet, tuple[Option, ...]] = {}
        for facet in FACETS:
            counts: dict[str, int] = {}
            for own in tags.values():
                for key in own[facet]:
                    counts[key] = counts.get(key, 0) + 1
            made = [_option(catalogue, facet, key) for key in counts]
            made.sort(key=lambda o: (o.key == NOT_STATED, -counts[o.key], czech_key(o.label)))
            options[facet] = tuple(made)
        return cls(tags, options)

    def matches(self, instrument: Instrument, chosen: Choice, without: Facet | None = None) -> bool:
        """Tell whether an instrument has, for each facet with a choice, one of the chosen options."""
        own = self.tags[instrument.id]
        return all(not keys or facet == without or keys & own[facet] for facet, keys in chosen.items())

    def counts(self, instruments: Iterable[Instrument], chosen: Choice, facet: Facet) -> dict[str, int]:
        """Return for each option of a facet how many instruments would be left if it alone were chosen in it.

        The choices in the other facets hold; `instruments` are those that the full-text search leaves.
        """
        found = dict.fromkeys((option.key for option in self.options[facet]), 0)
        for instrument in instruments:
            if self.matches(instrument, chosen, without=facet):
                for key in self.tags[instrument.id][facet]:
                    found[key] += 1
        return found

    def label(self, facet: Facet, key: str) -> str:
        """Return what the user reads for an option."""
        return next((o.label for o in self.options[facet] if o.key == key), key or NOT_STATED_LABEL)


def ordered(
    instruments: Sequence[Instrument], catalogue: Catalogue, order: Order, scores: Mapping[str, float] | None = None
) -> list[Instrument]:
    """Return instruments in an order; ties keep the order of the documents and their texts.

    Without `scores` relevance is that order itself. Codes count by their numbers (4.2 before 4.10), what has none
    comes last. Titles and documents follow the Czech alphabet.
    """
    places = {instrument.id: n for n, instrument in enumerate(catalogue.instruments)}
    found = sorted(instruments, key=lambda i: places[i.id])
    if order == "relevance":
        return sorted(found, key=lambda i: -(scores or {}).get(i.id, 0.0)) if scores else found
    if order == "code":
        return sorted(found, key=lambda i: (not i.code, natural_key(i.code)))
    if order == "document":
        return sorted(found, key=lambda i: czech_key(catalogue.source(i).title or i.doc))
    return sorted(found, key=lambda i: czech_key(i.name.quote))


def _tags(catalogue: Catalogue, instrument: Instrument) -> dict[Facet, frozenset[str]]:
    groups = {c for v in (*instrument.groups, *instrument.programme_groups) for c in v.concepts}
    receivers = {key for v in instrument.beneficiaries for key in (v.concepts or (" ".join(v.quote.split()),))}
    return {
        "document": frozenset({instrument.doc}),
        "programme": frozenset({catalogue.source(instrument).programme or NOT_STATED}),
        "kind": frozenset({instrument.kind}),
        "group": frozenset(groups or {NOT_STATED}),
        "theme": frozenset({c for v in instrument.themes for c in v.concepts} or {NOT_STATED}),
        "beneficiary": frozenset(receivers or {NOT_STATED}),
        "validity": frozenset({catalogue.validity[instrument.doc]}),
    }


def _option(catalogue: Catalogue, facet: Facet, key: str) -> Option:
    if key == NOT_STATED:
        return Option(key, NOT_STATED_LABEL)
    if facet == "document":
        return Option(key, catalogue.documents[key].source.title or key)
    if facet == "kind":
        return Option(key, next(label for kind, label in KINDS.items() if kind == key))
    if facet == "validity":
        return Option(key, next(label for state, label in VALIDITY.items() if state == key))
    if key in catalogue.concepts and facet != "programme":
        concept = catalogue.concepts[key]
        return Option(key, concept.label, concept.group if concept.group in THEMES else "")
    return Option(key, key)
