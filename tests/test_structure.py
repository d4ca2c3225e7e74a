"""How documents are cut into passages: the shipped texts, the same texts as files of Word, and unprepared ones."""

import re
import tempfile
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from ingest.document import Document, Passage, Source
from ingest.manifest import source_for
from ingest.marks import is_noise
from ingest.readers import read
from ingest.sentences import sentence_spans
from ingest.splitter import split_long
from ingest.structure import LEAF_LIMIT, SECTION_LIMIT, passages

DATA = Path(__file__).parent / "data"
CORPUS = Path(__file__).parent.parent / "corpus"
TEXTS = sorted(path.stem for path in CORPUS.glob("*.txt"))

CALL = """\
VÝZVA K PŘEDKLÁDÁNÍ ŽÁDOSTÍ O DOTACI
Podpora dostupného bydlení 2025

Článek 1
Předmět výzvy

1.1 Předmětem výzvy je dotace na zajištění dostupného nájemního bydlení.

1.2 Dotace je určena zejména na:
a) rekonstrukci obecních bytů, které jsou v době podání žádosti neobyvatelné;
b) doprovázení domácností při zabydlování.

1.3 Dotaci nelze použít na nákup pozemků.

Článek 2 – Oprávnění žadatelé

2.1 Žadatelem může být:
a) obec nebo dobrovolný svazek obcí;
b) nestátní nezisková organizace, která v území
působí nejméně dva roky.
2.2 Žadatel nesmí mít závazky po splatnosti.

§ 3 Lhůty

Žádosti se přijímají od 1. 3. 2025 do
31. května 2025, rozhodnutí vydá rada kraje.

Výše podpory: nejvýše 2 000 000 Kč

Přílohy:
1. Formulář žádosti
2. Rozpočet projektu
3. Čestné prohlášení

Příloha č. 1
Hodnoticí kritéria

Kritérium | Popis | Body
Potřebnost | Popis potřeb domácností v území | 40
Udržitelnost | Zajištění podpory po skončení dotace | 30

Ing. Jana Nováková
odbor sociálních věcí
tel.: 123 456 789
"""

NARRATIVE = """\
Když jsme před pěti lety začínali, nikdo ve městě nevěřil, že by se rodiny
z ubytovny mohly přestěhovat do běžných bytů. Starosta tehdy řekl, že se o to
pokusíme, a do roka jsme měli prvních sedm domácností.

Druhý rok byl těžší, protože došly peníze z projektu. Město převzalo mzdu
jedné pracovnice a druhou zaplatila nadace.
"""

FAQ = """\
# Časté dotazy k dotacím 2025

Stránka odpovídá na to, na co se nejčastěji ptáte.

## Kdo může žádat?

Žádat mohou:

- obce a jejich příspěvkové organizace,
* spolky a ústavy

Žadatel musí mít sídlo v kraji.

## Kolik mohu získat?

Nejvýše 500 000 Kč.

### Musím se spolupodílet?

Ano, deseti procenty.

Kdy se dozvím výsledek?
-----------------------

| Kolo | Uzávěrka |
|------|----------|
| první | 31. 3. |
| druhé | 30. 9. |
"""


@cache
def cut(path: Path) -> tuple[Document, tuple[Passage, ...]]:
    document = read(path, source_for(path))
    return document, passages(document)


def cut_text(text: str, name: str = "text.txt") -> tuple[Document, tuple[Passage, ...]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(text, encoding="utf-8")
        document = read(path, source_for(path))
    return document, passages(document)


def leaves(found: tuple[Passage, ...]) -> list[Passage]:
    return [p for p in found if p.grain == "leaf"]


def leaf(found: tuple[Passage, ...], start: str) -> Passage:
    (one,) = [p for p in leaves(found) if p.text.startswith(start)]
    return one


def words(text: str) -> str:
    """Return the text without white space and bullets, with the bars of a table as the dashes of its source."""
    return re.sub(r"[\s•]+", "", text.replace(" | ", " – "))


def not_in_leaves(document: Document, found: tuple[Passage, ...]) -> list[str]:
    """Return what a reader of the leaves alone would miss: neither in a leaf nor in the heading path of one."""
    covered = bytearray(len(document.text))
    for p in leaves(found):
        covered[p.start : p.end] = b"\1" * (p.end - p.start)
    paths = {words(heading).rstrip(":") for p in leaves(found) for heading in p.headings}
    missing = []
    position = 0
    for raw in document.text.splitlines(keepends=True):
        kept = "".join(raw[i] for i in range(len(raw)) if not covered[position + i])
        position += len(raw)
        shown = words(kept).rstrip(":").lstrip("-+*#|–—").rstrip("|")
        if not is_noise(raw.strip().lstrip("-+*#|•– ")) and any(map(str.isalnum, kept)) and not any(shown in path for path in paths):
            missing.append(kept.strip())
    return missing


def check(document: Document, found: tuple[Passage, ...]) -> None:
    """Assert what holds for the passages of any document."""
    assert len({p.id for p in found}) == len(found)
    assert [p.start for p in found] == sorted(p.start for p in found)
    ids = {p.id for p in found}
    for p in found:
        assert document.text[p.start : p.end] == p.text
        assert p.text.strip() == p.text
        assert any(map(str.isalnum, p.text))
        assert len(p.text) <= (SECTION_LIMIT if p.grain == "section" else LEAF_LIMIT)
        assert p.parent is None or p.parent in ids
    spans = sorted((p.start, p.end) for p in leaves(found))
    assert all(a[1] <= b[0] for a, b in pairwise(spans)), "leaves overlap"


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


def test_codes_in_the_first_column_of_a_table_are_codes_of_its_rows() -> None:
    text = "Plán\n\nKód | Opatření | Gestor\n4.6.a | Zajistit byty | MMR\n4.6.b | Zajistit poradny | MPSV\n"
    assert [(p.code, p.text) for p in leaves(cut_text(text)[1])[1:]] == [
        ("4.6.a", "4.6.a | Zajistit byty | MMR"),
        ("4.6.b", "4.6.b | Zajistit poradny | MPSV"),
    ]


def test_a_call_with_articles_clauses_and_letters() -> None:
    document, found = cut_text(CALL)
    check(document, found)
    assert not_in_leaves(document, found) == []
    article = "Článek 1 Předmět výzvy"
    assert leaf(found, "1.1 Předmětem").headings == (article,)
    assert leaf(found, "1.1 Předmětem").code == "1.1"
    assert leaf(found, "a) rekonstrukci").headings == (article, "1.2 Dotace je určena zejména na")
    assert leaf(found, "1.3 Dotaci nelze").headings == (article,)
    assert leaf(found, "b) nestátní").text.endswith("působí nejméně dva roky.")
    assert leaf(found, "2.2 Žadatel").headings == ("Článek 2 – Oprávnění žadatelé",)
    assert "31. května 2025" in leaf(found, "Žádosti se přijímají").text
    assert leaf(found, "Výše podpory").kind == "fact"
    assert leaf(found, "2. Rozpočet projektu").headings[-1] == "Přílohy"
    assert leaf(found, "Udržitelnost").headings == ("Příloha č. 1 Hodnoticí kritéria", "Kritérium | Popis | Body")
    assert leaf(found, "Ing. Jana Nováková").kind == "contact"


def test_a_wrapped_narrative_is_read_by_paragraphs() -> None:
    document, found = cut_text(NARRATIVE)
    check(document, found)
    assert [p.text for p in leaves(found)] == NARRATIVE.strip().split("\n\n")
    assert document.source.title == "text"


def test_markdown_questions_hold_their_answers() -> None:
    document, found = cut_text(FAQ, "dotazy.md")
    check(document, found)
    assert not_in_leaves(document, found) == []
    assert document.source.title == "Časté dotazy k dotacím 2025"
    assert leaf(found, "obce a jejich").headings == ("Kdo může žádat?", "Žádat mohou")
    assert leaf(found, "spolky a ústavy").headings == ("Kdo může žádat?", "Žádat mohou")
    assert leaf(found, "Žadatel musí").headings == ("Kdo může žádat?",)
    assert leaf(found, "Ano, deseti").headings == ("Kolik mohu získat?", "Musím se spolupodílet?")
    assert leaf(found, "první | 31. 3.").headings[0] == "Kdy se dozvím výsledek?"


def test_a_heading_that_comes_again_in_each_call_is_no_noise() -> None:
    text = "Přehled\n\n" + "\n\n".join(f"{n}. Výzva kraje\n\nCílové skupiny\n\n• rodiny {n}" for n in range(1, 6))
    found = cut_text(text)[1]
    assert [p.headings[-1] for p in leaves(found) if p.kind == "item"] == ["Cílové skupiny"] * 5


def test_a_sentence_that_names_a_measure_is_no_heading() -> None:
    text = "Zpráva\n\nOpatření 3 bylo schváleno vládou a navazuje na předchozí plán.\n\nDalší odstavec zprávy."
    assert [p.kind for p in leaves(cut_text(text)[1])] == ["title", "paragraph", "paragraph"]


def test_a_heading_that_opens_nothing_is_found_by_itself() -> None:
    found = cut_text("# Plán\n\nText plánu je zde.\n\n## Terénní programy\n", "a.md")[1]
    assert leaf(found, "Terénní programy").kind == "heading"


def test_a_long_sentence_that_introduces_a_list_is_in_the_path_of_its_items() -> None:
    intro = "Dotace je v tomto kole určena obcím, které mají schválený plán bydlení, a to zejména na tyto činnosti:"
    document, found = cut_text(f"Název\n\nÚvodní odstavec.\n\n{intro}\n- poradny\n- byty\n\nDalší odstavec.")
    check(document, found)
    assert leaf(found, "poradny").headings[-1] == intro.rstrip(":")
    assert leaf(found, "Dotace").text == intro
    assert intro.rstrip(":") not in leaf(found, "Další odstavec").headings


def test_context_names_what_the_passage_lacks() -> None:
    source = Source("opz", "Operační program", short_names=("OPZ",))
    document = Document(source, "Název programu\n\nAktivity:\n\n• terénní práce\n• poradny\n")
    assert leaf(passages(document), "terénní práce").context == "Operační program\nOPZ\nAktivity"


SENTENCE = st.sampled_from(
    [
        "Žádosti přijímá odbor sociálních věcí do konce měsíce.",
        "Podpora je určena obcím, které mají schválený plán, a neziskovým organizacím v jejich území;",
        "Viz čl. 5 odst. 2 zákona č. 108/2006 Sb., o sociálních službách.",
        "domácnosti v bytové nouzi",
        "Terénní programy",
        "Obce",
        "CÍLOVÉ SKUPINY",
        "Aktivity:",
        "Více info",
        "tel.: 123 456 789",
        "Mgr. Jan Novák",
        "Částka: 1 000 Kč",
        "Lze žádat i opakovaně?",
        "2. 4. 2024",
        "Deskriptory:",
        "IX.a sociální poradenství",
        "4.6.a Zajistit dostupné bydlení",
        "3 Vytvořit metodiku pro obce",
        "2.1 Žadatelem může být obec.",
        "2.1 Oprávnění žadatelé:",
        "3. Podmínky",
        "4. Lhůty",
        "Článek 1",
        "Příloha č. 2 – Rozpočet",
        "Kód | Název",
        "4.6.b | Poradny",
        "slovo " * 40 + "konec.",
        "Dlouhá věta, která pokračuje čárkou, a pak zase dál, " * 14 + "až skončí.",
        "x" * 1500,
    ]
)
LINE = st.builds(
    lambda mark, indent, text: f"{' ' * indent}{mark}{text}",
    st.sampled_from(["", "", "", "• ", "- ", "a) ", "1. ", "# ", "### ", "| "]),
    st.sampled_from([0, 0, 1, 3]),
    SENTENCE,
)
GENERATED = st.lists(st.tuples(LINE, st.sampled_from(["\n", "\n", "\n\n", "\r\n"])), max_size=30).map(
    lambda parts: "".join(line + end for line, end in parts)
)


@given(GENERATED, st.sampled_from(["a.txt", "a.md"]))
def test_no_text_is_lost_whatever_the_document_looks_like(text: str, name: str) -> None:
    if not text.strip():
        return
    document, found = cut_text(text, name)
    check(document, found)
    assert not_in_leaves(document, found) == []


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_text_gives_passages_that_stand_in_it(text: str) -> None:
    document = Document(Source("a", "a"), text)
    found = passages(document)
    check(document, found)
    assert not_in_leaves(document, found) == []


@given(st.lists(SENTENCE, min_size=1, max_size=20).map(" ".join), st.integers(50, 400))
def test_long_text_is_cut_without_losing_a_character(text: str, limit: int) -> None:
    spans = split_long(text, limit)
    assert all(0 < end - start <= limit for start, end in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    kept = "".join(text[start:end] for start, end in spans)
    assert list(filter(str.isalnum, kept)) == list(filter(str.isalnum, text))


def test_sentences_do_not_end_after_abbreviations_ordinals_and_initials() -> None:
    text = "Viz čl. 5 odst. 2 zákona. Dne 1. ledna 2024 přišel Ing. J. Novák, tj. starosta. Začal ve 12. Bytě. Skončil?"
    found = [text[a:b] for a, b in sentence_spans(text)]
    assert found == [
        "Viz čl. 5 odst. 2 zákona.",
        "Dne 1. ledna 2024 přišel Ing. J. Novák, tj. starosta.",
        "Začal ve 12. Bytě.",
        "Skončil?",
    ]
