"""The chosen option's figures again, by a second route that shares no formula with `roi.options.price`.

Retries are followed attempt by attempt: after m pictures of a prompt have failed, a Beta(a, b) belief has become
Beta(a, b + m) (conjugacy), so the next picture fails with (b + m) / (a + b + m). Money is summed from hourly
rates, energy from power times time. Agreement is demanded to 1e-9 relative.
"""

import math
from dataclasses import dataclass

from roi.options.offer import Offer
from roi.options.price import Option
from roi.options.terms import MachineTerms
from roi.scenario.acceptance_input import AcceptanceInput
from roi.scenario.document import Scenario
from roi.scenario.workload import Workload

TOLERANCE_FRACTION = 1e-9


@dataclass(frozen=True, slots=True)
class Figures:
    """Totals of one accepted image."""

    cost: float
    energy_kwh: float | None
    carbon_kg_co2e: float | None
    attempts: float


def agrees(scenario: Scenario, workload: Workload, option: Option) -> bool:
    """Whether the option's figures are what the second route gives."""
    again = figures(scenario, workload, option)
    pairs = (
        (option.cost_per_accepted_image, again.cost),
        (option.energy_kwh_per_accepted_image, again.energy_kwh),
        (option.carbon_kg_co2e_per_accepted_image, again.carbon_kg_co2e),
        (option.outcome.expected_attempts, again.attempts),
    )
    return all(_same(first, second) for first, second in pairs)


def figures(scenario: Scenario, workload: Workload, option: Option) -> Figures:
    """Cost, energy, carbon and attempts of one accepted image of the option."""
    given = workload.acceptance_of(option.offer.model_id)
    images = option.attempt.images
    attempts, failing = _follow(given, images, option.attempts_max)
    fallback = workload.fallback_cost
    delivered = 1.0 if fallback is not None else 1.0 - failing
    hours = _machine_hours(workload, option.offer, images)
    load = _load(workload, option.offer, hours * attempts / delivered)
    making = _making(scenario, option.offer, images, hours, load)
    cost = attempts * (_look(scenario, workload, images) + making)
    if fallback is not None:
        cost += failing * scenario.amount(fallback)
    energy = _kwh_per_attempt(option.offer, hours)
    carbon = _kg_per_attempt(option.offer, hours, energy, load)
    return Figures(
        cost=cost / delivered,
        energy_kwh=None if energy is None else energy * attempts / delivered,
        carbon_kg_co2e=None if carbon is None else carbon * attempts / delivered,
        attempts=attempts,
    )


def _follow(given: AcceptanceInput, images: int, attempts_max: int) -> tuple[float, float]:
    """Expected attempts and the probability that all fail, picture by picture."""
    mean, spread = given.mean.value, given.concentration
    attempts, failing, seen = 0.0, 1.0, 0
    for _ in range(attempts_max):
        attempts += failing
        if given.kind == "redrawn":
            seen = 0
        for _ in range(images):
            if given.kind == "alike" or spread is None:
                failing *= 1.0 - mean
            else:
                b = (1.0 - mean) * spread.value
                failing *= (b + seen) / (spread.value + seen)
            seen += 1
    return attempts, failing


def _machine_hours(workload: Workload, offer: Offer, images: int) -> float:
    """Hours for which the boards of one attempt are at work."""
    if offer.profile is None or offer.profile.speed is None:
        return 0.0
    batch_size, seconds = offer.profile.config.batch_size, offer.profile.speed.seconds_per_image
    batches = images / batch_size if workload.deferrable else -(-images // batch_size)
    return batches * batch_size * seconds / 3600.0


def _look(scenario: Scenario, workload: Workload, images: int) -> float:
    seconds = workload.review.seconds_per_attempt.value + images * workload.review.seconds_per_image.value
    return scenario.amount(scenario.labour.wage_per_h) * (seconds / 3600.0)


def _load(workload: Workload, offer: Offer, hours_per_image: float) -> float:
    """Share of paid hours at work: as stated, or what one workload makes of the servers it pays for alone."""
    machine = offer.machine
    if machine is None or machine.shared or offer.profile is None:
        return machine.utilization_fraction if machine else 1.0
    board_hours = hours_per_image * workload.images_per_month.value * offer.profile.hardware.accelerator_count
    most = machine.gpu_count * 730.0 * machine.utilization_fraction
    servers = 1
    while servers * most < board_hours:
        servers += 1
    return board_hours / (servers * machine.gpu_count * 730.0)


def _making(scenario: Scenario, offer: Offer, images: int, hours: float, load: float) -> float:
    if offer.machine is None or offer.profile is None:
        return offer.price_per_image * images
    machine = offer.machine
    share = offer.profile.hardware.accelerator_count / machine.gpu_count
    rate = machine.price_per_h + _ownership_per_h(scenario, machine)
    energy = _kwh_per_attempt(offer, hours)
    electricity = (energy or 0.0) * (machine.electricity_price_per_kwh or 0.0)
    return rate * share * hours / load + electricity


def _ownership_per_h(scenario: Scenario, machine: MachineTerms) -> float:
    """Level yearly payment whose present value is the price less the residual's, over the hours of a year."""
    rate, years = scenario.finance.discount_rate_per_year.value, machine.lifetime_years
    residual_today = machine.capex * machine.residual_fraction * math.exp(-years * math.log1p(rate))
    annuity_factor = years if rate == 0.0 else (1.0 - math.exp(-years * math.log1p(rate))) / rate
    return ((machine.capex - residual_today) / annuity_factor + machine.upkeep_and_space_per_year) / 8760.0


def _kwh_per_attempt(offer: Offer, hours: float) -> float | None:
    profile, machine = offer.profile, offer.machine
    if machine is None or profile is None or profile.energy is None or profile.speed is None:
        return None
    boards = profile.hardware.accelerator_count
    board_kw = profile.energy.energy_j_per_image / profile.speed.seconds_per_image / 1000.0
    idle_kw = (profile.energy.idle_power_w or 0.0) / 1000.0
    host_kw = machine.host_power_w_per_gpu * boards / 1000.0
    plug_kw = {
        "gpu": board_kw + host_kw,
        "gpu_net_idle": board_kw + idle_kw + host_kw,
        "host": board_kw / machine.power_supply_efficiency_fraction,
        "wall": board_kw,
    }[profile.energy.boundary]
    return plug_kw * hours * machine.pue


def _kg_per_attempt(offer: Offer, hours: float, energy_kwh: float | None, load: float) -> float | None:
    machine = offer.machine
    if machine is None or energy_kwh is None or machine.embodied_kg_co2e_per_gpu is None:
        return None
    boards = offer.profile.hardware.accelerator_count if offer.profile else 1
    working_hours = machine.lifetime_years * 8760.0 * load
    embodied = machine.embodied_kg_co2e_per_gpu * boards * hours / working_hours
    return energy_kwh * machine.grid_intensity_kg_co2e_per_kwh + embodied


def _same(first: float | None, second: float | None) -> bool:
    if first is None or second is None:
        return first is second
    return math.isclose(first, second, rel_tol=TOLERANCE_FRACTION, abs_tol=1e-15)
