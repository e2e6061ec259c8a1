"""The price of an hour on a board that one owns."""

from roi.errors import RoiError
from roi.finance.discounting import annuity, present_value_factor

HOURS_PER_YEAR = 8760.0
"""Hours of a year of 365 days [h]."""


def own_rate_per_h(
    capex: float,
    residual: float,
    rate: float,
    life_years: float,
    yearly_costs: float,
    utilization_fraction: float,
) -> float:
    """Money per busy hour of an owned board, electricity apart.

    [(capex - residual / (1 + r)^L) * CRF(r, L) + yearly costs] / (8760 * utilization), amounts positive.
    Derived from the rent that, paid at the end of each year, is worth what buying costs today net of the
    resale at the end. `yearly_costs` are upkeep and space; idle hours are borne by the busy ones.
    """
    if not 0.0 < utilization_fraction <= 1.0:
        raise RoiError(f"utilization {utilization_fraction!r} must lie above 0 and at most at 1")
    net_capex = capex - residual * present_value_factor(rate, life_years)
    yearly = annuity(net_capex, rate, life_years) + yearly_costs
    return yearly / (HOURS_PER_YEAR * utilization_fraction)
