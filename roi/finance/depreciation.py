"""How a purchase is written off over fiscal years, and the tax on what a plan saves.

Each function of depreciation gives the charge of fiscal years 0, 1, ..., `years` of them, positive; year 0 is the
one of the purchase, in which the asset is held throughout. Charges of a whole life add up to `amount - salvage`. A
tax adviser confirms method, life, rates.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from roi.errors import RoiError
from roi.numbers import Number, within

Charge = Callable[[float], float]
"""Charge of a year, from the book value at its beginning."""


@dataclass(frozen=True, slots=True)
class JapaneseRates:
    """A row of the table of the declining-balance method."""

    rate: float
    """償却率: of the book value at the beginning of the year."""
    revised: float
    """改定償却率: of the book value at the beginning of the year in which the guarantee is first missed."""
    guarantee: float
    """保証率: of the purchase price; a charge below it ends the declining balance."""


JAPANESE_RATES: Mapping[int, JapaneseRates] = {
    2: JapaneseRates(1.000, 1.000, 0.0),
    3: JapaneseRates(0.667, 1.000, 0.11089),
    4: JapaneseRates(0.500, 1.000, 0.12499),
    5: JapaneseRates(0.400, 0.500, 0.10800),
    6: JapaneseRates(0.333, 0.334, 0.09911),
    7: JapaneseRates(0.286, 0.334, 0.08680),
    8: JapaneseRates(0.250, 0.334, 0.07909),
    9: JapaneseRates(0.222, 0.250, 0.07126),
    10: JapaneseRates(0.200, 0.250, 0.06552),
    11: JapaneseRates(0.182, 0.200, 0.05992),
    12: JapaneseRates(0.167, 0.200, 0.05566),
    13: JapaneseRates(0.154, 0.167, 0.05180),
    14: JapaneseRates(0.143, 0.167, 0.04854),
    15: JapaneseRates(0.133, 0.143, 0.04565),
    16: JapaneseRates(0.125, 0.143, 0.04294),
    17: JapaneseRates(0.118, 0.125, 0.04038),
    18: JapaneseRates(0.111, 0.112, 0.03884),
    19: JapaneseRates(0.105, 0.112, 0.03693),
    20: JapaneseRates(0.100, 0.112, 0.03486),
}
"""By statutory life [years], for assets acquired on or after 1 April 2012: 減価償却資産の耐用年数等に関する省令
(昭和40年大蔵省令第15号) 別表第十, the table that the National Tax Agency's Tax Answer No.2106 explains. A life of
two years is written off at once and needs no guarantee."""


def straight_line(amount: float, salvage: float, life_years: float, years: int) -> tuple[float, ...]:
    """Equal charges: (amount - salvage) / life a year."""
    _require_asset(amount, salvage, life_years)
    level = (amount - salvage) / life_years
    return _written_off(amount, salvage, years, lambda _book: level)


def declining_balance_japan(amount: float, salvage: float, life_years: int, years: int) -> tuple[float, ...]:
    """The 200 per cent method (200%定率法) of Japan, with guarantee (償却保証額) and revised rate (改定償却率).

    rate * book value while that is at least guarantee * amount; from the first year in which it is less, revised
    rate * book value at the beginning of that year, each year the same. Salvage is the memorandum value, 1 yen.
    Not rounded to whole yen.
    """
    _require_asset(amount, salvage, life_years)
    if life_years not in JAPANESE_RATES:
        raise RoiError(
            f"a life of {life_years!r} years is not in the table of 200 per cent declining-balance rates, which "
            f"holds {min(JAPANESE_RATES)} to {max(JAPANESE_RATES)}; use straight_line or another life"
        )
    row = JAPANESE_RATES[life_years]
    level: float | None = None

    def charge(book: float) -> float:
        nonlocal level
        if level is None and book * row.rate < amount * row.guarantee:
            level = book * row.revised
        return book * row.rate if level is None else level

    return _written_off(amount, salvage, years, charge)


def _written_off(amount: float, salvage: float, years: int, charge: Charge) -> tuple[float, ...]:
    """Charges of the years until the book value is down to salvage."""
    book, charges = amount, []
    for _ in range(years):
        charges.append(max(min(charge(book), book - salvage), 0.0))
        book -= charges[-1]
    return tuple(charges)


def _require_asset(amount: float, salvage: float, life_years: float) -> None:
    if not 0.0 <= salvage <= amount:
        raise RoiError(f"salvage {salvage!r} must lie between 0 and the amount {amount!r}")
    if not life_years >= 1.0:
        raise RoiError(f"a depreciation life of {life_years!r} years must be 1 or more")


def tax_flows(
    taxable_savings: Sequence[Number],
    depreciation: Sequence[Number],
    rate: Number,
) -> tuple[Number, ...]:
    """Tax by fiscal year as a cash flow: -rate * (savings - depreciation), paid tax negative.

    Savings are the year's difference to the baseline, costs negative, before depreciation, which is positive. A
    year's loss is used against other profit of the company in the same year, and then brings money. Law limits
    that: a tax adviser confirms.
    """
    if len(taxable_savings) != len(depreciation):
        raise RoiError(f"{len(taxable_savings)} years of savings for {len(depreciation)} of depreciation")
    if not within(rate, math.nextafter(0.0, -1.0), math.nextafter(1.0, 2.0)):
        raise RoiError(f"tax rate {rate!r} must lie between 0 and 1; thirty per cent is 0.30")
    return tuple(
        -rate * (saved - charge) for saved, charge in zip(taxable_savings, depreciation, strict=True)
    )
