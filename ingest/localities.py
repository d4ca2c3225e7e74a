"""From the workbook "Index sociálního vyloučení" (XLSX) to municipalities, checked column by column."""

import hashlib
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from ingest.errors import ReadError
from ingest.locality_columns import COLUMNS, FORMS, Column, find_columns, folded, letters, most_points, year_of
from ingest.locality_data import DIMENSIONS, PUBLISHER, Localities, Municipality, Rate

MAX_BYTES = 30 * 2**20
"""Largest workbook that is read; that of 2023 has 1.6 MB."""

_MAX_UNPACKED = 400 * 2**20
_MAX_ROWS, _MAX_COLUMNS = 50_000, 300
_HEADING_ROWS = 15
_MOST_MESSAGES = 8

_NO_VALUE = re.compile(
    r"dana obec nema\b|(udaj|hodnota) (neni|nebyl|nelze|chybi)|neni k dispozici|nelze|individualni udaj"
    r"|duvern|neuvedeno|nezjisteno|n a$|nd$|x( x)*$|$"
)


@dataclass(slots=True)
class _Messages:
    """What is wrong with a workbook; after the first few only their number."""

    found: list[str] = field(default_factory=list)
    more: int = 0

    def add(self, text: str) -> None:
        if len(self.found) < _MOST_MESSAGES:
            self.found.append(text)
        else:
            self.more += 1


def read_localities(path: Path) -> Localities:
    """Read a workbook from a file; see `parse_localities`.

    Raises
    ------
    ReadError
        If the file is not there, or as `parse_localities` says.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ReadError(_too_large(path.name))
        content = path.read_bytes()
    except OSError as error:
        raise ReadError(f"Soubor „{path}“ nelze přečíst ({error.strerror}). Zkontrolujte cestu.") from error
    return parse_localities(content, path.name)


def parse_localities(content: bytes, name: str) -> Localities:
    """Read a workbook from its bytes; `name` is the name of the file.

    Columns are told by their headings, in any order and for any year. Values that say that there is none are missing
    values, never zeros; so are shares of nobody.

    Raises
    ------
    ReadError
        If it is no XLSX, lacks columns, or holds values of a wrong type; the message names columns and rows.
    """
    if len(content) > MAX_BYTES:
        raise ReadError(_too_large(name))
    for sheet, rows in _sheets(content, name):
        above = list(islice(rows, _HEADING_ROWS))
        start = next((n for n, row in enumerate(above) if "kod obce" in [folded(_text(v)) for v in row]), None)
        if start is None:
            continue
        headings = [_text(value) for value in above[start]]
        columns, wrong = find_columns(headings)
        headers = {key: headings[place].strip() for key, place in columns.items()}
        year = year_of(headers)
        if year is None and not wrong:
            wrong = ["v nadpisu sloupce s indexem chybí rok, například „Index soc. vyloučení 2023 (0-30 bodů)“"]
        if wrong:
            raise ReadError(_refused(name, sheet, _Messages(wrong)))
        assert year is not None
        numbered = enumerate([*above[start + 1 :], *rows], start + 2)
        found, notes, messages = _municipalities(numbered, columns)
        if messages.found:
            raise ReadError(_refused(name, sheet, messages))
        return Localities(
            year=year,
            municipalities=tuple(found),
            sheet=sheet,
            file=name,
            sha256=hashlib.sha256(content).hexdigest(),
            publisher=PUBLISHER,
            headers=headers,
            notes=tuple(notes),
            most_points=most_points(headers["points"]),
        )
    raise ReadError(
        f"V souboru „{name}“ není list s tabulkou obcí: v prvních {_HEADING_ROWS} řádcích žádného listu není sloupec "
        "„Kód obce“. Zkontrolujte, že jde o datovou sadu Index sociálního vyloučení."
    )


def _too_large(name: str) -> str:
    return f"Soubor „{name}“ je větší než {MAX_BYTES // 2**20} MB. Index sociálního vyloučení mívá jednotky MB."


def _refused(name: str, sheet: str, messages: _Messages) -> str:
    lines = "".join(f"\n• {text}" for text in messages.found)
    more = f"\n• a dalších chyb: {messages.more}" if messages.more else ""
    return f"Soubor „{name}“, list „{sheet}“, nelze načíst:{lines}{more}\nOpravte soubor a načtěte ho znovu."


def _sheets(content: bytes, name: str) -> Iterator[tuple[str, Iterator[tuple[Any, ...]]]]:
    """Yield each sheet's name and rows of values; the rows must be used before the next sheet is asked for."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > _MAX_UNPACKED:
                raise ReadError(_too_large(name))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions, which do not matter here
            # Read-only mode is ten times faster, and cells past the limits are never read.
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            try:
                for sheet in book.worksheets:
                    rows = sheet.iter_rows(values_only=True, max_row=_MAX_ROWS, max_col=_MAX_COLUMNS)
                    yield sheet.title, iter(rows)
            finally:
                book.close()
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, SyntaxError, OSError) as error:
        raise ReadError(
            f"Soubor „{name}“ není čitelný sešit XLSX. Otevřete ho v tabulkovém programu a uložte znovu jako .xlsx."
        ) from error


def _municipalities(
    rows: Iterator[tuple[int, tuple[Any, ...]]], columns: Mapping[str, int]
) -> tuple[list[Municipality], list[str], _Messages]:
    """Return the municipalities, the lines of text below the table, and what is wrong; rows are numbered from 1."""
    found: list[Municipality] = []
    notes: list[str] = []
    messages = _Messages()
    seen: dict[int, int] = {}
    for number, row in rows:
        filled = [value for value in row if value is not None and _text(value).strip()]
        if not filled:
            continue
        if len(filled) == 1 and isinstance(filled[0], str):
            notes.append(filled[0].strip())
            continue
        values, reasons, wrong = _values(number, row, columns)
        for text in wrong:
            messages.add(text)
        code = values.get("code")
        if isinstance(code, int) and code in seen:
            messages.add(f"řádek {number}: kód obce {code} je už na řádku {seen[code]}, ponechte jeden")
        elif not wrong:
            seen[values["code"]] = number
            found.append(_municipality(values, reasons))
    if not found and not messages.found:
        messages.add("pod nadpisy sloupců není žádná obec")
    return found, notes, messages


def _values(
    number: int, row: tuple[Any, ...], columns: Mapping[str, int]
) -> tuple[dict[str, Any], dict[str, str], list[str]]:
    """Return a row's values by column (None is missing), the reasons why they are missing, and what is wrong."""
    values: dict[str, Any] = {}
    reasons: dict[str, str] = {}
    wrong: list[str] = []
    for column in COLUMNS:
        place = columns.get(column.id)
        value = row[place] if place is not None and place < len(row) else None
        if value is None or (isinstance(value, str) and _NO_VALUE.match(folded(value)) and column.form != "name"):
            values[column.id] = None
            note = _text(value).strip()
            reasons[column.id] = f"poznámka v souboru: „{note}“" if note else "buňka v souboru je prázdná"
            if not column.empty:
                wrong.append(_wrong(number, column, place, value))
            continue
        try:
            values[column.id] = _converted(column, value)
        except ValueError:
            wrong.append(_wrong(number, column, place, value))
    return values, reasons, wrong


def _wrong(number: int, column: Column, place: int | None, value: Any) -> str:
    where = f"řádek {number}, sloupec {letters(place or 0)} „{column.heading}“"
    shown = f"je „{_text(value)[:40]}“" if _text(value).strip() else "je prázdný"
    return f"{where}: má být {FORMS[column.form]}, {shown}"


def _converted(column: Column, value: Any) -> Any:
    """Return a value in the form of its column.

    Raises
    ------
    ValueError
        If it has another type or lies outside its range.
    """
    if column.form in ("name", "text"):
        text = " ".join(_text(value).split())
        if not text or (column.form == "name" and not any(c.isalpha() for c in text)):
            raise ValueError(text)
        return text
    if column.form == "code" and isinstance(value, str) and value.strip().isdecimal():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
        raise ValueError(value)
    if column.form == "percent" and value > 100:
        raise ValueError(value)
    if column.form in ("code", "integer"):
        if value != int(value):
            raise ValueError(value)
        return int(value)
    return float(value)


def _municipality(values: Mapping[str, Any], reasons: Mapping[str, str]) -> Municipality:
    rates: dict[str, Rate] = {}
    for dimension in DIMENSIONS:
        share = values[f"{dimension.id}_share"]
        missing = reasons.get(f"{dimension.id}_share", "")
        # A share of nobody is no share, though the workbook writes 0.
        if share is not None and values[dimension.base] == 0:
            share, missing = None, f"v obci je 0 {dimension.base_name}, podíl proto nelze spočítat"
        quotient = values[f"{dimension.id}_quotient"] if share is not None else None
        rates[dimension.id] = Rate(values[f"{dimension.id}_count"], share, quotient, missing)
    return Municipality(
        code=values["code"],
        name=values["name"],
        district=values["district"],
        region=values["region"],
        orp=values["orp"] or "",
        district_code=values["district_code"] or "",
        region_code=values["region_code"] or "",
        orp_code=values["orp_code"] or None,
        status=values["status"] or "",
        adults=values["adults"],
        working_age=values["working_age"],
        pupils=values["pupils"],
        points=values["points"],
        category=values["category"] or "",
        rates=rates,
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)
