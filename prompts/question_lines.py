"""One line of a question set: what is asked, what a good answer states, and the quotes that prove it.

The editor writes such lines and the evaluation reads them; both do it here, so a set that one accepts the other does.
"""

import json
import re
import unicodedata
from dataclasses import asdict, dataclass
from typing import Literal, cast

from ingest.errors import QuestionSetError
from prompts import json_fields
from prompts.answer import Turn
from prompts.json_fields import Fields


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote that a full answer leans on, verbatim in the document up to white space."""

    doc: str
    quote: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a set.

    Attributes
    ----------
    kind
        How it is asked or what it needs ("lay", "list", "refuse_near_miss"); results are shown per kind.
    history
        Earlier turns of the conversation, oldest first.
    answerable
        Whether the documents answer it; if not, a good assistant says so.
    facts
        Short statements that the answer's text should carry.
    evidence
        At least one quote when answerable.
    """

    id: str
    kind: str
    question: str
    history: tuple[Turn, ...]
    answerable: bool
    facts: tuple[str, ...]
    evidence: tuple[Evidence, ...]


def parse_question(fields: Fields) -> Question:
    """Return the question of one line; fields beyond those of a question are left aside.

    Raises
    ------
    QuestionSetError
        With what is wrong with the line; if it is a draft that no person has judged.
    """
    if "judged" in fields and not json_fields.flag(fields, "judged"):
        raise QuestionSetError(
            "je to návrh, který ještě nikdo neposoudil („judged“: false). Posuďte ho na stránce Hodnocení, "
            "nebo do něj doplňte odpověď a důkazy a „judged“ smažte"
        )
    question = Question(
        id=json_fields.text(fields, "id"),
        kind=json_fields.text(fields, "kind"),
        question=json_fields.text(fields, "question"),
        history=json_fields.objects(fields, "history", _turn),
        answerable=json_fields.flag(fields, "answerable"),
        facts=json_fields.texts(fields, "facts"),
        evidence=json_fields.objects(fields, "evidence", parse_evidence),
    )
    if question.answerable and not question.evidence:
        raise QuestionSetError("zodpověditelná otázka („answerable“: true) potřebuje v „evidence“ aspoň jeden citát")
    return question


def question_line(question: Question) -> str:
    """Return the question as one line of JSON, without the line end; `parse_question` reads the same from it."""
    fields = asdict(question)
    return json.dumps(fields, ensure_ascii=False)


def places(text: str, quote: str) -> tuple[tuple[int, int], ...]:
    """Return the spans of a quote in a text, in order, apart from each other; white space matches any white space.

    Both are compared in NFC; the spans index the text in that form, which nearly all texts have.
    """
    words = unicodedata.normalize("NFC", quote).split()
    if not words:
        return ()
    pattern = r"\s+".join(re.escape(word) for word in words)
    return tuple(match.span() for match in re.finditer(pattern, unicodedata.normalize("NFC", text)))


def parse_evidence(fields: Fields) -> Evidence:
    """Return the quote of an object; raise `QuestionSetError` if it lacks the document or the words."""
    return Evidence(doc=json_fields.text(fields, "doc"), quote=json_fields.text(fields, "quote"))


def _turn(fields: Fields) -> Turn:
    role = json_fields.text(fields, "role", empty=True)
    if role not in ("user", "assistant"):
        raise QuestionSetError(f"„role“ je „{role}“; smí být jen: user, assistant")
    return Turn(role=cast(Literal["user", "assistant"], role), content=json_fields.text(fields, "content"))
