"""The keyboard in the tests' browser: every stop of the tabulator has to be seen and to lead on."""

from selenium.webdriver import Chrome
from selenium.webdriver.common.keys import Keys

from tests.browser import wait_until, wait_until_still


class Keyboard:
    """A visitor with a keyboard alone: every stop has to be seen, and the next key has to lead on from it."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver

    def tab_to(self, css: str, most: int = 60) -> None:
        """Press Tab until an element that the selector finds has the focus; `most` is the number of presses."""
        stops: list[str] = []
        for _ in range(most):
            before = self.driver.switch_to.active_element
            before.send_keys(Keys.TAB)
            now = self.driver.switch_to.active_element
            stops.append(self._seen())
            assert now != before or now.tag_name == "body", f"the keyboard is caught at {stops[-1]}"
            if self.driver.execute_script("return document.activeElement.matches(arguments[0])", css):
                return
        raise AssertionError(f"{css} was not reached with the tabulator; stops: {stops}")

    def press(self, *keys: str) -> None:
        self.driver.switch_to.active_element.send_keys(*keys)
        wait_until_still(self.driver)

    def arrives_at(self, css: str) -> None:
        """Wait until the focus has gone to an element that the selector finds."""
        matches = "return document.activeElement.matches(arguments[0])"
        wait_until(self.driver, lambda: bool(self.driver.execute_script(matches, css)), f"the focus at {css}", 40)

    def _seen(self) -> str:
        """Return what has the focus; fail if nothing on the screen shows it."""
        name, ringed, inside = self.driver.execute_script(
            "const e = document.activeElement; if (e === document.body) return ['body', true, true];"
            "let ringed = false; for (let one = e, n = 0; one && n < 4; one = one.parentElement, n += 1) {"
            "  const s = getComputedStyle(one);"
            "  ringed ||= s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 && s.clipPath === 'none';"
            "} const box = (e.closest('label') ?? e).getBoundingClientRect();"
            "return [`${e.tagName} ${(e.ariaLabel ?? e.innerText ?? '').trim().slice(0, 40)}`, ringed,"
            "  box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth]"
        )
        assert ringed, f"nothing shows that the focus is at {name}"
        assert inside, f"the focus is out of sight at {name}"
        return str(name)
