"""Question sets: what is asked, what a good answer states, and the quotes that prove it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from eval import jsonl
from eval.spans import Texts
from ingest.errors import QuestionSetError
from prompts.answer import Turn


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


def load_questions(path: Path) -> tuple[Question, ...]:
    """Read a question set (JSON lines) in the order of the file.

    Raises
    ------
    QuestionSetError
        With file, line number and what is wrong, for each wrong line; if the file is empty or unreadable.
    """
    return jsonl.parse_lines(path, _question, key=lambda question: question.id)


def check(questions: Iterable[Question], texts: Texts) -> None:
    """Check that every quote stands in its document, since recall against a wrong quote means nothing.

    Raises
    ------
    QuestionSetError
        With one row per quote that is not found.
    """
    complaints = []
    for question in questions:
        for evidence in question.evidence:
            where = f"Otázka {question.id}: "
            if evidence.doc not in texts:
                complaints.append(f"{where}dokument „{evidence.doc}“ není mezi dokumenty. Opravte jeho id.")
            elif not texts.find(evidence.doc, evidence.quote):
                complaints.append(
                    f"{where}v dokumentu „{evidence.doc}“ není citát „{_short(evidence.quote)}“. "
                    "Zkopírujte jej doslova."
                )
    if complaints:
        raise QuestionSetError("\n".join(complaints))


def _question(fields: jsonl.Fields) -> Question:
    question = Question(
        id=jsonl.text(fields, "id"),
        kind=jsonl.text(fields, "kind"),
        question=jsonl.text(fields, "question"),
        history=jsonl.objects(fields, "history", _turn),
        answerable=jsonl.flag(fields, "answerable"),
        facts=jsonl.texts(fields, "facts"),
        evidence=jsonl.objects(fields, "evidence", _evidence),
    )
    if question.answerable and not question.evidence:
        raise QuestionSetError("zodpověditelná otázka („answerable“: true) potřebuje v „evidence“ aspoň jeden citát")
    return question


def _turn(fields: jsonl.Fields) -> Turn:
    role = cast(Literal["user", "assistant"], jsonl.choice(fields, "role", ("user", "assistant")))
    return Turn(role=role, content=jsonl.text(fields, "content"))


def _evidence(fields: jsonl.Fields) -> Evidence:
    return Evidence(doc=jsonl.text(fields, "doc"), quote=jsonl.text(fields, "quote"))


def _short(quote: str) -> str:
    return quote if len(quote) <= 80 else quote[:80] + "…"
