"""The app in a real browser: the server as `make run` starts it, a real index, headless Chromium.

Screenshots of every run are kept in `tests/artifacts/`. With OPORA_PICTURES=1 in the environment, the one that
README shows is made anew: `OPORA_PICTURES=1 python -m pytest tests/test_browser.py` writes `.ci/pictures/chat.png`.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser import (
    NEEDS_BROWSER,
    PHONE,
    PROJECT,
    ask,
    build_index,
    chromium,
    console,
    picture,
    press,
    served,
    sideways_scroll,
    visible,
    wait_for,
    wait_until_still,
)

pytestmark = NEEDS_BROWSER

# Read here, because the tests themselves see no OPORA_* from outside.
MAKE_PICTURES = os.environ.get("OPORA_PICTURES") == "1"

QUESTION = "Jaká opatření pomáhají lidem s dluhy a exekucemi?"
CITATION = "[class*='st-key-opora_cite_'] button"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the app over an index of the shipped documents, built for these tests."""
    data = tmp_path_factory.mktemp("data")
    build_index(data)
    with served({"OPORA_DATA": str(data)}) as url:
        yield url


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Chrome]:
    with chromium(tmp_path / "profile") as driver:
        yield driver


def opened(driver: Chrome, url: str) -> None:
    driver.get(url)
    wait_for(driver, ".opora-title")
    wait_until_still(driver)


def quote_in_view(driver: Chrome) -> bool:
    """Whether the highlighted quote's first line lies inside its box and inside the window."""
    return bool(
        driver.execute_script(
            "const mark = document.querySelector('.opora-excerpt mark').getClientRects()[0];"
            "const box = document.querySelector('.opora-excerpt').getBoundingClientRect();"
            "return mark.top >= box.top && mark.bottom <= box.bottom && mark.top >= 0 && mark.bottom <= innerHeight"
        )
    )


def test_a_question_is_asked_answered_and_its_source_opened_at_the_quote(browser: Chrome, address: str) -> None:
    opened(browser, address)
    assert browser.title == "Opora"
    assert browser.execute_script("return document.documentElement.lang") == "cs"
    picture(browser, "desktop-empty")

    ask(browser, QUESTION)
    question = wait_for(browser, "h2.opora-question")
    assert QUESTION in question.text
    assert "Zodpovězeno" in wait_for(browser, ".st-key-opora_answer_0").text
    quotes = visible(browser, "blockquote.opora-quote")
    assert quotes
    assert all(quote.text.startswith("„") and quote.text.endswith("“") for quote in quotes)
    assert question.rect["y"] >= 0, "the answer is read from its question on"
    picture(browser, "desktop-answer")

    press(browser, visible(browser, CITATION)[0])
    mark = wait_for(browser, ".opora-excerpt mark")
    assert " ".join(mark.text.split()) == quotes[0].text.strip("„“")
    assert quote_in_view(browser)
    link = wait_for(browser, ".opora-source a.opora-link").get_dom_attribute("href") or ""
    assert link.startswith("https://")
    panel = wait_for(browser, ".st-key-opora_source_panel").rect
    answer = wait_for(browser, ".st-key-opora_answer_0").rect
    assert panel["x"] >= answer["x"] + answer["width"], "on a wide screen the source stands beside the answer"
    shown = picture(browser, "desktop-source")
    if MAKE_PICTURES:
        target = PROJECT / ".ci" / "pictures" / "chat.png"
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(shown, target)

    press(browser, wait_for(browser, ".st-key-opora_close button"))
    assert not visible(browser, ".opora-source")


def test_a_clicked_example_is_answered_and_a_new_conversation_starts_empty(browser: Chrome, address: str) -> None:
    opened(browser, address)
    press(browser, visible(browser, ".st-key-opora_examples button")[1])
    assert "298 997 803,50 Kč" in wait_for(browser, ".st-key-opora_answer_0").text.replace("\u00a0", " ")
    press(browser, wait_for(browser, ".st-key-opora_new button"))
    assert not visible(browser, "h2.opora-question")
    assert len(visible(browser, ".st-key-opora_examples button")) == 4


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_phone_shows_everything_without_sideways_scrolling(tmp_path: Path, address: str, dark: bool) -> None:
    name = f"phone-{'dark' if dark else 'light'}"
    with chromium(tmp_path / "profile", PHONE, dark) as driver:
        opened(driver, address)
        picture(driver, f"{name}-empty")
        assert sideways_scroll(driver) == 0
        ask(driver, QUESTION)
        picture(driver, f"{name}-answer")
        assert sideways_scroll(driver) == 0
        press(driver, visible(driver, CITATION)[0])
        wait_for(driver, ".opora-excerpt mark")
        picture(driver, f"{name}-source")
        assert sideways_scroll(driver) == 0
        assert quote_in_view(driver)
        panel = wait_for(driver, ".st-key-opora_source_panel").rect
        assert panel["width"] == PHONE[0], "on a phone the source takes the whole width"
        press(driver, wait_for(driver, ".st-key-opora_close button"))
        opened(driver, f"{address}/napoveda")
        wait_for(driver, ".opora-coverage")
        picture(driver, f"{name}-help")
        assert sideways_scroll(driver) == 0


def test_the_dark_theme_follows_the_system(tmp_path: Path, address: str) -> None:
    with chromium(tmp_path / "profile", dark=True) as driver:
        opened(driver, address)
        ask(driver, QUESTION)
        press(driver, visible(driver, CITATION)[0])
        wait_for(driver, ".opora-excerpt mark")
        picture(driver, "desktop-dark-source")
        background = driver.execute_script("return getComputedStyle(document.querySelector('.stApp')).backgroundColor")
        assert background == "rgb(14, 27, 44)"


def test_a_question_with_markup_is_shown_letter_by_letter_and_runs_nothing(browser: Chrome, address: str) -> None:
    hostile = "<img src=x onerror=\"document.title='napadeno'\"> dluhy **tučně** $x$ [a](javascript:alert(1))"
    opened(browser, address)
    ask(browser, hostile)
    assert hostile in wait_for(browser, "h2.opora-question").text
    assert browser.title == "Opora"


def test_a_too_long_question_stays_in_the_box_to_be_shortened(browser: Chrome, address: str) -> None:
    opened(browser, address)
    long = "Jaká podpora existuje pro rodiny s dětmi? " * 30
    box = wait_for(browser, "[data-testid='stChatInputTextArea']")
    box.send_keys(long, Keys.ENTER)
    assert "nejvýše jich může mít 1 000" in wait_for(browser, ".opora-error").text.replace("\u00a0", " ")
    wait_until_still(browser)
    picture(browser, "desktop-too-long")
    assert wait_for(browser, "[data-testid='stChatInputTextArea']").get_property("value") == long


def test_help_names_every_document_of_the_index(browser: Chrome, address: str) -> None:
    opened(browser, f"{address}/napoveda")
    rows = visible(browser, ".opora-coverage tbody tr")
    wait_for(browser, ".opora-coverage")
    picture(browser, "desktop-help")
    assert len(rows) == 5


def test_nothing_is_fetched_from_another_server_and_the_console_is_clean(browser: Chrome, address: str) -> None:
    opened(browser, address)
    ask(browser, QUESTION)
    press(browser, visible(browser, CITATION)[0])
    fetched = browser.execute_script("return performance.getEntriesByType('resource').map(e => e.name)")
    assert fetched
    assert [url for url in fetched if not url.startswith((address, "data:", "blob:"))] == []
    assert [entry["message"] for entry in console(browser) if entry["level"] == "SEVERE"] == []


def test_no_label_of_streamlit_is_left_in_english(browser: Chrome, address: str) -> None:
    opened(browser, address)
    ask(browser, QUESTION)
    names = browser.execute_script(
        "return [...document.querySelectorAll('button, a, nav, textarea, [role]')]"
        ".filter(e => e.checkVisibility())"
        ".map(e => e.getAttribute('aria-label') || e.getAttribute('title') || e.innerText.trim())"
    )
    english = {"Send message", "Skip to main content", "App pages", "Main menu", "Deploy", "Stop", "Notifications"}
    assert "Odeslat dotaz" in names
    assert english.isdisjoint(names)


def test_a_user_without_an_index_reads_what_to_run(tmp_path: Path) -> None:
    with served({"OPORA_DATA": str(tmp_path / "empty")}) as url, chromium(tmp_path / "profile") as driver:
        opened(driver, url)
        message = wait_for(driver, ".opora-error")
        picture(driver, "desktop-no-index")
        assert "python -m ingest" in message.text
        assert not driver.find_elements(By.CSS_SELECTOR, "[data-testid='stException']")
