"""An answer as other systems get it: statements, each with its citations, each with its place."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from ingest.document import Document
from prompts.answer import Answer, Citation, Statement
from views.api.places import DocumentOut, PlaceOut


class StatementOut(BaseModel):
    """One line of an answer."""

    text: str = Field(description="Prostý text bez značek citací.")
    form: Literal["lead", "heading", "text", "quote", "item", "note", "table"] = Field(
        description="Podoba řádku: lead úvod, heading nadpis, text věta, quote citace, item odrážka, note poznámka, "
        "table tabulka."
    )
    verdict: Literal["verbatim", "supported", "unsupported", "note"] = Field(
        description="Ověření: verbatim doslovná citace, supported věta modelu doložená citací, unsupported nedoložená "
        "věta, note vlastní slova Opory o dokumentech."
    )
    citations: list[int] = Field(description="Čísla citací, o které se řádek opírá.")
    table: "TableOut | None" = Field(description="Tabulka řádku podoby table, jinak nic.")

    @classmethod
    def of(cls, statement: Statement) -> "StatementOut":
        table = None
        if statement.table:
            rows = [[[cls.of(said) for said in cell] for cell in row] for row in statement.table.rows]
            table = TableOut(columns=list(statement.table.columns), rows=rows)
        return cls(
            text=statement.text,
            form=statement.form,
            verdict=statement.verdict,
            citations=list(statement.citations),
            table=table,
        )


class TableOut(BaseModel):
    """Documents side by side."""

    columns: list[str] = Field(description="Záhlaví sloupců; první patří popiskům řádků.")
    rows: list[list[list[StatementOut]]] = Field(description="Řádky; buňka je seznam řádků odpovědi s citacemi.")


class CitationOut(BaseModel):
    """A quote with its place."""

    n: int = Field(ge=1, description="Číslo citace v odpovědi.")
    document: DocumentOut
    place: PlaceOut
    quote: str = Field(description="Doslovný text z dokumentu.")

    @classmethod
    def of(cls, citation: Citation, document: Document, today: date) -> "CitationOut":
        return cls(
            n=citation.n,
            document=DocumentOut.of(document, today),
            place=PlaceOut.of(citation.passage, citation.start, citation.end),
            quote=citation.quote,
        )


class UnderstoodOut(BaseModel):
    """How the question was read."""

    concepts: list[str] = Field(description="Pojmy hledané vedle slov otázky.")
    corrections: list[list[str]] = Field(description="Dvojice: slovo, jak bylo napsáno, a jak bylo čteno.")
    follows: list[str] = Field(description="Na co z předchozích zpráv otázka navazuje.")


class AnswerOut(BaseModel):
    """A checked answer."""

    status: Literal["answered", "partial", "not_found", "out_of_scope", "blocked", "clarify"] = Field(
        description="Stav: answered zodpovězeno, partial zčásti, not_found v dokumentech není, out_of_scope mimo "
        "zaměření, blocked odmítnuto, clarify je potřeba upřesnit otázku."
    )
    text: str = Field(description="Celá odpověď jako prostý text s čísly citací v hranatých závorkách.")
    statements: list[StatementOut]
    citations: list[CitationOut]
    confidence: float | None = Field(
        ge=0, le=1, description="Pravděpodobnost, že dokumenty na otázku odpovídají; nic tam, kde se neposuzovala."
    )
    understood: UnderstoodOut
    notices: list[str] = Field(description="Poznámky k tomu, jak odpověď vznikla.")
    seconds: float = Field(ge=0, description="Jak dlouho odpověď vznikala, v sekundách.")

    @classmethod
    def of(cls, answer: Answer, documents: dict[str, Document], today: date) -> "AnswerOut":
        """Return an answer with the validity of its documents on a day; `documents` holds those it cites, by id."""
        read = answer.understood
        return cls(
            status=answer.status,
            text=answer.text,
            statements=[StatementOut.of(statement) for statement in answer.statements],
            citations=[CitationOut.of(c, documents[c.doc], today) for c in answer.citations],
            confidence=answer.confidence,
            understood=UnderstoodOut(
                concepts=list(read.concepts),
                corrections=[list(pair) for pair in read.corrections],
                follows=list(read.follows),
            ),
            notices=list(answer.notices),
            seconds=answer.seconds,
        )


class PieceOut(BaseModel):
    """What a model has just written."""

    text: str = Field(description="Další kus textu, který nikdo neověřil; nahradí ho ověřená odpověď.")
