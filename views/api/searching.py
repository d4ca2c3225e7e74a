"""`POST /api/search`: the passages that a question finds, best first."""

from datetime import date
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from ingest.document import Kind
from retrieval.passages import ScoredPassage
from views.api.limits import read_body
from views.api.places import DocumentOut, PlaceOut
from views.api.requests import SearchIn
from views.api.service import Service
from views.api.validation import parsed
from views.assistant import made_of_index

if TYPE_CHECKING:
    from retrieval.index import Index


class HitOut(BaseModel):
    """A passage that was found."""

    id: str = Field(description="Označení pasáže; zůstává, dokud se text dokumentu nezmění.")
    document: DocumentOut
    place: PlaceOut
    kind: Kind = Field(description="Druh pasáže.")
    label: str = Field(description="Popisek, kterým ji dokument uvádí; prázdný text, když žádný není.")
    text: str = Field(description="Doslovný text.")
    score: float = Field(description="Míra shody; vyšší je lepší, porovnávat lze jen v rámci jednoho hledání.")

    @classmethod
    def of(cls, index: "Index", found: ScoredPassage, today: date) -> "HitOut":
        passage = found.passage
        return cls(
            id=passage.id,
            document=DocumentOut.of(index.documents[passage.doc], today),
            place=PlaceOut.of(passage, passage.start, passage.end),
            kind=passage.kind,
            label=passage.label,
            text=passage.text,
            score=found.score,
        )


class HitsOut(BaseModel):
    """Passages, best first."""

    hits: list[HitOut] = Field(description="Pasáže, nejlepší první.")
    index: str = Field(description="Otisk indexu, ve kterém se hledalo.")


async def search(service: Service, request: Request) -> Response:
    """Find passages.

    Raises
    ------
    ApiError
        If the request is wrong, all workers are taken, or the search takes too long.
    OporaError
        If there is no index that could be searched.
    """
    asked = parsed(SearchIn, await read_body(request, service.settings))
    found = await service.pool.run(lambda: _found(asked), service.settings.timeout)
    return Response(found.model_dump_json(), media_type="application/json")


def _found(asked: SearchIn) -> HitsOut:
    # Imported here because it brings Chroma and sentence-transformers, which take seconds to import.
    from retrieval.query import understand
    from retrieval.search import search as ranked

    index = serving_index()
    query = understand(asked.question, index.vocabulary, index.thesaurus)
    today = date.today()
    hits = ranked(index, query, asked.limit, asked.filters.filters)
    return HitsOut(hits=[HitOut.of(index, hit, today) for hit in hits], index=index.fingerprint)


def serving_index() -> "Index":
    """Return the index that the assistant answers from now.

    Raises
    ------
    OporaError
        If there is none yet, or it cannot be opened.
    """
    return made_of_index("index", "", lambda index: index)
