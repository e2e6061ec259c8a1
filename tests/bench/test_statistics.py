import itertools
import math
import random
from collections.abc import Iterator

import pytest
from scipy import stats

from bench.distributions import (
    beta_quantile,
    chi_square_distribution,
    chi_square_quantile,
    t_distribution,
    t_quantile,
)
from bench.protocol.measure import stop_reason
from bench.protocol.tiers import QUICK, STANDARD, Tier
from bench.statistics import (
    Budget,
    Interval,
    Sample,
    autocorrelation,
    degrees_of_freedom_of,
    interval_95,
    ratio_95,
    sample_of,
)

RUNS = 2000


@pytest.mark.parametrize("freedom", [0.5, 1, 1.5, 2, 4, 5.7, 29, 1000, 1e5])
@pytest.mark.parametrize("probability", [0.6, 0.9, 0.975, 0.995, 0.9999])
def test_t_quantiles_are_those_of_scipy(probability: float, freedom: float) -> None:
    assert t_quantile(probability, freedom) == pytest.approx(stats.t.ppf(probability, freedom), rel=1e-8)


@pytest.mark.parametrize("t", [0.0, 1e-6, 0.3, 1.0, 5.0, 400.0])
def test_the_t_distribution_is_that_of_scipy(t: float) -> None:
    assert t_distribution(t, 3.5) == pytest.approx(stats.t.cdf(t, 3.5), rel=1e-12)


@pytest.mark.parametrize("freedom", [1, 2, 6.5, 16, 300])
@pytest.mark.parametrize("probability", [1e-6, 0.025, 0.5, 0.975, 0.99999])
def test_chi_square_quantiles_are_those_of_scipy(probability: float, freedom: float) -> None:
    assert chi_square_quantile(probability, freedom) == pytest.approx(
        stats.chi2.ppf(probability, freedom), rel=1e-9
    )


@pytest.mark.parametrize("x", [0.0, 0.01, 1.0, 17.9, 18.1, 800.0, 5000.0])
def test_the_chi_square_distribution_is_that_of_scipy(x: float) -> None:
    assert chi_square_distribution(x, 16) == pytest.approx(stats.chi2.cdf(x, 16), rel=1e-12, abs=1e-300)


@pytest.mark.parametrize(("a", "b"), [(1, 5), (3, 15), (17, 1), (0.5, 9)])
@pytest.mark.parametrize("probability", [0.025, 0.5, 0.975])
def test_beta_quantiles_are_those_of_scipy(probability: float, a: float, b: float) -> None:
    assert beta_quantile(probability, a, b) == pytest.approx(stats.beta.ppf(probability, a, b), rel=1e-9)


def test_degrees_of_freedom_come_back_from_their_quantile() -> None:
    assert degrees_of_freedom_of(t_quantile(0.975, 6.5)) == pytest.approx(6.5, rel=1e-6)


def test_five_values_have_the_interval_of_the_textbook() -> None:
    interval = interval_95([98.0, 99.0, 100.0, 101.0, 102.0])
    assert (interval.mean, interval.unit) == (100.0, "window")
    assert interval.half_width == pytest.approx(2.7764451 * math.sqrt(2.5) / math.sqrt(5))
    assert interval.standard_fraction == pytest.approx(math.sqrt(2.5 / 5) / 100)


def test_autocorrelation_of_a_ramp_of_four_is_a_quarter() -> None:
    assert autocorrelation([1.0, 2.0, 3.0, 4.0]) == pytest.approx(0.25)


def test_equal_values_have_no_autocorrelation_and_no_width() -> None:
    interval = interval_95([5.0] * 8)
    assert (interval.autocorrelation, interval.half_width) == (0.0, 0.0)


def test_a_drift_over_eight_windows_makes_the_process_the_unit() -> None:
    ramp = [100.0 + step for step in range(8)]
    interval = interval_95(ramp)
    correlation = autocorrelation(ramp)
    plain = t_quantile(0.975, 7) * interval.stdev / math.sqrt(8)
    assert interval.unit == "process"
    assert interval.half_width == pytest.approx(plain * math.sqrt((1 + correlation) / (1 - correlation)))


def test_a_drift_over_seven_windows_cannot_be_told() -> None:
    interval = interval_95([100.0 + step for step in range(7)])
    assert (interval.unit, interval.autocorrelation) == ("window", None)


def test_the_budget_expands_by_two_when_the_scatter_is_small() -> None:
    budget = Budget(statistical_fraction=0.001, tick_fraction=0.0, sensor_fraction=0.05, degrees_of_freedom=4)
    assert budget.absolute_fraction == pytest.approx(2 * math.hypot(0.001, 0.05))


def test_the_budget_expands_by_the_t_quantile_when_the_scatter_rules() -> None:
    budget = Budget(statistical_fraction=0.02, tick_fraction=0.0, sensor_fraction=0.0, degrees_of_freedom=4)
    assert budget.absolute_fraction == pytest.approx(2.7764451 * 0.02)


def test_the_sensor_is_in_the_absolute_interval_and_not_in_the_comparison() -> None:
    budget = Budget(statistical_fraction=0.01, tick_fraction=0.01, sensor_fraction=0.05, degrees_of_freedom=4)
    freedom = 4 * 2**2
    assert budget.comparison_fraction == pytest.approx(t_quantile(0.975, freedom) * 0.01 * math.sqrt(2))
    assert budget.absolute_fraction > 2 * 0.05


def test_a_ratio_of_two_exact_means_has_no_width() -> None:
    ratio = ratio_95(Sample(300.0, 0.0, 4), Sample(200.0, 0.0, 4))
    assert (ratio.low, ratio.value, ratio.high) == (1.5, 1.5, 1.5)


def test_a_ratio_of_equal_scatters_has_the_interval_of_welch_on_logarithms() -> None:
    ratio = ratio_95(Sample(100.0, 0.01, 4), Sample(100.0, 0.01, 4))
    assert math.log(ratio.high) == pytest.approx(stats.t.ppf(0.975, 8) * 0.01 * math.sqrt(2))
    assert ratio.low * ratio.high == pytest.approx(1.0)


def test_sensors_of_two_boards_widen_a_ratio() -> None:
    ratio = ratio_95(Sample(100.0, 0.001, 4), Sample(100.0, 0.001, 4), common_fraction=0.05)
    assert math.log(ratio.high) == pytest.approx(1.96 * 0.05 * math.sqrt(2), rel=0.01)


def test_a_stored_half_width_tells_how_many_repeats_stood_behind_it() -> None:
    three_processes = sample_of(100.0, 0.004, 100.0 * 0.004 * t_quantile(0.975, 2))
    assert three_processes.degrees_of_freedom == pytest.approx(2, rel=1e-6)


def run_of(tier: Tier, spread: float, generator: random.Random) -> Interval:
    """One synthetic run under the stop rule; its true mean is 1."""
    figures: list[float] = []
    while True:
        figures.append(generator.gauss(1.0, spread))
        if stop_reason(figures, len(figures), len(figures) * tier.window_min_s, tier):
            return interval_95(figures)


def covered(tier: Tier, spread: float) -> float:
    generator = random.Random(20260301)
    runs = (run_of(tier, spread, generator) for _ in range(RUNS))
    return sum(abs(run.mean - 1.0) <= run.half_width for run in runs) / RUNS


@pytest.mark.parametrize("spread", [0.005, 0.02, 0.03])
def test_the_standard_tier_holds_the_truth_in_92_percent_of_2000_runs(spread: float) -> None:
    assert covered(STANDARD, spread) >= 0.92


@pytest.mark.parametrize(("spread", "share"), [(0.04, 0.90), (0.05, 0.85), (0.06, 0.79)])
def test_quick_runs_that_met_the_rule_hold_the_truth_as_often_as_their_class_says(
    spread: float, share: float
) -> None:
    generator = random.Random(1)
    runs = [run_of(QUICK, spread, generator) for _ in range(RUNS)]
    met = [run for run in runs if run.half_width_fraction <= QUICK.half_width_fraction]
    hits = sum(abs(run.mean - 1.0) <= run.half_width for run in met)
    assert hits / len(met) == pytest.approx(share, abs=0.015)


def pairs_of_runs() -> Iterator[tuple[Sample, Sample]]:
    generator = random.Random(7)
    runs = (run_of(STANDARD, 0.015, generator) for _ in itertools.count())
    samples = (Sample(run.mean, run.standard_fraction, run.n - 1) for run in runs)
    return itertools.islice(zip(samples, samples, strict=False), RUNS // 2)


def test_the_ratio_of_a_point_to_itself_contains_1_in_93_percent() -> None:
    hits = [ratio_95(a, b).contains(1.0) for a, b in pairs_of_runs()]
    assert sum(hits) / len(hits) >= 0.93
