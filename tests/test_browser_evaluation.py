"""The page Hodnocení and the printed report in a real browser: phone and desktop, light and dark, and on paper.

Screenshots of every run are kept in `tests/artifacts/`.
"""

import base64
import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from pypdf import PdfReader
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from eval.reporting.page import report_html
from eval.reporting.reading import Shelf, finished_runs
from tests.accessibility import axe_script, violations
from tests.browser import (
    DESKTOP,
    NEEDS_BROWSER,
    PHONE,
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
from tests.run_world import Home
from tests.walks import button, opened

pytestmark = NEEDS_BROWSER

NARROW = (360, 780)
LOOKS = [(DESKTOP, False), (DESKTOP, True), (NARROW, False), (PHONE, True)]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home.at(tmp_path_factory.mktemp("evaluation") / "data")
    home.record("druhy", refuses=True)
    home.record("prvni")
    home.break_off("pul")
    return home


@pytest.fixture(scope="module")
def address(home: Home) -> Iterator[str]:
    with served({"OPORA_DATA": str(home.settings.data)}) as url:
        yield f"{url}/hodnoceni"


def choose(driver: Chrome, key: str, name: str) -> None:
    box = wait_for(driver, f".st-key-{key} input")
    press(driver, box)
    box.send_keys(name)
    box.send_keys(Keys.ENTER)
    wait_until_still(driver)


def check(driver: Chrome, name: str) -> None:
    assert sideways_scroll(driver) == 0, name
    script = axe_script()
    if script:
        assert violations(driver, script) == [], name
    picture(driver, name)


@pytest.mark.parametrize(("size", "dark"), LOOKS)
def test_runs_are_compared_filtered_and_opened(tmp_path: Path, address: str, size: tuple[int, int], dark: bool) -> None:
    name = f"evaluation-{size[0]}-{'dark' if dark else 'light'}"
    with chromium(tmp_path / "profile", size, dark) as driver:
        opened(driver, address, ".opora-ev-tiles")
        plots = driver.find_elements(By.CSS_SELECTOR, "img.opora-plot")
        assert len(plots) == 3
        for plot in plots:
            assert driver.execute_script("return arguments[0].naturalWidth > 0", plot), "the plot is drawn"
            assert (plot.get_attribute("alt") or "").startswith("Graf: ")
        check(driver, f"{name}-results")

        choose(driver, "opora_evaluation_run", "prvni")
        choose(driver, "opora_evaluation_other", "druhy")
        wait_until(driver, lambda: len(visible(driver, ".opora-legend")) == 2, "both runs in the legends")
        press(driver, wait_for(driver, ".st-key-opora_evaluation_all summary"))
        check(driver, f"{name}-compared")

        press(driver, button(driver, ".st-key-opora_evaluation_section", "Otázky běhu"))
        wait_for(driver, ".st-key-opora_evaluation_open_0")
        press(driver, button(driver, ".st-key-opora_evaluation_faults", "Jen chyby"))
        wait_until(driver, lambda: "nalezeno 2" in wait_for(driver, ".opora-count").text, "the faults alone")
        check(driver, f"{name}-list")

        press(driver, wait_for(driver, ".st-key-opora_evaluation_open_0 button"))
        mark = wait_for(driver, ".opora-ev-excerpt mark.opora-ev-missed")
        assert mark.text == "Podpořit dluhové poradenství."
        check(driver, f"{name}-question")
        asking = visible(driver, "a.opora-link")[0]
        assert (asking.get_attribute("href") or "").startswith(f"{address.removesuffix('hodnoceni')}?dotaz=")

        # Below a page's path Streamlit looks for its server there first, before it finds it at the root.
        severe = [entry["message"] for entry in console(driver) if entry["level"] == "SEVERE"]
        assert [message for message in severe if "/hodnoceni/_stcore/" not in message] == []


@pytest.mark.parametrize(("size", "dark"), LOOKS)
def test_a_report_opens_without_a_complaint_and_fits_its_screen(
    tmp_path: Path, home: Home, size: tuple[int, int], dark: bool
) -> None:
    file = written(home, tmp_path)
    with chromium(tmp_path / "profile", size, dark) as driver:
        driver.get(file.as_uri())
        assert driver.execute_script("return document.documentElement.scrollWidth <= innerWidth")
        picture(driver, f"report-{size[0]}-{'dark' if dark else 'light'}")
        assert console(driver) == []
        script = axe_script()
        if script:
            # The report lets no script in, so the check comes in past the page.
            driver.execute_script(script)
            assert violations(driver, script) == []


def test_a_report_prints_on_a4_with_all_its_parts(tmp_path: Path, home: Home) -> None:
    file = written(home, tmp_path)
    with chromium(tmp_path / "profile", dark=True) as driver:
        driver.get(file.as_uri())
        printed = driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    pages = PdfReader(io.BytesIO(base64.b64decode(printed["data"]))).pages
    assert (round(pages[0].mediabox.width), round(pages[0].mediabox.height)) == (595, 842)
    text = " ".join(page.extract_text() for page in pages)
    for part in ("Jak běhy vznikly", "Výsledky", "Míry podle druhu otázky", "Nejhůř vyhledané otázky"):
        assert part in text
    assert pages[1].extract_text().lstrip().startswith("Výsledky"), "the results begin a page"


def written(home: Home, folder: Path) -> Path:
    runs = finished_runs(home.settings.runs, ["prvni", "druhy"])
    file = folder / "zprava.html"
    page = report_html(runs, Shelf.of(home.settings), None, 10, datetime(2026, 11, 22, 8, 5))
    file.write_text(page, encoding="utf-8")
    return file
