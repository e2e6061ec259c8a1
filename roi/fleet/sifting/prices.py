"""Prices of what a share touches, and the reduced cost of every candidate at them, whole blocks of numpy at a time.

An entry of share s[i, P] in any row is a coefficient of candidate i for one unit of demand times numbers of the
period, the workload and the supply alone. Its reduced cost is therefore

    reduced[i, P] = demand[P] * sum_f feature[f, i] * price[f, r, P] - (rows that count shares themselves)

a product of small matrices per workload and supply, and no entry of a candidate outside the master is ever written.
"""

from dataclasses import dataclass

import numpy as np

from roi.arrays import FloatArray, IntArray
from roi.fleet.build import Built
from roi.fleet.coefficients import (
    PerDemand,
    alone_on,
    busiest_beyond,
    per_demand,
    unit_coefficients,
    whole_demand,
    worth_considering,
)
from roi.fleet.evaluation.quantities import of_supplies
from roi.fleet.problem import FleetProgramme
from roi.fleet.sheet import NONE
from roi.units import SECONDS_PER_HOUR


@dataclass(frozen=True, eq=False)
class Prices:
    """What one unit of each feature of a candidate weighs, in scaled money."""

    stream: dict[str, FloatArray]
    """[W x Y each]"""
    net_kwh: FloatArray
    """[R x W x Y x B]"""
    embodied_kg: FloatArray
    """[W x Y]"""
    unit_s: FloatArray
    """Of a second of a unit, for work that cannot wait at the pace of its mean month [R x W x Y x B]."""
    peak_s: FloatArray
    """Of a second of a unit that stands ready, in the busiest month [R x W x Y x B]."""
    use_s: FloatArray
    """Of a second of a unit paid by use, where its units are limited [R x W x Y x B]."""
    accepted: FloatArray
    """[R x W x Y]"""
    workload_kg: FloatArray
    """Of what a workload itself emits, beside what all emissions weigh [J x W x Y]."""
    busiest_stream: dict[str, FloatArray]
    """Of a stream's cash in what a busiest month has beyond a mean one [W x Y each]."""
    busiest_kwh: FloatArray
    """The same of the energy of the work itself [R x W x Y x B]."""
    forbidden: bool
    """Whether carbon that is not disclosed forbids a candidate."""


@dataclass(frozen=True, eq=False)
class RowPrices:
    """Dual values of the rows that count shares; 0 where there is no row."""

    demand: FloatArray
    """[J x W x Y x B]"""
    uses: FloatArray
    """[J x M x W x Y x B]"""
    opens: FloatArray
    """[J x R x W x Y x B]"""
    swaps: FloatArray | None
    """[J x R x M x W x Y x B]"""


def guessed_prices(programme: FleetProgramme) -> Prices:
    """Units by the hour at full load, nothing limited: the prices before the first master."""
    worlds, _, years, blocks = programme.demand.shape
    unit, hours = unit_coefficients(programme), programme.block_hours
    bought = unit.buy_value / np.maximum(unit.lives.sum(axis=1), 1)
    yearly = unit.year_cash + unit.committed_cash + bought[:, None]
    per_hour = unit.hour_cash + (yearly / hours.sum())[..., None]
    world = programme.world_probability[:, None] * programme.year_factor
    zeros = np.zeros((len(programme.supplies), worlds, years, blocks))
    per_second = per_hour * world[..., None] / SECONDS_PER_HOUR
    return _prices(
        programme,
        world,
        world * programme.carbon_price,
        0.0 * world,
        _Scarce(
            per_second,
            zeros,
            zeros,
            zeros[..., 0],
            np.zeros((programme.demand.shape[1], *world.shape)),
            0.0 * world,
            0.0 * world,
        ),
    )


def prices_of(built: Built, dual: FloatArray, money: float) -> tuple[Prices, RowPrices]:
    """Prices at the dual values of a solved master [m] whose objective weighs money by `money`."""
    programme, row = built.programme, built.draft.row
    of = _Duals(built, dual)
    weight = 1.0 - programme.risk_weight
    world = money * weight * programme.world_probability + (of("tail") if "tail" in row else 0.0)
    cash = world[:, None] * programme.year_factor / built.money_per_unit
    month_cash, month_kg = -of.limit("budget_per_month"), -of.limit("carbon_cap_per_month")
    location = cash * programme.carbon_price - of.limit("carbon_cap") + month_kg
    block_s = SECONDS_PER_HOUR * programme.block_hours
    prices = _prices(
        programme,
        cash - of.limit("opex_budget") + month_cash,
        location,
        -of.limit("market_cap"),
        _Scarce(
            -of("capacity") / block_s,
            -of("always_on") / block_s,
            -of("use_max") / block_s,
            _accepted(built, of),
            -of.limit("carbon_max", programme.demand.shape[1]),
            month_cash,
            month_kg,
        ),
    )
    rows = RowPrices(
        demand=of("demand"),
        uses=of("uses"),
        opens=of("opens"),
        swaps=of("swaps") if "swaps" in row else None,
    )
    return prices, rows


class _Duals:
    """Dual values by family, 0 where there is no row."""

    def __init__(self, built: Built, dual: FloatArray) -> None:
        self._draft, self._dual = built.draft, np.append(dual, 0.0)

    def __call__(self, kind: str) -> FloatArray:
        row = self._draft.row[kind]
        return np.where(row == NONE, 0.0, self._dual[row])

    def limit(self, kind: str, *wide: int) -> FloatArray:
        """Of a yearly limit, for one unit of what it limits [wide x W x Y]."""
        if kind not in self._draft.row:
            return np.zeros((*wide, *self._draft.shape[:2]))
        return np.asarray(self(kind) / self._draft.limit_scale[kind])


def _accepted(built: Built, of: _Duals) -> FloatArray:
    """Price of an accepted image by supply [R x W x Y]."""
    draft, rules, supplies = built.draft, built.programme.rules, built.programme.supplies
    found = np.zeros((len(supplies), *draft.shape[:2]))
    if "vendor_share" in draft.row and rules.vendor_share_max is not None:
        dual = of.limit("vendor_share")
        vendor = np.array([each.vendor for each in supplies])
        mine = vendor[:, None] == np.arange(len(dual))
        found -= np.einsum("rv,vwy->rwy", mine - rules.vendor_share_max, dual)
    if "spot_share" in draft.row and rules.spot_share_max is not None:
        spot = np.array([each.spot for each in supplies], dtype=np.float64)
        found -= (spot - rules.spot_share_max)[:, None, None] * of.limit("spot_share")
    return found


@dataclass(frozen=True, eq=False)
class _Scarce:
    """Prices of what is limited: time, pictures, a workload's emissions; as in `Prices`.

    Those of a busiest month are in the other prices too: here they weigh what it has beyond a mean one [W x Y].
    """

    unit_s: FloatArray
    peak_s: FloatArray
    use_s: FloatArray
    accepted: FloatArray
    workload_kg: FloatArray
    month_cash: FloatArray
    month_kg: FloatArray


def _prices(
    programme: FleetProgramme, cash: FloatArray, location: FloatArray, market: FloatArray, scarce: _Scarce
) -> Prices:
    worlds, _, years, blocks = programme.demand.shape
    electricity = of_supplies(programme, lambda each: each.electricity_price, (worlds, years, blocks))
    grid = of_supplies(programme, lambda each: each.grid_kg_per_kwh, (years,))[:, None]
    market_kg = of_supplies(programme, lambda each: each.market_kg_per_kwh, (years,))[:, None]
    carbon = _weighed(location, grid) + _weighed(market, market_kg)
    busiest_kg = _weighed(scarce.month_kg, grid)
    rules = programme.rules
    return Prices(
        stream={name: cash * factor for name, factor in programme.stream_factor.items()},
        net_kwh=cash[..., None] * electricity + carbon[..., None],
        embodied_kg=location + market,
        unit_s=scarce.unit_s,
        peak_s=scarce.peak_s,
        use_s=scarce.use_s,
        accepted=scarce.accepted,
        workload_kg=scarce.workload_kg,
        busiest_stream={name: scarce.month_cash * factor for name, factor in programme.stream_factor.items()},
        busiest_kwh=scarce.month_cash[..., None] * electricity + busiest_kg[..., None],
        forbidden=any(
            cap is not None
            for cap in (
                programme.carbon_max,
                rules.carbon_cap_kg,
                rules.market_cap_kg,
                rules.month_carbon_kg,
            )
        ),
    )


def _weighed(price: FloatArray, intensity: FloatArray) -> FloatArray:
    """An intensity that is not stated weighs nothing where emissions weigh nothing."""
    return np.where(price == 0.0, 0.0, price * intensity)


class Pricing:
    """Reduced costs of the candidates `rows`, workload by workload."""

    def __init__(self, programme: FleetProgramme, rows: IntArray) -> None:
        self.programme = programme
        self.rows = [rows[programme.candidates.workload[rows] == j] for j in range(programme.demand.shape[1])]
        self._unit = [per_demand(programme, mine) for mine in self.rows]
        self._demand = whole_demand(programme)
        self._alone = alone_on(programme)
        self._beyond = busiest_beyond(programme)
        self._grid = of_supplies(programme, lambda each: each.grid_kg_per_kwh, programme.demand.shape[2:3])
        worlds, _, years, blocks = programme.demand.shape
        price = of_supplies(programme, lambda each: each.electricity_price, (worlds, years, blocks))
        self._worth = [
            worth_considering(programme, mine, price) if programme.deferrable[j] else None
            for j, mine in enumerate(self.rows)
        ]

    def reduced(self, j: int, prices: Prices, rows: RowPrices | None) -> FloatArray:
        """Reduced cost without `splits`; infinite where there is no share [V_j x W x Y x B]."""
        candidates, mine, unit = self.programme.candidates, self.rows[j], self._unit[j]
        supply, model = candidates.supply[mine], candidates.model[mine]
        found = np.empty((len(mine), *self._demand[:, j].shape))
        for r in range(len(self.programme.supplies)):
            here = np.flatnonzero(supply == r)
            found[here] = self._on_supply(j, unit, here, prices, r) * self._demand[:, j]
        if rows is not None:
            found -= rows.demand[j] + rows.uses[j][model]
            found -= np.where((unit.unit_s == 0.0)[:, None, None, None], rows.opens[j][supply], 0.0)
            if rows.swaps is not None:
                found -= rows.swaps[j][supply, model]
        found[:, self._demand[:, j] <= 0.0] = np.inf
        worth = self._worth[j]
        if worth is not None:
            found[~worth] = np.inf
        if prices.forbidden:
            found[np.isnan(unit.embodied_kg)] = np.inf
        return found

    def _on_supply(self, j: int, unit: PerDemand, here: IntArray, prices: Prices, r: int) -> FloatArray:
        """Without demand [here x W x Y x B]."""
        shape = prices.unit_s.shape[1:]
        pace = 1.0 if self.programme.deferrable[j] else float(self.programme.peak_factor[j])
        second, use = prices.unit_s[r], prices.use_s[r] * pace
        if not self.programme.deferrable[j]:
            second = second + prices.peak_s[r] * pace
        known, own = np.nan_to_num(unit.embodied_kg), prices.workload_kg[j]
        kwh, beyond = unit.net_kwh if self._alone[r] == j else unit.gross_kwh, float(self._beyond[j])
        whole = [unit.unit_s, unit.use_s, unit.net_kwh, unit.gross_kwh]
        features = [*whole, kwh, known, unit.accepted, *unit.stream.values()]
        yearly = [
            own * self._grid[r],
            prices.embodied_kg + own,
            prices.accepted[r],
            *(prices.stream[name] + beyond * prices.busiest_stream[name] for name in unit.stream),
        ]
        spread = [np.broadcast_to(each[..., None], shape) for each in yearly]
        weights = [second, use, prices.net_kwh[r], beyond * prices.busiest_kwh[r], *spread]
        matrix = np.array([feature[here] for feature in features]).T
        return np.asarray((matrix @ np.reshape(weights, (len(weights), -1))).reshape(len(here), *shape))
