"""Anticipated questions: what people ask that a part of a document answers, written beside the document.

`<corpus>/anticipated/<doc>.toml` is edited by hand. Each `[[unit]]` names a part of the text by its first words
(`quote`, at `start`..`end` in the canonical text) and lists its questions, one per line.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.errors import ManifestError

FOLDER = "anticipated"


@dataclass(frozen=True, slots=True)
class Anticipated:
    """Questions that one part of a document answers.

    `start` and `end` span the quoted beginning of that part: Python string positions in the canonical text.
    """

    doc: str
    start: int
    end: int
    questions: tuple[str, ...]


def load_anticipated(corpus: Path, texts: Mapping[str, str]) -> tuple[Anticipated, ...]:
    """Return the anticipated questions of the given documents, in the order of `texts` and of each file.

    A document without a file has none; a file whose document is not in `texts` is left aside. Offsets that no
    longer fit the text are replaced by the nearest place where the quote stands (white space is ignored, since
    the same text comes out of a PDF with other line breaks).

    Raises
    ------
    ManifestError
        If a file is not valid TOML, a unit lacks a key, or its quote is nowhere in the text.
    """
    units: list[Anticipated] = []
    for doc, text in texts.items():
        path = corpus / FOLDER / f"{doc}.toml"
        if path.is_file():
            units += _read_file(path, doc, text)
    return tuple(units)


def _read_file(path: Path, doc: str, text: str) -> list[Anticipated]:
    try:
        with path.open("rb") as file:
            entries = tomllib.load(file).get("unit", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ManifestError(
            f"Soubor „{FOLDER}/{path.name}“ nelze přečíst jako TOML ({error}). Opravte označené místo."
        ) from error
    if not isinstance(entries, list):
        raise ManifestError(
            f"V souboru „{FOLDER}/{path.name}“ není „unit“ seznam oddílů. "
            "Každý oddíl uveďte řádkem [[unit]] s dvojími hranatými závorkami."
        )
    flat = Squeezed(text)
    return [_read_unit(entry, number, path.name, doc, text, flat) for number, entry in enumerate(entries, start=1)]


def _read_unit(entry: Any, number: int, file: str, doc: str, text: str, flat: "Squeezed") -> Anticipated:
    where = f"V souboru „{FOLDER}/{file}“, v {number}. oddílu [[unit]],"
    match entry:
        case {"start": int(start), "end": int(end), "quote": str(quote), "questions": str(lines)}:
            pass
        case _:
            raise ManifestError(
                f"{where} chybí některý z údajů start, end (celá čísla), quote a questions (text), "
                "nebo má jiný tvar. Doplňte ho podle ostatních oddílů."
            )
    questions = tuple(line.strip() for line in lines.splitlines() if line.strip())
    if not quote.strip() or not questions:
        raise ManifestError(f"{where} je prázdná citace nebo otázky. Doplňte je, nebo oddíl smažte.")
    if not (0 <= start < end <= len(text)) or squeeze(text[start:end]) != squeeze(quote):
        span = flat.nearest(quote, start)
        if span is None:
            raise ManifestError(
                f"{where} stojí citace „{quote[:80]}“, kterou text dokumentu „{doc}“ neobsahuje. "
                "Opište do quote začátek oddílu přesně podle dokumentu, nebo oddíl smažte."
            )
        start, end = span
    return Anticipated(doc, start, end, questions)


def squeeze(text: str) -> str:
    """Return the text without any white space (no-break spaces included)."""
    return "".join(text.split())


class Squeezed:
    """A text without its white space that knows where each character stood."""

    def __init__(self, text: str) -> None:
        self._at = [i for i, char in enumerate(text) if not char.isspace()]
        self._flat = "".join(text[i] for i in self._at)

    def spans(self, quote: str) -> list[tuple[int, int]]:
        """Return all places of a quote in the original text, in order; white space plays no part."""
        needle = squeeze(quote)
        found: list[tuple[int, int]] = []
        position = self._flat.find(needle) if needle else -1
        while position >= 0:
            found.append((self._at[position], self._at[position + len(needle) - 1] + 1))
            position = self._flat.find(needle, position + 1)
        return found

    def nearest(self, quote: str, start: int) -> tuple[int, int] | None:
        """Return the place of a quote that begins nearest to `start`, or None if it is nowhere."""
        return min(self.spans(quote), key=lambda span: abs(span[0] - start), default=None)
