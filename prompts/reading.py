"""A text read for comparison: its words, its quantities, its concepts, and what in it denies something."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from prompts.quantities import Quantity, quantities
from prompts.tokens import Token, tokenize
from prompts.wording import Wording
from retrieval.analysis import stems

SignalKind = Literal["own", "auxiliary", "none", "except", "denying"]


@dataclass(frozen=True, slots=True)
class Signal:
    """A word that denies something.

    `at` is its position among the words, `scope` the positions of the words that it may deny; the word itself is
    in its scope when it carries the negation ("nezakazuje") or means it ("chybí").
    """

    kind: SignalKind
    at: int
    scope: frozenset[int]

    @property
    def hard(self) -> bool:
        """Whether it denies by its form, so that dropping it turns the meaning round."""
        return self.kind != "denying"


@dataclass(frozen=True, slots=True)
class Reading:
    """One text, read.

    Attributes
    ----------
    content
        Positions of the words that are not function words, in order.
    concepts
        Thesaurus concepts with the positions of the words that name them.
    """

    text: str
    tokens: tuple[Token, ...]
    quantities: tuple[Quantity, ...]
    content: tuple[int, ...]
    concepts: dict[str, frozenset[int]]
    signals: tuple[Signal, ...]

    def near(self, start: int, reach: int) -> list[int]:
        """Return the content words at most `reach` words from a position in the text, in the same line."""
        line = self.text.count("\n", 0, start)
        before = [i for i in self.content if self.tokens[i].start < start][-reach:]
        after = [i for i in self.content if self.tokens[i].start >= start][:reach]
        return [i for i in (*before, *after) if self.text.count("\n", 0, self.tokens[i].start) == line]


def read(text: str, wording: Wording) -> Reading:
    """Read a text."""
    found, rest = quantities(text)
    tokens = wording.merged(tokenize(rest, wording.negation))
    content = tuple(i for i, token in enumerate(tokens) if stems(token.plain))
    signals = tuple(_signals(tokens, frozenset(content), wording))
    return Reading(text, tokens, found, content, wording.concepts(tokens), signals)


def _signals(tokens: tuple[Token, ...], content: frozenset[int], wording: Wording) -> Iterator[Signal]:
    clauses: dict[int, list[int]] = {}
    for i, token in enumerate(tokens):
        clauses.setdefault(token.clause, []).append(i)
    for i, token in enumerate(tokens):
        clause = [j for j in clauses[token.clause] if j in content]
        # Compared with its diacritics: folded, "ně" would be "ne".
        if token.form.lower() == "ne" or wording.is_a(token, "auxiliaries"):
            yield Signal("auxiliary", i, frozenset(clause) - {i})
        elif wording.is_a(token, "except"):
            yield Signal("except", i, frozenset(j for j in clause if j > i))
        elif token.plain == "bez" or wording.is_a(token, "none"):
            yield Signal("none", i, frozenset([j for j in clause if j > i][:3]))
        elif token.negated:
            yield Signal("own", i, frozenset({i}))
        elif wording.is_a(token, "denying"):
            yield Signal("denying", i, frozenset(clause))
