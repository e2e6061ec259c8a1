"""Changes from year to year over the horizon: what they multiply by must stay a number to calculate with."""

import math
from collections.abc import Iterator

from pydantic import BaseModel

from bench.magnitude import LARGEST
from roi.figure import figures

PER_YEAR = "1/year"
"""The unit of all that is compounded."""


def runaway_rates(scenario: BaseModel, horizon_years: float) -> Iterator[str]:
    """Every yearly change that multiplies, or as a discount divides, by more than 1e15 until the horizon."""
    for place, figure, spec in figures(scenario):
        if spec.unit != PER_YEAR:
            continue
        for name in ("value", "low", "high"):
            change = getattr(figure, name)
            if change is not None and abs(horizon_years * math.log1p(change)) > math.log(LARGEST):
                yield (
                    f"{place}: {name} {change:g} a year over {horizon_years:g} years multiplies or divides by more "
                    f"than {LARGEST:g}; write 0.1 for 10 % a year, or shorten finance.horizon_years"
                )
                break
