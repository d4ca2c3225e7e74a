"""Searching inside one document: inflected words without diacritics, and exact words in quotation marks."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from retrieval.analysis import content, fold, words
from retrieval.stemming import stem, without_case
from views.documents_layout import Block

LONGEST_QUERY = 200

# As retrieval.analysis.WORD, on text that still has its diacritics, composed or not.
_WORD = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+\+?")
_QUOTED = re.compile(r"[\"„“”»«]([^\"„“”»«]*)[\"„“”»«]")
_CODE = re.compile(r"\w+(?:[./]\w+)+")
_SHORTEST_BEGINNING = 3

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text: where each stands, and by folded form and by stem which they are."""

    spans: Sequence[Span]
    forms: Sequence[str]
    by_form: Mapping[str, Sequence[int]]
    by_stem: Mapping[str, Sequence[int]]

    @classmethod
    def of(cls, text: str) -> "Words":
        """Read a text; a megabyte takes about half a second."""
        spans: list[Span] = []
        forms: list[str] = []
        by_form: dict[str, list[int]] = {}
        by_stem: dict[str, list[int]] = {}
        folded: dict[str, str] = {}
        for n, match in enumerate(_WORD.finditer(text)):
            word = match[0]
            if word not in folded:
                folded[word] = fold(word)
            form = folded[word]
            spans.append(match.span())
            forms.append(form)
            by_form.setdefault(form, []).append(n)
            by_stem.setdefault(stem(form), []).append(n)
        return cls(spans, forms, by_form, by_stem)


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where a query is found: the words found there, in order."""

    spans: tuple[Span, ...]

    @property
    def start(self) -> int:
        return self.spans[0][0]

    @property
    def end(self) -> int:
        return max(end for _, end in self.spans)


@dataclass(frozen=True, slots=True)
class Found:
    """What a query finds, in the order of the text; `loose` when no paragraph holds all of its words."""

    hits: tuple[Hit, ...] = ()
    loose: bool = False


def find(read: Words, blocks: Sequence[Block], query: str) -> Found:
    """Return the places that hold all words of the query within one block.

    A word is found in every inflected form; of one that the text does not have, words that begin like it are found.
    What stands in quotation marks, and codes such as 4.6.a, are found as they are written, though without
    regard to capitals and diacritics.
    """
    terms = [spans for spans in _terms(read, query) if spans is not None]
    if not terms:
        return Found()
    if len(terms) == 1:
        return Found(tuple(Hit((span,)) for span in terms[0]))
    together = tuple(_together(terms, blocks)) if all(terms) else ()
    if together:
        return Found(together)
    single = sorted({span for spans in terms for span in spans})
    return Found(tuple(Hit((span,)) for span in single), loose=True)


def _terms(read: Words, query: str) -> Iterator[list[Span] | None]:
    """Yield the places of each term of the query, [] where it has none; None stands for a term without words."""
    query = query[:LONGEST_QUERY]
    for phrase in _QUOTED.findall(query):
        yield _phrase(read, words(phrase))
    query = _QUOTED.sub(" ", query)
    for code in _CODE.findall(query):
        if any(character.isdigit() for character in code):
            yield _phrase(read, words(code))
            query = query.replace(code, " ", 1)
    # A query of function words alone is meant as it is typed.
    for word in dict.fromkeys(content(query) or words(query)):
        places = read.by_stem.get(stem(word)) or _beginning(read, word)
        yield [read.spans[n] for n in places]


def _phrase(read: Words, forms: Sequence[str]) -> list[Span] | None:
    if not forms:
        return None
    count = len(forms)
    starts = (n for n in read.by_form.get(forms[0], ()) if list(read.forms[n : n + count]) == list(forms))
    return [(read.spans[n][0], read.spans[n + count - 1][1]) for n in starts]


def _beginning(read: Words, word: str) -> list[int]:
    """Return the words that begin like this one without its ending: "exekuce" leads to "exekuční"."""
    beginning = without_case(word)
    if len(beginning) < _SHORTEST_BEGINNING:
        return []
    return sorted(n for form, places in read.by_form.items() if form.startswith(beginning) for n in places)


def _together(terms: Sequence[Sequence[Span]], blocks: Sequence[Block]) -> Iterator[Hit]:
    """Yield the stretches, within one block and apart from each other, that hold every term."""
    last: dict[int, Span] = {}
    current = -1
    for span, term in sorted((span, n) for n, spans in enumerate(terms) for span in spans):
        block = bisect_right(blocks, span[0], key=lambda block: block.start)
        if block != current:
            last, current = {}, block
        last[term] = span
        if len(last) == len(terms):
            yield Hit(tuple(sorted(set(last.values()))))
            last = {}
