"""The cost that steers: cash, the standing cost of the model, and an internal carbon price."""

from roi.options.price import Option, carbon_steering_cost, model_cost_per_month
from roi.scenario.document import Scenario
from roi.scenario.workload import Workload


def steering_cost_per_accepted_image(scenario: Scenario, workload: Workload, option: Option) -> float:
    """Cost that steers the choice: cash, standing cost of the model, and an internal carbon price [money]."""
    return cash_per_accepted_image(scenario, workload, option) + internal_carbon_cost_per_accepted_image(
        scenario, option
    )


def cash_per_accepted_image(scenario: Scenario, workload: Workload, option: Option) -> float:
    """Cash of one accepted image with the standing cost of the model, carried by this workload alone [money]."""
    standing = model_cost_per_accepted_image(scenario, workload, option.offer.model_id)
    return option.cost_per_accepted_image + standing


def internal_carbon_cost_per_accepted_image(scenario: Scenario, option: Option) -> float:
    """What the internal carbon price adds to the steering cost [money]; 0 without such a price."""
    return carbon_steering_cost(scenario, option) / option.delivered


def model_cost_per_accepted_image(scenario: Scenario, workload: Workload, model_id: str) -> float:
    """Standing cost of a model over the workload's accepted images [money]."""
    return model_cost_per_month(scenario, model_id) / workload.images_per_month.value
