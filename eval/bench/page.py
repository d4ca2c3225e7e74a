"""The page in a real browser: milliseconds from Enter to the first answer text that a reader sees.

Both moments are taken by the page itself, so the way from this program to the browser and back does not count.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

from selenium.common.exceptions import TimeoutException, WebDriverException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from ingest.errors import SettingsError

SIZE = (1280, 860)
"""CSS pixels of the page."""

CONVERSATION = 5
"""Questions of one conversation; then the page is opened anew, as by the next visitor."""

PATIENCE = 60.0
"""Seconds that the page or an answer may take."""

_BOX = "[data-testid='stChatInputTextArea']"

_WATCH = """
const place = document.querySelectorAll("[class*='st-key-opora_answer_']").length;
const clock = window.oporaClock = {enter: null, first: null, text: null};
addEventListener("keydown", (event) => {
  if (event.key === "Enter" && clock.enter === null) clock.enter = performance.now();
}, {capture: true});
const statement = `[class*='st-key-opora_statement_${place}_']`;
const said = ["quote", "item", "text", "table"].map((form) => `${statement} .opora-${form}`).join();
const seen = (css) => [...document.querySelectorAll(css)].some(
  (one) => one.innerText.trim() && one.checkVisibility({opacityProperty: true, visibilityProperty: true}));
const look = () => {
  if (clock.first === null && seen(statement)) clock.first = performance.now();
  if (seen(said)) clock.text = performance.now();
  else if (window.oporaClock === clock) requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
"""Looks once per drawn frame for words of the next answer. Set before the question is sent.

What only leads to the words of the documents does not count, unless the answer has nothing else to say."""

_FIRST = "return window.oporaClock.first !== null"
_TAKEN = "const c = window.oporaClock; return (c.text ?? c.first) - c.enter"
_IDLE = """return document.querySelector("[data-testid='stApp']")?.getAttribute("data-test-script-state")
  === "notRunning" && !document.querySelector(".st-key-opora_stop")"""


def enter_to_text(url: str, questions: Sequence[str]) -> list[float]:
    """Type the questions into the page at this address; return milliseconds to the first answer text of each.

    The first question of the browser is asked once before, so that opening the index does not count.

    Raises
    ------
    SettingsError
        If there is no Chromium with its driver, it does not start, or the page shows no answer.
    """
    with _browser() as driver:
        try:
            _open(driver, url)
            _asked(driver, questions[0])
            taken = []
            for place, question in enumerate(questions):
                if place % CONVERSATION == 0:
                    _open(driver, url)
                taken.append(_asked(driver, question))
        except TimeoutException as error:
            raise SettingsError(f"Stránka neukázala odpověď do {PATIENCE:.0f} vteřin. {error.msg or ''}") from error
    return taken


def _asked(driver: Chrome, question: str) -> float:
    box = driver.find_element(By.CSS_SELECTOR, _BOX)
    box.send_keys(question)
    driver.execute_script(_WATCH)
    box.send_keys(Keys.ENTER)
    WebDriverWait(driver, PATIENCE, poll_frequency=0.05).until(
        lambda d: d.execute_script(_FIRST), f"Otázka: {question}"
    )
    # The next question waits until this answer is complete, as a reader would.
    WebDriverWait(driver, PATIENCE, poll_frequency=0.05).until(lambda d: d.execute_script(_IDLE), "Stránka pracuje.")
    return float(driver.execute_script(_TAKEN))


def _open(driver: Chrome, url: str) -> None:
    driver.get(url)
    WebDriverWait(driver, PATIENCE, poll_frequency=0.05).until(
        lambda d: d.find_elements(By.CSS_SELECTOR, _BOX) and d.execute_script(_IDLE), "Stránka se neotevřela."
    )


@contextmanager
def _browser() -> Iterator[Chrome]:
    program, control = which("chromium") or which("chromium-browser") or which("google-chrome"), which("chromedriver")
    if not program or not control:
        raise SettingsError(
            "Stránka se měří v prohlížeči Chromium, který tu není. Nainstalujte ho i s ovladačem "
            "(v Debianu balíčky chromium a chromium-driver)."
        )
    with TemporaryDirectory(prefix="opora-page-") as profile:
        options = ChromeOptions()
        options.binary_location = program
        for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--lang=cs"):
            options.add_argument(flag)
        options.add_argument(f"--window-size={SIZE[0]},{SIZE[1]}")
        options.add_argument(f"--user-data-dir={Path(profile)}")
        try:
            driver = Chrome(options=options, service=Service(control))
        except WebDriverException as error:
            raise SettingsError(f"Prohlížeč Chromium se nespustil: {error.msg}") from error
        try:
            yield driver
        finally:
            driver.quit()
