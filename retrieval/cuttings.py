"""The leaves of one document as whole units again, and values cut out of them with their spans."""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingest.document import Document, Passage
from retrieval.instruments import Value
from retrieval.mentions import Lexicon

_LINK_WORDS = re.compile(r"\s*(?:více info(?:rmací)?|více zde|číst dále|zobrazit více)\s*\Z", re.IGNORECASE)
_NUMBERED = re.compile(r"\d{1,2}[.)]\s+")
_DESCRIPTOR = re.compile(r"(?m)^[\s•▪◦-]*([IVXLC]{1,6}\.[a-z])\s+(\S.*?)\s*$")


@dataclass(frozen=True, slots=True)
class Cuttings:
    """One document with its leaves.

    Attributes
    ----------
    passages
        All passages, ordered by start.
    leaves
        First leaves of the units: a long paragraph that was cut at the ends of its sentences has several.
    ends
        Where the unit of each of these leaves ends, by the leaf's id.
    """

    document: Document
    passages: Sequence[Passage]
    leaves: Sequence[Passage]
    ends: Mapping[str, int]

    @classmethod
    def of(cls, document: Document, passages: Sequence[Passage]) -> "Cuttings":
        """Put the pieces of long units together; `passages` are ordered by start."""
        leaves: list[Passage] = []
        ends: dict[str, int] = {}
        before: Passage | None = None
        for leaf in (p for p in passages if p.grain == "leaf"):
            if before is not None and _continues(document.text, before, leaf):
                ends[leaves[-1].id] = leaf.end
            else:
                leaves.append(leaf)
                ends[leaf.id] = leaf.end
            before = leaf
        return cls(document, passages, leaves, ends)

    def within(self, start: int, end: int) -> list[Passage]:
        """Return the passages of every grain between two positions."""
        begin = bisect_left(self.passages, start, key=lambda p: p.start)
        stop = bisect_left(self.passages, end, key=lambda p: p.start)
        return [p for p in self.passages[begin:stop] if p.end <= end]

    def units(self, start: int, end: int) -> list[Passage]:
        """Return the first leaves of the units between two positions."""
        begin = bisect_left(self.leaves, start, key=lambda p: p.start)
        stop = bisect_left(self.leaves, end, key=lambda p: p.start)
        return [p for p in self.leaves[begin:stop] if self.ends[p.id] <= end]

    def span(self, passage: Passage, start: int, end: int, label: str = "", code: str = "") -> Value:
        """Return a value that holds the words between two positions of the document."""
        return Value(self.document.text[start:end], start, end, passage, label, code)

    def whole(self, unit: Passage, label: str = "", code: str = "") -> Value:
        """Return the words of a unit without its code or number, and without the "Více info" of a web page."""
        start, end = unit.start, self.ends[unit.id]
        text = self.document.text[start:end]
        if match := _LINK_WORDS.search(text):
            end = start + (match.start() or len(text))
        if length := _code_length(text, unit):
            start += length
        return self.span(unit, start, end, label=label, code=code)

    def descriptors(self, unit: Passage) -> Iterator[Value]:
        """Yield each line of a block of descriptors with its code."""
        for match in _DESCRIPTOR.finditer(self.document.text, unit.start, self.ends[unit.id]):
            yield self.span(unit, match.start(2), match.end(2), label=unit.label, code=match.group(1))

    def named(self, units: Sequence[Passage], lexicon: Lexicon, groups: Collection[str]) -> tuple[Value, ...]:
        """Return the first place where the units name each concept of some groups, in the order of the text."""
        found: dict[str, Value] = {}
        for unit in units:
            text = self.document.text[unit.start : self.ends[unit.id]]
            for mention in lexicon.mentions(text):
                if lexicon.groups[mention.concept] in groups and mention.concept not in found:
                    start, end = unit.start + mention.start, unit.start + mention.end
                    quote = self.document.text[start:end]
                    spot = (start, end)
                    found[mention.concept] = Value(quote, start, end, unit, concepts=(mention.concept,), spots=(spot,))
        return tuple(found.values())


def _continues(text: str, before: Passage, leaf: Passage) -> bool:
    """Tell whether a leaf is a further piece of the unit before it: nothing but spaces stands between them."""
    if (before.kind, before.headings, before.code, before.parent) != (leaf.kind, leaf.headings, leaf.code, leaf.parent):
        return False
    return not text[before.end : leaf.start].strip(" \u00a0")


def _code_length(text: str, unit: Passage) -> int:
    """Return how many characters a unit's own code or number takes at its beginning; never the whole unit."""
    if unit.kind not in ("measure", "task", "heading", "item"):
        return 0
    code = unit.code.rpartition("/")[2]
    match = re.compile(rf"{re.escape(code)}[.)]?\s+" if code else _NUMBERED.pattern).match(text)
    return match.end() if match and match.end() < len(text) else 0
