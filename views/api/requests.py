"""What other systems may ask, field by field; the published description is made of the same."""

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from ingest.document import Kind
from prompts.answer import Turn
from retrieval.facets import Choice, Facet, Order
from retrieval.filters import Filters
from retrieval.instruments import InstrumentKind
from retrieval.period import Validity

QUESTION, TURN = 4_000, 8_000
"""Longest question and longest earlier message, in characters."""

TURNS = 20


def _whole(value: object) -> object:
    """Take 44.0 for 44: to JSON both are the same whole number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(_whole)]
Term = Annotated[str, Field(max_length=200)]
Terms = Annotated[tuple[Term, ...], Field(max_length=50)]


class _Request(BaseModel):
    """Unknown fields are refused, because a filter with a typo would otherwise silently filter nothing."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class TurnIn(_Request):
    """An earlier message of the conversation."""

    role: Literal["user", "assistant"] = Field(description="Kdo zprávu napsal: user tazatel, assistant Opora.")
    content: str = Field(max_length=TURN, description="Text zprávy.")


class AskIn(_Request):
    """A question after the earlier messages, oldest first."""

    question: str = Field(
        min_length=1, max_length=QUESTION, description="Otázka v češtině.", examples=["Kdo může žádat o podporu?"]
    )
    history: tuple[TurnIn, ...] = Field(
        default=(), max_length=TURNS, description="Předchozí zprávy rozhovoru, nejstarší první."
    )
    plain: bool = Field(default=False, description="Hledat jen slova otázky: bez příbuzných pojmů a opravy překlepů.")

    @property
    def turns(self) -> tuple[Turn, ...]:
        return tuple(Turn(turn.role, turn.content) for turn in self.history)


class FiltersIn(_Request):
    """Each filter that is set must hold; several values of one filter are alternatives."""

    docs: Terms = Field(default=(), description="Označení dokumentů.")
    programmes: Terms = Field(default=(), description="Programy, jak je uvádí katalog.")
    periods: Terms = Field(default=(), description="Období dokumentů, jak je uvádí katalog.")
    kinds: tuple[Kind, ...] = Field(default=(), max_length=50, description="Druhy pasáží.")
    concepts: Terms = Field(default=(), description="Označení pojmů tezauru, například cílových skupin.")

    @property
    def filters(self) -> Filters:
        return Filters(self.docs, self.programmes, self.periods, tuple(self.kinds), self.concepts)


class SearchIn(_Request):
    """A question whose passages are wanted, not an answer."""

    question: str = Field(min_length=1, max_length=QUESTION, description="Otázka nebo hledaná slova.")
    limit: Whole = Field(default=10, ge=1, le=50, description="Nejvyšší počet pasáží.")
    filters: FiltersIn = Field(default=FiltersIn(), description="Na co hledání omezit.")


class InstrumentsIn(_Request):
    """A page of the catalogue; facets repeat their parameter, an empty value stands for what is not stated."""

    q: str = Field(default="", max_length=QUESTION, description="Hledaná slova; bez nich se vypíše celý katalog.")
    document: Terms = Field(default=(), description="Označení dokumentu.")
    programme: Terms = Field(default=(), description="Program; prázdná hodnota znamená neuvedený.")
    kind: tuple[InstrumentKind, ...] = Field(default=(), max_length=50, description="Druh nástroje.")
    group: Terms = Field(default=(), description="Pojem cílové skupiny; prázdná hodnota znamená neuvedenou.")
    theme: Terms = Field(default=(), description="Pojem tématu; prázdná hodnota znamená neuvedené.")
    beneficiary: Terms = Field(default=(), description="Příjemce nebo realizátor; prázdná hodnota: neuvedený.")
    validity: tuple[Validity, ...] = Field(
        default=(),
        max_length=50,
        description="Období: current trvá, future teprve začne, ended skončilo, unknown neuvedeno.",
    )
    order: Order = Field(
        default="relevance",
        description="Pořadí: relevance podle q (bez něj podle dokumentů), code, document, title.",
    )
    offset: Whole = Field(default=0, ge=0, le=1_000_000, description="Kolik nástrojů přeskočit.")
    limit: Whole = Field(default=20, ge=1, le=100, description="Kolik nástrojů nejvýše vrátit.")

    @property
    def choice(self) -> Choice:
        """The chosen options of each facet."""
        facets: tuple[Facet, ...] = get_args(Facet)
        return {facet: frozenset(given) for facet in facets if (given := getattr(self, facet))}
