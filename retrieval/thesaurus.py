"""The thesaurus of the field: concepts with official, lay and related terms.

It tags passages and widens queries. Terms are matched as stems without diacritics, in any inflection; what a user
sees is always the official label, since the lay terms hold derogatory words so that they are understood.
"""

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.errors import ManifestError
from retrieval.analysis import stems

FILE = "thesaurus.toml"

OFFICIAL, LAY, RELATED = 1.0, 0.6, 0.2
"""Weights of a concept by the relation through which it was found."""

_SLACK = 2
"""Foreign words that may stand between the words of a term."""

_LONGER = 0.5
"""Each further word of a term makes its match this much surer."""


@dataclass(frozen=True, slots=True)
class Concept:
    """One concept; `related` holds ids of other concepts."""

    id: str
    label: str
    group: str
    terms: tuple[str, ...] = ()
    lay: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """All concepts, and the index of their terms.

    Attributes
    ----------
    concepts
        By id, in the order of the file.
    terms
        By the stems of a term, the weight of each concept that has it.
    by_rarest
        Terms by their rarest stem, so that a text looks up few of them.
    """

    concepts: Mapping[str, Concept] = field(default_factory=dict)
    terms: Mapping[tuple[str, ...], Mapping[str, float]] = field(default_factory=dict, repr=False)
    by_rarest: Mapping[str, Sequence[tuple[str, ...]]] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, corpus: Path) -> "Thesaurus":
        """Read `thesaurus.toml` of a corpus; a corpus without one has an empty thesaurus.

        Raises
        ------
        ManifestError
            If the file is not valid TOML, a concept lacks a key, or a relation leads nowhere.
        """
        path = corpus / FILE
        if not path.is_file():
            return cls()
        try:
            entries = tomllib.loads(path.read_text(encoding="utf-8")).get("concept", [])
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ManifestError(f"Soubor {FILE} nelze přečíst ({error}). Opravte označené místo.") from error
        return cls.of(_concept(n, entry) for n, entry in enumerate(entries, 1))

    @classmethod
    def of(cls, concepts: Iterable[Concept]) -> "Thesaurus":
        """Index the terms of the given concepts.

        Raises
        ------
        ManifestError
            If an id occurs twice or a relation leads nowhere.
        """
        by_id: dict[str, Concept] = {}
        for concept in concepts:
            if concept.id in by_id:
                raise ManifestError(f"{FILE}: pojem „{concept.id}“ je uveden dvakrát. Jeden z nich přejmenujte.")
            by_id[concept.id] = concept
        for concept in by_id.values():
            if missing := [r for r in concept.related if r not in by_id]:
                raise ManifestError(
                    f"{FILE}: pojem „{concept.id}“ odkazuje na neznámé pojmy: {', '.join(missing)}. "
                    "Opravte je nebo odeberte."
                )
        terms: dict[tuple[str, ...], dict[str, float]] = {}
        for concept in by_id.values():
            for weight, names in ((OFFICIAL, (concept.label, *concept.terms)), (LAY, concept.lay)):
                for name in names:
                    if key := tuple(stems(name)):
                        terms.setdefault(key, {}).setdefault(concept.id, weight)
        frequency = Counter(stem for key in terms for stem in set(key))
        by_rarest: dict[str, list[tuple[str, ...]]] = {}
        for key in terms:
            by_rarest.setdefault(min(key, key=lambda stem: frequency[stem]), []).append(key)
        return cls(by_id, terms, by_rarest)

    def spoken(self) -> Iterator[str]:
        """Yield the terms of all concepts as they are written: labels, official and lay ones."""
        for concept in self.concepts.values():
            yield from (concept.label, *concept.terms, *concept.lay)

    def match(self, text: str) -> dict[str, float]:
        """Return the concepts whose terms stand in a text, with weights, strongest first.

        A term of several words may be spread over two words more than it has. A term that several concepts
        share counts less for each of them.
        """
        return self.match_stems(stems(text))

    def match_stems(self, text: Sequence[str]) -> dict[str, float]:
        """Return what `match` returns, of the stems of a text."""
        places: dict[str, list[int]] = {}
        for i, stem in enumerate(text):
            places.setdefault(stem, []).append(i)
        found: dict[str, float] = {}
        for stem in places:
            for term in self.by_rarest.get(stem, ()):
                if not _stands(term, places, stem):
                    continue
                concepts = self.terms[term]
                sure = (1 + _LONGER * (len(term) - 1)) / (1 + _LONGER * (len(concepts) - 1))
                for concept, weight in concepts.items():
                    found[concept] = max(found.get(concept, 0.0), weight * sure)
        return dict(sorted(found.items(), key=lambda item: -item[1]))

    def widen(self, matched: Mapping[str, float]) -> dict[str, float]:
        """Return the matched concepts and, with less weight, those related to them."""
        widened = dict(matched)
        for key, weight in matched.items():
            for other in self.concepts[key].related:
                widened[other] = max(widened.get(other, 0.0), weight * RELATED)
        return widened


def _stands(term: tuple[str, ...], places: Mapping[str, Sequence[int]], rarest: str) -> bool:
    """Tell whether all stems of a term stand near one place of its rarest one."""
    # Plain loops: this is asked a hundred times for each passage, and generators take three times as long.
    for stem in term:
        if stem not in places:
            return False
    if len(term) == 1:
        return True
    reach = len(term) - 1 + _SLACK
    return any(_all_near(i, reach, term, places) for i in places[rarest])


def _all_near(place: int, reach: int, term: tuple[str, ...], places: Mapping[str, Sequence[int]]) -> bool:
    for stem in term:
        for other in places[stem]:
            if -reach <= other - place <= reach:
                break
        else:
            return False
    return True


def _concept(number: int, entry: Mapping[str, object]) -> Concept:
    for key in ("id", "label", "group"):
        if not isinstance(entry.get(key), str):
            raise ManifestError(f"{FILE}: u pojmu č. {number} chybí „{key}“. Doplňte text v uvozovkách.")
    lists: dict[str, tuple[str, ...]] = {}
    for key in ("terms", "lay", "related"):
        values = entry.get(key, [])
        if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
            raise ManifestError(f"{FILE}: u pojmu „{entry['id']}“ má být „{key}“ seznam textů v hranatých závorkách.")
        lists[key] = tuple(values)
    return Concept(
        id=str(entry["id"]),
        label=str(entry["label"]),
        group=str(entry["group"]),
        note=str(entry.get("note", "")),
        **lists,
    )
