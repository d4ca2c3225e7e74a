"""The run that measures the start of the app and its page, over an index of the shipped documents made for it."""

import os
import platform
import random
import re
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from eval.bench.order import SEED
from eval.bench.start import (
    Start,
    bring_up_to_date,
    fetched,
    forget,
    imports_before_the_page,
    resident_of,
    serving,
    started,
)
from eval.bench.timing import Asked
from eval.questions import Question, load_questions
from ingest.errors import SettingsError
from ingest.settings import PROJECT

LEAST_TYPED = 20
"""Questions that are typed into the page at least, so that the 95th percentile is one of several high values."""


@dataclass(frozen=True, slots=True)
class StartRun:
    """What was measured, and the machine: processors, Python, the load averages before and after.

    Attributes
    ----------
    imports
        Milliseconds by package that is imported before the page's first byte.
    cold, warm
        Starts with the files dropped from the system's memory first, and right after another start.
    questions
        How many each of those servers was asked.
    page
        Milliseconds from Enter to the first answer text, or None; then `missing` says why.
    page_resident
        Bytes of the server after the questions of the browser, or None.
    """

    cores: int
    python: str
    loads: tuple[float, float]
    note: str
    imports: dict[str, float]
    cold: tuple[Start, ...]
    warm: tuple[Start, ...]
    questions: int
    page: Asked | None
    page_resident: int | None
    missing: str


def run(
    questions: Path, count: int, repeat: int, note: str, work: Path | None, tell: Callable[[str], None]
) -> StartRun:
    """Measure the start, the memory and the page; `tell` is called with what is done next.

    `count` questions are asked, 0 means all; each start is measured `repeat` times.

    Raises
    ------
    OporaError
        If the question set cannot be read, the index not built, or the app not started; without a browser only the
        page is left out, with the reason.
    """
    before = os.getloadavg()[0]
    asked = drawn(questions, count)
    with tempfile.TemporaryDirectory(prefix="opora-bench-", dir=work) as folder:
        data = Path(folder)
        tell("rejstřík dodaného korpusu")
        bring_up_to_date(data)
        tell("co se načítá před prvním bajtem stránky")
        imports = imports_before_the_page(data)
        cold, warm = [], []
        for n in range(1, repeat + 1):
            tell(f"studený start, {n}. z {repeat}")
            forget(Path(sys.prefix), Path(os.__file__).parent, PROJECT, data)
            cold.append(started(data, asked))
            tell(f"start podruhé, {n}. z {repeat}")
            warm.append(started(data, asked))
        tell("stránka v prohlížeči")
        page, resident, missing = _page(data, asked)
    loads = (before, os.getloadavg()[0])
    cores = len(os.sched_getaffinity(0))
    return StartRun(
        cores,
        platform.python_version(),
        loads,
        note,
        imports,
        tuple(cold),
        tuple(warm),
        len(asked),
        page,
        resident,
        missing,
    )


def drawn(questions: Path, count: int) -> tuple[Question, ...]:
    """Return so many of the questions that need no earlier turns, in an order drawn once; 0 means all.

    Raises
    ------
    OporaError
        If the set cannot be read, or has too few of them.
    """
    found = [question for question in load_questions(questions) if not question.history]
    random.Random(SEED).shuffle(found)
    if len(found) < LEAST_TYPED:
        raise SettingsError(
            f"K měření stránky je třeba aspoň {LEAST_TYPED} otázek bez předchozího rozhovoru, sada {questions} jich má "
            f"{len(found)}. Zvolte jinou sadu (--questions)."
        )
    return tuple(found[: max(count, LEAST_TYPED) if count else None])


def middle(starts: Sequence[Start]) -> dict[str, float]:
    """Return the median of each figure of some starts."""
    names = [field.name for field in fields(Start)]
    return {name: float(statistics.median(getattr(start, name) for start in starts)) for name in names}


def _page(data: Path, asked: Sequence[Question]) -> tuple[Asked | None, int | None, str]:
    """Return the times in the browser and the server's memory afterwards, or why there are none."""
    try:
        # Imported here because the extra with Selenium may be missing, which must not cost the other figures.
        from eval.bench.page import enter_to_text
    except ModuleNotFoundError as error:
        missing = re.sub(r"\W.*", "", error.name or "")
        return None, None, f"Chybí balíček {missing}. Doinstalujte jej příkazem: pip install -e '.[bench]'"
    with serving(data) as server:
        fetched(server, "/readyz")
        try:
            taken = enter_to_text(server.url, [question.question for question in asked])
        except SettingsError as error:
            return None, None, str(error)
        return Asked.of(taken), resident_of(server.pid), ""
