"""Money for one attempt and one request, by component. Amounts are in the scenario's currency."""

import math
from collections.abc import Mapping

from roi.finance import own_rate_per_h
from roi.retry import RetryOutcome
from roi.units import HOURS_PER_YEAR, MONTHS_PER_YEAR, SECONDS_PER_HOUR

COMPONENTS = ("rent", "hardware", "electricity", "api", "review", "fallback", "model")
"""Every component a cost can have, in the order in which people read them."""

GENERATING = ("rent", "hardware", "electricity", "api")
"""Components that pay for making a picture; the others pay for people, fallback and the keeping of a model."""


def rent_cost(price_per_h: float, busy_s: float, gpu_count: int, utilization_fraction: float) -> float:
    """Rent of `busy_s` board-seconds on an instance of `gpu_count` boards.

    A quick comparison: the instance's price is shared by its boards, and paid hours in which they wait are
    carried by those in which they work. Whole instances and billed hours are decided in a plan.
    """
    return price_per_h / gpu_count * busy_s / (SECONDS_PER_HOUR * utilization_fraction)


def hardware_cost(
    capex: float,
    residual_fraction: float,
    discount_rate_per_year: float,
    lifetime_years: float,
    upkeep_and_space_per_year: float,
    utilization_fraction: float,
    gpu_count: int,
    busy_s: float,
) -> float:
    """Capital recovery, upkeep and space of `busy_s` board-seconds on an owned server of `gpu_count` boards.

    Electricity is a component of its own. For a server already paid for, pass `capex` 0.
    """
    server_per_h = own_rate_per_h(
        capex=capex,
        residual=capex * residual_fraction,
        rate=discount_rate_per_year,
        life_years=lifetime_years,
        yearly_costs=upkeep_and_space_per_year,
        utilization_fraction=utilization_fraction,
    )
    return server_per_h / gpu_count * busy_s / SECONDS_PER_HOUR


def whole_server_utilization(
    busy_s_per_month: float, gpu_count: int, utilization_max_fraction: float
) -> float:
    """Share of paid board-hours at work when one workload alone pays for whole servers.

    servers = ceil(busy hours / (boards * hours of a month * utilization_max)); the share is then busy hours over
    the hours of all their boards, and never above `utilization_max_fraction`.
    """
    board_s = gpu_count * HOURS_PER_YEAR / MONTHS_PER_YEAR * SECONDS_PER_HOUR
    servers = max(1, math.ceil(busy_s_per_month / (board_s * utilization_max_fraction)))
    return busy_s_per_month / (servers * board_s)


def review_cost(
    wage_per_h: float, seconds_per_attempt: float, seconds_per_image: float, images_per_attempt: int
) -> float:
    """Cost of one look at the images of an attempt; the fixed part keeps four images from looking free."""
    return wage_per_h * (seconds_per_attempt + seconds_per_image * images_per_attempt) / SECONDS_PER_HOUR


def request_components(
    attempt_costs: Mapping[str, float], outcome: RetryOutcome, fallback_cost: float | None
) -> dict[str, float]:
    """Expected cost of one request by component: attempts until a picture passes, then the fallback."""
    costs = {name: cost * outcome.expected_attempts for name, cost in attempt_costs.items()}
    if fallback_cost is not None:
        costs["fallback"] = (1.0 - outcome.deliver_probability) * fallback_cost
    return costs


def delivered_per_request(outcome: RetryOutcome, has_fallback: bool) -> float:
    """Accepted images of one request: every request ends with a picture when there is a fallback."""
    return 1.0 if has_fallback else outcome.deliver_probability
