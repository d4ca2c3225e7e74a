"""How far two runs differ on the same questions, and whether chance could make such a difference.

A measure is a quotient of two sums over questions (a mean is the sum of values by the number of values) or a quantile.
*Interval*: questions are resampled with replacement, both runs on the same resample, and the 95 % interval is cut from
the differences. *p-value*: were the two systems alike, each question's two results could as well be swapped; so they
are swapped at random, question by question, and p is the share of draws whose difference is at least as large as the
measured one, on either side (approximate randomization; Noreen, Computer-Intensive Methods for Testing Hypotheses,
1989). For a mean over the same questions that is the test by random signs of the differences. With k such draws p is
(1 + k) / (1 + draws), which is never 0. All is seeded: the same runs give the same numbers.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from eval.runs.measures import Line
from eval.runs.summary import MEASURES
from eval.significance import LEVEL, RESAMPLES, SEED
from prompts.export.run_words import MEASURES as WORDS

DRAWS = RESAMPLES
"""Resamples for the interval, and as many random swaps for the p-value."""

Numbers = NDArray[np.float64]
_Drawn = tuple[Numbers, Numbers]

_PLACES: dict[str, Callable[[int], tuple[int, int]]] = {
    "chars": lambda n: ((n - 1) // 2, n // 2),
    "p50": lambda n: (int(n * 0.5),) * 2,
    "p95": lambda n: (int(n * 0.95),) * 2,
}
"""Positions, in the order of size, of the two values whose mean is the quantile."""

_BLOCK = 2_000_000
"""Numbers held at once: 8 bytes each."""

# Sums of the same numbers in another order differ in their last digits.
_EQUAL = 1e-9


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure in two runs over the same questions.

    Attributes
    ----------
    first, second, low, high
        The measure in each run, and the 95 % interval of second − first.
    p, holm
        The p-value, and the same corrected for the number of tests (Holm); the latter is what a claim needs.
    n
        Number of questions that the measure applies to in at least one run; at a quantile in both.
    better, same, worse
        Number of questions where the second run is better, the same, worse, among those with a value in both.
    """

    measure: str
    first: float
    second: float
    low: float
    high: float
    p: float
    holm: float
    n: int
    better: int
    same: int
    worse: int

    @property
    def value(self) -> float:
        return self.second - self.first

    @property
    def gain(self) -> float:
        """The difference with the sign turned so that more is better."""
        return gain(self.measure, self.value)


def gain(measure: str, difference: float) -> float:
    """Return the difference with the sign turned so that more is better; a shorter answer counts as better."""
    return difference if WORDS[measure].better == "high" else -difference


def question_value(line: Line, measure: str) -> float | None:
    """Return what one question adds to a measure, or None where the measure does not apply.

    At a quantile that is the question's own length or time, at `quotes_verbatim` the share of its quotes, and at
    `refusal_f1` 1 for the right decision whether to answer, else 0.
    """
    match measure:
        case "chars":
            return float(line.chars) if line.answerable else None
        case "p50" | "p95":
            return line.seconds
        case "tokens_in" | "tokens_out":
            return float(line.tokens[measure == "tokens_out"]) if line.tokens else None
        case "cost":
            return line.cost
        case "quotes_verbatim":
            return line.verbatim / line.quotes if line.quotes else None
        case "refusal_f1":
            return 1 - line.values["over_refusal"] if line.answerable else line.values["refusal_recall"]
    return line.values.get(measure)


def differences(
    pairs: Sequence[tuple[Line, Line]], measures: Sequence[str] = MEASURES, draws: int = DRAWS
) -> tuple[Difference, ...]:
    """Return the differences of the pairs (first run, second run; one per question), in the order of the measures.

    A measure that applies to nothing in one of the runs is left out. `holm` is corrected for the tests returned.
    """
    found = {}
    if all(line.answerable for line, _ in pairs):
        # Where nothing should be refused, F1 is 0 whatever is done.
        measures = [name for name in measures if name != "refusal_f1"]
    values = {name: [(question_value(a, name), question_value(b, name)) for a, b in pairs] for name in measures}
    sums = {name: np.array([[_sums(line, name) for line in pair] for pair in pairs]) for name in measures}
    quotients = [name for name in measures if name not in _PLACES and sums[name][:, :, 1].any(axis=0).all()]
    if quotients:
        together = np.stack([sums[name] for name in quotients], axis=1)
        measured, (resampled, swapped) = _quotient(together.sum(axis=0)), _quotients(together, draws)
        for at, name in enumerate(quotients):
            drawn = (resampled[:, at], swapped[:, at])
            found[name] = _difference(name, measured[at], drawn, values[name], draws)
    for name in (name for name in measures if name in _PLACES):
        sides = np.array([pair for pair in values[name] if None not in pair], dtype=np.float64)
        if len(sides):
            places = _PLACES[name](len(sides))
            drawn = _quantiles(sides, places, draws)
            found[name] = _difference(name, _quantile(sides[np.newaxis], places)[0], drawn, values[name], draws)
    return tuple(corrected([found[name] for name in measures if name in found]))


def corrected(found: Sequence[Difference]) -> list[Difference]:
    """Return the differences with `holm` corrected for all of them together (Holm, 1979), in the same order."""
    order = sorted(range(len(found)), key=lambda place: found[place].p)
    adjusted, largest = dict[int, float](), 0.0
    for rank, place in enumerate(order):
        largest = max(largest, min(1.0, (len(found) - rank) * found[place].p))
        adjusted[place] = largest
    return [replace(one, holm=adjusted[place]) for place, one in enumerate(found)]


def _difference(
    measure: str, measured: Numbers, drawn: _Drawn, values: Sequence[tuple[float | None, float | None]], draws: int
) -> Difference:
    resampled, swapped = drawn
    low, high = np.nanquantile(resampled[:, 1] - resampled[:, 0], [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    extreme = np.abs(swapped[:, 1] - swapped[:, 0]) >= abs(measured[1] - measured[0]) - _EQUAL
    p = (1 + int(extreme.sum())) / (1 + draws)
    gains = [gain(measure, b - a) for a, b in values if a is not None and b is not None]
    better, worse = sum(g > _EQUAL for g in gains), sum(g < -_EQUAL for g in gains)
    return Difference(
        measure=measure,
        first=float(measured[0]),
        second=float(measured[1]),
        low=float(low),
        high=float(high),
        p=p,
        holm=p,
        n=len(gains) if measure in _PLACES else sum(pair != (None, None) for pair in values),
        better=better,
        same=len(gains) - better - worse,
        worse=worse,
    )


def _sums(line: Line, measure: str) -> tuple[float, float]:
    """Return what the question adds above and below the line of the measure's quotient."""
    if measure == "quotes_verbatim":
        return line.verbatim, line.quotes
    if measure == "refusal_f1":
        # F1 = 2 TP / (2 TP + FP + FN)
        refused = bool(line.values["over_refusal" if line.answerable else "refusal_recall"])
        right = 2.0 * (refused and not line.answerable)
        return right, right + (refused == line.answerable)
    value = question_value(line, measure)
    return (0.0, 0.0) if value is None else (value, 1.0)


def _quotients(sums: Numbers, draws: int) -> _Drawn:
    """Return the quotients of both runs, resampled and swapped, each of the shape (draws, measures, runs).

    `sums` has the shape (questions, measures, runs, above and below). All measures share the draws.
    """
    n, random = len(sums), np.random.default_rng(SEED)
    resampled, swapped = [], []
    turn = sums[:, :, 1] - sums[:, :, 0]
    for rows in _blocks(n, draws):
        counts = random.multinomial(n, np.full(n, 1 / n), size=rows).astype(np.float64)
        resampled.append(_quotient(np.tensordot(counts, sums, axes=1)))
        moved = np.tensordot(random.integers(0, 2, size=(rows, n)).astype(np.float64), turn, axes=1)
        swapped.append(_quotient(sums.sum(axis=0) + np.stack([moved, -moved], axis=2)))
    return np.concatenate(resampled), np.concatenate(swapped)


def _quotient(sums: Numbers) -> Numbers:
    above, below = sums[..., 0], sums[..., 1]
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below > _EQUAL)


def _quantiles(sides: Numbers, places: tuple[int, int], draws: int) -> _Drawn:
    """Return the quantile of both runs, resampled and swapped, each of the shape (draws, runs).

    `sides` has the shape (questions, runs).
    """
    n, random = len(sides), np.random.default_rng(SEED)
    resampled, swapped = [], []
    for rows in _blocks(2 * n, draws):
        resampled.append(_quantile(sides[random.integers(0, n, size=(rows, n))], places))
        turned = random.integers(0, 2, size=(rows, n)).astype(bool)[:, :, np.newaxis]
        swapped.append(_quantile(np.where(turned, sides[:, ::-1], sides), places))
    return np.concatenate(resampled), np.concatenate(swapped)


def _quantile(values: Numbers, places: tuple[int, int]) -> Numbers:
    """Return the quantile over the questions of each sample; from (samples, questions, runs) to (samples, runs)."""
    ordered = np.partition(values, places, axis=1)
    return np.asarray((ordered[:, places[0]] + ordered[:, places[1]]) / 2)


def _blocks(width: int, draws: int) -> Iterator[int]:
    """Yield numbers of draws that fit into memory together and add up to all."""
    rows = max(1, _BLOCK // width)
    for start in range(0, draws, rows):
        yield min(rows, draws - start)
