"""What an answer is made of: statements, the citations they lean on, and the state of the whole. No I/O here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ingest.document import Passage
from retrieval.passages import ScoredPassage, Understood

Status = Literal["answered", "partial", "not_found", "out_of_scope", "blocked", "clarify"]
Verdict = Literal["verbatim", "supported", "unsupported", "note"]
Form = Literal["lead", "heading", "text", "quote", "item", "note", "table"]


@dataclass(frozen=True, slots=True)
class Citation:
    """One quoted span, numbered from 1 in the order of the answer: `document.text[start:end] == quote`."""

    n: int
    passage: Passage
    start: int
    end: int
    quote: str
    title: str

    @property
    def doc(self) -> str:
        return self.passage.doc

    @property
    def page(self) -> int | None:
        return self.passage.page


@dataclass(frozen=True, slots=True)
class Statement:
    """One line of the answer.

    `text` is plain text, without citation marks; `citations` are numbers of `Citation.n`. The verdict is
    `verbatim` for a quote, `supported` for a sentence of a chat model that the check found in what it cites, `note`
    for the assistant's own words about its documents (lead, heading, validity). A statement of the form `table`
    carries its `table`; its `text` says the same line by line.
    """

    text: str
    form: Form
    verdict: Verdict
    citations: tuple[int, ...] = ()
    table: "Table | None" = None

    @property
    def line(self) -> str:
        """The statement as plain text with [n] after it; a table carries its marks inside."""
        bullet = {"quote": "• ", "item": "– "}.get(self.form, "")
        marks = "" if self.table else "".join(f" [{n}]" for n in self.citations)
        return f"{bullet}{self.text}{marks}"


Cell = tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Documents side by side.

    `columns` are the headings, the first one that of the row labels. Each row has one cell per column; a cell
    holds statements, each with its citations, so that a quote in a table is checked like any other.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def text(self) -> str:
        """The table as plain text: column after column, each with its heading."""
        lines = []
        for n, heading in enumerate(self.columns[1:], 1):
            lines += [heading, *(statement.line for row in self.rows for statement in row[n])]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Spent:
    """What one reply took; counts are None when the server does not give them, `cost` also without prices.

    `complete` is False when the reply was cut at its longest length, so that its last sentence may be unfinished.
    """

    calls: int
    input_tokens: int | None
    output_tokens: int | None
    cost: float | None
    complete: bool


@dataclass(frozen=True, slots=True)
class Usage:
    """What a chat model took for an answer; counts are None when the server does not give them.

    Attributes
    ----------
    templates
        First characters of the SHA-256 of each prompt template, by name.
    calls
        Requests sent, attempts included; 0 when the question was decided without the model.
    cost
        In the currency of the settings' prices, None without them.
    removed
        Sentences of the model that the passages did not support.
    """

    model: str
    templates: Mapping[str, str]
    calls: int
    input_tokens: int | None
    output_tokens: int | None
    cost: float | None
    removed: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; `text` is what the user reads, `understood` what the question was taken to mean.

    `notices` say how the answer came to be when a chat model was to write it; `usage` is None without one.
    `confidence` is the probability that the documents answer, None where that was not asked (blocked, unclear).
    """

    question: str
    status: Status
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    retrieved: tuple[ScoredPassage, ...]
    seconds: float
    understood: Understood = field(default_factory=Understood)
    notices: tuple[str, ...] = ()
    usage: Usage | None = None
    confidence: float | None = None

    @property
    def text(self) -> str:
        """The answer as plain text with [n] after each cited line."""
        return "\n".join([*(statement.line for statement in self.statements), *self.notices])

    @property
    def said(self) -> tuple[Statement, ...]:
        """All statements in order, with those in the cells of a table in its place."""
        found: list[Statement] = []
        for statement in self.statements:
            cells = (cell for row in statement.table.rows for cell in row) if statement.table else ((statement,),)
            found += [single for cell in cells for single in cell]
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    content: str
