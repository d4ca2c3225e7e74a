"""The columns of the workbook, told by their headings in any year and in any order."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

Form = Literal["name", "text", "code", "integer", "number", "percent"]

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_INDEX = r"index soc\w* vylouceni "
_SCALE = re.compile(r"\(0\s*[-–]\s*(\d+)")

FORMS: dict[Form, str] = {
    "name": "text",
    "text": "text",
    "code": "celé číslo",
    "integer": "celé číslo",
    "number": "číslo",
    "percent": "číslo od 0 do 100",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column that the reader looks for.

    Attributes
    ----------
    heading
        How the workbook of 2023 writes it, without what changes from year to year; shown in messages.
    pattern
        Regular expression that its folded heading matches, and no other column's.
    empty
        Whether a value may be missing.
    needed
        Whether a workbook without the column is refused.
    """

    id: str
    heading: str
    pattern: str
    form: Form
    empty: bool = False
    needed: bool = True


_Head = tuple[str, str]
"""A heading and its pattern."""


def _dimension(key: str, count: _Head, share: _Head, quotient: _Head) -> tuple[Column, ...]:
    return (
        Column(f"{key}_count", *count, "number", empty=True),
        Column(f"{key}_share", *share, "percent", empty=True),
        Column(f"{key}_quotient", *quotient, "number", empty=True, needed=False),
    )


COLUMNS = (
    Column("code", "Kód obce", r"kod obce$", "code"),
    Column("name", "Název obce", r"nazev obce$", "name"),
    Column("status", "Status obce", r"status obce$", "text", empty=True, needed=False),
    Column("orp_code", "Kód ORP", r"kod orp$", "code", empty=True),
    Column("orp", "Název ORP", r"nazev orp$", "text", empty=True),
    Column("district_code", "Kód okres", r"kod okres", "text", empty=True),
    Column("district", "Název okres", r"nazev okres", "name"),
    Column("region_code", "Kód kraj", r"kod kraj", "text", empty=True),
    Column("region", "Název kraj", r"nazev kraj", "name"),
    Column("adults", "Počet obyvatel - starších 15 let", r"pocet ob\w+ .*starsich (nez )?15", "integer", empty=True),
    Column("working_age", "Počet obyvatel - 15 až 64 let", r"pocet ob\w+ .*15 az 64", "integer", empty=True),
    *_dimension(
        "debt",
        ("Počet osob v exekuci", r"pocet osob v exekuci"),
        ("% podíl obyvatel v exekuci", r"podil (obyvatel|osob) v exekuci"),
        ("Osoby v exekuci - lokalizační kvocient", r"osoby v exekuci .*kvocient"),
    ),
    *_dimension(
        "housing",
        ("Počet vyplacených PnB", r"pocet vyplacenych pnb"),
        ("% podíl příjemců PnB", r"podil prijemcu pnb"),
        ("PnB - lokalizační kvocient", r"pnb .*kvocient"),
    ),
    *_dimension(
        "income",
        ("Počet vyplacených PnŽ", r"pocet vyplacenych pnz"),
        ("% podíl příjemců PnŽ", r"podil prijemcu pnz"),
        ("PnŽ - lokalizační kvocient", r"pnz .*kvocient"),
    ),
    *_dimension(
        "work",
        (
            "Počet uchazečů o zaměstnání evidovaných ÚP déle než 6 měsíců",
            r"pocet uchazecu o zamestnani .*6 mesicu",
        ),
        (
            "% podíl uchazečů o zaměstnání evidovaných ÚP déle než 6 měsíců",
            r"podil uchazecu o zamestnani .*6 mesicu",
        ),
        (
            "Uchazeči o zaměstnání evidovaní ÚP déle než 6 měsíců - lokalizační kvocient",
            r"uchazeci o zamestnani .*kvocient",
        ),
    ),
    *_dimension(
        "school",
        ("Počet předčasných odchodů ze ZŠ - běžné třídy", r"pocet predcasnych odchodu ze zs"),
        ("% podíl předčasných odchodů ze ZŠ - běžné třídy", r"podil predcasnych odchodu ze zs"),
        ("Předčasné odchody ze ZŠ - běžné třídy - lokalizační kvocient", r"predcasne odchody ze zs .*kvocient"),
    ),
    Column(
        "pupils",
        "Celkový počet žáků, kteří ukončili povinnou školní docházku - běžné třídy",
        r"celkovy pocet zaku",
        "integer",
        empty=True,
    ),
    Column("points", "Index soc. vyloučení (0-30 bodů)", _INDEX + r"(?!.*kategori)", "integer", empty=True),
    Column("category", "Index soc. vyloučení (4 kategorie bodů)", _INDEX + r".*kategori", "text", empty=True),
)


def folded(text: str) -> str:
    """Return a text in lower case without diacritics and punctuation, its words divided by single spaces."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", plain))


def find_columns(headings: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Return the 0-based position of each column by its id, and what is wrong with the headings.

    A heading that no column claims is left alone: other years may bring more.
    """
    names = [folded(heading) for heading in headings]
    found: dict[str, int] = {}
    wrong: list[str] = []
    for column in COLUMNS:
        places = [i for i, name in enumerate(names) if re.match(column.pattern, name)]
        if len(places) > 1:
            wrong.append(
                f"sloupec „{column.heading}“ je v souboru dvakrát ({' a '.join(letters(i) for i in places[:2])}), "
                "ponechte jeden"
            )
        elif places:
            found[column.id] = places[0]
    taken = set(found.values())
    free = {names[i]: i for i in range(len(names)) if i not in taken and names[i]}
    for column in COLUMNS:
        if column.needed and column.id not in found and not any(f"„{column.heading}“" in text for text in wrong):
            wrong.append(_absent(column, free, headings))
    return found, wrong


def _absent(column: Column, free: Mapping[str, int], headings: Sequence[str]) -> str:
    """Say that a column is missing, and which unclaimed heading may be it under another name."""
    text = f"chybí sloupec „{column.heading}“"
    near = get_close_matches(folded(column.heading), list(free), n=1, cutoff=0.6)
    if not near:
        return text
    place = free[near[0]]
    return f"{text}; přejmenovaný je možná sloupec {letters(place)} „{headings[place].strip()}“"


def year_of(headings: Mapping[str, str]) -> int | None:
    """Return the year that the heading of the index names, or None; `headings` are by id of the column."""
    years = _YEAR.findall(headings.get("points", "")) or _YEAR.findall(headings.get("category", ""))
    return int(years[0]) if years else None


def most_points(heading: str) -> int | None:
    """Return the upper end of the scale that a heading like "… (0-30 bodů)" states, or None."""
    scale = _SCALE.search(heading)
    return int(scale.group(1)) if scale else None


def letters(position: int) -> str:
    """Return the letters of a column as spreadsheets show them: 0 is A, 26 is AA."""
    return "".join(reversed(list(_digits(position + 1))))


def _digits(number: int) -> Iterator[str]:
    while number:
        number, rest = divmod(number - 1, 26)
        yield chr(ord("A") + rest)
