"""How long a question takes in one warm process: the search alone, and the whole answer."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eval.answers import Asks
from eval.figures import Figures, decimal
from eval.questions import Question
from eval.retrieving import Search

WARM_UP = 10
"""Questions that are asked before the clock runs: libraries load lazily, files come into memory."""

MEDIAN_LIMIT, P95_LIMIT = 25.0, 60.0
"""Milliseconds that the search of one question may take on two cores."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds per question: the median, and the 95th percentile as one of the measured values."""

    name: str
    questions: int
    median: float
    p95: float
    limits: tuple[float, float] | None = None


def timings(questions: Sequence[Question], finds: Search, asks: Asks) -> tuple[Timing, Timing]:
    """Time the search of each question, with understanding it, and then the whole answer of each.

    Each part goes through all questions by itself, so that neither profits from what the other has just read.
    """

    def answers(question: Question) -> object:
        return asks.ask(question.question, question.history)

    search, answer = _milliseconds(questions, finds), _milliseconds(questions, answers)
    return (
        _timing("vyhledání", search, (MEDIAN_LIMIT, P95_LIMIT)),
        _timing("celá odpověď", answer, None),
    )


def figures(found: Sequence[Timing]) -> Figures:
    """Return a row per part; limits stand in brackets."""
    rows = []
    for timing in found:
        cells = [decimal(value, 1) for value in (timing.median, timing.p95)]
        if timing.limits:
            cells = [f"{cell} (nejvýš {limit:.0f})" for cell, limit in zip(cells, timing.limits, strict=True)]
        rows.append([timing.name, str(timing.questions), *cells])
    return Figures("Rychlost v jednom zahřátém procesu", ("Co", "otázek", "medián (ms)", "95. percentil (ms)"), rows)


def _milliseconds(questions: Sequence[Question], act: Callable[[Question], object]) -> list[float]:
    for question in questions[:WARM_UP]:
        act(question)
    taken = []
    for question in questions:
        begin = time.perf_counter()
        act(question)
        taken.append(1_000 * (time.perf_counter() - begin))
    return sorted(taken)


def _timing(name: str, ordered: Sequence[float], limits: tuple[float, float] | None) -> Timing:
    return Timing(name, len(ordered), statistics.median(ordered), ordered[int(len(ordered) * 0.95)], limits)
