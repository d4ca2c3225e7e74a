"""Lists that stand in the documents, and which of them a question means."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.document import Passage
from retrieval.analysis import fold, stems
from retrieval.query import Query

_CHAPTERS = re.compile(r"\bkapitol")
_DESCRIPTORS = re.compile(r"\bdeskriptor")
_DESCRIPTOR_LINE = re.compile(r"(?m)^[\s•▪◦-]*([IVXLC]{1,6}\.[a-z])\s+(\S.*?)\s*$")

ROMAN = frozenset("IVXLC")
"""First letters of the codes of descriptors."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A heading, label, measure or descriptor and everything that stands under it, in the order of the text.

    Attributes
    ----------
    title
        The heading or label; for tasks the text of their measure.
    code
        Code of the measure, chapter or descriptor, else "".
    kind
        What its items are: "item", "task", "measure", "descriptor" or "chapter".
    items
        Ids of the leaves that are its items.
    sections
        Ids of the sections that hold nothing but its items.
    """

    doc: str
    title: str
    code: str
    kind: str
    items: tuple[str, ...]
    sections: tuple[str, ...] = ()


def listings(passages: Mapping[str, Passage], leaves: Mapping[str, Sequence[str]]) -> tuple[Listing, ...]:
    """Return all lists of at least two items: labelled lists, tasks of a measure, measures of a chapter.

    A descriptor lists the measures that carry it. `leaves` names the leaves inside each section.
    """
    found: dict[tuple[str, str, str, str, str], list[str]] = {}
    for key, passage in passages.items():
        if passage.grain == "leaf":
            for title, code, owner in _holders(passage, passages):
                kind: str = "chapter" if passage.kind == "heading" else passage.kind
                found.setdefault((passage.doc, title, code, kind, owner), []).append(key)
    sections: dict[frozenset[str], list[str]] = {}
    for section, inside in leaves.items():
        listed = frozenset(leaf for leaf in inside if passages[leaf].kind in ("item", "task", "measure"))
        sections.setdefault(listed, []).append(section)
    result = []
    for (doc, title, code, kind, owner), items in found.items():
        if len(items) > 1:
            # The section of a measure opens with the measure itself, then come its tasks.
            whole = {*items, owner}
            own = [s for listed, group in sections.items() if listed and listed <= whole for s in group]
            result.append(Listing(doc, title, code, kind, tuple(items), tuple(own)))
    return tuple(result)


def _holders(passage: Passage, passages: Mapping[str, Passage]) -> Iterable[tuple[str, str, str]]:
    """Yield (title, code, key of the holder) for each list that a leaf belongs to."""
    if passage.kind == "item":
        for depth in range(1, len(passage.headings) + 1):
            path = passage.headings[:depth]
            yield path[-1], "", "\n".join(path)
    elif passage.kind == "task" and passage.parent:
        parent = passages[passage.parent]
        yield parent.text, parent.code, parent.id
    elif passage.kind == "measure":
        if passage.headings:
            yield passage.headings[-1], passage.code.rpartition(".")[0], "\n".join(passage.headings)
    elif passage.kind == "heading" and passage.code:
        part = passage.code.partition(".")[0]
        yield "Kapitoly", "", ""
        yield f"Kapitoly části {part}", part, part
    elif passage.kind == "descriptor" and passage.parent:
        for code, name in _DESCRIPTOR_LINE.findall(passage.text):
            yield f"{code} {name}", code, ""


def meant(lists: Sequence[Listing], query: Query, scores: Mapping[str, float]) -> Listing | None:
    """Return the list that a question means: by its codes, by its title, else the narrowest around the best section.

    `scores` holds fused scores by passage id; a named document keeps to its lists. Lists of several codes come as one.
    """
    own = [one for one in lists if not query.docs or one.doc in query.docs]
    folded = fold(query.text)
    if _CHAPTERS.search(folded) and len(query.codes) != 1:
        parts = {code.partition(".")[0] for code in query.codes}
        wanted = parts.pop() if len(parts) == 1 else ""
        chapters = next((one for one in own if one.kind == "chapter" and one.code == wanted), None)
        return _titled(own, query, "measure") or chapters
    own = [one for one in own if one.kind != "chapter"]
    coded = [one for code in query.codes if (one := _coded(own, code))]
    if coded:
        return _joined(coded)
    sections = {section for one in own for section in one.sections if section in scores}
    best = max(sections, key=scores.__getitem__, default=None)
    around = [one for one in own if best in one.sections]
    return min(around, key=lambda one: len(one.items), default=None)


def _coded(lists: Sequence[Listing], code: str) -> Listing | None:
    """Return the list of a code, or of all parts of a chapter ("4.4" is told in 4.4.1 and 4.4.2)."""
    same = [one for one in lists if one.code == code]
    return (
        same[0]
        if same
        else _joined([one for one in lists if one.code.startswith(f"{code}.") and one.kind == "measure"])
    )


def _titled(lists: Sequence[Listing], query: Query, kind: str) -> Listing | None:
    """Return the list all words of whose title stand in the question, the longest title first."""
    asked = set(stems(query.topic))
    named = [one for one in lists if one.kind == kind and asked.issuperset(_title_stems(one))]
    return max(named, key=lambda one: len(_title_stems(one)), default=None)


def _title_stems(listing: Listing) -> set[str]:
    return {stem for stem in stems(listing.title) if not stem.isdigit()}


def _joined(lists: Sequence[Listing]) -> Listing | None:
    """Return several lists of one document as one, in their order; those of other documents are left out."""
    if not lists:
        return None
    first = lists[0]
    same = [one for one in lists if (one.doc, one.kind) == (first.doc, first.kind)]
    if len(same) == 1:
        return first
    return replace(
        first,
        title="; ".join(dict.fromkeys(one.title for one in same)),
        items=tuple(dict.fromkeys(item for one in same for item in one.items)),
        sections=tuple(dict.fromkeys(section for one in same for section in one.sections)),
    )


def cover(listing: Listing, passages: Mapping[str, Passage], leaves: Mapping[str, Sequence[str]]) -> list[str]:
    """Return passages that hold all items of a list between them, in the order of the text.

    They are its sections, the largest first to claim its items, and leaves for what no section holds. A
    descriptor's items are the measures that carry it, each with its descriptors.
    """
    if listing.code[:1] in ROMAN:
        return [measure_section(passages[item], leaves) for item in listing.items]
    missing = set(listing.items)
    chosen = []
    for section in sorted(listing.sections, key=lambda key: -len(missing.intersection(leaves[key]))):
        held = missing.intersection(leaves[section])
        if len(held) > 1:
            chosen.append(section)
            missing -= held
    return sorted([*chosen, *missing], key=lambda key: passages[key].start)


def measure_section(item: Passage, leaves: Mapping[str, Sequence[str]]) -> str:
    """Return the section of the measure that a task or descriptor belongs to, else the measure itself."""
    parent = item.parent or item.id
    own = (section for section, inside in leaves.items() if inside[:1] == (parent,) and item.id in inside)
    return next(own, parent)
