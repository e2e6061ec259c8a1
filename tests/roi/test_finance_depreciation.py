"""Depreciation and tax: tables worked by hand, the sum of all charges, and the rows of the Japanese table."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roi.errors import RoiError
from roi.finance.depreciation import JAPANESE_RATES, declining_balance_japan, straight_line, tax_flows


def test_a_server_is_written_off_in_equal_charges_down_to_salvage() -> None:
    """(1 000 000 - 100 000) / 5 = 180 000 a year."""
    assert straight_line(1e6, 1e5, 5, 7) == pytest.approx((18e4, 18e4, 18e4, 18e4, 18e4, 0.0, 0.0))


@given(
    amount=st.floats(1e3, 1e9),
    salvage_fraction=st.floats(0.0, 0.9),
    life_years=st.integers(2, 20),
    longer=st.integers(0, 1),
)
def test_all_charges_add_up_to_the_amount_less_salvage(
    amount: float, salvage_fraction: float, life_years: int, longer: int
) -> None:
    salvage, years = salvage_fraction * amount, life_years + longer
    for method in (straight_line, declining_balance_japan):
        charges = method(amount, salvage, life_years, years)
        assert len(charges) == years
        assert min(charges) >= 0.0
        assert sum(charges) == pytest.approx(amount - salvage, rel=1e-12)


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
    ],
)
def test_an_impossible_asset_is_refused(arguments: tuple[float, ...], message: str) -> None:
    with pytest.raises(RoiError, match=message):
        straight_line(*arguments)


def test_tax_by_hand_with_a_loss_used_elsewhere() -> None:
    """Savings 300 less charges 400, 240, 108 are -100, 60, 192; at 30 per cent +30, -18, -57.6."""
    savings, charges = [300.0, 300.0, 300.0], [400.0, 240.0, 108.0]
    assert tax_flows(savings, charges, 0.3) == pytest.approx((30.0, -18.0, -57.6))


def test_savings_and_depreciation_of_unlike_length_and_a_tax_in_per_cent_are_refused() -> None:
    with pytest.raises(RoiError, match="2 years of savings for 1 of depreciation"):
        tax_flows([1.0, 2.0], [1.0], 0.3)
    with pytest.raises(RoiError, match="tax rate 30 must lie between 0 and 1"):
        tax_flows([1.0], [1.0], 30)
