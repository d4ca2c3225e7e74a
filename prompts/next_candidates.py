"""All questions that may be offered after an answer, each with the parts of the documents that answer it.

Anticipated questions come first. Beside them stand questions made of what the documents are made of: the names of
their measures, chapters and lists, and the official labels of the concepts they speak of.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ingest.document import Passage
from prompts.presentable import Presentable, tables
from retrieval.analysis import stems
from retrieval.index import Index
from retrieval.instruments import GROUPS, THEMES
from retrieval.lists import Listing
from retrieval.thesaurus import Concept

Origin = Literal["asked", "measure", "list", "concept"]

_LONGEST_NAME = 10
"""Words of a measure's name that a question repeats; a longer one is cut there."""

_SHORTEST_NAME = 4
"""Words of a name that a cut leaves at least."""

_LABEL = range(6, 61)
"""Characters of a list's label or a concept's: "Osoby" alone says little."""

_COMMON = 0.08
"""Share of all passages above which a concept is too general to be asked about."""

_LEADING_CODE = re.compile(r"^\s*[\dIVXLC]+(?:\.[\da-z]+)*\.?\s+")
_NO_NAME = re.compile(r"[/.:;?!]|následující|tyto|těchto")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that may be offered.

    Attributes
    ----------
    owners
        Ids of the passages of which any one answers it.
    origin
        What it was made of: an anticipated question, a measure or chapter, a labelled list, a concept.
    part
        What it asks about: no two questions about one part are offered together.
    """

    text: str
    owners: frozenset[str]
    origin: Origin
    part: str


def candidates(index: Index) -> tuple[Candidate, ...]:
    """Return everything that may be offered over an index, in the order of the documents."""
    found: dict[str, Candidate] = {}
    for candidate in (*_asked(index), *_measures(index), *_lists(index), *_concepts(index)):
        found.setdefault(candidate.text, candidate)
    return tuple(found.values())


def _asked(index: Index) -> Iterator[Candidate]:
    presentable = Presentable.of(index)
    for key, passage in index.passages.items():
        for question in passage.asked:
            if shown := presentable.shown(question):
                yield Candidate(shown, frozenset((key, *_around(index, passage))), "asked", passage.parent or key)


def _around(index: Index, passage: Passage) -> tuple[str, ...]:
    """Return the smallest section that holds a leaf, since a search may return it in the leaf's place."""
    holding = (section for section, inside in index.leaves.items() if passage.id in inside)
    smallest = min(holding, key=lambda key: len(index.leaves[key]), default=None)
    return (smallest,) if smallest else ()


def _measures(index: Index) -> Iterator[Candidate]:
    with_tasks = {p.parent for p in index.passages.values() if p.kind == "task"}
    for key, passage in index.passages.items():
        if passage.kind != "measure" or passage.grain != "leaf" or not passage.code:
            continue
        template = tables()["templates"]["tasks" if key in with_tasks else "measure"]
        text = template.format(code=passage.code, name=_name(passage.text))
        yield Candidate(text, frozenset((key, *_around(index, passage))), "measure", key)


def _name(text: str) -> str:
    """Return a name without its code, a long one cut before a word that opens a new phrase."""
    name = _LEADING_CODE.sub("", " ".join(text.split())).split(". ")[0].strip(" .")
    said = name.split()
    if len(said) <= _LONGEST_NAME:
        return name
    opening = frozenset(tables()["words"]["boundaries"].split())
    cuts = [n for n in range(_SHORTEST_NAME, _LONGEST_NAME + 1) if said[n] in opening and said[n - 1] not in opening]
    kept = " ".join(said[: cuts[-1] if cuts else _LONGEST_NAME])
    return f"{kept.strip(' ,;–(')}…"


def _lists(index: Index) -> Iterator[Candidate]:
    templates = tables()["templates"]
    for listing in index.lists:
        owners = frozenset((*listing.items, *listing.sections))
        title = _LEADING_CODE.sub("", " ".join(listing.title.split()))
        if listing.kind == "measure" and listing.code and title:
            yield Candidate(
                templates["chapter"].format(code=listing.code, name=title), owners, "measure", listing.title
            )
        elif listing.kind == "item" and len(title) in _LABEL and not title.isupper() and not _NO_NAME.search(title):
            doc = _short_name(index, listing)
            yield Candidate(templates["list"].format(doc=doc, label=title), owners, "list", listing.title)


def _short_name(index: Index, listing: Listing) -> str:
    source = index.documents[listing.doc].source
    return (*source.short_names, source.title)[0]


def _concepts(index: Index) -> Iterator[Candidate]:
    most = max(2, _COMMON * len(index.passages))
    for concept in index.thesaurus.concepts.values():
        if concept.group not in (*GROUPS, *THEMES) or not _plain(concept):
            continue
        # A section carries the concepts of all its items, so that it would make each of them a neighbour of the others.
        carriers = [key for key in index.lexical.having([concept.id]) if index.passages[key].grain == "leaf"]
        if 1 <= len(carriers) <= most:
            template = tables()["templates"]["group" if concept.group in GROUPS else "concept"]
            yield Candidate(template.format(concept=concept.label), frozenset(carriers), "concept", concept.id)


def _plain(concept: Concept) -> bool:
    """Tell whether the label of a concept says something, and nothing in brackets."""
    empty = set(stems(concept.label)) <= set(stems(tables()["templates"]["group"]))
    return "(" not in concept.label and len(concept.label) in _LABEL and not empty
