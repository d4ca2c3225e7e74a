"""Places in canonical texts: where an evidence quote stands, and whether a passage or a citation holds it."""

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

# A passage holds a quote when this share of the quote's characters lies inside it.
COVERED = 0.9


@dataclass(frozen=True, slots=True)
class Span:
    """Characters [start, end) of one document's canonical text (Python string positions)."""

    doc: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Flat:
    """A text in NFC with each run of white space as one space.

    Character i of `text` comes from original positions [starts[i], ends[i]).
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]


class Texts:
    """Canonical texts by document id, ready to find quotes in."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = dict(texts)
        self._flat = {doc: _flatten(text) for doc, text in self._texts.items()}

    @classmethod
    def of_folder(cls, folder: Path) -> "Texts":
        """Read the text files of a folder, which are their own canonical text; ids are the names.

        A file that is not UTF-8 is left out: its canonical text exists in the index only.
        """
        texts = {}
        for file in sorted(folder.rglob("*.txt")):
            with suppress(UnicodeDecodeError):
                texts[file.stem] = file.read_bytes().decode("utf-8")
        return cls(texts)

    def __contains__(self, doc: object) -> bool:
        return doc in self._texts

    def at(self, span: Span) -> str:
        """Return the span's text; empty for an unknown document, cut at the end of the text."""
        return self._texts.get(span.doc, "")[span.start : span.end]

    def find(self, doc: str, quote: str) -> tuple[Span, ...]:
        """Return every place of the quote, in order, overlapping ones included; () if there is none.

        White space matches any white space (the sources are full of no-break spaces and line ends) and both
        sides are compared in NFC; the spans lie in the text as it is.
        """
        flat = self._flat.get(doc)
        needle = _flatten(quote).text.strip()
        if flat is None or not needle:
            return ()
        spans = []
        at = flat.text.find(needle)
        while at >= 0:
            spans.append(Span(doc, flat.starts[at], flat.ends[at + len(needle) - 1]))
            at = flat.text.find(needle, at + 1)
        return tuple(spans)


def covers(item: Span, places: Iterable[Span]) -> bool:
    """Return whether `item` holds at least 0.9 of the quote at one of its places."""
    return any(_shared(item, place) >= COVERED * (place.end - place.start) for place in places)


def touches(item: Span, places: Iterable[Span]) -> bool:
    """Return whether `item` shares at least one character with one of the places."""
    return any(_shared(item, place) > 0 for place in places)


def within(items: Iterable[Span], characters: int) -> tuple[Span, ...]:
    """Return what a reader of the first `characters` sees: items in order, the last one cut there.

    Characters that two items share count twice, as they would in a prompt.
    """
    seen = []
    left = characters
    for item in items:
        if left <= 0:
            break
        length = min(item.end - item.start, left)
        seen.append(Span(item.doc, item.start, item.start + length))
        left -= length
    return tuple(seen)


def _shared(a: Span, b: Span) -> int:
    """Return the number of shared characters, negative or zero when there are none."""
    return min(a.end, b.end) - max(a.start, b.start) if a.doc == b.doc else -1


def _flatten(text: str) -> _Flat:
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end, cluster in _clusters(text):
        if cluster.isspace():
            if characters and characters[-1] == " ":
                continue
            cluster = " "
        for character in cluster:
            characters.append(character)
            starts.append(start)
            ends.append(end)
    return _Flat("".join(characters), starts, ends)


def _clusters(text: str) -> Iterable[tuple[int, int, str]]:
    """Yield (start, end, NFC text) per base character with its combining marks.

    A text extracted from a PDF may spell "č" as "c" and a háček; positions must stay those of that text.
    """
    if unicodedata.is_normalized("NFC", text):
        for i, character in enumerate(text):
            yield i, i + 1, character
        return
    bases = [i for i, character in enumerate(text) if not unicodedata.combining(character) or i == 0]
    for start in bases:
        after = bisect_left(bases, start + 1)
        end = bases[after] if after < len(bases) else len(text)
        yield start, end, unicodedata.normalize("NFC", text[start:end])
