"""From the answer of a plan to the policy that follows from it.

A monthly limit is what the plan expects of the busiest month of each year, and the tolerance above it; of money no
more in all than the company's own limit of a month.
"""

import math
from collections.abc import Sequence

from roi.cost import ONE_OFF
from roi.errors import RoiError
from roi.fiscal import fiscal_years
from roi.planning.answer import PlanChoice, PlanDecision
from roi.planning.entries import Ledger
from roi.policy.document import SCHEMA_VERSION, MonthlyLimit, Policy, Setting, SharedLimit, WorkloadPolicy
from roi.policy.indicators import indicators
from roi.policy.make_monthly_plan import monthly_plan
from roi.scenario.workload import Workload
from roi.texts.messages import Message
from roi.units import MONTHS_PER_YEAR

TOLERANCE_FRACTION = 0.1
"""Tolerance where nobody stated a range: ours, to be agreed with those who watch."""


def policy_of(decision: PlanDecision) -> Policy:
    """Guidelines, limits and indicators by workload.

    Raises
    ------
    RoiError
        When there is no plan.
    """
    ledger = decision.ledger
    if ledger is None:
        raise RoiError(Message("planning.no_policy"))
    scenario = decision.scenario
    return Policy(
        schema_version=SCHEMA_VERSION,
        name=scenario.name,
        currency=scenario.currency,
        price_year=scenario.price_year,
        inputs_hash=decision.inputs_hash,
        tolerance_fraction=TOLERANCE_FRACTION,
        workloads=tuple(_of_workload(decision, ledger, workload) for workload in scenario.workloads),
        shared=shared_limits(
            ledger, fiscal_years(scenario, ledger.years), TOLERANCE_FRACTION, cost_tolerance(decision, ledger)
        ),
        plan=monthly_plan(decision, ledger),
    )


def _of_workload(decision: PlanDecision, ledger: Ledger, workload: Workload) -> WorkloadPolicy:
    mine = [choice for choice in decision.choices if choice.option.workload == workload.name]
    fiscal = fiscal_years(decision.scenario, ledger.years)
    return WorkloadPolicy(
        workload=workload.name,
        settings=tuple(_setting(decision, workload, choice) for choice in mine),
        monthly=monthly_limits(
            ledger, workload, mine, fiscal, TOLERANCE_FRACTION, cost_tolerance(decision, ledger)
        ),
    )


def cost_tolerance(decision: PlanDecision, ledger: Ledger) -> tuple[float, ...]:
    """Tolerance of money by year: as much as the company's limit of the busiest month leaves [1]."""
    scenario, most = decision.scenario, decision.scenario.limits.budget_per_month
    if most is None:
        return (TOLERANCE_FRACTION,) * ledger.years
    limit, found = scenario.amount(most), []
    for year in range(ledger.years):
        own = (_cost(ledger, each.name, year) * _peak(each) for each in scenario.workloads)
        expected = math.fsum((*own, _cost(ledger, None, year))) / MONTHS_PER_YEAR
        left = limit / expected - 1.0 if expected else TOLERANCE_FRACTION
        found.append(min(TOLERANCE_FRACTION, max(left, 0.0)))
    return tuple(found)


def _peak(workload: Workload) -> float:
    """Busiest month over a mean one; work that may wait is spread evenly."""
    factor = workload.peak_factor
    return 1.0 if factor is None or workload.deferrable else factor.value


def _setting(decision: PlanDecision, workload: Workload, choice: PlanChoice) -> Setting:
    offer, option = choice.option.offer, choice.option
    config = None if offer.profile is None else offer.profile.config
    return Setting(
        model=offer.model_name,
        model_id=offer.model_id,
        profile_id=offer.id,
        supply=offer.supply,
        width=offer.width,
        height=offer.height,
        num_inference_steps=None if config is None else config.num_inference_steps,
        guidance_scale=None if config is None else config.guidance_scale,
        dtype=None if config is None else config.dtype,
        quantization={} if config is None else dict(config.quantization),
        execution={} if config is None else config.execution,
        batch_size=None if config is None else config.batch_size,
        images_per_attempt=option.attempt.images,
        attempts_max=option.attempts_max,
        indicators=indicators(decision, workload, choice, TOLERANCE_FRACTION),
    )


def monthly_limits(
    ledger: Ledger,
    workload: Workload,
    choices: Sequence[PlanChoice],
    fiscal: Sequence[int] | None,
    tolerance: float,
    of_cost: Sequence[float],
) -> tuple[MonthlyLimit, ...]:
    """Limits of one workload by year; growth is in the plan's requests, the peak in the busiest month.

    images_max = requests of the year / 12 * peak factor * expected images of a request * (1 + tolerance)
    """
    month = _peak(workload) / MONTHS_PER_YEAR
    return tuple(
        MonthlyLimit(
            year=year + 1,
            fiscal_year=None if fiscal is None else fiscal[year],
            accepted_images_expected=math.fsum(choice.accepted_by_year[year] for choice in choices) * month,
            images_max=_images(choices, year) * month * (1.0 + tolerance),
            energy_kwh_max=_times(_energy_kwh(ledger, workload, choices, year), month * (1.0 + tolerance)),
            cost_max=_cost(ledger, workload.name, year) * month * (1.0 + of_cost[year]),
        )
        for year in range(ledger.years)
    )


def shared_limits(
    ledger: Ledger, fiscal: Sequence[int] | None, tolerance: float, of_cost: Sequence[float]
) -> tuple[SharedLimit, ...]:
    """Limits of what belongs to no single workload, by year; without a peak, since servers stand all year."""
    return tuple(
        SharedLimit(
            year=year + 1,
            fiscal_year=None if fiscal is None else fiscal[year],
            energy_kwh_max=_idle_kwh(ledger, year) / MONTHS_PER_YEAR * (1.0 + tolerance),
            cost_max=_cost(ledger, None, year) / MONTHS_PER_YEAR * (1.0 + of_cost[year]),
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
