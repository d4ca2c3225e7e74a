"""No English reaches the user: also not where Streamlit itself speaks, when something fails or is refused.

The pages' own states are looked at in `tests/test_browser_accessibility.py`; here are those that no walk comes to.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests import walks
from tests.browser import (
    NEEDS_BROWSER,
    PROJECT,
    chromium,
    picture,
    press,
    served,
    visible,
    wait_for,
    wait_until,
    wait_until_still,
)
from tests.language import Said, english, said

pytestmark = NEEDS_BROWSER

APP = """
import streamlit as st
from views.shell import page_routes, report_failure
app = st.App("page.py", routes=page_routes(), on_script_error=report_failure)
"""

# Every control that brings words of its own, with labels in Czech.
WIDGETS = """
import streamlit as st

st.set_page_config(page_title="Prvky – Opora")
st.html('<h1 class="opora-title">Prvky</h1>')
st.selectbox("Jedna volba", ["jablko", "hruška"], index=None, help="Vyberte ovoce.", key="one")
st.selectbox("Prázdná volba", [], key="none")
st.multiselect("Více voleb", ["jablko", "hruška", "švestka"], key="many")
st.text_input("Text", max_chars=20, key="text")
st.text_input("Heslo", type="password", key="secret")
st.text_area("Delší text", max_chars=200, key="area")
st.number_input("Číslo", min_value=1, max_value=9, value=3, key="number")
st.file_uploader("Jeden soubor", type=["pdf"], max_upload_size=1, key="file")
st.file_uploader("Více souborů", type=["pdf"], accept_multiple_files=True, max_upload_size=1, key="files")
st.dataframe({"Obec": ["Lhota", "Ves"], "Index": [3, 5]}, key="table")
st.table({"Obec": ["Lhota", "Ves"]})
with st.popover("Nabídka"):
    st.write("Obsah nabídky")
st.menu_button("Další", ["Přejmenovat", "Smazat"], key="menu")
st.progress(0.5, "Polovina")
st.code("make run", language=None)


@st.dialog("Opravdu smazat?")
def sure():
    st.write("Smazání nelze vrátit.")


if st.button("Smazat", key="delete"):
    sure()
if st.button("Oznámit", key="toast"):
    st.toast("Uloženo")
with st.form("form"):
    st.text_input("Pole formuláře", key="field")
    st.form_submit_button("Odeslat")
"""

# Controls whose words Streamlit takes from English alone: the pages do without them.
UNSPOKEN = {
    "audio_input",
    "camera_input",
    "chat_message",
    "color_picker",
    "data_editor",
    "date_input",
    "datetime_input",
    "time_input",
    "feedback",
    "pagination",
}


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Chrome]:
    with chromium(tmp_path / "profile") as driver:
        yield driver


def app(folder: Path, page: str) -> Path:
    """Write an app of one page that is served as ours is, and return its path."""
    (folder / "app.py").write_text(APP, encoding="utf-8")
    (folder / "page.py").write_text(page, encoding="utf-8")
    return folder / "app.py"


def test_english_is_told_from_czech() -> None:
    czech = ("Vyberte soubor, nejvýše 30 MB (XLSX).", "Do Prahy a na sever", "make run", "OPZ+ 2.1", "corpus/plan.pdf")
    foreign = ("Drag and drop file here", "Press Enter to apply", "Running...", "No results", "Browse files", "3 of 5")
    assert english(Said("text", "p", words) for words in czech) == []
    assert [one.words for one in english(Said("text", "p", words) for words in foreign)] == list(foreign)


def test_pages_use_no_control_that_speaks_english_only() -> None:
    used = {
        node.attr
        for path in (PROJECT / "views").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
    }
    assert "button" in used
    assert used.isdisjoint(UNSPOKEN)


def test_controls_speak_czech_in_every_state(browser: Chrome, tmp_path: Path) -> None:
    found: list[str] = []

    def look(state: str) -> None:
        wait_until_still(browser)
        picture(browser, f"language-{state}")
        found.extend(f"{state}: {text}" for text in english(said(browser)) if str(text) not in "\n".join(found))

    def type_into(key: str, *keys: str) -> None:
        wait_for(browser, f".st-key-{key} :is(input, textarea)").send_keys(*keys)

    files = walks.upload_files(tmp_path)
    with served({}, app(tmp_path, WIDGETS)) as url:
        walks.opened(browser, url)
        wait_for(browser, "[data-testid='stDataFrame']")
        look("opened")
        type_into("text", "obec")
        look("typed text")
        type_into("area", "obec")
        look("typed longer text")
        type_into("field", "obec")
        look("typed into a form")
        type_into("number", Keys.CONTROL, "a")
        type_into("number", "99", Keys.TAB)
        look("number too high")
        for key in ("one", "many"):
            type_into(key, "xyz")
            look(f"no hit in {key}")
            type_into(key, Keys.ESCAPE)
        type_into("many", "jab", Keys.ENTER)
        look("chosen")
        for key in ("file", "files"):
            for kind in ("large", "wrong"):
                browser.find_element(By.CSS_SELECTOR, f".st-key-{key} input[type='file']").send_keys(str(files[kind]))
                wait_for(browser, f".st-key-{key} [data-testid='stFileChip']")
                look(f"{kind} in {key}")
        press(browser, walks.button(browser, "[data-testid='stPopover']", "Nabídka"))
        look("popover")
        browser.switch_to.active_element.send_keys(Keys.ESCAPE)
        press(browser, wait_for(browser, ".st-key-menu button"))
        look("menu")
        browser.switch_to.active_element.send_keys(Keys.ESCAPE)
        press(browser, wait_for(browser, ".st-key-toast button"))
        look("toast")
        press(browser, wait_for(browser, ".st-key-delete button"))
        wait_for(browser, "[data-testid='stDialog']")
        look("dialog")
    assert not found, "\n".join(found)


def test_a_page_that_fails_says_so_in_czech(browser: Chrome, tmp_path: Path) -> None:
    with served({}, app(tmp_path, "raise ValueError('the secret of the server')")) as url:
        browser.get(url)
        assert "Stránku se nepodařilo zobrazit" in wait_for(browser, ".opora-error").text
        wait_until_still(browser)
        picture(browser, "language-failure")
        assert english(said(browser)) == []
        assert "secret" not in browser.page_source


def test_a_lost_connection_is_told_in_czech(browser: Chrome, tmp_path: Path) -> None:
    with served({}, app(tmp_path, "import streamlit as st\nst.html('<h1 class=\"opora-title\">Stránka</h1>')")) as url:
        walks.opened(browser, url)
    wait_until(
        browser,
        lambda: str(browser.execute_script(_STATE)).lower() != "connected",
        "the page to notice that the server is gone",
    )
    dialog = "[data-testid='stDialog'], [data-testid='stConnectionStatus'], [data-testid='stStatusWidget']"
    wait_until(browser, lambda: bool(visible(browser, dialog)), "the page to say so")
    picture(browser, "language-connection")
    assert [str(one) for one in english(said(browser))] == []


_STATE = "return document.querySelector('[data-testid=stApp]').dataset.testConnectionState"
