"""Company-wide limits held against one option that serves its whole workload alone."""

import math

from roi.decision.steering import cash_per_accepted_image, model_cost_per_accepted_image
from roi.options.price import Option
from roi.scenario.document import Scenario
from roi.scenario.workload import Workload

ROUNDING_FRACTION = 1e-9
"""A limit taken from an answer's own total is that total's rounded sum."""


def month_limits(scenario: Scenario, workload: Workload, model_id: str) -> tuple[float, float]:
    """Most carbon [kgCO2e] and most cash without the model's standing cost [money] of one accepted image.

    Infinite where the company sets no limit.
    """
    images, limits = workload.images_per_month.value, scenario.limits
    carbon = math.inf if limits.carbon_cap_per_month is None else limits.carbon_cap_per_month.value / images
    if limits.budget_per_month is None:
        return carbon * (1 + ROUNDING_FRACTION), math.inf
    budget = scenario.amount(limits.budget_per_month) / images * (1 + ROUNDING_FRACTION)
    return carbon * (1 + ROUNDING_FRACTION), budget - model_cost_per_accepted_image(
        scenario, workload, model_id
    )


def broken_limits(scenario: Scenario, workload: Workload, option: Option) -> tuple[str, ...]:
    """Company-wide rules that the option breaks by itself at the workload's full volume.

    Exact for a single workload with one option; for several it names what no plan can repair.
    """
    carbon_most, cash_most = month_limits(scenario, workload, option.offer.model_id)
    standing = model_cost_per_accepted_image(scenario, workload, option.offer.model_id)
    found = []
    if (option.carbon_kg_co2e_per_accepted_image or 0.0) > carbon_most:
        found.append("carbon_cap")
    if cash_per_accepted_image(scenario, workload, option) - standing > cash_most:
        found.append("opex_budget")
    return tuple(found)
