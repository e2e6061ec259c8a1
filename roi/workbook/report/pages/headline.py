"""The live figures that page one shows."""

from dataclasses import dataclass

from roi.workbook.expression import Cell


@dataclass(frozen=True, slots=True)
class Filled:
    """A supply in whole units: how much of its paid hours, or of all hours where it is owned, is work."""

    supply: str
    used: Cell
    """Share of those hours at work, all years [1]."""
    stated: Cell
    """Highest share that is planned [1]."""
    own: bool
    """Whether it is bought, so that no hours are paid."""


@dataclass(frozen=True, slots=True)
class Headline:
    """Cells of the calculation; None where there is no such figure."""

    initial: Cell
    """One-off cash of the first day [money]."""
    capital: Cell
    """One-off cash of all years [money]."""
    running: Cell
    """Running cash of a year, mean over the years [money/year]."""
    tco: Cell
    """Value today [money]."""
    per_image: Cell
    """Levelised cost of an accepted image [money]."""
    owed: Cell | None
    """What commitments still cost after the plan, not discounted [money]; None where none reaches so far."""
    filled: tuple[Filled, ...]
    """Supplies of the plan in whole units."""
    carbon: Cell | None
    """All years, location-based and embodied [kgCO2e]."""
    today_running: Cell | None
    today_tco: Cell | None
    today_per_image: Cell | None
    today_carbon: Cell | None
    bridge: tuple[tuple[str, Cell], ...]
    """Names and values today of the steps from TCO to net present value [money]; empty without a baseline."""
    applied: Cell
    """Paid to suppliers over all years, without working time and fallback pictures [money]."""
    applied_with_tax: Cell | None
    """The same with consumption tax, where the amounts are in JPY [money]."""
    before_tax: bool
    """Whether the difference to today is not taxed."""
    npv: Cell | None
    irr: Cell | None
    """Per year; a text says why there is none."""
    payback: Cell | None
    """Months; a text where it never comes."""
    discounted_payback: Cell | None
    tax: Cell | None
    """Paid on what is saved, value today [money]; None before tax."""
    wrong: Cell
    """Which input cannot be so; a dash where all can."""
    changed: Cell
    """Whether an input differs from what was computed, or cannot be so."""
    unjudged: Cell
    """Whether one does on which the choice may hang in a way that nothing here judges."""
    scenario: Cell
    """Name of the case that drives the book: low, base, high, custom."""
