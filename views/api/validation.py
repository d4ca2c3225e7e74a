"""Checks requests against their schemas and says in Czech what is wrong."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, get_origin

from pydantic import BaseModel, ValidationError
from starlette.datastructures import QueryParams

from views.api.errors import ApiError, Detail

M = TypeVar("M", bound=BaseModel)

_MOST_DETAILS = 20
_LONGEST_PLACE = 100

# By the library's names of what can be wrong; the limits in braces are its own.
_MESSAGES: Mapping[str, str] = {
    "missing": "Pole chybí.",
    "extra_forbidden": "Takové pole rozhraní nezná.",
    "string_type": "Má to být text.",
    "string_too_short": "Text je příliš krátký, nejmenší počet znaků: {min_length}.",
    "string_too_long": "Text je příliš dlouhý, největší počet znaků: {max_length}.",
    "int_type": "Má to být celé číslo.",
    "bool_type": "Má to být true nebo false.",
    "tuple_type": "Má to být seznam.",
    "too_long": "Seznam je příliš dlouhý, největší počet položek: {max_length}.",
    "greater_than_equal": "Číslo je příliš malé, nejmenší možné: {ge}.",
    "less_than_equal": "Číslo je příliš velké, největší možné: {le}.",
    "literal_error": "Hodnota není v seznamu povolených.",
    "model_type": "Má to být objekt.",
}


def parsed(model: type[M], body: bytes) -> M:
    """Return the request that a body holds.

    Raises
    ------
    ApiError
        If it is not JSON (400), or not what the schema says (422).
    """
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        errors = error.errors(include_input=False, include_url=False)
    if any(e["type"] == "json_invalid" for e in errors):
        raise ApiError(400, "malformed", "Žádost není platný JSON v kódování UTF-8. Zkontrolujte závorky a uvozovky.")
    raise _invalid(errors)


def asked(model: type[M], query: QueryParams) -> M:
    """Return the request that an address holds; lists repeat their parameter, other fields stand once.

    Raises
    ------
    ApiError
        If it is not what the schema says (422).
    """
    values: dict[str, object] = {}
    for name in query:
        field, given = model.model_fields.get(name), query.getlist(name)
        if field is not None and get_origin(field.annotation) is tuple:
            values[name] = tuple(given)
        else:
            values[name] = _whole(given[0]) if field and field.annotation is int and len(given) == 1 else given[0]
            if field is not None and len(given) > 1:
                raise _refusal([Detail(field=name, message="Parametr smí být v adrese jen jednou.")])
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise _invalid(error.errors(include_input=False, include_url=False)) from None


def _whole(text: str) -> int | str:
    """Return a number written in plain digits; anything else stays a text, which the schema then refuses."""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 19 else text


def _invalid(errors: Sequence[Mapping[str, Any]]) -> ApiError:
    return _refusal([_detail(error) for error in errors[:_MOST_DETAILS]])


def _refusal(details: list[Detail]) -> ApiError:
    return ApiError(422, "invalid", "Žádost neodpovídá popisu rozhraní. Opravte vyjmenovaná pole.", details)


def _detail(error: Mapping[str, Any]) -> Detail:
    place = ".".join(str(part) for part in error["loc"])[:_LONGEST_PLACE]
    template = _MESSAGES.get(error["type"], "Hodnota nemá očekávaný tvar.")
    return Detail(field=place, message=template.format(**error.get("ctx", {})))
