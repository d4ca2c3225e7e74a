"""Whether the documents answer a question: decided on this turn's evidence, before anything is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from prompts.absent import absent_from
from prompts.answer import Status
from prompts.asking import asks_descriptors
from prompts.calibration import Calibration
from prompts.clarity import content, unclear
from prompts.expected import Expected, expected, open_clause, states
from prompts.features import DENSE, TOLD, Lexicon, beside, covered, features
from prompts.guard import overrides
from retrieval.index import Index
from retrieval.passages import Findings
from retrieval.query import Query

_TOP = 3

_ANY_TEXT: frozenset[Expected] = frozenset(("requirement",))
"""Types that have no mark of their own (as an amount has a currency), so that their lack cannot be seen."""

_SURELY = 0.65
"""Share of what is asked that stands beside one of two things asked for, from which on a half answer is given."""

_FOREIGN, _UNLIKE = 0.3, 0.6
"""A refused question that names no document is out of scope when the passages say a smaller share of its words, and no
passage or anticipated question is as close as this cosine. So 93 % of 92 foreign questions are told from 133 near ones,
of which 17 % are called foreign."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The state of the answer, the types of things asked for, and those of them that the evidence lacks.

    `doubt` is the calibrated probability that the documents do not answer; `choices` are what an unclear question may
    mean, `absent` is what it names and the documents do not have ("úkol č. 1 opatření 2.4.a").
    """

    status: Status
    kinds: tuple[Expected, ...] = ()
    missing: tuple[Expected, ...] = ()
    doubt: float = 0.0
    choices: tuple[str, ...] = ()
    absent: str = ""

    @property
    def confidence(self) -> float | None:
        """Probability that the documents answer, 0 or 1 where a rule decides; None when that was not asked."""
        return None if self.status in ("blocked", "clarify") else 1.0 - self.doubt


@dataclass(frozen=True, slots=True)
class Judge:
    """Decides whether the passages found answer a question."""

    index: Index
    calibration: Calibration
    lexicon: Lexicon

    @classmethod
    def of(cls, index: Index) -> "Judge":
        """Count the words of an index and load the calibration."""
        return cls(index, Calibration.load(), Lexicon.of(index.passages))

    def judge(self, question: str, query: Query, findings: Findings) -> Judgement:
        """Judge by the guard, by the types of things asked for, and by the calibrated evidence."""
        if overrides(question):
            return Judgement("blocked")
        if (left_open := unclear(self.index, query)) is not None:
            return Judgement("clarify", choices=left_open.choices)
        if not findings.passages:
            return Judgement("not_found", doubt=1.0)
        kinds = expected(question)
        if absent := absent_from(self.index, question, query):
            return Judgement("not_found", kinds, absent=absent, doubt=1.0)
        if self._carries(query, kinds):
            return Judgement("answered", kinds)
        texts = [scored.passage.text for scored in findings.passages[:_TOP]]
        missing = tuple(kind for kind in kinds if not any(states(kind, text, question) for text in texts))
        found = features(self.index, self.lexicon, question, query, findings)
        doubt = self.calibration.unanswerable(question, found, self.index.encoder.fingerprint)
        stated = tuple(kind for kind in kinds if kind not in missing)
        if stated and missing and beside(self.index, self.lexicon, question, query, findings, stated) >= _SURELY:
            return Judgement("partial", kinds, missing, doubt)
        opened = open_clause(question) if missing and not stated else ""
        if opened and covered(self.index, self.lexicon, opened, query, findings) >= _SURELY:
            return Judgement("partial", kinds, missing, doubt)
        if doubt >= self.calibration.threshold or (missing == kinds != () and _ANY_TEXT.isdisjoint(kinds)):
            return Judgement("out_of_scope" if self._foreign(query, found) else "not_found", kinds, missing, doubt)
        return Judgement("partial" if missing and stated else "answered", kinds, missing, doubt)

    def _foreign(self, query: Query, found: Mapping[str, float]) -> bool:
        """Tell whether a question is of another field: in no words of the documents, and unlike what they are asked.

        About the present the documents could speak; that they do not is said in its own words.
        """
        if query.docs or query.background or found["now"] or found[TOLD] >= _FOREIGN:
            return False
        return self.index.encoder.fingerprint != self.calibration.encoder or found[DENSE] < _UNLIKE

    def _carries(self, query: Query, kinds: Sequence[Expected]) -> bool:
        """Tell whether a question asks no more than what stands under a code that the documents have."""
        if kinds or not query.own_codes or any(code not in self.index.codes for code in query.own_codes):
            return False
        return asks_descriptors(query.text) or not content(query.topic)
