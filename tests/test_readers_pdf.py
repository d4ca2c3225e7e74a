"""PDF files as a word processor writes them, and small ones drawn here to show one difficulty each."""

import io
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from ingest.document import Document, Source
from ingest.errors import ReadError
from ingest.readers import read, title_of

DATA = Path(__file__).parent / "data"
CORPUS = Path(__file__).parent.parent / "corpus"

# Czech letters that WinAnsi lacks, at codes that the page's own encoding gives them.
_CODES = {letter: 128 + i for i, letter in enumerate("ěščřžýáíéúůďťňóĚŠČŘŽÝÁÍÉÚ•–")}
_GLYPHS = (
    "ecaron scaron ccaron rcaron zcaron yacute aacute iacute eacute uacute uring dcaron tcaron ncaron oacute "
    "Ecaron Scaron Ccaron Rcaron Zcaron Yacute Aacute Iacute Eacute Uacute bullet endash"
).split()

Placed = tuple[float, float, str]
"""x and y in points, text."""


def pdf_of(*pages: Iterable[Placed], size: float = 11) -> bytes:
    """Return a PDF file that draws each text in its order with Helvetica of the size."""
    objects = ["<</Type/Catalog/Pages 2 0 R>>", ""]
    objects.append(
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding<</Type/Encoding/BaseEncoding/WinAnsiEncoding"
        f"/Differences[128 {' '.join('/' + glyph for glyph in _GLYPHS)}]>>>>"
    )
    kids = []
    for page in pages:
        stream = "".join(f"BT /F1 {size} Tf {x} {y} Td <{_hex(text)}> Tj ET\n" for x, y, text in page)
        objects.append(f"<</Length {len(stream)}>>stream\n{stream}endstream")
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {len(objects)} 0 R"
            "/Resources<</Font<</F1 3 0 R>>>>>>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>"
    body, offsets = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size_ = len(objects) + 1
    tail = f"xref\n0 {size_}\n0000000000 65535 f \n{table}trailer<</Size {size_}/Root 1 0 R>>\nstartxref\n{len(body)}\n"
    return f"{body}{tail}%%EOF\n".encode("ascii")


def _hex(text: str) -> str:
    return "".join(f"{_CODES.get(letter, ord(letter)):02x}" for letter in text)


def down(x: float, lines: Iterable[str], top: float = 780, step: float = 14) -> Iterator[Placed]:
    for index, line in enumerate(lines):
        yield x, top - index * step, line


def document(path: Path, data: bytes) -> Document:
    path.write_bytes(data)
    return read(path, Source(path.stem, path.stem, file=path.name))


def sample(name: str) -> Document:
    return read(DATA / name, Source(name, name, file=name))


def solid(text: str) -> str:
    """Return the text without white space."""
    return "".join(text.split())


def source_lines(name: str) -> list[str]:
    """Return the lines of a corpus text, without bullets."""
    lines = (line.strip().removeprefix("•").strip() for line in (CORPUS / name).read_text("utf-8").splitlines())
    return [line for line in lines if line]


def own_lines(text: str) -> set[str]:
    return {solid(line.strip().removeprefix("•")) for line in text.splitlines()}


@pytest.mark.parametrize("name", ["akcni-plan-2024-2026.pdf", "akcni-plan-2024-2026.docx"])
def test_every_measure_task_and_descriptor_is_whole_and_on_its_own_line(name: str) -> None:
    wanted = source_lines("akcni-plan-2024-2026.txt")[4:]
    found = sample(name)
    missing = [line for line in wanted if solid(line) not in solid(found.text)]
    broken = [line for line in wanted if solid(line) not in own_lines(found.text)]
    assert len(wanted) > 250
    assert missing == []
    assert broken == []


@pytest.mark.parametrize("name", ["opz-2-1-dva-sloupce.pdf", "opz-2-1-dva-sloupce.docx"])
def test_two_columns_are_read_one_after_the_other(name: str) -> None:
    wanted = source_lines("opz-2-1.txt")
    found = sample(name)
    assert [line for line in wanted if solid(line) not in own_lines(found.text)] == []
    assert solid("".join(wanted)) == solid(found.text.replace("•", ""))


@pytest.mark.parametrize("name", ["oplzz-3-1-tabulka.pdf", "oplzz-3-1-tabulka.docx"])
def test_a_table_is_read_row_by_row_also_across_a_page_break(name: str) -> None:
    found = sample(name)
    plain = solid(found.text.replace(" | ", " – "))
    assert [line for line in source_lines("oplzz-3-1.txt") if solid(line) not in plain] == []
    rows = [line for line in found.text.splitlines() if " | " in line]
    assert len(rows) == 6
    assert rows[0] == "Cílová skupina | Vymezení"
    assert rows[4].startswith("osoby bez přístřeší | osoby, které nemají ubytovací možnosti, popř. obývají")


@pytest.mark.parametrize("stem", ["akcni-plan-2024-2026", "opz-2-1-dva-sloupce", "oplzz-3-1-tabulka"])
def test_a_pdf_and_a_word_file_of_one_text_give_the_same_lines_and_headings(stem: str) -> None:
    pdf, word = sample(f"{stem}.pdf"), sample(f"{stem}.docx")
    assert pdf.text.replace("\u00a0", " ") == word.text.replace("\u00a0", " ")
    named = [(h.level, solid(pdf.text[h.start : h.end])) for h in pdf.headings]
    styled = [(h.level, solid(word.text[h.start : h.end])) for h in word.headings]
    # Bookmarks leave out what has the style "Title".
    assert named == (styled[1:] if stem.startswith("akcni") else styled)


def test_every_measure_is_on_the_page_where_pypdf_shows_it() -> None:
    found = sample("akcni-plan-2024-2026.pdf")
    pages = [solid(page.extract_text()) for page in PdfReader(DATA / "akcni-plan-2024-2026.pdf").pages]
    checked = 0
    for line in source_lines("akcni-plan-2024-2026.txt")[4:]:
        start = solid(line)[:40]
        places = [number for number, page in enumerate(pages, 1) if start in page]
        if len(places) == 1 and found.text.count(line[:12]) == 1:
            checked += 1
            assert found.page_at(found.text.index(line[:12])) == places[0], line
    assert checked > 70


def test_pages_start_in_order_within_the_text_and_the_first_at_its_beginning() -> None:
    found = sample("akcni-plan-2024-2026.pdf")
    assert len(found.pages) == 14
    assert found.pages[0] == 0
    assert list(found.pages) == sorted(set(found.pages))
    assert found.pages[-1] < len(found.text)


def test_running_headers_footers_and_page_numbers_are_dropped() -> None:
    found = sample("akcni-plan-2024-2026.pdf")
    assert "Strana" not in found.text
    assert found.text.count("Akční plán 2024-2026 Strategie") == 1


def test_a_page_without_text_starts_where_the_next_one_does(tmp_path: Path) -> None:
    first = down(70, ["Tady je první strana."])
    found = document(tmp_path / "a.pdf", pdf_of(first, [], down(70, ["Tady je třetí strana."]), []))
    third = found.text.index("Tady je třetí")
    assert found.pages == (0, third, third, len(found.text))
    assert found.page_at(third) == 3


def test_a_word_cut_at_the_line_end_is_joined(tmp_path: Path) -> None:
    lines = [
        "Obec s rozšířenou působností může požádat o podporu na výstavbu a rekon-",
        "strukci bytů pro osoby v nouzi, které se dlouhodobě potýkají se ztrátou byd-",
        "lení a nemají jinou možnost.",
    ]
    found = document(tmp_path / "a.pdf", pdf_of(down(70, lines)))
    assert "rekonstrukci bytů" in found.text
    assert "ztrátou bydlení a nemají" in found.text
    assert found.text.count("\n") == 0


def test_a_hyphen_that_belongs_to_the_word_stays(tmp_path: Path) -> None:
    lines = [
        "Sociálně-právní ochrana dětí je činnost obce, která vede k ochraně sociálně-",
        "právní a k podpoře dětí v letech, na která je schválen plán na roky 2024-",
        "2026, ať už to bude kraj nebo obec, která plán připravila a která ho má-",
        "li příslušné orgány schválit, předloží.",
    ]
    found = document(tmp_path / "a.pdf", pdf_of(down(70, lines)))
    assert "k ochraně sociálně-právní a" in found.text
    assert "2024-2026" in found.text
    assert "má-li příslušné" in found.text


def test_paragraphs_set_without_a_blank_line_are_told_apart(tmp_path: Path) -> None:
    lines = [
        "První odstavec je dlouhý a pokračuje na dalším řádku, kde také brzy",
        "skončí tečkou.",
        "Druhý odstavec začíná hned pod ním a je také delší než jeden řádek,",
        "takže se zalomí.",
        "1. První bod výčtu, který je tak dlouhý, že přeteče na následující",
        "řádek.",
        "2. Druhý bod.",
        "• Třetí bod s odrážkou.",
    ]
    found = document(tmp_path / "a.pdf", pdf_of(down(70, lines)))
    assert [line for line in found.text.splitlines() if line] == [
        f"{lines[0]} {lines[1]}",
        f"{lines[2]} {lines[3]}",
        f"{lines[4]} {lines[5]}",
        lines[6],
        lines[7],
    ]


def test_paragraphs_with_an_indented_first_line_are_told_apart(tmp_path: Path) -> None:
    words = "Obec zajišťuje podporu osobám, které ji potřebují a které o ni samy"
    page = [(90, 780, words), (70, 766, f"{words.lower()} bez"), (70, 752, f"{words.lower()} nás"),
            (90, 738, words), (70, 724, f"{words.lower()} dál")]  # fmt: skip
    found = document(tmp_path / "a.pdf", pdf_of(page))
    assert [len(line) > 100 for line in found.text.split("\n\n")] == [True, True]


def test_columns_drawn_line_by_line_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = [f"levý sloupec má na řádku {number:02d} svá slova" for number in range(20)]
    right = [f"pravý sloupec má na řádku {number:02d} svá" for number in range(20)]
    page: list[Placed] = [(60, 800, "Nadpis přes celou stranu")]
    for a, b in zip(down(60, left, top=770), down(310, right, top=770), strict=True):
        page += [a, b]
    text = document(tmp_path / "a.pdf", pdf_of(page)).text
    assert text.index("Nadpis") < text.index(left[0]) < text.index(left[19]) < text.index(right[0])
    assert " | " not in text


def test_a_table_of_short_cells_is_read_row_by_row(tmp_path: Path) -> None:
    rows = [("Opatření", "Gestor", "Termín"), ("Terénní programy", "obec", "2025"), ("Dluhové poradny", "kraj", "2026")]
    page: list[Placed] = [(60, 800, "Přehled opatření:")]
    for index, row in enumerate(rows):
        page += [(x, 770 - 20 * index, cell) for x, cell in zip((60, 240, 400), row, strict=True)]
    lines = document(tmp_path / "a.pdf", pdf_of(page)).text.splitlines()
    assert lines == ["Přehled opatření:", *(" | ".join(row) for row in rows)]


def test_text_turned_on_its_side_is_read_in_its_order(tmp_path: Path) -> None:
    plain = pdf_of(down(70, ["První řádek stránky položené naležato je dost dlouhý", "a druhý pokračuje."]))
    turned = plain.replace(b" 70 780 Td", b" 0 1 -1 0 70 80 Tm").replace(b" 70 766 Td", b" 0 1 -1 0 84 80 Tm")
    turned = turned.replace(b"/Length ", b"/Length   ")
    found = document(tmp_path / "a.pdf", turned)
    assert found.text == "První řádek stránky položené naležato je dost dlouhý a druhý pokračuje."


def test_a_file_protected_only_against_changes_is_read(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=io.BytesIO(pdf_of(down(70, ["Text, který smí každý číst."]))))
    writer.encrypt(user_password="", owner_password="tajné", algorithm="AES-256")
    buffer = io.BytesIO()
    writer.write(buffer)
    assert document(tmp_path / "a.pdf", buffer.getvalue()).text == "Text, který smí každý číst."


def test_the_title_comes_from_the_properties_or_the_first_bookmark(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=io.BytesIO(pdf_of(down(70, ["Text."]))))
    writer.add_metadata({"/Title": "Plán rozvoje sociálních služeb"})
    writer.write(tmp_path / "a.pdf")
    assert title_of(tmp_path / "a.pdf") == "Plán rozvoje sociálních služeb"
    assert title_of(DATA / "opz-2-1-dva-sloupce.pdf") == "Operační program zaměstnanost (OPZ)"
    writer.add_metadata({"/Title": "Microsoft Word - plan_final2.docx"})
    writer.write(tmp_path / "a.pdf")
    assert title_of(tmp_path / "a.pdf") == ""


def test_a_scan_without_text_says_what_to_do() -> None:
    with pytest.raises(ReadError, match=r"„sken\.pdf“ neobsahuje text, nejspíš je to sken\. Rozpoznejte"):
        sample("sken.pdf")


def test_an_encrypted_file_asks_for_one_without_a_password() -> None:
    with pytest.raises(ReadError, match=r"„zaheslovany\.pdf“ je chráněn heslem\. Uložte ho bez hesla"):
        sample("zaheslovany.pdf")


def test_a_truncated_file_asks_for_the_whole_one() -> None:
    with pytest.raises(ReadError, match=r"„useknuty\.pdf“ je neúplný.*znovu celý"):
        sample("useknuty.pdf")


def test_a_damaged_file_is_reported_by_name(tmp_path: Path) -> None:
    data = (DATA / "opz-2-1-dva-sloupce.pdf").read_bytes()
    with pytest.raises(ReadError, match=r"„a\.pdf“ je poškozený"):
        document(tmp_path / "a.pdf", data[:200] + b"\n%%EOF\n")


def test_a_text_in_unknown_characters_is_not_taken_for_words(tmp_path: Path) -> None:
    page = down(70, ["#$%&* +,-. /:;<", "=>?@ ^_ {|}~ #$%"])
    with pytest.raises(ReadError, match="nelze přečíst"):
        document(tmp_path / "a.pdf", pdf_of(page))


def test_nothing_of_what_pypdf_remarks_reaches_the_user(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    level = logging.getLogger("pypdf").level
    for name in ("useknuty.pdf", "zaheslovany.pdf", "sken.pdf"):
        with pytest.raises(ReadError):
            sample(name)
        title_of(DATA / name)
    assert capsys.readouterr() == ("", "")
    assert caplog.records == []
    assert logging.getLogger("pypdf").level == level
