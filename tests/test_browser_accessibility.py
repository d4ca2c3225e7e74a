"""Every page and state for everyone: axe-core, contrast, structure, width, keyboard, announcements, print.

`tests/walks.py` goes through the pages, and each state is looked at by all checks; what is left to Streamlit stands in
`tests.accessibility.ALLOWED`. Screenshots of every run are kept in `tests/artifacts/`.
"""

import base64
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from ingest.document import Source
from ingest.readers import read
from tests import walks
from tests.accessibility import (
    ALLOWED,
    Violation,
    axe_script,
    cut_off,
    low_contrast,
    structure_problems,
    violations,
)
from tests.browser import (
    DESKTOP,
    NEEDS_BROWSER,
    PROJECT,
    ask,
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
from tests.language import english, said
from tests.model_server import model_server, trickles

AXE = axe_script()

pytestmark = [
    *NEEDS_BROWSER,
    pytest.mark.skipif(AXE is None, reason="axe-core is not installed: pip install --no-deps axe-playwright-python"),
]

NARROW = (360, 780)

PLAN = "Akční plán 2024–2026 Strategie sociálního začleňování 2021–2030"

Walk = Callable[[Chrome, str, walks.Look], None]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of an installation with the shipped documents, an added PDF and a small dataset of municipalities."""
    return walks.installation(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def address(data: Path) -> Iterator[str]:
    with served({"OPORA_DATA": str(data)}) as url:
        yield url


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Files to be uploaded: one that is taken, and three that are refused."""
    return walks.upload_files(tmp_path_factory.mktemp("files"))


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Chrome]:
    with chromium(tmp_path / "profile") as driver:
        yield driver


def resized(driver: Chrome, size: tuple[int, int], scale: int = 1) -> None:
    metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": scale, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    drawn = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(innerHeight)))"
    wait_until(driver, lambda: driver.execute_async_script(drawn) == size[1], "the page in its new size")


def emulated(driver: Chrome, scheme: str, motion: str = "no-preference", media: str = "") -> None:
    features = [
        {"name": "prefers-color-scheme", "value": scheme},
        {"name": "prefers-reduced-motion", "value": motion},
    ]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})


def titled(driver: Chrome, title: str) -> bool:
    return driver.title == title


def background(driver: Chrome) -> str:
    return str(driver.execute_script("return getComputedStyle(document.querySelector('.stApp')).backgroundColor"))


def looker(driver: Chrome, size: tuple[int, int], page: str, found: list[str]) -> walks.Look:
    """Return what checks a state in every way and adds to `found` what is wrong, with the state's name."""

    def steady(check: Callable[[], list[Violation]]) -> list[Violation]:
        """Return what is still wrong when colours and drawers have stopped moving."""
        if not check():
            return []
        wait_until_still(driver)
        return check()

    def look(state: str) -> None:
        picture(driver, f"accessible-{size[0]}-{page}-{state}")
        wrong = steady(lambda: [*violations(driver, AXE or ""), *structure_problems(driver)])
        wrong += steady(lambda: [*cut_off(driver), *low_contrast(driver)])
        wide = [f"by {sideways_scroll(driver)} pixels"] if sideways_scroll(driver) else []
        found.extend(f"{page}, {state}: English: {text}" for text in english(said(driver)))
        # On a narrow screen only the source has other colours.
        if size == DESKTOP or "source" in state:
            emulated(driver, "dark")
            wait_until(driver, lambda: background(driver) == "rgb(14, 27, 44)", "the dark theme")
            wrong += steady(lambda: low_contrast(driver))
            emulated(driver, "light")
            wait_until(driver, lambda: background(driver) == "rgb(255, 255, 255)", "the light theme")
        # All of the page at once, since axe-core judges only colours that are in view.
        height = driver.execute_script("return Math.min(20000, document.querySelector('.stMain').scrollHeight + 200)")
        resized(driver, (size[0], height))
        wrong += steady(lambda: violations(driver, AXE or "", ("color-contrast",)))
        if size == NARROW:
            # Zoom of 200 % makes a window of 1280 × 860 pixels one of 640 × 430 that are twice as dense.
            resized(driver, (640, 430), scale=2)
            wrong += steady(lambda: cut_off(driver))
            wide += [f"zoomed by {sideways_scroll(driver)} pixels"] if sideways_scroll(driver) else []
        resized(driver, size)
        found.extend(f"{page}, {state}: {one}" for one in wrong)
        found.extend(f"{page}, {state}: the page scrolls sideways {far}" for far in wide)

    return look


@pytest.mark.parametrize("size", [DESKTOP, NARROW], ids=["1280", "360"])
@pytest.mark.parametrize("walk", [walks.chat, walks.catalogue, walks.locality, walks.documents, walks.pages])
def test_every_state_is_accessible_czech_and_fits_the_screen(
    tmp_path: Path, address: str, walk: Walk, size: tuple[int, int]
) -> None:
    found: list[str] = []
    with chromium(tmp_path / "profile", size) as driver:
        walk(driver, address, looker(driver, size, walk.__name__, found))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("size", [DESKTOP, NARROW], ids=["1280", "360"])
def test_every_state_of_an_upload_is_accessible_czech_and_fits_the_screen(
    tmp_path: Path, address: str, files: dict[str, Path], size: tuple[int, int]
) -> None:
    found: list[str] = []
    with chromium(tmp_path / "profile", size) as driver:
        walks.upload(driver, address, files, looker(driver, size, "upload", found))
    assert not found, "\n".join(found)


def test_the_checks_find_what_is_planted(browser: Chrome, address: str) -> None:
    walks.opened(browser, f"{address}/napoveda", ".opora-coverage")
    assert violations(browser, AXE or "") + structure_problems(browser) + cut_off(browser) + low_contrast(browser) == []
    resized(browser, (DESKTOP[0], 4000))
    browser.execute_script(
        "document.querySelector('.opora-help').insertAdjacentHTML('beforeend', "
        '\'<button></button><h5>Nadpis</h5><p style="color: #888; opacity: 0.7">Bledý text</p>'
        '<p style="position: relative; left: 1250px; width: 90px">Uříznutý text</p><img src="data:,">\')'
    )
    rules = {one.rule for one in violations(browser, AXE or "")}
    assert {"button-name", "image-alt", "heading-order", "color-contrast"} <= rules
    assert [one.target for one in structure_problems(browser)] == ["headings"]
    assert [one.html for one in low_contrast(browser)] == ["Bledý text"]
    assert [one.html for one in cut_off(browser)] == ["Uříznutý text"]
    assert sideways_scroll(browser) > 0


def test_what_is_allowed_is_streamlits_own_and_still_there(browser: Chrome, address: str) -> None:
    walks.opened(browser, f"{address}/katalog", ".opora-card")
    press(browser, wait_for(browser, ".st-key-opora_catalogue_bar input"))
    wait_for(browser, "[role='listbox']")
    left = {one.rule for one in violations(browser, AXE or "", allowed=())}
    assert left == {one.rule for one in ALLOWED}, "a permission that is no longer needed is taken back"
    assert violations(browser, AXE or "") == []
    statement = " ".join((PROJECT / "views" / "help_accessibility.cs.html").read_text(encoding="utf-8").split())
    assert all(one.told in statement and f"„{one.rule}“" in statement for one in ALLOWED)
    states = (PROJECT / "tests" / "walks.py").read_text(encoding="utf-8").count(' look("')
    assert "ve více než 40 stavech" in statement
    assert states > 40
    assert all("opora" not in one.selector and len(one.reason) > 40 for one in ALLOWED)


def test_each_page_has_a_title_of_its_own_and_a_place_to_search(browser: Chrome, address: str) -> None:
    titles = {
        "": "Asistent – Opora",
        "katalog": "Katalog nástrojů – Opora",
        "profil-obce": "Profil obce – Opora",
        f"profil-obce?obec={walks.TOWN}": "Šedá Čtvrť – Profil obce – Opora",
        "dokumenty": "Dokumenty – Opora",
        f"dokumenty?doc={walks.PLAN}": f"{PLAN} – Dokumenty – Opora",
        "napoveda": "Nápověda – Opora",
    }
    for path, title in titles.items():
        walks.opened(browser, f"{address}/{path}")
        wait_until(browser, partial(titled, browser, title), title, 10)
    for path, label in {"": "Dotaz", "katalog": "Hledání v katalogu", "profil-obce": "Hledání obce"}.items():
        walks.opened(browser, f"{address}/{path}")
        assert wait_for(browser, "[role='search']").get_attribute("aria-label") == label


def test_an_answer_that_a_model_writes_slowly_is_announced_once(tmp_path: Path, data: Path) -> None:
    slow = "Podpora je určena lidem v dluhové pasti a obcím, které jim pomáhají. " * 2
    with model_server(trickles(slow, pause=0.03)) as model:
        env = {"OPORA_MODEL": "openai:loopback", "OPORA_MODEL_URL": model.url, "OPORA_MODEL_KEY": "x"}
        with served({"OPORA_DATA": str(data), **env}) as url, chromium(tmp_path / "profile") as driver:
            walks.opened(driver, url)
            driver.execute_script(
                "window.written = 0; window.heard = [];"
                "const spoken = '[aria-live=polite], [aria-live=assertive], [role=status], [role=alert], [role=log]';"
                "new MutationObserver((changes) => { for (const change of changes) {"
                "  const at = change.target.nodeType === 1 ? change.target : change.target.parentElement;"
                "  if (at?.closest('.opora-unchecked') || at?.querySelector?.('.opora-unchecked')) window.written += 1;"
                "  const place = at?.closest(spoken);"
                "  if (place && !at.closest('[aria-live=off]') && place.textContent.trim())"
                "    window.heard.push(place.textContent.trim());"
                "} }).observe(document.body, {childList: true, subtree: true, characterData: true})"
            )
            ask(driver, walks.QUESTION)
            assert driver.execute_script("return window.written") > 3, "the text grew before one's eyes"
            heard = driver.execute_script("return window.heard")
            assert [words for words in heard if "hotová" in words] == heard[-1:]
            assert len(set(heard)) <= 2, "beside the end only that the search is on may be said"


def test_the_printed_answer_and_catalogue_hold_their_words_and_no_buttons(tmp_path: Path, address: str) -> None:
    with chromium(tmp_path / "profile", dark=True) as driver:
        walks.opened(driver, address)
        ask(driver, walks.QUESTION)
        quotes = [quote.text.strip("„“") for quote in visible(driver, "blockquote.opora-quote")]
        printed = _printed(driver, tmp_path / "odpoved.pdf")
        assert quotes
        assert all("".join(quote.split()) in "".join(printed.split()) for quote in quotes)
        for word in ("Kopírovat", "Nová konverzace", "Pomohla vám", "Nápověda"):
            assert word not in printed
        emulated(driver, "dark", media="print")
        wait_until_still(driver)
        ink = driver.execute_script(
            "return [...document.querySelectorAll('.stMain *')].filter((e) => e.checkVisibility())"
            ".filter((e) => e.innerText?.trim()).map((e) => getComputedStyle(e).color)"
        )
        assert set(ink) == {"rgb(0, 0, 0)"}, "also where the screen is dark, the print is black on white"

        emulated(driver, "dark")
        walks.opened(driver, f"{address}/katalog", ".opora-card")
        printed = _printed(driver, tmp_path / "katalog.pdf")
        titles = [title.text for title in visible(driver, ".opora-card-title")]
        assert len(titles) == 10
        assert all("".join(title.split()) in "".join(printed.split()) for title in titles), "not only what was in view"
        assert "Podrobnosti" not in printed


def _printed(driver: Chrome, target: Path) -> str:
    """Print the page to a PDF and return the text in it."""
    made = driver.execute_cdp_cmd("Page.printToPDF", {"paperWidth": 8.27, "paperHeight": 11.69})
    target.write_bytes(base64.b64decode(made["data"]))
    return read(target, Source("tisk", "Tisk")).text


def test_who_wants_less_motion_sees_none(browser: Chrome, address: str) -> None:
    emulated(browser, "light", motion="reduce")
    for path in ("", "katalog"):
        walks.opened(browser, f"{address}/{path}")
        longest = browser.execute_script(
            "const seconds = (all) => Math.max("
            "...all.split(',').map((t) => parseFloat(t) * (/ms/.test(t) ? 1e-3 : 1)));"
            "return Math.max(...[...document.querySelectorAll('*')].map((e) => { const s = getComputedStyle(e);"
            " return Math.max(seconds(s.animationDuration), seconds(s.transitionDuration)); }))"
        )
        assert longest <= 0.001
