"""Whether what a page says is Czech: all words that a visitor sees or hears, and how English among them is told.

Streamlit brings words of its own: they are read from its installed build, so that those of a new version are known
too, and common English words find the ones that are put together while the page runs.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from selenium.webdriver import Chrome
from streamlit import file_util

from tests.accessibility import CHECKS

# Words of an English user interface that are no Czech words, in small letters.
_ENGLISH = frozenset(
    """
    the and of for with from is are was were be been has have had can cannot could should would will not this that these
    those you your yours we our it its at an or if as but than then there here which what when where who why how
    about above all allowed already app application are available back before below browse browser button cancel
    change choose clear click close closed code collapse column columns connect connecting connection copied copy
    create current dark date delete deploy disconnected does done download drag drop edit empty enable
    english expand expected file files find first found fullscreen get go help hide home icon image
    install invalid is keyboard label large larger learn less light limit load loading lost made main match maximum
    message minimum missing more must name navigate new next no nothing notifications number ok only open opens
    option options other page pages password per please pin press previous print profile range read record refresh
    reload remove report required rerun reset restart result results retry row rows run running save screencast script
    scroll search see select selected send server settings show sidebar size skip smaller sort stop
    submit system take tap terminal theme there thumbs toggle too traceback try type unable unknown
    unpin up update upload uploaded use user value video view wait warning was welcome wide window yes
    """.split()
) - frozenset(
    # Czech words, or names that Czech offices use, that look the same.
    "no to on do go at read row pin per code limit server profile minimum maximum up video".split()
)

# What belongs to documents or users: it is shown as it is, in whatever language.
_OTHERS = (
    "blockquote, mark, textarea, .opora-excerpt, .opora-reader, .opora-hits, .opora-outline, .opora-value, .opora-item,"
    " .opora-question, .opora-list-title, .opora-table td, .opora-card-title, .opora-hit, .opora-added-sample, code"
)


@dataclass(frozen=True, slots=True)
class Said:
    """A text that a page shows or tells a screen reader: how (text, attribute), where, and its words."""

    how: str
    where: str
    words: str

    def __str__(self) -> str:
        return f"{self.how} of {self.where}: {self.words[:160]}"


def said(driver: Chrome) -> list[Said]:
    """Return all texts of the page as it is, but for those of documents and users."""
    return [Said(*one) for one in driver.execute_script(f"{CHECKS} return oporaChecks.said(arguments[0])", _OTHERS)]


def english(texts: Iterable[Said]) -> list[Said]:
    """Return the texts that are English."""
    return [text for text in texts if text.words in _streamlit_words() or set(_words(text.words)) & _ENGLISH]


def _words(text: str) -> list[str]:
    # Checksums, addresses, commands and names of files are not read as words.
    files = r"\b[\w-]+\.(?:py|toml|txt|pdf|docx|html?|xlsx|csv|md)\b"
    commands = r"\bmake \w+\b|\bpython -m [\w. -]+"
    plain = re.sub(rf"\b[0-9a-f]{{32,}}\b|https?://\S*|\S*[/@_=]\S*|{commands}|{files}", " ", text)
    return re.findall(r"[^\W\d_]+", plain.lower())


@cache
def _streamlit_words() -> frozenset[str]:
    """Return the labels that Streamlit's build holds, word for word."""
    named = re.compile(
        r"(?:children|label|title|placeholder|\"aria-label\"|ariaLabel|alt|content|message|text)\s*:\s*"
        r"(?:\"((?:[^\"\\\n]|\\.){3,200})\"|`((?:[^`\\$]|\\.){3,200})`)"
    )
    found: set[str] = set()
    for script in (Path(file_util.get_static_dir()) / "static" / "js").glob("*.js"):
        text = script.read_text(encoding="utf-8", errors="replace")
        # Diagrams and highlighters of other projects, which no page loads, hold no labels of Streamlit.
        if script.stat().st_size < 600_000:
            found |= {double or tick for double, tick in named.findall(text)}
    return frozenset(word for word in found if re.match(r"[A-Z][a-z]+\b", word)) - {"Index", "Text", "Data", "Index "}
