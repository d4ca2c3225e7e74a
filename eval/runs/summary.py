"""The figures of a whole run, of its kinds of questions and of its sets, each with its 95 % interval.

Intervals are cut from resampled questions as in `eval.significance`. All measures of a group share the same resamples,
drawn once as counts: how often each question is in each of them. A mean, a share or F1 is then a quotient of two sums,
which one product of matrices gives for all measures; a median or quantile is found in the counts added up in the
order of the values. That makes 10,000 resamples of 720 questions a matter of a second.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.metrics import MEASURES as MEANS
from eval.runs.measures import Line
from eval.significance import LEVEL, RESAMPLES, SEED

Figure = dict[str, float | int]
"""A figure: "value", "low", "high" and "n"."""

Numbers = NDArray[np.float64]

MEASURES = (
    "recall@5",
    "recall@10",
    "recall@3000c",
    "ndcg@10",
    "rr",
    "facts",
    "cited_recall",
    "cited_precision",
    "quotes_verbatim",
    "refusal_precision",
    "refusal_recall",
    "refusal_f1",
    "over_refusal",
    "supported_rate",
    "chars",
    "p50",
    "p95",
    "tokens_in",
    "tokens_out",
    "cost",
)
"""All measures, in the order of reports."""

_BLOCK = 2_000_000
"""Counts held at once: 8 bytes each."""


@dataclass(frozen=True, slots=True)
class _Quotient:
    """A measure as sum(above) / sum(below), each with one entry per question; `n` things carry it."""

    above: Numbers
    below: Numbers
    n: int


@dataclass(frozen=True, slots=True)
class _Quantile:
    """A measure as a quantile of the values (NaN where there is none)."""

    values: Numbers
    pick: Callable[[Numbers], tuple[NDArray[np.intp], NDArray[np.intp]]]
    """From numbers of values to the positions (0-based, in order of size) whose mean is the quantile."""


def summary(lines: Sequence[Line]) -> dict[str, Any]:
    """Return the figures of all questions, of each kind and of each set, as summary.json holds them.

    A measure that applies to no question is absent. `n` is the number of questions that it applies to; at
    `quotes_verbatim` the number of quotes. Tokens and cost are means per question that a model was asked.
    """
    kinds, sets = sorted({line.kind for line in lines}), dict.fromkeys(line.set for line in lines)
    return {
        "all": figures(lines),
        "kinds": {kind: figures([line for line in lines if line.kind == kind]) for kind in kinds},
        "sets": {name: figures([line for line in lines if line.set == name]) for name in sets},
    }


def figures(lines: Sequence[Line], resamples: int = RESAMPLES) -> dict[str, Figure]:
    """Return the figures of one group of questions, in the order of `MEASURES`."""
    quotients = {name: found for name, found in _quotients(lines).items() if found.below.any()}
    quantiles = {name: found for name, found in _quantiles(lines).items() if not np.isnan(found.values).all()}
    drawn = _resampled(quotients, quantiles, len(lines), resamples)
    once = _evaluate(quotients, quantiles, np.ones((1, len(lines))))
    tail = (1 - LEVEL) / 2
    found: dict[str, Figure] = {}
    for name in (name for name in MEASURES if name in once):
        # In a small group a resample may hold none of the questions that the measure applies to.
        low, high = np.nanquantile(drawn[name], [tail, 1 - tail])
        n = quotients[name].n if name in quotients else int((~np.isnan(quantiles[name].values)).sum())
        found[name] = {"value": float(once[name][0]), "low": float(low), "high": float(high), "n": n}
    return found


def _quotients(lines: Sequence[Line]) -> dict[str, _Quotient]:
    found = {name: _mean([line.values.get(name) for line in lines]) for name in (*MEANS, "supported_rate")}
    found["tokens_in"] = _mean([line.tokens[0] if line.tokens else None for line in lines])
    found["tokens_out"] = _mean([line.tokens[1] if line.tokens else None for line in lines])
    found["cost"] = _mean([line.cost for line in lines])
    quotes = _numbers([line.quotes for line in lines])
    found["quotes_verbatim"] = _Quotient(_numbers([line.verbatim for line in lines]), quotes, int(quotes.sum()))
    if not all(line.answerable for line in lines):
        refused = np.array(
            [bool(line.values["over_refusal" if line.answerable else "refusal_recall"]) for line in lines]
        )
        should = np.array([not line.answerable for line in lines])
        # F1 = 2 TP / (2 TP + FP + FN), and the last two are where refusing and having to refuse differ.
        right = 2.0 * (refused & should)
        found["refusal_f1"] = _Quotient(right, right + (refused != should), len(lines))
    return found


def _quantiles(lines: Sequence[Line]) -> dict[str, _Quantile]:
    chars = [line.chars if line.answerable else None for line in lines]
    seconds = _numbers([line.seconds for line in lines])
    return {
        "chars": _Quantile(_numbers(chars), _middle),
        "p50": _Quantile(seconds, lambda n: _at(n, 0.5)),
        "p95": _Quantile(seconds, lambda n: _at(n, 0.95)),
    }


def _mean(values: Sequence[float | None]) -> _Quotient:
    given = _numbers([value is not None for value in values])
    return _Quotient(_numbers([value or 0.0 for value in values]), given, int(given.sum()))


def _numbers(values: Sequence[float | None]) -> Numbers:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _middle(n: Numbers) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Positions of the median: the middle one, or the two around the middle."""
    return ((n - 1) // 2).astype(np.intp), (n // 2).astype(np.intp)


def _at(n: Numbers, share: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Position ⌊share · n⌋, which is a value that was measured."""
    place = (n * share).astype(np.intp)
    return place, place


def _resampled(
    quotients: Mapping[str, _Quotient], quantiles: Mapping[str, _Quantile], n: int, resamples: int
) -> dict[str, Numbers]:
    """Return each measure over samples of n questions drawn with replacement; shape (resamples,)."""
    random = np.random.default_rng(SEED)
    rows = max(1, _BLOCK // n)
    parts = []
    for start in range(0, resamples, rows):
        size = min(rows, resamples - start)
        drawn = random.integers(0, n, size=(size, n)) + n * np.arange(size)[:, np.newaxis]
        counts = np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n).astype(np.float64)
        parts.append(_evaluate(quotients, quantiles, counts))
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _evaluate(
    quotients: Mapping[str, _Quotient], quantiles: Mapping[str, _Quantile], counts: Numbers
) -> dict[str, Numbers]:
    """Return each measure for samples given as counts of each question, shape (samples, questions); NaN over none."""
    found: dict[str, Numbers] = {}
    if quotients:
        above = counts @ np.column_stack([each.above for each in quotients.values()])
        below = counts @ np.column_stack([each.below for each in quotients.values()])
        shares = np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)
        found = {name: shares[:, column] for column, name in enumerate(quotients)}
    for name, each in quantiles.items():
        found[name] = _quantile(each, counts)
    return found


def _quantile(measure: _Quantile, counts: Numbers) -> Numbers:
    known = np.flatnonzero(~np.isnan(measure.values))
    order = known[np.argsort(measure.values[known], kind="stable")]
    below = np.cumsum(counts[:, order], axis=1)
    total = below[:, -1]
    ends = [measure.values[order[np.argmax(below > place[:, np.newaxis], axis=1)]] for place in measure.pick(total)]
    return np.where(total > 0, (ends[0] + ends[1]) / 2, np.nan)
