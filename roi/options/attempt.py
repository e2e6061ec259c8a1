"""One attempt of n images on a machine or an API: money by stream, energy, carbon, time."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic

from bench.profile.parts import Speed
from roi import assumptions
from roi.cost import hardware_rate_per_h, of_busy_s, rent_by_second, rent_rate_per_h, review_s
from roi.footprint import embodied_kg_co2e, facility_kwh, operational_kg_co2e, plug_parts
from roi.numbers import Number
from roi.options.offer import Offer
from roi.options.terms import Figures, Terms, Values
from roi.queueing import sojourn_p95
from roi.scenario.document import Scenario
from roi.scenario.workload import Review, Workload
from roi.units import SECONDS_PER_HOUR


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt of n images: money by stream, energy, carbon, time."""

    images: int
    costs: dict[str, float]
    """Money by stream at full use of the machine, fallback excluded."""
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


@dataclass(frozen=True, slots=True)
class Making(Generic[Number]):
    """Making an attempt's images, once, as it was measured."""

    seconds: Number
    boards: Number
    """That work on it together [1]."""
    joules: Number
    """At the plug, the rest of the server apart [J]."""
    host_board_s: Number
    """Board-seconds through which the rest of the server counts [s]."""


@dataclass(frozen=True, slots=True)
class Worked(Generic[Number]):
    """An attempt on a machine."""

    duration_s: Number
    busy_s: Number
    """Board-seconds."""
    energy_kwh: Number
    embodied_kg: Number | None
    costs: dict[str, Number]
    """Money by stream at full use, people apart. By the second it is what is paid."""


def worked(making: Making[Number], terms: Terms[Number]) -> Worked[Number]:
    """An attempt on a machine."""
    duration_s = duration(making.seconds, terms)
    return worked_of(making, terms, duration_s, plug_j(making, terms.host_power_w_per_gpu, duration_s))


def worked_of(
    making: Making[Number], terms: Terms[Number], duration_s: Number, joules: Number
) -> Worked[Number]:
    """The same, its seconds and its joules at the plug being known."""
    busy_s, energy_kwh = duration_s * making.boards, facility_kwh(joules, terms.pue)
    embodied = terms.embodied_kg_co2e_per_gpu
    return Worked(
        duration_s=duration_s,
        busy_s=busy_s,
        energy_kwh=energy_kwh,
        embodied_kg=None
        if embodied is None
        else embodied_kg_co2e(embodied, busy_s, terms.lifetime_years, terms.utilization_fraction),
        costs=machine_costs(terms, board_rates_per_h(terms), duration_s, busy_s, energy_kwh),
    )


def duration(making_s: Number, terms: Terms[Number]) -> Number:
    """Making the images, work done again, and the start before the first [s]."""
    return making_s * terms.work_factor + terms.cold_start_s


def plug_j(making: Making[Number], host_power_w: Number, duration_s: Number) -> Number:
    """At the server's plug [J]: start and work done again draw what making images draws."""
    return (making.joules + making.host_board_s * host_power_w) * duration_s / making.seconds


def board_rates_per_h(terms: Terms[Number]) -> dict[str, Number]:
    """Money of an hour of one board at work by stream, hours filled to the highest load; none by the second."""
    busy, boards = terms.utilization_fraction, terms.boards
    if terms.by_the_second:
        return {}
    if terms.electricity_price_per_kwh is None:
        return {"rent": rent_rate_per_h(terms.price_per_h, boards, busy)}
    left, rate, life = terms.residual_fraction, terms.discount_rate_per_year, terms.lifetime_years
    none = 0.0 * terms.capex
    capital = hardware_rate_per_h(terms.capex, left, rate, life, none, busy, boards)
    space = hardware_rate_per_h(none, left, rate, life, terms.upkeep_and_space_per_year, busy, boards)
    return {"hardware": capital, "space": space}


def machine_costs(
    terms: Terms[Number],
    rates_per_h: Mapping[str, Number],
    duration_s: Number,
    busy_s: Number,
    energy_kwh: Number,
) -> dict[str, Number]:
    """Money of an attempt by stream; by the second it is what is paid."""
    if terms.by_the_second:
        return {"rent": rent_by_second(terms.price_per_h, duration_s, terms.minimum_s)}
    costs = {name: of_busy_s(rate, busy_s) for name, rate in rates_per_h.items()}
    if terms.electricity_price_per_kwh is not None:
        costs["electricity"] = energy_kwh * terms.electricity_price_per_kwh
    return costs


def look_s(read: Figures[Number], review: Review, images: Number) -> Number:
    """People's time for the look at an attempt [s]."""
    return review_s(read.figure(review.seconds_per_attempt), read.figure(review.seconds_per_image), images)


def workload_costs(read: Figures[Number], workload: Workload, images: Number) -> dict[str, Number]:
    """Money of an attempt by stream, whoever makes its images: people who look at them."""
    wage_per_s = read.amount(read.scenario.labour.wage_per_h) / SECONDS_PER_HOUR
    return {"review": wage_per_s * look_s(read, workload.review, images)}


def fallback_cost(read: Figures[Number], workload: Workload) -> Number | None:
    """Of a picture that takes the place of one that failed; None where there is none."""
    return None if workload.fallback_cost is None else read.amount(workload.fallback_cost)


def priced_attempt(scenario: Scenario, workload: Workload, offer: Offer, images: int) -> Attempt:
    """One attempt of `images` images on the offer's machine or API."""
    common = workload_costs(Values(scenario), workload, float(images))
    machine = offer.machine
    if machine is None:
        latency = offer.api.latency_s if offer.api else None
        costs = {"api": offer.price_per_image * images}
        latency_s = None if latency is None else latency.value
        return Attempt(images, costs | common, 0.0, None, None, None, None, latency_s, None)
    done = worked(making_of(workload, offer, images), machine)
    market, service = machine.market_grid_intensity_kg_co2e_per_kwh, service_p95_s(workload, offer, images)
    return Attempt(
        images=images,
        costs=done.costs | common,
        busy_s=done.busy_s,
        energy_kwh=done.energy_kwh,
        operational_kg_co2e=operational_kg_co2e(done.energy_kwh, machine.grid_intensity_kg_co2e_per_kwh),
        market_kg_co2e=None if market is None else operational_kg_co2e(done.energy_kwh, market),
        embodied_kg_co2e=done.embodied_kg,
        p95_latency_s=None
        if service is None
        else sojourn_p95(service, machine.utilization_fraction) + machine.cold_start_s,
        utilization_fraction=machine.utilization_fraction,
    )


def making_of(workload: Workload, offer: Offer, images: int) -> Making[float]:
    """What making an attempt's images takes.

    Joules and seconds belong to full batches. An interactive attempt pays for every batch it starts, the last one
    whole; a deferrable one shares its batches with its neighbours.
    """
    profile = offer.profile
    if profile is None or profile.speed is None or profile.energy is None:
        raise ValueError(f"offer {offer.id} has no joules or seconds and cannot be priced")
    seconds, energy, boards = (
        profile.speed.seconds_per_image,
        profile.energy,
        profile.hardware.accelerator_count,
    )
    made = images if workload.deferrable else _batches(offer, images) * profile.config.batch_size
    joules, host_s = plug_parts(
        energy.energy_j_per_image,
        energy.boundary,
        seconds,
        energy.idle_power_w,
        assumptions.parameter("power_supply_efficiency_fraction").value,
    )
    return Making(made * seconds, float(boards), made * joules, made * host_s * boards)


def service_p95_s(workload: Workload, offer: Offer, images: int) -> float | None:
    """95th percentile of generation alone [s]; None for an API and where pictures may wait.

    The wait is one board's queue.
    """
    profile = offer.profile
    if profile is None or profile.speed is None or workload.deferrable:
        return None
    return _batches(offer, images) * batch_p95_s(profile.speed, profile.config.batch_size)


def batch_p95_s(speed: Speed, batch_size: int) -> float:
    """95th percentile of the duration of a batch, else its mean [s]."""
    return speed.p95_batch_latency_s or speed.mean_batch_latency_s or batch_size * speed.seconds_per_image


def _batches(offer: Offer, images: int) -> int:
    return math.ceil(images / offer.profile.config.batch_size) if offer.profile else 1
