"""Monthly limits: what the plan expects of the busiest month of each year, and the tolerance above it."""

import math
from collections.abc import Sequence

from roi.planning.answer import ONE_OFF, Ledger, PlanChoice
from roi.policy.document import MonthlyLimit, SharedLimit
from roi.scenario.workload import Workload
from roi.units import MONTHS_PER_YEAR


def monthly_limits(
    ledger: Ledger,
    workload: Workload,
    choices: Sequence[PlanChoice],
    fiscal: Sequence[int] | None,
    tolerance: float,
) -> tuple[MonthlyLimit, ...]:
    """Limits of one workload by year; growth is in the plan's requests, the peak in the busiest month.

    images_max = requests of the year / 12 * peak factor * expected images of a request * (1 + tolerance)
    """
    peak = workload.peak_factor.value if workload.peak_factor is not None else 1.0
    month = peak / MONTHS_PER_YEAR
    return tuple(
        MonthlyLimit(
            year=year + 1,
            fiscal_year=None if fiscal is None else fiscal[year],
            accepted_images_expected=math.fsum(choice.accepted_by_year[year] for choice in choices) * month,
            images_max=_images(choices, year) * month * (1.0 + tolerance),
            energy_kwh_max=_times(_energy_kwh(ledger, workload, choices, year), month * (1.0 + tolerance)),
            cost_max=_cost(ledger, workload.name, year) * month * (1.0 + tolerance),
        )
        for year in range(ledger.years)
    )


def shared_limits(ledger: Ledger, fiscal: Sequence[int] | None, tolerance: float) -> tuple[SharedLimit, ...]:
    """Limits of what belongs to no single workload, by year; without a peak, since servers stand all year."""
    return tuple(
        SharedLimit(
            year=year + 1,
            fiscal_year=None if fiscal is None else fiscal[year],
            energy_kwh_max=_idle_kwh(ledger, year) / MONTHS_PER_YEAR * (1.0 + tolerance),
            cost_max=_cost(ledger, None, year) / MONTHS_PER_YEAR * (1.0 + tolerance),
        )
        for year in range(ledger.years)
    )


def _images(choices: Sequence[PlanChoice], year: int) -> float:
    """Images that a year's requests make, accepted or not."""
    return math.fsum(
        choice.requests_by_year[year] * choice.option.outcome.expected_images for choice in choices
    )


def _energy_kwh(ledger: Ledger, workload: Workload, choices: Sequence[PlanChoice], year: int) -> float | None:
    if any(choice.option.attempt.energy_kwh is None for choice in choices):
        return None
    return math.fsum(
        use.energy_kwh for use in ledger.energy if use.workload == workload.name and use.year == year
    )


def _idle_kwh(ledger: Ledger, year: int) -> float:
    return math.fsum(use.energy_kwh for use in ledger.energy if use.workload is None and use.year == year)


def _cost(ledger: Ledger, workload: str | None, year: int) -> float:
    """Running cash of a workload, or of what none owns [money/year]."""
    amount = ledger.total(
        lambda entry: entry.workload == workload and entry.year == year and entry.component not in ONE_OFF
    )
    return max(amount, 0.0)


def _times(amount: float | None, factor: float) -> float | None:
    return None if amount is None else amount * factor
