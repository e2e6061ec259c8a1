"""Attempts in every draw: how many a request needs, and what one takes and costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from roi.arrays import FloatArray, IntArray
from roi.options.attempt import Making, worked, workload_costs
from roi.retry import attempts_and_delivery
from roi.scenario.acceptance_input import AcceptanceInput
from roi.scenario.workload import Workload
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.supplies import DrawnSupply


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Of one acceptance and one number of images per attempt, for at most 1 .. K attempts."""

    attempts: FloatArray
    """Expected attempts of a request [K x D]."""
    deliver: FloatArray
    """Probability that a request ends with an accepted image [K x D]."""


def outcomes(
    drawn: Drawn, given: AcceptanceInput, images: Sequence[int], attempts_max: int
) -> dict[int, Outcomes]:
    """Outcomes by images per attempt."""
    p, precision = drawn.figure(given.mean), np.asarray(np.inf)
    if given.kind != "alike" and given.concentration is not None:
        precision = drawn.figure(given.concentration)
    found = {}
    for number in images:
        walk = list(attempts_and_delivery(p, precision, given.kind == "redrawn", number, attempts_max))
        found[number] = Outcomes(np.array([each for each, _ in walk]), np.array([each for _, each in walk]))
    return found


@dataclass(frozen=True, eq=False)
class Measured:
    """What does not move with the draws, of attempts of M cells [M x 1 each]."""

    images: FloatArray
    """Images of an attempt [1]."""
    making: Making[FloatArray]
    """NaN for a service."""

    def at(self, rows: IntArray) -> "Measured":
        """Some of the cells."""
        made = self.making
        return Measured(
            self.images[rows],
            Making(made.seconds[rows], made.boards[rows], made.joules[rows], made.host_board_s[rows]),
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
    costs: Mapping[str, FloatArray]
    """Money by stream at today's prices: people, and what a supply paid by use costs beside electricity
    [money, M x D]."""


def attempts_on(drawn: Drawn, workload: Workload, measured: Measured, supply: DrawnSupply) -> Attempts:
    """Attempts of the drawn scenario's workload on one supply."""
    common = workload_costs(drawn, workload, measured.images)
    if supply.terms is None:
        costs = {"api": supply.price_per_image * measured.images} | common
        nothing = np.zeros_like(costs["api"])
        return Attempts(nothing, nothing, np.full_like(nothing, np.nan), costs)
    one = worked(measured.making, supply.terms)
    made_kg = one.embodied_kg if supply.by_use else np.zeros_like(one.busy_s)
    return Attempts(
        board_s=one.busy_s,
        energy_kwh=one.energy_kwh,
        made_kg=np.full_like(one.busy_s, np.nan) if made_kg is None else made_kg,
        costs=common
        | {
            name: cost
            for name, cost in one.costs.items()
            if supply.by_use and name != "electricity" and cost.any()
        },
    )
