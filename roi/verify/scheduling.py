"""A simple schedule that holds some work: units on as the busiest month needs them, bought when they are short.

Arrays end with years Y and blocks B; anything before is spread over. It need not be the best schedule: a plan that
is held against an answer has only to be one that can be done.
"""

import numpy as np

from roi.verify.case import Case
from roi.verify.doing import Units, alive
from roi.verify.figures import FloatArray, IntArray
from roi.verify.supplies import Supply

ROUNDING = 1e-12
"""A need this little above a whole number is rounding."""


def up(amount: FloatArray) -> FloatArray:
    """The next whole number."""
    return np.asarray(np.ceil(amount * (1.0 - ROUNDING)))


def units_for(
    case: Case, supply: Supply, busy_h: FloatArray, pressing_h: FloatArray, swaps_h: FloatArray
) -> Units:
    """Units that hold board-hours of work, of which some press [.. Y x B each], and swaps of models [.. Y]."""
    room = supply.boards * supply.load
    on = up(pressing_h / (room * case.block_h))
    worked = np.where(busy_h > 0.0, busy_h + swaps_h[..., None], 0.0)
    hours = np.maximum(on * case.block_h, worked / room)
    if supply.kind == "hour" and case.whole_hours:
        hours = up(hours)
    powered = np.maximum(on, up(hours / case.block_h))
    units = powered.max(axis=-1)
    none = np.zeros_like(units)
    if not supply.held:
        return Units(none, none, on, hours, powered)
    return Units(bought_for(supply, units), units, on, hours, powered)


def bought_for(supply: Supply, units: FloatArray) -> FloatArray:
    """Units bought or signed in the year in which they are short [.. Y]."""
    found = np.zeros_like(units)
    for year in range(units.shape[-1]):
        found[..., year] = np.maximum(units[..., year] - alive(supply, found)[..., year], 0.0)
    return found


def filled(
    case: Case, supply: Supply, work_h: FloatArray, paid_h: FloatArray, busy_h: FloatArray
) -> FloatArray:
    """Board-hours by block of work that may wait [.. Y] -> [.. Y x B]: hours that are paid and wait first, then the
    cheapest hours of as few further units as hold the rest.

    Parameters
    ----------
    paid_h, busy_h
        Unit-hours that are on for other work, and its board-hours [Y x B].
    """
    room = supply.boards * supply.load
    price = case.kwh_price if supply.owned else np.zeros_like(case.kwh_price)
    order = np.argsort(price, axis=1, kind="stable")
    free = np.maximum(paid_h * room - busy_h, 0.0) if supply.in_units else np.zeros_like(busy_h)
    first = _poured(work_h, np.broadcast_to(free, (*work_h.shape, free.shape[-1])), order)
    rest = np.maximum(work_h - first.sum(axis=-1), 0.0)
    return np.asarray(first + _poured(rest, _further(case, supply, rest), order))


def _further(case: Case, supply: Supply, rest_h: FloatArray) -> FloatArray:
    """Board-hours that further units give in each block; of what is paid by use as many as may be had."""
    year_h = case.block_h.sum() * supply.boards * supply.load
    if supply.in_units:
        units = up(rest_h / year_h)
    else:
        units = np.full_like(rest_h, np.inf if supply.units_max is None else float(supply.units_max))
        units = np.where(units * year_h < rest_h, np.inf, units)
    return np.asarray(units[..., None] * case.block_h * supply.boards * supply.load)


def _poured(amount: FloatArray, space: FloatArray, order: IntArray) -> FloatArray:
    """The amount [.. Y] in the spaces [.. Y x B], one after the other."""
    places = np.broadcast_to(order, space.shape)
    left, found = amount.copy(), np.zeros(space.shape)
    for step in range(space.shape[-1]):
        place = places[..., step : step + 1]
        taken = np.minimum(left, np.take_along_axis(space, place, axis=-1)[..., 0])
        np.put_along_axis(found, place, taken[..., None], axis=-1)
        left = left - taken
    return found
