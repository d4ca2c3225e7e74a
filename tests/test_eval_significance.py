"""Intervals: hand-checkable cases, and coverage on simulated data."""

import numpy as np
import pytest

from eval.significance import mean_interval, paired_difference
from ingest.errors import QuestionSetError


def test_a_constant_difference_has_an_interval_without_width() -> None:
    ours = {f"Q{n}": n / 10 + 0.25 for n in range(20)}
    theirs = {f"Q{n}": n / 10 for n in range(20)}
    difference = paired_difference(ours, theirs)
    assert difference.estimate == pytest.approx(0.25)
    assert difference.low == pytest.approx(0.25)
    assert difference.high == pytest.approx(0.25)
    assert (difference.n, difference.excludes_zero) == (20, True)


def test_equal_systems_do_not_differ() -> None:
    values = {f"Q{n}": float(n % 2) for n in range(30)}
    difference = paired_difference(values, values)
    assert (difference.estimate, difference.low, difference.high) == (0.0, 0.0, 0.0)
    assert not difference.excludes_zero


def test_pairs_are_formed_by_question_whatever_the_order_and_only_of_common_ones() -> None:
    difference = paired_difference({"a": 1.0, "b": 0.5, "c": 9.0}, {"d": 7.0, "b": 0.0, "a": 0.5})
    assert (difference.estimate, difference.low, difference.high, difference.n) == (0.5, 0.5, 0.5, 2)


def test_runs_without_a_common_question_and_a_mean_of_nothing_say_so() -> None:
    with pytest.raises(QuestionSetError, match="Běhy nelze porovnat"):
        paired_difference({"a": 1.0}, {"b": 1.0})
    with pytest.raises(QuestionSetError, match="Průměr nelze spočítat"):
        mean_interval([])


def test_two_values_give_the_three_possible_means_and_the_ends_are_the_values() -> None:
    # Means of resamples of {0, 1} are 0, 1/2, 1 with chances 1/4, 1/2, 1/4: both tails exceed 2.5 %.
    interval = mean_interval([0.0, 1.0])
    assert (interval.estimate, interval.low, interval.high) == (0.5, 0.0, 1.0)
    # With 20 % between the ends, both lie within the middle half.
    narrow = mean_interval([0.0, 1.0], level=0.2)
    assert (narrow.low, narrow.high) == (0.5, 0.5)


def test_the_width_is_that_of_the_normal_approximation_on_many_values() -> None:
    values = np.random.default_rng(1).normal(0.6, 0.3, 2_000)
    interval = mean_interval(list(values))
    half = 1.96 * values.std() / np.sqrt(len(values))
    assert interval.low == pytest.approx(values.mean() - half, abs=0.001)
    assert interval.high == pytest.approx(values.mean() + half, abs=0.001)


def test_the_same_input_gives_the_same_interval_and_another_seed_another() -> None:
    values = list(np.random.default_rng(2).random(50))
    assert mean_interval(values) == mean_interval(values)
    assert mean_interval(values).low != mean_interval(values, seed=5).low


def test_resamples_do_not_depend_on_how_many_fit_into_memory_at_once() -> None:
    # 500 values need three blocks for 10,000 resamples; quantiles must use all of them.
    values = list(np.random.default_rng(3).random(500))
    few, many = mean_interval(values, resamples=4_000), mean_interval(values, resamples=10_000)
    assert few.low == pytest.approx(many.low, abs=0.002)
    assert few.low != many.low


def test_about_95_of_100_intervals_hold_the_true_difference() -> None:
    random = np.random.default_rng(4)
    held = 0
    for _ in range(400):
        hard = random.random(60)
        ours = hard + random.normal(0.05, 0.2, 60)
        interval = paired_difference(
            {str(i): float(v) for i, v in enumerate(ours)},
            {str(i): float(v) for i, v in enumerate(hard)},
            resamples=1_000,
        )
        held += interval.low <= 0.05 <= interval.high
    assert 0.91 <= held / 400 <= 0.98
