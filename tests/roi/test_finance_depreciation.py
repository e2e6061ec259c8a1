"""Depreciation and tax: tables worked by hand, the sum of all charges, and the rows of the Japanese table."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roi.errors import RoiError
from roi.finance import declining_balance, declining_balance_japan, npv, straight_line, tax_flows
from roi.finance.depreciation import JAPANESE_RATES


def test_a_server_bought_at_half_year_is_written_off_over_six_fiscal_years() -> None:
    """(1 000 000 - 100 000) / 5 = 180 000 a year, half of it in the first and in the sixth."""
    charges = straight_line(1e6, 1e5, 5, 7, first_year_months=6)
    assert charges == pytest.approx((9e4, 18e4, 18e4, 18e4, 18e4, 9e4, 0.0))


def test_the_double_declining_balance_switches_to_equal_charges_in_its_fourth_year() -> None:
    """40 % of 1000, 600, 360; then 216 over two years, 108, beats 40 % of it, 86.4."""
    assert declining_balance(1000.0, 0.0, 5, 5) == pytest.approx((400.0, 240.0, 144.0, 108.0, 108.0))


def test_the_declining_balance_stops_at_salvage() -> None:
    """50 % of 1000, 500, 250 would leave 125; 50 are left to charge above a salvage of 200 in year 3."""
    assert declining_balance(1000.0, 200.0, 4, 4) == pytest.approx((500.0, 250.0, 50.0, 0.0))


def test_japan_charges_a_short_first_year_by_months_and_the_next_from_what_is_left() -> None:
    """40 % of 1000 for 3 of 12 months: 100; then 40 % of 900, 540, 324; 40 % of 194.4 misses the guarantee of 108,
    so 50 % of it in that year and in the next."""
    charges = declining_balance_japan(1000.0, 0.0, 5, 7, first_year_months=3)
    assert charges == pytest.approx((100.0, 360.0, 216.0, 129.6, 97.2, 97.2, 0.0))


@given(
    amount=st.floats(1e3, 1e9),
    salvage_fraction=st.floats(0.0, 0.9),
    life_years=st.integers(2, 20),
    first_year_months=st.integers(1, 12),
)
def test_all_charges_add_up_to_the_amount_less_salvage(
    amount: float, salvage_fraction: float, life_years: int, first_year_months: int
) -> None:
    salvage, years = salvage_fraction * amount, life_years + 1
    for method in (straight_line, declining_balance, declining_balance_japan):
        charges = method(amount, salvage, life_years, years, first_year_months=first_year_months)
        assert len(charges) == years
        assert min(charges) >= 0.0
        assert sum(charges) == pytest.approx(amount - salvage, rel=1e-12)


@given(amount=st.floats(1e3, 1e9), salvage_fraction=st.floats(0.0, 0.9), life_years=st.integers(2, 30))
def test_whole_years_leave_nothing_after_the_life(
    amount: float, salvage_fraction: float, life_years: int
) -> None:
    salvage = salvage_fraction * amount
    for method in (straight_line, declining_balance):
        assert sum(method(amount, salvage, life_years, life_years)) == pytest.approx(
            amount - salvage, rel=1e-12
        )


@pytest.mark.parametrize("life_years", JAPANESE_RATES)
def test_each_row_of_the_japanese_table_writes_off_within_its_life(life_years: int) -> None:
    assert sum(declining_balance_japan(1e6, 1.0, life_years, life_years)) == pytest.approx(
        999_999.0, rel=1e-12
    )


@pytest.mark.parametrize("life_years", [life for life in JAPANESE_RATES if life > 2])
def test_each_row_of_the_japanese_table_follows_from_its_life(life_years: int) -> None:
    """The rate is 2 / life to three digits. Once the balance has declined to book (1 - rate)^k and misses the
    guarantee, the revised rate spreads it over the years left, rounded up to three digits, and the guarantee is
    that even charge, which the table gives within 0.8 per cent."""
    row = JAPANESE_RATES[life_years]
    declining = sum((1 - row.rate) ** k * row.rate >= row.guarantee for k in range(life_years))
    left = life_years - declining
    assert row.rate == round(2 / life_years, 3)
    assert row.revised == math.ceil(1000 / left) / 1000
    assert row.guarantee == pytest.approx((1 - row.rate) ** declining / left, rel=0.008)


def test_a_life_outside_the_japanese_table_is_named() -> None:
    with pytest.raises(RoiError, match=r"a life of 47 years is not in the table .* holds 2 to 20"):
        declining_balance_japan(1e6, 1.0, 47, 10)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((100.0, 120.0, 5, 5), "salvage 120.0 must lie between 0 and the amount 100.0"),
        ((100.0, 0.0, 0.5, 5), "a depreciation life of 0.5 years"),
        ((100.0, 0.0, 5, 5, 0), "0 months of a first fiscal year"),
    ],
)
def test_an_impossible_asset_is_refused(arguments: tuple[float, ...], message: str) -> None:
    with pytest.raises(RoiError, match=message):
        straight_line(*arguments)


def test_tax_by_hand_with_losses_used_elsewhere_and_carried_forward() -> None:
    """Savings 300 less charges 400, 240, 108 are -100, 60, 192; at 30 per cent +30, -18, -57.6.

    Carried forward, the loss of 100 covers the 60 and 40 of the 192: 152 * 0.3 = 45.6.
    """
    savings, charges = [300.0, 300.0, 300.0], [400.0, 240.0, 108.0]
    assert tax_flows(savings, charges, 0.3) == pytest.approx((30.0, -18.0, -57.6))
    assert tax_flows(savings, charges, 0.3, "carried_forward") == pytest.approx((0.0, 0.0, -45.6))


@given(
    savings=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=10),
    rate=st.floats(0.0, 0.6),
    discount_rate=st.floats(0.0, 0.3),
)
def test_carrying_a_loss_forward_is_never_worth_more_than_using_it_at_once(
    savings: list[float], rate: float, discount_rate: float
) -> None:
    none = [0.0] * len(savings)
    at_once = npv(tax_flows(savings, none, rate), discount_rate)
    carried = npv(tax_flows(savings, none, rate, "carried_forward"), discount_rate)
    assert carried <= at_once + 1e-9 * sum(map(abs, savings))


def test_savings_and_depreciation_of_unlike_length_and_a_tax_in_per_cent_are_refused() -> None:
    with pytest.raises(RoiError, match="2 years of savings for 1 of depreciation"):
        tax_flows([1.0, 2.0], [1.0], 0.3)
    with pytest.raises(RoiError, match="tax rate 30 must lie between 0 and 1"):
        tax_flows([1.0], [1.0], 30)
