"""Tables of the catalogue as CSV and XLSX: one row per quote, and no row without its source."""

import csv
import io
import re
from collections.abc import Iterator, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from retrieval.instruments import KINDS, Catalogue, Instrument
from views.catalogue_words import document_name, field_name, period_and_validity
from views.markup import czech_date

COLUMNS = (
    "Dokument",
    "Kód",
    "Nástroj",
    "Druh",
    "Pole",
    "Témata a skupiny podle slovníku",
    "Citace",
    "Označení v dokumentu",
    "Začátek (znak)",
    "Konec (znak)",
    "Strana",
    "Program",
    "Období a platnost",
    "Text ze dne",
    "Adresa",
    "SHA-256 zdroje",
)
NOT_STATED = "neuvedeno"

# Spreadsheets would run these as formulas; and XML knows no control characters.
_FORMULA = re.compile(r"\s*[=+\-@]")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_WIDTHS = {"Dokument": 30, "Nástroj": 50, "Citace": 70, "Období a platnost": 40, "SHA-256 zdroje": 30, "Pole": 26}


def rows(catalogue: Catalogue, instruments: Sequence[Instrument]) -> Iterator[tuple[str | int, ...]]:
    """Yield a row of `COLUMNS` for each quote; positions count characters of the document's text, from 0."""
    for instrument in instruments:
        source = catalogue.source(instrument)
        for field, value in instrument.values():
            yield (
                document_name(source),
                instrument.code or NOT_STATED,
                " ".join(instrument.name.quote.split()),
                KINDS[instrument.kind],
                field_name(instrument, field),
                ", ".join(catalogue.label(concept) for concept in value.concepts),
                value.quote,
                f"{value.code} {value.label}".strip(),
                value.start,
                value.end,
                value.passage.page or "",
                source.programme or NOT_STATED,
                period_and_validity(source),
                czech_date(source.text_date) or NOT_STATED,
                source.url or NOT_STATED,
                source.sha256 or NOT_STATED,
            )


def csv_bytes(catalogue: Catalogue, instruments: Sequence[Instrument]) -> bytes:
    """Return a table that Czech Excel opens with a double click: UTF-8 with BOM, semicolons, CRLF.

    A cell that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    written = io.StringIO()
    table = csv.writer(written, delimiter=";", lineterminator="\r\n")
    table.writerow(COLUMNS)
    for row in rows(catalogue, instruments):
        table.writerow([_guarded(cell) for cell in row])
    return ("\ufeff" + written.getvalue()).encode("utf-8")


def xlsx_bytes(catalogue: Catalogue, instruments: Sequence[Instrument]) -> bytes:
    """Return a workbook with the quotes on its first sheet and their documents on the second."""
    book = Workbook()
    quotes = book.active
    assert isinstance(quotes, Worksheet)
    quotes.title = "Citace"
    _fill(quotes, COLUMNS, rows(catalogue, instruments))
    _fill(book.create_sheet("Zdroje"), _SOURCE_COLUMNS, _sources(catalogue, instruments))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


_SOURCE_COLUMNS = ("Dokument", "Vydavatel", "Program", "Období a platnost", "Odkud to víme", "Adresa", "SHA-256 zdroje")


def _sources(catalogue: Catalogue, instruments: Sequence[Instrument]) -> Iterator[tuple[str | int, ...]]:
    for doc in dict.fromkeys(instrument.doc for instrument in instruments):
        source = catalogue.documents[doc].source
        cells = (
            document_name(source),
            source.publisher,
            source.programme,
            period_and_validity(source),
            source.validity_basis,
            source.url,
            source.sha256,
        )
        yield tuple(cell or NOT_STATED for cell in cells)


def _fill(sheet: Worksheet, columns: Sequence[str], body: Iterator[tuple[str | int, ...]]) -> None:
    for n, name in enumerate(columns, 1):
        cell = sheet.cell(1, n, name)
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = _WIDTHS.get(name, 18)
    for line, row in enumerate(body, 2):
        for n, content in enumerate(row, 1):
            cell = sheet.cell(line, n)
            cell.value = _UNPRINTABLE.sub("\ufffd", content) if isinstance(content, str) else content
            if isinstance(content, str):
                cell.data_type = "s"  # text, also where it begins with "="
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _guarded(cell: str | int) -> str | int:
    if not isinstance(cell, str):
        return cell
    cell = _UNPRINTABLE.sub("\ufffd", cell)
    return f"'{cell}" if _FORMULA.match(cell) else cell
