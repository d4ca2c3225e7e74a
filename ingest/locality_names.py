"""Finding a municipality by its name: without diacritics, from a few letters, with its district if need be."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.locality_columns import folded
from ingest.locality_data import Municipality

_KINDS = frozenset("obec obce mesto mestys okres okr orp kraj kraje".split())
"""Words that say what kind of name the next one is; people write them, the names do not hold them."""

_ALIKE = 0.6
"""Least share of common letter pairs for a name that is offered when none matches."""


@dataclass(frozen=True, slots=True)
class NameIndex:
    """The names of all municipalities, folded once."""

    municipalities: Sequence[Municipality]
    names: Sequence[str] = field(repr=False)
    places: Sequence[str] = field(repr=False)
    pairs: Sequence[frozenset[str]] = field(repr=False)

    @classmethod
    def of(cls, municipalities: Sequence[Municipality]) -> "NameIndex":
        """Fold the names; about 60 ms for all of Czechia."""
        names = [f" {folded(one.name)}" for one in municipalities]
        places = [f" {folded(f'{one.orp} {one.district} {one.region}')}" for one in municipalities]
        return cls(municipalities, names, places, [_pairs(name) for name in names])

    def search(self, text: str, limit: int = 8) -> tuple[Municipality, ...]:
        """Return at most `limit` municipalities, the best first.

        Whole names come before beginnings of names and of their later words; among equals the larger municipality
        comes first. Words after the name narrow it by ORP, district or region. A number is taken as the code. When
        nothing matches, the most similar names are returned.
        """
        wanted = folded(text).split()
        if len(wanted) == 1 and wanted[0].isdecimal():
            return tuple(one for one in self.municipalities if str(one.code) == wanted[0])[:limit]
        asked = [word for n, word in enumerate(wanted) if word not in _KINDS] or wanted
        if not asked:
            return ()
        ranked = []
        for number, name in enumerate(self.names):
            quality = _quality(asked, name, self.places[number])
            if quality is not None:
                one = self.municipalities[number]
                ranked.append((quality, -(one.adults or 0), name, one.code, number))
        if not ranked:
            ranked = self._similar(" ".join(asked))
        return tuple(self.municipalities[number] for *_, number in sorted(ranked)[:limit])

    def _similar(self, asked: str) -> list[tuple[int, int, str, int, int]]:
        own = _pairs(f" {asked}")
        found = []
        for number, pairs in enumerate(self.pairs):
            alike = 2 * len(own & pairs) / (len(own) + len(pairs))
            if alike >= _ALIKE:
                one = self.municipalities[number]
                found.append((-round(1000 * alike), -(one.adults or 0), self.names[number], one.code, number))
        return found


def _quality(asked: Sequence[str], name: str, place: str) -> int | None:
    """Return how well words match a name, 0 best, or None; the words that are not of the name must match its place."""
    for taken in range(len(asked), 0, -1):
        part = " " + " ".join(asked[:taken])
        if part not in name:
            continue
        if not all(f" {word}" in place for word in asked[taken:]):
            continue
        return 0 if part == name else 1 if name.startswith(part) else 2
    return None


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))
