"""What all pictures of a workload take and cost on one supply, in every draw, by option."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from roi.arrays import FloatArray, IntArray
from roi.cost import delivered_per_request, request_streams
from roi.fleet.whole_units import Carried
from roi.options.attempt import fallback_cost
from roi.planning.horizon import share_by_block
from roi.scenario.acceptance_input import AcceptanceInput
from roi.scenario.workload import Workload
from roi.sensitivity.montecarlo.attempts import Outcomes, attempts_on, outcomes
from roi.sensitivity.montecarlo.cells import Cells
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.setting import Setting
from roi.sensitivity.montecarlo.supplies import DrawnSupply
from roi.units import MONTHS_PER_YEAR, SECONDS_PER_HOUR

Part = tuple[FloatArray, FloatArray]
"""Amounts of a picture that is needed [V x D], and what one of them comes to over a year's [D x Y or 1]."""


@dataclass(frozen=True, eq=False)
class Asked:
    """What a workload asks for, and how often it is tried, by draw."""

    setting: Setting
    cells: Cells

    @property
    def drawn(self) -> Drawn:
        """The scenario and its draws."""
        return self.setting.drawn

    @cached_property
    def workload(self) -> Workload:
        """The workload as the drawn scenario has it."""
        return next(each for each in self.drawn.scenario.workloads if each.name == self.cells.workload.name)

    @cached_property
    def pictures(self) -> FloatArray:
        """Accepted images of a year, or requests where each ends with a picture [D x Y, or 1 where they stay]."""
        volume = self.drawn.figure(self.workload.images_per_month)[:, None] * MONTHS_PER_YEAR
        if self.workload.growth_per_year is None:
            return np.asarray(volume)
        return np.asarray(volume * self.drawn.growth(self.workload.growth_per_year, self.setting.dates.years))

    @cached_property
    def by_block(self) -> FloatArray:
        """Pictures of which an option makes a share: the block's, or the year's where they may wait
        [D x Y or 1 x B]."""
        dates = self.setting.dates
        if self.cells.workload.deferrable:
            return np.repeat(self.pictures[..., None], len(dates.block_names), axis=2)
        return np.asarray(self.pictures[..., None] * share_by_block(self.cells.workload, dates))

    @cached_property
    def pace(self) -> FloatArray:
        """Busiest month over the mean month [1, D]."""
        factor, waits = self.workload.peak_factor, self.workload.deferrable
        return np.ones(self.drawn.size) if factor is None or waits else self.drawn.figure(factor)

    @cached_property
    def value(self) -> FloatArray:
        """Pictures of all years, weighed like the cash of their year [image, D]."""
        return np.asarray((self.pictures * self.setting.dates.year_factor).sum(axis=1))

    @cached_property
    def outcomes(self) -> dict[tuple[int, int], Outcomes]:
        """By the acceptance, as it stands in memory, and the images of an attempt."""
        cells, found = self.cells, {}
        given = {id(each): each for each in map(self._acceptance, range(len(cells)))}
        images = sorted({int(number) for number in cells.images})
        for key, acceptance in given.items():
            for number, made in outcomes(self.drawn, acceptance, images, cells.attempts_max).items():
                found[key, number] = made
        return found

    def outcome(self, cell: int) -> Outcomes:
        """Of a cell."""
        return self.outcomes[id(self._acceptance(cell)), int(self.cells.images[cell])]

    def _acceptance(self, cell: int) -> AcceptanceInput:
        return self.workload.acceptance_of(self.cells.offers[cell].model_id)


@dataclass(frozen=True, eq=False)
class Work:
    """Of V options on one supply, each making all pictures of its workload."""

    load: FloatArray
    """Units that it keeps busy, or uses [1, V x D x Y x B]."""
    peak_load: FloatArray
    """The same in the busiest month [1, V x D x Y x B]."""
    waits: bool
    cash: tuple[Part, ...]
    """Money that goes with requests; what a year is worth in the second of each part."""
    location_kg: tuple[Part, ...]
    """Emissions that go with requests; NaN where they are not disclosed."""
    market_kg: tuple[Part, ...]
    busiest_cash: tuple[Part, ...] = ()
    """What the busiest month has of money beyond a mean one, twelve times, with the electricity of work whole; none
    where no limit of a month reads it."""
    busiest_kg: tuple[Part, ...] = ()
    """The same of the emissions of electricity."""
    by_block: tuple[Part, ...] = ()
    """Electricity of work that may wait on units, at the prices of the hours that are paid: kilowatt-hours of a
    picture [V x D], and their price for a year's pictures [D x Y x B]."""

    def part(self, option: int, share: FloatArray | float) -> "Work":
        """Some of the pictures of one option, as the only row."""
        one = slice(option, option + 1)

        def of(parts: tuple[Part, ...]) -> tuple[Part, ...]:
            return tuple((amount[one] * share, price) for amount, price in parts)

        return Work(
            self.load[one] * share,
            self.peak_load[one] * share,
            self.waits,
            of(self.cash),
            of(self.location_kg),
            of(self.market_kg),
            of(self.busiest_cash),
            of(self.busiest_kg),
            of(self.by_block),
        )


def together(work: list[Work]) -> Work:
    """Work on one supply at once; it waits where all of it does."""
    waits = all(each.waits for each in work)
    return Work(
        np.sum([each.load for each in work], axis=0),
        np.sum([each.peak_load for each in work], axis=0),
        waits,
        tuple(part for each in work for part in each.cash),
        tuple(part for each in work for part in each.location_kg),
        tuple(part for each in work for part in each.market_kg),
        tuple(part for each in work for part in each.busiest_cash),
        tuple(part for each in work for part in each.busiest_kg),
        tuple(part for each in work for part in each.by_block),
    )


def total(parts: tuple[Part, ...], weight: FloatArray) -> FloatArray:
    """Sum over the years, each with its weight [D x Y] -> [V x D]."""
    return np.asarray(sum(amount * (price * weight).sum(axis=1) for amount, price in parts))


def by_year(parts: tuple[Part, ...]) -> FloatArray:
    """[V x D x Y, or 1 where all years are alike]"""
    return np.asarray(sum(amount[..., None] * _shortest(price) for amount, price in parts))


def _shortest(price: FloatArray) -> FloatArray:
    """One year where all are alike."""
    first = price[:, :1]
    return first if np.array_equal(price, np.broadcast_to(first, price.shape)) else price


def blocks_by_year(work: Work, carried: Carried) -> FloatArray:
    """Electricity of work that is spread over the paid hours of its units [money, V x D x Y]."""
    parts = [
        amount[..., None] * (carried.block_shares * price).sum(axis=3) for amount, price in work.by_block
    ]
    return np.asarray(sum(parts))


def work_on(asked: Asked, rows: IntArray, supply: DrawnSupply) -> Work:
    """Of the cells `rows`, which are on this supply, with 1 .. K attempts: V = cells x K."""
    cells = asked.cells
    made = [asked.outcome(int(cell)) for cell in rows]
    attempts = np.stack([each.attempts for each in made])
    deliver = np.stack([each.deliver for each in made])
    fallback = fallback_cost(asked.drawn, asked.workload)
    accepted = delivered_per_request(deliver, fallback is not None)
    one = attempts_on(asked.drawn, asked.workload, cells.measured.at(rows), supply)
    costs = request_streams(
        {name: cost[:, None] for name, cost in one.costs.items()}, attempts, deliver, fallback
    )

    def flat(of_request: FloatArray) -> FloatArray:
        """Of a picture [V x D]."""
        return (of_request / accepted).reshape(-1, asked.drawn.size)

    def of_picture(of_attempt: FloatArray) -> FloatArray:
        return flat(of_attempt[:, None] * attempts)

    board_s = of_picture(one.board_s)
    gross_kwh = of_picture(one.energy_kwh)
    net_kwh = gross_kwh - supply.idle_kw_per_board * board_s / SECONDS_PER_HOUR
    pictures = asked.pictures
    streams = [(flat(cost), asked.setting.change(name) * pictures) for name, cost in costs.items()]
    whole = [*streams, *_electricity(asked, supply, gross_kwh)]
    limits = asked.drawn.scenario.limits
    spread = cells.workload.deferrable and not supply.by_use and supply.electricity_price.any()
    made_kg = of_picture(one.made_kg)
    load = _load(asked, supply, board_s)
    return Work(
        load=load,
        peak_load=load * asked.pace[:, None, None],
        waits=cells.workload.deferrable,
        cash=(*streams, *_electricity(asked, supply, net_kwh)),
        location_kg=((net_kwh, supply.grid_kg_per_kwh * pictures), (made_kg, pictures)),
        market_kg=((net_kwh, supply.market_kg_per_kwh * pictures), (made_kg, pictures)),
        busiest_cash=_beyond_mean(asked, limits.budget_per_month, whole),
        busiest_kg=_beyond_mean(
            asked, limits.carbon_cap_per_month, [(gross_kwh, supply.grid_kg_per_kwh * pictures)]
        ),
        by_block=((net_kwh, supply.electricity_price * asked.by_block),) if spread else (),
    )


def _beyond_mean(asked: Asked, limit: object, parts: list[Part]) -> tuple[Part, ...]:
    """What goes with requests, of what the busiest month has beyond a mean one; nothing where no limit reads it."""
    if limit is None or np.all(asked.pace == 1.0):
        return ()
    return tuple((amount * (asked.pace - 1.0), price) for amount, price in parts)


def _load(asked: Asked, supply: DrawnSupply, board_s: FloatArray) -> FloatArray:
    """Units kept busy throughout the block [1, V x D x Y x B]."""
    unit_s = board_s / (supply.boards * supply.load_max)
    per_block = asked.by_block / (SECONDS_PER_HOUR * asked.setting.dates.block_hours)
    return np.asarray(unit_s[..., None, None] * per_block)


def _electricity(asked: Asked, supply: DrawnSupply, net_kwh: FloatArray) -> list[Part]:
    """Where it is no part of the rent; of work that may wait, paid by use, at the year's cheapest price."""
    price, waits = supply.electricity_price, asked.cells.workload.deferrable
    if not price.any() or (waits and not supply.by_use):
        return []
    if waits:
        return [(net_kwh, price.min(axis=2) * asked.pictures)]
    return [(net_kwh, (price * asked.by_block).sum(axis=2))]
