"""Timing of questions, and the memory of a process."""

import re
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.questions import Question

WARM_UP = 10
"""Questions that are asked before the clock runs."""

LEAST = 5
"""Questions that even the slowest system is asked."""

BLOCK = 20
"""Questions that one system is asked before it is the next one's turn: a machine that slows down slows all of them."""

Act = Callable[[Question], object]


@dataclass(frozen=True, slots=True)
class Asked:
    """Milliseconds per question: the median, the 95th percentile as one of the measured values, and how many."""

    median: float
    p95: float
    n: int

    @classmethod
    def of(cls, milliseconds: Sequence[float]) -> "Asked":
        ordered = sorted(milliseconds)
        return cls(statistics.median(ordered), ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], len(ordered))


def alternately(acts: Mapping[str, Act], questions: Sequence[Question], budget: float) -> dict[str, list[float]]:
    """Return milliseconds per question by name; the acts take turns, after a warm-up of each.

    Each may take `budget` seconds, its warm-up a tenth of that; one that has used it up is asked no further, but
    at least `LEAST` questions in all.
    """
    for act in acts.values():
        begin = time.perf_counter()
        for question in questions[:WARM_UP]:
            act(question)
            if time.perf_counter() - begin > budget / 10:
                break
    taken: dict[str, list[float]] = {name: [] for name in acts}
    for block in (questions[i : i + BLOCK] for i in range(0, len(questions), BLOCK)):
        for name, act in acts.items():
            for question in block:
                if len(taken[name]) >= LEAST and sum(taken[name]) > 1_000 * budget:
                    break
                begin = time.perf_counter()
                act(question)
                taken[name].append(1_000 * (time.perf_counter() - begin))
    return taken


def resident() -> int:
    """Return the resident memory of this process in bytes."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found, "the kernel tells VmRSS of every process"
    return 1024 * int(found.group(1))


def size_of(folder: Path) -> int:
    """Return the bytes of all files in a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
