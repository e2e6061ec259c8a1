"""Changes from year to year over the horizon: what they multiply by must stay a number to calculate with."""

import math
from collections.abc import Iterator

from bench.magnitude import LARGEST
from roi.figure import figures
from roi.scenario.document import Scenario
from roi.scenario.written import Fault, resolve

PER_YEAR = "1/year"
"""The unit of all that is compounded."""


def runaway_rates(scenario: Scenario, document: object) -> Iterator[Fault]:
    """Every yearly change of the document's scenario that multiplies or divides by more than 1e15 in the end."""
    horizon_years = scenario.finance.horizon_years.value
    for place, figure, spec in figures(scenario):
        if spec.unit != PER_YEAR:
            continue
        for name in ("value", "low", "high"):
            change = getattr(figure, name)
            if change is not None and abs(horizon_years * math.log1p(change)) > math.log(LARGEST):
                yield Fault(
                    resolve(document, place),
                    f"{name} {change:g} a year over {horizon_years:g} years multiplies or divides by more than "
                    f"{LARGEST:g}; write 0.1 for 10 % a year, or shorten finance.horizon_years",
                )
                break
