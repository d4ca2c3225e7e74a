"""The page Katalog nástrojů as its user meets it, run by Streamlit's own test harness over the shipped documents."""

import csv
import html
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import pytest
from openpyxl import load_workbook
from streamlit.testing.v1 import AppTest

from ingest.document import Document, Source
from ingest.errors import SearchIndexError
from ingest.settings import Settings
from ingest.structure import passages
from retrieval.facets import Filing
from retrieval.gathering import gather
from retrieval.index import Index
from retrieval.instrument_search import Relevance
from retrieval.instruments import Catalogue
from retrieval.overview import coverage, group_matrix
from retrieval.thesaurus import Concept, Thesaurus
from views.catalogue_data import CatalogueLike, OpenCatalogue
from views.catalogue_export import COLUMNS, csv_bytes, rows, xlsx_bytes
from views.catalogue_words import label_text, listed, shortened
from views.comparison_html import comparison_html
from views.overview_html import chart_html, matrix_html

TODAY = date(2026, 1, 15)
HOSTILE = "<script>alert(1)</script> **tučně** [odkaz](javascript:alert(2)) $x$ :red[b] <img src=x onerror=alert(3)>"


@pytest.fixture(scope="module")
def opened(settings: Settings) -> OpenCatalogue:
    return OpenCatalogue.of(Index.open(settings), TODAY)


class Prepared:
    """A catalogue of one document, whose search fails or finds what it is told to."""

    def __init__(self, text: str, title: str = "Dokument", found: Relevance | Exception | None = None) -> None:
        document = Document(Source("dokument", title, sha256="0" * 64), text)
        thesaurus = Thesaurus.of((Concept("deti", "děti <b>", "cilova-skupina", ("děti",)),))
        self.catalogue: Catalogue = gather(
            {"dokument": document}, {p.id: p for p in passages(document)}, thesaurus, TODAY
        )
        self.filing = Filing.of(self.catalogue)
        self.found = found

    def rank(self, text: str) -> Relevance:
        if isinstance(self.found, Exception):
            raise self.found
        return self.found or Relevance()


# Streamlit runs the source of this as a script of its own, where only its own imports exist.
def _page(open_catalogue: "Callable[[], CatalogueLike]") -> None:
    from views.catalogue import show_catalogue

    show_catalogue(open_catalogue)


def page_of(catalogue: CatalogueLike) -> AppTest:
    return page_by(lambda: catalogue)


def page_by(open_catalogue: Callable[[], CatalogueLike]) -> AppTest:
    page = AppTest.from_function(_page, kwargs={"open_catalogue": open_catalogue}, default_timeout=60).run()
    assert not page.exception
    return page


def bodies(page: AppTest) -> str:
    """All HTML of the page in its order, without its style sheet."""
    found = (str(element.proto.body) for element in page.get("html"))
    return "\n".join(body for body in found if not body.startswith("<style"))


def seen(page: AppTest) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", bodies(page))).replace("\u00a0", " ")


def count_line(page: AppTest) -> str:
    match = re.search(r'class="opora-count" role="status">([^<]+)<', bodies(page))
    assert match
    return match.group(1).replace("\u00a0", " ")


def titles(page: AppTest) -> list[str]:
    return re.findall(r'<h3 class="opora-card-title">([^<]+)</h3>', bodies(page))


def open_facet(page: AppTest, facet: str) -> AppTest:
    page.session_state["opora_facet_open"] = facet
    return page.run()


def options(page: AppTest, facet: str) -> list[str]:
    return [box.label for box in page.checkbox if str(box.key).startswith(f"opora_option_{facet}_")]


def take(page: AppTest, facet: str, words: str) -> AppTest:
    """Open a facet, take the option that begins so, and close the facet again."""
    open_facet(page, facet)
    box = next(
        b for b in page.checkbox if str(b.key).startswith(f"opora_option_{facet}_") and b.label.startswith(words)
    )
    box.check().run()
    page.session_state["opora_facet_open"] = None
    return page.run()


def compare(page: AppTest, names: Sequence[str]) -> AppTest:
    for name in names:
        page.checkbox(key=f"opora_compare_{name}").check().run()
    return page


def test_the_list_says_how_many_of_all_it_shows_and_goes_on(opened: OpenCatalogue) -> None:
    page = page_of(opened)
    assert count_line(page) == "Zobrazeno 10, v katalogu 72 nástrojů."
    assert len(titles(page)) == 10
    page.button(key="opora_catalogue_next").click().run()
    assert len(titles(page)) == 20
    page.button(key="opora_catalogue_all").click().run()
    assert len(titles(page)) == 72
    assert not [b for b in page.button if b.key == "opora_catalogue_next"]


def test_a_taken_filter_shows_as_a_chip_that_takes_it_back(opened: OpenCatalogue) -> None:
    page = take(page_of(opened), "kind", "projekt")
    assert count_line(page) == "Zobrazeno 1, nalezeno 1, v katalogu 72 nástrojů."
    (chip,) = [b for b in page.button if str(b.key).startswith("opora_chip_")]
    assert chip.label == "Druh: projekt"
    chip.click().run()
    assert count_line(page) == "Zobrazeno 10, v katalogu 72 nástrojů."


def test_counts_of_options_are_true_under_the_other_filters(opened: OpenCatalogue) -> None:
    page = open_facet(page_of(opened), "kind")
    assert options(page, "kind")[0] == "opatření (43)"
    take(page, "document", "Sociální služby")
    assert options(open_facet(page, "kind"), "kind") == [
        "opatření (5)",
        "podporovaná aktivita (0)",
        "aktivita projektu (0)",
        "projekt (0)",
    ]


def test_filters_that_leave_nothing_say_so_and_can_be_cleared(opened: OpenCatalogue) -> None:
    page = take(take(page_of(opened), "document", "Sociální služby"), "kind", "projekt")
    assert "Filtrům neodpovídá žádný nástroj" in seen(page)
    assert "neznamená, že neexistuje" in seen(page)
    page.button(key="opora_catalogue_reset").click().run()
    assert count_line(page) == "Zobrazeno 10, v katalogu 72 nástrojů."


def test_many_options_can_be_searched_without_diacritics_and_say_how_many_are_hidden(opened: OpenCatalogue) -> None:
    page = open_facet(page_of(opened), "theme")
    assert len(options(page, "theme")) > 100
    page.text_input(key="opora_find_theme").set_value("dluhove").run()
    assert [o.partition(" (")[0] for o in options(page, "theme")] == ["dluhové poradenství"]
    assert "Slovu neodpovídá" in seen(page)


def test_a_query_ranks_by_the_assistants_retrieval_and_puts_nothing_aside_in_silence(opened: OpenCatalogue) -> None:
    page = page_of(opened)
    page.text_input(key="opora_catalogue_query").set_value("mokrý dům").run()
    assert "snižování prahů pobytových" in titles(page)[0]
    assert "Nalezeno:" in seen(page), "the passage of a task that was found is quoted"
    near = len(titles(page))
    wide = page.checkbox(key="opora_catalogue_wide")
    assert wide.label == f"Ukázat i méně související ({72 - near})"
    wide.check().run()
    assert count_line(page) == "Zobrazeno 10, v katalogu 72 nástrojů."
    assert "snižování prahů pobytových" in titles(page)[0]
    page.button(key="opora_chip_query").click().run()
    assert page.text_input(key="opora_catalogue_query").value == ""


def test_the_list_can_be_ordered_by_code_and_title(opened: OpenCatalogue) -> None:
    page = page_of(opened)
    page.selectbox(key="opora_catalogue_sort_all").set_value("title").run()
    assert titles(page)[0].startswith("Aktivity přispívající")
    page.selectbox(key="opora_catalogue_sort_all").set_value("code").run()
    codes = re.findall(r'<p class="opora-card-kind">(?:[^<\d]*)([^<]*)</p>', bodies(page))
    assert codes[:4] == ["1", "1", "2", "2"], "activities of the two documents that number them"


def test_the_detail_quotes_every_field_and_opens_the_source_of_each(opened: OpenCatalogue) -> None:
    plan = next(i for i in opened.catalogue.instruments if i.code == "4.6.a")
    page = page_of(opened)
    page.session_state["opora_catalogue_opened"] = plan.id
    page.run()
    assert not page.exception
    words = seen(page)
    for value in (v for _, v in plan.values()):
        assert " ".join(value.quote.split()) in " ".join(words.split())
    assert re.search(r"Příjemce nebo realizátor\s+neuvedeno", words)
    citations = [b for b in page.button if str(b.key).startswith("opora_cite_")]
    assert [b.label for b in citations] == [f"\\[{n}\\]" for n in range(1, len(list(plan.values())) + 1)]
    citations[3].click().run()
    mark = re.search(r"<mark>(.*?)</mark>", bodies(page), re.DOTALL)
    assert mark
    assert html.unescape(mark.group(1)) in {v.quote for _, v in plan.values()}
    page.button(key="opora_close").click().run()
    assert "<mark>" not in bodies(page)
    page.button(key="opora_back").click().run()
    assert len(titles(page)) == 10


def test_groups_of_the_whole_programme_are_told_apart(opened: OpenCatalogue) -> None:
    activity = next(i for i in opened.catalogue.instruments if i.doc == "oplzz-3-1")
    page = page_of(opened)
    page.session_state["opora_catalogue_opened"] = activity.id
    page.run()
    assert "Cílové skupiny programu" in seen(page)
    assert "ne pro tento nástroj zvlášť" in seen(page)
    assert "Program text dokumentu sám nejmenuje" in seen(page)
    assert "dokument sám je neuvádí" in seen(page)


def test_two_to_four_instruments_are_compared(opened: OpenCatalogue) -> None:
    ids = [i.id for i in opened.catalogue.instruments[:6]]
    page = compare(page_of(opened), ids[:1])
    assert page.button(key="opora_catalogue_compare").disabled
    compare(page, ids[1:4])
    assert page.checkbox(key=f"opora_compare_{ids[4]}").disabled, "four are the most"
    page.button(key="opora_catalogue_compare").click().run()
    assert bodies(page).count('<th scope="col">') == 5
    assert "liší se" in seen(page)
    assert "neuvedeno" in seen(page)
    page.button(key="opora_drop_0").click().run()
    assert bodies(page).count('<th scope="col">') == 4
    page.checkbox(key="opora_only_differences").check().run()
    assert "shodné" not in seen(page)


def test_a_comparison_of_too_few_says_what_to_do(opened: OpenCatalogue) -> None:
    page = page_of(opened)
    page.session_state["opora_catalogue_section"] = "compare"
    page.run()
    assert "Vyberte v seznamu dva až čtyři nástroje" in page.info[0].value
    page.button(key="opora_to_list").click().run()
    assert len(titles(page)) == 10


def test_the_comparison_marks_what_only_one_states_and_quotes_each_value(opened: OpenCatalogue) -> None:
    by_code = {(i.doc, i.code): i for i in opened.catalogue.instruments}
    debts = [by_code["akcni-plan-2024-2026", code] for code in ("4.1.a", "4.1.b")]
    table = comparison_html(opened.catalogue, debts, only_differences=False)
    rows = dict(re.findall(r'<th scope="row">([^<]+)<.*?</th>(.*?)</tr>', table, re.DOTALL))
    first, second = rows["Témata"].split("<td")[1:]
    assert "předlužení" in first
    assert "exekuce" in second
    assert first.count("jen zde") == 1, "excessive debt is named by both, exclusion by the first alone"
    assert "nikde neuvedeno" in table
    assert table.count("<details") >= 10
    same = comparison_html(opened.catalogue, [debts[0], debts[0]], only_differences=True)
    assert "totéž" in same


def test_the_matrix_and_the_coverage_are_shown(opened: OpenCatalogue) -> None:
    page = page_of(opened)
    page.session_state["opora_catalogue_section"] = "matrix"
    page.run()
    assert "osoby bez přístřeší" in seen(page)
    assert "v seznamu cílových skupin" in seen(page)
    assert "zmínka v textu" in seen(page)
    page.session_state["opora_catalogue_section"] = "coverage"
    page.run()
    assert 'role="img"' in bodies(page)
    assert "Tabulka s počty nástrojů" in seen(page)
    assert "4 nástroje, 5 témat" in seen(page)
    page.checkbox(key="opora_all_theme").check().run()
    assert seen(page).count("mokrý dům") == 2, "once in the chart and once in its table"


def test_without_an_index_the_page_says_what_to_do() -> None:
    def missing() -> CatalogueLike:
        raise SearchIndexError("Rejstřík dokumentů ještě není sestavený. Spusťte „make run“.")

    page = page_by(missing)
    assert "Spusťte „make run“." in seen(page)
    assert 'role="alert"' in bodies(page)


def test_an_unexpected_failure_is_one_czech_line() -> None:
    def broken() -> CatalogueLike:
        raise ZeroDivisionError("secret detail")

    page = page_by(broken)
    assert "Katalog se nepodařilo připravit" in seen(page)
    assert "secret detail" not in bodies(page)


def test_documents_without_instruments_are_explained() -> None:
    page = page_of(Prepared("Zápis\n\nSešli jsme se a povídali si o počasí.\n"))
    assert "žádné nástroje nenašel" in seen(page)


def test_a_failing_search_shows_everything_and_says_so() -> None:
    page = page_of(Prepared("Výzva\n\nAktivity:\n\n • hry pro děti;\n • výlety;\n", found=SearchIndexError("Zamčeno.")))
    page.text_input(key="opora_catalogue_query").set_value("děti").run()
    assert "Zamčeno. Zatím ukazuji všechny nástroje." in seen(page)
    assert len(titles(page)) == 2


def test_a_query_that_is_too_long_is_refused_with_both_numbers(opened: OpenCatalogue) -> None:
    page = page_of(opened)
    page.text_input(key="opora_catalogue_query").set_value("a" * 301).run()
    assert "301 znaků" in seen(page)
    assert "nejvýše 300 znaků" in seen(page)


def test_text_of_documents_is_never_markup_on_any_part_of_the_page() -> None:
    text = f"Název\n\nAktivity:\n\n • děti {HOSTILE};\n • děti a výlety {HOSTILE};\n"
    prepared = Prepared(text, title=HOSTILE)
    page = page_of(prepared)
    parts = [bodies(page)]
    open_facet(page, "document")
    assert options(page, "document") == [f"{label_text(HOSTILE)} (2)"]
    first, second = prepared.catalogue.instruments
    page.session_state["opora_catalogue_opened"] = first.id
    page.run()
    page.button(key="opora_cite_1").click().run()
    parts.append(bodies(page))
    parts.append(comparison_html(prepared.catalogue, [first, second], only_differences=False))
    parts.append(matrix_html(prepared.catalogue, group_matrix(prepared.catalogue)))
    parts.append(chart_html(coverage(prepared.catalogue, prepared.filing, "group"), prepared.catalogue.documents, "X"))
    for part in parts:
        own = part.replace("document.querySelector('.stMain')?.scrollTo({ top: 0 })", "")
        assert "<img" not in own
        assert "<b>" not in own
        assert "alert(1)</script>" not in own
        assert "&lt;" in own


def test_a_label_shows_exactly_its_words() -> None:
    assert label_text("*a* [b](c) :red[d] 1. $e$") == "\\*a\\* \\[b\\]\\(c\\) :\u2060red\\[d\\] 1\\. \\$e\\$"


def test_long_words_are_cut_between_words_and_counts_are_inflected() -> None:
    assert shortened("Podpora sociálního bydlení, podpora", 28) == "Podpora sociálního bydlení …"
    assert shortened("krátké", 28) == "krátké"
    assert listed(1, 1, 1) == "Zobrazeno 1, v katalogu 1 nástroj."
    assert listed(2, 3, 4) == "Zobrazeno 2, nalezeno 3, v katalogu 4 nástroje."


def test_the_csv_opens_in_czech_excel_and_every_row_has_its_source(opened: OpenCatalogue) -> None:
    chosen = opened.catalogue.instruments[:3]
    data = csv_bytes(opened.catalogue, chosen)
    assert data.startswith(b"\xef\xbb\xbf")
    table = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert table[0] == list(COLUMNS)
    assert len(table) - 1 == sum(len(list(i.values())) for i in chosen)
    for row in (dict(zip(COLUMNS, cells, strict=True)) for cells in table[1:]):
        text = opened.catalogue.documents["akcni-plan-2024-2026"].text
        assert text[int(row["Začátek (znak)"]) : int(row["Konec (znak)"])] == row["Citace"]
        assert row["SHA-256 zdroje"] == opened.catalogue.documents["akcni-plan-2024-2026"].source.sha256
        assert row["Období a platnost"].startswith("Období: 2024–2026")


def test_the_workbook_opens_again_with_quotes_and_their_sources(opened: OpenCatalogue) -> None:
    everything = opened.catalogue.instruments
    book = load_workbook(io.BytesIO(xlsx_bytes(opened.catalogue, everything)))
    assert book.sheetnames == ["Citace", "Zdroje"]
    quotes = list(book["Citace"].iter_rows(values_only=True))
    assert quotes[0] == COLUMNS
    expected = [[None if cell == "" else cell for cell in row] for row in rows(opened.catalogue, everything)]
    assert [list(row) for row in quotes[1:]] == expected
    assert len(list(book["Zdroje"].iter_rows())) == 1 + 5


def test_what_a_spreadsheet_would_run_stays_text() -> None:
    prepared = Prepared("Název\n\nAktivity:\n\n • =HYPERLINK(1);\n • +420 děti;\n")
    found = prepared.catalogue.instruments
    written = csv_bytes(prepared.catalogue, found).decode("utf-8-sig")
    assert ";'=HYPERLINK(1);" not in written.replace("'=HYPERLINK(1);;", "")
    assert '"\'=HYPERLINK(1);"' in written
    book = load_workbook(io.BytesIO(xlsx_bytes(prepared.catalogue, found)))
    cells = [cell for line in book["Citace"].iter_rows() for cell in line if str(cell.value).startswith("=")]
    assert cells
    assert all(cell.data_type == "s" for cell in cells)


def test_an_index_built_anew_makes_the_page_forget_what_is_gone(opened: OpenCatalogue) -> None:
    page = take(compare(page_of(opened), [opened.catalogue.instruments[0].id]), "kind", "projekt")
    smaller = replace(opened, catalogue=replace(opened.catalogue, instruments=opened.catalogue.instruments[38:40]))
    fewer = replace(smaller, filing=Filing.of(smaller.catalogue))
    other = page_of(fewer)
    for key in ("opora_catalogue_chosen", "opora_catalogue_compared"):
        other.session_state[key] = page.session_state[key]
    other.run()
    assert not other.exception
    assert count_line(other) == "Zobrazeno 2, v katalogu 2 nástroje."
    assert other.session_state["opora_catalogue_compared"] == ()
