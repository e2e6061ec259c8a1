"""Figures that sum up a course of action: cost per year, per tonne and per hour of an own board, and the return."""

import math

from roi.errors import RoiError
from roi.finance.discounting import annuity, present_value_factor
from roi.numbers import Number, within
from roi.units import HOURS_PER_YEAR


def equivalent_annual_cost(present_value: float, rate: float, years: float) -> float:
    """Equal yearly cost, at the end of each year, worth the present value over the years: present value * CRF.

    Makes courses of unlike length comparable, provided that each would be repeated; `rate` per year.
    """
    return annuity(present_value, rate, years)


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
