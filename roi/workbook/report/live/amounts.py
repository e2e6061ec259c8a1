"""An amount of the sheet Cash flow before it is placed, and what its price is in each year."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from roi.cost import change_of
from roi.scenario.money import Escalation
from roi.workbook.expression import Cell, Formula
from roi.workbook.functions import added
from roi.workbook.report.live.courses import Owner, Side
from roi.workbook.report.live.ground import Ground, times
from roi.workbook.report.live.timeline import Line, Timeline, by_year


@dataclass(frozen=True, slots=True)
class Amount:
    """A row before it is placed."""

    component: str
    names: tuple[str, str]
    amounts: Sequence[Formula]
    owner: Owner


def priced(quantities: Line, price: Formula, change: Line | None) -> list[Formula]:
    """Quantities of each year at a price of today and its change."""
    return [times(cell * price, change, year) for year, cell in enumerate(quantities.cells)]


class Prices:
    """Changes of prices from year to year, each a row on the sheet of years."""

    def __init__(self, ground: Ground, changes: Timeline) -> None:
        self._ground, self._line = ground, changes
        self._escalation: Escalation = ground.scenario.finance.escalation
        self._changes: dict[str, Line | None] = {
            name: ground.change(changes, getattr(self._escalation, name))
            for name in ("electricity", "wage", "rent", "api", "upkeep", "fallback")
        }

    def of(self, name: str) -> Line | None:
        """Price over today's, by year."""
        return self._changes[name]

    def of_stream(self, stream: str) -> Line | None:
        """The same of a price stream."""
        return self._ground.change(self._line, change_of(stream, self._escalation))

    def electricity(self, side: Side, kwh: Callable[[int, int], Cell | Formula]) -> list[Formula]:
        """What the kilowatt-hours of each part of the year and year cost at the site, by year."""

        def cost(year: int) -> Formula:
            parts = [kwh(block, year) * self._tariff(side, block) for block in side.blocks]
            return added([times(each, self.of("electricity"), year) for each in parts])

        return by_year(self._ground.years, cost)

    def _tariff(self, side: Side, block: int) -> Formula:
        """Price of a kilowatt-hour at the site in a part of the year, at today's prices."""
        site = side.whole.site
        own = site.time_blocks[block].electricity_price if site.time_blocks else None
        price = own or site.electricity_price
        if price is None:
            raise ValueError("own servers without a price of electricity")
        return self._ground.amount(price)
