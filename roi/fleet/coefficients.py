"""What one share, one hour and one unit cost, emit and occupy: the numbers of the programme as arrays.

A share s[i, P] serves requests_per_share[i, P] requests. Its power waits no longer, so that the idle power of
the boards it occupies is taken off its energy; the hours carry it instead.
"""

from dataclasses import dataclass

import numpy as np

from roi.arrays import BoolArray, FloatArray, IntArray
from roi.fleet.evaluation.quantities import of_supplies
from roi.fleet.problem import FleetProgramme
from roi.fleet.unit_value import buy_value, hour_cash, hour_kg, owed_value, vintage_cash
from roi.fleet.vintages import lives_of
from roi.units import SECONDS_PER_HOUR


@dataclass(frozen=True, eq=False)
class PerDemand:
    """Coefficients of a candidate for one unit of its workload's demand: one request, or one accepted image."""

    stream: dict[str, FloatArray]
    """Cash at today's prices by price stream [money, V each]."""
    net_kwh: FloatArray
    """Energy less that of waiting for as long [kWh, V]."""
    embodied_kg: FloatArray
    """Of supplies paid by use; NaN where it is not disclosed [kgCO2e, V]."""
    unit_s: FloatArray
    """Seconds of a whole unit at its highest load; 0 on supplies without units [s, V]."""
    use_s: FloatArray
    """The same on supplies paid by use; 0 elsewhere [s, V]."""
    idle_kwh: FloatArray
    """Energy of waiting for as long, which `net_kwh` leaves to the hours [kWh, V]."""
    requests: FloatArray
    """[1, V]"""
    accepted: FloatArray
    """Images that pass the look [1, V]."""

    @property
    def gross_kwh(self) -> FloatArray:
        """Energy of the work itself [kWh, V]."""
        return self.net_kwh + self.idle_kwh


def per_demand(programme: FleetProgramme, rows: IntArray) -> PerDemand:
    """Coefficients of the candidates `rows`."""
    candidates = programme.candidates
    supply = candidates.supply[rows]
    accepted = programme.demand_of_accepted[candidates.workload[rows]]
    requests = 1.0 / np.where(accepted, candidates.deliver[rows], 1.0)
    in_units = of_supplies(programme, lambda each: each.kind != "by_use")[supply]
    idle_kw = of_supplies(programme, lambda each: each.idle_kw_per_board)[supply] * in_units
    unit = of_supplies(programme, lambda each: each.boards * each.load_max)[supply]
    board_s = candidates.board_s[rows] * requests
    idle_kwh = idle_kw * board_s / SECONDS_PER_HOUR
    return PerDemand(
        stream={name: amounts[rows] * requests for name, amounts in candidates.stream.items()},
        net_kwh=candidates.energy_kwh[rows] * requests - idle_kwh,
        embodied_kg=candidates.embodied_kg[rows] * requests,
        unit_s=board_s * in_units / unit,
        use_s=board_s * ~in_units.astype(np.bool_) / unit,
        idle_kwh=idle_kwh,
        requests=requests,
        accepted=candidates.deliver[rows] * requests,
    )


def limited_use(programme: FleetProgramme) -> BoolArray:
    """Supplies paid by use that have so many units and no more [R]."""
    return np.array(
        [each.kind == "by_use" and each.units_max is not None for each in programme.supplies], dtype=np.bool_
    )


def alone_on(programme: FleetProgramme) -> IntArray:
    """The workload that alone can use each supply; -1 where several can, or none [R]."""
    candidates, found = programme.candidates, np.full(len(programme.supplies), -1, dtype=np.int64)
    for r in range(len(found)):
        users = candidates.workload[candidates.supply == r]
        if len(users) and np.all(users == users[0]):
            found[r] = users[0]
    return found


@dataclass(frozen=True, eq=False)
class ShareCoefficients:
    """Coefficients of the shares of V candidates in every period [V x W x Y x B each]."""

    cash: FloatArray
    """Running cash at the prices of its year [money]."""
    location_kg: FloatArray
    """[kgCO2e]; NaN where it is not disclosed."""
    market_kg: FloatArray
    """[kgCO2e]; NaN where it is not disclosed."""
    own_kg: FloatArray
    """Location-based, gross of waiting: what the workload answers for on a supply that others may use [kgCO2e]."""
    month_cash: FloatArray
    """`cash` of twelve busiest months where a limit of a month reads it [money]."""
    month_kg: FloatArray
    """`location_kg` of twelve busiest months where a limit of a month reads it; making comes evenly [kgCO2e]."""
    load: FloatArray
    """Units that the work keeps busy throughout the block [1]."""
    use_load: FloatArray
    """The same on supplies paid by use [1]."""
    requests: FloatArray
    """[1]"""
    accepted: FloatArray
    """Images that pass the look [1]."""
    wanted: BoolArray
    """Where there is demand, and a block worth considering: of work that may wait, on a supply without units,
    only the block with the cheapest electricity."""


def share_coefficients(programme: FleetProgramme, rows: IntArray) -> ShareCoefficients:
    """Coefficients of the candidates `rows`."""
    unit = per_demand(programme, rows)
    demand = whole_demand(programme).transpose(1, 0, 2, 3)[programme.candidates.workload[rows]]
    worlds, _, years, blocks = programme.demand.shape
    supply = programme.candidates.supply[rows]
    price = of_supplies(programme, lambda each: each.electricity_price, (worlds, years, blocks))
    cash = unit.net_kwh[:, None, None, None] * price[supply]
    for name, amounts in unit.stream.items():
        factor = np.broadcast_to(programme.stream_factor[name], (worlds, years))
        cash += (amounts[:, None, None] * factor)[..., None]
    grid = of_supplies(programme, lambda each: each.grid_kg_per_kwh, (years,))[supply]
    market = of_supplies(programme, lambda each: each.market_kg_per_kwh, (years,))[supply]
    block_s = SECONDS_PER_HOUR * programme.block_hours
    location_kg = _kg(unit.net_kwh, unit, grid)
    month_cash, month_kg = cash, location_kg
    beyond = busiest_beyond(programme)[programme.candidates.workload[rows]][:, None, None, None]
    if programme.rules.month_budget is not None and beyond.any():
        month_cash = cash + beyond * (cash + unit.idle_kwh[:, None, None, None] * price[supply])
    if programme.rules.month_carbon_kg is not None and beyond.any():
        month_kg = location_kg + beyond * _electricity_kg(unit.gross_kwh, grid)[:, None, :, None]
    return ShareCoefficients(
        cash=cash * demand,
        location_kg=location_kg * demand,
        market_kg=_kg(unit.net_kwh, unit, market) * demand,
        own_kg=_kg(unit.gross_kwh, unit, grid) * demand,
        month_cash=month_cash * demand,
        month_kg=month_kg * demand,
        load=unit.unit_s[:, None, None, None] * demand / block_s,
        use_load=unit.use_s[:, None, None, None] * demand / block_s,
        requests=unit.requests[:, None, None, None] * demand,
        accepted=unit.accepted[:, None, None, None] * demand,
        wanted=(demand > 0.0) & worth_considering(programme, rows, price),
    )


def _kg(kwh: FloatArray, unit: PerDemand, intensity: FloatArray) -> FloatArray:
    """Emissions for one unit of demand [V x 1 x Y x 1]."""
    return np.asarray((_electricity_kg(kwh, intensity) + unit.embodied_kg[:, None])[:, None, :, None])


def _electricity_kg(kwh: FloatArray, intensity: FloatArray) -> FloatArray:
    """Without energy it does not hang on the intensity [kgCO2e, V x Y]."""
    return np.where(kwh[:, None] == 0.0, 0.0, kwh[:, None] * intensity)


def busiest_beyond(programme: FleetProgramme) -> FloatArray:
    """What the busiest month has beyond a mean one, over a mean one; 0 for work that may wait [1, J]."""
    return np.where(programme.deferrable, 0.0, programme.peak_factor - 1.0)


def whole_demand(programme: FleetProgramme) -> FloatArray:
    """Demand of which s is a share: the block's, or the year's where work may wait [W x J x Y x B]."""
    waits = programme.deferrable[None, :, None, None]
    return np.where(waits, programme.demand[..., :1], programme.demand)


def worth_considering(programme: FleetProgramme, rows: IntArray, price: FloatArray) -> BoolArray:
    """Blocks of a supply without units or limit differ in nothing but the price of electricity."""
    blocks = np.arange(price.shape[-1])
    cheapest = price.argmin(axis=-1)[..., None] == blocks
    in_units = of_supplies(programme, lambda each: each.kind != "by_use").astype(bool)
    in_units |= limited_use(programme)
    supply = programme.candidates.supply[rows]
    any_block = ~programme.deferrable[programme.candidates.workload[rows]] | in_units[supply]
    return np.asarray(any_block[:, None, None, None] | cheapest[supply])


@dataclass(frozen=True, eq=False)
class UnitCoefficients:
    """Coefficients of hours, units and purchases of every supply."""

    hour_cash: FloatArray
    """Rent and idle power of a unit-hour [money/h, R x W x Y x B]."""
    hour_location_kg: FloatArray
    """[kgCO2e/h, R x Y]"""
    hour_market_kg: FloatArray
    """[kgCO2e/h, R x Y]"""
    year_cash: FloatArray
    """Of a unit in service [money/year, R x W x Y]."""
    committed_cash: FloatArray
    """Of each year of a commitment, by the year of its signature [money/year, R x W x V]."""
    owed_cash: FloatArray
    """Value today of what a commitment owes after the horizon, by the year of its signature [money, R x W x V]."""
    alive_kg: FloatArray
    """Embodied, of a unit alive [kgCO2e/year, R]."""
    lives: FloatArray
    """1 where a unit of vintage v is alive in year y [R x Y x V]."""
    buy_price: FloatArray
    """[money, R x Y]"""
    buy_value: FloatArray
    """Purchase less residual, of today [money, R x Y]."""
    vintage_cash: FloatArray
    """With every year of a commitment [money, R x W x V]."""


def unit_coefficients(programme: FleetProgramme) -> UnitCoefficients:
    """Coefficients of everything that supplies in units have."""
    worlds, _, years, blocks = programme.demand.shape
    start, later = programme.start_factor, programme.later_factor
    committed = of_supplies(programme, lambda each: each.commitment_price, (worlds, years))
    return UnitCoefficients(
        hour_cash=of_supplies(programme, hour_cash, (worlds, years, blocks)),
        hour_location_kg=of_supplies(
            programme, lambda each: hour_kg(each, each.grid_kg_per_kwh)[0], (years,)
        ),
        hour_market_kg=of_supplies(
            programme, lambda each: hour_kg(each, each.market_kg_per_kwh)[0], (years,)
        ),
        year_cash=of_supplies(programme, lambda each: each.year_price, (worlds, years)),
        committed_cash=committed,
        owed_cash=committed
        * of_supplies(programme, lambda each: owed_value(each, years, later), (years,))[:, None, :],
        alive_kg=of_supplies(programme, lambda each: each.embodied_kg_per_unit_year),
        lives=lives_of(years, of_supplies(programme, lambda each: each.life_years)),
        buy_price=of_supplies(programme, lambda each: each.buy_price, (years,)),
        buy_value=of_supplies(programme, lambda each: buy_value(each, start)[0], (years,)),
        vintage_cash=of_supplies(
            programme,
            lambda each: vintage_cash(each, programme.year_factor, start, later),
            (worlds, years),
        ),
    )


def vintage_value(programme: FleetProgramme, unit: UnitCoefficients) -> FloatArray:
    """Value today of buying or committing to a unit and never using it, by its year [money, R x W x V].

    Purchase less residual, every year of a commitment, and what the internal carbon price makes of its making.
    """
    made = np.nan_to_num(unit.alive_kg)[:, None] * programme.carbon_price * programme.year_factor
    return np.asarray(unit.vintage_cash + np.einsum("ryv,ry->rv", unit.lives, made)[:, None])


def existing_units(programme: FleetProgramme) -> IntArray:
    """Units that are there already [R x Y]."""
    years = programme.demand.shape[2]
    return of_supplies(programme, lambda each: each.existing, (years,)).astype(np.int64)
