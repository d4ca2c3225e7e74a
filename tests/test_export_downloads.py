"""The menu with the files, and what comparisons and local plans offer in it."""

import io
from collections.abc import Callable, Sequence
from datetime import date

import docx
import pytest
from streamlit.testing.v1 import AppTest

from ingest.errors import ExportError
from ingest.localities import parse_localities
from ingest.settings import Settings
from prompts.compose import quote_text
from prompts.export.answers import answer_report, answer_sheets
from prompts.export.comparisons import comparison_report
from prompts.export.docx import docx_bytes
from prompts.export.markdown import markdown
from prompts.export.plans import plan_report
from prompts.export.report import Report
from prompts.export.sheets import Sheet
from prompts.locality import Matcher
from prompts.locality_profile import Profile
from retrieval.gathering import gather
from retrieval.index import Index
from retrieval.instruments import Catalogue
from tests.exporting import WHEN, answer, document
from tests.locality_world import workbook
from views.catalogue_words import FIELD_NAMES
from views.comparison_html import FIELDS
from views.downloads import file_stem

NAMES = {field: FIELD_NAMES[field] for field in FIELDS}


def _menu(report: "Callable[[], Report]", sheets: "Callable[[], Sequence[Sheet]] | None") -> None:
    from views.downloads import download_menu

    download_menu("zkouška", "Odpověď: dluhy?", report, sheets)


def menu(report: Callable[[], Report], sheets: Callable[[], Sequence[Sheet]] | None = None) -> AppTest:
    """Return the page with the menu opened."""
    page = AppTest.from_function(_menu, kwargs={"report": report, "sheets": sheets}, default_timeout=60)
    page.session_state["opora_menu_zkouška"] = True
    page.run()
    assert not page.exception
    return page


def offered(page: AppTest) -> list[str]:
    return [str(button.proto.label) for button in page.get("download_button")]


def said(page: AppTest) -> str:
    return "".join(str(element.proto.body) for element in page.get("html"))


@pytest.fixture(scope="module")
def index(settings: Settings) -> Index:
    return Index.open(settings)


@pytest.fixture(scope="module")
def catalogue(index: Index) -> Catalogue:
    return gather(index.documents, index.passages, index.thesaurus, date(2026, 1, 15))


def test_the_menu_offers_documents_and_with_tables_also_sheets() -> None:
    report = answer_report(answer(), document, WHEN)
    assert offered(menu(lambda: report)) == ["Word (DOCX)", "Markdown"]
    tables = answer_sheets(answer(), document, WHEN)
    assert offered(menu(lambda: report, lambda: tables)) == ["Word (DOCX)", "Markdown", "Tabulka XLSX", "Tabulka CSV"]


def test_nothing_is_gathered_until_the_menu_is_opened() -> None:
    def never() -> Report:
        raise AssertionError("the report was made")

    page = AppTest.from_function(_menu, kwargs={"report": never, "sheets": None}, default_timeout=60).run()
    assert not page.exception
    assert offered(page) == []
    assert said(page) == ""


def test_an_export_without_its_sources_offers_no_file_and_says_why() -> None:
    def gone(doc: str) -> Report:
        raise ExportError("Značka [7] nemá zdroj.")

    page = menu(lambda: gone("x"))
    assert offered(page) == []
    assert "Značka [7] nemá zdroj." in said(page)


def test_an_unexpected_failure_is_told_in_czech_without_its_trace() -> None:
    def broken() -> Report:
        raise RuntimeError("internal detail")

    page = menu(broken)
    assert offered(page) == []
    assert "Soubory se nepodařilo připravit." in said(page)
    assert "internal detail" not in said(page)


def test_tables_that_cannot_be_made_leave_the_documents_on_offer() -> None:
    def too_long() -> Sequence[Sheet]:
        return [Sheet("List", ("Text",), (("a" * 40_000,),))]

    page = menu(lambda: answer_report(answer(), document, WHEN), too_long)
    assert offered(page) == ["Word (DOCX)", "Markdown"]
    assert "40000 znaků" in said(page)


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Odpověď: dluhy?", "opora-odpoved-dluhy"),
        ("../../etc/passwd", "opora-etc-passwd"),
        ("???", "opora"),
        ("a" * 200, "opora-" + "a" * 60),
    ],
)
def test_file_names_are_plain(name: str, stem: str) -> None:
    assert file_stem(name) == stem


def test_a_comparison_quotes_each_value_and_says_what_differs(catalogue: Catalogue) -> None:
    chosen = [one for one in catalogue.instruments if one.code in ("4.6.a", "4.1.a")]
    report = comparison_report(catalogue, chosen, NAMES, WHEN)
    [table] = docx.Document(io.BytesIO(docx_bytes(report))).tables
    assert [row.cells[0].text.split("\n")[0] for row in table.rows][1:4] == [
        "Dokument",
        "Druh a kód",
        "Období a platnost",
    ]
    assert "= shodné" in table.rows[1].cells[0].text
    assert "≠ liší se" in table.rows[2].cells[0].text
    for n, instrument in enumerate(chosen, 1):
        column = " ".join(row.cells[n].text for row in table.rows)
        quotes = [value.quote for field, value in instrument.values() if field in FIELDS]
        assert quotes
        assert all(quote_text(quote) in column for quote in quotes)
    assert "neuvedeno" in " ".join(cell.text for row in table.rows for cell in row.cells)
    assert "jen zde" in markdown(report)


def test_a_comparison_of_differences_says_how_much_it_leaves_out(catalogue: Catalogue) -> None:
    chosen = [one for one in catalogue.instruments if one.code in ("4.6.a", "4.1.a")]
    told = markdown(comparison_report(catalogue, chosen, NAMES, WHEN, only_differences=True))
    assert "**Rozsah:** jen rozdíly; vynecháno shodných řádků: " in told
    assert "= shodné" not in told
    same = markdown(comparison_report(catalogue, [chosen[0], chosen[0]], NAMES, WHEN, only_differences=True))
    assert "Ve všech polích říkají vybrané nástroje totéž." in same


def test_a_local_plan_keeps_its_quotes_sources_and_places_to_complete(index: Index) -> None:
    localities = parse_localities(workbook(), "malý.xlsx")
    one = localities.by_code(500003)
    assert one is not None
    profile = Profile.of(localities, one)
    matches = Matcher.of(index).match(profile)
    report = plan_report(profile, matches, index.documents.__getitem__, WHEN)
    word = docx.Document(io.BytesIO(docx_bytes(report)))
    texts = [paragraph.text for paragraph in word.paragraphs]
    assert texts[0] == "Návrh místního plánu: Šedá Čtvrť (okres Horní, ORP Horní)"
    for match in (match for theme in matches.themes for match in theme.good):
        assert any(text.startswith(f"„{match.quote}“\u00a0[") for text in texts)
        assert f"„{match.citation.quote}“" in texts
    assert "Termín: doplňte" in texts
    assert not [text for text in texts if ".." in text]
