"""What the pages show of documents and users: escaped letter by letter, in Czech form, with its surroundings."""

from pathlib import Path

import pytest
from streamlit import file_util

from ingest.document import Document, Passage, Source
from prompts.answer import Citation, Statement
from views.help import coverage_html
from views.markup import czech_date, escaped, link_html, statement_html
from views.shell import czech_page
from views.source import SURROUNDINGS, excerpt, excerpt_html, source_html, validity


def test_an_unknown_fact_about_a_document_is_said_to_be_unknown() -> None:
    row = coverage_html([Document(Source("x", "Dokument"), "text")])
    assert row.count("neuvedeno") == 2
    assert "Období dokument neuvádí." in row


def test_who_says_the_period_is_said_and_doubt_is_left_as_it_is_written() -> None:
    assert validity(Source("x", "X", period="2024", period_basis="from_document")) == "Období: 2024 (uvádí dokument)."
    doubtful = Source("x", "X", period="období dokument neuvádí – ověřte u vyhlašovatele", period_basis="unknown")
    assert validity(doubtful) == "Období dokument neuvádí – ověřte u vyhlašovatele."


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//example.cz", "file:///x", "", "http://["]
)
def test_only_web_addresses_become_links(url: str) -> None:
    assert link_html(url, "odkaz") == ""


def test_a_link_cannot_break_out_of_its_attribute() -> None:
    assert '"><script' not in link_html('https://example.cz/"><script>alert(1)</script>', "odkaz")


def test_text_that_no_browser_takes_is_replaced_not_dropped() -> None:
    assert escaped("a\x00b\ud800c\td\ne") == "a\ufffdb\ufffdc\td\ne"


def test_dates_are_czech_and_what_is_no_date_stays() -> None:
    assert czech_date("2020-01-14") == "14.\u00a01.\u00a02020"
    assert czech_date("léto 2020") == "léto 2020"


def test_a_quote_without_the_verdict_verbatim_gets_no_quotation_marks() -> None:
    assert "„" not in statement_html(Statement("vlastními slovy", "quote", "supported", (1,)))


def test_an_excerpt_ends_at_line_ends_and_always_holds_the_quote() -> None:
    text = "".join(f"Řádek číslo {n}.\n" for n in range(300))
    start = text.index("Řádek číslo 150.")
    begin, finish = excerpt(text, start, start + 16)
    assert text[begin - 1] == "\n"
    assert text[finish] == "\n"
    assert start - SURROUNDINGS <= begin <= start
    assert start + 16 <= finish <= start + 16 + SURROUNDINGS


def test_an_excerpt_of_one_endless_line_ends_between_words() -> None:
    text = "slovo " * 1000
    begin, finish = excerpt(text, 3000, 3005)
    assert text[begin - 1] == " "
    assert text[finish] == " "


def test_an_excerpt_at_the_ends_of_a_document_has_no_dots() -> None:
    document = Document(Source("x", "X"), "krátký text")
    assert "…" not in excerpt_html(document, 0, 6)
    assert "<mark>krátký</mark> text" in excerpt_html(document, 0, 6)


def test_a_source_without_an_address_says_so() -> None:
    document = Document(Source("x", "X"), "text")
    passage = Passage("x", 0, 4, "text", "paragraph")
    assert "Odkaz na původní dokument není znám." in source_html(Citation(1, passage, 0, 4, "text", "X"), document)


def test_the_page_that_streamlit_ships_is_served_in_czech() -> None:
    shipped = (Path(file_util.get_static_dir()) / "index.html").read_text(encoding="utf-8")
    page = czech_page(shipped)
    assert '<html lang="cs">' in page
    assert "<title>Opora</title>" in page
    assert "You need to enable JavaScript" not in page


def test_what_is_quoted_of_a_cited_part_is_highlighted_and_nothing_else() -> None:
    text = "Nadpis\n\n • první věc;\n • druhá  věc;\n • třetí věc."
    html = excerpt_html(Document(Source("d", "D"), text), 0, len(text), ["druhá věc;", "třetí věc."])
    assert "<mark>druhá  věc;</mark>" in html
    assert "<mark>třetí věc.</mark>" in html
    assert html.count("<mark>") == 2
