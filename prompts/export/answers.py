"""From an answer to a report: the question, how it was read, the statements in their form, and the sources."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from ingest.document import Document
from ingest.errors import ExportError
from prompts.answer import Answer, Statement, Status, Table
from prompts.export.report import Block, Grid, Numbering, Report, facts, heading, without_source
from prompts.export.sheets import Sheet, report_sheets

STATES: dict[Status, str] = {
    "answered": "Zodpovězeno: dokumenty na dotaz odpovídají",
    "partial": "Zodpovězeno zčásti: dokumenty odpovídají jen na část dotazu",
    "not_found": "V dokumentech není: prohledané dokumenty na dotaz neodpovídají; věc přesto může existovat",
    "out_of_scope": "Mimo zaměření: dotaz se netýká podpory a sociálního začleňování",
    "clarify": "K upřesnění: dotaz lze pochopit více způsoby",
    "blocked": "Nelze vyhovět: dotaz žádá, aby Opora nedodržela svá pravidla",
}
"""The state of an answer as a reader of the file needs it, without the page around it."""


def answer_report(answer: Answer, documents: Callable[[str], Document], when: datetime) -> Report:
    """Return the report of one answer; the sources keep the numbers that the page shows.

    `documents` returns a document by its id and raises KeyError when it is gone; `when` is local time.

    Raises
    ------
    ExportError
        If anything in the answer has no source, or a quote does not stand in its document.
    """
    numbering = Numbering(documents)
    blocks = (*asked(answer.question, answer), heading("Odpověď", 1), *answered(answer, numbering, 2))
    return Report("Odpověď na dotaz", when, blocks, numbering.sources)


def answer_sheets(answer: Answer, documents: Callable[[str], Document], when: datetime) -> tuple[Sheet, ...]:
    """Return the tables of one answer, its sentences with their quotes first; raises as `answer_report`."""
    return report_sheets(answer_report(answer, documents, when))


def asked(question: str, answer: Answer) -> tuple[Block, ...]:
    """Return the question as typed, how it was understood, the state, and who put the words together."""
    understood = ". ".join(answer.understood.lines) or "tak, jak byl napsán"
    return facts(
        [
            ("Dotaz", question),
            ("Jak Opora dotaz pochopila", understood),
            ("Stav odpovědi", STATES[answer.status]),
            ("Jak odpověď vznikla", _written_by(answer)),
        ]
    )


def _written_by(answer: Answer) -> str:
    if answer.usage and any(said.verdict in ("supported", "unsupported") for said in answer.said):
        return f"Věty napsal jazykový model {answer.usage.model} a Opora je ověřila proti citovaným místům."
    return "Složena z doslovných citací, bez jazykového modelu." if answer.citations else ""


def answered(answer: Answer, numbering: Numbering, level: int) -> Iterator[Block]:
    """Yield the statements and notices; `level` is that of the answer's own headings.

    Raises
    ------
    ExportError
        If a mark has no citation, or two citations have the same number.
    """
    numbers: dict[int, int] = {}
    for citation in answer.citations:
        if citation.n in numbers:
            raise ExportError(
                f"Odpověď má dva zdroje s číslem [{citation.n}], export proto nevznikl. Položte dotaz znovu."
            )
        numbers[citation.n] = numbering.number(citation)
    for statement in answer.statements:
        yield _block(statement, numbers, level)
    for notice in answer.notices:
        yield Block("note", notice)


def _block(statement: Statement, numbers: dict[int, int], level: int = 0) -> Block:
    text = statement.text.strip()
    if unknown := [n for n in statement.citations if n not in numbers]:
        raise without_source(unknown[0], text)
    marks = tuple(numbers[n] for n in statement.citations)
    if statement.table:
        return Block("table", text, statement.verdict, marks, grid=_grid(statement.table, numbers))
    if statement.form == "heading":
        return replace(heading(text, level), verdict=statement.verdict, marks=marks)
    return Block("text" if statement.form == "table" else statement.form, text, statement.verdict, marks)


def _grid(table: Table, numbers: dict[int, int]) -> Grid:
    rows = (tuple(tuple(_block(said, numbers) for said in cell) for cell in row) for row in table.rows)
    return Grid(tuple(" ".join(name.split()) for name in table.columns), tuple(rows))
