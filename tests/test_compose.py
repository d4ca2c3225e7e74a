"""Quotes, citations and the words around them."""

from ingest.document import Document, Passage, Source
from prompts.answer import Statement, Table
from prompts.compose import Draft, contact_notice, czech_date, quote_text, validity
from prompts.czech import counted, listed, out_of
from prompts.evidence import Evidence

TEXT = "Cílové skupiny:\n • senioři;\n • osoby bez přístřeší;\n\nTel.: 296 153 537"
SOURCE = Source(
    id="plan",
    title="Plán",
    period="2016–2022",
    period_basis="from_document",
    status="Projekt skončil.",
    validity_note="Navázal jiný projekt. Kontakt v textu je zastaralý: úřad se přestěhoval.",
)


def part(words: str) -> Passage:
    start = TEXT.index(words)
    return Passage("plan", start, start + len(words), words, kind="item", label="Cílové skupiny")


def evidence(words: str, place: str = "") -> Evidence:
    passage = part(words)
    return Evidence(passage, 0.9, ((passage.start, passage.end),), place)


def draft() -> Draft:
    return Draft({"plan": Document(SOURCE, TEXT)})


def lines(written: Draft) -> list[str]:
    return [statement.line for statement in written.statements]


def test_a_passage_keeps_its_number_however_often_it_is_quoted() -> None:
    written = draft()
    for words in ("senioři;", "osoby bez přístřeší;", "senioři;"):
        written.quote(evidence(words))
    assert [statement.citations for statement in written.statements] == [(1,), (2,), (1,)]
    assert [citation.quote for citation in written.citations] == ["senioři;", "osoby bez přístřeší;"]


def test_the_validity_of_a_document_is_said_once() -> None:
    written = draft()
    written.by_document([evidence("senioři;")])
    written.by_document([evidence("osoby bez přístřeší;")])
    assert lines(written).count("Období 2016–2022 (uvádí dokument). Projekt skončil.") == 1


def test_what_stands_under_one_label_is_told_under_it_once() -> None:
    written = draft()
    written.by_document([evidence("senioři;", "Cílové skupiny"), evidence("osoby bez přístřeší;", "Cílové skupiny")])
    assert lines(written)[-3:] == ["Cílové skupiny:", "• senioři; [1]", "• osoby bez přístřeší; [2]"]


def test_an_outdated_contact_is_called_so_when_it_is_quoted_and_only_then() -> None:
    with_contact, without = draft(), draft()
    with_contact.by_document([evidence("Tel.: 296 153 537")])
    without.by_document([evidence("senioři;")])
    note = "Kontakt v textu je zastaralý: úřad se přestěhoval."
    assert lines(with_contact)[-1] == note == contact_notice(SOURCE)
    assert note not in lines(without)


def test_documents_side_by_side_quote_or_say_that_they_are_silent() -> None:
    other = Source(id="jiny", title="Jiný")
    written = Draft({"plan": Document(SOURCE, TEXT), "jiny": Document(other, "")})
    written.side_by_side(["plan", "jiny"], [evidence("senioři;")])
    (statement,) = written.statements
    assert statement.form == "table"
    assert statement.table is not None
    assert statement.table.columns == ("", "Plán", "Jiný")
    _, (_, own, silent) = statement.table.rows
    assert own == (Statement("senioři;", "quote", "verbatim", (1,)),)
    assert [said.text for said in silent] == ["neuvedeno"]
    assert statement.text.splitlines()[-3:] == [
        "Jiný",
        "Období dokument neuvádí – ověřte u vyhlašovatele.",
        "neuvedeno",
    ]


def test_a_table_reads_column_by_column() -> None:
    cell = (Statement("senioři", "quote", "verbatim", (2,)),)
    assert Table(("", "A"), (((Statement("Komu", "heading", "note"),), cell),)).text == "A\n• senioři [2]"


def test_an_unknown_period_stays_unknown() -> None:
    assert validity(Source(id="x", title="X")) == "Období dokument neuvádí – ověřte u vyhlašovatele."
    assert validity(Source(id="x", title="X", text_date="2020-01-14")).endswith("text je z 14. 1. 2020.")
    assert "údaj mimo dokument" in validity(Source(id="x", title="X", period="2007–2013", period_basis="from_source"))


def test_a_quote_loses_its_bullets_and_line_ends_but_no_words() -> None:
    assert quote_text(" • senioři;\n • osoby\u00a0bez přístřeší;") == "senioři; osoby bez přístřeší;"


def test_a_date_is_written_as_offices_write_it() -> None:
    assert czech_date("2018-07-24") == "24. 7. 2018"
    assert czech_date("podzim") == "podzim"


def test_nouns_agree_with_their_number() -> None:
    forms = ("dokument", "dokumenty", "dokumentů")
    assert [counted(n, *forms) for n in (1, 2, 4, 5, 0)] == [
        "1 dokument",
        "2 dokumenty",
        "4 dokumenty",
        "5 dokumentů",
        "0 dokumentů",
    ]


def test_the_preposition_agrees_with_the_number_that_follows() -> None:
    said = {n: out_of(n) for n in (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 16, 18, 24, 36, 50)}
    assert [n for n, text in said.items() if " ze " in text] == [2, 3, 4, 6, 7, 12, 16, 36]
    assert said[8] == "8 z 8"


def test_of_many_names_the_rest_is_counted() -> None:
    assert listed(["A", "B"]) == "„A“, „B“"
    assert listed(["A", "B", "C"], most=1) == "„A“ a 2 další"
    assert listed(list("ABCDEFGH"), most=2) == "„A“, „B“ a 6 dalších"
