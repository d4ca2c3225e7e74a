"""The page Profil obce in a real browser: search, figures, measures, sources, hand-over to the chat.

Screenshots of every run are kept in `tests/artifacts/`. The dataset is made up, so the test needs nothing from outside.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from ingest.localities import parse_localities
from ingest.locality_store import save_localities
from ingest.settings import Settings
from tests.browser import (
    DESKTOP,
    NEEDS_BROWSER,
    PHONE,
    build_index,
    chromium,
    picture,
    press,
    served,
    sideways_scroll,
    visible,
    wait_for,
    wait_until,
    wait_until_still,
)
from tests.locality_world import workbook

pytestmark = NEEDS_BROWSER


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of an installation with an index of the shipped documents and the small dataset."""
    found = tmp_path_factory.mktemp("data")
    build_index(found)
    save_localities(Settings(data=found), parse_localities(workbook(), "index.xlsx"))
    return found


@pytest.fixture(scope="module")
def address(data: Path) -> Iterator[str]:
    with served({"OPORA_DATA": str(data)}) as url:
        yield f"{url}/profil-obce"


def opened(driver: Chrome, url: str, ready: str = ".opora-title") -> None:
    driver.get(url)
    wait_for(driver, ready)
    wait_until_still(driver)


def shown_at(driver: Chrome, css: str, name: str) -> None:
    """Keep a picture with the first element that the selector finds near the top."""
    driver.execute_script(
        "document.querySelector(arguments[0]).scrollIntoView({block: 'start'}); document.querySelector('.stMain')"
        ".scrollBy(0, -80)",
        css,
    )
    picture(driver, name)


def test_a_municipality_is_found_by_keyboard_and_its_profile_leads_to_the_chat(tmp_path: Path, address: str) -> None:
    with chromium(tmp_path / "profile") as driver:
        opened(driver, address, "input")
        picture(driver, "locality-desktop-search")
        wait_for(driver, "input").send_keys("seda ctv")
        pick = wait_for(driver, "[class*='st-key-opora_locality_pick_'] button")
        wait_until_still(driver)
        picture(driver, "locality-desktop-suggestions")
        wait_for(driver, "input").send_keys(Keys.TAB)
        for _ in range(4):
            if driver.switch_to.active_element == pick:
                break
            driver.switch_to.active_element.send_keys(Keys.TAB)
        assert driver.switch_to.active_element == pick, "the suggestion is reached by the tabulator"
        pick.send_keys(Keys.ENTER)
        wait_for(driver, ".opora-cards")
        assert "22 z 30" in wait_for(driver, ".opora-cards").text.replace("\u00a0", " ")
        wait_for(driver, ".st-key-opora_ask")
        wait_until_still(driver)
        assert driver.current_url.endswith("?obec=500003")
        press(driver, visible(driver, "[class*='st-key-opora_cite_loc_'] button")[0])
        wait_for(driver, ".opora-excerpt mark")
        shown_at(driver, ".st-key-opora_desk", "locality-desktop-source")
        press(driver, wait_for(driver, ".st-key-opora_close button"))
        press(driver, wait_for(driver, ".st-key-opora_ask button"))
        question = wait_for(driver, "h2.opora-question")
        assert "dluhy a exekuce" in question.text
        wait_for(driver, ".st-key-opora_answer_0")
        wait_until_still(driver)
        picture(driver, "locality-desktop-chat")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_whole_profile_fits_the_screen(tmp_path: Path, address: str, size: tuple[int, int], dark: bool) -> None:
    name = f"locality-{'phone' if size == PHONE else 'desktop'}-{'dark' if dark else 'light'}"
    with chromium(tmp_path / "profile", size, dark) as driver:
        opened(driver, f"{address}?obec=500003", ".st-key-opora_ask")
        picture(driver, f"{name}-top")
        assert sideways_scroll(driver) == 0
        shown_at(driver, ".opora-chart", f"{name}-chart")
        for key in ("table", "meaning", "columns"):
            press(driver, wait_for(driver, f".st-key-opora_locality_{key} summary"))
        assert sideways_scroll(driver) == 0
        shown_at(driver, ".st-key-opora_locality_table", f"{name}-table")
        shown_at(driver, ".st-key-opora_locality_meaning", f"{name}-meaning")
        shown_at(driver, ".st-key-opora_locality_form", f"{name}-form")
        shown_at(driver, "[class*='st-key-opora_locality_theme_']", f"{name}-measures")
        shown_at(driver, ".st-key-opora_locality_next", f"{name}-next")
        press(driver, visible(driver, "[class*='st-key-opora_cite_loc_'] button")[0])
        wait_for(driver, ".opora-excerpt mark")
        picture(driver, f"{name}-source")
        assert sideways_scroll(driver) == 0


def test_bars_are_as_long_as_their_figures_say(tmp_path: Path, address: str) -> None:
    with chromium(tmp_path / "profile") as driver:
        opened(driver, f"{address}?obec=500003", ".opora-bars")
        rows = driver.execute_script(
            "return [...document.querySelector('.opora-bars').rows].map(r => ["
            "r.querySelector('div').getBoundingClientRect().width,"
            "parseFloat(r.cells[2].innerText.replace(',', '.'))])"
        )
        longest = max(width for width, _ in rows)
        assert longest > 50
        most = max(share for _, share in rows)
        assert all(abs(width / longest - share / most) < 0.03 for width, share in rows)


def test_without_a_dataset_the_page_is_whole_and_in_czech(tmp_path: Path) -> None:
    build_index(tmp_path / "data")
    with served({"OPORA_DATA": str(tmp_path / "data")}) as url, chromium(tmp_path / "profile", PHONE) as driver:
        opened(driver, f"{url}/profil-obce", ".st-key-opora_ask")
        picture(driver, "locality-phone-no-dataset")
        assert sideways_scroll(driver) == 0
        upload = driver.find_element(By.CSS_SELECTOR, "input[type='file']")
        target = tmp_path / "index.xlsx"
        target.write_bytes(workbook())
        upload.send_keys(str(target))
        wait_until(driver, lambda: bool(visible(driver, "[role='status']")), "the upload to be taken")
        wait_until_still(driver)
        picture(driver, "locality-phone-uploaded")
        assert "Načteno: 43 obcí, rok 2023." in wait_for(driver, ".opora-note").text.replace("\u00a0", " ")
