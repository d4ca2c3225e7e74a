"""The page Profil obce as its user meets it, run by Streamlit's own test harness over a small dataset."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ingest.document import Document
from ingest.errors import SearchIndexError
from ingest.localities import parse_localities
from ingest.locality_store import folder, save_localities
from ingest.settings import Settings
from prompts.locality import Matcher, Matches
from prompts.locality_profile import Profile
from retrieval.index import Index
from tests.locality_world import row, rows, workbook

HOSTILE = "<script>alert(1)</script> **Ves** [odkaz](javascript:alert(3)) <img src=x onerror=alert(2)>"


@dataclass
class Counting:
    """The real matcher, with a record of the profiles it was asked for and a failure to raise, if any."""

    matcher: Matcher
    failure: Exception | None = None
    asked: list[Profile] = field(default_factory=list)

    def match(self, profile: Profile) -> Matches:
        self.asked.append(profile)
        if self.failure:
            raise self.failure
        return self.matcher.match(profile)

    def document(self, doc: str) -> Document:
        return self.matcher.documents[doc]


@pytest.fixture(scope="module")
def matcher(settings: Settings) -> Matcher:
    return Matcher.of(Index.open(settings))


@pytest.fixture
def matching(matcher: Matcher) -> Counting:
    return Counting(matcher)


@pytest.fixture
def installed(tmp_path: Path) -> Settings:
    """Return an installation that has the small dataset."""
    found = Settings(data=tmp_path)
    save_localities(found, parse_localities(workbook(), "malý.xlsx"))
    return found


# Streamlit runs the source of this as a script of its own, where only its own imports exist.
def _page(settings: "Settings", matching: "Counting", to_chat: "Callable[[], None]") -> None:
    from views.locality import show_locality

    show_locality(settings, matching, to_chat)


def opened(
    settings: Settings, matching: Counting, town: str = "", to_chat: Callable[[], None] = lambda: None
) -> AppTest:
    page = AppTest.from_function(
        _page, kwargs={"settings": settings, "matching": matching, "to_chat": to_chat}, default_timeout=60
    )
    if town:
        page.query_params["obec"] = town
    return page.run()


def shown(page: AppTest) -> str:
    return "\n".join(str(element.proto.body) for element in page.get("html"))


def seen(page: AppTest) -> str:
    """The page's text as a reader sees it: tags left out, entities resolved, no-break spaces as spaces."""
    return html.unescape(re.sub(r"<[^>]+>", " ", shown(page))).replace("\u00a0", " ")


def test_without_the_dataset_the_page_says_how_to_get_it_and_the_form_still_works(
    tmp_path: Path, matching: Counting
) -> None:
    page = opened(Settings(data=tmp_path), matching)
    assert "„Index sociálního vyloučení“ (XLSX), kterou zveřejňuje Agentura pro sociální začleňování" in seen(page)
    assert "python -m ingest localities SOUBOR.xlsx" in seen(page)
    assert "Z údajů nevyplývá žádné téma." in seen(page)
    page.radio(key="opora_locality_hostel").set_value("ano").run()
    assert "Protože v obci je podle vás ubytovna." in seen(page)
    assert "4.6.a Zvyšovat dostupnost bydlení" in seen(page)
    assert matching.asked[-1].hostel is True
    assert matching.asked[-1].excluded is None


def test_an_uploaded_workbook_is_stored_and_the_search_appears(tmp_path: Path, matching: Counting) -> None:
    settings = Settings(data=tmp_path)
    page = opened(settings, matching)
    page.file_uploader[0].upload("index.xlsx", workbook(), "application/octet-stream").run()
    assert "Načteno: 43 obcí, rok 2023." in seen(page)
    assert [path.name for path in folder(settings).iterdir()] == ["2023.json"]
    assert page.text_input(key="opora_locality_search").label == "Název obce"


def test_a_wrong_upload_says_what_is_wrong_and_stores_nothing(tmp_path: Path, matching: Counting) -> None:
    settings = Settings(data=tmp_path)
    page = opened(settings, matching)
    page.file_uploader[0].upload("x.xlsx", workbook(replaced={"Název kraj": "<b>Kraj</b>"}), "x/y").run()
    assert "chybí sloupec „Název kraj“" in seen(page)
    assert "<b>Kraj" not in shown(page)
    assert stored(settings) == []


def stored(settings: Settings) -> list[str]:
    return [path.name for path in folder(settings).glob("*")]


def test_a_name_without_diacritics_brings_suggestions_that_tell_equal_names_apart(
    installed: Settings, matching: Counting
) -> None:
    page = opened(installed, matching)
    page.text_input(key="opora_locality_search").set_value("lhota").run()
    labels = [button.label for button in page.button]
    assert labels == ["Lhota · okres Horní, ORP Horní", "Lhota · okres Dolní, ORP Dolní"]
    page.text_input(key="opora_locality_search").set_value("qqqq").run()
    assert "Takovou obec jsem nenašel." in seen(page)
    assert matching.asked == [], "nothing is matched before a municipality is chosen"


def test_a_chosen_municipality_shows_its_figures_and_what_fits(installed: Settings, matching: Counting) -> None:
    page = opened(installed, matching)
    page.text_input(key="opora_locality_search").set_value("seda").run()
    page.button(key="opora_locality_pick_500003").click().run()
    text = seen(page)
    assert page.query_params["obec"] == "500003"
    assert "22 z 30" in text
    assert "Podíl osob v exekuci 30,0 % je 7,5násobkem mediánu kraje (4,0 %)" in text
    assert "Údaj chybí (neznamená to nulu)" in text
    assert "Protože podíl osob v exekuci 30,0 %" in text
    assert "4.1.a Snižovat riziko sociálního vyloučení" in text
    assert "Období 2024–2026 (uvádí dokument)." in text
    page.button(key="opora_locality_back").click().run()
    assert "obec" not in page.query_params


def test_the_table_gives_every_comparison_with_its_number_of_municipalities(
    installed: Settings, matching: Counting
) -> None:
    body = shown(opened(installed, matching, "500003"))
    row_of_region = re.search(r'<tr><th scope="row">Severní kraj</th>(.*?)</tr>', body)
    assert row_of_region
    cells = re.findall(r'data-label="([^"]+)">([^<]*)<', row_of_region.group(1).replace("\u00a0", " "))
    assert cells == [
        ("Obcí s údajem", "22"),
        ("Medián", "4,0 %"),
        ("Vyšší podíl má", "0"),
        ("Stejný má", "0"),
        ("Percentil obce", "100"),
    ]


def test_an_unknown_code_in_the_address_is_said_and_the_search_stays(installed: Settings, matching: Counting) -> None:
    page = opened(installed, matching, "999999")
    assert "Obec s kódem 999999 v údajích za rok 2023 není." in seen(page)
    assert page.text_input(key="opora_locality_search")
    assert not opened(installed, matching, "<script>").exception


def test_a_citation_opens_its_source_beside_and_closes_again(installed: Settings, matching: Counting) -> None:
    page = opened(installed, matching, "500003")
    first = next(button for button in page.button if str(button.key).startswith("opora_cite_loc_dluhy_"))
    page = first.click().run()
    assert "<mark>" in shown(page)
    assert "Vydavatel" in seen(page)
    assert "<mark>" not in shown(page.button(key="opora_close").click().run())


def test_what_was_ranked_low_or_belongs_to_no_theme_can_be_opened(installed: Settings, matching: Counting) -> None:
    page = opened(installed, matching, "500003")
    before = shown(page).count("opora-quote")
    page.toggle(key="opora_locality_more_dluhy").set_value(True).run()
    between = shown(page).count("opora-quote")
    page.toggle(key="opora_locality_rest").set_value(True).run()
    assert before < between < shown(page).count("opora-quote")
    rest = matching.matcher.match(matching.asked[-1]).rest
    assert shown(page).count("opora-quote") - between == len(rest)


def test_the_chat_is_asked_in_the_words_of_the_themes(installed: Settings, matching: Counting) -> None:
    went: list[str] = []
    page = opened(installed, matching, "500003", lambda: went.append("chat"))
    assert went == []
    proposed = page.text_area[0].value
    assert proposed == "Jaká opatření mohou pomoci v obci, kterou trápí dluhy a exekuce a dlouhodobá nezaměstnanost?"
    page.text_area[0].set_value("Co s dluhy u nás?").run()
    page.button(key="opora_ask").click().run()
    assert went == ["chat"]
    assert page.session_state["opora_pending"].question == "Co s dluhy u nás?"


def test_an_empty_question_is_not_sent(installed: Settings, matching: Counting) -> None:
    went: list[str] = []
    page = opened(installed, matching, "500003", lambda: went.append("chat"))
    page.text_area[0].set_value("  ").run()
    page.button(key="opora_ask").click().run()
    assert went == []
    assert "Dotaz je prázdný." in seen(page)


def test_without_an_index_the_figures_stand_and_the_error_says_what_to_run(
    installed: Settings, matching: Counting
) -> None:
    matching.failure = SearchIndexError("Rejstřík dokumentů ještě není sestavený. Spusťte „make run“.")
    page = opened(installed, matching, "500003")
    assert "22 z 30" in seen(page)
    assert "Spusťte „make run“." in seen(page)
    assert not page.exception


def test_a_damaged_store_is_said_and_can_be_uploaded_again(installed: Settings, matching: Counting) -> None:
    (folder(installed) / "2023.json").write_text("{", encoding="utf-8")
    page = opened(installed, matching)
    assert "Uložené údaje o obcích za rok 2023 nelze přečíst." in seen(page)
    assert page.file_uploader
    assert not page.exception


def test_hostile_names_are_shown_letter_by_letter(tmp_path: Path, matching: Counting) -> None:
    settings = Settings(data=tmp_path)
    hostile = row(1, HOSTILE, district=HOSTILE, debt=300)
    save_localities(settings, parse_localities(workbook([*rows(), hostile]), "s.xlsx"))
    body = shown(opened(settings, matching, "1"))
    assert "<script" not in body
    assert "<img" not in body
    assert HOSTILE in html.unescape(body)
    page = opened(settings, matching)
    page.text_input(key="opora_locality_search").set_value("script").run()
    assert "\\*\\*Ves\\*\\*" in page.button[0].label
    assert "\\<script\\>" in page.button[0].label


def test_two_years_can_be_chosen_between(installed: Settings, matching: Counting) -> None:
    older = {h: h.replace("2023", "2019") for h in ("Index soc. vyloučení 2023 (0-30 bodů)",)}
    save_localities(installed, parse_localities(workbook(rows()[40:], replaced=older), "starý.xlsx"))
    page = opened(installed, matching, "500003")
    assert page.selectbox(key="opora_locality_year").options == ["2023", "2019"]
    page.selectbox(key="opora_locality_year").set_value(2019).run()
    assert "Index 2019, body" in seen(page)
