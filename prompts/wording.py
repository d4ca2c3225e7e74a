"""The words by which claims are compared: `wording.toml` and the thesaurus, as look-ups by root and by stem."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from prompts.tokens import Token, root_of
from retrieval.analysis import fold, stems, words
from retrieval.stemming import stem
from retrieval.thesaurus import Thesaurus

_FILE = Path(__file__).with_name("wording.toml")
_BY_FORM = 5
"""Shorter words are compared as they are: their roots would fall together."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Classes of words.

    Attributes
    ----------
    negation
        Matches plain words whose "ne" negates them.
    classes
        By plain form or root, the classes a word belongs to: "must", "may", "only", "frame", "denying" …
    senses, families
        By root, the numbers of the groups of near synonyms, and of words of one family, that it belongs to.
    opposed
        By root, (number of the pair, side) of the opposites it belongs to.
    people
        By stem, the number of the group of people or bodies that it names.
    phrases
        Stems of a set phrase, and the word it stands for.
    refusing, asking
        What an answer says when the documents do not answer; words that open a clause which names what was asked.
    """

    thesaurus: Thesaurus
    negation: re.Pattern[str]
    classes: Mapping[str, frozenset[str]] = field(repr=False)
    senses: Mapping[str, frozenset[int]] = field(repr=False)
    families: Mapping[str, frozenset[int]] = field(repr=False)
    opposed: Mapping[str, frozenset[tuple[int, int]]] = field(repr=False)
    people: Mapping[str, int] = field(repr=False)
    phrases: Sequence[tuple[tuple[str, ...], str]] = field(repr=False)
    refusing: tuple[re.Pattern[str], ...] = field(repr=False)
    asking: frozenset[str] = field(repr=False)

    @classmethod
    def of(cls, thesaurus: Thesaurus) -> "Wording":
        """Join the project's own word lists with a thesaurus."""
        data = _data()
        negation = data["negation"]
        classes: dict[str, set[str]] = {}
        lists = {**negation, **data["modality"], **data["quantity"], **data["weight"], **data["people"]}
        for name in _CLASSES:
            for word in words(lists[name]):
                classes.setdefault(word, set()).add(name)
                if len(word) >= _BY_FORM and name not in _BY_FORM_ONLY:
                    classes.setdefault(root_of(word), set()).add(name)
        senses: dict[str, set[int]] = {}
        same = data["same"]
        families: dict[str, set[int]] = {}
        for table, lines in ((senses, same["groups"]), (families, same["families"])):
            for number, line in enumerate(lines.strip().splitlines()):
                for word in words(line):
                    table.setdefault(root_of(word), set()).add(number)
        opposed: dict[str, set[tuple[int, int]]] = {}
        for number, line in enumerate(data["weight"]["opposites"].strip().splitlines()):
            for side, part in enumerate(line.split("|")):
                for word in words(part):
                    opposed.setdefault(root_of(word), set()).add((number, side))
        people = {
            stem(word): number
            for number, line in enumerate(data["people"]["groups"].strip().splitlines())
            for word in words(line)
        }
        phrases = [
            (tuple(stem(w) for w in words(line.split("=")[0])), line.split("=")[1].strip())
            for line in same["phrases"].strip().splitlines()
        ]
        lexical = "|".join(negation["lexical"].split())
        in_j = "|".join(negation["verbs_in_j"].split())
        return cls(
            thesaurus=thesaurus,
            negation=re.compile(rf"ne(?!{lexical})(?!j(?!{in_j}))\w{{2,}}"),
            classes={word: frozenset(names) for word, names in classes.items()},
            senses={root: frozenset(numbers) for root, numbers in senses.items()},
            families={root: frozenset(numbers) for root, numbers in families.items()},
            opposed={root: frozenset(sides) for root, sides in opposed.items()},
            people=people,
            phrases=phrases,
            refusing=tuple(re.compile(line) for line in data["refusal"]["says"].strip().splitlines()),
            asking=frozenset(words(data["refusal"]["asks"])),
        )

    def is_a(self, token: Token, name: str) -> bool:
        """Tell whether a word belongs to a class."""
        if name in self.classes.get(token.plain, ()):
            return True
        return len(token.plain) >= _BY_FORM and name in self.classes.get(token.root, ())

    def alike(self, a: Token, b: Token) -> bool:
        """Tell whether two words share a root or a group of near synonyms, whatever their polarity."""
        return self.kin(a, b) or bool(self.senses.get(a.root, _NONE) & self.senses.get(b.root, _NONE))

    def kin(self, a: Token, b: Token) -> bool:
        """Tell whether two words share a root or belong to one family, whatever their polarity."""
        if a.root == b.root or a.plain == b.plain:
            return True
        return bool(self.families.get(a.root, _NONE) & self.families.get(b.root, _NONE))

    def opposite(self, a: Token, b: Token) -> bool:
        """Tell whether two words stand on two sides of a pair of opposites."""
        other = self.opposed.get(b.root, ())
        return any((number, 1 - side) in other for number, side in self.opposed.get(a.root, ()))

    def concepts(self, tokens: Sequence[Token]) -> dict[str, frozenset[int]]:
        """Return the thesaurus concepts named in a text, each with the positions of the words that name it."""
        content = [i for i, token in enumerate(tokens) if stems(token.plain)]
        places: dict[str, list[int]] = {}
        for rank, i in enumerate(content):
            places.setdefault(stem(tokens[i].plain), []).append(rank)
        found: dict[str, frozenset[int]] = {}
        for key in places:
            for term in self.thesaurus.by_rarest.get(key, ()):
                if all(part in places for part in term) and (at := _together(term, places, key)):
                    for concept in self.thesaurus.terms[term]:
                        found[concept] = found.get(concept, frozenset()) | {content[rank] for rank in at}
        return found

    def merged(self, tokens: Sequence[Token]) -> tuple[Token, ...]:
        """Return the words with each set phrase replaced by the one word it stands for."""
        stems = [stem(t.plain) for t in tokens]
        result: list[Token] = []
        i = 0
        while i < len(tokens):
            phrase = next((p for p in self.phrases if tuple(stems[i : i + len(p[0])]) == p[0]), None)
            if phrase is None:
                result.append(tokens[i])
                i += 1
                continue
            t, plain = tokens[i], fold(phrase[1])
            result.append(Token(phrase[1], plain, stem(plain), root_of(plain), False, t.clause, t.start, t.first))
            i += len(phrase[0])
        return tuple(result)


_NONE: frozenset[int] = frozenset()
_CLASSES = (
    "persons auxiliaries none except preventing denying must may only all most some over under about frame light strong"
).split()
_BY_FORM_ONLY = frozenset(("auxiliaries", "over", "under", "none", "all", "only", "may"))


@lru_cache(maxsize=1)
def _data() -> dict[str, dict[str, str]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def _together(term: Iterable[str], places: Mapping[str, Sequence[int]], rarest: str) -> frozenset[int]:
    parts = tuple(term)
    reach = len(parts) - 1
    for i in places[rarest]:
        near = [next((j for j in places[part] if abs(j - i) <= reach), -1) for part in parts]
        if min(near) >= 0:
            return frozenset(near)
    return frozenset()
