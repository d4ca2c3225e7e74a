"""Where a text names concepts of the thesaurus, to the character.

The search matches concepts generously, since a wrong one only costs a rank. Here every match is shown to a reader
as what the text says, so it must be an official term, meant by one concept alone, with the span that holds it.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from retrieval.analysis import WORD, stems, words
from retrieval.thesaurus import Thesaurus

_COMMON = 12
"""A word that so many concepts have in their terms names none of them by itself ("podpora", "poradenství")."""

_BREAKS, _PAUSES = frozenset(";\n•.:!?–"), frozenset(",()")
"""No term reaches over a break; over a pause only one that is written with a comma itself."""

_ONE_GROUP = {"nastroj": "sluzba"}
"""What one text calls a service, another calls a tool."""

_AND = re.compile(r"\b(?:a|i|ani|nebo|či)\b")
"""Between the words of a term that is turned around, these join two different things."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A concept and the span of the text that names it: `text[start:end]`."""

    concept: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Official terms of some groups of the thesaurus.

    Attributes
    ----------
    groups
        Group of each concept that can be found.
    ordered
        Concept by the stems of a term; terms that several concepts share are left out.
    unordered
        The same by the sorted stems, since Czech turns words around ("osoba vyloučená", "vyloučená osoba").
    listed
        Terms that are written with a comma.
    exact
        Spellings of abbreviations by their stem: "KC" is a community centre, "Kč" is not.
    longest
        Stems in the longest term.
    """

    groups: Mapping[str, str] = field(default_factory=dict)
    ordered: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    unordered: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    listed: frozenset[tuple[str, ...]] = frozenset()
    exact: Mapping[str, frozenset[str]] = field(default_factory=dict)
    longest: int = 0

    @classmethod
    def of(cls, thesaurus: Thesaurus, groups: Collection[str], alone: bool = False) -> "Lexicon":
        """Collect the terms of some groups.

        A term that a concept of another group has too is left out, unless `alone`: where a text speaks of nothing
        but these groups (a list of target groups), no other group can be meant. A concept that bears the name of its
        group ("cílová skupina") names no member of it.
        """
        owners: dict[tuple[str, ...], set[str]] = {}
        spread: dict[str, set[str]] = {}
        spelt: dict[str, set[str]] = {}
        listed = set()
        for concept in thesaurus.concepts.values():
            for name in (concept.label, *concept.terms):
                term = tuple(stems(name))
                # "sociální byt" is left out: its second word reads as "být".
                if not term or (len(term) == 1 and len(words(name)) > 1):
                    continue
                owners.setdefault(term, set()).add(concept.id)
                for stem in term:
                    spread.setdefault(stem, set()).add(concept.id)
                if len(term) == 1:
                    spelt.setdefault(term[0], set()).add(name)
                if "," in name:
                    listed.add(term)
        known = {c.id: c.group for c in thesaurus.concepts.values() if c.group in groups and c.id != c.group}
        ordered: dict[tuple[str, ...], str] = {}
        for term, found in owners.items():
            meant = found & known.keys() if alone else found
            own = next(iter(meant)) if len(meant) == 1 else ""
            if own in known and (len(term) > 1 or len(spread[term[0]]) < _COMMON):
                ordered[term] = own
        unordered: dict[tuple[str, ...], str] = {}
        for term, own in ordered.items():
            unordered.setdefault(tuple(sorted(term)), own)
        exact = {stem: frozenset(names) for stem, names in spelt.items() if all(n.isupper() for n in names)}
        return cls(known, ordered, unordered, frozenset(listed), exact, max(map(len, ordered), default=0))

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """Return what a text names, in its order.

        Inside the span of a longer term of the same group, shorter ones are not reported: "rodiny s dětmi" is not
        also "děti". Services and tools count as one group there.
        """
        tokens = [(own[0], m.start(), m.end()) for m in WORD.finditer(text) if (own := stems(m.group()))]
        gaps = [text[a[2] : b[1]] for a, b in pairwise(tokens)]
        found = sorted(self._found([t[0] for t in tokens], gaps), key=lambda f: (f[0] - f[1], f))
        kept: list[tuple[int, int, str]] = []
        for first, last, concept in found:
            stem, start, end = tokens[first]
            if first == last and stem in self.exact and text[start:end] not in self.exact[stem]:
                continue
            if not any(a <= first and last <= b and self._rivals(c, concept) for a, b, c in kept):
                kept.append((first, last, concept))
        return tuple(Mention(concept, tokens[first][1], tokens[last][2]) for first, last, concept in sorted(kept))

    def _rivals(self, concept: str, other: str) -> bool:
        group, another = (_ONE_GROUP.get(self.groups[c], self.groups[c]) for c in (concept, other))
        return group == another

    def _found(self, tokens: Sequence[str], gaps: Sequence[str]) -> Iterator[tuple[int, int, str]]:
        """Yield first word, last word and concept of each term that stands in a row of words."""
        for first in range(len(tokens)):
            for last in range(first, min(first + self.longest + 1, len(tokens))):
                between = "".join(gaps[first:last])
                if not _BREAKS.isdisjoint(between):
                    break
                window = tuple(tokens[first : last + 1])
                concept = self.ordered.get(window)
                paused = not _PAUSES.isdisjoint(between)
                if concept is not None and paused and window not in self.listed:
                    concept = None
                elif concept is None and not paused:
                    closed = last == len(gaps) or bool(gaps[last].strip())
                    joined = _AND.search(between) is not None
                    concept = None if joined else self._turned(window, closed)
                    concept = concept or self._interrupted(window)
                if concept is not None:
                    yield first, last, concept

    def _turned(self, window: tuple[str, ...], closed: bool) -> str | None:
        """Return the concept of a term whose words are turned around.

        A pair counts only where something closes it: in "v oblasti sociálního bydlení" the second word belongs to
        the third.
        """
        return self.unordered.get(tuple(sorted(window))) if len(window) > 2 or closed else None

    def _interrupted(self, window: tuple[str, ...]) -> str | None:
        """Return the concept of a term that has one foreign word inside ("terénní a ambulantní formou")."""
        for i in range(1, len(window) - 1):
            term = window[:i] + window[i + 1 :]
            if term in self.ordered and window[i] not in term:
                return self.ordered[term]
        return None
