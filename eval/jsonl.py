"""Reading JSON lines written by people and programs: every wrong line is named, none is skipped."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from ingest.errors import QuestionSetError
from prompts.json_fields import Fields, line_fields

T = TypeVar("T")

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
            item = parse(line_fields(line))
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
