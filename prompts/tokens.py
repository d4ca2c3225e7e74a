"""Czech words for comparing claims: forms, polarity, roots, and the clause each word stands in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from retrieval.analysis import fold
from retrieval.stemming import stem

_WORD = re.compile(r"[^\W_]+(?:\+|(?=\W|$))|[,;:.!?()–—\n/]")

_GOES_ON = re.compile(r"\s*[a-zá-ž0-9(,;]")
_CLAUSE_END = frozenset(",;:.!?()–—\n")

# A clause also begins where a conjunction opens one; "a" and "nebo" are left out, as they mostly join words.
_OPENS = frozenset(
    "ktery ktera ktere kteri kterych kterym kteremu kterou ze aby protoze pokud kdyz prestoze zatimco".split()
)

_SUFFIXES = sorted(
    (
        "ovatel ovateln ovavat ovani ovan ovat oval ovala ovav ujici ujic uji uje uj eni en ani an iti it at et ovit "
        "il ila ilo ily al ala alo aly el ela elo ely ost nost ni n ov sk ck tel iv av avan ava avaji ivan iva ivaji "
        "nout nut nu nou ne on ici ajici ejici aji eji ej aj ij ic ek k l t"
    ).split(),
    key=len,
    reverse=True,
)
_SHORTEST_ROOT = 4

# Consonants that change within one word family: pořídit–pořízení, sjednotit–sjednocení, pomoc–pomáhat.
_ALTERNATES = str.maketrans("dhgtck", "zzzccc")

_PARTS = 3
"""Suffixes are taken off at most so many times."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text.

    Attributes
    ----------
    form
        As it stands in the text.
    plain
        In lower case without diacritics.
    stem
        Of the plain form without its negating "ne-", inflection undone.
    root
        Of the same, derivation undone too, so that "zvyšovat" and "zvýšení" agree.
    negated
        Whether a negating "ne-" was taken off.
    clause
        Number of the clause it stands in, from 0.
    start
        Position in the text.
    first
        Whether it opens a sentence, so that its capital says nothing.
    """

    form: str
    plain: str
    stem: str
    root: str
    negated: bool
    clause: int
    start: int
    first: bool

    @property
    def named(self) -> bool:
        """Whether the capitals make it a name or an abbreviation."""
        capitals = sum(c.isupper() for c in self.form)
        return capitals > 1 or (capitals == 1 and self.form[0].isupper() and not self.first and len(self.form) > 1)


@lru_cache(maxsize=65536)
def root_of(word: str) -> str:
    """Return the root of a folded word: inflection, then derivation undone, then the last consonant levelled."""
    if any(c.isdigit() for c in word):
        return word
    rest = stem(word)
    for _ in range(_PARTS):
        cut = next((s for s in _SUFFIXES if rest.endswith(s) and len(rest) - len(s) >= _SHORTEST_ROOT), "")
        if not cut:
            break
        rest = rest[: -len(cut)]
    rest = rest.rstrip("aeiouy") if len(rest.rstrip("aeiouy")) >= _SHORTEST_ROOT else rest
    return rest[:-1] + rest[-1:].translate(_ALTERNATES)


def tokenize(text: str, negation: re.Pattern[str]) -> tuple[Token, ...]:
    """Return the words of a text in order; `negation` matches plain words whose "ne-" negates them."""
    return tuple(_tokens(text, negation))


def _tokens(text: str, negation: re.Pattern[str]) -> Iterator[Token]:
    clause, opened, first = 0, False, True
    for match in _WORD.finditer(text):
        form = match.group()
        if form in _CLAUSE_END:
            # The point of an abbreviation ("zejm. ve smyslu") ends nothing.
            if form == "." and _GOES_ON.match(text, match.end()):
                continue
            clause += opened
            opened = False
            first = first or form in ".!?:\n"
            continue
        if form == "/":
            continue
        plain = fold(form)
        if plain in _OPENS and opened:
            clause += 1
        negated = bool(negation.match(plain))
        base = plain[2:] if negated else plain
        yield Token(form, plain, stem(base), root_of(base), negated, clause, match.start(), first)
        opened, first = True, False
