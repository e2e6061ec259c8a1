"""Money for one attempt and one request, by component. Amounts are in the scenario's currency."""

from collections.abc import Mapping

from roi.finance import own_rate_per_h
from roi.retry import RetryOutcome
from roi.units import SECONDS_PER_HOUR

COMPONENTS = ("rent", "hardware", "electricity", "api", "review", "fallback", "model")
"""Every component a cost can have, in the order in which people read them."""


def rent_cost(price_per_h: float, busy_s: float, gpu_count: int, utilization_fraction: float) -> float:
    """Rent of `busy_s` board-seconds on an instance of `gpu_count` boards.

    The price at full use: the boards of the instance share it, and paid hours are filled to the highest load. Whole
    instances and billed hours are what is decided about.
    """
    return price_per_h / gpu_count * busy_s / (SECONDS_PER_HOUR * utilization_fraction)


def rent_by_second(price_per_h: float, duration_s: float, minimum_s: float) -> float:
    """Rent of one attempt on an instance billed by the second: a node cannot be rented by the eighth.

    billed seconds = max(work + cold start, minimum)
    """
    return price_per_h * max(duration_s, minimum_s) / SECONDS_PER_HOUR


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
