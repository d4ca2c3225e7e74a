"""Typing errors: what a word that nobody knows was probably meant to be.

A word is left alone when the documents, their anticipated questions, the thesaurus or a Czech dictionary know it, in
any inflection and without its diacritics; so are codes, numbers, addresses, abbreviations and names. A spoken form
("mladejch") is read as it is written. What is found is searched in addition to what was typed, never in its place.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist
from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

from retrieval.analysis import STOP, WORD, fold
from retrieval.stemming import ENDINGS, stem, without_case

_SHORTEST = 4
"""Shorter words have too many neighbours to tell which one was meant."""

_SHORT, _LONG = 6, 9
"""From how many letters on one typing error is looked for, and from how many two; below, only confusions by ear."""

_MISHEARD, _NEIGHBOUR, _FREQUENT = 0.2, 0.4, 0.08
"""Cost of a letter that only sounds alike, what a slip to a neighbouring key costs less, and what each power of e of
a word's frequency is worth; one letter wrong costs 1."""

_ENDING = 3
"""Words that differ in so many last letters only are forms of one word, not a word and its misspelling."""

_RARE = 3
"""Words of the anticipated questions that neither a document nor a dictionary has must occur this often to be
offered: people's typing errors stand there too."""

_MOST_OFFERED = 40_000
"""The comparison takes a millisecond for some 15,000 words; the most frequent ones are offered."""

_SPOKEN = (("ejch", "ých"), ("ejma", "ými"), ("ejm", "ým"), ("ama", "ami"), ("ema", "emi"), ("ej", "ý"), ("aj", "ají"))
"""Endings of common spoken Czech, and those of the written language; longer ones come first."""

_ADDRESS = re.compile(r"\S*(?:@|://|www\.)\S*")
_SENTENCE = re.compile(r"(?:^|[.!?…:\n])[\s„“\"'(•–-]*$")
_ALIKE = str.maketrans({"y": "i", "z": "s", "w": "v", "q": "k"})
_SOUNDS = (("ie", "e"), ("je", "e"), ("ch", "x"), ("ks", "x"), ("ph", "f"))
_PREFIXES = ("ne", "na", "pre", "pred", "do", "po", "vy", "za", "roz", "od", "pro", "pri", "ob", "u", "s", "z")
_DOUBLED = re.compile(r"(.)\1+")
_KEYS = ("qwertzuiop", "asdfghjkl", "yxcvbnm")


@dataclass(frozen=True, slots=True)
class Speller:
    """The words of an index.

    Attributes
    ----------
    counts
        How often each folded word occurs.
    roots
        How often each stem occurs.
    shown
        Spellings with diacritics of each word that may be offered, most frequent first.
    offered, sounds
        The same words folded, and how each of them sounds, in the same order.
    """

    counts: Mapping[str, int] = field(default_factory=dict, repr=False)
    roots: Mapping[str, int] = field(default_factory=dict, repr=False)
    shown: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    offered: tuple[str, ...] = field(default=(), repr=False)
    sounds: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, texts: Iterable[str], asked: Iterable[str] = ()) -> "Speller":
        """Count the words of edited texts (documents, thesaurus) and of questions that people asked."""
        edited, typed = _spellings(texts), _spellings(asked)
        spellings = edited + typed
        counts: Counter[str] = Counter()
        shown: dict[str, list[str]] = {}
        trusted = {fold(word) for word in edited}
        for word, count in spellings.most_common():
            folded = fold(word)
            counts[folded] += count
            # Questions are often typed without diacritics, so their bare spellings are not the ones to show.
            if word in edited or folded not in trusted:
                shown.setdefault(folded, []).append(word)
        roots: Counter[str] = Counter()
        for word, count in counts.items():
            roots[stem(word)] += count
        offered = tuple(
            word
            for word, count in counts.most_common(_MOST_OFFERED)
            if len(word) >= _SHORTEST - 1
            and word.isalpha()
            and (word in trusted or count >= _RARE or word in _dictionary())
        )
        return cls(
            counts=counts,
            roots=roots,
            shown={word: tuple(s for s in shown[word] if s != word) or (word,) for word in offered},
            offered=offered,
            sounds=tuple(_sound(word) for word in offered),
        )

    def corrections(self, text: str) -> dict[str, str]:
        """Return what the misspelt words of a text were probably meant to be, by the word as typed."""
        addresses = [m.span() for m in _ADDRESS.finditer(text)]
        unknown = {
            m.group(): fold(m.group())
            for m in WORD.finditer(text)
            if _is_plain(m, text) and not any(a <= m.start() < b for a, b in addresses)
        }
        unknown = {typed: word for typed, word in unknown.items() if not self.knows(word)}
        written = {typed: form for typed in unknown if (form := self._written(typed))}
        meant = self._nearest([word for typed, word in unknown.items() if typed not in written])
        nearest = {typed: self._spelling(typed, meant[word]) for typed, word in unknown.items() if word in meant}
        return {typed: (written | nearest)[typed] for typed in unknown if typed in written or typed in nearest}

    def _written(self, typed: str) -> str:
        """Return the written form of a word as people say it ("mladejch", "vobce"), if the index has it, else ""."""
        lower = typed.lower()
        starts = [lower, lower[1:]] if lower.startswith("vo") else [lower]
        for start in starts:
            ends = [start[: -len(said)] + ending for said, ending in _SPOKEN if start.endswith(said)]
            for form in (*ends, *([start] if start != lower else [])):
                if len(form) >= _SHORTEST and (fold(form) in self.counts or stem(fold(form)) in self.roots):
                    return form
        return ""

    def _spelling(self, typed: str, word: str) -> str:
        """Return the spelling of a folded word that is nearest to what was typed, diacritics included."""
        return min(self.shown[word], key=lambda spelling: OSA.distance(typed.lower(), spelling))

    def knows(self, word: str) -> bool:
        """Tell whether a folded word is correct, as far as the index or a dictionary knows."""
        bases = (word, *(word.removeprefix(prefix) for prefix in _PREFIXES if word.startswith(prefix)))
        return word in STOP or any(
            base in self.counts or stem(base) in self.roots or _is_czech(base)
            for base in bases
            if base == word or len(base) >= _SHORTEST
        )

    def _nearest(self, unknown: list[str]) -> dict[str, str]:
        if not unknown or not self.offered:
            return {}
        sounds = [_sound(word) for word in unknown]
        # One call for all words, since it compares several at a time.
        distances = cdist(sounds, self.sounds, scorer=OSA.distance, score_cutoff=2, dtype=np.uint8)
        found = {}
        for word, row in zip(unknown, distances, strict=True):
            allowed = 2 if len(word) >= _LONG else 1 if len(word) >= _SHORT else 0
            near = [
                (self._cost(word, int(i), int(row[i])), self.offered[i])
                for i in np.flatnonzero(row <= allowed)
                if not row[i] or _plausible(word, self.offered[i])
            ]
            if near:
                found[word] = min(near)[1]
        return found

    def _cost(self, typed: str, place: int, distance: int) -> float:
        word = self.offered[place]
        cost = distance + _MISHEARD * max(0, OSA.distance(typed, word) - distance)
        if distance and _slipped(typed, word):
            cost -= _NEIGHBOUR
        return float(cost - _FREQUENT * np.log(self.counts[word]))


def _spellings(texts: Iterable[str]) -> Counter[str]:
    return Counter(word for text in texts for word in WORD.findall(text.lower()))


def _is_plain(match: "re.Match[str]", text: str) -> bool:
    """Tell whether a word can be a misspelt one: letters only, and no name, unless a sentence begins with it."""
    word = match.group()
    if len(word) < _SHORTEST or not word.isalpha() or any(c.isupper() for c in word[1:]):
        return False
    return word[0].islower() or bool(_SENTENCE.search(text[: match.start()]))


def _slipped(typed: str, word: str) -> bool:
    """Tell whether two words differ in one letter, which has its key beside the other's."""
    pairs = [(a, b) for a, b in zip(typed, word, strict=False) if a != b]
    return len(typed) == len(word) and len(pairs) == 1 and _adjacent(*pairs[0])


@lru_cache(maxsize=1024)
def _adjacent(one: str, other: str) -> bool:
    places = [(row, keys.index(c)) for c in (one, other) for row, keys in enumerate(_KEYS) if c in keys]
    if len(places) < 2:
        return False
    (row, column), (other_row, other_column) = places
    return abs(row - other_row) <= 1 and abs(column - other_column) <= 1


def _sound(word: str) -> str:
    """Return a folded word without what Czech writers confuse: i and y, s and z, ě and je, doubled letters."""
    for spelling, sound in _SOUNDS:
        word = word.replace(spelling, sound)
    return _DOUBLED.sub(r"\1", word.translate(_ALIKE))


def _plausible(typed: str, word: str) -> bool:
    """Tell whether a word can be meant by one with a wrong letter: people rarely miss the first one."""
    shorter = min(len(typed), len(word))
    forms_of_one = typed[: shorter - _ENDING + 1] == word[: shorter - _ENDING + 1]
    return typed[0] == word[0] and not forms_of_one and (len(typed) > _SHORT or OSA.distance(typed, word) == 1)


def _is_czech(word: str) -> bool:
    """Tell whether the dictionary has a folded word, or another form of it."""
    root = without_case(word)
    return any(form in _dictionary() for form in (word, root, *(root + ending for ending in ENDINGS)))


@lru_cache(maxsize=1)
def _dictionary() -> frozenset[str]:
    """Folded words of simplemma's Czech dictionary."""
    return frozenset(fold("\n".join(DefaultDictionaryFactory().get_dictionary("cs"))).split("\n"))
