"""The page Katalog nástrojů in a real browser: one journey, phone and desktop, light and dark.

Screenshots of every run are kept in `tests/artifacts/`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser import (
    DESKTOP,
    NEEDS_BROWSER,
    PHONE,
    build_index,
    chromium,
    console,
    picture,
    press,
    served,
    sideways_scroll,
    visible,
    wait_for,
    wait_until,
    wait_until_still,
)

pytestmark = NEEDS_BROWSER

CARD = "[class*='st-key-opora_card_'] .opora-card"
CITATION = "[class*='st-key-opora_cite_'] button"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the catalogue over an index of the shipped documents, built for these tests."""
    data = tmp_path_factory.mktemp("data")
    build_index(data)
    with served({"OPORA_DATA": str(data)}) as url:
        yield f"{url}/katalog"


def opened(driver: Chrome, url: str) -> None:
    driver.get(url)
    wait_for(driver, CARD)
    wait_until_still(driver)


def count(driver: Chrome) -> str:
    return wait_for(driver, ".st-key-opora_catalogue_bar .opora-count").text.replace("\u00a0", " ")


def to_section(driver: Chrome, name: str) -> None:
    buttons = visible(driver, ".st-key-opora_catalogue_section button")
    press(driver, next(button for button in buttons if button.text.strip() == name))


def toggle_facet(driver: Chrome, name: str) -> None:
    buttons = visible(driver, ".st-key-opora_facet_open button")
    press(driver, next(button for button in buttons if button.text.strip() == name))


def choose_option(driver: Chrome, facet: str, words: str) -> None:
    """Open a facet, choose the option that begins so, and close the facet again."""
    toggle_facet(driver, facet)
    labels = visible(driver, ".st-key-opora_options label")
    press(driver, next(label for label in labels if label.text.startswith(words)))
    toggle_facet(driver, facet)


@pytest.mark.parametrize(
    ("size", "dark"),
    [(DESKTOP, False), (DESKTOP, True), (PHONE, False), (PHONE, True)],
    ids=["desktop-light", "desktop-dark", "phone-light", "phone-dark"],
)
def test_the_catalogue_is_filtered_read_compared_and_looked_over(
    tmp_path: Path, address: str, size: tuple[int, int], dark: bool
) -> None:
    name = f"catalogue-{'phone' if size == PHONE else 'desktop'}-{'dark' if dark else 'light'}"
    with chromium(tmp_path / "profile", size, dark) as driver:
        opened(driver, address)
        assert count(driver) == "Zobrazeno 10, v katalogu 72 nástrojů."
        assert sideways_scroll(driver) == 0
        picture(driver, f"{name}-list")

        toggle_facet(driver, "Téma")
        wait_for(driver, ".st-key-opora_options label")
        assert sideways_scroll(driver) == 0
        picture(driver, f"{name}-facet")
        toggle_facet(driver, "Téma")

        choose_option(driver, "Druh", "opatření (43)")
        assert "nalezeno 43" in count(driver)
        box = wait_for(driver, ".st-key-opora_catalogue_query input")
        box.send_keys("dluhy a exekuce", Keys.ENTER)
        wait_until(driver, lambda: "Hledáno" in wait_for(driver, ".st-key-opora_chips").text, "the query's chip")
        wait_until_still(driver)
        assert "4.1.b" in visible(driver, CARD)[0].text or "4.1.a" in visible(driver, CARD)[0].text
        picture(driver, f"{name}-found")
        assert sideways_scroll(driver) == 0

        for _ in range(2):
            boxes = visible(driver, "[class*='st-key-opora_compare_akcni'] label")
            unticked = [b for b in boxes if not b.find_element(By.CSS_SELECTOR, "input").is_selected()]
            press(driver, unticked[0])
        press(driver, wait_for(driver, ".st-key-opora_catalogue_compare button"))
        wait_for(driver, ".opora-compare")
        assert sideways_scroll(driver) == 0
        picture(driver, f"{name}-compare")
        press(driver, visible(driver, ".opora-compare details.opora-spot summary")[0])
        assert visible(driver, ".opora-compare .opora-excerpt mark"), "a cell opens the place of its quote"
        picture(driver, f"{name}-compare-source")

        to_section(driver, "Skupiny")
        wait_for(driver, ".opora-matrix")
        assert sideways_scroll(driver) == 0
        picture(driver, f"{name}-matrix")
        driver.execute_script("document.querySelector('.stMain').scrollTop = 1800")
        wait_until_still(driver)
        picture(driver, f"{name}-matrix-scrolled")
        if size == DESKTOP:
            head = wait_for(driver, ".opora-matrix thead th")
            assert driver.execute_script("return arguments[0].getBoundingClientRect().top", head) >= 0, "it stays"

        to_section(driver, "Pokrytí")
        wait_for(driver, ".opora-chart")
        assert sideways_scroll(driver) == 0
        picture(driver, f"{name}-coverage")
        press(driver, wait_for(driver, ".opora-numbers summary"))
        assert visible(driver, ".opora-numbers td"), "the numbers stand in a table too"
        assert sideways_scroll(driver) == 0

        to_section(driver, "Seznam")
        press(driver, wait_for(driver, "[class*='st-key-opora_open_'] button"))
        title = wait_for(driver, ".opora-detail-title")
        top = driver.execute_script("return arguments[0].getBoundingClientRect().top", title)
        assert 0 <= top < size[1] / 2, "the detail is read from its beginning"
        assert sideways_scroll(driver) == 0
        picture(driver, f"{name}-detail")
        press(driver, visible(driver, CITATION)[2])
        mark = wait_for(driver, ".opora-excerpt mark")
        assert mark.text.strip()
        assert sideways_scroll(driver) == 0
        picture(driver, f"{name}-detail-source")
        press(driver, wait_for(driver, ".st-key-opora_close button"))
        press(driver, wait_for(driver, ".st-key-opora_back button"))
        assert "Hledáno: dluhy a exekuce" in wait_for(driver, ".st-key-opora_chips").text, "filters are still there"
        press(driver, wait_for(driver, ".st-key-opora_clear button"))
        assert count(driver) == "Zobrazeno 10, v katalogu 72 nástrojů."
        # Below a page's path Streamlit looks for its server there first, before it finds it at the root.
        severe = [entry["message"] for entry in console(driver) if entry["level"] == "SEVERE"]
        assert [message for message in severe if "/katalog/_stcore/" not in message] == []


def test_the_keyboard_alone_opens_a_facet_and_takes_an_option(tmp_path: Path, address: str) -> None:
    with chromium(tmp_path / "profile") as driver:
        opened(driver, address)
        driver.execute_script("document.querySelector('.st-key-opora_facet_open button').focus()")
        driver.switch_to.active_element.send_keys(Keys.SPACE)
        wait_for(driver, ".st-key-opora_options label")
        wait_until_still(driver)
        for _ in range(len(visible(driver, ".st-key-opora_facet_open button")) + 1):
            driver.switch_to.active_element.send_keys(Keys.TAB)
            if driver.switch_to.active_element.get_attribute("type") == "checkbox":
                break
        driver.switch_to.active_element.send_keys(Keys.SPACE)
        wait_until(driver, lambda: "nalezeno 38" in count(driver), "the first document's instruments")
        assert "Dokument: Akční plán" in wait_for(driver, ".st-key-opora_chips").text
