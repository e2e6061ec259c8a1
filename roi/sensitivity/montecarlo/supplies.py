"""A supply of the fleet programme in every draw: what `roi.planning.supplies` builds, by column."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from roi.arrays import FloatArray, IntArray
from roi.figure import Figure
from roi.fleet.problem import Supply
from roi.options.terms import Terms, machine_terms
from roi.planning.horizon import Calendar
from roi.planning.supplies import AnySupply, FleetBuilder
from roi.scenario.supply import Api
from roi.sensitivity.montecarlo.drawn import Drawn


@dataclass(frozen=True, eq=False, kw_only=True)
class DrawnSupply(Supply[FloatArray, IntArray]):
    """A supply in every draw, and where its figures are from."""

    supply: AnySupply
    terms: Terms[FloatArray] | None
    """At today's prices [D each]; None for a service."""
    price_per_image: FloatArray
    """Of a service, today [money/image, D]."""

    @property
    def by_use(self) -> bool:
        """Whether nothing but use is paid."""
        return self.kind == "by_use"


@dataclass(frozen=True, eq=False)
class Draws:
    """The years ahead in every draw."""

    read: Drawn
    dates: Calendar

    @property
    def years(self) -> int:
        """Y."""
        return self.dates.years

    @property
    def worlds(self) -> int:
        """D."""
        return self.read.size

    @property
    def block_hours(self) -> FloatArray:
        """[h, B]"""
        return self.dates.block_hours

    def price(self, figure: Figure, change: Figure | None) -> FloatArray:
        """Money at the prices of each year [D x Y]."""
        return self.read.price(figure, change, self.years)

    def steady(self, amount: FloatArray, change: Figure | None = None) -> FloatArray:
        """An amount of each draw in each year [D x Y]."""
        return np.asarray(amount[:, None] * self.read.growth(change, self.years))

    def whole(self, number: FloatArray) -> IntArray:
        """Whole numbers as such [D]."""
        return number.astype(np.int64)


def supplies_of(
    drawn: Drawn, dates: Calendar, idle_power_w: Mapping[str, float], in_use: frozenset[str]
) -> list[DrawnSupply]:
    """Every supply of the scenario, in its order.

    Parameters
    ----------
    idle_power_w
        Of one waiting board as it was measured, by supply; where the supply states none [W].
    in_use
        Supplies that are open already.
    """
    builder = FleetBuilder(Draws(drawn, dates), in_use)
    return [
        DrawnSupply(
            supply=each,
            terms=None if isinstance(each, Api) else machine_terms(drawn, each),
            price_per_image=drawn.amount(each.price_per_image)
            if isinstance(each, Api)
            else drawn.optional(None),
            **builder.fields(each, idle_power_w.get(each.name)),
        )
        for each in drawn.scenario.supplies
    ]
