"""From the answer of a plan to the policy that follows from it."""

from roi.errors import RoiError
from roi.fiscal import fiscal_years
from roi.planning.answer import Ledger, PlanChoice, PlanDecision
from roi.policy.document import SCHEMA_VERSION, Policy, Setting, SharedLimit, WorkloadPolicy
from roi.policy.indicators import indicators
from roi.policy.limits import monthly_limits, shared_limits
from roi.scenario.workload import Workload

TOLERANCE_FRACTION = 0.1
"""Tolerance where nobody stated a range: ours, to be agreed with those who watch."""


def policy_of(decision: PlanDecision, tolerance_fraction: float = TOLERANCE_FRACTION) -> Policy:
    """Guidelines, limits and indicators by workload.

    Raises
    ------
    RoiError
        When there is no plan.
    """
    ledger = decision.ledger
    if ledger is None:
        raise RoiError(
            "no policy follows from a scenario without an answer; resolve the rules in conflict first"
        )
    scenario = decision.scenario
    return Policy(
        schema_version=SCHEMA_VERSION,
        name=scenario.name,
        currency=scenario.currency,
        price_year=scenario.price_year,
        inputs_hash=decision.inputs_hash,
        tolerance_fraction=tolerance_fraction,
        workloads=tuple(
            _of_workload(decision, ledger, workload, tolerance_fraction) for workload in scenario.workloads
        ),
        shared=_shared(decision, ledger, tolerance_fraction),
    )


def _shared(decision: PlanDecision, ledger: Ledger, tolerance: float) -> tuple[SharedLimit, ...]:
    return shared_limits(ledger, fiscal_years(decision.scenario, ledger.years), tolerance)


def _of_workload(
    decision: PlanDecision, ledger: Ledger, workload: Workload, tolerance: float
) -> WorkloadPolicy:
    mine = [choice for choice in decision.choices if choice.option.workload == workload.name]
    fiscal = fiscal_years(decision.scenario, ledger.years)
    return WorkloadPolicy(
        workload=workload.name,
        settings=tuple(_setting(decision, workload, choice, tolerance) for choice in mine),
        monthly=monthly_limits(ledger, workload, mine, fiscal, tolerance),
    )


def _setting(decision: PlanDecision, workload: Workload, choice: PlanChoice, tolerance: float) -> Setting:
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
        batch_size=None if config is None else config.batch_size,
        images_per_attempt=option.attempt.images,
        attempts_max=option.attempts_max,
        indicators=indicators(decision, workload, choice, tolerance),
    )
