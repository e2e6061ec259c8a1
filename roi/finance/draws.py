"""Present values and payback of many drawn cash flows at once, by the conventions of the plain functions.

D draws x T periods, index 0 = today, costs negative. The only module of this room that needs numpy; it is
imported by its own name, so that `import roi.finance` stays light.
"""

import numpy as np

from roi.arrays import FloatArray
from roi.finance.discounting import require_rate
from roi.finance.payback import ROUNDING


def npv_of_draws(flows: FloatArray, rate: float | FloatArray) -> FloatArray:
    """`npv` of every row: flows [money, D x T], one rate per period or one for each draw [1, D] -> [money, D]."""
    rates = np.asarray(rate, dtype=np.float64)
    for bound in (rates.min(initial=0.0), rates.max(initial=0.0)):
        require_rate(float(bound))
    factors = np.exp(-np.log1p(rates)[..., None] * np.arange(flows.shape[1]))
    value: FloatArray = np.einsum("dt,dt->d", flows, np.broadcast_to(factors, flows.shape))
    return value


def simple_payback_of_draws(flows: FloatArray) -> FloatArray:
    """`simple_payback_months` of every row: flows [money, D x T] -> [months, D], NaN for None."""
    periods = flows.shape[1]
    levels = np.cumsum(flows, axis=1)
    owed = levels < -(ROUNDING * periods * np.abs(flows).sum(axis=1))[:, None]
    last = periods - 1 - np.argmax(owed[:, ::-1], axis=1)
    rows = np.arange(len(flows))
    after = flows[rows, np.minimum(last + 1, periods - 1)]
    with np.errstate(divide="ignore", invalid="ignore"):
        months = last + np.minimum(1.0, -levels[rows, last] / after)
    months = np.where(owed[:, -1], np.nan, months)
    return np.where(owed.any(axis=1), months, 0.0)
