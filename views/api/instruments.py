"""`GET /api/instruments`: the catalogue, filtered, ordered and page by page."""

from datetime import date

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from retrieval.facets import ordered
from retrieval.instruments import KINDS, Catalogue, Instrument, InstrumentKind, Value
from views.api.places import DocumentOut, PlaceOut
from views.api.requests import InstrumentsIn
from views.api.service import Service
from views.api.validation import asked as asked_by
from views.assistant import made_of_index
from views.catalogue_data import OpenCatalogue


class ConceptOut(BaseModel):
    """A concept of the thesaurus."""

    id: str = Field(description="Označení pojmu pro filtry.")
    label: str = Field(description="Úřední název.")


class ValueOut(BaseModel):
    """A value with the words of the document that say it."""

    quote: str = Field(description="Doslovný text z dokumentu.")
    label: str = Field(description="Popisek nebo nadpis v dokumentu; prázdný text, když žádný není.")
    place: PlaceOut
    concepts: list[ConceptOut] = Field(description="Pojmy, které text jmenuje.")

    @classmethod
    def of(cls, catalogue: Catalogue, value: Value) -> "ValueOut":
        return cls(
            quote=value.quote,
            label=value.label,
            place=PlaceOut.of(value.passage, value.start, value.end, value.code),
            concepts=[ConceptOut(id=key, label=catalogue.label(key)) for key in value.concepts],
        )


class InstrumentOut(BaseModel):
    """An instrument; empty lists and null say that the document states nothing."""

    id: str = Field(description="Označení nástroje.")
    document: DocumentOut
    kind: InstrumentKind = Field(description="Druh nástroje.")
    kind_label: str = Field(description="Druh slovy.")
    code: str = Field(description="Kód v dokumentu; prázdný text, když žádný nemá.")
    name: ValueOut
    fields: dict[str, list[ValueOut]] = Field(
        description="Údaje s doslovnými citacemi podle názvu pole: chapter, groups, programme_groups, tasks, "
        "beneficiaries, themes, descriptors, programme, period, facts. Co dokument neuvádí, chybí."
    )

    @classmethod
    def of(cls, opened: OpenCatalogue, instrument: Instrument, today: date) -> "InstrumentOut":
        catalogue = opened.catalogue
        fields: dict[str, list[ValueOut]] = {}
        for field, value in instrument.values():
            fields.setdefault(field, []).append(ValueOut.of(catalogue, value))
        name = fields.pop("name")[0]
        return cls(
            id=instrument.id,
            document=DocumentOut.of(catalogue.documents[instrument.doc], today),
            kind=instrument.kind,
            kind_label=KINDS[instrument.kind],
            code=instrument.code,
            name=name,
            fields=fields,
        )


class InstrumentsOut(BaseModel):
    """A page of the catalogue."""

    total: int = Field(ge=0, description="Kolik nástrojů filtrům vyhovuje.")
    offset: int = Field(ge=0, description="Kolik jich bylo přeskočeno.")
    instruments: list[InstrumentOut]
    index: str = Field(description="Otisk indexu, ze kterého je katalog sestaven.")


async def instruments(service: Service, request: Request) -> Response:
    """List instruments.

    Raises
    ------
    ApiError
        If the request is wrong, all workers are taken, or the search takes too long.
    OporaError
        If there is no index.
    """
    asked = asked_by(InstrumentsIn, request.query_params)
    page = await service.pool.run(lambda: _page(asked), service.settings.timeout)
    return Response(page.model_dump_json(), media_type="application/json")


def _page(asked: InstrumentsIn) -> InstrumentsOut:
    today = date.today()
    # The same name and version as the catalogue's page has, so both share one.
    opened = made_of_index("catalogue", today, lambda index: OpenCatalogue.of(index, today))
    kept = [i for i in opened.catalogue.instruments if opened.filing.matches(i, asked.choice)]
    scores = None
    if asked.q.strip():
        relevance = opened.rank(asked.q)
        kept, scores = [i for i in kept if i.id in relevance.near], relevance.scores
    found = ordered(kept, opened.catalogue, asked.order, scores)
    chosen = found[asked.offset : asked.offset + asked.limit]
    return InstrumentsOut(
        total=len(found),
        offset=asked.offset,
        instruments=[InstrumentOut.of(opened, instrument, today) for instrument in chosen],
        index=opened.index.fingerprint,
    )
