"""Money and carbon of one attempt of every cell in every draw.

Of low rank: for the cells of one supply money = C @ F with C [m x 6] of the cells and F [6 x D] of the draws,

    board-seconds * rate + joules * tariff + host seconds * host power * tariff
    + wage * seconds per attempt + images * wage * seconds per image + images * price per image
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from roi.sensitivity.montecarlo.cells import Cells
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.terms import Rates
from roi.units import SECONDS_PER_HOUR

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Attempts:
    """Of one attempt [M x D]."""

    money: FloatArray
    carbon: FloatArray | None
    """Location-based and embodied [kgCO2e]; NaN where it is not disclosed; None when nobody asked."""


def attempts_of(cells: Cells, drawn: Drawn, rates: Mapping[int, Rates], *, carbon: bool) -> Attempts:
    """Money of an attempt, and its carbon when asked; `rates` by the position of the supply."""
    money = np.empty((len(cells), drawn.size))
    kilograms = np.empty_like(money) if carbon else None
    look, each = _review(cells, drawn)
    for index, rate in rates.items():
        rows = np.flatnonzero(cells.supply == index)
        own, images = _own(cells, rows), cells.images[rows].astype(np.float64)
        columns = np.column_stack((own, np.ones(len(rows)), images, images))
        host_price = rate.per_joule * rate.host_power_w
        money[rows] = columns @ _stacked(
            drawn, rate.per_busy_s, rate.per_joule, host_price, look, each, rate.per_image
        )
        if kilograms is not None:
            host_carbon = rate.carbon_per_joule * rate.host_power_w
            kilograms[rows] = own @ _stacked(
                drawn, rate.embodied_per_busy_s, rate.carbon_per_joule, host_carbon
            )
    return Attempts(money, kilograms)


def _review(cells: Cells, drawn: Drawn) -> tuple[FloatArray, FloatArray]:
    """Wages of a look: for the attempt, and for each image of it [money]."""
    review, place = cells.workload.review, f"{cells.place}.review"
    wage_per_s = drawn.amount("labour.wage_per_h", drawn.scenario.labour.wage_per_h) / SECONDS_PER_HOUR
    return (
        wage_per_s * drawn.figure(f"{place}.seconds_per_attempt", review.seconds_per_attempt),
        wage_per_s * drawn.figure(f"{place}.seconds_per_image", review.seconds_per_image),
    )


def _own(cells: Cells, rows: npt.NDArray[np.int64]) -> FloatArray:
    return np.column_stack((cells.busy_s[rows], cells.joules[rows], cells.host_s[rows]))


def _stacked(drawn: Drawn, *terms: FloatArray) -> FloatArray:
    return np.stack([drawn.column(term) for term in terms])
