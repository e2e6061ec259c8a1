"""Drawn cash flows: row by row the same as the plain functions, and loaded only by name."""

import subprocess
import sys

import numpy as np
import pytest

from roi.errors import RoiError
from roi.finance.depreciation import tax_flows
from roi.finance.discounting import npv
from roi.finance.payback import payback_months, simple_payback_months


def drawn_flows(draws: int, periods: int) -> np.ndarray:
    """Outlay, noisy savings with a replacement in the middle, and one draw each that owes nothing or all."""
    random = np.random.default_rng(7)
    flows = random.normal(60.0, 90.0, (draws, periods))
    flows[:, 0] = -random.uniform(500.0, 4000.0, draws)
    flows[:, periods // 2] -= random.choice([0.0, 1500.0], draws)
    flows[0], flows[1] = 0.0, -1.0
    return flows


@pytest.mark.parametrize("rate", [-0.005, 0.0, 0.004])
def test_the_value_of_every_draw_is_that_of_its_own_flow(rate: float) -> None:
    flows = drawn_flows(200, 61)
    expected = [npv(row.tolist(), rate) for row in flows]
    assert npv(flows.T, np.full(len(flows), rate)) == pytest.approx(expected, rel=1e-11, abs=1e-9)


def test_every_draw_can_have_its_own_rate() -> None:
    flows, rates = drawn_flows(200, 61), np.linspace(-0.005, 0.02, 200)
    expected = [npv(row.tolist(), rate) for row, rate in zip(flows, rates, strict=True)]
    assert npv(flows.T, rates) == pytest.approx(expected, rel=1e-11, abs=1e-9)


def test_the_payback_of_every_draw_is_that_of_its_own_flow() -> None:
    flows = drawn_flows(500, 61)
    expected = [simple_payback_months(row.tolist()) for row in flows]
    assert 50 < sum(months is None for months in expected) < 450
    found = [None if np.isnan(months) else months for months in payback_months(flows.T)]
    assert [months is None for months in found] == [months is None for months in expected]
    paid = [(a, b) for a, b in zip(found, expected, strict=True) if b is not None]
    assert [a for a, _ in paid] == pytest.approx([b for _, b in paid], rel=1e-10)


def test_one_impossible_rate_among_the_draws_is_refused() -> None:
    with pytest.raises(RoiError, match=r"-1\. .*per period must be above -1"):
        npv(np.ones((3, 2)), np.array([0.1, -1.0]))


def test_the_tax_of_every_draw_is_that_of_its_own_savings() -> None:
    saved, charges = drawn_flows(50, 5), np.abs(drawn_flows(50, 5))
    found = np.array(tax_flows(saved.T, charges.T, np.full(50, 0.3))).T
    expected = [tax_flows(*each, 0.3) for each in zip(saved.tolist(), charges.tolist(), strict=True)]
    assert found == pytest.approx(np.array(expected), rel=1e-12)


def test_the_room_of_finance_loads_no_numpy() -> None:
    code = "import sys, roi.finance; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]
