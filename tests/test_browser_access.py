"""Signing in and out in a real browser, with `oidc-provider-mock` on this machine. Screenshots are kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from ingest.library import add, shelves
from ingest.settings import Settings
from tests.browser import (
    DESKTOP,
    NEEDS_BROWSER,
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
from tests.openid import PEOPLE, good_provider, protected
from tests.study_world import install

pytestmark = NEEDS_BROWSER

NARROW = (360, 780)
USERS = {
    "ctenar": {"email": "ctenar@obec.cz", "email_verified": True, "name": "Čeněk Čtenář"},
    "editor": {"email": "editor@obec.cz", "email_verified": True, "name": "Ing. Eva Dlouhopříjmenná Editorová, Ph.D."},
    "spravce": {"email": "spravce@obec.cz", "email_verified": True, "name": "Sáva Správce"},
    "cizi": {"email": "cizi@jinde.cz", "email_verified": True, "name": "Cyril Cizí"},
}
USER, OUT, LOGIN = ".st-key-opora_user", ".st-key-opora_user_out button", ".st-key-opora_login_default button"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return install(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("access")


@pytest.fixture(scope="module")
def url(settings: Settings, folder: Path) -> Iterator[str]:
    env = {"OPORA_CORPUS": str(settings.corpus), "OPORA_DATA": str(settings.data)}
    with good_provider(USERS) as provider, protected(folder, provider, env) as found:
        yield found


def signed_in(driver: Chrome, url: str, sub: str) -> None:
    """Open the app, go to the provider by the button, be somebody there, and come back."""
    driver.get(url)
    leave(driver, LOGIN)
    box = wait_for(driver, "input[name='sub']")
    assert not driver.current_url.startswith(url)
    box.send_keys(sub, Keys.ENTER)
    wait_until(driver, lambda: driver.current_url.startswith(url), "the way back")
    wait_until_still(driver)


def leave(driver: Chrome, css: str) -> None:
    """Click what leads away from the app, so that there is no script to wait for."""
    button = wait_for(driver, css)
    wait_until_still(driver)
    button.click()


def text(driver: Chrome) -> str:
    return driver.find_element(By.TAG_NAME, "body").text


@pytest.mark.parametrize(("size", "dark"), [(DESKTOP, False), (NARROW, False), (NARROW, True)])
def test_an_editor_signs_in_asks_and_signs_out(url: str, tmp_path: Path, size: tuple[int, int], dark: bool) -> None:
    name = f"access-{size[0]}-{'dark' if dark else 'light'}"
    with chromium(tmp_path, size, dark) as driver:
        driver.get(f"{url}/katalog")
        wait_for(driver, LOGIN)
        wait_until_still(driver)
        assert "Přihlášení" in driver.title
        assert [head.text for head in visible(driver, "h1")] == ["Přihlášení"]
        assert not visible(driver, "[data-testid='stTopNavLink']")
        assert sideways_scroll(driver) == 0
        picture(driver, f"{name}-login")
        signed_in(driver, url, "editor")
        who = wait_for(driver, USER)
        assert "Eva Dlouhopříjmenná" in who.text
        assert sideways_scroll(driver) == 0
        assert who.size["height"] <= 48
        picture(driver, f"{name}-start")
        ask(driver, "Kdo může žádat o podporu?")
        assert "obec nebo nezisková organizace" in text(driver)
        picture(driver, f"{name}-answer")
        driver.get(f"{url}/dokumenty")
        wait_for(driver, ".st-key-opora_documents_own")
        picture(driver, f"{name}-documents")
        leave(driver, OUT)
        # The provider ends its own session too and sends back.
        wait_for(driver, "form[action*='end_session'] button").click()
        wait_for(driver, LOGIN)
        driver.get(f"{url}/dokumenty")
        wait_for(driver, LOGIN)
        assert "Plán sociálního" not in text(driver)
        # The provider's own page wants a style sheet from elsewhere; the app's pages break no rule.
        assert [e for e in console(driver) if "Content Security Policy" in e["message"] and url in e["message"]] == []


def test_a_reader_reads_but_changes_nothing(url: str, tmp_path: Path) -> None:
    with chromium(tmp_path) as driver:
        signed_in(driver, url, "ctenar")
        wait_for(driver, USER)
        driver.get(f"{url}/dokumenty")
        wait_until(driver, lambda: "Plán sociálního začleňování" in text(driver), "the documents")
        wait_until_still(driver)
        assert "Vlastní dokumenty" not in text(driver)
        driver.get(f"{url}/hodnoceni")
        wait_until(driver, lambda: "Výsledky" in text(driver), "the evaluation")
        wait_until_still(driver)
        assert "Vlastní otázky" not in text(driver)
        picture(driver, "access-reader-evaluation")


def test_only_an_admin_reads_what_others_said_about_answers(url: str, tmp_path: Path) -> None:
    told = {}
    for sub in ("editor", "spravce"):
        with chromium(tmp_path / sub) as driver:
            signed_in(driver, url, sub)
            wait_for(driver, USER)
            driver.get(f"{url}/hodnoceni")
            wait_until(driver, lambda: "Vlastní otázky" in text(driver), "the evaluation")
            wait_until_still(driver)
            choice = next(one for one in visible(driver, "button") if one.text == "Vlastní otázky")
            press(driver, choice)
            wait_for(driver, ".st-key-opora_qe_add")
            wait_until_still(driver)
            told[sub] = "Návrhy z hodnocení uživatelů" in text(driver)
    assert told == {"editor": False, "spravce": True}


@pytest.mark.parametrize("size", [DESKTOP, NARROW])
def test_a_stranger_reads_why_and_signs_out(url: str, tmp_path: Path, size: tuple[int, int]) -> None:
    with chromium(tmp_path, size) as driver:
        signed_in(driver, url, "cizi")
        wait_for(driver, ".st-key-opora_login_out button")
        assert "Adresa cizi@jinde.cz není na seznamu" in text(driver)
        assert sideways_scroll(driver) == 0
        picture(driver, f"access-stranger-{size[0]}")
        driver.get(f"{url}/dokumenty")
        wait_for(driver, ".st-key-opora_login_out button")
        assert "Plán sociálního" not in text(driver)
        leave(driver, ".st-key-opora_login_out button")
        wait_for(driver, "form[action*='end_session'] button").click()
        wait_for(driver, LOGIN)


def test_a_role_that_is_gone_stops_a_removal_that_was_begun(
    url: str, settings: Settings, folder: Path, tmp_path: Path
) -> None:
    own = tmp_path / "vlastni.txt"
    own.write_text("Vlastní dokument\n\nObec zřídí dílnu.\n", encoding="utf-8")
    source = add(settings, own, "")
    people = folder / "access.toml"
    try:
        with chromium(tmp_path / "profile") as driver:
            signed_in(driver, url, "editor")
            wait_for(driver, USER)
            driver.get(f"{url}/dokumenty")
            press(driver, wait_for(driver, ".st-key-opora_documents_own summary"))
            press(driver, wait_for(driver, f".st-key-opora_added_remove_{source.id} button"))
            confirm = wait_for(driver, ".st-key-opora_added_yes button")
            people.write_text('[roles]\nreader = ["@obec.cz"]', encoding="utf-8")
            press(driver, confirm)
            wait_until(driver, lambda: "vaše role nestačí" in text(driver), "the refusal")
            picture(driver, "access-role-gone")
            assert source.id in [shelf.source.id for shelf in shelves(settings)]
    finally:
        people.write_text(PEOPLE, encoding="utf-8")


def test_without_sign_in_nothing_of_it_shows(settings: Settings, tmp_path: Path) -> None:
    env = {"OPORA_CORPUS": str(settings.corpus), "OPORA_DATA": str(settings.data)}
    with served(env) as plain, chromium(tmp_path) as driver:
        driver.get(plain)
        wait_for(driver, "[data-testid='stChatInputTextArea']")
        wait_until_still(driver)
        assert not visible(driver, USER)
        assert "Odhlásit" not in text(driver)
