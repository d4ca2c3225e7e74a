"""The published description of the interface, made of the schemas that check its requests."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from views.api.answers import AnswerOut, PieceOut
from views.api.errors import Failure
from views.api.health import StateOut
from views.api.instruments import InstrumentsOut
from views.api.requests import AskIn, InstrumentsIn, SearchIn
from views.api.searching import HitsOut

VERSION = "1.0.0"

_REF = "#/components/schemas/{model}"

_ERRORS: Mapping[int, str] = {
    400: "Tělo žádosti není platný JSON.",
    401: "Chybí platný klíč.",
    413: "Žádost je příliš dlouhá.",
    415: "Žádost není ve formátu JSON.",
    422: "Žádost neodpovídá popisu; details vyjmenuje chybná pole.",
    429: "Příliš mnoho žádostí; Retry-After udává, za kolik sekund pokračovat.",
    500: "Žádost se nepodařilo zpracovat.",
    503: "Není z čeho odpovídat (not_ready), nebo jsou obsazená všechna místa (busy).",
    504: "Odpověď se nepodařilo připravit včas.",
}

_WAITING = {
    "Retry-After": {"description": "Za kolik sekund to zkusit znovu.", "schema": {"type": "integer", "minimum": 1}}
}

_KEYED, _WORKED = (401, 429, 500), (503, 504)


@dataclass(frozen=True, slots=True)
class _Route:
    """One operation: where it is, what goes in and out, and how it may fail."""

    path: str
    method: str
    name: str
    summary: str
    description: str
    reply: str
    out: type[BaseModel] | None
    errors: tuple[int, ...]
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    media_type: str = "application/json"
    keyed: bool = True


_ROUTES = (
    _Route(
        "/api/ask",
        "post",
        "ask",
        "Odpověď na otázku",
        "Odpoví z dokumentů a každé tvrzení doloží doslovnou citací. S hlavičkou „Accept: text/event-stream“ posílá "
        "události: piece (PieceOut) je neověřený kus textu, který píše jazykový model; poslední je answer (AnswerOut) "
        "s ověřenou odpovědí, nebo error (Failure). Řádky začínající dvojtečkou jen drží spojení.",
        "Ověřená odpověď.",
        AnswerOut,
        (400, *_KEYED, 413, 415, 422, *_WORKED),
        body=AskIn,
    ),
    _Route(
        "/api/search",
        "post",
        "search",
        "Pasáže k otázce",
        "Najde pasáže dokumentů, které se k otázce hodí, a seřadí je od nejlepší.",
        "Nalezené pasáže.",
        HitsOut,
        (400, *_KEYED, 413, 415, 422, *_WORKED),
        body=SearchIn,
    ),
    _Route(
        "/api/instruments",
        "get",
        "instruments",
        "Katalog nástrojů",
        "Vypíše opatření, podporované aktivity a další nástroje; parametr filtru lze opakovat, hodnoty jednoho filtru "
        "se nabízejí vedle sebe, různé filtry musí platit zároveň.",
        "Stránka katalogu.",
        InstrumentsOut,
        (*_KEYED, 422, *_WORKED),
        query=InstrumentsIn,
    ),
    _Route("/api/openapi.json", "get", "openapi", "Tento popis", "Popis rozhraní.", "Popis.", None, (), keyed=False),
    _Route("/healthz", "get", "healthz", "Běží proces?", "", "Běží.", StateOut, (), keyed=False),
    _Route(
        "/readyz",
        "get",
        "readyz",
        "Je z čeho odpovídat?",
        "První dotaz otevře dokumenty, což trvá několik sekund.",
        "Dokumenty jsou otevřené.",
        StateOut,
        (500, 503),
        keyed=False,
    ),
    _Route(
        "/metrics",
        "get",
        "metrics",
        "Provozní čísla",
        "Počty žádostí a odpovědí, doby a otisk indexu ve formátu Prometheus.",
        "Čísla.",
        None,
        _KEYED,
        media_type="text/plain",
    ),
)


def document(base: str, needs_key: bool) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document; `base` is the path under which the app is served."""
    paths: dict[str, dict[str, Any]] = {}
    for route in _ROUTES:
        paths.setdefault(route.path, {})[route.method] = _operation(route, needs_key)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Opora",
            "version": VERSION,
            "description": "Odpovědi o nástrojích podpory s doslovnými citacemi, pro jiné systémy. Každá chyba má "
            "stejný tvar (Failure) s českou zprávou a stálým kódem. Text otázek se nezaznamenává.",
        },
        "servers": [{"url": base or "/"}],
        "paths": paths,
        "components": {"schemas": _schemas(), "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
    }


def _operation(route: _Route, needs_key: bool) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "responses": {"200": _reply(route), **{str(status): _error(status) for status in sorted(route.errors)}},
        "security": [{"key": []}] if route.keyed and needs_key else [],
    }
    if route.description:
        operation["description"] = route.description
    if route.body:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(route.body)}}}
    if route.query:
        operation["parameters"] = list(_parameters(route.query))
    return operation


def _reply(route: _Route) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"} if route.media_type == "text/plain" else {"type": "object"}
    content: dict[str, Any] = {route.media_type: {"schema": _ref(route.out) if route.out else schema}}
    if route.out is AnswerOut:
        content["text/event-stream"] = {"schema": {"type": "string"}}
    return {"description": route.reply, "content": content}


def _error(status: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "description": _ERRORS[status],
        "content": {"application/json": {"schema": _ref(Failure)}},
    }
    if status in (429, 503):
        found["headers"] = _WAITING
    return found


def _parameters(model: type[BaseModel]) -> Iterable[dict[str, Any]]:
    schema = model.model_json_schema(ref_template=_REF)
    for name, found in schema["properties"].items():
        shape = _untitled(found)
        yield {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "description": shape.pop("description", ""),
            "schema": shape,
            # A list repeats its parameter.
            "style": "form",
            "explode": True,
        }


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REF.format(model=model.__name__)}


def _schemas() -> dict[str, Any]:
    requests = [(model, "validation") for model in (AskIn, SearchIn)]
    replies = [(m, "serialization") for m in (AnswerOut, PieceOut, HitsOut, InstrumentsOut, StateOut, Failure)]
    _, found = models_json_schema([*requests, *replies], ref_template=_REF)  # type: ignore[list-item]
    schemas: dict[str, Any] = {name: _untitled(schema, top=True) for name, schema in found["$defs"].items()}
    return schemas


def _untitled(schema: Any, top: bool = False) -> Any:
    """Return a schema without what the library makes of the code: English titles, and docstrings at the `top`."""
    if isinstance(schema, list):
        return [_untitled(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    dropped = {"title", "description"} if top else {"title"}
    return {k: _untitled(v) for k, v in schema.items() if not (k in dropped and isinstance(v, str))}
