"""Where a quote stands: its document with what is known of its validity, and the place in its text."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from ingest.document import Document, Passage
from retrieval.period import VALIDITY, validity


class ValidityOut(BaseModel):
    """What is known about a document's period."""

    state: Literal["current", "ended", "future", "unknown"] = Field(
        description="Období dokumentu dnes: current trvá, ended skončilo, future teprve začne, unknown neuvedeno. "
        "Že období trvá, ještě neznamená, že je otevřená výzva."
    )
    label: str = Field(description="Totéž slovy.")
    status: str = Field(description="Stav dokumentu; prázdný text znamená neuvedeno.")
    note: str = Field(description="Poznámka k platnosti; prázdný text znamená neuvedeno.")
    basis: str = Field(description="Odkud je platnost známa; prázdný text znamená neuvedeno.")


class DocumentOut(BaseModel):
    """A source document."""

    id: str = Field(description="Označení dokumentu pro filtry.")
    title: str = Field(description="Název.")
    publisher: str = Field(description="Vydavatel; prázdný text znamená neuvedeno.")
    programme: str = Field(description="Program; prázdný text znamená neuvedeno.")
    period: str = Field(description="Období; prázdný text znamená neuvedeno.")
    url: str = Field(description="Adresa původního dokumentu; prázdný text znamená neuvedeno.")
    validity: ValidityOut

    @classmethod
    def of(cls, document: Document, today: date) -> "DocumentOut":
        """Return what is known about a document on a day."""
        source = document.source
        state = validity(source, today)
        return cls(
            id=document.id,
            title=source.title or document.id,
            publisher=source.publisher,
            programme=source.programme,
            period=source.period,
            url=source.url,
            validity=ValidityOut(
                state=state,
                label=VALIDITY[state],
                status=source.status,
                note=source.validity_note,
                basis=source.validity_basis,
            ),
        )


class PlaceOut(BaseModel):
    """A span of a document's text."""

    start: int = Field(ge=0, description="Začátek v textu dokumentu, ve znacích od nuly.")
    end: int = Field(ge=0, description="Konec v textu dokumentu; znak na této pozici už k místu nepatří.")
    page: int | None = Field(description="Strana od jedné, pokud dokument strany má.")
    headings: list[str] = Field(description="Nadpisy, pod kterými místo stojí, nejvyšší první.")
    code: str = Field(description="Kód opatření, úkolu nebo deskriptoru; prázdný text, když žádný nemá.")

    @classmethod
    def of(cls, passage: Passage, start: int, end: int, code: str = "") -> "PlaceOut":
        """Return a span that stands in a passage."""
        return cls(start=start, end=end, page=passage.page, headings=list(passage.headings), code=code or passage.code)
