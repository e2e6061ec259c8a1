"""Money for one attempt and one request, by price stream. Amounts are in the scenario's currency.

A stream is money that moves together from year to year: what an attempt costs is a sum over streams, and every
stream is shown as part of one component.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from roi.figure import Figure
from roi.finance.measures import own_rate_per_h
from roi.numbers import Number, larger
from roi.scenario.money import Escalation
from roi.units import SECONDS_PER_HOUR


@dataclass(frozen=True, slots=True)
class Stream:
    """Money of requests that moves together."""

    component: str
    change: str | None
    """Which price of `finance.escalation` it follows; None where it stays."""
    owner: Literal["supply", "workload", "company"]
    """Whose price it is."""


STREAMS = {
    "rent": Stream("rent", "rent", "supply"),
    "hardware": Stream("hardware", None, "supply"),
    "space": Stream("hardware", "upkeep", "supply"),
    "electricity": Stream("electricity", "electricity", "supply"),
    "api": Stream("api", "api", "supply"),
    "review": Stream("review", "wage", "company"),
    "fallback": Stream("fallback", "fallback", "workload"),
}
"""`hardware` is the capital of an own server that is charged by use, `space` its upkeep and space."""


COMPONENTS = (
    "purchase",
    "residual",
    "owed",
    "opening",
    "migration",
    "rent",
    "hardware",
    "upkeep",
    "electricity",
    "demand_charge",
    "api",
    "outside",
    "review",
    "fallback",
    "model",
)
"""Every component money can have, in the order in which people read them: one-off first. `owed` is what commitments
cost after the horizon; `hardware` an own server that other work fills, by use; `upkeep` that of whole servers;
`outside` pictures that a baseline buys; `model` the upkeep of models."""

PEOPLE_AND_SUBSTITUTES = ("outside", "review", "fallback")
"""Components that pay for people, and for what replaces a picture of one's own."""
GENERATING = tuple(
    name
    for name in COMPONENTS
    if name not in ("opening", "migration", "model") and name not in PEOPLE_AND_SUBSTITUTES
)
"""Components that pay for making a picture; the others pay for people, fallback, opening and models."""
PAID_ONCE = ("purchase", "opening", "migration")
"""One-off payments, which a capital budget limits."""
ONE_OFF = (*PAID_ONCE, "residual", "owed")
"""Components that do not run: one-off payments, what comes back of them, and what is owed in the end."""


def change_of(stream: str, escalation: Escalation) -> Figure | None:
    """How the price of a stream changes from year to year; None where it stays."""
    field = STREAMS[stream].change
    change: Figure | None = None if field is None else getattr(escalation, field)
    return change


def rent_rate_per_h(price_per_h: Number, boards: Number, utilization_fraction: Number) -> Number:
    """Rent of an hour of one board at work.

    The price at full use: the boards of the instance share it, and paid hours are filled to the highest load. Whole
    instances and billed hours are what is decided about.
    """
    return price_per_h / boards / utilization_fraction


def rent_by_second(price_per_h: Number, duration_s: Number, minimum_s: Number) -> Number:
    """Rent of one attempt on an instance billed by the second: a node cannot be rented by the eighth.

    billed seconds = max(work + cold start, minimum)
    """
    return price_per_h * larger(duration_s, minimum_s) / SECONDS_PER_HOUR


def hardware_rate_per_h(
    capex: Number,
    residual_fraction: Number,
    discount_rate_per_year: Number,
    lifetime_years: Number,
    upkeep_and_space_per_year: Number,
    utilization_fraction: Number,
    boards: Number,
) -> Number:
    """Capital recovery, upkeep and space of an hour of one board at work on an owned server.

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
    return server_per_h / boards


def of_busy_s(rate_per_h: Number, busy_s: Number) -> Number:
    """Money of `busy_s` board-seconds at the rate of an hour."""
    return rate_per_h * busy_s / SECONDS_PER_HOUR


def review_s(seconds_per_attempt: Number, seconds_per_image: Number, images_per_attempt: Number) -> Number:
    """One look at the images of an attempt [s]; the fixed part keeps four images from looking free."""
    return seconds_per_attempt + seconds_per_image * images_per_attempt


def by_component(streams: Mapping[str, float]) -> dict[str, float]:
    """Amounts of streams added up by component."""
    found: dict[str, float] = {}
    for stream, amount in streams.items():
        component = STREAMS[stream].component
        found[component] = found[component] + amount if component in found else amount
    return found


def request_streams(
    attempt: Mapping[str, Number], attempts: Number, deliver: Number, fallback_cost: Number | None
) -> dict[str, Number]:
    """Expected cost of one request: attempts until a picture passes, then the fallback."""
    costs = {name: cost * attempts for name, cost in attempt.items()}
    if fallback_cost is not None:
        costs["fallback"] = (1.0 - deliver) * fallback_cost
    return costs


def delivered_per_request(deliver: Number, has_fallback: bool) -> Number:
    """Accepted images of one request: every request ends with a picture when there is a fallback."""
    return 1.0 + 0.0 * deliver if has_fallback else deliver
