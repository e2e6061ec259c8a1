"""Rates of return: against numpy-financial, against flows made from known rates, and where there is none."""

import numpy as np
import numpy_financial
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from roi.errors import RoiError
from roi.finance.discounting import monthly_rate, npv, yearly_rate
from roi.finance.rates_of_return import Irr, irr

outlays = st.floats(1.0, 1e8)
amounts = st.floats(-1e6, 1e6).filter(lambda amount: amount == 0.0 or abs(amount) > 1e-6)


def net_over_gross(flows: list[float], rate: float) -> float:
    """Net present value over the value of all amounts, as seen from the end where powers would be too large."""
    last = len(flows) - 1
    powers = [-t if rate >= 0.0 else last - t for t in range(last + 1)]
    terms = [flow * (1.0 + rate) ** power for flow, power in zip(flows, powers, strict=True)]
    return sum(terms) / sum(map(abs, terms))


def flows_with_rates(rates: list[float]) -> list[float]:
    """A flow, beginning with a cost, whose net present value is zero at exactly these rates."""
    flows = np.array([1.0])
    for rate in rates:
        flows = np.convolve(flows, [-1.0, 1.0 + rate])
    return list(-1000.0 * np.sign(flows[0]) * flows)


def test_six_hundred_and_five_hundred_and_fifty_return_ten_per_cent_on_a_thousand() -> None:
    """600 / 1.1 + 550 / 1.21 = 545.4545... + 454.5454... = 1000."""
    assert irr([-1000.0, 600.0, 550.0]).rate == pytest.approx(0.10, rel=1e-14)
    assert numpy_financial.irr([-1000.0, 600.0, 550.0]) == pytest.approx(0.10, rel=1e-12)


@given(outlay=outlays, gains=st.lists(st.floats(0.0, 1e7), min_size=1, max_size=60))
def test_a_conventional_flow_has_one_rate_and_is_worth_nothing_at_it(
    outlay: float, gains: list[float]
) -> None:
    assume(sum(gains) > 1e-3 * outlay)
    found = irr([-outlay, *gains])
    assert found.reason is None
    assert found.rate is not None
    assert abs(net_over_gross([-outlay, *gains], found.rate)) < 1e-12


@given(gains=st.lists(st.floats(50.0, 200.0), min_size=3, max_size=30))
def test_the_one_rate_of_a_conventional_flow_is_that_of_numpy_financial(gains: list[float]) -> None:
    flows = [-500.0, *gains]
    assert irr(flows).rate == pytest.approx(numpy_financial.irr(flows), rel=1e-6, abs=1e-8)


@given(flows=st.lists(amounts, min_size=2, max_size=40))
def test_every_rate_that_is_found_makes_the_flow_worth_nothing(flows: list[float]) -> None:
    """To the digits that 1 + rate has left: fewer where the rate is near -1."""
    for rate in irr(flows).roots:
        assert abs(net_over_gross(flows, rate)) < 1e-14 * len(flows) / min(1.0, 1.0 + rate)


@given(
    savings=st.lists(st.floats(-400.0, 1000.0), min_size=4, max_size=40),
    outlay_fraction=st.floats(0.05, 0.95),
)
def test_below_the_rate_a_plan_gains_and_above_it_it_loses(
    savings: list[float], outlay_fraction: float
) -> None:
    assume(sum(savings) > 1.0)
    flows = [-outlay_fraction * sum(savings), *savings]
    rate = irr(flows).rate
    assume(rate is not None)
    assert rate > 0.0
    for share in (0.0, 0.3, 0.9, 0.999):
        assert net_over_gross(flows, share * rate) > -1e-13
        assert net_over_gross(flows, rate + (1.0 - share) * (1.0 + rate)) < 1e-13


@given(
    outlay=outlays,
    gains=st.lists(st.floats(0.1, 1e6), min_size=1, max_size=30),
    low=st.floats(-0.005, 0.5),
    step=st.floats(1e-4, 0.5),
)
def test_the_net_present_value_of_a_conventional_flow_falls_with_the_rate(
    outlay: float, gains: list[float], low: float, step: float
) -> None:
    assert npv([-outlay, *gains], low + step) < npv([-outlay, *gains], low)


@given(
    rates=st.lists(
        st.sampled_from([-0.6, -0.3, 0.0, 0.08, 0.2, 0.5, 1.2, 3.0]), min_size=1, max_size=5, unique=True
    )
)
def test_a_flow_made_from_known_rates_gives_them_back(rates: list[float]) -> None:
    found = irr(flows_with_rates(rates))
    not_negative = [rate for rate in rates if rate >= 0.0]
    if len(not_negative) == 1:
        assert found.rate == pytest.approx(not_negative[0], rel=1e-6, abs=1e-9)
    else:
        assert found.roots == pytest.approx(sorted(rates), rel=1e-6, abs=1e-9)
        assert (found.reason is None) == (len(rates) == 1)


def test_four_rates_fit_one_flow_and_all_are_named() -> None:
    """252 (x - 5/4) (x - 4/3) (x - 10/7) (x - 5/3), x = 1 + rate: a classroom problem of multiple rates."""
    found = irr([-252.0, 1431.0, -3035.0, 2850.0, -1000.0])
    assert found.reason == "several"
    assert found.roots == pytest.approx((1 / 4, 1 / 3, 3 / 7, 2 / 3), rel=1e-9)


def test_an_oil_pump_returns_25_and_400_per_cent_where_a_spreadsheet_says_25() -> None:
    found = irr([-1600.0, 10000.0, -10000.0])
    assert found == Irr(None, "several", found.roots)
    assert found.roots == pytest.approx((0.25, 4.0), rel=1e-14)
    assert numpy_financial.irr([-1600.0, 10000.0, -10000.0]) == pytest.approx(0.25)


def test_the_one_rate_above_zero_counts_where_numpy_financial_returns_one_below() -> None:
    """Clearing up at the end adds a rate of -76 per cent, numpy-financial's answer (its issue 28)."""
    flows = [-50.0, -100.0, 600.0, 300.0, -100.0]
    assert irr(flows).rate == pytest.approx(1.854417828, rel=1e-9)
    assert numpy_financial.irr(flows) == pytest.approx(-0.76, abs=0.01)


def test_several_rates_below_zero_are_no_answer() -> None:
    found = irr(flows_with_rates([-0.6, -0.2]))
    assert found.reason == "several"
    assert found.roots == pytest.approx((-0.6, -0.2), rel=1e-12)


def test_a_rate_that_is_only_touched_is_a_double_one() -> None:
    assert irr([-1.0, 2.0, -1.0]) == Irr(None, "several", (0.0, 0.0))


def test_money_that_just_comes_back_returns_exactly_nothing() -> None:
    assert irr([-0.3, 0.1, 0.1, 0.1]).rate == 0.0


@pytest.mark.parametrize(
    ("flows", "reason"),
    [
        ([], "no_flows"),
        ([0.0, 0.0], "no_flows"),
        ([-100.0, -1.0, 0.0], "only_costs"),
        ([0.0, 5.0, 0.0], "only_gains"),
        ([100.0, -60.0, -60.0], "gains_first"),
        ([1.0, -2.0, 1.5], "no_root"),
        ([-1e-200, 1e200], "out_of_range"),
        ([-1.0, 0.0, 1e-300], "out_of_range"),
    ],
)
def test_where_there_is_no_rate_of_return_the_reason_is_named(flows: list[float], reason: str) -> None:
    assert irr(flows).rate is None
    assert irr(flows).reason == reason


def test_thirty_years_of_months_and_leading_zeros_do_not_disturb_the_rate() -> None:
    """An annuity over 360 months at half a per cent: 1000 / month is worth (1 - 1.005^-360) / 0.005 * 1000."""
    worth = (1 - 1.005**-360) / 0.005 * 1000
    assert irr([0.0, 0.0, -worth, *[1000.0] * 360, 0.0]).rate == pytest.approx(0.005, rel=1e-12)


@pytest.mark.parametrize("scale", [1e-290, 1e-9, 1e9, 1e290])
def test_the_size_of_the_amounts_does_not_matter(scale: float) -> None:
    flows = [-1000.0, 20.0, -300.0, 900.0, 800.0]
    assert irr([scale * flow for flow in flows]).rate == pytest.approx(irr(flows).rate, rel=1e-12)


def test_a_rate_of_months_compounds_to_a_rate_of_years() -> None:
    flows = [-1200.0, *[0.0] * 11, 1320.0]
    rate = irr(flows).rate
    assert rate is not None
    assert yearly_rate(rate) == pytest.approx(0.10, rel=1e-13)


@given(rate=st.floats(-0.5, 3.0))
def test_the_yearly_rate_undoes_the_monthly_rate(rate: float) -> None:
    assert yearly_rate(monthly_rate(rate)) == pytest.approx(rate, rel=1e-12, abs=1e-15)


def test_a_flow_that_is_not_a_number_is_refused() -> None:
    with pytest.raises(RoiError, match="a cash flow is infinite or not a number"):
        irr([-1.0, float("nan"), 2.0])
