"""Reading the fields of one JSON object that a person or a program wrote; what is wrong is said in Czech."""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ingest.errors import QuestionSetError

T = TypeVar("T")
Fields = Mapping[str, Any]

_SHOWN = 40


def line_fields(line: str) -> Fields:
    """Return the object that a line of JSON holds; raise `QuestionSetError` if it is none."""
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise QuestionSetError(
            f"není to platný JSON (znak {error.pos + 1}). Zkontrolujte uvozovky, čárky a závorky, "
            "nebo zda řádek není useknutý"
        ) from error
    if not isinstance(value, dict):
        raise QuestionSetError(f"čeká se objekt JSON, je {_shown(value)}")
    return value


def text(fields: Fields, name: str, *, empty: bool = False) -> str:
    """Return the string under `name`; raise `QuestionSetError` if it is missing, not text, or blank."""
    value = _get(fields, name)
    if not isinstance(value, str):
        raise QuestionSetError(f"„{name}“ má být text, je {_shown(value)}")
    if not empty and not value.strip():
        raise QuestionSetError(f"„{name}“ je prázdné")
    return value


def choice(fields: Fields, name: str, allowed: tuple[str, ...]) -> str:
    """Return the string under `name`; raise `QuestionSetError` if it is not one of `allowed`."""
    value = text(fields, name, empty=True)
    if value not in allowed:
        raise QuestionSetError(f"„{name}“ je „{value}“; smí být jen: {', '.join(allowed)}")
    return value


def flag(fields: Fields, name: str) -> bool:
    """Return the boolean under `name`; raise `QuestionSetError` otherwise."""
    value = _get(fields, name)
    if not isinstance(value, bool):
        raise QuestionSetError(f"„{name}“ má být true nebo false, je {_shown(value)}")
    return value


def whole(fields: Fields, name: str) -> int:
    """Return the integer ≥ 0 under `name`; raise `QuestionSetError` otherwise."""
    value = _get(fields, name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise QuestionSetError(f"„{name}“ má být celé číslo od nuly výš, je {_shown(value)}")
    return value


def number(fields: Fields, name: str) -> float:
    """Return the number under `name`; raise `QuestionSetError` otherwise."""
    value = _get(fields, name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise QuestionSetError(f"„{name}“ má být číslo, je {_shown(value)}")
    return float(value)


def texts(fields: Fields, name: str) -> tuple[str, ...]:
    """Return the list of strings under `name`; raise `QuestionSetError` otherwise."""
    values = _list(fields, name)
    return tuple(text({name: value}, name) for value in values)


def objects(fields: Fields, name: str, parse: Callable[[Fields], T]) -> tuple[T, ...]:
    """Parse each object of the list under `name`; an error says which item it is (1-based)."""
    parsed = []
    for position, value in enumerate(_list(fields, name), 1):
        where = f"„{name}“, {position}. položka: "
        if not isinstance(value, dict):
            raise QuestionSetError(f"{where}má být objekt, je {_shown(value)}")
        try:
            parsed.append(parse(value))
        except QuestionSetError as error:
            raise QuestionSetError(f"{where}{error}") from error
    return tuple(parsed)


def _get(fields: Fields, name: str) -> Any:
    if name not in fields:
        raise QuestionSetError(f"chybí „{name}“")
    return fields[name]


def _list(fields: Fields, name: str) -> list[Any]:
    value = _get(fields, name)
    if not isinstance(value, list):
        raise QuestionSetError(f"„{name}“ má být seznam, je {_shown(value)}")
    return value


def _shown(value: Any) -> str:
    """Return the value as JSON, cut so that a message stays one readable line."""
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"
