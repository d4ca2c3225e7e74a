"""Reading JSON lines written by people and programs: every wrong line is named, none is skipped."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from ingest.errors import QuestionSetError

T = TypeVar("T")
Fields = Mapping[str, Any]

# A file of another kind has thousands of wrong lines; the first ones tell the reader as much.
SHOWN = 20


def parse_lines(path: Path, parse: Callable[[Fields], T], key: Callable[[T], str]) -> tuple[T, ...]:
    """Parse each line that is not blank, in the order of the file.

    `parse` gets the object of one line and raises `QuestionSetError` with what is wrong; `key` gives what
    must not occur twice.

    Raises
    ------
    QuestionSetError
        If the file cannot be read or holds nothing, or with one row "file, line: what" per wrong line.
    """
    items: list[T] = []
    seen: dict[str, int] = {}
    complaints: list[str] = []
    # Not splitlines(): it also breaks at U+2028, which may stand inside a JSON string.
    for number, line in enumerate(_read(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            item = parse(_fields(line))
            first = seen.setdefault(key(item), number)
            if first != number:
                raise QuestionSetError(f"id „{key(item)}“ už má řádek {first}; každé id smí být jen jednou")
        except QuestionSetError as error:
            complaints.append(f"{path}, řádek {number}: {error}")
        else:
            items.append(item)
    if complaints:
        rest = len(complaints) - SHOWN
        more = [f"… a další chybné řádky (počet: {rest})"] if rest > 0 else []
        raise QuestionSetError("\n".join(complaints[:SHOWN] + more))
    if not items:
        raise QuestionSetError(f"Soubor {path} nic neobsahuje. Čeká se jeden objekt JSON na každém řádku.")
    return tuple(items)


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


def _read(path: Path) -> str:
    try:
        # utf-8-sig: spreadsheet and office programs put a byte order mark first.
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise QuestionSetError(
            f"Soubor {path} není v kódování UTF-8 (bajt {error.start}). Uložte jej znovu jako UTF-8."
        ) from error
    except OSError as error:
        raise QuestionSetError(f"Soubor {path} nelze přečíst. Zkontrolujte cestu a práva ke čtení.") from error


def _fields(line: str) -> Fields:
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
    return shown if len(shown) <= 40 else shown[:40] + "…"
