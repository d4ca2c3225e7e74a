"""A sentence laid beside the passages it cites: which of its words they bear out, and where."""

from collections.abc import Sequence
from dataclasses import dataclass

from prompts.quantities import same
from prompts.reading import Reading
from prompts.wording import Wording

FRAME, LIGHT, FULL = 0.0, 0.4, 1.0
"""Weights of words: those of a frame claim nothing, general ones little."""

_TWO = 2 * FULL
_HARDLY = 0.35


@dataclass(frozen=True, slots=True)
class Comparison:
    """A sentence and its source.

    Attributes
    ----------
    said, source, context
        The sentence, the cited texts, and the words around them (titles, headings, the parent).
    at
        For each word of the sentence the positions of like words in the source.
    around
        Whether a like word stands in the context.
    """

    said: Reading
    source: Reading
    context: Reading
    wording: Wording
    at: tuple[tuple[int, ...], ...]
    around: tuple[bool, ...]

    @classmethod
    def of(cls, said: Reading, source: Reading, context: Reading, wording: Wording) -> "Comparison":
        """Compare word by word: equal roots, near synonyms, words that name the same concept of the thesaurus."""
        shared = said.concepts.keys() & source.concepts.keys()
        by_concept: dict[int, set[int]] = {}
        for concept in shared:
            for i in said.concepts[concept]:
                by_concept.setdefault(i, set()).update(source.concepts[concept])
        known = set(said.concepts.keys() & context.concepts.keys())
        named = {i for concept in known for i in said.concepts[concept]}
        at, around = [], []
        for i, token in enumerate(said.tokens):
            like = {j for j in source.content if wording.alike(token, source.tokens[j])}
            at.append(tuple(sorted(like | by_concept.get(i, set()))))
            around.append(i in named or any(wording.alike(token, context.tokens[j]) for j in context.content))
        return cls(said, source, context, wording, tuple(at), tuple(around))

    def weight(self, i: int) -> float:
        """Return how much a word of the sentence claims."""
        token = self.said.tokens[i]
        if self.wording.is_a(token, "frame") and not token.named:
            return FRAME
        return LIGHT if self.wording.is_a(token, "light") and not token.named else FULL

    def kin(self, i: int) -> list[int]:
        """Return the source's words of the same family as a word of the sentence; synonyms are none."""
        token = self.said.tokens[i]
        return [j for j in self.source.content if self.wording.kin(token, self.source.tokens[j])]

    def coverage(self, *, with_context: bool = True) -> float:
        """Return the weighted share of words and quantities that the source bears out, 1.0 if there are none.

        Words that only the context has count neither way, unless it is left out; then they count against.
        """
        rows = [(self.weight(i), bool(self.at[i]), self.around[i]) for i in self.said.content]
        counted = [(weight, borne) for weight, borne, around in rows if borne or not around or not with_context]
        stated = sum(any(same(q, k) for k in self.source.quantities) for q in self.said.quantities)
        total = sum(weight for weight, _ in counted) + stated
        return (sum(weight for weight, borne in counted if borne) + stated) / total if total else 1.0

    def borne(self) -> float:
        """Return the weight of the words and quantities that the source bears out."""
        stated = sum(any(same(q, k) for k in self.source.quantities) for q in self.said.quantities)
        return sum(self.weight(i) for i in self.said.content if self.at[i]) + stated

    def addition(self) -> tuple[float, Sequence[int]]:
        """Return the stretch of the sentence that says most of what the source does not, and how much (Kadane).

        Words that only the context has count neither way.
        """
        best, best_run = 0.0, (0, 0)
        value, start = 0.0, 0
        for n, i in enumerate(self.said.content):
            if self.at[i] or not self.around[i]:
                value += -self.weight(i) if self.at[i] else self.weight(i)
            if value <= 0:
                value, start = 0.0, n + 1
            elif value > best:
                best, best_run = value, (start, n + 1)
        return best, [i for i in self.said.content[slice(*best_run)] if not self.at[i]]

    def added_clause(self) -> Sequence[int]:
        """Return the first clause after the first one that says two things or more and is hardly borne out."""
        clauses: dict[int, list[int]] = {}
        for i in self.said.content:
            clauses.setdefault(self.said.tokens[i].clause, []).append(i)
        for clause in list(clauses.values())[1:]:
            unknown = sum(self.weight(i) for i in clause if not self.at[i] and not self.around[i])
            borne = sum(self.weight(i) for i in clause if self.at[i])
            if unknown >= _TWO and borne < _HARDLY * (borne + unknown):
                return clause
        return ()

    def forms(self, positions: Sequence[int]) -> str:
        """Return words of the sentence as they stand there."""
        return " ".join(self.said.tokens[i].form for i in positions)
