"""The M/D/1 wait: against Erlang's exact formula, against simulation, and at the edges."""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest

from roi.errors import RoiError
from roi.queueing import md1_wait_quantile, sojourn_p95


def erlang_wait_probability(utilization_fraction: float, wait: float) -> Decimal:
    """P(W <= t) by the alternating sum of 1909, in 400 digits because its terms cancel."""
    with localcontext(prec=400):
        rho, t = Decimal(utilization_fraction), Decimal(wait)
        total = Decimal(0)
        for k in range(math.floor(wait) + 1):
            x = rho * (k - t)
            total += (x**k if k else Decimal(1)) / math.factorial(k) * (-x).exp()
        return (1 - rho) * total


@pytest.mark.parametrize("utilization_fraction", [0.06, 0.3, 0.5, 0.8, 0.9, 0.95, 0.99])
@pytest.mark.parametrize("quantile", [0.95, 0.99, 0.9999])
def test_the_quantile_solves_the_formula_of_erlang(utilization_fraction: float, quantile: float) -> None:
    wait = md1_wait_quantile(utilization_fraction, quantile)
    assert float(erlang_wait_probability(utilization_fraction, wait)) == pytest.approx(quantile, abs=2e-14)


def test_simulated_requests_wait_as_long() -> None:
    """Lindley: the wait is the distance of a random walk from its running minimum."""
    random = np.random.default_rng(4)
    walk = np.cumsum(1.0 - random.exponential(1.0 / 0.8, 8_000_000))
    wait = walk - np.minimum.accumulate(np.minimum(walk, 0.0))
    for quantile in (0.5, 0.9, 0.95, 0.99):
        assert md1_wait_quantile(0.8, quantile) == pytest.approx(np.quantile(wait, quantile), rel=0.02)


def test_at_80_per_cent_load_one_request_in_twenty_takes_more_than_7_62_service_times() -> None:
    assert sojourn_p95(1.0, 0.8) == pytest.approx(7.6203, abs=5e-5)
    assert sojourn_p95(2.5, 0.8) == pytest.approx(2.5 * 7.620325, rel=1e-6)


def test_a_server_that_is_nearly_always_busy_waits_exponentially() -> None:
    """Heavy traffic: the mean wait of M/D/1, rho / (2 (1 - rho)), times ln 20."""
    mean_wait = 0.99999 / (2 * 1e-5)
    assert md1_wait_quantile(0.99999, 0.95) == pytest.approx(mean_wait * math.log(20.0), rel=2e-5)


def test_who_finds_the_server_idle_does_not_wait() -> None:
    assert md1_wait_quantile(0.0, 0.95) == 0.0
    assert md1_wait_quantile(0.05, 0.95) == 0.0
    assert md1_wait_quantile(0.3, 0.7) == 0.0
    assert sojourn_p95(3.0, 0.0) == 3.0


@pytest.mark.parametrize("utilization_fraction", [1.0, 1.5, -0.1, float("nan")])
def test_a_server_without_spare_time_is_refused(utilization_fraction: float) -> None:
    with pytest.raises(RoiError, match="must be at least 0 and below 1"):
        md1_wait_quantile(utilization_fraction, 0.95)


def test_impossible_quantiles_and_services_are_refused() -> None:
    with pytest.raises(RoiError, match=r"quantile 1\.0 must be"):
        md1_wait_quantile(0.5, 1.0)
    with pytest.raises(RoiError, match=r"service time 0\.0 s must be above 0"):
        sojourn_p95(0.0, 0.5)
