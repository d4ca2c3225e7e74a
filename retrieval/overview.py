"""Overviews of the whole catalogue: target groups by document, and how many instruments cover what."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from retrieval.collation import czech_key
from retrieval.facets import Facet, Filing
from retrieval.instruments import GROUPS, Catalogue, Value

_LONGEST = 110
"""Characters of a quote in a cell; of a longer item the words around the target group are quoted."""


@dataclass(frozen=True, slots=True)
class Stated:
    """Where one document names one target group.

    Attributes
    ----------
    values
        The document's own lists of target groups first, then texts of instruments; no span twice.
    listed
        How many of them stand in such a list.
    """

    values: tuple[Value, ...]
    listed: int


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One target group; documents that do not name it have no cell."""

    concept: str
    label: str
    cells: Mapping[str, Stated] = field(repr=False)


def group_matrix(catalogue: Catalogue) -> tuple[GroupRow, ...]:
    """Return the target groups that occur, those of the most documents first, equal ones in Czech order."""
    found: dict[str, dict[str, dict[tuple[int, int], tuple[bool, Value]]]] = {}
    for instrument in catalogue.instruments:
        for value in (*instrument.programme_groups, *instrument.groups):
            for concept in value.concepts:
                if catalogue.concepts[concept].group in GROUPS:
                    cell = found.setdefault(concept, {}).setdefault(value.doc, {})
                    narrow = _around(catalogue.documents[value.doc].text, value, concept)
                    cell.setdefault((narrow.start, narrow.end), (bool(value.label), narrow))
    rows = []
    for concept, by_document in found.items():
        cells = {}
        for doc, cell in by_document.items():
            spots = sorted(cell.values(), key=lambda spot: (not spot[0], spot[1].start))
            cells[doc] = Stated(tuple(value for _, value in spots), sum(listed for listed, _ in spots))
        rows.append(GroupRow(concept, catalogue.label(concept), cells))
    return tuple(sorted(rows, key=lambda row: (-len(row.cells), czech_key(row.label))))


def _around(text: str, value: Value, concept: str) -> Value:
    """Return a long value cut down to whole words around the place that names a concept."""
    if len(value.quote) <= _LONGEST:
        return value
    first, last = value.spots[value.concepts.index(concept)]
    margin = max(0, (_LONGEST - (last - first)) // 2)
    start, end = max(value.start, first - margin), min(value.end, last + margin)
    if start > value.start:
        start = text.find(" ", start, first) + 1 or first
    if end < value.end:
        end = max(text.rfind(" ", last, end), last)
    return replace(value, quote=text[start:end], start=start, end=end, concepts=(concept,), spots=((first, last),))


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One theme or target group with the number of each document's instruments that are filed under it."""

    label: str
    section: str
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def coverage(catalogue: Catalogue, filing: Filing, facet: Facet) -> tuple[CoverageRow, ...]:
    """Return how many instruments of each document are filed under the options of a facet.

    The order is that of the facet: the most frequent first; what is not stated comes last.
    """
    counts: dict[str, dict[str, int]] = {}
    for instrument in catalogue.instruments:
        for key in filing.tags[instrument.id][facet]:
            by_document = counts.setdefault(key, dict.fromkeys(catalogue.documents, 0))
            by_document[instrument.doc] += 1
    rows = [CoverageRow(o.label, o.section, counts[o.key]) for o in filing.options[facet] if o.key in counts]
    return tuple(rows)
