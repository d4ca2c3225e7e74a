"""Which questions a report shows in full: those that a run did worst at."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from eval.reporting.reading import Finished
from eval.runs.measures import Line

_ORDERS = {
    "recall@3000c": ("recall@3000c", "recall@5", "rr"),
    "facts": ("facts", "cited_recall", "recall@3000c"),
}
"""By measure, what decides among questions with the same value of it."""


@dataclass(frozen=True, slots=True)
class Worst:
    """The ids of the worst questions, worst first, and how many such questions there are in all."""

    ids: tuple[str, ...]
    of: int


def worst_by(run: Finished, measure: str, most: int, without: Collection[str] = ()) -> Worst:
    """Return the questions with the lowest values of a measure, none with its full value.

    `without` are ids that are shown elsewhere; they do not count.
    """
    order = _ORDERS[measure]
    lines = [run.lines[question.id] for question in run.questions if question.id in run.lines]
    short = [line for line in lines if line.values.get(measure, 1.0) < 1 and line.id not in without]
    found = sorted(short, key=lambda line: [line.values.get(name, 1.0) for name in order])
    return Worst(_ids(found, most), len(found))


def wrongly_answered(run: Finished, most: int) -> Worst:
    """Return the questions that the documents do not answer and the run answered, in the order of the run."""
    lines = [run.lines[question.id] for question in run.questions if question.id in run.lines]
    found = [line for line in lines if line.values.get("refusal_recall") == 0]
    return Worst(_ids(found, most), len(found))


def _ids(lines: Sequence[Line], most: int) -> tuple[str, ...]:
    return tuple(line.id for line in lines[:most])
