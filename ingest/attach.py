"""Which passages an anticipated question leads to."""

from collections.abc import Iterable, Mapping, Sequence

from ingest.anticipated import Anticipated
from ingest.document import Passage


def attach(passages: Sequence[Passage], units: Iterable[Anticipated]) -> Mapping[str, tuple[str, ...]]:
    """Return the questions of each passage by its id; passages without questions are left out.

    A unit belongs to the leaf that holds its beginning. The unit of a heading belongs to the section that the
    heading opens, in all its parts, since its questions ask for the whole list. Otherwise the leaf that it
    overlaps first has it.
    """
    found: dict[str, list[str]] = {}
    for unit in units:
        own = [p for p in passages if p.doc == unit.doc]
        for passage in _holders(own, unit):
            found.setdefault(passage.id, []).extend(unit.questions)
    return {key: tuple(dict.fromkeys(questions)) for key, questions in found.items()}


def _holders(passages: Sequence[Passage], unit: Anticipated) -> list[Passage]:
    leaves = [p for p in passages if p.grain == "leaf" and p.kind != "heading"]
    if holding := [p for p in leaves if p.start <= unit.start and unit.end <= p.end]:
        return holding
    opened = [p for p in passages if p.grain == "section" and p.start <= unit.start < p.start + 4]
    if opened:
        return [p for p in passages if p in opened or _same_list(p, opened[0])]
    return [p for p in leaves if p.start < unit.end and unit.start < p.end][:1]


def _same_list(passage: Passage, first: Passage) -> bool:
    """Tell whether the passage is a further part of a long section."""
    return (
        passage.grain == "section"
        and bool(first.label or first.code)
        and (passage.label, passage.code, passage.headings) == (first.label, first.code, first.headings)
    )
