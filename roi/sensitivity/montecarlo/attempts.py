"""What one attempt of every cell on a supply takes and costs in every draw, and what a request's people cost."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from roi.arrays import FloatArray, IntArray
from roi.scenario.workload import Workload
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.supplies import DrawnSupply
from roi.sensitivity.montecarlo.yearly import Years, price
from roi.units import HOURS_PER_YEAR, JOULES_PER_KWH, SECONDS_PER_HOUR


@dataclass(frozen=True, eq=False)
class Measured:
    """What does not move with the draws, of attempts of M cells [M each]; 0 for a service."""

    images: FloatArray
    """Images of an attempt [1]."""
    made_s: FloatArray
    """Making them, once [s]."""
    boards: FloatArray
    """That work on it together [1]."""
    joules: FloatArray
    """At the plug, the rest of the server apart [J]."""
    host_s: FloatArray
    """Board-seconds through which the rest of the server counts [s]."""

    def at(self, rows: IntArray) -> "Measured":
        """Some of the cells."""
        return Measured(
            self.images[rows], self.made_s[rows], self.boards[rows], self.joules[rows], self.host_s[rows]
        )


@dataclass(frozen=True, eq=False)
class Attempts:
    """Of one attempt."""

    board_s: FloatArray
    """Work done again, and a cold start, included [s, M x D]."""
    energy_kwh: FloatArray
    """At the facility's meter [kWh, M x D]."""
    made_kg: FloatArray
    """Making, of supplies paid by use; NaN where it is not disclosed; 0 on units, which carry their own
    [kgCO2e, M x D]."""
    amounts: Mapping[str, FloatArray]
    """Hours, images or seconds that are paid, by what is paid for [M x D]."""
    prices: Mapping[str, FloatArray]
    """Of each of them [money, D x Y]."""


def attempts_on(measured: Measured, supply: DrawnSupply) -> Attempts:
    """Attempts on one supply, people apart."""
    making = measured.made_s[:, None]
    cold = np.where(making > 0.0, supply.cold_start_s / np.where(making > 0.0, making, 1.0), 0.0)
    stretch = supply.work_factor + cold
    board_s = making * measured.boards[:, None] * stretch
    plug_j = (measured.joules[:, None] + measured.host_s[:, None] * supply.host_power_w) * stretch
    made_kg = np.zeros_like(board_s)
    if supply.by_use:
        life_s = supply.lifetime_years * HOURS_PER_YEAR * SECONDS_PER_HOUR
        made_kg = supply.made_kg * board_s / (life_s * supply.load_max)
    paid = {"rent": "hour_price", "api": "image_price", "hardware": "used_price"}
    amounts = {
        "rent": np.maximum(making * stretch, supply.minimum_s) / SECONDS_PER_HOUR,
        "api": np.broadcast_to(measured.images[:, None], board_s.shape),
        "hardware": board_s,
    }
    prices = {name: getattr(supply, field) for name, field in paid.items()} if supply.by_use else {}
    used = [name for name, yearly in prices.items() if yearly.any()]
    return Attempts(
        board_s=board_s,
        energy_kwh=plug_j * supply.pue / JOULES_PER_KWH,
        made_kg=made_kg,
        amounts={name: amounts[name] for name in used},
        prices={name: prices[name] for name in used},
    )


def look_seconds(drawn: Drawn, workload: Workload, images: FloatArray) -> FloatArray:
    """People's time for the look at an attempt [s, M x D]."""
    review = workload.review
    each, fixed = drawn.figure(review.seconds_per_image), drawn.figure(review.seconds_per_attempt)
    return np.asarray(fixed + images[:, None] * each)


def wage_per_s(drawn: Drawn, years: Years) -> FloatArray:
    """[money/s, D x Y]"""
    scenario = drawn.scenario
    return (
        price(drawn, scenario.labour.wage_per_h, scenario.finance.escalation.wage, years.count)
        / SECONDS_PER_HOUR
    )


def fallback_price(drawn: Drawn, workload: Workload, years: Years) -> FloatArray | None:
    """Of a picture that takes the place of one that failed [money, D x Y]; None where there is none."""
    if workload.fallback_cost is None:
        return None
    return price(drawn, workload.fallback_cost, drawn.scenario.finance.escalation.fallback, years.count)
