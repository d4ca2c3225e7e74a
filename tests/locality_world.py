"""A small dataset of invented municipalities, written as the workbook of 2023 is: same headings, same notes."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl

NOTE = (
    "Daná obec nemá na svém území ZŠ s běžnými třídami. Údaj byl převzat z celkové sitauci v obci, která má ZŠ "
    "s běžnými třídami nejblíže středu intravilánu dané obce bez školy."
)
SHEET = "Index soc. vyloučení 2023"
HEADINGS = (
    "Kód obce",
    "Název obce",
    "Status obce",
    "Kod OPOU",
    "Název OPOU",
    "Kód ORP",
    "Název ORP",
    "Kód okres",
    "Název okres",
    "Kód kraj",
    "Název kraj",
    "Počet obyvyatel - starších 15 let (k 31. 12. 2023)",
    "Počet obyvatel - 15 až 64 let (k 31. 12. 2023)",
    "Počet osob v exekuci (k 31. 12. 2023)",
    "% podíl obyvatel v exekuci (k 31. 12. 2023; vztaženo na obyvatelstvo 15+)",
    "Osoby v exekuci - lokalizační kvocient",
    "Počet vyplacených PnB (průměrný měsíc r. 2023)",
    "% podíl příjemců PnB (průměrný měsíc r. 2023; vztaženo na obyvatelstvo 15+)",
    "PnB - lokalizační kvocient",
    "Počet vyplacených PnŽ (průměrný měsíc r. 2023)",
    "% podíl příjemců PnŽ (průměrný měsíc r. 2023; vztaženo na obyvatelstvo 15+)",
    "PnŽ - lokalizační kvocient",
    "Počet uchazečů o zaměstnání evidovaných ÚP déle než 6 měsíců (prosinec 2023)",
    "% podíl uchazečů o zaměstnání evidovaných ÚP déle než 6 měsíců (prosinec 2023; vztaženo na obyvatelstvo 15 až 64)",
    "Uchazeči o zaměstnání evidovaní ÚP déle než 6 měsíců - lokalizační kvocient",
    "Počet předčasných odchodů ze ZŠ - běžné třídy (školní rok 2022/23)",
    "% podíl předčasných odchodů ze ZŠ na celkovém počtu předčasných odchodů ze ZŠ - běžné třídy (školní rok 2022/23)",
    "Celkový počet žáků, kteří ukončili povinnou školní docházku - běžné třídy (školní rok 2022/23)",
    "Předčasné odchody ze ZŠ - běžné třídy - lokalizační kvocient",
    "Index soc. vyloučení 2023 (0-30 bodů)",
    "Index soc. vyloučení 2023 (4 kategorie bodů)",
)


def row(
    code: int,
    name: str,
    *,
    orp: str = "Horní",
    district: str = "Horní",
    region: str = "Severní kraj",
    adults: int = 1000,
    debt: float = 40,
    housing: float = 10,
    income: float = 4,
    work: int = 10,
    school: tuple[int, int] | None = None,
    points: int = 1,
) -> list[Any]:
    """Return the cells of one municipality; counts are given, shares follow from them, `school` is (left, pupils)."""
    working = adults * 4 // 5
    left: list[Any] = [NOTE] * 4
    if school is not None:
        left = [school[0], _share(*school), school[1], 1.0]
    category = "0 až 1" if points < 2 else "2 až 7" if points < 8 else "8 až 11" if points < 12 else "12 až 30"
    return [
        *(code, name, "O", 1, orp, len(orp), orp, f"CZ{len(district)}", district, f"CZ0{len(region)}", region),
        *(adults, working, debt, _share(debt, adults), 1.0, housing, _share(housing, adults), 1.0),
        *(income, _share(income, adults), 1.0, work, _share(work, working), 1.0, *left, points, category),
    ]


def _share(count: float, base: int) -> float:
    return 100 * count / base if base else 0


def rows() -> list[list[Any]]:
    """Return 43 municipalities: forty alike in two regions, two of the same name, one that stands out."""
    found = [
        row(
            500100 + n,
            f"Ves {n}",
            orp="Horní" if n < 10 else "Dolní",
            district="Horní" if n < 10 else "Dolní",
            region="Severní kraj" if n < 20 else "Jižní kraj",
            debt=30 + n,
            work=8 + n % 4,
            school=(1, 20 + n) if n % 2 else None,
        )
        for n in range(40)
    ]
    found.append(row(500001, "Lhota", district="Horní", orp="Horní"))
    found.append(row(500002, "Lhota", district="Dolní", orp="Dolní", region="Jižní kraj"))
    found.append(row(500003, "Šedá Čtvrť", debt=300, income=3, work=60, points=22))
    return found


def workbook(
    lines: Sequence[Sequence[Any]] | None = None,
    headings: Sequence[str] = HEADINGS,
    replaced: Mapping[str, str] | None = None,
    above: Sequence[Sequence[Any]] = (),
    below: Sequence[Sequence[Any]] = (),
    sheet: str = SHEET,
) -> bytes:
    """Return an XLSX with the given rows; `replaced` renames headings."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    names = [(replaced or {}).get(heading, heading) for heading in headings]
    for line in (*above, names, *(rows() if lines is None else lines), *below):
        page.append(list(line))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
