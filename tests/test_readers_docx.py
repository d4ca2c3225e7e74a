"""Word files written here by python-docx, each with one of the things that Word does."""

import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from ingest.document import Document, Source
from ingest.errors import ReadError
from ingest.readers import read, title_of

DATA = Path(__file__).parent / "data"


def saved(path: Path, word: Any) -> Document:
    word.save(str(path))
    return read(path, Source("a", "a"))


def test_the_body_is_read_in_its_order_with_headings_and_lists(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_heading("Plán obce", 0)
    word.add_heading("Bydlení", 2)
    word.add_paragraph("Aktivity:")
    word.add_paragraph("výstavba", style="List Bullet")
    word.add_paragraph("opravy", style="List Number")
    word.add_paragraph("dohled", style="List Number")
    table = word.add_table(rows=2, cols=2)
    for cell, text in zip(
        (c for row in table.rows for c in row.cells), ("Rok", "Částka", "2025", "1 000"), strict=True
    ):
        cell.text = text
    word.add_paragraph("Konec.")
    word.sections[0].header.paragraphs[0].text = "Záhlaví"
    found = saved(tmp_path / "a.docx", word)
    assert found.text == (
        "Plán obce\n\nBydlení\n\nAktivity:\n• výstavba\n1. opravy\n2. dohled\nRok | Částka\n2025 | 1 000\n\nKonec."
    )
    assert [(found.text[h.start : h.end], h.level) for h in found.headings] == [("Plán obce", 1), ("Bydlení", 2)]


def test_numbers_of_nested_lists_are_counted_as_word_counts_them(tmp_path: Path) -> None:
    word = docx.Document()
    numbering = word.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for i, (form, text) in enumerate([("decimal", "%1."), ("lowerLetter", "%1.%2)"), ("upperRoman", "%3")])
    )
    rules = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'
    numbering.insert(0, parse_xml(rules))
    start = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="9"/></w:lvlOverride>'
    for number, override in ((77, ""), (78, start)):
        numbering.append(
            parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="77"/>{override}</w:num>')
        )
    for text, number, depth in [
        ("cíl", 77, 0), ("úkol", 77, 1), ("úkol", 77, 1), ("krok", 77, 2), ("cíl", 77, 0), ("úkol", 77, 1),
        ("od devíti", 78, 0),
    ]:  # fmt: skip
        properties = word.add_paragraph(text)._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>')
        )
    assert saved(tmp_path / "a.docx", word).text.split("\n") == [
        "1. cíl", "  1.a) úkol", "  1.b) úkol", "    I krok", "2. cíl", "  2.a) úkol", "9. od devíti",
    ]  # fmt: skip


def test_changes_count_as_accepted_and_text_boxes_are_left_out(tmp_path: Path) -> None:
    word = docx.Document()
    paragraph = word.add_paragraph("Obec ")._p
    for content in (
        '<w:ins {0} w:id="1" w:author="a"><w:r><w:t>smí</w:t></w:r></w:ins>',
        '<w:del {0} w:id="2" w:author="a"><w:r><w:delText>musí</w:delText></w:r></w:del>',
        '<w:hyperlink {0} w:anchor="x"><w:r><w:t xml:space="preserve"> žádat</w:t></w:r></w:hyperlink>',
        "<w:r {0}><w:br/><w:t>o dotaci</w:t><w:noBreakHyphen/><w:t>grant</w:t></w:r>",
        "<w:r {0}><w:pict><w:txbxContent><w:p><w:r><w:t>rámeček</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>",
    ):
        paragraph.append(parse_xml(content.format(nsdecls("w"))))
    control = "<w:sdt {0}><w:sdtContent><w:p><w:r><w:t>Pole formuláře.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    paragraph.addnext(parse_xml(control.format(nsdecls("w"))))
    assert saved(tmp_path / "a.docx", word).text == "Obec smí žádat\no dotaci-grant\n\nPole formuláře."


def test_merged_cells_are_read_once_and_a_frame_table_like_text(tmp_path: Path) -> None:
    word = docx.Document()
    frame = word.add_table(rows=1, cols=1)
    frame.cell(0, 0).text = "Rámeček s textem."
    word.add_paragraph("Mezi tabulkami.")
    table = word.add_table(rows=2, cols=3)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "Bydlení"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "oprava bytů"
    table.cell(1, 1).text = "výstavba"
    table.cell(1, 2).text = "2026"
    lines = saved(tmp_path / "a.docx", word).text.splitlines()
    assert [line for line in lines if line] == [
        "Rámeček s textem.", "Mezi tabulkami.", "Bydlení | oprava bytů", "výstavba | 2026",
    ]  # fmt: skip


def test_the_title_is_the_property_or_the_first_heading(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_heading("Komunitní plán", 1)
    word.core_properties.title = ""
    word.save(str(tmp_path / "a.docx"))
    assert title_of(tmp_path / "a.docx") == "Komunitní plán"
    word.core_properties.title = "Plán služeb"
    word.save(str(tmp_path / "a.docx"))
    assert title_of(tmp_path / "a.docx") == "Plán služeb"


def test_a_word_file_without_text_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"„a\.docx“ neobsahuje žádný text"):
        saved(tmp_path / "a.docx", docx.Document())


def test_a_truncated_word_file_is_reported(tmp_path: Path) -> None:
    data = (DATA / "opz-2-1-dva-sloupce.docx").read_bytes()
    (tmp_path / "a.docx").write_bytes(data[: len(data) // 2])
    with pytest.raises(ReadError, match="poškozený nebo neúplný"):
        read(tmp_path / "a.docx", Source("a", "a"))


def test_a_word_file_with_broken_content_is_reported(tmp_path: Path) -> None:
    with (
        zipfile.ZipFile(DATA / "opz-2-1-dva-sloupce.docx") as good,
        zipfile.ZipFile(tmp_path / "a.docx", "w") as bad,
    ):
        for name in good.namelist():
            bad.writestr(name, "<w:document" if name == "word/document.xml" else good.read(name))
    with pytest.raises(ReadError, match="poškozený nebo neúplný"):
        read(tmp_path / "a.docx", Source("a", "a"))
