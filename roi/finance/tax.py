"""Tax on what a plan saves."""

from collections.abc import Sequence
from typing import Literal

from roi.errors import RoiError

Losses = Literal["carried_forward", "used_elsewhere"]


def tax_flows(
    taxable_savings: Sequence[float],
    depreciation: Sequence[float],
    rate: float,
    losses: Losses = "used_elsewhere",
) -> tuple[float, ...]:
    """Tax by fiscal year as a cash flow: -rate * (savings - depreciation), paid tax negative.

    Savings are the year's difference to the baseline, costs negative, before depreciation, which is positive. A
    year's loss is either `used_elsewhere`, against other profit of the company in the same year, and then brings
    money, or `carried_forward` against later years of the plan, without limit of amount or years. Law limits
    both: a tax adviser confirms.
    """
    if len(taxable_savings) != len(depreciation):
        raise RoiError(f"{len(taxable_savings)} years of savings for {len(depreciation)} of depreciation")
    if not 0.0 <= rate <= 1.0:
        raise RoiError(f"tax rate {rate!r} must lie between 0 and 1; thirty per cent is 0.30")
    incomes = [saved - charge for saved, charge in zip(taxable_savings, depreciation, strict=True)]
    taxed = incomes if losses == "used_elsewhere" else _after_losses(incomes)
    return tuple(-rate * income for income in taxed)


def _after_losses(incomes: Sequence[float]) -> list[float]:
    """Income that is left to be taxed once the losses of earlier years are set against it."""
    carried, taxed = 0.0, []
    for income in incomes:
        taxed.append(max(income - carried, 0.0))
        carried = max(carried - income, 0.0)
    return taxed
