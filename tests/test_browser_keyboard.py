"""The pages with the keyboard alone: everything is reached, seen when it is reached, and never a trap."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.keys import Keys

from tests import walks
from tests.browser import NEEDS_BROWSER, chromium, served, wait_for, wait_until, wait_until_still
from tests.keyboard import Keyboard

pytestmark = NEEDS_BROWSER


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served({"OPORA_DATA": str(walks.installation(tmp_path_factory.mktemp("data")))}) as url:
        yield url


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Chrome]:
    with chromium(tmp_path / "profile") as driver:
        yield driver


def key(driver: Chrome) -> str:
    """Return the key of the widget that has the focus; its element may be another one after a run of the script."""
    script = "return document.activeElement.closest(\"[class*='st-key-']\")?.className.match(/st-key-\\S+/)[0] ?? ''"
    return str(driver.execute_script(script))


def test_the_keyboard_alone_asks_opens_a_source_and_uses_the_tools(browser: Chrome, address: str) -> None:
    walks.opened(browser, address)
    hand = Keyboard(browser)
    hand.tab_to("a")
    hand.press(Keys.ENTER)
    hand.arrives_at(".stMain")
    hand.tab_to(".st-key-opora_question textarea")
    hand.press(walks.QUESTION, Keys.ENTER)
    wait_for(browser, ".st-key-opora_answer_0")
    wait_until_still(browser)
    hand.arrives_at(".st-key-opora_question textarea")
    hand.tab_to(walks.CITATION)
    opener = key(browser)
    hand.press(Keys.ENTER)
    hand.arrives_at(".st-key-opora_source_panel")
    hand.tab_to(".st-key-opora_close button", 1)
    hand.press(Keys.ENTER)
    wait_until(browser, lambda: key(browser) == opener, "the focus back at the citation", 40)
    hand.press(Keys.ENTER)
    hand.arrives_at(".st-key-opora_source_panel")
    hand.press(Keys.ESCAPE)
    wait_until(browser, lambda: key(browser) == opener, "the focus back at the citation", 40)
    hand.tab_to("[class*='st-key-opora_menu_'] button")
    hand.press(Keys.ENTER)
    hand.tab_to("[class*='st-key-opora_file_'] button")
    hand.press(Keys.ESCAPE)
    hand.tab_to("[class*='st-key-opora_feedback_source_'] button")


def test_the_keyboard_alone_filters_the_catalogue_and_reads_an_instrument(browser: Chrome, address: str) -> None:
    walks.opened(browser, f"{address}/katalog", ".opora-card")
    hand = Keyboard(browser)
    hand.tab_to(".st-key-opora_catalogue_query input")
    hand.press("dluhy", Keys.ENTER)
    wait_until(browser, lambda: "Hledáno" in wait_for(browser, ".stMain").text, "the query's chip")
    wait_until_still(browser)
    hand.tab_to(".st-key-opora_facet_open button")
    hand.press(Keys.SPACE)
    wait_for(browser, ".st-key-opora_options label")
    hand.tab_to(".st-key-opora_options input[type='checkbox']")
    hand.press(Keys.SPACE)
    wait_until(browser, lambda: "Dokument: " in wait_for(browser, ".st-key-opora_chips").text, "the filter's chip")
    hand.tab_to("[class*='st-key-opora_open_'] button")
    opener = key(browser)
    hand.press(Keys.ENTER)
    hand.arrives_at(".opora-detail-title")
    hand.tab_to(walks.CITATION)
    hand.press(Keys.ENTER)
    hand.arrives_at(".st-key-opora_source_panel")
    hand.press(Keys.ESCAPE)
    hand.arrives_at(walks.CITATION)
    hand.tab_to(".st-key-opora_back button")
    hand.press(Keys.ENTER)
    wait_for(browser, ".opora-card")
    hand.arrives_at("[class*='st-key-opora_open_'] button")
    assert key(browser) == opener, "back at the instrument that was read"


def test_the_keyboard_alone_chooses_a_municipality_and_opens_a_measure(browser: Chrome, address: str) -> None:
    walks.opened(browser, f"{address}/profil-obce", "input")
    hand = Keyboard(browser)
    hand.tab_to(".st-key-opora_locality_search input")
    hand.press("seda ctvrt")
    wait_for(browser, "[class*='st-key-opora_locality_pick_'] button")
    hand.tab_to("[class*='st-key-opora_locality_pick_'] button", 4)
    hand.press(Keys.ENTER)
    wait_for(browser, ".st-key-opora_ask")
    hand.arrives_at("h2.opora-part")
    hand.tab_to(walks.CITATION)
    hand.press(Keys.ENTER)
    hand.arrives_at(".st-key-opora_source_panel")
    hand.tab_to(".st-key-opora_close button", 1)
    hand.press(Keys.ENTER)
    hand.arrives_at(walks.CITATION)
    hand.tab_to(".st-key-opora_ask button")


def test_the_keyboard_alone_opens_a_document_and_searches_it(browser: Chrome, address: str) -> None:
    walks.opened(browser, f"{address}/dokumenty", ".opora-document")
    hand = Keyboard(browser)
    hand.tab_to(".opora-document a.opora-button")
    hand.press(Keys.ENTER)
    wait_for(browser, ".opora-reader")
    wait_until_still(browser)
    hand.tab_to(".st-key-opora_documents_query input")
    hand.press("podpora", Keys.ENTER)
    wait_for(browser, "mark.opora-current")
    wait_until_still(browser)
    hand.tab_to(".st-key-opora_documents_after button")
    hand.press(Keys.ENTER)
    hand.arrives_at(".st-key-opora_documents_after button")
    hand.tab_to(".opora-outline a")
    hand.press(Keys.ENTER)
    hand.arrives_at(".opora-reader [data-opora-start]")
