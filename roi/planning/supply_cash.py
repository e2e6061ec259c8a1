"""Money of one supply of a plan that goes with no request, in the worlds of a plan or in every draw.

The equations of `roi.planning.ledger` and of `roi.sensitivity.plandraws`: W are worlds, or draws.
"""

from collections.abc import Iterator

import numpy as np

from roi.arrays import FloatArray, IntArray, column
from roi.fleet.problem import FleetPlan, Supply, Whole
from roi.fleet.unit_value import owed_value
from roi.fleet.vintages import ends_of, lives_of
from roi.numbers import Column


def running_cash(
    supply: Supply[Column, Whole], plan: FleetPlan, place: int, hours: FloatArray, waiting_kwh: FloatArray
) -> dict[str, FloatArray]:
    """Over the year, by component [money, W x Y each]; paid hours and energy of waiting [W x Y x B]."""
    return {
        "electricity": (supply.electricity_price * waiting_kwh).sum(axis=2),
        "rent": supply.hour_price * hours.sum(axis=2) + _committed(supply, plan, place),
        "upkeep": supply.year_price * plan.units[place],
    }


def waiting_kwh(supply: Supply[Column, Whole], hours: FloatArray, busy_h: FloatArray) -> FloatArray:
    """Energy of boards that are powered and have no work [kWh, W x Y x B]."""
    return column(supply.idle_kw_per_board, 2) * (supply.boards * hours - busy_h)


def _committed(supply: Supply[Column, Whole], plan: FleetPlan, place: int) -> FloatArray:
    """Every year of a commitment at the price of the year of its signature [money, W x Y]."""
    signed = supply.commitment_price * plan.buy[place]
    return np.asarray(np.einsum("wyv,wv->wy", lives_of(signed.shape[1], _lives(supply)), signed))


def purchase(supply: Supply[Column, Whole], plan: FleetPlan, place: int) -> FloatArray:
    """At the beginning of each year [money, W or 1 x Y]."""
    return np.atleast_2d(supply.buy_price * plan.buy[place])


def opening(supply: Supply[Column, Whole], plan: FleetPlan, place: int) -> FloatArray:
    """At the beginning of each year; once, today, where the supply is used at all [money, W or 1 x Y]."""
    first = np.arange(plan.buy.shape[1]) == 0
    return np.asarray(column(supply.opening_cost) * (first & plan.opened[place]))


def residuals(
    supply: Supply[Column, Whole], plan: FleetPlan, place: int
) -> Iterator[tuple[IntArray, FloatArray]]:
    """What the units of each vintage fetch, negative, and the year at whose end [year and money, W or 1]."""
    fetched = np.atleast_2d(supply.residual * plan.buy[place])
    last = ends_of(fetched.shape[1], _lives(supply)) - 1
    for vintage in np.flatnonzero(plan.buy[place]):
        yield last[:, vintage], -fetched[:, vintage]


def owed(
    supply: Supply[Column, Whole],
    plan: FleetPlan,
    place: int,
    start_factor: FloatArray,
    later_factor: FloatArray,
) -> FloatArray:
    """What commitments cost after the horizon, at its value when it ends [money, W x Y].

    Factors of worlds have no axis but years, those of draws have it first.
    """
    signed = supply.commitment_price * plan.buy[place]
    found: FloatArray = np.zeros_like(signed)
    if supply.kind == "reserved":
        factor = owed_value(supply, signed.shape[1], later_factor)
        found[:, -1] = (signed * factor).sum(axis=1) / start_factor[..., -1]
    return found


def _lives(supply: Supply[Column, Whole]) -> FloatArray:
    return np.reshape(np.asarray(supply.life_years), -1)
