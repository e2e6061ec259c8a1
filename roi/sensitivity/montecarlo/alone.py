"""Servers that one workload carries alone: their price, and their wait, move with the load it makes."""

import numpy as np
import numpy.typing as npt

from roi.sensitivity.montecarlo.cells import Cells
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.gates import latency_limit
from roi.sensitivity.montecarlo.terms import Rates
from roi.sensitivity.montecarlo.waits import waits_p95
from roi.units import HOURS_PER_YEAR, MONTHS_PER_YEAR, SECONDS_PER_HOUR

FloatArray = npt.NDArray[np.float64]


def carry_alone(
    cells: Cells,
    drawn: Drawn,
    rate: Rates,
    cell: int,
    attempts: FloatArray,
    cash: FloatArray,
    carbon: FloatArray | None,
    *,
    gated: bool,
) -> None:
    """Put on an unshared server's cost and carbon [K x D] what its idle hours add, and close late draws.

    `attempts` are those of an accepted image [K x D].
    """
    filled = _filled(cells, drawn, rate, cell, attempts)
    dearer = rate.utilization / filled - 1.0
    cash += attempts * cells.busy_s[cell] * rate.per_busy_s * dearer
    if carbon is not None:
        carbon += attempts * cells.busy_s[cell] * rate.embodied_per_busy_s * dearer
    limit = latency_limit(cells, drawn)
    if gated and limit is not None:
        cash[cells.service_s[cell] * (1.0 + waits_p95(filled)) > limit] = np.inf


def _filled(cells: Cells, drawn: Drawn, rate: Rates, cell: int, attempts: FloatArray) -> FloatArray:
    """Share of paid board-hours at work, as in `roi.cost.whole_server_utilization` [K x D]."""
    machine = cells.offers[cell].machine
    boards = machine.gpu_count if machine else 1
    volume = drawn.figure(f"{cells.place}.images_per_month", cells.workload.images_per_month)
    busy_s = cells.busy_s[cell] * attempts * volume
    board_s = boards * HOURS_PER_YEAR / MONTHS_PER_YEAR * SECONDS_PER_HOUR
    servers = np.maximum(1.0, np.ceil(busy_s / (board_s * rate.utilization)))
    return np.asarray(busy_s / (servers * board_s))
