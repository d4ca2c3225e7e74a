"""How alike two questions are, whoever wrote them: shared character 4-grams of their folded words.

The measure: character 4-grams of the folded question, its white space squeezed to single blanks and its edges marked;
the Jaccard similarity of two sets is the size of their intersection over that of their union. A question whose words
were moved, inflected or given other diacritics keeps most of its 4-grams; two people who ask for the same thing in
their own words share less than half of them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from retrieval.analysis import words

TOO_SIMILAR = 0.6
"""From this similarity on, one question counts as a copy of the other."""

_N = 4


def folded(question: str) -> str:
    """Return the question's folded words with single blanks between them; equal for the same words typed anew."""
    return " ".join(words(question))


def grams(question: str) -> frozenset[str]:
    """Return the character 4-grams of a question; empty when it has fewer than two letters."""
    text = f" {folded(question)} "
    return frozenset(text[i : i + _N] for i in range(len(text) - _N + 1))


class Known:
    """Questions that others are compared with, found through an inverted index of their 4-grams."""

    def __init__(self, questions: Sequence[str]) -> None:
        self._questions = tuple(questions)
        self._sets = [grams(question) for question in questions]
        self._holders: dict[str, list[int]] = defaultdict(list)
        for n, own in enumerate(self._sets):
            for gram in own:
                self._holders[gram].append(n)

    def alike(self, question: str, least: float = TOO_SIMILAR) -> list[tuple[float, int]]:
        """Return (similarity, position) of the known questions that are at least so similar, the most similar first."""
        own = grams(question)
        shared = Counter(n for gram in own for n in self._holders.get(gram, ()))
        found = ((common / (len(own) + len(self._sets[n]) - common), n) for n, common in shared.items())
        return sorted(((value, n) for value, n in found if value >= least), key=lambda one: (-one[0], one[1]))

    def nearest(self, question: str) -> tuple[float, str]:
        """Return the similarity of the most similar known question and the question; (0.0, "") if none shares any."""
        found = self.alike(question, least=0.0)
        return (found[0][0], self._questions[found[0][1]]) if found else (0.0, "")


def nearest(asked: Mapping[str, Iterable[str]], known: Sequence[str]) -> dict[str, tuple[float, str]]:
    """Return by id the most similar known question to any wording of a question, with their similarity."""
    index = Known(known)
    return {key: max(index.nearest(question) for question in wordings) for key, wordings in asked.items()}
