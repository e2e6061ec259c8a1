"""The units of one supply that carries all the work of a candidate: how many, when they are bought, what they cost.

Arrays are over candidates V, worlds W, years Y and blocks B; an axis of years may be 1 where all are alike. Each
world has prices of its own. Where worlds are the futures of one plan (`probability`), what is bought is the same in
all of them; else each world buys for itself.
"""

from dataclasses import dataclass
from functools import cached_property

import highspy
import numpy as np

from roi.arrays import BoolArray, FloatArray, IntArray
from roi.fleet.evaluation.quantities import OWNED
from roi.fleet.problem import Supply, Whole
from roi.fleet.silence import silenced_stdout
from roi.fleet.vintages import lives_of
from roi.numbers import Column

ROUNDING = 1e-9
"""A load this little above a whole number of units is rounding."""


@dataclass(frozen=True, eq=False, kw_only=True)
class UnitTerms:
    """One supply: what its units are worth today, by world."""

    by_use: bool
    owned: bool
    """Bought or committed to, and then there."""
    whole_hours: bool
    units_max: float
    """Most units, or units whose hours can be used; infinite where there is no limit."""
    block_hours: FloatArray
    """[h, B]"""
    hour_value: FloatArray
    """Rent, waiting and making of a paid hour, value today [money/h, W x Y x B]."""
    service_value: FloatArray
    """A unit in service for a year, value today [money, W x Y]."""
    vintage_value: FloatArray
    """Buying or committing to a unit by its year, value today [money, W x Y]."""
    power_value: FloatArray
    """Charge for the power of a unit at work, value today [money, W x Y]."""
    existing: FloatArray
    """Units that are there already [Y]."""
    life_years: IntArray
    """Years for which a bought unit is alive [year, W]."""

    @property
    def cheapest_unit_year(self) -> FloatArray:
        """Least part of a purchase or commitment that a year of a unit carries; 0 where units are there
        [money, W x Y]."""
        if not self.owned:
            return np.zeros_like(self.vintage_value)
        lives = lives_of(self.vintage_value.shape[1], self.life_years)
        part = self.vintage_value / lives.sum(axis=1)
        least = np.where(lives > 0.0, part[:, None, :], np.inf).min(axis=2)
        return np.where(self.existing > 0, 0.0, least)


def unit_terms(
    supply: Supply[Column, Whole],
    block_hours: FloatArray,
    year_factor: FloatArray,
    *,
    hour_value: FloatArray,
    vintage_value: FloatArray,
    power_price: FloatArray,
) -> UnitTerms:
    """Of a supply in worlds or in draws; `power_price` is that of a unit at work [money, W x Y]."""
    worlds, years = vintage_value.shape
    return UnitTerms(
        by_use=supply.kind == "by_use",
        owned=supply.kind in OWNED,
        whole_hours=supply.whole_hours,
        units_max=np.inf if supply.units_max is None else float(supply.units_max),
        block_hours=block_hours,
        hour_value=hour_value,
        service_value=np.broadcast_to(supply.year_price, (worlds, years)) * year_factor,
        vintage_value=vintage_value,
        power_value=power_price * year_factor,
        existing=np.broadcast_to(supply.existing, (years,)).astype(np.float64),
        life_years=np.broadcast_to(np.asarray(supply.life_years), (worlds,)),
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class Carried:
    """Work on a supply, and the units that it takes."""

    terms: UnitTerms
    load: FloatArray
    """Units that the work keeps busy throughout the block, or uses; of work that may wait that of the whole year in
    each block [1, V x W x Y x B]."""
    peak_load: FloatArray
    """The same in the busiest month [1, V x W x Y x B]."""
    waits: bool
    """Whether the work may wait: then it fills the cheapest hours of the year."""
    probability: FloatArray | None = None
    """Of the worlds, where they are the futures of one plan [1, W]."""

    @cached_property
    def units(self) -> FloatArray:
        """Units at work throughout the block; of work that may wait as if spread evenly; none of a supply paid by
        use [V x W x Y x B or 1]."""
        busiest = self._busiest
        return np.zeros_like(busiest) if self.terms.by_use else np.ceil(busiest * (1.0 - ROUNDING))

    @cached_property
    def hours(self) -> FloatArray:
        """Paid hours: all of the units' where work cannot wait, else those of the work [h, V x W x Y x B]."""
        if not self.waits or self.terms.by_use:
            return self.units * self.terms.block_hours
        work_h = (self.load * self.terms.block_hours).max(axis=3)
        return self._filled(np.ceil(work_h * (1.0 - ROUNDING)) if self.terms.whole_hours else work_h)

    @cached_property
    def block_shares(self) -> FloatArray:
        """Share of a year's paid hours that lies in each block [1, V x W x Y x B]."""
        total = self.hours.sum(axis=3, keepdims=True)
        return np.asarray(np.divide(self.hours, total, out=np.zeros_like(self.hours), where=total > 0.0))

    @cached_property
    def in_service(self) -> FloatArray:
        """Units needed at once in a year [V x W x Y], or in any world [V x 1 x Y]."""
        most = most_of(self.units)
        return most if self.probability is None else most.max(axis=1, keepdims=True)

    @cached_property
    def bought(self) -> FloatArray:
        """Units bought or committed to by year, the cheapest that are enough [V x W or 1 x Y]."""
        terms, price, life = self.terms, self.terms.vintage_value, self.terms.life_years
        lacking = np.maximum(self.in_service - terms.existing, 0.0)
        if not terms.owned:
            return np.zeros_like(lacking)
        if self.probability is not None:
            price, life = (self.probability @ price)[None], life[:1]
        return cheapest_cover(lacking, price, life)

    @cached_property
    def alive(self) -> FloatArray:
        """Units that are there, used or not; 0 of those rented by the hour [V x W or 1 x Y]."""
        if not self.terms.owned:
            return self.bought
        lives = lives_of(self.bought.shape[2], self.terms.life_years[: self.bought.shape[1]])
        return np.asarray(np.einsum("vwn,wyn->vwy", self.bought, lives) + self.terms.existing)

    def cost(self, terms: UnitTerms | None = None) -> FloatArray:
        """Hours, purchases, service and power, value today, at these or at other prices [money, V x W]."""
        terms = terms or self.terms
        found = over_years(self.hours, terms.hour_value)
        if not terms.owned:
            return found
        for amount, value in (
            (most_of(self.units), terms.power_value),
            (self.bought, terms.vintage_value),
            (self.in_service, terms.service_value),
        ):
            found = found + over_years(amount[..., None], value[..., None])
        return found

    def too_many(self) -> BoolArray:
        """Whether the supply has too few units [V x W], or in some world [V x 1]."""
        used = self._busiest * (1.0 - ROUNDING) if self.terms.by_use else self.units
        over = used.max(axis=(2, 3)) > self.terms.units_max
        return np.asarray(over if self.probability is None else over.any(axis=1, keepdims=True))

    @property
    def _busiest(self) -> FloatArray:
        if not self.waits:
            return self.peak_load
        hours = self.terms.block_hours
        return np.asarray((self.load * hours).max(axis=3, keepdims=True) / hours.sum())

    def _filled(self, paid_h: FloatArray) -> FloatArray:
        """Hours by block when the cheapest blocks are filled first [h, V x W x Y x B]."""
        order = np.argsort(self.terms.hour_value, axis=2, kind="stable")[None]
        room = self.units * self.terms.block_hours[order]
        before = np.cumsum(room, axis=3) - room
        taken = np.clip(paid_h[..., None] - before, 0.0, room)
        found = np.zeros_like(room)
        np.put_along_axis(found, np.broadcast_to(order, room.shape), taken, axis=3)
        return found


def most_of(blocks: FloatArray) -> FloatArray:
    """The largest over the last axis."""
    return np.asarray(blocks[..., 0] if blocks.shape[-1] == 1 else blocks.max(axis=-1))


def over_years(amount: FloatArray, value: FloatArray) -> FloatArray:
    """Sum over years and blocks of an amount at its value [V x W or 1 x Y or 1 x B], [W x Y x B] -> [V x W]."""
    if amount.shape[2] == 1:
        value = value.sum(axis=1, keepdims=True)
    return np.asarray(np.einsum("vwyb,wyb->vw", amount, value))


def cheapest_cover(needed: FloatArray, price: FloatArray, life_years: IntArray) -> FloatArray:
    """Units bought in each year so that in every year at least `needed` are alive, at the least cost.

    The rows are those of a network: a unit bought in year v leads from v to the end of its life, and one may go
    back in time for nothing. Where the need only grows, each unit more takes the cheapest path from its year to the
    horizon; where it only falls, each the cheapest path from the beginning to its last year. Else a linear
    programme: the years of a vintage follow each other, so that it has a whole optimum.

    Parameters
    ----------
    needed
        [1, V x W x Y]
    price
        Of a unit by the year of its purchase [money, W x Y].
    life_years
        [year, W]
    """
    price = np.maximum(price, 0.0)
    change = np.diff(needed, axis=2)
    grows, falls = np.all(change >= 0.0, axis=2), np.all(change <= 0.0, axis=2)
    found = _growing(np.where(grows[..., None], needed, 0.0), price, life_years)
    if not grows.all():
        shrinks = (falls & ~grows)[..., None]
        found += _falling(np.where(shrinks, needed, 0.0), price, life_years)
    for v, w in np.argwhere(~(grows | falls)).tolist():
        found[v, w] = programmed_cover(needed[v, w], price[w], int(life_years[w]))
    return found


def _growing(needed: FloatArray, price: FloatArray, life_years: IntArray) -> FloatArray:
    """Of a need that never falls: from its year on every unit has a successor to the horizon [V x W x Y]."""
    worlds, years = price.shape
    every, ends = np.arange(worlds), np.minimum(np.arange(years) + life_years[:, None], years)
    to_go, bought_in = np.zeros((worlds, years + 1)), np.zeros((worlds, years), dtype=np.int64)
    for year in reversed(range(years)):
        to_go[:, year] = np.inf
        for vintage in reversed(range(year + 1)):
            cost = np.where(
                ends[:, vintage] > year, price[:, vintage] + to_go[every, ends[:, vintage]], np.inf
            )
            better = cost < to_go[:, year]
            to_go[better, year], bought_in[better, year] = cost[better], vintage
    found, coming = np.zeros_like(needed), np.zeros((*needed.shape[:2], years + 1))
    coming[..., :years] = np.diff(needed, axis=2, prepend=0.0)
    for year in range(years):
        chosen = bought_in[:, year]
        found[:, every, chosen] += coming[..., year]
        coming[:, every, ends[every, chosen]] += coming[..., year]
    return found


def _falling(needed: FloatArray, price: FloatArray, life_years: IntArray) -> FloatArray:
    """Of a need that never grows: every unit has a predecessor back to the beginning [V x W x Y]."""
    worlds, years = price.shape
    every, so_far = np.arange(worlds), np.zeros((worlds, years + 1))
    bought_in = np.zeros((worlds, years + 1), dtype=np.int64)
    for year in range(1, years + 1):
        so_far[:, year] = np.inf
        for vintage in reversed(range(year)):
            cost = np.where(vintage + life_years >= year, price[:, vintage] + so_far[:, vintage], np.inf)
            better = cost < so_far[:, year]
            so_far[better, year], bought_in[better, year] = cost[better], vintage
    found, leaving = np.zeros_like(needed), np.zeros((*needed.shape[:2], years + 1))
    leaving[..., 1:] = -np.diff(needed, axis=2, append=0.0)
    for year in reversed(range(1, years + 1)):
        chosen = bought_in[:, year]
        found[:, every, chosen] += leaving[..., year]
        leaving[:, every, chosen] += leaving[..., year]
    return found


def programmed_cover(needed: FloatArray, price: FloatArray, life_years: int) -> FloatArray:
    """The same for one world and any need, by a linear programme [Y]."""
    years = len(needed)
    with silenced_stdout():
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        solver.addVars(years, [0.0] * years, [highspy.kHighsInf] * years)
        solver.changeColsCost(years, list(range(years)), price.tolist())
        for year, count in enumerate(needed.tolist()):
            alive = list(range(max(0, year - life_years + 1), year + 1))
            solver.addRow(count, highspy.kHighsInf, len(alive), alive, [1.0] * len(alive))
        solver.run()
    return np.asarray(np.round(solver.getSolution().col_value), dtype=np.float64)
