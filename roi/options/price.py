"""Options: an offer with its number of images per attempt and its number of attempts, priced.

The number of images n and the number of attempts K are decisions: every (n, K) within the workload's limits is an
option of its own, so that the programme stays linear.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from roi import retry
from roi.cost import (
    delivered_per_request,
    hardware_cost,
    rent_cost,
    request_components,
    review_cost,
    whole_server_utilization,
)
from roi.footprint import embodied_kg_co2e, facility_kwh, host_j_per_image, operational_kg_co2e
from roi.options.offers import Failure, Offer
from roi.options.terms import MachineTerms
from roi.queueing import sojourn_p95
from roi.scenario.document import Scenario
from roi.scenario.workload import AcceptanceInput, Workload
from roi.units import KG_PER_TONNE, MONTHS_PER_YEAR


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt of n images: money by component, energy, carbon, time."""

    images: int
    costs: dict[str, float]
    """Money by component, fallback excluded."""
    busy_s: float
    """Board-seconds."""
    energy_kwh: float | None
    """At the facility's meter; None for an API."""
    operational_kg_co2e: float | None
    """Location-based; None for an API."""
    market_kg_co2e: float | None
    """Market-based; None where no intensity is stated."""
    embodied_kg_co2e: float | None
    """None where nobody published the board's figure."""
    p95_latency_s: float | None
    """95th percentile of queue and generation; None where it is not disclosed."""
    utilization_fraction: float | None
    """Share of paid board-hours at work [1]; None for an API."""

    @property
    def carbon_kg_co2e(self) -> float | None:
        """Operational (location-based) plus embodied; None when either is not known."""
        if self.operational_kg_co2e is None or self.embodied_kg_co2e is None:
            return None
        return self.operational_kg_co2e + self.embodied_kg_co2e


@dataclass(frozen=True, slots=True)
class Option:
    """One way to serve a workload, with everything that a request of it costs."""

    workload: str
    offer: Offer
    attempt: Attempt
    attempts_max: int
    outcome: retry.RetryOutcome
    components: dict[str, float]
    """Expected money of one request by component, standing cost of the model excluded."""
    delivered: float
    """Accepted images of one request."""

    @property
    def key(self) -> tuple[str, str, int, int]:
        """Canonical order: the same inputs give the same answer."""
        return (self.offer.id, self.offer.supply, self.attempt.images, self.attempts_max)

    @property
    def cost_per_request(self) -> float:
        """Expected cash of one request."""
        return math.fsum(self.components.values())

    @property
    def cost_per_accepted_image(self) -> float:
        """Cash of one accepted image, without the standing cost of the model."""
        return self.cost_per_request / self.delivered

    def per_request(self, per_attempt: float | None) -> float | None:
        """Expected amount of one request; None stays None."""
        return None if per_attempt is None else per_attempt * self.outcome.expected_attempts

    def per_accepted_image(self, per_attempt: float | None) -> float | None:
        """Expected amount of one accepted image; None stays None."""
        amount = self.per_request(per_attempt)
        return None if amount is None else amount / self.delivered

    @property
    def carbon_kg_co2e_per_attempt(self) -> float | None:
        """Operational (location-based) plus embodied; None when either is not known."""
        return self.attempt.carbon_kg_co2e

    @property
    def carbon_kg_co2e_per_accepted_image(self) -> float | None:
        """Operational (location-based) plus embodied of one accepted image."""
        return self.per_accepted_image(self.carbon_kg_co2e_per_attempt)

    @property
    def energy_kwh_per_accepted_image(self) -> float | None:
        """Energy at the facility's meter of one accepted image."""
        return self.per_accepted_image(self.attempt.energy_kwh)


def options(
    scenario: Scenario, workload: Workload, offer: Offer, mean: float | None = None
) -> Iterator[Option]:
    """Every (n, K) of an offer, whether or not it passes `option_failures`.

    `mean` puts another mean acceptance in the place of the workload's and keeps its spread.
    """
    acceptance = retry_acceptance(workload, offer.model_id, mean)
    fallback = _fallback(scenario, workload)
    for attempt in priced_attempts(scenario, workload, offer):
        for attempts_max in range(1, workload.attempts_max + 1):
            outcome = _outcome(acceptance, attempt.images, attempts_max)
            yield _option(workload, offer, attempt, attempts_max, outcome, fallback)


def priced_attempts(scenario: Scenario, workload: Workload, offer: Offer) -> Iterator[Attempt]:
    """An attempt of every number of images that the offer can make."""
    for images in sorted(workload.images_per_attempt):
        if _batch_fits(workload, offer, images):
            yield priced_attempt(scenario, workload, offer, images)


def with_one_more_attempt(scenario: Scenario, workload: Workload, option: Option) -> Option:
    """The option with one attempt more, whatever the workload's limit."""
    offer = option.offer
    attempt = priced_attempt(scenario, workload, offer, option.attempt.images)
    attempts_max = option.attempts_max + 1
    outcome = _outcome(retry_acceptance(workload, offer.model_id), attempt.images, attempts_max)
    return _option(workload, offer, attempt, attempts_max, outcome, _fallback(scenario, workload))


def _fallback(scenario: Scenario, workload: Workload) -> float | None:
    return None if workload.fallback_cost is None else scenario.amount(workload.fallback_cost)


def _option(
    workload: Workload,
    offer: Offer,
    attempt: Attempt,
    attempts_max: int,
    outcome: retry.RetryOutcome,
    fallback: float | None,
) -> Option:
    delivered = delivered_per_request(outcome, fallback is not None)
    carried = attempt
    if offer.machine is not None and not offer.machine.shared:
        attempts = workload.images_per_month.value / delivered * outcome.expected_attempts
        carried = _carrying_servers_alone(attempt, offer.machine, attempts)
    return Option(
        workload=workload.name,
        offer=offer,
        attempt=carried,
        attempts_max=attempts_max,
        outcome=outcome,
        components=request_components(carried.costs, outcome, fallback),
        delivered=delivered,
    )


def _carrying_servers_alone(attempt: Attempt, machine: MachineTerms, attempts_per_month: float) -> Attempt:
    """The attempt when its workload pays for whole servers and for all their making, used or not.

    Its wait is that of one board's queue under the load that the workload really makes.
    """
    busy_s_per_month = attempt.busy_s * attempts_per_month
    filled = whole_server_utilization(busy_s_per_month, machine.gpu_count, machine.utilization_fraction)
    dearer = machine.utilization_fraction / filled
    embodied, latency_s = attempt.embodied_kg_co2e, attempt.p95_latency_s
    if latency_s is not None:
        latency_s *= sojourn_p95(1.0, filled) / sojourn_p95(1.0, machine.utilization_fraction)
    return replace(
        attempt,
        costs={**attempt.costs, "hardware": attempt.costs["hardware"] * dearer},
        embodied_kg_co2e=None if embodied is None else embodied * dearer,
        p95_latency_s=latency_s,
        utilization_fraction=filled,
    )


@lru_cache(maxsize=65536)
def _outcome(acceptance: retry.Acceptance, images: int, attempts_max: int) -> retry.RetryOutcome:
    return retry.outcome(acceptance, images, attempts_max)


def retry_acceptance(workload: Workload, model_id: str, mean: float | None = None) -> retry.Acceptance:
    """The acceptance that holds for a model: its own where it is known, else the workload's."""
    given = workload.acceptance_of(model_id)
    return _acceptance(given, given.mean.value if mean is None else mean)


def _acceptance(given: AcceptanceInput, mean: float) -> retry.Acceptance:
    if given.kind == "alike" or given.concentration is None:
        return retry.alike(mean)
    a, b = mean * given.concentration.value, (1.0 - mean) * given.concentration.value
    return retry.beta(a, b) if given.kind == "beta" else retry.redrawn(a, b)


def priced_attempt(scenario: Scenario, workload: Workload, offer: Offer, images: int) -> Attempt:
    """One attempt of `images` images on the offer's machine or API."""
    review = review_cost(
        scenario.amount(scenario.labour.wage_per_h),
        workload.review.seconds_per_attempt.value,
        workload.review.seconds_per_image.value,
        images,
    )
    if offer.machine is None:
        return _api_attempt(offer, images, review)
    return _machine_attempt(scenario, workload, offer, offer.machine, images, review)


def _api_attempt(offer: Offer, images: int, review: float) -> Attempt:
    latency = offer.api.latency_s if offer.api else None
    return Attempt(
        images=images,
        costs={"api": offer.price_per_image * images, "review": review},
        busy_s=0.0,
        energy_kwh=None,
        operational_kg_co2e=None,
        market_kg_co2e=None,
        embodied_kg_co2e=None,
        p95_latency_s=None if latency is None else latency.value,
        utilization_fraction=None,
    )


def _machine_attempt(
    scenario: Scenario, workload: Workload, offer: Offer, machine: MachineTerms, images: int, review: float
) -> Attempt:
    duration_s, energy_j, latency_s = _generation(workload, offer, machine, images)
    busy_s = duration_s * _boards(offer)
    energy_kwh = facility_kwh(energy_j, machine.pue)
    market = machine.market_grid_intensity_kg_co2e_per_kwh
    embodied = machine.embodied_kg_co2e_per_gpu
    return Attempt(
        images=images,
        costs={**_machine_costs(scenario, machine, busy_s, energy_kwh), "review": review},
        busy_s=busy_s,
        energy_kwh=energy_kwh,
        operational_kg_co2e=operational_kg_co2e(energy_kwh, machine.grid_intensity_kg_co2e_per_kwh),
        market_kg_co2e=None if market is None else operational_kg_co2e(energy_kwh, market),
        embodied_kg_co2e=None
        if embodied is None
        else embodied_kg_co2e(embodied, busy_s, machine.lifetime_years, machine.utilization_fraction),
        p95_latency_s=latency_s,
        utilization_fraction=machine.utilization_fraction,
    )


def _machine_costs(
    scenario: Scenario, machine: MachineTerms, busy_s: float, energy_kwh: float
) -> dict[str, float]:
    if machine.electricity_price_per_kwh is None:
        return {
            "rent": rent_cost(machine.price_per_h, busy_s, machine.gpu_count, machine.utilization_fraction)
        }
    return {
        "hardware": hardware_cost(
            machine.capex,
            machine.residual_fraction,
            scenario.finance.discount_rate_per_year.value,
            machine.lifetime_years,
            machine.upkeep_and_space_per_year,
            machine.utilization_fraction,
            machine.gpu_count,
            busy_s,
        ),
        "electricity": energy_kwh * machine.electricity_price_per_kwh,
    }


def _generation(
    workload: Workload, offer: Offer, machine: MachineTerms, images: int
) -> tuple[float, float, float | None]:
    """Duration [s], energy at the plug [J] and 95th-percentile latency [s] of one attempt's images.

    Joules and seconds belong to full batches. An interactive attempt pays for every batch it starts, the last one
    whole; a deferrable one shares its batches with its neighbours and has no latency.
    The wait is one board's queue.
    """
    profile = offer.profile
    if profile is None or profile.speed is None or profile.energy is None:
        raise ValueError(f"offer {offer.id} has no joules or seconds and cannot be priced")
    seconds, energy = profile.speed.seconds_per_image, profile.energy
    boards = _boards(offer)
    plug_j = host_j_per_image(
        energy.energy_j_per_image,
        energy.boundary,
        seconds,
        machine.host_power_w_per_gpu * boards,
        energy.idle_power_w,
        machine.power_supply_efficiency_fraction,
    )
    batch_size = profile.config.batch_size
    if workload.deferrable:
        return images * seconds, images * plug_j, None
    batches = math.ceil(images / batch_size)
    made = batches * batch_size
    p95_batch_s = profile.speed.p95_batch_latency_s or batch_size * seconds
    return made * seconds, made * plug_j, sojourn_p95(batches * p95_batch_s, machine.utilization_fraction)


def _boards(offer: Offer) -> int:
    return offer.profile.hardware.accelerator_count if offer.profile else 1


def _batch_fits(workload: Workload, offer: Offer, images: int) -> bool:
    return workload.deferrable or offer.profile is None or offer.profile.config.batch_size <= images


def model_cost_per_month(scenario: Scenario, model_id: str) -> float:
    """Standing cash of keeping a model: upkeep, and migration spread evenly over the horizon."""
    cost = scenario.cost_of_model(model_id)
    if cost is None:
        return 0.0
    months = scenario.finance.horizon_years.value * MONTHS_PER_YEAR
    return scenario.amount(cost.upkeep_per_year) / MONTHS_PER_YEAR + scenario.amount(cost.migration) / months


def carbon_steering_cost(scenario: Scenario, option: Option) -> float:
    """Internal carbon price of one request: it steers, it is not cash [money]."""
    return carbon_steering_cost_of(scenario, option.per_request(option.carbon_kg_co2e_per_attempt))


def carbon_steering_cost_of(scenario: Scenario, carbon_kg_co2e: float | None) -> float:
    """Internal carbon price of an amount of carbon [money]; 0 where either is not known."""
    price = scenario.limits.internal_carbon_price
    if price is None or carbon_kg_co2e is None:
        return 0.0
    return scenario.amount(price) * carbon_kg_co2e / KG_PER_TONNE


def option_failures(workload: Workload, option: Option) -> tuple[Failure, ...]:
    """Gates that depend on the number of images and attempts."""
    found = (_latency_gate(workload, option), _deliver_gate(workload, option), _carbon_gate(workload, option))
    return tuple(failure for failure in found if failure is not None)


def _latency_gate(workload: Workload, option: Option) -> Failure | None:
    if workload.latency_max_s is None:
        return None
    limit, latency = workload.latency_max_s.value, option.attempt.p95_latency_s
    if latency is None:
        vendor: dict[str, object] = {"vendor": option.offer.vendor}
        return Failure("latency_max_s", "latency not disclosed", "no_latency", vendor, limit)
    if latency <= limit:
        return None
    values: dict[str, object] = {"latency": latency, "limit": limit}
    return Failure("latency_max_s", "too slow", "too_slow", values, limit, latency)


def _deliver_gate(workload: Workload, option: Option) -> Failure | None:
    delivered, limit = option.outcome.deliver_probability, workload.deliver_min.value
    if delivered >= limit:
        return None
    values: dict[str, object] = {"delivered": delivered, "limit": limit, "attempts": option.attempts_max}
    return Failure("deliver_min", "delivers too seldom", "delivers_too_seldom", values, limit, delivered)


def _carbon_gate(workload: Workload, option: Option) -> Failure | None:
    carbon = option.carbon_kg_co2e_per_accepted_image
    if workload.carbon_max is None or carbon is None or carbon <= workload.carbon_max.value:
        return None
    limit = workload.carbon_max.value
    values: dict[str, object] = {"carbon": carbon, "limit": limit}
    return Failure("carbon_max", "carbon above the limit", "carbon_above", values, limit, carbon)
