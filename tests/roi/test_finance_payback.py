"""Payback: against a table worked by hand, by a second route, and with a replacement on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roi.finance.discounting import monthly_rate, npv
from roi.finance.payback import discounted_payback_months, simple_payback_months


def test_a_table_worked_by_hand_pays_back_in_the_middle_of_the_third_period() -> None:
    """Flow -1000, 440, 484, 532.4; at 10 per cent worth -1000, 400, 400, 400, in sum -1000, -600, -200, +200.

    Undiscounted in sum -1000, -560, -76, +456.4: 2 + 76 / 532.4.
    """
    flows = [-1000.0, 440.0, 484.0, 532.4]
    assert discounted_payback_months(flows, 0.10) == pytest.approx(2.5, rel=1e-14)
    assert simple_payback_months(flows) == pytest.approx(2 + 76 / 532.4, rel=1e-14)


@given(capex=st.floats(1.0, 1e9), months=st.floats(0.1, 239.0))
def test_a_flat_saving_pays_back_in_capex_over_saving(capex: float, months: float) -> None:
    saving = capex / months
    assert simple_payback_months([-capex, *[saving] * 240]) == pytest.approx(months, rel=1e-9)


def test_a_replacement_bought_later_must_come_back_too() -> None:
    """-100 + 3 * 50 = 50, replaced at month 4 for 120 beside the 50: -20; back after 20 / 50 of month 5."""
    assert simple_payback_months([-100.0, 50.0, 50.0, 50.0, 50.0 - 120.0, 50.0]) == pytest.approx(4.4)


def test_an_outlay_that_ends_unpaid_has_no_payback_even_if_it_was_paid_once() -> None:
    assert simple_payback_months([-100.0, 150.0, -60.0]) is None


def test_interest_can_keep_an_outlay_from_ever_coming_back() -> None:
    flows = [-100.0, 40.0, 40.0, 40.0]
    assert simple_payback_months(flows) == 2.5
    assert discounted_payback_months(flows, 0.10) is None


def test_nothing_laid_out_is_paid_back_at_once() -> None:
    assert simple_payback_months([0.0, 10.0, -5.0]) == 0.0
    assert simple_payback_months([]) == 0.0


def test_ten_tenths_pay_back_one_although_their_sum_falls_short_by_rounding() -> None:
    assert sum([-1.0, *[0.1] * 10]) < 0.0
    assert simple_payback_months([-1.0, *[0.1] * 10]) == pytest.approx(10.0, rel=1e-12)


def test_at_rate_zero_both_paybacks_are_one() -> None:
    flows = [-700.0, 90.0, 110.0, -30.0, 400.0, 300.0]
    assert discounted_payback_months(flows, 0.0) == simple_payback_months(flows)


@given(
    capex=st.floats(10.0, 1e6),
    savings=st.lists(st.floats(0.0, 1e5), min_size=1, max_size=60),
    rate=st.floats(1e-4, 0.3),
)
def test_discounting_never_shortens_and_a_positive_value_always_pays_back(
    capex: float, savings: list[float], rate: float
) -> None:
    flows, per_month = [-capex, *savings], monthly_rate(rate)
    simple, discounted = simple_payback_months(flows), discounted_payback_months(flows, per_month)
    if npv(flows, per_month) > 1e-9 * capex:
        assert simple is not None
        assert discounted is not None
        assert discounted >= simple * (1 - 1e-12)
    elif npv(flows, per_month) < -1e-9 * capex:
        assert discounted is None
