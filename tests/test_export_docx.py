"""The Word export, opened again with python-docx and, where it is installed, with LibreOffice."""

import io
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from shutil import which

import docx
import pytest
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from pypdf import PdfReader

from prompts.answer import Answer
from prompts.assistant import Assistant
from prompts.export.answers import answer_report
from prompts.export.conversations import conversation_report
from prompts.export.docx import docx_bytes
from prompts.export.docx_frame import ORIGIN, SOURCE
from prompts.export.provenance import printable, web_address
from prompts.export.report import Report
from tests.exporting import HOSTILE, WHEN, answer, document, squeezed

QUESTIONS = (
    "Kolik stál projekt Systémové zajištění sociálního začleňování?",
    "Jaká opatření pomáhají lidem s dluhy a exekucemi?",
    "Porovnej cílové skupiny v OPZ a v OP LZZ",
    "Lidi u nas splaceji jen uroky a hrozi jim vystehovani, co s tim muzeme delat?",
    "Jaká je výše dotace pro jednu obec v opatření 4.6.a?",
)
OFFICE = which("soffice")


def opened(report: Report) -> Word:
    return docx.Document(io.BytesIO(docx_bytes(report)))


def of(given: Answer) -> Word:
    return opened(answer_report(given, document, WHEN))


def paragraphs(word: Word) -> Iterator[Paragraph]:
    """Yield all paragraphs in order, those of tables in their place."""
    for part in word.iter_inner_content():
        if isinstance(part, Table):
            yield from (p for row in part.rows for cell in row.cells for p in cell.paragraphs)
        else:
            yield part


def told(word: Word) -> str:
    return squeezed("\n".join(p.text for p in paragraphs(word)))


def styled(word: Word, style: str) -> list[str]:
    return [p.text for p in paragraphs(word) if p.style is not None and p.style.name == style]


def anchors(word: Word) -> dict[str, str]:
    """Return what links inside the document lead to, with their words."""
    links = word.element.body.iter(qn("w:hyperlink"))
    found = {str(link.get(qn("w:anchor"))): link for link in links if link.get(qn("w:anchor"))}
    return {name: "".join(t.text or "" for t in link.iter(qn("w:t"))) for name, link in found.items()}


def bookmarks(word: Word) -> dict[str, str]:
    """Return each bookmark with the words that it spans."""
    found = {}
    for start in word.element.body.iter(qn("w:bookmarkStart")):
        within = start.itersiblings()
        runs = [one for one in within if one.tag == qn("w:r")]
        found[str(start.get(qn("w:name")))] = "".join(t.text or "" for run in runs for t in run.iter(qn("w:t")))
    return found


def size(word: Word) -> tuple[float, float]:
    """Return width and height of the paper in centimetres; the format keeps them in twentieths of a point."""
    width, height = word.sections[0].page_width, word.sections[0].page_height
    assert width is not None
    assert height is not None
    return round(width.cm, 1), round(height.cm, 1)


def test_the_document_is_czech_a4_and_says_who_made_it_and_when() -> None:
    word = of(answer())
    properties = word.core_properties
    assert (properties.title, properties.author, properties.language) == ("Odpověď na dotaz", "Opora", "cs-CZ")
    assert properties.created is not None
    section = word.sections[0]
    assert size(word) == (21.0, 29.7)
    margins = (section.left_margin, section.right_margin, section.top_margin, section.bottom_margin)
    assert {round(margin.cm, 1) for margin in margins if margin is not None} == {2.5}
    assert {lang.get(qn("w:val")) for lang in word.styles.element.iter(qn("w:lang"))} == {"cs-CZ"}
    fields = [f.text.strip() for f in section.footer._element.iter(qn("w:instrText"))]
    assert fields == ["PAGE", "NUMPAGES"]


def test_the_parts_are_real_headings_lists_and_quotes() -> None:
    word = of(answer())
    assert styled(word, "Heading 1") == ["Odpověď", "Zdroje", "Citované dokumenty a jejich platnost"]
    assert styled(word, "Heading 2") == ["Akční plán 2024–2026"] * 2
    assert styled(word, "List Bullet")[0].startswith("„dluhové poradenství;“")
    assert styled(word, "Quote") == ["„dluhové poradenství;“\u00a0[1]\u00a0[2] (doslovná\u00a0citace)"]
    numbered = word.styles[SOURCE].element.pPr.numPr.numId.val
    numbering = word.part.numbering_part.element
    abstract = numbering.num_having_numId(numbered).abstractNumId.val
    [level] = [
        one.find(qn("w:lvl"))
        for one in numbering.findall(qn("w:abstractNum"))
        if one.get(qn("w:abstractNumId")) == str(abstract)
    ]
    assert level.find(qn("w:lvlText")).get(qn("w:val")) == "[%1]"


def test_a_table_has_a_heading_row_that_is_repeated_on_every_page() -> None:
    [table] = of(answer()).tables
    assert [cell.text for cell in table.rows[0].cells] == ["Údaj", "Akční plán 2024–2026", "Druhý"]
    repeated = [next(row._tr.iter(qn("w:tblHeader")), None) is not None for row in table.rows]
    assert repeated == [True, False]
    assert "„dluhové poradenství;“\u00a0[2]" in table.rows[1].cells[1].text
    caption = table._tbl.tblPr.find(qn("w:tblCaption"))
    assert caption.get(qn("w:val")) == "Srovnání: Akční plán 2024–2026, Druhý"


def test_many_columns_turn_the_paper() -> None:
    report = answer_report(answer(), document, WHEN)
    assert opened(report).sections[0].orientation == WD_ORIENT.PORTRAIT
    [table] = [block for block in report.blocks if block.grid]
    assert table.grid is not None
    wide = type(table.grid)(
        (*table.grid.columns, "Třetí"), tuple((*row, table.grid.rows[0][2]) for row in table.grid.rows)
    )
    turned = Report("Široká", WHEN, (type(table)("table", "", grid=wide),), report.sources)
    word = opened(turned)
    assert word.sections[0].orientation == WD_ORIENT.LANDSCAPE
    assert size(word) == (29.7, 21.0)


@pytest.mark.parametrize("evil", [False, True])
def test_every_quote_stands_verbatim_in_the_list_of_sources(evil: bool) -> None:
    given = answer(evil=evil)
    assert styled(of(given), SOURCE) == [f"„{printable(c.quote)}“" for c in given.citations]


@pytest.mark.parametrize("evil", [False, True])
def test_a_click_on_a_mark_leads_to_its_source_and_from_there_to_the_document(evil: bool) -> None:
    given = answer(evil=evil)
    word = of(given)
    marks, places = anchors(word), bookmarks(word)
    assert {name: marks[name] for name in ("zdroj_1", "zdroj_2")} == {"zdroj_1": "[1]", "zdroj_2": "[2]"}
    assert marks.keys() == places.keys() == {"zdroj_1", "zdroj_2", "dokument_1"}
    assert squeezed(printable(given.citations[1].quote)) in places["zdroj_2"]
    assert places["dokument_1"] == marks["dokument_1"]


def test_a_source_says_where_it_is_from_and_what_it_is() -> None:
    place, origin = styled(of(answer()), ORIGIN)[:2]
    assert place.startswith("Akční plán 2024–2026; 4.1 Dluhy; kód 4.1.a; strana 3; znaky\u00a07–")
    assert origin.startswith(
        "Ověření: doslovná citace, ověřená parafráze. Datum textu: 24.\u00a07.\u00a02018. Získání:"
    )
    assert origin.endswith(f"SHA-256 zdroje: {'a' * 64}")


def test_the_document_says_what_it_is_and_what_is_known_of_its_sources() -> None:
    words = told(of(answer()))
    for line in (
        "Vytvořeno: 5. 8. 2026, 14:03",
        "Dotaz: Co s dluhy?",
        "Stav odpovědi: Zodpovězeno zčásti",
        "O nároku na podporu nerozhoduje",
        "Platnost: Období 2024–2026 (uvádí dokument). Výpis není úplný.",
        "Odkud to víme: Databáze strategií.",
        "Jedna věta byla vynechána.",
    ):
        assert line in words


def test_hostile_words_stay_words_and_only_web_addresses_are_links() -> None:
    word = of(answer(evil=True))
    outside = [rel.target_ref for rel in word.part.rels.values() if rel.is_external]
    assert outside == []
    assert squeezed(printable(HOSTILE)) in told(word)
    assert "Adresa: javascript:alert(1)" in told(word)
    fields = [f.text for f in word.element.body.iter(qn("w:instrText"))]
    assert fields == []
    [known] = [rel.target_ref for rel in of(answer()).part.rels.values() if rel.is_external]
    assert known == "https://example.cz/plan?a=1&b=2"


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://www.mpsv.cz/strategie a plány", "https://www.mpsv.cz/strategie%20a%20pl%C3%A1ny"),
        ("HTTP://example.cz", "HTTP://example.cz"),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("https://gov.cz@zlo.cz/", ""),
        ("http://[chyba", ""),
        ("https://", ""),
        ("\\\\server\\sdilene", ""),
        ("", ""),
    ],
)
def test_only_plain_web_addresses_become_links(url: str, link: str) -> None:
    assert web_address(url) == link


def test_a_conversation_leads_from_every_answer_to_one_list_of_sources() -> None:
    exchanges = [("První?", answer()), ("Druhý?", answer(evil=True))]
    word = opened(conversation_report("Dluhy u nás", exchanges, document, WHEN))
    assert styled(word, "Title") == ["Dluhy u nás"]
    assert styled(word, "Heading 1")[:2] == ["Dotaz 1: První?", "Dotaz 2: Druhý?"]
    assert len(styled(word, SOURCE)) == 4
    assert anchors(word).keys() == bookmarks(word).keys()


@pytest.mark.parametrize("question", QUESTIONS)
def test_nothing_of_a_real_answer_is_lost(assistant: Assistant, question: str) -> None:
    given = assistant.ask(question)
    word = opened(answer_report(given, assistant.document, WHEN))
    words = told(word)
    for said in given.said:
        assert squeezed(said.text) in words
    marks = {n for said in given.said for n in said.citations}
    assert {f"zdroj_{n}" for n in marks} <= anchors(word).keys()
    for citation, shown in zip(given.citations, styled(word, SOURCE), strict=True):
        assert shown == f"„{citation.quote}“"
        assert assistant.document(citation.doc).text[citation.start : citation.end] == citation.quote


@pytest.mark.slow
@pytest.mark.skipif(not OFFICE, reason="LibreOffice is not installed (Debian: libreoffice-writer)")
@pytest.mark.parametrize("evil", [False, True])
def test_libreoffice_opens_it_and_numbers_the_sources(tmp_path: Path, evil: bool) -> None:
    file = tmp_path / "odpoved.docx"
    file.write_bytes(docx_bytes(answer_report(answer(evil=evil), document, WHEN)))
    command = [str(OFFICE), "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"]
    subprocess.run([*command, "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)], check=True, timeout=120)
    pages = [page.extract_text() for page in PdfReader(tmp_path / "odpoved.pdf").pages]
    assert re.search(r"\[2\]\s*„", "\n".join(pages))
    assert f"Strana 1 z {len(pages)}" in squeezed(pages[0])
