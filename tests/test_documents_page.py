"""The page Dokumenty as its reader meets it, run by Streamlit's own test harness over the shipped documents."""

import html
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Lock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from streamlit.testing.v1 import AppTest

from ingest.document import Document, Source
from ingest.errors import ReadError, SearchIndexError
from ingest.library import Shelf, shelves
from ingest.settings import Settings
from prompts.answer import Answer, Turn
from prompts.assistant import Assistant
from views.assistant import AssistantLike
from views.documents_layout import WINDOW, Layout
from views.documents_search import Words, find
from views.documents_state import Place, read_place
from views.documents_text import View, reader_html
from views.page_images import WIDTH, draw_page

HOSTILE = "<script>alert(1)</script> **tučně** [odkaz](javascript:alert(2)) $x$ :red[b] <img src=x onerror=alert(3)>"
PLAN = "akcni-plan-2024-2026"


class Holding:
    """An assistant that has documents and answers nothing."""

    def __init__(self, *documents: Document) -> None:
        self.documents: tuple[Document, ...] = documents

    def ask(self, question: str, history: Sequence[Turn] = (), plain: bool = False) -> Answer:
        raise NotImplementedError("the reader asks nothing")

    def document(self, doc: str) -> Document:
        return next(document for document in self.documents if document.id == doc)


# Streamlit runs the source of this as a script of its own, where only its own imports exist.
def _page(open_assistant: "Callable[[], AssistantLike]", open_shelves: "Callable[[], Sequence[Shelf]]") -> None:
    from views.documents import show_documents

    show_documents(open_assistant, open_shelves)


def page_of(
    opened: AssistantLike | Exception,
    files: Sequence[Shelf] | Exception = (),
    address: Mapping[str, str] | None = None,
    **more: str,
) -> AppTest:
    """Open the page at an address; what is opened, or the files, may be the error that stands in their way."""

    def open_assistant() -> AssistantLike:
        if isinstance(opened, Exception):
            raise opened
        return opened

    def open_shelves() -> Sequence[Shelf]:
        if isinstance(files, Exception):
            raise files
        return files

    kwargs = {"open_assistant": open_assistant, "open_shelves": open_shelves}
    page = AppTest.from_function(_page, kwargs=kwargs, default_timeout=60)
    for name, value in {**(address or {}), **more}.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def bodies(page: AppTest) -> str:
    """All HTML of the page in its order, without its style sheet and script."""
    found = (str(element.proto.body) for element in page.get("html"))
    return "\n".join(body for body in found if not body.startswith(("<style", "<script")))


def words_of(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", markup))


def document(text: str, doc: str = "dokument", **known: object) -> Document:
    return Document(Source(doc, "Název", sha256="0" * 64), text, **known)  # type: ignore[arg-type]


def reading(read: Document, place: Place | None = None) -> View:
    return View(read, Layout.of(read), place or Place(read.id))


def whole_text(read: Document) -> str:
    """The text of all windows, as a reader who goes from part to part sees it, without white space."""
    layout = Layout.of(read)
    shown = ""
    for first, _ in layout.windows:
        place = Place(read.id, layout.blocks[first].start)
        shown += words_of(reader_html(View(read, layout, place, pictured=True), 1))
    return "".join(shown.split())


def found_in(read: Document, query: str) -> list[str]:
    """What a search finds, each hit as the words from its first to its last."""
    found = find(Words.of(read.text), Layout.of(read).blocks, query)
    return [read.text[hit.start : hit.end] for hit in found.hits]


def shown_words(page: AppTest, style: str) -> list[str]:
    """What is highlighted in this style, mark by mark."""
    return [words_of(m) for m in re.findall(rf'<mark class="[^"]*{style}[^"]*"[^>]*>(.*?)</mark>', bodies(page), re.S)]


# The text


def test_the_reader_shows_the_whole_text_of_every_shipped_document(assistant: Assistant) -> None:
    for read in assistant.documents:
        assert whole_text(read) == "".join(read.text.split()), read.id


@given(st.text(alphabet="ab1.• \n\t:–)", max_size=400), st.lists(st.integers(0, 399), max_size=5))
def test_the_reader_shows_the_whole_of_any_text(text: str, pages: list[int]) -> None:
    read = document(text, pages=tuple(sorted({0, *(p for p in pages if p < len(text))})))
    assert whole_text(read) == "".join(text.split())


def test_headings_measures_and_lists_are_told_apart(assistant: Assistant) -> None:
    body = reader_html(reading(assistant.document(PLAN)), 1)
    assert re.search(r"<h2 [^>]*>4\.6\. Přístup k bydlení</h2>", body)
    assert re.search(r"<h3 [^>]*>4\.6\.a Zvyšovat dostupnost bydlení[^<]*</h3>", body)
    assert re.search(r'<ul class="opora-lines"><li [^>]*>VIII\.b ohrožené skupiny</li>', body)
    levels = [int(level) for level in re.findall(r"<h([1-6])", body)]
    assert all(after <= before + 1 for before, after in zip([1, *levels], levels, strict=False)), "no level is left out"


def test_a_text_of_two_thousand_pages_is_shown_in_parts_of_bearable_length() -> None:
    chapter = "Kapitola {n}\n\n" + "Obec podporuje sociální bydlení a terénní práci v celém svém území. " * 8 + "\n\n"
    text = "".join(chapter.replace("{n}", str(n)) for n in range(2000))
    read = document(text, pages=tuple(range(0, len(text), len(text) // 2000)))
    layout = Layout.of(read)
    assert len(text) > 1_000_000
    spans = [(layout.blocks[a].start, layout.blocks[b - 1].end) for a, b in layout.windows]
    assert max(end - start for start, end in spans) <= WINDOW
    assert whole_text(read) == "".join(text.split())
    page = page_of(Holding(read), doc="dokument", start=str(len(text) // 2))
    assert len(bodies(page)) < 8 * WINDOW
    assert re.search(r"Část \d+ z \d+, strany \d+ až \d+", bodies(page))


def test_a_file_without_line_ends_is_cut_between_words() -> None:
    read = document("slovo " * 20_000)
    layout = Layout.of(read)
    assert len(layout.windows) > 3
    assert {read.text[b.start : b.end].split()[-1] for b in layout.blocks} == {"slovo"}


def test_hostile_text_title_and_address_stay_text() -> None:
    hostile = Document(Source(HOSTILE, HOSTILE, publisher=HOSTILE, file=HOSTILE), f"{HOSTILE}\n\n{HOSTILE}")
    addresses: tuple[dict[str, str], ...] = (
        {},
        {"doc": HOSTILE},
        {"doc": HOSTILE, "start": "3", "end": "40", "hledat": HOSTILE},
    )
    for address in addresses:
        page = page_of(Holding(hostile), address=address)
        assert "<script>" not in bodies(page)
        assert "<img" not in bodies(page)
        assert html.escape(HOSTILE) in bodies(page)
        assert not [m for m in page.markdown if "alert" in m.value]


# The overview


def test_the_overview_has_a_card_for_every_document(assistant: Assistant, settings: Settings) -> None:
    page = page_of(assistant, shelves(settings))
    cards = re.findall(r'<article class="opora-document">.*?</article>', bodies(page), re.S)
    assert len(cards) == 5
    plan = words_of(cards[0]).replace("\u00a0", " ")
    assert "Základní sada" in plan
    assert "Období: 2024–2026 (uvádí dokument)." in plan
    assert "17 701 znaků, 185 částí k vyhledávání" in plan
    assert 'href="dokumenty?doc=akcni-plan-2024-2026"' in cards[0]
    assert "období dokument neuvádí" in words_of(cards[1]).lower()


def test_an_added_document_and_one_whose_file_is_gone_are_told_apart(tmp_path: Path) -> None:
    added = document("Text.", "pridany")
    shelf = Shelf(added.source, tmp_path / "pridany.txt", added=True)
    page = page_of(Holding(added, document("Text.", "zmizely")), [shelf])
    kinds = re.findall(r'opora-document-kind">([^<]*)<', bodies(page))
    assert kinds == ["Přidaný dokument", "Soubor dokumentu už tu není; po obnovení rejstříku zmizí"]


def test_without_an_index_the_page_says_what_to_do() -> None:
    page = page_of(SearchIndexError("Rejstřík ještě není sestavený. Spusťte „make run“."))
    assert "Spusťte „make run“." in bodies(page)
    assert "Vlastní dokumenty" in bodies(page), "documents can be added all the same"


def test_files_that_cannot_be_told_leave_the_texts_readable() -> None:
    page = page_of(Holding(document("Text.")), ReadError("Záznam je poškozený."), doc="dokument")
    assert "Záznam je poškozený." in bodies(page)
    assert "Text." in words_of(bodies(page))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ({"doc": "neznamy"}, "na dokument, který tu není"),
        ({"doc": PLAN, "start": "abc"}, "poloha v něm není číslo"),
        ({"doc": PLAN, "start": "-5", "end": "9"}, "poloha v něm není číslo"),
        ({"doc": PLAN, "start": "²", "end": "9"}, "poloha v něm není číslo"),
        ({"doc": PLAN, "start": "5", "end": "5"}, "na místo, které v dokumentu"),
        ({"doc": PLAN, "end": "5"}, "na místo, které v dokumentu"),
        ({"doc": PLAN, "start": "17000", "end": "99999"}, "na místo, které v dokumentu"),
        ({"doc": PLAN, "start": "9" * 400}, "poloha v něm není číslo"),
    ],
)
def test_a_bad_link_says_so_in_one_line_above_the_overview(
    assistant: Assistant, address: dict[str, str], said: str
) -> None:
    page = page_of(assistant, address=address)
    errors = re.findall(r'<p class="opora-error"[^>]*>(.*?)</p>', bodies(page))
    assert len(errors) == 1
    assert said in errors[0]
    assert bodies(page).count('<article class="opora-document">') == 5


# The reader


def test_a_link_highlights_exactly_its_span_and_is_where_the_page_goes(assistant: Assistant) -> None:
    text = assistant.document(PLAN).text
    start = text.index("4.6.a Zvyšovat")
    end = text.index("Deskriptory:", start) + len("Deskriptory:")
    page = page_of(assistant, doc=PLAN, start=str(start), end=str(end))
    assert "".join("".join(shown_words(page, "opora-from-link")).split()) == "".join(text[start:end].split())
    assert "data-opora-target" in bodies(page)
    assert f'data-opora-cited="dokumenty?doc={PLAN}&amp;start={start}&amp;end={end}"' in bodies(page)


def test_the_provenance_gives_the_publisher_the_basis_and_the_hash(assistant: Assistant, settings: Settings) -> None:
    page = page_of(assistant, shelves(settings), doc="oplzz-3-1")
    said = words_of(bodies(page))
    assert "2007–2013 (dokument sám je neuvádí)" in said
    assert "Údaje webu esfcr.cz; samotný text roky ani zkratku LZZ neuvádí." in said
    assert assistant.document("oplzz-3-1").source.sha256 in said
    assert "den není zaznamenán" in said


def test_the_outline_lists_headings_and_measures_with_their_codes(assistant: Assistant) -> None:
    listed = re.findall(r'data-opora-at="(\d+)"[^>]*>([^<]*)<', bodies(page_of(assistant, doc=PLAN)))
    text = assistant.document(PLAN).text
    assert {"4.6. Přístup k bydlení", "2.1. Podpora rovných příležitostí"} <= {words for _, words in listed}
    assert sum(bool(re.match(r"\d+(\.\d+)*\.[a-z] ", words)) for _, words in set(listed)) == 38, "the plan's measures"
    assert all(text.startswith(words.split("\u00a0…")[0][:20], int(start)) for start, words in listed)


def test_an_outline_of_thousands_of_headings_says_what_it_leaves_out() -> None:
    read = document("\n\n".join(f"{n}. Kapitola o bydlení\n\nText kapitoly pokračuje větou." for n in range(1, 900)))
    page = page_of(Holding(read), doc="dokument")
    assert re.search(r"Ukazuji \d+ z 899 nadpisů", bodies(page))


def test_an_empty_document_says_so() -> None:
    assert "Dokument nemá žádný text." in bodies(page_of(Holding(document(" \n")), doc="dokument"))


# Search inside


def test_words_are_found_inflected_and_without_diacritics() -> None:
    read = document("Dluhové poradenství pro obce.\n\nPomoc s dluhy a exekucemi.\n\nO sociální práci.")
    assert found_in(read, "dluhove poradenstvi") == ["Dluhové poradenství"]
    assert found_in(read, "exekuce") == ["exekucemi"]
    assert found_in(read, "SOCIALNI PRACE") == ["sociální práci"]
    assert found_in(read, "prac") == ["práci"], "the beginning of a word is enough"


def test_a_word_inside_another_is_not_found() -> None:
    assert found_in(document("Rada města a zahrada."), "rada") == ["Rada"]


def test_quotation_marks_ask_for_exactly_these_words() -> None:
    read = document("Sociální bydlení. Sociálního bydlení. Bydlení je sociální.")
    assert len(found_in(read, "sociální bydlení")) == 3
    for query in ('"sociální bydlení"', "„sociálni bydleni“"):
        assert found_in(read, query) == ["Sociální bydlení"]


def test_a_code_is_found_as_it_is_written(assistant: Assistant) -> None:
    assert found_in(assistant.document(PLAN), "4.6.a") == ["4.6.a"]


def test_words_that_never_meet_are_shown_one_by_one_and_the_page_says_so() -> None:
    read = document("Terénní práce.\n\nPodpora bydlení.")
    page = page_of(Holding(read), doc="dokument", hledat="terénní bydlení")
    assert "Všechna slova pohromadě v žádném odstavci nestojí." in bodies(page)
    assert shown_words(page, "opora-found") == ["Terénní", "bydlení"]


def test_the_search_goes_through_its_hits_and_starts_again_at_the_end(assistant: Assistant) -> None:
    page = page_of(assistant, doc=PLAN)
    page.text_input(key="opora_documents_query").set_value("socialni sluzby").run()
    counts, current = [], []
    for _ in range(6):
        counts.append(re.findall(r'opora-count" role="status">([^<]*)<', bodies(page))[0])
        current.append(" ".join(shown_words(page, "opora-current")))
        page.button(key="opora_documents_after").click().run()
    assert counts == ["1 z 5", "2 z 5", "3 z 5", "4 z 5", "5 z 5", "1 z 5"]
    assert current[1] == "Sociální služby"
    assert current[0] == current[5]
    page.button(key="opora_documents_before").click().run()
    assert "1 z 5" in bodies(page)
    assert page.query_params["vyskyt"] == "1", "the hit has a link of its own"


def test_a_search_goes_on_from_where_the_reader_is(assistant: Assistant) -> None:
    text = assistant.document(PLAN).text
    page = page_of(assistant, doc=PLAN, start=str(text.index("4.9. Zajištění")))
    page.text_input(key="opora_documents_query").set_value("sociální služby").run()
    assert "5 z 5" in bodies(page)


def test_nothing_found_is_said_and_the_reader_stays(assistant: Assistant) -> None:
    page = page_of(assistant, doc=PLAN, start="12486")
    before = re.findall(r'data-opora-turn="(\d+)"', bodies(page))
    page.text_input(key="opora_documents_query").set_value("xylofon").run()
    assert "Tato slova v dokumentu nejsou." in bodies(page)
    assert re.findall(r'data-opora-turn="(\d+)"', bodies(page)) == before, "the browser does not scroll"
    assert page.query_params["start"] == "12486"


def test_ending_a_search_leaves_the_reader_at_the_hit(assistant: Assistant) -> None:
    page = page_of(assistant, doc=PLAN, hledat="exekuce", vyskyt="1")
    page.button(key="opora_documents_clear").click().run()
    text = assistant.document(PLAN).text
    assert text.startswith("exekučního", int(page.query_params["start"]))
    assert "hledat" not in page.query_params
    assert page.text_input(key="opora_documents_query").value == ""


def test_the_list_of_hits_says_under_which_heading_each_stands(assistant: Assistant) -> None:
    body = bodies(page_of(assistant, doc=PLAN, hledat="exekuce", vyskyt="1"))
    assert "Prevence zadlužování a pomoci s problémem předlužení › 4.1.b" in words_of(body)


def test_an_address_keeps_what_it_says() -> None:
    place = Place("a b", 3, 9, "dluhy & exekuce", 2, 4)
    assert read_place(place.params, {"a b": document("x" * 20)}) == place
    assert place.href == "dokumenty?doc=a%20b&start=3&end=9&hledat=dluhy%20%26%20exekuce&vyskyt=2&strana=4"


# Images of pages


@pytest.fixture
def two_pages(tmp_path: Path) -> Path:
    """A PDF file of two pages, the second one lying."""
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.add_blank_page(842, 595)
    path = tmp_path / "dve-strany.pdf"
    writer.write(path)
    return path


def in_pdf(path: Path, text: str = "První strana.\n\nDruhá strana.") -> tuple[Document, Shelf]:
    read = document(text, "pdf", pages=(0, text.index("Druhá")))
    return read, Shelf(read.source, path, added=True)


def test_a_page_is_drawn_as_wide_as_the_panel_needs(two_pages: Path) -> None:
    first, second = draw_page(two_pages, 1, Lock()), draw_page(two_pages, 2, Lock())
    assert first.startswith(b"\xff\xd8")
    assert size(first)[0] == size(second)[0] == WIDTH
    assert size(first)[1] > WIDTH > size(second)[1]


def size(jpeg: bytes) -> tuple[int, int]:
    """Width and height that the frame header of a JPEG states."""
    header = re.search(rb"\xff[\xc0\xc2].{3}(..)(..)", jpeg, re.S)
    assert header
    return int.from_bytes(header[2]), int.from_bytes(header[1])


def test_a_cited_place_opens_the_image_of_its_page(two_pages: Path) -> None:
    read, shelf = in_pdf(two_pages)
    start = read.text.index("Druhá")
    page = page_of(Holding(read), [shelf], doc="pdf", start=str(start), end=str(start + 5))
    assert "Strana 2 ze 2" in bodies(page)
    assert len(page.get("image")) == 1
    page.button(key="opora_documents_page_before").click().run()
    assert "Strana 1 ze 2" in bodies(page)
    page.button(key="opora_close").click().run()
    assert not page.get("image")
    assert shown_words(page, "opora-from-link") == ["Druhá"], "the highlight stays"


def test_pages_are_marked_in_the_text_and_lead_to_their_images(two_pages: Path) -> None:
    read, shelf = in_pdf(two_pages)
    body = bodies(page_of(Holding(read), [shelf], doc="pdf"))
    assert re.findall(r'<a class="opora-page-mark" data-opora-page="([^"]*)"', body) == ["strana 1", "strana 2"]
    without = bodies(page_of(Holding(read), [], doc="pdf"))
    assert re.findall(r'<span class="opora-page-mark" data-opora-page="([^"]*)"', without) == ["strana 1", "strana 2"]


@pytest.mark.parametrize("harm", ["locked", "damaged", "gone"])
def test_a_file_that_cannot_be_drawn_leaves_the_text_and_one_line(two_pages: Path, harm: str) -> None:
    if harm == "locked":
        writer = PdfWriter(clone_from=PdfReader(two_pages))
        writer.encrypt("tajné heslo", algorithm="AES-256")
        writer.write(two_pages)
    elif harm == "damaged":
        two_pages.write_bytes(b"%PDF-1.7 nic dalsiho")
    else:
        two_pages.unlink()
    read, shelf = in_pdf(two_pages)
    page = page_of(Holding(read), [shelf], doc="pdf", strana="1")
    errors = re.findall(r'<p class="opora-error"[^>]*>(.*?)</p>', bodies(page))
    assert len(errors) == 1
    assert "Text dokumentu je celý zde." in errors[0]
    assert "První strana." in words_of(bodies(page))


def test_a_page_that_the_file_does_not_have_is_said(two_pages: Path) -> None:
    with pytest.raises(ReadError, match="stranu 3 nemá"):
        draw_page(two_pages, 3, Lock())


def test_a_mended_file_is_drawn_again(two_pages: Path, tmp_path: Path) -> None:
    whole = shutil.copyfile(two_pages, tmp_path / "cely.pdf")
    two_pages.write_bytes(b"%PDF-1.7 nic dalsiho")
    read, shelf = in_pdf(two_pages)
    assert not page_of(Holding(read), [shelf], doc="pdf", strana="1").get("image")
    shutil.copyfile(whole, two_pages)
    assert page_of(Holding(read), [shelf], doc="pdf", strana="1").get("image")
