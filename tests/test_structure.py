"""How the shipped texts, and the same texts as files of a word processor, are cut into passages."""

from pathlib import Path

import pytest
from pypdf import PdfReader

from ingest.document import Passage
from ingest.manifest import source_for
from tests.cutting import check, cut, cut_text, leaf, leaves, not_in_leaves, words

DATA = Path(__file__).parent / "data"
CORPUS = Path(__file__).parent.parent / "corpus"
TEXTS = sorted(path.stem for path in CORPUS.glob("*.txt"))


@pytest.mark.parametrize("name", TEXTS)
def test_nothing_of_the_shipped_texts_is_lost(name: str) -> None:
    document, found = cut(CORPUS / f"{name}.txt")
    check(document, found)
    assert not_in_leaves(document, found) == []


def test_the_action_plan_has_its_measures_tasks_and_descriptors() -> None:
    found = cut(CORPUS / "akcni-plan-2024-2026.txt")[1]
    measures = {p.id: p for p in found if p.kind == "measure" and p.grain == "leaf"}
    tasks = [p for p in found if p.kind == "task"]
    assert len(measures) == 38
    assert len(tasks) == 36
    assert all(t.parent in measures and t.code.startswith(f"{measures[t.parent].code}/") for t in tasks if t.parent)
    assert all(t.parent for t in tasks)
    descriptors = [p for p in found if p.kind == "descriptor"]
    assert len(descriptors) == 38
    assert len({d.parent for d in descriptors}) == 38
    assert leaf(found, "1 Monitoring počtu osob").headings[0] == "4.2. Zaměstnání a jeho udržení"


@pytest.mark.parametrize("name", ["akcni-plan-2024-2026.pdf", "akcni-plan-2024-2026.docx"])
def test_a_word_processors_file_gives_the_same_measures_tasks_and_descriptors(name: str) -> None:
    def told(found: tuple[Passage, ...]) -> list[tuple[str, str, str, tuple[str, ...], str]]:
        owners = {p.id: p.code for p in found}
        kinds = ("measure", "task", "descriptor")
        chosen = [p for p in leaves(found) if p.kind in kinds]
        return [
            (p.kind, p.code, words(p.text), tuple(map(words, p.headings)), owners.get(p.parent or "", ""))
            for p in chosen
        ]

    expected = told(cut(CORPUS / "akcni-plan-2024-2026.txt")[1])
    assert len(expected) == 38 + 36 + 38
    assert told(cut(DATA / name)[1]) == expected


def test_measures_and_tasks_are_on_the_page_of_the_pdf_that_shows_them() -> None:
    path = DATA / "akcni-plan-2024-2026.pdf"
    pages = [words(page.extract_text()) for page in PdfReader(path).pages]
    checked = [p for p in leaves(cut(path)[1]) if p.kind in ("measure", "task")]
    for p in checked:
        assert p.page is not None
        assert words(p.text)[:30] in pages[p.page - 1], p.code
    assert {p.page for p in checked} > {1, 7, 13}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("opz-2-1-dva-sloupce.pdf", "opz-2-1"),
        ("opz-2-1-dva-sloupce.docx", "opz-2-1"),
        ("oplzz-3-1-tabulka.pdf", "oplzz-3-1"),
        ("oplzz-3-1-tabulka.docx", "oplzz-3-1"),
        ("socialni-sluzby-stranka.html", "asz-socialni-sluzby"),
        ("akcni-plan-2024-2026.pdf", "akcni-plan-2024-2026"),
        ("akcni-plan-2024-2026.docx", "akcni-plan-2024-2026"),
    ],
)
def test_columns_tables_and_web_pages_give_the_leaves_of_the_plain_text(name: str, text: str) -> None:
    document, found = cut(DATA / name)
    check(document, found)
    assert not_in_leaves(document, found) == []
    expected = {words(p.text) for p in leaves(cut(CORPUS / f"{text}.txt")[1])}
    given = {words(p.text) for p in leaves(found)}
    assert len(expected & given) >= 0.95 * len(expected), sorted(expected - given)
    assert len(given - expected) <= 0.05 * len(given), sorted(given - expected)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("akcni-plan-2024-2026.pdf", "Akční plán 2024-2026 Strategie sociálního začleňování 2021-2030"),
        ("opz-2-1-dva-sloupce.pdf", "Operační program zaměstnanost (OPZ)"),
        ("oplzz-3-1-tabulka.pdf", "Oblast podpory 3.1 - Podpora sociální integrace a sociálních služeb"),
    ],
)
def test_the_title_of_a_pdf_is_its_first_line_and_not_its_running_header(name: str, title: str) -> None:
    assert source_for(DATA / name).title == title


def test_an_item_without_a_bullet_keeps_its_link() -> None:
    found = cut(CORPUS / "asz-socialni-sluzby.txt")[1]
    assert leaf(found, "Terénní programy").text == "Terénní programy\n\nVíce info"
    sections = [p for p in found if p.grain == "section" and p.text.startswith("Jde o následující opatření:")]
    assert sections[0].text.endswith("Zdravotně sociální pomocník\n\nVíce info")


def test_a_label_after_paragraphs_stands_beside_their_heading() -> None:
    found = cut(CORPUS / "oplzz-3-1.txt")[1]
    assert leaf(found, "zadavatelé sociálních služeb;").headings == ("Cílové skupiny organizací",)
    assert leaf(found, "1. Podpora vzdělávání").headings == ("Popis činností",)
    assert leaf(found, "Podpora se zaměřuje").headings == ("Stručná charakteristika oblasti podpory 3.1",)


def test_a_label_in_a_sentence_goes_on_in_its_heading() -> None:
    found = cut(CORPUS / "asz-socialni-sluzby.txt")[1]
    assert leaf(found, "Terénní programy").headings == ("OPATŘENÍ K REALIZACI", "Jde o následující opatření")
    text = "Název\n\nKdo může žádat\n\nŽádat lze celý rok.\n\nŽadatelem může být:\n\n• obec\n• kraj\n"
    assert leaf(cut_text(text)[1], "obec").headings == ("Kdo může žádat", "Žadatelem může být")


def test_rows_of_a_table_are_items_under_the_names_of_its_columns() -> None:
    found = cut(DATA / "oplzz-3-1-tabulka.docx")[1]
    row = leaf(found, "osoby bez přístřeší | osoby, které nemají")
    assert row.kind == "item"
    assert row.headings == ("Cílové skupiny osob", "Cílová skupina | Vymezení")
    after = leaf(found, "děti, mládež a mladí dospělí;")
    assert after.headings == ("Cílové skupiny osob",)
    assert not any(p.text == "Cílová skupina | Vymezení" for p in found)
