"""Whether the documents answer a question: decided on this turn's evidence, before anything is written."""

from dataclasses import dataclass

from prompts.answer import Status
from prompts.calibration import Calibration
from prompts.expected import Expected, expected, states
from prompts.features import Lexicon, features
from prompts.guard import overrides
from retrieval.analysis import stems
from retrieval.index import Index
from retrieval.passages import Findings
from retrieval.query import Query

_TOP = 3

_STRICT: frozenset[Expected] = frozenset(("amount", "percent", "email", "phone"))
"""Types whose mark (a currency, a percent sign, an at sign, nine digits) cannot be missing from an answer."""

_FOREIGN = 0.3
"""A question that names no document is out of scope when the evidence covers a smaller share of its words."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The state of the answer, the types of things asked for, and those of them that the evidence lacks.

    `doubt` is the calibrated probability that the documents do not answer.
    """

    status: Status
    kinds: tuple[Expected, ...] = ()
    missing: tuple[Expected, ...] = ()
    doubt: float = 0.0


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
        if not stems(question):
            return Judgement("clarify")
        if not findings.passages:
            return Judgement("not_found")
        kinds = expected(question)
        texts = [scored.passage.text for scored in findings.passages[:_TOP]]
        missing = tuple(kind for kind in kinds if not any(states(kind, text) for text in texts))
        found = features(self.index, self.lexicon, question, query, findings)
        doubt = self.calibration.unanswerable(question, found, self.index.encoder.fingerprint)
        if doubt >= self.calibration.threshold or (missing and _STRICT.issuperset(kinds) and missing == kinds):
            foreign = not query.docs and not query.background and found["covered_near"] < _FOREIGN
            return Judgement("out_of_scope" if foreign else "not_found", kinds, missing, doubt)
        return Judgement("partial" if missing and len(missing) < len(kinds) else "answered", kinds, missing, doubt)
