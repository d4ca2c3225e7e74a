"""Links lead only to web addresses or within the app, and no other site learns where they were followed from."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html as lxml_html
from selenium.webdriver import Chrome

from ingest.settings import Settings
from tests.browser import NEEDS_BROWSER, PROJECT, ask, chromium, press, served, visible, wait_for, wait_until_still
from tests.script_payloads import payloads
from tests.walks import CITATION, QUESTION
from views.markup import link_html

PAGES = ("", "katalog", "profil-obce", "dokumenty", "hodnoceni", "napoveda", "dokumenty?doc=opz-2-1")
LINKS = """
return [...document.querySelectorAll('a[href], area[href], form[action]')].map(a => ({
  href: a.href || a.action, target: a.target, rel: a.rel || '', own: a.origin === location.origin }));
"""

REFUSED = (
    "javascript:alert(1)",
    " java\nscript:alert(1)",
    "JAVASCRIPT://x/%0aalert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "ftp://obec.cz/",
    "//obec.cz/",
    "/dokumenty",
    "mailto:a@obec.cz",
    "blob:https://obec.cz/x",
    "view-source:https://obec.cz",
    "https:obec.cz",
    "http://",
    "http://[",
    "",
)


@pytest.mark.parametrize("address", [*REFUSED, *payloads("http://evil.example")])
def test_only_a_web_address_becomes_a_link(address: str) -> None:
    assert link_html(address, "Odkaz") == ""


@pytest.mark.parametrize(
    "address", ['https://obec.cz/"onclick="x', "https://obec.cz/<script>", " HTTPS://Obec.cz/a b "]
)
def test_a_link_is_one_whatever_is_in_its_address_and_its_label(address: str) -> None:
    found = lxml_html.fragment_fromstring(link_html(address, '"><img src=x onerror=x>'))
    assert found.tag == "a"
    assert set(found.attrib) == {"class", "href", "target", "rel"}
    assert found.get("href") == address.strip()
    assert found.get("rel") == "noopener noreferrer"
    assert [one.tag for one in found.iter()] == ["a", "span"]


def test_every_link_that_is_written_by_hand_and_leaves_the_app_has_rel() -> None:
    files = [*(PROJECT / "views").rglob("*.py"), *(PROJECT / "views").rglob("*.html")]
    found = [tag for file in files for tag in re.findall(r"<a\s[^>]*>", file.read_text(encoding="utf-8"))]
    assert len(found) >= 3
    leaving = [tag for tag in found if "target=" in tag or re.search(r"href=[\"']https?:", tag)]
    assert [tag for tag in leaving if "noopener noreferrer" not in tag] == []


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with chromium(tmp_path_factory.mktemp("profile")) as found:
        yield found


class TestInTheBrowser:
    """The links of all pages as the browser has them."""

    pytestmark = NEEDS_BROWSER

    def wrong(self, driver: Chrome) -> tuple[int, list[str]]:
        links: list[dict[str, str | bool]] = driver.execute_script(LINKS)
        bad = []
        for link in links:
            href, rel = str(link["href"]), str(link["rel"])
            if not href.startswith(("http://", "https://")):
                bad.append(href)
            elif not link["own"] and not {"noopener", "noreferrer"} <= set(rel.split()):
                bad.append(f"{href} rel={rel}")
        return sum(not link["own"] for link in links), bad

    def test_all_links_of_all_pages(self, driver: Chrome, settings: Settings, tmp_path: Path) -> None:
        outside = 0
        bad: list[str] = []
        with served({"OPORA_CORPUS": str(settings.corpus), "OPORA_DATA": str(settings.data)}) as url:
            for page in PAGES:
                driver.get(f"{url}/{page}")
                wait_for(driver, ".opora-title")
                wait_until_still(driver)
                if not page:
                    ask(driver, QUESTION)
                    press(driver, visible(driver, CITATION)[0])
                found, wrong = self.wrong(driver)
                outside, bad = outside + found, bad + wrong
        assert bad == []
        assert outside >= 1, "no page had a link that leaves the app"
