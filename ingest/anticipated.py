"""Anticipated questions: what people ask that a part of a document answers, written beside the document.

`<corpus>/anticipated/<doc>.toml` is edited by hand. Each `[[unit]]` names a part of the text by its first words
(`quote`, at `start`..`end` in the canonical text) and lists its questions, one per line. Files of the same form in
the installation's own folder hold what a chat model wrote (`python -m ingest --anticipate`).
"""

import json
import tomllib
from collections.abc import Mapping, Sequence
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


def load_anticipated(corpus: Path, texts: Mapping[str, str], written: Path | None = None) -> tuple[Anticipated, ...]:
    """Return the anticipated questions of the given documents, in the order of `texts` and of each file.

    A document without a file in the corpus has those of its file in `written`, if any, but for the parts that its text
    no longer holds: nobody edits that file, so a changed document must not fail for it. A file whose document is not
    in `texts` is left aside. Offsets that no longer fit the text are replaced by the nearest place where the quote
    stands (white space is ignored, since the same text comes out of a PDF with other line breaks).

    Raises
    ------
    ManifestError
        If a file is not valid TOML, a unit lacks a key, or its quote is nowhere in the text.
    """
    units: list[Anticipated] = []
    for doc, text in texts.items():
        path = corpus / FOLDER / f"{doc}.toml"
        own = written / f"{doc}.toml" if written else None
        if path.is_file():
            units += [unit for unit in _read_file(path, doc, text) if unit]
        elif own and own.is_file():
            units += [unit for unit in _read_file(own, doc, text, gone_fails=False) if unit]
    return tuple(units)


def write_anticipated(path: Path, units: Sequence[Anticipated], text: str) -> None:
    """Write the questions of one document in the form that `load_anticipated` reads; the file appears whole."""
    lines = ["# Otázky, které k dokumentu napsal jazykový model (python -m ingest --anticipate).\n"]
    for unit in units:
        quote = " ".join(text[unit.start : unit.end].split())
        questions = "\n".join(unit.questions)
        lines.append(
            f"[[unit]]\nstart = {unit.start}\nend = {unit.end}\nquote = {_toml(quote)}\n"
            f"questions = {_toml(questions)}\n"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".new")
    part.write_text("\n".join(lines), encoding="utf-8")
    part.replace(path)


def _toml(text: str) -> str:
    """Return a text as a TOML string: JSON writes the same, except for the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _read_file(path: Path, doc: str, text: str, gone_fails: bool = True) -> list[Anticipated | None]:
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
    return [
        _read_unit(entry, number, path.name, doc, text, flat, gone_fails)
        for number, entry in enumerate(entries, start=1)
    ]


def _read_unit(
    entry: Any, number: int, file: str, doc: str, text: str, flat: "Squeezed", gone_fails: bool
) -> Anticipated | None:
    """Read one unit; None when its quote is gone from the text and that is no failure."""
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
        if span is None and not gone_fails:
            return None
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
