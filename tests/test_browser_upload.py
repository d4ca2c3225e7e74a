"""Own documents in a real browser: uploaded, indexed, asked about, removed, brought back. Screenshots are kept."""

from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from tests.browser import (
    DESKTOP,
    NEEDS_BROWSER,
    PHONE,
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
from tests.study_world import install

pytestmark = NEEDS_BROWSER

TITLE = "Metodika dobrovolnického doučování"
SENTENCE = "Doučování vedou dobrovolníci z řad studentů pedagogických fakult, nejméně dvakrát týdně."
QUESTION = "Kdo vede doučování?"
OWN = ".st-key-opora_added"
REMOVE = "[class*='st-key-opora_added_remove_'] button"
UNDO = "[class*='st-key-opora_added_back_'] button"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Address of the app over a small installation of its own, since these tests change its documents."""
    settings = install(tmp_path / "world")
    with served({"OPORA_CORPUS": str(settings.corpus), "OPORA_DATA": str(settings.data)}) as url:
        yield url


@pytest.fixture
def word(tmp_path: Path) -> Path:
    document = docx.Document()
    document.core_properties.title = TITLE
    document.add_heading(TITLE, 1)
    document.add_heading("Kdo doučuje", 2)
    document.add_paragraph(SENTENCE)
    document.add_heading("Financování", 2)
    document.add_paragraph("Na jedno doučované dítě připadá příspěvek 4 200 Kč za pololetí.")
    path = tmp_path / "metodika doučování.docx"
    document.save(str(path))
    return path


@pytest.fixture
def broken(tmp_path: Path, word: Path) -> Path:
    path = tmp_path / "useknutá výzva.docx"
    path.write_bytes(word.read_bytes()[:900])
    return path


def opened(driver: Chrome, url: str) -> None:
    driver.get(f"{url}/dokumenty")
    wait_for(driver, ".opora-title")
    wait_until_still(driver)
    unfold(driver)


def unfold(driver: Chrome) -> None:
    """Open the part of the page that holds the section, if it is folded."""
    if not visible(driver, OWN):
        press(driver, wait_for(driver, ".st-key-opora_documents_own summary"))
    wait_for(driver, OWN)


def go_to(driver: Chrome, page: str) -> None:
    """Follow a link of the navigation, which keeps the session; "" is the assistant."""
    link = next(
        a for a in driver.find_elements(By.CSS_SELECTOR, "header a, nav a") if a.get_property("pathname") == f"/{page}"
    )
    driver.execute_script("arguments[0].click()", link)
    wait_for(driver, ".st-key-opora_documents_own" if page else ".st-key-opora_header")
    wait_until_still(driver)


def upload(driver: Chrome, *files: Path) -> None:
    driver.find_element(By.CSS_SELECTOR, f"{OWN} input[type=file]").send_keys("\n".join(map(str, files)))
    wait_for(driver, "[class*='st-key-opora_added_staged_']")
    wait_until_still(driver)


def wait_until_indexed(driver: Chrome) -> None:
    wait_until(driver, lambda: "Rejstřík odpovídá dokumentům." in section(driver), "the end of the indexing")
    wait_until_still(driver)


def section(driver: Chrome) -> str:
    return " ".join(element.text for element in visible(driver, OWN))


def show(driver: Chrome, css: str, name: str) -> None:
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", wait_for(driver, css))
    picture(driver, name)
    assert sideways_scroll(driver) == 0


def test_a_document_is_uploaded_answers_is_removed_and_brought_back(
    tmp_path: Path, address: str, word: Path, broken: Path
) -> None:
    with chromium(tmp_path / "profile", DESKTOP) as driver:
        opened(driver, address)
        upload(driver, word, broken)
        assert "Soubor „useknutá výzva.docx“ je poškozený nebo neúplný." in section(driver)
        assert SENTENCE in section(driver)
        title = wait_for(driver, "[class*='st-key-opora_added_title_'] input")
        assert title.get_property("value") == TITLE
        show(driver, "[class*='st-key-opora_added_title_']", "desktop-upload-staged")

        press(driver, wait_for(driver, ".st-key-opora_added_add button"))
        wait_until_indexed(driver)
        show(driver, REMOVE, "desktop-upload-indexed")
        assert "čeká na zaindexování" not in section(driver)

        go_to(driver, "")
        ask(driver, QUESTION)
        assert SENTENCE in wait_for(driver, "blockquote.opora-quote").text
        press(driver, visible(driver, "[class*='st-key-opora_cite_'] button")[0])
        assert SENTENCE in wait_for(driver, ".opora-excerpt mark").text
        picture(driver, "desktop-upload-quoted")

        go_to(driver, "dokumenty")
        unfold(driver)
        press(driver, wait_for(driver, REMOVE))
        assert f"Opravdu odebrat dokument „{TITLE}“?" in section(driver)
        show(driver, ".st-key-opora_added_yes", "desktop-upload-confirm")
        press(driver, wait_for(driver, ".st-key-opora_added_yes button"))
        wait_until_indexed(driver)
        assert not visible(driver, REMOVE)
        show(driver, UNDO, "desktop-upload-removed")

        go_to(driver, "")
        gone = wait_for(driver, ".st-key-opora_source_panel .opora-error")
        assert f"Dokument „{TITLE}“ mezi dokumenty už není" in gone.text
        picture(driver, "desktop-upload-gone")
        ask(driver, QUESTION)
        assert SENTENCE not in wait_for(driver, ".st-key-opora_answer_1").text

        go_to(driver, "dokumenty")
        unfold(driver)
        press(driver, wait_for(driver, UNDO))
        wait_until_indexed(driver)
        wait_for(driver, REMOVE)
        go_to(driver, "")
        ask(driver, QUESTION)
        assert SENTENCE in wait_for(driver, ".st-key-opora_answer_2").text
        severe = [entry["message"] for entry in console(driver) if entry["level"] == "SEVERE"]
        assert [message for message in severe if "_stcore/" not in message] == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_phone_takes_a_document_and_refuses_a_broken_one(
    tmp_path: Path, address: str, word: Path, broken: Path, dark: bool
) -> None:
    name = f"phone-{'dark' if dark else 'light'}-upload"
    with chromium(tmp_path / "profile", PHONE, dark) as driver:
        opened(driver, address)
        upload(driver, broken)
        show(driver, f"{OWN} .opora-error", f"{name}-broken")
        assert not visible(driver, ".st-key-opora_added_add button"), "there is nothing to add"
        upload(driver, word)
        show(driver, ".st-key-opora_added_add", f"{name}-staged")
        press(driver, wait_for(driver, ".st-key-opora_added_add button"))
        wait_until_indexed(driver)
        show(driver, REMOVE, f"{name}-indexed")
        press(driver, wait_for(driver, REMOVE))
        show(driver, ".st-key-opora_added_yes", f"{name}-confirm")


def test_a_build_goes_on_when_the_page_is_left_at_once(tmp_path: Path, address: str, word: Path) -> None:
    with chromium(tmp_path / "profile") as driver:
        opened(driver, address)
        upload(driver, word)
        driver.execute_script("arguments[0].click()", wait_for(driver, ".st-key-opora_added_add button"))
        wait_until(driver, lambda: "Přidán dokument" in section(driver), "the document to be added")
    with chromium(tmp_path / "other") as driver:
        opened(driver, address)
        wait_until_indexed(driver)
        assert TITLE in section(driver)
        assert "čeká na zaindexování" not in section(driver)
