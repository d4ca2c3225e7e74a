"""Texts of other people that try to run a script: every one in every place of the app, in a real browser.

Two installations of the same hostile texts are looked at. In the first the page has no security policy, so that only
escaping stands between a text and the browser; the second is the app as it is delivered.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from ingest.settings import Settings
from tests.browser import (
    NEEDS_BROWSER,
    PROJECT,
    chromium,
    press,
    served,
    visible,
    wait_for,
    wait_until,
    wait_until_still,
)
from tests.hostile_world import groups, install
from tests.script_payloads import PAYLOADS, payloads
from tests.walks import button

pytestmark = NEEDS_BROWSER

# Before any script of the page: notes what runs, and what the page's policy had to stop.
WATCH = """
window.__ran = [];
window.__fired = n => { window.__ran.push('ran ' + n); return 1 };
for (const name of ['alert', 'confirm', 'prompt']) window[name] = () => window.__ran.push(name);
addEventListener('securitypolicyviolation', e => window.__ran.push(`stopped ${e.violatedDirective} ${e.blockedURI}`));
"""

# What would run or call out if somebody touched it, or in another browser.
LOOK = r"""
const net = arguments[0], found = [];
const bad = /^[\s\u0000-\u001f]*(javascript|vbscript|data:text)/i;
for (const e of document.querySelectorAll('*:not(link[rel*=icon])')) {
  for (const a of e.attributes) {
    if (/^on/i.test(a.name) && a.value.includes('__fired')) found.push(`${e.tagName} ${a.name}`);
    if (/^(href|src|srcset|action|formaction|data|srcdoc|xlink:href|style|poster|background|content)$/i.test(a.name)
        && (bad.test(a.value) || a.value.includes(net) || a.value.includes('__fired') && a.name !== 'content'))
      found.push(`${e.tagName} ${a.name}=${a.value.slice(0, 60)}`);
  }
  if (['SCRIPT', 'STYLE', 'TEMPLATE', 'NOSCRIPT'].includes(e.tagName)
      && (e.innerHTML.includes('__fired(') || e.innerHTML.includes(net))) found.push(e.tagName);
  if (['IFRAME', 'OBJECT', 'EMBED', 'BASE'].includes(e.tagName)) found.push(e.tagName);
}
for (const e of performance.getEntriesByType('resource')) if (e.name.startsWith(net)) found.push('loaded ' + e.name);
if (!/Opora|^Streamlit$/.test(document.title)) found.push('title ' + document.title);
return [...window.__ran, ...found];
"""

SHOWN = """
const own = [...document.querySelectorAll('input, textarea')].map(e => e.value);
return document.body.innerText + ' ' + document.body.textContent + own.join(' ');
"""


@dataclass
class Canary:
    """A server that nobody should call."""

    url: str = ""
    called: list[str] = field(default_factory=list)


class _Noting(BaseHTTPRequestHandler):
    known: Canary

    def do_GET(self) -> None:
        self.known.called.append(self.path)
        self.send_response(204)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()

    do_POST = do_HEAD = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Keep the output of the tests clean."""


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    known = Canary()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Noting", (_Noting,), {"known": known}))
    known.url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    yield known
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def home(canary: Canary, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return install(tmp_path_factory.mktemp("hostile"), payloads(canary.url))


@contextmanager
def at(home: Settings, canary: Canary, script: Path) -> Iterator[str]:
    env = {"OPORA_CORPUS": str(home.corpus), "OPORA_DATA": str(home.data), "CANARY": canary.url}
    with served({**env, "PYTHONPATH": str(PROJECT)}, script) as url:
        yield url


@pytest.fixture(scope="module")
def bare(home: Settings, canary: Canary) -> Iterator[str]:
    """Address of the app without its security policy."""
    with at(home, canary, PROJECT / "tests" / "hostile_app.py") as url:
        yield url


@pytest.fixture(scope="module")
def whole(home: Settings, canary: Canary) -> Iterator[str]:
    """Address of the app as it is delivered."""
    with at(home, canary, PROJECT / "app.py") as url:
        yield url


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with chromium(tmp_path_factory.mktemp("profile"), (1280, 2000)) as found:
        found.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
        yield found


def went(driver: Chrome, address: str) -> None:
    """Open an address; what is no page of the app is there when it is loaded."""
    driver.get(address)
    if driver.find_elements(By.ID, "root"):
        wait_for(driver, "[data-testid='stApp']")
        wait_until_still(driver)


def solid(text: str) -> str:
    """Return what of a text a page surely shows: white space, control and invisible characters may differ."""
    return re.sub(r"[\s\x00-\x1f\ufffd\u2028\u2029\u2060\u202c\u202e\ufeff]+", "", text)


def seen(driver: Chrome, canary: Canary) -> set[int]:
    """Return the numbers of the texts that the page shows; that is how a test knows that it looked at something."""
    page = solid(str(driver.execute_script(SHOWN)))
    return {n for n, text in enumerate(payloads(canary.url)) if solid(text)[:60] in page}


def ran(driver: Chrome, canary: Canary) -> list[str]:
    """Return what ran, called out or would on a touch."""
    found: list[str] = driver.execute_script(LOOK, canary.url)
    return found + [f"called {path}" for path in canary.called]


def press_key(driver: Chrome, css: str) -> None:
    wait_until(driver, lambda: bool(visible(driver, css)), css)
    driver.execute_script("arguments[0].click()", visible(driver, css)[0])
    wait_until_still(driver)


def only(driver: Chrome, url: str, path: str) -> Iterator[None]:
    went(driver, f"{url}/{path}")
    yield


def town(driver: Chrome, url: str, canary: Canary) -> Iterator[None]:
    for n in range(len(groups(PAYLOADS))):
        went(driver, f"{url}/profil-obce?obec={600000 + n}")
        yield


def towns_found(driver: Chrome, url: str, canary: Canary) -> Iterator[None]:
    went(driver, f"{url}/profil-obce")
    box = wait_for(driver, ".stMain input")
    for words in ("script", "obrázek", "img", "<", "první"):
        box.send_keys(Keys.CONTROL, "a")
        box.send_keys(words, Keys.ENTER)
        wait_until_still(driver)
        yield


def documents(kind: str, driver: Chrome, url: str, canary: Canary) -> Iterator[None]:
    went(driver, f"{url}/dokumenty?doc={kind}")
    yield


def catalogue(driver: Chrome, url: str, canary: Canary) -> Iterator[None]:
    """Look at the whole list of the catalogue, and at one instrument."""
    went(driver, f"{url}/katalog")
    more = "[class*='st-key-opora_'][class*='_more'] button"
    while visible(driver, more):
        press_key(driver, more)
    yield
    press(driver, button(driver, ".stMain", "Podrobnosti"))
    yield


def to_section(driver: Chrome, url: str, name: str) -> None:
    went(driver, f"{url}/hodnoceni")
    press(driver, button(driver, ".st-key-opora_evaluation_section", name))


def editor(driver: Chrome, url: str, canary: Canary) -> Iterator[None]:
    """Look at the whole list, and at the form of one question in twenty."""
    to_section(driver, url, "Vlastní otázky")
    more, edit = ".st-key-opora_qe_more button", "[class*='st-key-opora_qe_edit_'] button"
    while visible(driver, more):
        press_key(driver, more)
    yield
    for n in range(0, len(visible(driver, edit)), 20):
        to_section(driver, url, "Vlastní otázky")
        while n >= len(visible(driver, edit)):
            press_key(driver, more)
        driver.execute_script("arguments[0].click()", visible(driver, edit)[n])
        wait_until_still(driver)
        yield


def results(driver: Chrome, url: str, canary: Canary) -> Iterator[None]:
    """Look at the figures, the whole list of questions, and one of them."""
    went(driver, f"{url}/hodnoceni")
    yield
    to_section(driver, url, "Otázky běhu")
    while visible(driver, ".st-key-opora_evaluation_more button"):
        press_key(driver, ".st-key-opora_evaluation_more button")
    yield
    press(driver, button(driver, ".stMain", "Podrobnosti"))
    yield


def asked(driver: Chrome, url: str, canary: Canary) -> Iterator[None]:
    """Ask all texts, some at a time, as a link does; the questions, their answers and titles are shown."""
    for text in groups(payloads(canary.url)):
        went(driver, f"{url}/?dotaz={quote(text, safe='')}")
        wait_for(driver, "[class*='st-key-opora_answer_'], .opora-error")
        yield


def addresses(driver: Chrome, url: str, canary: Canary) -> Iterator[None]:
    """Put all texts into every parameter of every page, and into the path."""
    everything = quote("".join(payloads(canary.url)[:60]), safe="")
    rest = quote("".join(payloads(canary.url)[60:]), safe="")
    for text in (everything, rest):
        for path in (
            f"dokumenty?doc={text}&start={text[:300]}&end=x&hledat={text[:900]}&vyskyt=x&strana={text[:300]}",
            f"dokumenty?doc=text&hledat={text[:900]}&start=-1&end=999999999",
            f"profil-obce?obec={text}",
            f"katalog?hledat={text}&nastroj={text}",
            f"hodnoceni?beh={text}",
            f"?embed={text[:300]}&{text[:300]}={text[:300]}#{text[:300]}",
            text[:900],
        ):
            went(driver, f"{url}/{path}")
            yield


def searched(driver: Chrome, url: str, canary: Canary) -> Iterator[None]:
    """Type all texts into the search of the catalogue, some at a time."""
    went(driver, f"{url}/katalog")
    box = wait_for(driver, ".stMain input[type='text'], .stMain input:not([type])")
    for text in groups(tuple(solid(text) for text in payloads(canary.url))):
        driver.execute_script("arguments[0].focus()", box)
        box.send_keys(Keys.CONTROL, "a")
        driver.execute_cdp_cmd("Input.insertText", {"text": text[:290]})
        box.send_keys(Keys.ENTER)
        wait_until_still(driver)
        yield


Walk = Callable[[Chrome, str, Canary], Iterator[None]]


def simple(path: str) -> Walk:
    return lambda driver, url, canary: only(driver, url, path)


PLACES: dict[str, tuple[Walk, int]] = {
    "questions, answers, quotes, tables and names of conversations": (simple(""), 97),
    "labels and tooltips of widgets": (simple("?popisky=1"), 90),
    "titles of HTML pages, Word and PDF files": (simple("dokumenty"), 97),
    "headings and text of a document": (partial(documents, "text"), 97),
    "a web page with all of them unescaped": (partial(documents, "cela"), 0),
    "instruments of the catalogue": (catalogue, 75),
    "municipalities": (town, 80),
    "municipalities in the search": (towns_found, 20),
    "own question sets, ratings and remarks": (editor, 97),
    "runs of evaluation with their questions and answers": (results, 90),
}
"""How to get to a place, and how many of the texts it shows at least."""


def look_around(
    driver: Chrome, url: str, canary: Canary, walk: Walk, least: int, record: Callable[[str, object], None]
) -> None:
    canary.called.clear()
    shown: set[int] = set()
    found: list[str] = []
    for _ in walk(driver, url, canary):
        shown |= seen(driver, canary)
        found += ran(driver, canary)
    record("payloads", len(PAYLOADS))
    record("shown", len(shown))
    assert found == []
    assert len(shown) >= least, f"only {len(shown)} of {len(PAYLOADS)} texts were on the page"


@pytest.mark.parametrize("place", PLACES)
def test_no_text_runs_or_calls_out_where_only_escaping_protects(
    driver: Chrome, bare: str, canary: Canary, place: str, record_property: Callable[[str, object], None]
) -> None:
    walk, least = PLACES[place]
    look_around(driver, bare, canary, walk, least, record_property)


DELIVERED: dict[str, tuple[Walk, int]] = {
    "documents": PLACES["titles of HTML pages, Word and PDF files"],
    "questions that are asked": (asked, 90),
    "addresses": (addresses, 0),
    "searches": (searched, 20),
}


@pytest.mark.parametrize("place", DELIVERED)
def test_no_text_runs_in_the_app_as_it_is_and_its_policy_has_nothing_to_stop(
    driver: Chrome, whole: str, canary: Canary, place: str, record_property: Callable[[str, object], None]
) -> None:
    walk, least = DELIVERED[place]
    look_around(driver, whole, canary, walk, least, record_property)


UNESCAPED = """
for (const text of arguments[0]) {
  const place = document.createElement('div');
  document.body.append(place);
  place.innerHTML = text;
}
"""


def test_the_same_texts_unescaped_do_run_and_call_out_where_no_policy_is(
    driver: Chrome, bare: str, canary: Canary, record_property: Callable[[str, object], None]
) -> None:
    went(driver, f"{bare}/napoveda")
    canary.called.clear()
    driver.execute_script(UNESCAPED, payloads(canary.url))
    wait_until(driver, lambda: len({x for x in ran(driver, canary) if x.startswith("ran ")}) >= 15, "scripts to run")
    found = set(ran(driver, canary))
    record_property("ran", len({x for x in found if x.startswith("ran ")}))
    record_property("called", len(set(canary.called)))
    assert len(set(canary.called)) >= 3
    assert any("javascript:" in one for one in found)


def test_markdown_and_html_without_escaping_are_noticed(driver: Chrome, bare: str, canary: Canary) -> None:
    canary.called.clear()
    went(driver, f"{bare}/?kontrola=1")
    found = ran(driver, canary)
    assert any(one.startswith("ran ") for one in found)
    assert canary.called


def test_the_policy_of_the_app_stops_scripts_even_if_they_got_into_the_page(
    driver: Chrome, whole: str, canary: Canary
) -> None:
    went(driver, f"{whole}/napoveda")
    canary.called.clear()
    # No policy holds a page that leads itself elsewhere, which none of ours does.
    driver.execute_script(UNESCAPED, [text for text in payloads(canary.url) if "http-equiv" not in text])
    wait_until(driver, lambda: len([x for x in ran(driver, canary) if x.startswith("stopped")]) >= 15, "violations")
    found = ran(driver, canary)
    assert [one for one in found if one.startswith(("ran ", "called "))] == []


def test_names_of_uploaded_files_are_only_text(driver: Chrome, bare: str, canary: Canary, tmp_path: Path) -> None:
    canary.called.clear()
    files = []
    for n, text in enumerate(payloads(canary.url)):
        name = re.sub(r"[\x00-\x1f/]", "", text)[:120]
        path = tmp_path / f"{n}" / f"{name}.exe"
        path.parent.mkdir()
        path.write_bytes(b"MZ")
        files.append(str(path))
    went(driver, f"{bare}/dokumenty")
    press_key(driver, ".st-key-opora_documents_own summary")
    driver.find_element(By.CSS_SELECTOR, ".st-key-opora_added input[type=file]").send_keys("\n".join(files))
    wait_until(driver, lambda: bool(visible(driver, ".st-key-opora_added .opora-error")), "the refusals")
    wait_until_still(driver)
    assert "onerror" in driver.find_element(By.CSS_SELECTOR, ".st-key-opora_added").text
    assert ran(driver, canary) == []
