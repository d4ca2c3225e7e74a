"""axe-core in the tests' browser: what it finds on a page, without what only Streamlit could mend.

The script comes from the package axe-playwright-python, of which nothing else is used (`make test` installs it).
"""

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from selenium.webdriver import Chrome

CHECKS = Path(__file__).with_name("checks.js").read_text(encoding="utf-8")
"""A script whose functions run in the page."""

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice")
"""WCAG 2.0, 2.1 and 2.2 at levels A and AA, and what axe-core recommends beyond."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """A violation of Streamlit's own element that no setting, style or script of ours mends.

    Attributes
    ----------
    rule
        Name of axe-core's rule.
    selector
        CSS selector that the element itself matches.
    reason
        Why it stays.
    told
        What the accessibility statement in Nápověda says of it.
    """

    rule: str
    selector: str
    reason: str
    told: str


ALLOWED: tuple[Allowed, ...] = (
    Allowed(
        "region",
        "[data-rac][role='listbox'], [data-rac][role='menu']",
        "Streamlit appends the open list of a select box or menu to the end of the page, outside its landmarks; the "
        "keyboard stays in the box or the menu while it is open, and a screen reader is told of it there.",
        "Rozbalený seznam nebo nabídka stojí v kódu až za koncem stránky",
    ),
)


@dataclass(frozen=True, slots=True)
class Violation:
    """One element that breaks one rule; `impact` is axe-core's: minor, moderate, serious or critical."""

    rule: str
    impact: str
    target: str
    html: str
    message: str

    def __str__(self) -> str:
        return f"{self.rule} ({self.impact}) {self.target}\n    {self.html}\n    {self.message}"


def axe_script() -> str | None:
    """Return axe-core's source, or None when the package is not installed."""
    package = importlib.util.find_spec("axe_playwright_python")
    for folder in (package.submodule_search_locations if package else None) or ():
        script = Path(folder) / "axe.min.js"
        if script.is_file():
            return script.read_text(encoding="utf-8")
    return None


def violations(
    driver: Chrome, script: str, rules: Sequence[str] = (), allowed: Sequence[Allowed] = ALLOWED
) -> list[Violation]:
    """Return what axe-core finds on the page as it is, but for what is allowed; `rules` limits it to these.

    Raises
    ------
    RuntimeError
        If axe-core itself fails, or has checked nothing.
    """
    pairs = [[one.rule, one.selector] for one in allowed]
    if driver.execute_script("return window.axe === undefined"):
        # Beside the page's policy, which lets no script in that it does not name.
        driver.execute_cdp_cmd("Runtime.evaluate", {"expression": script})
    result: dict[str, Any] = driver.execute_async_script(
        f"{CHECKS} oporaChecks.axe(...arguments)", list(TAGS), list(rules), pairs
    )
    if "failed" in result or not (rules or result["passed"]):
        raise RuntimeError(f"axe-core did not run: {result}")
    return [Violation(*found) for found in result["found"]]


def low_contrast(driver: Chrome) -> list[Violation]:
    """Return texts, placeholders and signs whose contrast is below level AA, by blending all colours behind them.

    Raises
    ------
    RuntimeError
        If there was no text to check.
    """
    found, checked = driver.execute_script(f"{CHECKS} return oporaChecks.contrast()")
    if not checked:
        raise RuntimeError("no text was found whose contrast could be checked")
    return [Violation(*one) for one in found]


def structure_problems(driver: Chrome) -> list[Violation]:
    """Return what is wrong with the page's title, language, headings and landmarks."""
    return [Violation(*one) for one in driver.execute_script(f"{CHECKS} return oporaChecks.structure()")]


def cut_off(driver: Chrome) -> list[Violation]:
    """Return texts that reach beyond the page's left or right edge where nothing scrolls sideways to them."""
    return [Violation(*one) for one in driver.execute_script(f"{CHECKS} return oporaChecks.cutOff()")]
