"""What people are likely to ask after an answer: a few questions about its neighbourhood in the documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ingest.document import Passage
from prompts.answer import Answer, Status
from prompts.judge import Judge
from prompts.next_candidates import Candidate, Origin, candidates
from retrieval.analysis import stems
from retrieval.index import Index
from retrieval.query import understand
from retrieval.search import find

MOST = 3
"""Questions that are offered at a time."""

_OFFERING: frozenset[Status] = frozenset(("answered", "partial", "not_found"))
"""States after which something is offered: a refusal has no neighbourhood, a counter-question its own choices."""

_RETRIEVED = 20
"""Passages that a candidate is judged by, as many as for any question."""

_TRIED = 5
"""Candidates that are searched and judged at most, some 12 ms each the first time."""

_SAME, _ALIKE = 0.80, 0.72
"""Cosines from which on a question is the one that was asked, and two offered ones are too much alike."""

_SAME_WORDS = 0.6
"""Share of common stems from which on two questions are the same."""

_HALF = 0.5
"""Share of what a candidate asks for that the answer may not have quoted already."""

_QUOTES, _QUOTE = 3, 300
"""Quotes whose words say what the answer was about, and the characters taken of each."""

_ENOUGH = 0.60
"""What a candidate must reach in all."""

_LEAST: Mapping[Origin, float] = {"asked": 0.25, "measure": 0.15, "list": -1.0, "concept": 0.28}
_LEAST_UNANSWERED = 0.45
"""What it must reach in meaning alone: what only stands nearby is often about something else. More is asked where the
documents had no answer; a list of the document that is quoted belongs to it whatever its words."""

_PREFERRED: Mapping[Origin, float] = {"asked": 0.10, "measure": 0.05, "list": 0.05, "concept": 0.0}
_OF_ONE_ORIGIN: Mapping[Origin, int] = {"asked": MOST, "measure": 2, "list": 2, "concept": 2}

_FOUND, _FIRST = 0.4, 8
"""What nearness adds for the first passage found; it falls to nothing after the last of the first few."""

_SIBLING: Mapping[Origin, float] = {"asked": 0.4, "measure": 0.45, "list": 0.4, "concept": 0.2}
"""What it adds to stand under the same heading as one of the first quotes."""

_RELATED = 0.3
"""What it adds to a concept to be spoken of in the question or the first quotes, or related to one that is."""

_LEADING = 2
"""Quotes with which an answer begins: later ones may be beside the point."""

_DOCUMENT = 0.6
"""What it adds to be a list of the only document that is quoted: an answer about a project has no other siblings."""


@dataclass(frozen=True, slots=True)
class AlsoAsked:
    """Everything that may be offered over one index.

    Attributes
    ----------
    vectors
        Of the candidates in their order, L2-normalised, shape (len(offers), dimension).
    said
        Stems of each candidate.
    answered
        Whether a candidate's search leads to its own part, as far as it was tried.
    """

    judge: Judge
    offers: tuple[Candidate, ...]
    vectors: NDArray[np.float32] = field(repr=False)
    said: tuple[frozenset[str], ...] = field(repr=False)
    answered: dict[str, bool] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, judge: Judge) -> "AlsoAsked":
        """Collect the candidates of a judge's index; none of them is searched yet."""
        offers = candidates(judge.index)
        texts = [offer.text for offer in offers]
        vectors = judge.index.encoder.encode_queries(texts)
        return cls(judge, offers, vectors, tuple(frozenset(stems(text)) for text in texts))

    def questions(self, answer: Answer, asked: Sequence[str] = ()) -> tuple[str, ...]:
        """Return at most `MOST` questions, the likeliest first, none of which was asked or repeats another.

        `asked` are the earlier questions of the conversation. The search for each question finds its own part first,
        and the documents answer it. When nothing good is near, fewer or none are returned.
        """
        if answer.status not in _OFFERING or not self.offers or not answer.retrieved:
            return ()
        before = [answer.question, *(question for question in asked if question.strip())]
        asked_before = self._cosines(before)
        unanswered = answer.status == "not_found"
        quoted = () if unanswered else _quoted(answer, self.judge.index)
        told = frozenset(passage.id for passage in quoted)
        meaning = asked_before[:, 0]
        if quotes := [passage.text[:_QUOTE] for passage in quoted[:_QUOTES]]:
            meaning = (meaning + self._cosines(quotes).max(axis=1)) / 2
        # Where the documents had no answer, likeness of meaning alone leads from a lime tree to social services.
        words = frozenset(stems(answer.question))
        chosen: list[int] = []
        tried = 0
        scores = meaning + self._weights(answer, quoted)
        for place in np.argsort(-scores, kind="stable").tolist():
            offer = self.offers[place]
            if len(chosen) == MOST or tried == _TRIED or scores[place] < _ENOUGH:
                break
            least = _LEAST_UNANSWERED if unanswered else _LEAST[offer.origin]
            if meaning[place] < least or self._told(offer, told):
                continue
            if unanswered and self.said[place].isdisjoint(words):
                continue
            if self._repeats(place, asked_before, before) or self._crowds(place, chosen):
                continue
            tried += offer.text not in self.answered
            if self._leads_home(offer):
                chosen.append(place)
        return tuple(self.offers[place].text for place in chosen)

    def _cosines(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Cosines of all candidates with some texts, shape (len(offers), len(texts))."""
        found: NDArray[np.float32] = self.vectors @ self.judge.index.encoder.encode_queries(texts).T
        return found

    def _weights(self, answer: Answer, quoted: Sequence[Passage]) -> NDArray[np.float32]:
        """What each candidate gets besides its meaning, shape (len(offers),); negative where nothing stands near."""
        found = {s.passage.id: _FOUND * (1 - rank / _FIRST) for rank, s in enumerate(answer.retrieved[:_FIRST])}
        headings = {(passage.doc, passage.headings[:1]) for passage in quoted[:_LEADING] if passage.headings}
        beside = {key for key, p in self.judge.index.passages.items() if (p.doc, p.headings[:1]) in headings}
        docs = {passage.doc for passage in quoted}
        thesaurus = self.judge.index.thesaurus
        first = {passage.id: passage.text for passage in quoted[:_QUOTES]}
        spoken = thesaurus.widen(thesaurus.match(" ".join((answer.question, *first.values()))))
        weights = []
        for offer in self.offers:
            near = max((found.get(key, 0.0) for key in offer.owners), default=0.0)
            if not beside.isdisjoint(offer.owners):
                near = max(near, _SIBLING[offer.origin])
            if offer.origin == "concept":
                # One target group is no neighbour of the next one in the same list.
                near = max(near, _RELATED) if offer.part in spoken or not offer.owners.isdisjoint(first) else 0.0
            if offer.origin == "list":
                doc = self.judge.index.passages[min(offer.owners)].doc
                near = (_DOCUMENT if docs == {doc} else near) if doc in docs else 0.0
            weights.append(near + _PREFERRED[offer.origin] if near else -1.0)
        return np.array(weights, dtype=np.float32)

    def _told(self, offer: Candidate, told: frozenset[str]) -> bool:
        """Tell whether an answer has quoted half of what a candidate asks for, or more."""
        index = self.judge.index
        leaves = {leaf for key in offer.owners for leaf in index.leaves.get(key, (key,))}
        if offer.origin == "measure":
            # Descriptors stand under each measure without being what its question asks for.
            leaves = {leaf for leaf in leaves if index.passages[leaf].kind not in ("heading", "descriptor")}
        return len(leaves & told) >= _HALF * len(leaves)

    def _repeats(self, place: int, cosines: NDArray[np.float32], before: Sequence[str]) -> bool:
        """Tell whether a candidate asks what was asked already, in the same or in other words."""
        return bool(cosines[place].max() >= _SAME) or any(
            _overlap(self.said[place], frozenset(stems(question))) >= _SAME_WORDS for question in before
        )

    def _crowds(self, place: int, chosen: Sequence[int]) -> bool:
        """Tell whether a candidate is too much like one that is offered already, or about the same part."""
        offer = self.offers[place]
        if sum(self.offers[other].origin == offer.origin for other in chosen) >= _OF_ONE_ORIGIN[offer.origin]:
            return True
        return any(
            self.offers[other].part == offer.part
            or float(self.vectors[place] @ self.vectors[other]) >= _ALIKE
            or _overlap(self.said[place], self.said[other]) >= _SAME_WORDS
            for other in chosen
        )

    def _leads_home(self, offer: Candidate) -> bool:
        """Tell whether the search for a candidate finds its own part first, and that is judged to answer it."""
        if offer.text not in self.answered:
            index = self.judge.index
            query = understand(offer.text, index.vocabulary, index.thesaurus)
            found = find(index, query, _RETRIEVED)
            first = found.passages[0].passage.id if found.passages else ""
            own = not offer.owners.isdisjoint((first, *index.leaves.get(first, ())))
            self.answered[offer.text] = own and self.judge.judge(offer.text, query, found).status == "answered"
        return self.answered[offer.text]


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, min(len(one), len(other)))


def _quoted(answer: Answer, index: Index) -> tuple[Passage, ...]:
    """Leaves whose words an answer quotes, in its order; its citations may span whole sections."""
    passages = {citation.n: citation.passage for citation in answer.citations}
    found: dict[str, Passage] = {}
    for statement in answer.said:
        said = statement.text.strip()
        for n in statement.citations if statement.verdict == "verbatim" else ():
            cited = passages.get(n)
            for key in index.leaves.get(cited.id, (cited.id,)) if cited else ():
                leaf = index.passages.get(key)
                if leaf and (said in leaf.text or leaf.text.strip() in said):
                    found.setdefault(key, leaf)
    return tuple(found.values())
