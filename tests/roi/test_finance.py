"""Finance: against numpy-financial, by a second route, and at the edges."""

import numpy_financial
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roi.errors import RoiError
from roi.finance.discounting import (
    annuity,
    capital_recovery_factor,
    monthly_rate,
    npv,
    present_value_factor,
    start_factor,
    year_factor,
)
from roi.finance.measures import (
    abatement_cost_per_tonne,
    equivalent_annual_cost,
    own_rate_per_h,
    roi_fraction,
)

RATES = [-0.005, 1e-12, 0.03, 0.25]


@pytest.mark.parametrize("rate", [*RATES, 0.0])
@pytest.mark.parametrize("years", [1, 5, 30])
def test_the_capital_recovery_factor_is_the_level_payment_of_numpy_financial(rate: float, years: int) -> None:
    tolerance = 1e-3 if rate == 1e-12 else 1e-12
    expected = -numpy_financial.pmt(rate, years, 1.0)
    assert capital_recovery_factor(rate, years) == pytest.approx(expected, rel=tolerance)


def test_a_tiny_rate_goes_over_into_rate_zero() -> None:
    assert capital_recovery_factor(1e-12, 5) == pytest.approx(0.2 * (1 + 3e-12), rel=1e-15)
    assert capital_recovery_factor(0.0, 5) == 0.2


@pytest.mark.parametrize("rate", [*RATES, 0.0])
def test_net_present_value_counts_the_first_flow_as_today(rate: float) -> None:
    cash_flows = [-1000.0, 300.0, 420.0, 680.0, -50.0]
    assert npv(cash_flows, rate) == pytest.approx(numpy_financial.npv(rate, cash_flows), rel=1e-12)


@given(
    flows=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40),
    rate=st.floats(-0.01, 0.5),
)
def test_net_present_value_is_the_sum_of_discounted_flows(flows: list[float], rate: float) -> None:
    assert npv(flows, rate) == pytest.approx(
        sum(flow / (1 + rate) ** t for t, flow in enumerate(flows)), rel=1e-12, abs=1e-6
    )


def test_a_unit_in_two_years_at_ten_per_cent_is_worth_one_over_1_21() -> None:
    assert present_value_factor(0.1, 2) == pytest.approx(1 / 1.21, rel=1e-15)
    assert present_value_factor(0.0, 7) == 1.0


@given(amount=st.floats(1.0, 1e9), rate=st.floats(-0.01, 0.5), years=st.integers(1, 40))
def test_an_annuity_is_worth_its_amount_today(amount: float, rate: float, years: int) -> None:
    assert npv([0.0, *[annuity(amount, rate, years)] * years], rate) == pytest.approx(amount, rel=1e-12)


@pytest.mark.parametrize("rate", [-0.005, 0.0, 0.05, 1.0])
def test_twelve_months_compound_to_the_year(rate: float) -> None:
    assert (1 + monthly_rate(rate)) ** 12 - 1 == pytest.approx(rate, abs=1e-14)


@given(
    capex=st.floats(1e5, 1e8),
    residual_fraction=st.floats(0.0, 0.5),
    rate=st.floats(-0.005, 0.3),
    life_years=st.integers(1, 12),
    utilization_fraction=st.floats(0.05, 1.0),
)
def test_discounted_rents_pay_back_what_buying_costs_net_of_the_resale(
    capex: float, residual_fraction: float, rate: float, life_years: int, utilization_fraction: float
) -> None:
    residual, upkeep = residual_fraction * capex, 0.04 * capex
    price_per_h = own_rate_per_h(capex, residual, rate, life_years, upkeep, utilization_fraction)
    busy_h_per_year = 8760 * utilization_fraction
    rents = [
        (price_per_h * busy_h_per_year - upkeep) / (1 + rate) ** (year + 1) for year in range(life_years)
    ]
    assert sum(rents) == pytest.approx(capex - residual / (1 + rate) ** life_years, rel=1e-11)


def test_without_interest_an_owned_board_costs_capex_and_upkeep_over_its_busy_hours() -> None:
    """(5 000 000 - 500 000) / 5 + 200 000 = 1 100 000 a year over 4380 busy hours."""
    assert own_rate_per_h(5e6, 5e5, 0.0, 5, 2e5, 0.5) == pytest.approx(1_100_000 / 4380, rel=1e-15)


@pytest.mark.parametrize("rate", [-1.0, -2.0, float("nan"), float("inf")])
def test_a_rate_of_minus_one_or_less_is_refused(rate: float) -> None:
    with pytest.raises(RoiError, match="must be above -1 and finite"):
        npv([1.0], rate)


def test_a_life_of_zero_years_and_a_board_that_is_never_busy_are_refused() -> None:
    with pytest.raises(RoiError, match=r"a life of 0 years must be above 0"):
        capital_recovery_factor(0.05, 0)
    with pytest.raises(RoiError, match=r"utilization 0\.0 must lie above 0"):
        own_rate_per_h(1e6, 0.0, 0.05, 5, 0.0, 0.0)


def test_a_spreadsheet_worked_by_hand_gives_the_value_of_a_plan() -> None:
    """At 10 per cent -1000 + 500 / 1.1 + 400 / 1.21 + 300 / 1.331 = -1000 + 454.5455 + 330.5785 + 225.3944."""
    cash_flows = [-1000.0, 500.0, 400.0, 300.0]
    assert npv(cash_flows, 0.10) == pytest.approx(10.5184, abs=5e-5)
    assert numpy_financial.npv(0.10, cash_flows) == pytest.approx(10.5184, abs=5e-5)


@pytest.mark.parametrize("rate", [-0.005, 0.0, 0.05, 0.30])
def test_a_cost_spread_over_years_is_worth_what_its_months_are_worth(rate: float) -> None:
    """3 years of 1200, 2400, 600: a twelfth of each at the ends of its months."""
    months = [0.0, *[100.0] * 12, *[200.0] * 12, *[50.0] * 12]
    by_year = sum(cost * year_factor(rate, year) for year, cost in enumerate([1200.0, 2400.0, 600.0]))
    assert by_year == pytest.approx(npv(months, monthly_rate(rate)), rel=1e-14)


@pytest.mark.parametrize("rate", [-0.005, 0.0, 0.05, 0.30])
def test_a_cost_at_the_beginning_of_a_year_is_worth_what_its_month_is_worth(rate: float) -> None:
    assert start_factor(rate, 2) == pytest.approx(npv([0.0] * 24 + [1.0], monthly_rate(rate)), rel=1e-14)


def test_without_interest_every_year_counts_in_full() -> None:
    assert [year_factor(0.0, year) for year in range(3)] == [1.0, 1.0, 1.0]
    assert start_factor(0.0, 4) == 1.0


def test_the_equivalent_annual_cost_of_a_thousand_over_two_years_at_ten_per_cent() -> None:
    """x / 1.1 + x / 1.21 = 1000, x = 1210 / 2.1; over two years without interest half of it."""
    assert equivalent_annual_cost(1000.0, 0.10, 2) == pytest.approx(1210 / 2.1, rel=1e-14)
    assert equivalent_annual_cost(1000.0, 0.0, 2) == 500.0


def test_the_return_on_eight_hundred_that_bring_a_thousand_is_a_quarter() -> None:
    assert roi_fraction(1000.0, 800.0) == 0.25
    assert roi_fraction(1000.0, 0.0) is None


def test_a_tonne_that_is_avoided_at_a_gain_costs_less_than_nothing() -> None:
    assert abatement_cost_per_tonne(-5000.0, 2.5) == 2000.0
    assert abatement_cost_per_tonne(5000.0, 2.5) == -2000.0
    assert abatement_cost_per_tonne(5000.0, 0.0) is None
    assert abatement_cost_per_tonne(5000.0, -1.0) is None
