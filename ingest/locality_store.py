"""Where an installation keeps the datasets it has read: `localities/<year>.json` in its data folder."""

import json
import os
import re
from pathlib import Path
from typing import Any

from ingest.errors import ReadError
from ingest.locality_data import DIMENSIONS, Localities, Municipality, Rate
from ingest.settings import Settings

FORMAT = 1
"""Raised whenever the file below changes its form; older files are then to be read anew from the workbook."""

_PLAIN = (
    "code name status orp orp_code district district_code region region_code adults working_age pupils points category"
).split()
_YEAR_FILE = re.compile(r"\d{4}\.json")


def folder(settings: Settings) -> Path:
    """Return the folder with one file per year."""
    return settings.data / "localities"


def save_localities(settings: Settings, localities: Localities) -> Path:
    """Write a year's dataset in one atomic step, over an earlier one of the same year; return its file."""
    home = folder(settings)
    home.mkdir(parents=True, exist_ok=True)
    target = home / f"{localities.year}.json"
    part = home / f".{localities.year}.{os.getpid()}.part"
    with part.open("w", encoding="utf-8") as file:
        json.dump(_packed(localities), file, ensure_ascii=False, separators=(",", ":"))
        file.flush()
        os.fsync(file.fileno())
    part.replace(target)
    return target


def stored_years(settings: Settings) -> tuple[int, ...]:
    """Return the years that this installation has, newest first."""
    home = folder(settings)
    found = [int(path.stem) for path in home.glob("*.json") if _YEAR_FILE.fullmatch(path.name)]
    return tuple(sorted(found, reverse=True))


def load_localities(settings: Settings, year: int) -> Localities:
    """Read a year's dataset.

    Raises
    ------
    ReadError
        If it is not there, is damaged, or was written by another version.
    """
    path = folder(settings) / f"{year}.json"
    try:
        return _unpacked(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise ReadError(
            f"Uložené údaje o obcích za rok {year} nelze přečíst. Načtěte znovu původní soubor příkazem "
            "„python -m ingest localities SOUBOR.xlsx“ nebo na stránce Profil obce."
        ) from error


def _packed(localities: Localities) -> dict[str, Any]:
    """Columns instead of rows; the reasons for missing values repeat, so each is kept once and named by its number."""
    rows = localities.municipalities
    reasons = sorted({rate.missing for one in rows for rate in one.rates.values() if rate.missing})
    numbers = {reason: n for n, reason in enumerate(reasons)}
    rates = {
        d.id: {
            "count": [one.rates[d.id].count for one in rows],
            "share": [one.rates[d.id].share for one in rows],
            "quotient": [one.rates[d.id].quotient for one in rows],
            "missing": [numbers.get(one.rates[d.id].missing) for one in rows],
        }
        for d in DIMENSIONS
    }
    return {
        "format": FORMAT,
        "year": localities.year,
        "sheet": localities.sheet,
        "file": localities.file,
        "sha256": localities.sha256,
        "publisher": localities.publisher,
        "headers": dict(localities.headers),
        "notes": list(localities.notes),
        "most_points": localities.most_points,
        "reasons": reasons,
        "columns": {key: [getattr(one, key) for one in rows] for key in _PLAIN},
        "rates": rates,
    }


def _unpacked(stored: dict[str, Any]) -> Localities:
    if stored["format"] != FORMAT:
        raise ValueError(stored["format"])
    reasons = stored["reasons"]
    rates = []
    for d in DIMENSIONS:
        kept = stored["rates"][d.id]
        columns = zip(kept["count"], kept["share"], kept["quotient"], kept["missing"], strict=True)
        rates.append([Rate(c, s, q, "" if m is None else reasons[m]) for c, s, q, m in columns])
    rows = zip(*(stored["columns"][key] for key in _PLAIN), strict=True)
    ids = [d.id for d in DIMENSIONS]
    return Localities(
        year=stored["year"],
        municipalities=tuple(
            Municipality(**dict(zip(_PLAIN, row, strict=True)), rates=dict(zip(ids, own, strict=True)))
            for row, own in zip(rows, zip(*rates, strict=True), strict=True)
        ),
        sheet=stored["sheet"],
        file=stored["file"],
        sha256=stored["sha256"],
        publisher=stored["publisher"],
        headers=stored["headers"],
        notes=tuple(stored["notes"]),
        most_points=stored["most_points"],
    )
