"""From a conversation to one report: each question with its answer, the sources numbered through the whole."""

from collections.abc import Callable, Sequence
from datetime import datetime

from ingest.document import Document
from prompts.answer import Answer
from prompts.czech import counted
from prompts.export.answers import answered, asked
from prompts.export.report import Block, Numbering, Report, facts, heading


def conversation_report(
    title: str,
    exchanges: Sequence[tuple[str, Answer]],
    documents: Callable[[str], Document],
    when: datetime,
) -> Report:
    """Return the report of a conversation: pairs of a question and its answer, oldest first.

    A quote that several answers lean on is one source with one number. `documents` and the errors are those of
    `answer_report`.
    """
    numbering = Numbering(documents)
    blocks: list[Block] = [*facts([("Obsah", counted(len(exchanges), "dotaz", "dotazy", "dotazů"))])]
    for n, (question, answer) in enumerate(exchanges, 1):
        blocks.append(heading(f"Dotaz {n}: {_on_one_line(question)}", 1))
        blocks += asked(question, answer)
        blocks += [heading("Odpověď", 2), *answered(answer, numbering, 3)]
    return Report(" ".join(title.split()) or "Konverzace s Oporou", when, tuple(blocks), numbering.sources)


def _on_one_line(question: str, longest: int = 120) -> str:
    """Return the question as a heading; the whole stands below it as it was typed."""
    text = " ".join(question.split())
    return text if len(text) <= longest else f"{text[: text.rfind(' ', 0, longest)]} …"
