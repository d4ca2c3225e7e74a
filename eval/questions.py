"""Question sets: what is asked, what a good answer states, and the quotes that prove it."""

from collections.abc import Iterable
from pathlib import Path

from eval import jsonl
from eval.spans import Texts
from ingest.errors import QuestionSetError
from prompts.question_lines import Evidence, Question, parse_question

__all__ = ["Evidence", "Question", "check", "load_questions"]


def load_questions(path: Path) -> tuple[Question, ...]:
    """Read a question set (JSON lines) in the order of the file.

    Raises
    ------
    QuestionSetError
        With file, line number and what is wrong, for each wrong line, a draft that no person has judged among them;
        if the file is empty or unreadable.
    """
    return jsonl.parse_lines(path, parse_question, key=lambda question: question.id)


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


def _short(quote: str) -> str:
    return quote if len(quote) <= 80 else quote[:80] + "…"
