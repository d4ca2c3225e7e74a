"""Tables as CSV and XLSX: one row per sentence and quote, and no cell that a spreadsheet would run."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from ingest.errors import ExportError
from prompts.export.provenance import NOT_STATED, Provenance, printable
from prompts.export.report import Block, Evidence, Report

_Cell = str | int

_LONGEST = 32_767
"""Characters that a cell of Excel holds."""

_WIDTH = 18
_FORMULA = re.compile(r"\s*[=+\-@]")
"""What a spreadsheet takes for the beginning of a formula."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table; `name` is at most 31 characters, `widths` are in characters by the name of the column.

    Raises
    ------
    ExportError
        If a text is longer than a cell of Excel can hold; it would be cut without a word.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[_Cell, ...], ...]
    widths: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for row in self.rows:
            for column, cell in zip(self.columns, row, strict=True):
                if isinstance(cell, str) and len(cell) > _LONGEST:
                    raise ExportError(
                        f"Text ve sloupci „{column}“ má {len(cell)} znaků, buňka tabulky jich unese {_LONGEST}. "
                        "Stáhněte prosím dokument Word nebo Markdown."
                    )


def csv_bytes(sheet: Sheet) -> bytes:
    """Return a table that Czech Excel opens with a double click: UTF-8 with BOM, semicolons, CRLF.

    A cell that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    written = io.StringIO()
    table = csv.writer(written, delimiter=";", lineterminator="\r\n")
    table.writerow([_guarded(name) for name in sheet.columns])
    for row in sheet.rows:
        table.writerow([_guarded(cell) for cell in row])
    return ("\ufeff" + written.getvalue()).encode("utf-8")


def xlsx_bytes(sheets: Sequence[Sheet]) -> bytes:
    """Return a workbook with the tables as its sheets; texts stay texts, also where they begin with "="."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = "Opora"
    book.properties.language = "cs-CZ"
    for sheet in sheets:
        _fill(book.create_sheet(sheet.name), sheet)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _fill(page: Worksheet, sheet: Sheet) -> None:
    for n, name in enumerate(sheet.columns, 1):
        cell = page.cell(1, n, printable(name))
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        page.column_dimensions[cell.column_letter].width = sheet.widths.get(name, _WIDTH)
    for line, row in enumerate(sheet.rows, 2):
        for n, content in enumerate(row, 1):
            cell = page.cell(line, n)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if not isinstance(content, str):
                cell.value = content
                continue
            cell.value = printable(content)
            cell.data_type = "s"
    page.freeze_panes = "A2"
    page.auto_filter.ref = page.dimensions
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = "1:1"


def _guarded(cell: _Cell) -> _Cell:
    if not isinstance(cell, str):
        return cell
    cell = printable(cell)
    return f"'{cell}" if _FORMULA.match(cell) else cell


_SAID = ("Pořadí", "Část", "Podoba", "Text", "Ověření", "Zdroj č.")
_FROM = (
    "Citát",
    "Dokument",
    "Místo v dokumentu",
    "Kód",
    "Strana",
    "Začátek (znak)",
    "Konec (znak)",
    "Datum textu",
    "Získání",
    "Období a platnost",
    "Odkud to víme",
    "Adresa",
    "SHA-256 zdroje",
)
_WIDTHS = {"Pořadí": 8, "Část": 28, "Podoba": 12, "Text": 60, "Zdroj č.": 9, "Citát": 60, "Dokument": 34} | {
    "Místo v dokumentu": 34,
    "Kód": 9,
    "Strana": 9,
    "Období a platnost": 44,
    "Odkud to víme": 34,
    "Adresa": 30,
    "SHA-256 zdroje": 30,
}
_FORMS = {
    "lead": "úvod",
    "heading": "nadpis",
    "text": "věta",
    "quote": "citace",
    "item": "položka",
    "note": "poznámka",
    "table": "tabulka",
    "fact": "údaj",
    "fill": "k doplnění",
}


def report_sheets(report: Report) -> tuple[Sheet, ...]:
    """Return a report as tables: its sentences, a row for each with each of its sources, then the sources alone.

    Positions count characters of the document's text, from 0, the end not included.
    """
    made = Provenance(report.made)
    entries = {entry.n: _origin(entry, made) for entry in report.sources}
    sentences = [(*said, *entries.get(n, _NOWHERE)) for said, n in _sentences(report)]
    listed = [(n, *origin, ", ".join(report.verdicts(n))) for n, origin in entries.items()]
    return (
        Sheet("Věty a zdroje", (*_SAID, *_FROM), tuple(sentences), _WIDTHS),
        Sheet("Zdroje", ("Zdroj č.", *_FROM, "Ověření"), tuple(listed), _WIDTHS),
        Sheet("O exportu", ("Údaj", "Hodnota"), tuple(made.about(report)), {"Údaj": 24, "Hodnota": 100}),
    )


_NOWHERE: tuple[_Cell, ...] = ("",) * len(_FROM)


def _origin(entry: Evidence, made: Provenance) -> tuple[_Cell, ...]:
    source, citation = entry.source, entry.citation
    return (
        citation.quote,
        made.title(source),
        made.path(entry) or NOT_STATED,
        citation.passage.code or NOT_STATED,
        citation.page or NOT_STATED,
        citation.start,
        citation.end,
        made.text_date(source),
        made.obtained(source),
        made.validity(source),
        source.validity_basis or NOT_STATED,
        source.url or NOT_STATED,
        source.sha256 or NOT_STATED,
    )


def _sentences(report: Report) -> Iterator[tuple[tuple[_Cell, ...], int]]:
    """Yield the cells of `_SAID` for each sentence and source, with the number of the source or 0."""
    position, part = 0, ""
    for block in report.blocks:
        if block.form == "heading":
            part = block.text
        for place, said in _said(block, part):
            position += 1
            text = f"{said.label}: {said.text}" if said.label else said.text
            for n in said.marks or (0,):
                yield (position, place, _FORMS[said.form], text, said.verdict_words, n or ""), n


def _said(block: Block, part: str) -> Iterator[tuple[str, Block]]:
    if block.grid is None:
        yield part, block
        return
    for label, *cells in block.grid.rows:
        row = " ".join(said.text for said in label)
        for column, cell in zip(block.grid.columns[1:], cells, strict=True):
            for said in cell:
                yield f"{row} – {column}", said
