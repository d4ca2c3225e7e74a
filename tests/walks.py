"""Walks through the pages that stop at every important state, so that one look can check all of them."""

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from ingest.localities import parse_localities
from ingest.locality_store import save_localities
from ingest.settings import Settings
from tests.browser import PROJECT, ask, press, visible, wait_for, wait_until, wait_until_still
from tests.locality_world import workbook

Look = Callable[[str], None]
"""Checks the page as it is; the argument names the state."""

QUESTION = "Jaká opatření pomáhají lidem s dluhy a exekucemi?"
PLAN = "akcni-plan-2024-2026"
ADDED = "opz-2-1-dva-sloupce"
"""An added PDF."""

TOWN = 500003
CITATION = "[class*='st-key-opora_cite_'] button"
BAR = ".st-key-opora_documents_between"


def installation(folder: Path) -> Path:
    """Make an installation with the shipped documents, an added PDF and a small dataset of municipalities.

    Raises
    ------
    RuntimeError
        If the index cannot be built; with what the command printed.
    """
    command = [sys.executable, "-m", "ingest", str(PROJECT / "tests" / "data" / f"{ADDED}.pdf")]
    env = {**os.environ, "OPORA_DATA": str(folder)}
    built = subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, text=True)
    if built.returncode:
        raise RuntimeError(f"the index was not built:\n{built.stdout}{built.stderr}")
    save_localities(Settings(data=folder), parse_localities(workbook(), "index.xlsx"))
    return folder


def opened(driver: Chrome, address: str, ready: str = ".opora-title") -> WebElement:
    """Open an address and wait until the page has drawn it."""
    driver.get(address)
    found = wait_for(driver, ready)
    wait_until_still(driver)
    return found


def button(driver: Chrome, within: str, words: str) -> WebElement:
    """Return the visible button, link, label or summary inside `within` whose text holds the words."""
    kinds = ("button", "a", "label", "summary", "[role='menuitem']", "[role='option']")
    found = visible(driver, ", ".join(f"{within} {kind}" for kind in kinds))
    return next(one for one in found if words in one.text)


def open_menu(driver: Chrome) -> None:
    """Open the menu of the first conversation in the list."""
    open_list(driver)
    press(driver, wait_for(driver, "[class*='st-key-opora_list_menu_'] button"))


def open_list(driver: Chrome) -> None:
    """Open the list of conversations if it is closed, as a narrow screen has it; a new width closes it too."""
    for _ in range(3):
        wait_until_still(driver)  # a width that has just changed closes it a moment later
        if list_open(driver):
            return
        wait_for(driver, "[data-testid='stExpandSidebarButton']").click()


def list_open(driver: Chrome) -> bool:
    """Whether the list of conversations is on the screen; closed, it stands beside it."""
    return any(heading.rect["x"] >= 0 for heading in visible(driver, "h2.opora-list-heading"))


def choose(driver: Chrome, words: str) -> None:
    """Choose from the menu of the first conversation; a look at it in another size may have closed it."""
    options = "[role='menuitem'], [role='option']"
    if not visible(driver, options):
        open_menu(driver)
    press(driver, next(option for option in visible(driver, options) if words in option.text))


def chat(driver: Chrome, address: str, look: Look) -> None:
    """Ask, open a source, use the tools under the answer and the list of conversations."""
    phone = driver.execute_script("return innerWidth") < 768
    opened(driver, address)
    look("empty")
    ask(driver, QUESTION)
    look("answer")
    press(driver, visible(driver, CITATION)[0])
    wait_for(driver, ".opora-excerpt mark")
    look("source")
    press(driver, wait_for(driver, ".st-key-opora_close button"))
    press(driver, button(driver, ".st-key-opora_tools_0", "Stáhnout"))
    wait_for(driver, "[class*='st-key-opora_file_'] button")
    look("downloads")
    driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    wait_until_still(driver)
    press(driver, wait_for(driver, ".st-key-opora_edit_0 button"))
    look("edit")
    press(driver, wait_for(driver, "[class*='st-key-opora_edit_cancel_'] button"))
    press(driver, wait_for(driver, "[class*='st-key-opora_feedback_source_'] button"))
    wait_for(driver, "[class*='st-key-opora_feedback_send_'] button")
    press(driver, wait_for(driver, "[class*='st-key-opora_feedback_send_'] button"))
    wait_for(driver, ".opora-error")
    look("feedback with an error")
    press(driver, wait_for(driver, "[class*='st-key-opora_feedback_wrong_'] input"))
    look("feedback's list of sources")
    driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    press(driver, wait_for(driver, "[class*='st-key-opora_feedback_leave_'] button"))
    ask(driver, "Kolik stojí letenka na Mars?")
    look("second answer")
    open_list(driver)
    look("list")
    open_menu(driver)
    look("menu of a conversation")
    choose(driver, "Přejmenovat")
    look("rename")
    open_list(driver)
    press(driver, wait_for(driver, "[class*='st-key-opora_rename_cancel_'] button"))
    open_menu(driver)
    choose(driver, "Smazat")
    look("deleted")
    if phone and list_open(driver):
        press(driver, wait_for(driver, "[data-testid='stSidebarCollapseButton'] button"))
    box = wait_for(driver, "[data-testid='stChatInputTextArea']")
    box.send_keys("Jaká podpora existuje pro rodiny? " * 32, Keys.ENTER)
    wait_for(driver, ".opora-error")
    wait_until_still(driver)
    look("too long a question")


def catalogue(driver: Chrome, address: str, look: Look) -> None:
    """Filter, search, find nothing, compare, look at both overviews, open an instrument and its source."""
    opened(driver, f"{address}/katalog", ".opora-card")
    look("list")
    press(driver, button(driver, ".st-key-opora_facet_open", "Cílová skupina"))
    wait_for(driver, ".st-key-opora_options label")
    look("facet")
    press(driver, visible(driver, ".st-key-opora_options label")[0])
    press(driver, button(driver, ".st-key-opora_facet_open", "Cílová skupina"))
    press(driver, wait_for(driver, ".st-key-opora_catalogue_bar input"))
    look("order")
    driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    box = wait_for(driver, ".st-key-opora_catalogue_query input")
    box.send_keys("dluhy")
    wait_until_still(driver)
    look("typed")
    box.send_keys(Keys.ENTER)
    wait_until(driver, lambda: "Hledáno" in wait_for(driver, ".st-key-opora_chips").text, "the query's chip")
    wait_until_still(driver)
    look("found")
    press(driver, wait_for(driver, ".st-key-opora_clear button"))
    for _ in range(2):
        boxes = visible(driver, "[class*='st-key-opora_compare_akcni'] label")
        press(driver, next(b for b in boxes if not b.find_element(By.CSS_SELECTOR, "input").is_selected()))
    look("chosen")
    press(driver, wait_for(driver, ".st-key-opora_catalogue_compare button"))
    wait_for(driver, ".opora-compare")
    press(driver, visible(driver, ".opora-compare details.opora-spot summary")[0])
    look("comparison")
    press(driver, button(driver, ".st-key-opora_compare_bar", "Stáhnout"))
    wait_for(driver, "[class*='st-key-opora_file_'] button")
    look("comparison's downloads")
    driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    press(driver, button(driver, ".st-key-opora_catalogue_section", "Skupiny"))
    wait_for(driver, ".opora-matrix")
    look("matrix")
    press(driver, button(driver, ".st-key-opora_catalogue_section", "Pokrytí"))
    press(driver, wait_for(driver, ".opora-numbers summary"))
    look("coverage")
    press(driver, button(driver, ".st-key-opora_catalogue_section", "Seznam"))
    press(driver, wait_for(driver, "[class*='st-key-opora_open_'] button"))
    wait_for(driver, ".opora-detail-title")
    look("detail")
    press(driver, visible(driver, CITATION)[2])
    wait_for(driver, ".opora-excerpt mark")
    look("detail's source")


def locality(driver: Chrome, address: str, look: Look) -> None:
    """Search a municipality, find none, open one with all its tables, a measure and the plan."""
    opened(driver, f"{address}/profil-obce", "input")
    look("search")
    wait_for(driver, "input").send_keys("lhota")
    wait_for(driver, "[class*='st-key-opora_locality_pick_'] button")
    look("suggestions")
    box = wait_for(driver, "input")
    box.send_keys(Keys.CONTROL, "a")
    box.send_keys("qwxq")
    wait_until(driver, lambda: "nenašel" in wait_for(driver, ".stMain").text, "that there is none")
    look("no municipality")
    opened(driver, f"{address}/profil-obce?obec={TOWN}", ".st-key-opora_ask")
    for key in ("table", "meaning", "columns"):
        press(driver, wait_for(driver, f".st-key-opora_locality_{key} summary"))
    look("profile")
    press(driver, visible(driver, "[class*='st-key-opora_cite_loc_'] button")[0])
    wait_for(driver, ".opora-excerpt mark")
    look("source")
    press(driver, wait_for(driver, ".st-key-opora_close button"))
    press(driver, wait_for(driver, "[class*='st-key-opora_locality_more_'] label"))
    press(driver, button(driver, ".st-key-opora_locality_next", "Stáhnout návrh"))
    wait_for(driver, "[class*='st-key-opora_file_'] button")
    look("plan")


def documents(driver: Chrome, address: str, look: Look) -> None:
    """Read a document, search it, look at a page's image, follow a broken link."""
    opened(driver, f"{address}/dokumenty", ".opora-document")
    look("overview")
    opened(driver, f"{address}/dokumenty?doc={PLAN}&start=2000&end=2100", ".opora-reader mark")
    press(driver, wait_for(driver, ".st-key-opora_documents_provenance summary"))
    look("reader")
    box = wait_for(driver, ".st-key-opora_documents_query input")
    box.send_keys("socialni sluzba", Keys.ENTER)
    wait_for(driver, "mark.opora-current")
    wait_until_still(driver)
    press(driver, wait_for(driver, ".st-key-opora_documents_hits summary"))
    look("hits")
    opened(driver, f"{address}/dokumenty?doc={PLAN}&hledat=xylofon", ".opora-reader")
    look("no hit")
    opened(driver, f"{address}/dokumenty?doc={ADDED}&start=0&end=20", ".st-key-opora_documents_image img")
    look("page image")
    opened(driver, f"{address}/dokumenty?doc={PLAN}&start=99999999&end=abc", ".opora-error")
    look("broken link")


def upload_files(folder: Path) -> dict[str, Path]:
    """Write the files that `upload` offers into a folder."""
    files = {"good": "vyzva.txt", "large": "velky.pdf", "wrong": "program.exe", "broken": "rozbity.pdf"}
    paths = {name: folder / file for name, file in files.items()}
    paths["good"].write_text("Výzva obce\n\nObec podporuje rodiny s dětmi, které přišly o bydlení.\n", encoding="utf-8")
    with paths["large"].open("wb") as large:
        large.truncate(101 * 2**20)
    paths["wrong"].write_bytes(b"MZ")
    paths["broken"].write_bytes(b"%PDF-1.7 nic")
    return paths


def refusals(driver: Chrome, count: int) -> bool:
    """Whether so many files are shown as refused."""
    return len(visible(driver, "[class*='st-key-opora_added_staged_'] .opora-error")) == count


def upload(driver: Chrome, address: str, files: dict[str, Path], look: Look) -> None:
    """Offer files that are taken and files that are refused, without adding any; ask before a removal.

    `files` are "good", "large" (over the browser's limit), "wrong" (of no known kind) and "broken".
    """
    opened(driver, f"{address}/dokumenty", ".opora-document")
    press(driver, wait_for(driver, ".st-key-opora_documents_own summary"))
    wait_for(driver, "[data-testid='stFileUploader']")
    look("empty")
    box = "[data-testid='stFileUploader'] input"
    for refused, name in enumerate(("wrong", "broken"), 1):
        driver.find_element(By.CSS_SELECTOR, box).send_keys(str(files[name]))
        wait_until(driver, partial(refusals, driver, refused), f"{name} to be refused")
        wait_until_still(driver)
    driver.find_element(By.CSS_SELECTOR, box).send_keys(str(files["good"]))
    wait_for(driver, ".st-key-opora_added_add")
    wait_until_still(driver)
    look("taken and refused")
    driver.find_element(By.CSS_SELECTOR, "[data-testid='stFileUploader'] input").send_keys(str(files["large"]))
    wait_for(driver, "[data-testid='stFileChip']")
    wait_until_still(driver)
    look("too large")
    press(driver, wait_for(driver, "[class*='st-key-opora_added_remove_'] button"))
    wait_for(driver, ".st-key-opora_added_yes")
    look("removal")


def pages(driver: Chrome, address: str, look: Look) -> None:
    """Open every page that the navigation offers, and one that does not exist."""
    opened(driver, f"{address}/neexistuje")
    wait_for(driver, "[data-testid='stDialog']")
    look("no such page")
    opened(driver, f"{address}/napoveda", ".opora-coverage")
    found = driver.execute_script(
        "return [...document.querySelectorAll(\"[data-testid='stTopNavLink'], [data-testid='stSidebarNavLink']\")]"
        ".map((link) => [link.innerText.trim().split('\\n').pop(), link.href])"
    )
    for name, link in found:
        opened(driver, link)
        look(name)
