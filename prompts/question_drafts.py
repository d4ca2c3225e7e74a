"""Drafts of questions, made of what users said about answers; they count once a person has judged them.

A draft is a line like that of a question set with `"judged": false`, the user's verdict under `"feedback"`, and no
evidence yet. It carries nothing but the question, the state of its answer, the verdict, the source that was reported
as wrong and the user's remark: neither when it was said nor what the answer said.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from ingest.errors import QuestionSetError
from prompts import json_fields
from prompts.json_fields import Fields
from prompts.question_lines import Evidence, parse_evidence
from prompts.rating import Feedback

KIND = "feedback"
"""The kind of a draft, until a person gives it another one."""

_ANSWERED = ("answered", "partial")
_ID_CHARACTERS = 10


@dataclass(frozen=True, slots=True)
class Draft:
    """A question that somebody was given a bad answer to.

    Attributes
    ----------
    id
        Made of the rating's id, so that the same rating makes the same draft again.
    status
        That of the answer: "answered", "not_found" …
    rating, reason
        What the user said, as in `prompts.rating`.
    wrong
        The citation that was reported as a wrong source, or None.
    """

    id: str
    question: str
    status: str
    rating: str
    reason: str = ""
    remark: str = ""
    wrong: Evidence | None = None

    @property
    def answerable(self) -> bool:
        """What the assistant took the question for; the judge may decide otherwise."""
        return self.status in _ANSWERED


def drafts_of(feedback: Iterable[Feedback]) -> tuple[Draft, ...]:
    """Return a draft for each rating "did not help" and "wrong source", in their order."""
    return tuple(_draft(said) for said in feedback if said.rating in ("down", "source") and said.question.strip())


def draft_line(draft: Draft) -> str:
    """Return the draft as one line of JSON, without the line end."""
    said = {name: value for name, value in asdict(draft).items() if name not in ("id", "question")}
    fields: dict[str, Any] = {
        "id": draft.id,
        "kind": KIND,
        "question": draft.question,
        "history": [],
        "answerable": draft.answerable,
        "facts": [],
        "evidence": [],
        "judged": False,
        "feedback": said,
    }
    return json.dumps(fields, ensure_ascii=False)


def is_draft(fields: Fields) -> bool:
    """Tell whether a line is a draft, so that it is not read as a question."""
    return fields.get("judged") is False


def parse_draft(fields: Fields) -> Draft:
    """Return the draft of one line.

    Raises
    ------
    QuestionSetError
        With what is wrong with the line; if a person has judged it.
    """
    if json_fields.flag(fields, "judged"):
        raise QuestionSetError("otázka je už posouzená („judged“: true), patří do sady otázek")
    said = fields.get("feedback")
    if not isinstance(said, dict):
        raise QuestionSetError("návrhu chybí „feedback“ s tím, co uživatel o odpovědi řekl")
    wrong = said.get("wrong")
    if wrong is not None and not isinstance(wrong, dict):
        raise QuestionSetError("„wrong“ má být objekt s „doc“ a „quote“, nebo null")
    return Draft(
        id=json_fields.text(fields, "id"),
        question=json_fields.text(fields, "question"),
        status=json_fields.text(said, "status"),
        rating=json_fields.text(said, "rating"),
        reason=json_fields.text(said, "reason", empty=True),
        remark=json_fields.text(said, "remark", empty=True),
        wrong=parse_evidence(wrong) if wrong is not None else None,
    )


def _draft(said: Feedback) -> Draft:
    wrong = next((cited for cited in said.citations if cited.n == said.wrong), None)
    return Draft(
        id=f"Z-{said.id[:_ID_CHARACTERS]}",
        question=said.question.strip(),
        status=said.status,
        rating=said.rating,
        reason=said.reason,
        remark=said.remark,
        wrong=Evidence(wrong.doc, wrong.quote) if wrong else None,
    )
