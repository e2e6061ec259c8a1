"""What a unit of a supply costs and emits by the hour and by its vintage: for worlds of a plan, or for draws."""

import numpy as np

from roi.arrays import FloatArray, column
from roi.fleet.problem import Supply, Whole
from roi.fleet.vintages import ends_of, lives_of, owed_factor
from roi.numbers import Column


def hour_cash(supply: Supply[Column, Whole]) -> FloatArray:
    """Rent and idle power of a unit-hour [money/h, W x Y x B]."""
    return supply.hour_price[..., None] + column(_idle_kw(supply), 2) * supply.electricity_price


def hour_kg(supply: Supply[Column, Whole], intensity: FloatArray) -> FloatArray:
    """Waiting and making of a unit-hour, on a grid of so much [kgCO2e/h, 1 or W x Y]; NaN where not disclosed."""
    idle_kw, made = column(_idle_kw(supply)), column(supply.embodied_kg_per_unit_hour)
    return np.where(idle_kw == 0.0, 0.0, idle_kw * intensity) + made


def _idle_kw(supply: Supply[Column, Whole]) -> Column:
    return supply.idle_kw_per_board * supply.boards


def buy_value(supply: Supply[Column, Whole], start_factor: FloatArray) -> FloatArray:
    """Value today of buying a unit less its residual, by vintage [money, 1 or W x V]."""
    years = start_factor.shape[-1] - 1
    start, ends = np.atleast_2d(start_factor), ends_of(years, np.reshape(supply.life_years, -1))
    left = supply.residual * np.take_along_axis(start, ends, axis=1)
    return np.asarray(supply.buy_price * start[:, :-1] - left)


def owed_value(supply: Supply[Column, Whole], years: int, later_factor: FloatArray) -> FloatArray:
    """Value today of one unit of money in every year that a commitment lasts beyond the horizon [V, or W x V]."""
    if supply.kind != "reserved":
        return np.zeros(years)
    return owed_factor(years, int(np.reshape(supply.life_years, -1)[0]), later_factor)


def vintage_cash(
    supply: Supply[Column, Whole], year_factor: FloatArray, start_factor: FloatArray, later_factor: FloatArray
) -> FloatArray:
    """Value today of buying or committing to a unit, by its year [money, W x V].

    Purchase less residual, and every year of a commitment at the price of its signature.
    """
    years = year_factor.shape[-1]
    lives = lives_of(years, np.reshape(supply.life_years, -1))
    alive = np.einsum("wyv,wy->wv", lives, np.atleast_2d(year_factor))
    committed = supply.commitment_price * (alive + owed_value(supply, years, later_factor))
    return np.asarray(buy_value(supply, start_factor) + committed)
