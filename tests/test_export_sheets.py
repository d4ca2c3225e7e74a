"""The tables as CSV and XLSX, opened again: every row has its source, and no spreadsheet runs a document's words."""

import csv
import io

import pytest
from openpyxl import load_workbook

from ingest.errors import ExportError
from prompts.export.answers import answer_sheets
from prompts.export.provenance import printable
from prompts.export.sheets import Sheet, csv_bytes, xlsx_bytes
from tests.exporting import DOCUMENTS, WHEN, answer, document


def sheets(evil: bool = False) -> tuple[Sheet, ...]:
    return answer_sheets(answer(evil=evil), document, WHEN)


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_csv_opens_in_czech_excel_with_a_row_for_each_sentence_and_source() -> None:
    data = csv_bytes(sheets()[0])
    assert data.startswith(b"\xef\xbb\xbf")
    head, *body = rows(data)
    lines = [dict(zip(head, line, strict=True)) for line in body]
    assert {"Text", "Ověření", "Citát", "Strana", "Datum textu", "Získání", "SHA-256 zdroje"} <= set(head)
    sourced = [line for line in lines if line["Zdroj č."]]
    assert [line["Zdroj č."] for line in sourced] == ["1", "2", "2", "1", "2", "2"]
    for line in sourced:
        text = DOCUMENTS["plan"].text
        assert text[int(line["Začátek (znak)"]) : int(line["Konec (znak)"])] == line["Citát"]
        assert line["SHA-256 zdroje"] == "a" * 64
    assert {line["Ověření"] for line in lines} == {"", "poznámka Opory", "doslovná citace", "ověřená parafráze"}


def test_no_sentence_of_the_answer_is_missing_and_those_of_a_table_say_their_place() -> None:
    sentences, sources, about = sheets()
    texts, places = [row[3] for row in sentences.rows], [row[1] for row in sentences.rows]
    assert "Co – Akční plán 2024–2026" in places
    # The label of a table's row is not a line of its own, it says where the sentences of the row stand.
    assert [said.text for said in answer().said if said.text not in texts] == ["Co"]
    assert [row[0] for row in sources.rows] == [1, 2]
    assert ("Vytvořeno", "5.\u00a08.\u00a02026, 14:03") in about.rows
    assert ("Dotaz", "Co s dluhy?") in about.rows


def test_the_workbook_has_all_tables_with_a_fixed_heading_row() -> None:
    book = load_workbook(io.BytesIO(xlsx_bytes(sheets())))
    assert book.sheetnames == ["Věty a zdroje", "Zdroje", "O exportu"]
    for page, sheet in zip(book.worksheets, sheets(), strict=True):
        assert page.freeze_panes == "A2"
        assert tuple(cell.value for cell in page[1]) == sheet.columns
        expected = [[None if cell == "" else cell for cell in row] for row in sheet.rows]
        assert [list(row) for row in page.iter_rows(min_row=2, values_only=True)] == expected
    assert book.worksheets[0].column_dimensions["D"].width == 60


def test_what_a_spreadsheet_would_run_stays_text() -> None:
    table = csv_bytes(sheets(evil=True)[0])
    cells = [cell for line in rows(table) for cell in line]
    assert "'=HYPERLINK(1)" in cells
    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "@"))]
    book = load_workbook(io.BytesIO(xlsx_bytes(sheets(evil=True))))
    found = [cell for page in book for line in page.iter_rows() for cell in line if cell.value is not None]
    assert printable(answer(evil=True).citations[0].quote) in [cell.value for cell in found]
    assert not [cell for cell in found if cell.data_type == "f" or cell.hyperlink]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@a", " =1", "\t=1", "\n=1", "\r=1"])
def test_every_beginning_of_a_formula_is_guarded(cell: str) -> None:
    sheet = Sheet("List", (cell,), ((cell,),))
    assert rows(csv_bytes(sheet)) == [[f"'{cell}"], [f"'{cell}"]]


def test_numbers_stay_numbers() -> None:
    book = load_workbook(io.BytesIO(xlsx_bytes([Sheet("List", ("Číslo", "Slovo"), ((-5, "-5"),))])))
    first, second = book.worksheets[0][2]
    assert (first.value, first.data_type, second.value, second.data_type) == (-5, "n", "-5", "s")


def test_a_text_that_a_cell_would_cut_is_refused_with_what_to_do() -> None:
    with pytest.raises(ExportError, match=r"sloupci „Citát“ má 32768 znaků.*Word nebo Markdown"):
        Sheet("List", ("Citát",), (("a" * 32_768,),))
