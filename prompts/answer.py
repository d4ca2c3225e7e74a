"""What an answer is made of: statements, the citations they lean on, and the state of the whole. No I/O here."""

from dataclasses import dataclass
from typing import Literal

from ingest.document import Passage
from retrieval.passages import ScoredPassage

Status = Literal["answered", "partial", "not_found", "out_of_scope", "blocked", "clarify"]
Verdict = Literal["verbatim", "supported", "unsupported", "note"]
Form = Literal["lead", "heading", "quote", "item", "note", "table"]


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
    `verbatim` for a quote, `note` for the assistant's own words about its documents (lead, heading, validity).
    """

    text: str
    form: Form
    verdict: Verdict
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; `text` is what the user reads."""

    question: str
    status: Status
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    retrieved: tuple[ScoredPassage, ...]
    seconds: float

    @property
    def text(self) -> str:
        """The answer as plain text with [n] after each cited line."""
        lines = []
        for s in self.statements:
            marks = "".join(f" [{n}]" for n in s.citations)
            lines.append(f"{'• ' if s.form in ('quote', 'item') else ''}{s.text}{marks}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    content: str
