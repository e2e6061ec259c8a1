"""One attempt of n images on a machine or an API: money by component, energy, carbon, time."""

import math
from dataclasses import dataclass

from bench.profile.parts import Speed
from roi.cost import (
    hardware_cost,
    rent_by_second,
    rent_cost,
    review_cost,
)
from roi.footprint import embodied_kg_co2e, facility_kwh, host_j_per_image, operational_kg_co2e
from roi.options.offer import Offer
from roi.options.terms import MachineTerms
from roi.queueing import sojourn_p95
from roi.scenario.document import Scenario
from roi.scenario.workload import Workload


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt of n images: money by component, energy, carbon, time."""

    images: int
    costs: dict[str, float]
    """Money by component, fallback excluded."""
    busy_s: float
    """Board-seconds: making the images, work done again on a spot instance, and a cold start."""
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
    """Highest share of a board's time at work, at which the wait is judged [1]; None for an API."""

    @property
    def carbon_kg_co2e(self) -> float | None:
        """Operational (location-based) plus embodied; None when either is not known."""
        if self.operational_kg_co2e is None or self.embodied_kg_co2e is None:
            return None
        return self.operational_kg_co2e + self.embodied_kg_co2e


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
    made_s, energy_j, latency_s = _generation(workload, offer, machine, images)
    duration_s = made_s * machine.work_factor + machine.cold_start_s
    busy_s = duration_s * _boards(offer)
    energy_kwh = facility_kwh(energy_j * duration_s / made_s, machine.pue)
    market = machine.market_grid_intensity_kg_co2e_per_kwh
    embodied = machine.embodied_kg_co2e_per_gpu
    return Attempt(
        images=images,
        costs={**_machine_costs(scenario, machine, duration_s, busy_s, energy_kwh), "review": review},
        busy_s=busy_s,
        energy_kwh=energy_kwh,
        operational_kg_co2e=operational_kg_co2e(energy_kwh, machine.grid_intensity_kg_co2e_per_kwh),
        market_kg_co2e=None if market is None else operational_kg_co2e(energy_kwh, market),
        embodied_kg_co2e=None
        if embodied is None
        else embodied_kg_co2e(embodied, busy_s, machine.lifetime_years, machine.utilization_fraction),
        p95_latency_s=None if latency_s is None else latency_s + machine.cold_start_s,
        utilization_fraction=machine.utilization_fraction,
    )


def _machine_costs(
    scenario: Scenario, machine: MachineTerms, duration_s: float, busy_s: float, energy_kwh: float
) -> dict[str, float]:
    """At full use: paid hours are filled to the highest load. By the second it is what is paid."""
    if machine.by_the_second:
        return {"rent": rent_by_second(machine.price_per_h, duration_s, machine.minimum_s)}
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
    """Duration [s], energy at the plug [J] and 95th-percentile latency [s] of one attempt's images, once made.

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
    service_s = batches * batch_p95_s(profile.speed, batch_size)
    return made * seconds, made * plug_j, sojourn_p95(service_s, machine.utilization_fraction)


def batch_p95_s(speed: Speed, batch_size: int) -> float:
    """95th percentile of the duration of a batch, else its mean [s]."""
    return speed.p95_batch_latency_s or speed.mean_batch_latency_s or batch_size * speed.seconds_per_image


def _boards(offer: Offer) -> int:
    return offer.profile.hardware.accelerator_count if offer.profile else 1
