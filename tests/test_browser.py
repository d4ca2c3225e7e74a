"""The app in a real browser: the server as `make run` starts it, a real index, headless Chromium.

Screenshots of every run are kept in `tests/artifacts/`. With OPORA_PICTURES=1 in the environment, those that README
shows are made anew: `OPORA_PICTURES=1 python -m pytest -m browser` writes them to `.ci/pictures/`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser import (
    NEEDS_BROWSER,
    PHONE,
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
from tests.model_server import model_server, trickles

pytestmark = NEEDS_BROWSER

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
    assert browser.title == "Asistent – Opora"
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
    links = [link.get_dom_attribute("href") or "" for link in visible(browser, ".opora-source a.opora-link")]
    assert any(link.startswith("https://") for link in links)
    panel = wait_for(browser, ".st-key-opora_source_panel").rect
    answer = wait_for(browser, ".st-key-opora_answer_0").rect
    assert panel["x"] >= answer["x"] + answer["width"], "on a wide screen the source stands beside the answer"
    picture(browser, "desktop-source")

    press(browser, wait_for(browser, ".st-key-opora_close button"))
    assert not visible(browser, ".opora-source")


def test_a_clicked_example_is_answered_and_a_new_conversation_starts_empty(browser: Chrome, address: str) -> None:
    opened(browser, address)
    press(browser, wait_for(browser, ".st-key-opora_example_2_0 button"))
    assert "298 997 803,50 Kč" in wait_for(browser, ".st-key-opora_answer_0").text.replace("\u00a0", " ")
    press(browser, wait_for(browser, ".st-key-opora_list_new button"))
    assert not visible(browser, "h2.opora-question")
    assert len(visible(browser, ".st-key-opora_examples button")) == 6


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
    assert browser.title == "Asistent – Opora"


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
        "return [...document.querySelectorAll('button, a, nav, section, textarea, [role]')]"
        ".filter(e => e.checkVisibility())"
        ".map(e => e.getAttribute('aria-label') || e.getAttribute('title') || e.innerText.trim())"
    )
    english = {"Send message", "Skip to main content", "App pages", "Main menu", "Deploy", "Stop", "Notifications"}
    english |= {"Sidebar", "Expand sidebar", "Collapse sidebar"}
    assert "Odeslat dotaz" in names
    assert english.isdisjoint(names)


def said(driver: Chrome) -> str:
    """What the live region last said to screen readers."""
    return str(driver.execute_script("return document.getElementById('opora-live').textContent"))


def clipboard(driver: Chrome, address: str) -> str:
    """Return the text in the clipboard, which the browser is allowed to read from here on."""
    driver.execute_cdp_cmd(
        "Browser.grantPermissions",
        {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"], "origin": address},
    )
    return str(driver.execute_async_script("navigator.clipboard.readText().then(arguments[0])"))


def asked(driver: Chrome) -> list[str]:
    """The questions on the page without what only screen readers are told."""
    return [q.text.removeprefix("Váš dotaz:").strip() for q in visible(driver, "h2.opora-question")]


def menu(driver: Chrome, place: int, option: str) -> None:
    """Choose from the menu of the conversation at this place of the list."""
    press(driver, visible(driver, "[class*='st-key-opora_list_menu_'] button")[place])
    press(driver, next(o for o in visible(driver, "[role='menuitem'], [role='option']") if o.text.strip() == option))


def test_an_answer_is_announced_once_and_the_keyboard_stays_in_the_box(browser: Chrome, address: str) -> None:
    opened(browser, address)
    browser.execute_script(
        "window.heard = [];"
        "new MutationObserver(() => { const t = document.getElementById('opora-live').textContent;"
        " if (t) window.heard.push(t); }).observe(document.getElementById('opora-live'), {childList: true})"
    )
    ask(browser, QUESTION)
    heard = browser.execute_script("return window.heard")
    assert len(heard) == 1
    assert heard[0].startswith("Odpověď je hotová: Zodpovězeno, ")
    focused = browser.switch_to.active_element
    assert focused.get_attribute("data-testid") == "stChatInputTextArea"
    press(browser, visible(browser, CITATION)[0])
    assert browser.execute_script("return window.heard") == heard


def test_an_answer_and_its_link_are_copied_without_asking_the_server(browser: Chrome, address: str) -> None:
    opened(browser, address)
    ask(browser, QUESTION)
    press(browser, wait_for(browser, ".st-key-opora_copy_0 button"))
    assert said(browser) == "Zkopírováno do schránky."
    picture(browser, "desktop-copied")
    copied = clipboard(browser, address)
    assert copied.startswith(f"Dotaz: {QUESTION}\nStav odpovědi: Zodpovězeno\n\n")
    assert "\nZdroje:\n[1] " in copied

    press(browser, wait_for(browser, ".st-key-opora_link_0 button"))
    link = clipboard(browser, address)
    assert link.startswith(f"{address}/")
    browser.get(link)
    wait_for(browser, ".st-key-opora_answer_0")
    wait_until_still(browser)
    assert asked(browser) == [QUESTION]


def test_a_browser_that_forbids_copying_shows_the_text_selected(browser: Chrome, address: str) -> None:
    opened(browser, address)
    ask(browser, QUESTION)
    browser.execute_script(
        "Object.defineProperty(navigator, 'clipboard', {value: undefined}); document.execCommand = () => false"
    )
    press(browser, wait_for(browser, ".st-key-opora_copy_0 button"))
    field = wait_for(browser, "textarea.opora-by-hand")
    picture(browser, "desktop-copied-by-hand")
    assert browser.switch_to.active_element == field
    assert str(field.get_property("value")).startswith(f"Dotaz: {QUESTION}")
    assert browser.execute_script("return arguments[0].selectionEnd - arguments[0].selectionStart > 100", field)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_several_conversations_are_kept_named_deleted_and_brought_back(
    tmp_path: Path, address: str, dark: bool
) -> None:
    name = f"desktop-{'dark' if dark else 'light'}-list"
    with chromium(tmp_path / "profile", dark=dark) as driver:
        opened(driver, address)
        ask(driver, QUESTION)
        ask(driver, "Kolik stojí letenka na Mars?")
        picture(driver, f"{name}-filter")
        press(driver, wait_for(driver, ".st-key-opora_list_new button"))
        ask(driver, "Co obsahuje opatření 4.6.a?")
        picture(driver, name)
        titles = [title.text for title in visible(driver, ".opora-list-title")]
        assert titles == ["Co obsahuje opatření 4.6.a?", QUESTION]

        press(driver, visible(driver, "[class*='st-key-opora_open_'] button")[1])
        assert asked(driver) == [QUESTION, "Kolik stojí letenka na Mars?"]
        around = "const around = document.querySelector('.stAppViewContainer');"
        assert driver.execute_script(f"{around} return around.scrollHeight === around.clientHeight"), "only it scrolls"

        menu(driver, 0, "Přejmenovat")
        picture(driver, f"{name}-rename")
        box = driver.switch_to.active_element
        box.send_keys("Podklad pro radu", Keys.ENTER)
        wait_until_still(driver)
        assert "Podklad pro radu" in [title.text for title in visible(driver, ".opora-list-title")]

        menu(driver, 0, "Smazat")
        picture(driver, f"{name}-deleted")
        assert len(visible(driver, ".opora-list-title")) == 1
        press(driver, wait_for(driver, ".st-key-opora_undo_button button"))
        assert len(visible(driver, ".opora-list-title")) == 2


def test_a_phone_opens_the_list_over_the_page_and_closes_it_with_the_choice(tmp_path: Path, address: str) -> None:
    with chromium(tmp_path / "profile", (360, 780)) as driver:
        opened(driver, address)
        assert not visible(driver, "h2.opora-list-heading"), "the list is closed at first"
        ask(driver, QUESTION)
        tools = wait_for(driver, ".st-key-opora_tools_0")
        driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", tools)
        picture(driver, "phone-tools")
        assert sideways_scroll(driver) == 0
        press(driver, wait_for(driver, ".st-key-opora_edit_0 button"))
        picture(driver, "phone-edit")
        assert sideways_scroll(driver) == 0
        press(driver, wait_for(driver, "[class*='st-key-opora_edit_cancel_'] button"))
        wait_for(driver, "[data-testid='stExpandSidebarButton']").click()
        wait_for(driver, "h2.opora-list-heading")
        wait_until_still(driver)
        picture(driver, "phone-list")
        press(driver, wait_for(driver, "[class*='st-key-opora_open_'] button"))
        assert not [h for h in visible(driver, "h2.opora-list-heading") if h.rect["x"] >= 0]
        assert asked(driver) == [QUESTION]


def test_a_question_is_edited_with_the_keyboard_and_read_from_its_new_answer_on(browser: Chrome, address: str) -> None:
    opened(browser, address)
    ask(browser, QUESTION)
    ask(browser, "Co obsahuje opatření 4.6.a?")
    wait_for(browser, ".st-key-opora_edit_0 button").send_keys(Keys.ENTER)
    wait_for(browser, "[class*='st-key-opora_edit_text_'] textarea")
    wait_until_still(browser)
    field = browser.switch_to.active_element
    assert field.tag_name == "textarea", "the keyboard goes into the field that was asked for"
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys("Co obsahuje opatření 4.1.a?", Keys.CONTROL, Keys.ENTER)
    wait_for(browser, ".st-key-opora_undo_button button")
    wait_until_still(browser)
    assert asked(browser) == ["Co obsahuje opatření 4.1.a?"]
    picture(browser, "desktop-edited")
    assert 0 <= wait_for(browser, "h2.opora-question").rect["y"] < 200


def test_a_model_that_writes_slowly_can_be_stopped(tmp_path: Path) -> None:
    data = tmp_path / "data"
    build_index(data)
    slow = "Podpora je určena lidem v dluhové pasti a obcím, které jim pomáhají. " * 20
    with (
        model_server(trickles(slow, pause=0.1)) as model,
        served(
            {
                "OPORA_DATA": str(data),
                "OPORA_MODEL": "openai:loopback",
                "OPORA_MODEL_URL": model.url,
                "OPORA_MODEL_KEY": "x",
            }
        ) as url,
        chromium(tmp_path / "profile") as driver,
    ):
        opened(driver, url)
        wait_for(driver, "[data-testid='stChatInputTextArea']").send_keys(QUESTION, Keys.ENTER)
        wait_for(driver, ".opora-unchecked")
        picture(driver, "desktop-writing")
        wait_for(driver, ".st-key-opora_stop button").click()
        wait_for(driver, ".st-key-opora_retry_0 button")
        wait_until_still(driver)
        picture(driver, "desktop-stopped")
        assert not visible(driver, ".opora-unchecked")
        assert "Odpověď jste zastavili" in wait_for(driver, ".opora-note").text


def test_a_user_without_an_index_reads_what_to_run(tmp_path: Path) -> None:
    with served({"OPORA_DATA": str(tmp_path / "empty")}) as url, chromium(tmp_path / "profile") as driver:
        opened(driver, url)
        message = wait_for(driver, ".opora-error")
        picture(driver, "desktop-no-index")
        assert "python -m ingest" in message.text
        assert not driver.find_elements(By.CSS_SELECTOR, "[data-testid='stException']")
