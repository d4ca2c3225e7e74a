"""How documents that nobody prepared are cut into passages: small ones by hand, and any text at all."""

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from ingest.document import Document, Source
from ingest.sentences import sentence_spans
from ingest.splitter import split_long
from ingest.structure import passages
from tests.cutting import check, cut_text, leaf, leaves, not_in_leaves

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


def test_measures_and_tasks_with_bullets_are_measures_and_tasks() -> None:
    text = "Plán\n\n• 2.1.a Podpora obcí\nDeskriptory:\n• IX.a sociální poradenství\n• 1 Vytvořit metodiku\n"
    found = cut_text(text)[1]
    assert [(p.kind, p.code) for p in leaves(found)[1:]] == [
        ("measure", "2.1.a"),
        ("descriptor", ""),
        ("task", "2.1.a/1"),
    ]


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


@example("1. Terénní programy\nIX.a sociální poradenství\n", "a.txt")
@example("3 Vytvořit metodiku\nŽádosti přijímá odbor.\nIX.a sociální poradenství\n", "a.txt")
@example("IX.a sociální poradenství\n 3 Vytvořit metodiku pro obce\n", "a.txt")
@example(f"# {'x' * 1500}\n", "a.txt")
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
