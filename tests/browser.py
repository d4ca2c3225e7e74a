"""A real browser and a real server for the tests: headless Chromium over the app on a free port."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from urllib.error import URLError

import pytest
from selenium.common.exceptions import ElementClickInterceptedException, StaleElementReferenceException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

PROJECT = Path(__file__).resolve().parent.parent
ARTIFACTS = Path(__file__).resolve().parent / "artifacts"
# Read here, because the tests themselves see no OPORA_* from outside.
MAKE_PICTURES = os.environ.get("OPORA_PICTURES") == "1"

README_PICTURES = {
    "desktop-source": "chat",
    "catalogue-desktop-light-compare": "catalogue",
    "locality-desktop-light-measures": "locality",
    "documents-desktop-light-hit": "documents",
}
"""Screenshots that README shows, by the name that the tests give them, with the name of the file."""

CHROMIUM, DRIVER = which("chromium"), which("chromedriver")

NEEDS_BROWSER = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(
        not (CHROMIUM and DRIVER), reason="chromium and chromedriver are not installed (Debian: chromium-driver)"
    ),
]
"""Marks of a test module that drives the browser."""

DESKTOP, PHONE = (1280, 860), (390, 844)

# Seconds: the first answer of a cold process imports the encoder's library, which alone takes up to ten.
PATIENCE = 90.0


def build_index(data: Path) -> None:
    """Build an index of the shipped documents in the folder `data`, the way a user does.

    Raises
    ------
    RuntimeError
        If the command fails; with what it printed.
    """
    built = subprocess.run(
        [sys.executable, "-m", "ingest"],
        cwd=PROJECT,
        env={**os.environ, "OPORA_DATA": str(data)},
        capture_output=True,
        text=True,
    )
    if built.returncode:
        raise RuntimeError(f"the index was not built:\n{built.stdout}{built.stderr}")


@contextmanager
def served(env: dict[str, str], script: Path = PROJECT / "app.py") -> Iterator[str]:
    """Serve the app as a user would start it and yield its address; the process is ended afterwards.

    Raises
    ------
    RuntimeError
        If the server ends or does not answer within `PATIENCE` seconds; with what it printed.
    """
    port = _free_port()
    ARTIFACTS.mkdir(exist_ok=True)
    log = ARTIFACTS / f"server-{port}.log"
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    with log.open("w", encoding="utf-8") as output:
        server = subprocess.Popen(
            command, cwd=PROJECT, env={**os.environ, **env}, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _wait_until_healthy(server, port, log)
            yield f"http://localhost:{port}"
        finally:
            server.terminate()
            server.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"the server did not start:\n{log.read_text(encoding='utf-8')}")


@contextmanager
def chromium(profile: Path, size: tuple[int, int] = DESKTOP, dark: bool = False) -> Iterator[Chrome]:
    """Open a headless Chromium with a fresh profile; `size` is the page's width and height in CSS pixels."""
    options = ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for flag in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--lang=cs",
        f"--user-data-dir={profile}",
    ):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = Chrome(options=options, service=Service(DRIVER))
    try:
        # Windows have a minimal width of their own; the device metrics do not.
        metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": scheme})
        yield driver
    finally:
        driver.quit()


def visible(driver: Chrome, css: str) -> list[WebElement]:
    """Return what the selector finds and the user sees; Streamlit keeps hidden twins of its buttons."""
    return [element for element in driver.find_elements(By.CSS_SELECTOR, css) if element.is_displayed()]


def wait_for(driver: Chrome, css: str, seconds: float = PATIENCE) -> WebElement:
    """Return the first visible element that the selector finds, within so many seconds."""
    found: list[WebElement] = WebDriverWait(
        driver, seconds, ignored_exceptions=(StaleElementReferenceException,), poll_frequency=0.1
    ).until(lambda d: visible(d, css), f"nothing visible at {css}")
    return found[0]


def wait_until(driver: Chrome, condition: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Wait until the condition holds; `what` names it when it does not."""
    WebDriverWait(driver, seconds, ignored_exceptions=(StaleElementReferenceException,), poll_frequency=0.1).until(
        lambda _: condition(), what
    )


def ask(driver: Chrome, question: str) -> None:
    """Type a question into the box, send it, and wait until its answer is complete."""
    answered = len(driver.find_elements(By.CSS_SELECTOR, "[class*='st-key-opora_answer_']"))
    box = wait_for(driver, "[data-testid='stChatInputTextArea']")
    box.send_keys(question, Keys.ENTER)
    wait_for(driver, f".st-key-opora_answer_{answered}")
    wait_until_still(driver)


def wait_until_still(driver: Chrome) -> None:
    """Wait until the script has ended and the page has drawn it."""
    wait_until(
        driver,
        lambda: (
            driver.execute_script(
                "return document.querySelector('[data-testid=stApp]')"
                "?.getAttribute('data-test-script-state') === 'notRunning'"
            )
            is True
        ),
        "the script to end",
    )
    time.sleep(0.6)  # animations of the page


def press(driver: Chrome, element: WebElement) -> None:
    """Click an element after bringing it to the middle of the page, clear of the header and the box.

    What still moves, or is covered by something that moves, is aimed at anew; what stays covered is an error.
    """

    def clicked() -> bool:
        driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        try:
            element.click()
        except ElementClickInterceptedException:
            return False
        return True

    wait_until(driver, clicked, "an element that nothing covers")
    wait_until_still(driver)


def sideways_scroll(driver: Chrome) -> int:
    """Return by how many pixels anything reaches beyond the page's width; 0 is right."""
    return int(
        driver.execute_script(
            "const main = document.querySelector('.stMain');"
            "return Math.max(document.documentElement.scrollWidth - innerWidth,"
            " main.scrollWidth - main.clientWidth)"
        )
    )


def console(driver: Chrome) -> list[dict[str, str]]:
    """Return what the page and the browser have logged since the last call: `level`, `message`."""
    entries: list[dict[str, str]] = driver.get_log("browser")  # type: ignore[no-untyped-call]
    return entries


def picture(driver: Chrome, name: str) -> Path:
    """Keep a screenshot of the visible page among the run's artefacts and return its path.

    With OPORA_PICTURES=1 in the environment, those of `README_PICTURES` are made anew.
    """
    ARTIFACTS.mkdir(exist_ok=True)
    target = ARTIFACTS / f"{re.sub('[^a-z0-9-]', '-', name)}.png"
    driver.save_screenshot(str(target))
    if MAKE_PICTURES and name in README_PICTURES:
        pictures = PROJECT / ".ci" / "pictures"
        pictures.mkdir(exist_ok=True)
        shutil.copyfile(target, pictures / f"{README_PICTURES[name]}.png")
    return target
