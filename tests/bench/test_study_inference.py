"""Intervals and p-values of the study: by hand, against scipy, and by how often they hold the truth."""

import math
import random
from collections.abc import Callable
from statistics import stdev

import pytest
from scipy import stats

from bench.study.inference import (
    Estimate,
    LogMean,
    difference_of,
    expected_range,
    expected_ratio,
    holm,
    inside,
    majority,
    mean_of,
    negligible,
    raised,
    rank_correlation,
)

RUNS = 1000
LOGS = (math.log(2.0), math.log(3.0), math.log(4.0), math.log(3.5))
OTHERS = (math.log(1.5), math.log(2.5), math.log(1.2))


def test_a_ratio_and_its_interval_are_worked_by_hand() -> None:
    estimate = raised(mean_of([math.log(2.0), math.log(8.0)]), 0.05)
    assert estimate.value == pytest.approx(4.0)
    # s = ln 4 / sqrt 2 over sqrt 2 is ln 2; t(0.975, 1) = 12.7062: 4 / 2^12.7062 to 4 x 2^12.7062.
    assert estimate.low == pytest.approx(4.0 / 2**12.7062, rel=1e-4)
    assert estimate.high == pytest.approx(4.0 * 2**12.7062, rel=1e-4)


def test_the_p_value_of_a_mean_is_that_of_a_one_sided_t_test() -> None:
    oracle = stats.ttest_1samp(LOGS, math.log(2.0), alternative="greater")
    assert mean_of(LOGS).p_above(math.log(2.0)) == pytest.approx(oracle.pvalue, rel=1e-9)
    assert mean_of(LOGS).p_below(math.log(2.0)) == pytest.approx(1 - oracle.pvalue, rel=1e-9)


def test_two_groups_of_models_are_compared_after_welch() -> None:
    oracle = stats.ttest_ind(LOGS, OTHERS, equal_var=False)
    reach = oracle.confidence_interval(0.95)
    estimate = raised(difference_of(LOGS, OTHERS), 0.05)
    assert (estimate.low, estimate.high) == pytest.approx(
        (math.exp(reach.low), math.exp(reach.high)), rel=1e-7
    )
    assert 2 * estimate.p_for == pytest.approx(oracle.pvalue, rel=1e-8)


def test_an_exact_share_has_the_interval_of_clopper_and_pearson() -> None:
    oracle = stats.binomtest(13, 17, 0.5, alternative="greater")
    reach = stats.binomtest(13, 17).proportion_ci(0.95, method="exact")
    estimate = majority(13, 17)
    assert (estimate.low, estimate.high) == pytest.approx((reach.low, reach.high), rel=1e-9)
    assert estimate.p_for == pytest.approx(oracle.pvalue, rel=1e-12)


def test_five_of_five_models_do_not_show_a_majority_but_six_of_six_do() -> None:
    assert majority(5, 5).p_two_sided == pytest.approx(2 / 32)
    assert majority(6, 6).p_two_sided == pytest.approx(2 / 64)


def test_no_significant_difference_with_a_wide_interval_is_no_equivalence() -> None:
    wide = negligible(LogMean(0.0, 0.10, 16), 0.05)
    assert wide.p_against == pytest.approx(0.5)
    assert wide.p_for == pytest.approx(stats.t.sf(math.log(1.05) / 0.10, 16))
    assert wide.p_two_sided > 0.3


def test_a_real_difference_within_the_margin_is_equivalence() -> None:
    small = negligible(LogMean(0.01, 0.001, 16), 0.05)
    assert small.p_against < 1e-6
    assert small.speaks_for
    assert small.p_two_sided < 1e-6


def test_a_ratio_inside_a_range_and_one_outside_end_on_either_side() -> None:
    assert inside(LogMean(math.log(3.0), 0.05, 16), 1.3, 4.7).speaks_for
    beyond = inside(LogMean(math.log(6.0), 0.05, 16), 1.3, 4.7)
    assert not beyond.speaks_for
    assert beyond.p_two_sided == pytest.approx(2 * stats.t.sf(math.log(6.0 / 4.7) / 0.05, 16), rel=1e-6)


def test_the_expected_range_of_normal_values_is_the_tabulated_one() -> None:
    assert expected_range(2) == pytest.approx(2 / math.sqrt(math.pi), rel=1e-9)
    assert expected_range(17) == pytest.approx(3.588, abs=5e-4)


def test_a_spread_has_the_chi_square_interval_of_its_standard_deviation() -> None:
    estimate = expected_ratio(LOGS, 17, 10.0)
    sigma = [stdev(LOGS) * math.sqrt(3 / stats.chi2.ppf(tail, 3)) for tail in (0.975, 0.025)]
    ends = [math.exp(expected_range(17) * one) for one in sigma]
    assert (estimate.low, estimate.high) == pytest.approx(ends, rel=1e-9)
    assert estimate.p_for + estimate.p_against == pytest.approx(1.0)


def test_a_rank_correlation_is_spearmans_with_shared_ranks() -> None:
    x, y = (1.0, 2.0, 2.0, 4.0, 5.0, 7.0), (3.0, 1.0, 4.0, 4.0, 6.0, 5.0)
    estimate = rank_correlation(x, y, 0.7)
    assert estimate.value == pytest.approx(stats.spearmanr(x, y).statistic, rel=1e-12)


def test_a_perfect_order_of_five_models_still_has_an_interval() -> None:
    estimate = rank_correlation((1, 2, 3, 4, 5), (1, 2, 3, 4, 5), 0.7)
    assert (estimate.value, estimate.high) == (1.0, 1.0)
    assert estimate.low == pytest.approx(
        math.tanh(math.atanh(0.95) - 1.959964 * math.sqrt(1.45125 / 2)), rel=1e-6
    )


def test_holm_is_worked_by_hand() -> None:
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def _holds(draw: Callable[[random.Random], Estimate], truth: float, seed: int) -> float:
    generator = random.Random(seed)
    estimates = [draw(generator) for _ in range(RUNS)]
    return sum(one.low <= truth <= one.high for one in estimates) / RUNS


def _normal(generator: random.Random, mean: float, sigma: float, n: int) -> list[float]:
    return [generator.gauss(mean, sigma) for _ in range(n)]


def test_intervals_of_ratios_hold_the_truth_in_19_of_20_studies() -> None:
    share = _holds(lambda one: raised(mean_of(_normal(one, math.log(1.3), 0.2, 6)), 0.05), 1.3, seed=1)
    assert share == pytest.approx(0.95, abs=0.02)


def test_intervals_of_two_families_hold_the_truth_though_their_spreads_differ() -> None:
    def draw(one: random.Random) -> Estimate:
        return raised(difference_of(_normal(one, math.log(2), 0.9, 6), _normal(one, 0.0, 0.3, 11)), 0.05)

    assert _holds(draw, 2.0, seed=2) == pytest.approx(0.95, abs=0.02)


def test_intervals_of_the_spread_hold_the_truth_in_19_of_20_studies() -> None:
    truth = math.exp(expected_range(17) * 0.8)
    share = _holds(lambda one: expected_ratio(_normal(one, 5.0, 0.8, 9), 17, 10.0), truth, seed=3)
    assert share == pytest.approx(0.95, abs=0.02)


def test_intervals_of_a_share_hold_the_truth_at_least_as_often() -> None:
    share = _holds(lambda one: majority(sum(one.random() < 0.7 for _ in range(17)), 17), 0.7, seed=4)
    assert share >= 0.95


@pytest.mark.parametrize("n", [7, 17])
def test_intervals_of_a_rank_correlation_hold_the_truth(n: int) -> None:
    def draw(one: random.Random) -> Estimate:
        x = _normal(one, 0.0, 1.0, n)
        y = [0.6 * value + 0.8 * one.gauss(0.0, 1.0) for value in x]
        return rank_correlation(x, y, 0.7)

    truth = 6 / math.pi * math.asin(0.6 / 2)
    assert _holds(draw, truth, seed=5) == pytest.approx(0.95, abs=0.03)
