"""Drawn futures of demand and prices, for a plan that weighs bad outcomes.

A figure with a range is drawn from the triangular distribution over (low, value, high), an end that is not given
being the value itself. The draw is a multiplier of the figure, the same in every year; figures are drawn apart
from each other, each from a generator of its own (the scenario's seed and the figure's place), so that a supply
more does not change the future of the others. An exchange rate moves every price in its currency together. What
is not drawn: acceptance, joules, seconds, rates. The mean of a skewed range is not its value, so that the expected
cost over the worlds is not the cost of the values alone.
"""

import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from roi.arrays import FloatArray
from roi.figure import Figure
from roi.scenario.document import Scenario
from roi.scenario.effective import RATES, Resolved
from roi.scenario.money import ExchangeRate
from roi.scenario.site import TimeBlock
from roi.scenario.supply import Supply as AnySupply
from roi.scenario.workload import Workload


@dataclass(frozen=True)
class Worlds:
    """Multipliers of figures by world; one world of ones where nothing is drawn."""

    whole: Resolved

    @property
    def scenario(self) -> Scenario:
        """The one whose figures are drawn."""
        return self.whole.scenario

    @property
    def count(self) -> int:
        """Worlds drawn [W]."""
        risk = self.scenario.finance.risk
        return 1 if risk is None else risk.worlds

    @property
    def probability(self) -> FloatArray:
        """Each as likely as the others [1, W]."""
        return np.full(self.count, 1.0 / self.count)

    def of(self, figure: Figure) -> FloatArray:
        """What a figure of the scenario is over its value, by world [1, W]."""
        rate = self.scenario.exchange_rates.get(figure.currency or "")
        drawn = self._drawn(figure, lambda: self._name(figure))
        return drawn if rate is None else drawn * self._drawn(rate, lambda: f"{RATES}{figure.currency}")

    def _name(self, figure: Figure) -> str:
        """The place by names instead of positions, so that a supply more moves nothing."""
        place, scenario = self.whole.place(figure), self.scenario
        if place.startswith("site.time_blocks["):
            return _by_name(place, scenario.site.time_blocks).removesuffix(".electricity_price")
        if place.startswith("supplies["):
            return _by_name(place, scenario.supplies)
        return _by_name(place, scenario.workloads) if place.startswith("workloads[") else place

    def _drawn(self, figure: Figure | ExchangeRate, name: Callable[[], str]) -> FloatArray:
        risk, value = self.scenario.finance.risk, figure.value
        low = value if figure.low is None else figure.low
        high = value if figure.high is None else figure.high
        if risk is None or value == 0.0 or low == high:
            return np.ones(self.count)
        generator = np.random.default_rng([risk.seed, zlib.crc32(name().encode("utf-8"))])
        return np.asarray(generator.triangular(low, value, high, risk.worlds) / value)


def _by_name(place: str, parts: Sequence[AnySupply] | Sequence[Workload] | Sequence[TimeBlock]) -> str:
    where, position, rest = re.split(r"\[(\d+)\]", place, maxsplit=1)
    return f"{where}.{parts[int(position)].name}{rest}"
