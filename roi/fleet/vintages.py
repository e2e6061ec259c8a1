"""Units by their vintage, the year in which they are bought or committed to: how long they live, what is owed.

Lives are those of supplies, worlds or draws: whole numbers on any axes, which come first in what is found.
"""

import numpy as np

from roi.arrays import FloatArray, IntArray

Lives = FloatArray | IntArray


def lives_of(years: int, life_years: Lives) -> FloatArray:
    """1 where a unit of vintage v is alive in year y: from year v through year v + life_years - 1 [... x Y x V]."""
    age = np.arange(years)[:, None] - np.arange(years)
    return ((age >= 0) & (age < life_years[..., None, None])).astype(np.float64)


def ends_of(years: int, life_years: Lives) -> IntArray:
    """The year that begins when a vintage ends, or the horizon where that comes first [... x V]."""
    return np.minimum(np.arange(years) + life_years[..., None], years).astype(np.int64)


def owed_factor(years: int, life_years: int, later_factor: FloatArray) -> FloatArray:
    """Value today of one unit of money in every year of a commitment after the horizon, by vintage [... x V].

    `later_factor` is the value today of a cost spread over each year after the horizon, on its last axis.

    Raises
    ------
    ValueError
        When it does not reach as far as a commitment does.
    """
    beyond = np.maximum(np.arange(years) + life_years - years, 0)
    if beyond[-1] > later_factor.shape[-1]:
        raise ValueError(f"later_factor must reach {beyond[-1]} years beyond the horizon")
    nothing = np.zeros((*later_factor.shape[:-1], 1))
    sums = np.concatenate([nothing, np.cumsum(later_factor, axis=-1)], axis=-1)
    return np.asarray(sums[..., beyond])
