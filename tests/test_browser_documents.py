"""The page Dokumenty in a real browser: one journey, phone and desktop, light and dark.

Screenshots of every run are kept in `tests/artifacts/`.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from tests.browser import (
    DESKTOP,
    NEEDS_BROWSER,
    PHONE,
    PROJECT,
    ask,
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

PLAN = "akcni-plan-2024-2026"
BOX = ".st-key-opora_documents_query input"

_PDF = "ukazka.pdf"


def text_pdf() -> bytes:
    """A PDF file of two pages, each with one line of text."""
    lines = ("Obec poskytuje poradenstvi lidem s dluhy.", "Obec zrizuje socialni byty.")
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R 5 0 R] /Count 2 >>",
    ]
    for n, line in enumerate(lines):
        content = f"BT /F1 18 Tf 72 720 Td ({line}) Tj ET"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {4 + 2 * n} 0 R "
            "/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    body, places = "%PDF-1.7\n", []
    for n, made in enumerate(objects, 1):
        places.append(len(body))
        body += f"{n} 0 obj\n{made}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    return (
        f"{body}xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
        f"startxref\n{len(body)}\n%%EOF\n"
    ).encode("ascii")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the page over an index of the shipped documents and one added PDF, built for these tests."""
    data = tmp_path_factory.mktemp("data")
    file = tmp_path_factory.mktemp("files") / _PDF
    file.write_bytes(text_pdf())
    env = {"OPORA_DATA": str(data)}
    command = [sys.executable, "-m", "ingest", str(file)]
    subprocess.run(command, cwd=PROJECT, env={**os.environ, **env}, check=True, capture_output=True)
    with served(env) as url:
        yield f"{url}/dokumenty"


def opened(driver: Chrome, url: str, css: str) -> WebElement:
    driver.get(url)
    found = wait_for(driver, css)
    wait_until_still(driver)
    return found


def top_of(driver: Chrome, css: str) -> float:
    return float(driver.execute_script("return document.querySelector(arguments[0]).getBoundingClientRect().top", css))


def open_expander(driver: Chrome, words: str) -> None:
    summaries = visible(driver, "[data-testid='stExpander'] summary")
    press(driver, next(summary for summary in summaries if words in summary.text))


def parameters(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@pytest.mark.parametrize(
    ("size", "dark"),
    [(DESKTOP, False), (DESKTOP, True), (PHONE, False), (PHONE, True)],
    ids=["desktop-light", "desktop-dark", "phone-light", "phone-dark"],
)
def test_a_document_is_opened_read_searched_and_linked_to(
    tmp_path: Path, address: str, size: tuple[int, int], dark: bool
) -> None:
    phone = size == PHONE
    name = f"documents-{'phone' if phone else 'desktop'}-{'dark' if dark else 'light'}"
    with chromium(tmp_path / "profile", size, dark) as driver:

        def looked_at(step: str) -> None:
            assert sideways_scroll(driver) == 0, step
            picture(driver, f"{name}-{step}")

        opened(driver, address, ".opora-document")
        assert len(visible(driver, ".opora-document")) == 6
        looked_at("overview")

        press(driver, visible(driver, ".opora-document .opora-button")[0])
        wait_for(driver, ".opora-reader")
        wait_until_still(driver)
        assert parameters(driver.current_url) == {"doc": PLAN}
        looked_at("reader")
        open_expander(driver, "O dokumentu")
        assert "d163497681739b3fa777a9b5de6979466bbca2b06ad829768525047a29c3cfc0" in driver.page_source
        looked_at("provenance")
        open_expander(driver, "O dokumentu")

        if phone:
            open_expander(driver, "Obsah dokumentu")
            looked_at("outline")
        entries = visible(driver, ".opora-outline a")
        press(driver, next(entry for entry in entries if entry.text.startswith("4.6.a")))
        heading = ".opora-reader h3[data-opora-target]"
        assert wait_for(driver, heading).text.startswith("4.6.a")
        wait_until(driver, lambda: 0 < top_of(driver, heading) < size[1] / 3, "the heading comes to the top")
        assert driver.switch_to.active_element.text.startswith("4.6.a"), "the keyboard goes on from there"
        looked_at("jump")

        wait_for(driver, BOX).send_keys("socialni sluzba", Keys.ENTER)
        wait_until(driver, lambda: visible(driver, "mark.opora-current") != [], "the first hit after the heading")
        wait_until_still(driver)
        assert wait_for(driver, ".st-key-opora_documents_between .opora-count").text == "5 z 5"
        assert 0 < top_of(driver, "mark.opora-current") < size[1]
        press(driver, wait_for(driver, ".st-key-opora_documents_before button"))
        assert wait_for(driver, ".st-key-opora_documents_between .opora-count").text == "4 z 5"
        wait_until(driver, lambda: 0 < top_of(driver, "mark.opora-current") < size[1], "the hit before comes into view")
        looked_at("hit")
        open_expander(driver, "Seznam nalezených míst (5)")
        looked_at("hits")
        press(driver, visible(driver, ".opora-hits a")[1])
        wait_until(driver, lambda: parameters(driver.current_url)["vyskyt"] == "2", "the second hit's link")
        wait_until_still(driver)
        driver.back()
        wait_until(driver, lambda: parameters(driver.current_url)["vyskyt"] == "4", "back to the hit before")
        wait_until_still(driver)

        box = wait_for(driver, BOX)
        box.send_keys(Keys.CONTROL, "a")
        box.send_keys("xylofon", Keys.ENTER)
        wait_until(driver, lambda: "Tato slova v dokumentu nejsou." in driver.page_source, "nothing found")
        wait_until_still(driver)
        looked_at("nothing")

        text = (PROJECT / "corpus" / f"{PLAN}.txt").read_text(encoding="utf-8")
        start = text.index("4.6.a Zvyšovat")
        end = text.index("Deskriptory:", start)
        opened(driver, f"{address}?doc={PLAN}&start={start}&end={end}", "mark.opora-from-link")
        wait_until(driver, lambda: 0 < top_of(driver, "mark.opora-from-link") < size[1] * 2 / 3, "the cited place")
        assert wait_for(driver, "mark.opora-from-link").text == text[start:end].strip()
        looked_at("cited")

        opened(driver, f"{address}?doc=ukazka&start=43&end=47", ".st-key-opora_documents_image img")
        wait_until_still(driver)
        image = wait_for(driver, ".st-key-opora_documents_image img")
        assert "strany 2" in (image.get_attribute("alt") or "")
        wait_until(driver, lambda: int(str(image.get_property("naturalWidth"))) > 1000, "the drawn page")
        looked_at("page-image")

        opened(driver, f"{address}?doc={PLAN}&start=99999999&end=abc", ".opora-error")
        assert "poloha v něm není číslo" in wait_for(driver, ".opora-error").text
        assert len(visible(driver, ".opora-document")) == 6, "the overview is there"
        looked_at("bad-link")
        # Below a page's path Streamlit looks for its server there first, before it finds it at the root.
        severe = [entry["message"] for entry in console(driver) if entry["level"] == "SEVERE"]
        assert [message for message in severe if "/dokumenty/_stcore/" not in message] == []


def select(driver: Chrome, start: int, first: int, last: int) -> None:
    """Select characters of the block that begins at `start`, the way a mouse does."""
    driver.execute_script(
        "const words = document.querySelector(`[data-opora-start='${arguments[0]}']`).firstChild;"
        "const range = document.createRange(); range.setStart(words, arguments[1]); range.setEnd(words, arguments[2]);"
        "getSelection().removeAllRanges(); getSelection().addRange(range);",
        start,
        first,
        last,
    )


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_link_to_selected_words_leads_back_to_exactly_these_words(
    tmp_path: Path, address: str, size: tuple[int, int]
) -> None:
    text = (PROJECT / "corpus" / f"{PLAN}.txt").read_text(encoding="utf-8")
    start = text.index("4.6.a Zvyšovat")
    with chromium(tmp_path / "profile", size) as driver:
        opened(driver, f"{address}?doc={PLAN}&start={start}", ".opora-reader [data-opora-target]")
        select(driver, start, 6, 26)
        wait_until(driver, lambda: visible(driver, ".opora-copy") != [], "a button that copies")
        visible(driver, ".opora-copy")[-1].click()
        wait_until(driver, lambda: "zkopírov" in driver.find_element(By.TAG_NAME, "body").text, "what was done")
        link = str(driver.execute_script("return document.documentElement.dataset.oporaLink"))
        assert parameters(link) == {"doc": PLAN, "start": str(start + 6), "end": str(start + 26)}
        mark = opened(driver, link, "mark.opora-from-link")
        assert mark.text == text[start + 6 : start + 26].strip()


def test_a_source_opens_in_its_document_and_the_conversation_stays(tmp_path: Path, address: str) -> None:
    with chromium(tmp_path / "profile") as driver:
        opened(driver, address.removesuffix("/dokumenty"), ".opora-title")
        ask(driver, "Jak pomoci lidem s dluhy?")
        press(driver, visible(driver, "[class*='st-key-opora_cite_'] button")[0])
        link = wait_for(driver, ".opora-source a[href^='dokumenty?']")
        quoted = re.sub(r"\s", "", wait_for(driver, ".opora-excerpt :is(mark, .opora-cited)").text)
        conversation = driver.current_window_handle
        press(driver, link)
        wait_until(driver, lambda: len(driver.window_handles) == 2, "a new tab")
        driver.switch_to.window(next(h for h in driver.window_handles if h != conversation))
        wait_for(driver, "mark.opora-from-link")
        wait_until_still(driver)
        marked = re.sub(r"\s", "", "".join(mark.text for mark in visible(driver, "mark.opora-from-link")))
        assert quoted in marked
        driver.switch_to.window(conversation)
        assert visible(driver, ".opora-question"), "the conversation is still there"
