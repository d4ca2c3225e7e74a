"""Whether the documents answer a question: decided on this turn's evidence, before anything is written."""

from dataclasses import dataclass

from prompts.answer import Status
from prompts.expected import Expected, expected, states
from prompts.guard import overrides
from retrieval.index import Index
from retrieval.passages import Findings
from retrieval.query import Query

_TOP = 3


@dataclass(frozen=True, slots=True)
class Judgement:
    """The state of the answer, the types of things asked for, and those of them that the evidence lacks."""

    status: Status
    kinds: tuple[Expected, ...] = ()
    missing: tuple[Expected, ...] = ()


def judge(index: Index, question: str, query: Query, findings: Findings) -> Judgement:
    """Judge whether the passages found answer the question."""
    if overrides(question):
        return Judgement("blocked")
    if not findings.passages:
        return Judgement("not_found")
    kinds = expected(question)
    texts = [s.passage.text for s in findings.passages[:_TOP]]
    missing = tuple(kind for kind in kinds if not any(states(kind, text) for text in texts))
    if missing and len(missing) == len(kinds):
        return Judgement("not_found", kinds, missing)
    return Judgement("partial" if missing else "answered", kinds, missing)
