"""How sure a mean or a difference of means is: percentile bootstrap over questions.

Questions are resampled with replacement and the interval is cut from the resampled means (Efron &
Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13). With fewer than about 15 questions it comes
out somewhat too narrow; that is why n stands beside every figure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.errors import QuestionSetError

RESAMPLES = 10_000
LEVEL = 0.95
SEED = 20_240_101

# Drawn positions held at once: 8 bytes each, so at most 16 MB for any number of questions.
_BLOCK = 2_000_000


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with the ends of its interval, over n questions."""

    estimate: float
    low: float
    high: float
    n: int

    @property
    def excludes_zero(self) -> bool:
        """Whether a difference of this size would hardly come from the choice of questions."""
        return self.low > 0 or self.high < 0


def mean_interval(
    values: Sequence[float], *, resamples: int = RESAMPLES, level: float = LEVEL, seed: int = SEED
) -> Interval:
    """Return the mean of one value per question, with its interval; the same input gives the same output.

    Raises
    ------
    QuestionSetError
        If there is no value.
    """
    if not values:
        raise QuestionSetError("Průměr nelze spočítat: míra se nevztahuje na žádnou otázku. Zvolte jinou míru.")
    sample = np.asarray(values, dtype=np.float64)
    tail = (1 - level) / 2
    low, high = np.quantile(_resampled_means(sample, resamples, seed), [tail, 1 - tail])
    return Interval(float(sample.mean()), float(low), float(high), len(sample))


def paired_difference(
    ours: Mapping[str, float],
    theirs: Mapping[str, float],
    *,
    resamples: int = RESAMPLES,
    level: float = LEVEL,
    seed: int = SEED,
) -> Interval:
    """Return mean(ours − theirs) over the questions (by id) that both have, with its interval.

    Pairing takes out how hard a question is, which varies far more than two systems differ.

    Raises
    ------
    QuestionSetError
        If no question has a value in both.
    """
    differences = [value - theirs[question] for question, value in sorted(ours.items()) if question in theirs]
    if not differences:
        raise QuestionSetError(
            "Běhy nelze porovnat: žádná otázka nemá tuto míru v obou. Porovnejte běhy nad stejnou sadou otázek."
        )
    return mean_interval(differences, resamples=resamples, level=level, seed=seed)


def _resampled_means(sample: NDArray[np.float64], resamples: int, seed: int) -> NDArray[np.float64]:
    """Return the means of `resamples` samples drawn with replacement; shape (resamples,)."""
    random = np.random.default_rng(seed)
    means = np.empty(resamples)
    rows = max(1, _BLOCK // len(sample))
    for start in range(0, resamples, rows):
        end = min(start + rows, resamples)
        drawn = random.integers(0, len(sample), size=(end - start, len(sample)))
        means[start:end] = sample[drawn].mean(axis=1)
    return means
