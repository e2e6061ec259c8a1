"""Figures that sum up a course of action: cost per year, per unit, per tonne and per hour of an own board, and the
return on what is paid.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

from roi.errors import RoiError
from roi.finance.discounting import annuity, npv, present_value_factor
from roi.numbers import Number, within
from roi.units import HOURS_PER_YEAR


def equivalent_annual_cost(present_value: float, rate: float, years: float) -> float:
    """Equal yearly cost, at the end of each year, worth the present value over the years: present value * CRF.

    Makes courses of unlike length comparable, provided that each would be repeated; `rate` per year.
    """
    return annuity(present_value, rate, years)


def levelised_cost(costs: Sequence[float], quantities: Sequence[float], rate: float) -> float:
    """PV(costs) / PV(quantities): the price per unit that, unchanged over time, just pays the costs.

    Both by period, index 0 = today, costs positive, `rate` per period. Quantities are discounted because they
    stand for the money they would earn (Short, Packey and Holt, NREL/TP-462-5173, 1995).
    """
    if len(costs) != len(quantities):
        raise RoiError(f"{len(costs)} costs for {len(quantities)} quantities; give both for every period")
    delivered = npv(quantities, rate)
    if not delivered > 0.0:
        raise RoiError(f"a quantity worth {delivered!r} today has no cost per unit; it must be above 0")
    return npv(costs, rate) / delivered


def roi_fraction(pv_benefits: float, pv_costs: float) -> float | None:
    """(PV of benefits - PV of costs) / PV of costs, both positive; None when no cost stands against them.

    Whoever shows it names which costs are in the denominator: the figure depends on that.
    """
    return (pv_benefits - pv_costs) / pv_costs if pv_costs > 0.0 else None


def abatement_cost_per_tonne(npv_of_difference: float, tonnes_avoided: float) -> float | None:
    """-NPV / tonnes avoided against the baseline: below zero when the avoided tonne also saves money.

    None when nothing is avoided: a quotient by emissions that rise would rank a dear polluter as cheap. The
    tonnes are not discounted.
    """
    return -npv_of_difference / tonnes_avoided if tonnes_avoided > 0.0 else None


def marginal_abatement(costs: Sequence[float], tonnes: Sequence[float]) -> tuple[float, ...]:
    """Cost of the next tonne between neighbouring points of a frontier, from the highest emissions to the lowest.

    (cost_{i+1} - cost_i) / (tonnes_i - tonnes_{i+1}); a programme of whole units has no shadow price, so the slope
    between two of its answers stands for it.
    """
    if len(costs) != len(tonnes) or any(after >= before for before, after in pairwise(tonnes)):
        raise RoiError("a frontier needs one cost per point and emissions that fall from point to point")
    steps = zip(pairwise(costs), pairwise(tonnes), strict=True)
    return tuple((dearer - cost) / (before - after) for (cost, dearer), (before, after) in steps)


def own_rate_per_h(
    capex: Number,
    residual: Number,
    rate: Number,
    life_years: Number,
    yearly_costs: Number,
    utilization_fraction: Number,
) -> Number:
    """Money per busy hour of an owned board, electricity apart.

    [(capex - residual / (1 + r)^L) * CRF(r, L) + yearly costs] / (8760 * utilization), amounts positive.
    Derived from the rent that, paid at the end of each year, is worth what buying costs today net of the
    resale at the end. `yearly_costs` are upkeep and space; idle hours are borne by the busy ones.
    """
    if not within(utilization_fraction, 0.0, math.nextafter(1.0, 2.0)):
        raise RoiError(f"utilization {utilization_fraction!r} must lie above 0 and at most at 1")
    net_capex = capex - residual * present_value_factor(rate, life_years)
    yearly = annuity(net_capex, rate, life_years) + yearly_costs
    return yearly / (HOURS_PER_YEAR * utilization_fraction)
