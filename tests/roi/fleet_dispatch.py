"""The best dispatch of one world's year of a tiny fleet programme, for every state of its whole decisions.

Units on, units powered and whole hours are enumerated; what is left is a linear programme. Those of a world's year
differ only in bounds and right sides and are solved as one, block by block along a diagonal.
"""

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

if TYPE_CHECKING:
    from tests.roi.fleet_exhaustive import Search

UNSERVED_COST = 1e5
"""Weight of a share that is not served; a dispatch that leaves one is none."""
LARGEST_SEARCH = 2_000
"""Linear programmes of a world's year beyond which a search is refused."""
DAYS_PER_YEAR = 365


class TooLargeError(Exception):
    """The programme has more states than an exhaustive search should visit."""


@dataclass(frozen=True)
class YearState:
    """Whole decisions of one year that all worlds share."""

    picks: tuple[int, ...]
    opened: tuple[bool, ...]
    bought: tuple[int, ...]
    units: tuple[int, ...]
    kept: tuple[bool, ...]
    serves: tuple[tuple[bool, ...] | None, ...]
    """By supply the models it may serve; None: any, without swapping."""


@dataclass(frozen=True)
class Dispatch:
    """The least cost of one world's year in one state: what is on, powered, for how long, and the shares."""

    cost: float
    on: np.ndarray = field(repr=False)
    powered: np.ndarray = field(repr=False)
    hours: np.ndarray = field(repr=False)
    shares: np.ndarray = field(repr=False)


class WorldYear:
    """The linear programmes of one world's year: shares s[i, b], then hours[r, b], then what stays unserved."""

    def __init__(self, search: "Search", world: int, year: int) -> None:
        self.s, self.p, self.w, self.y = search, search.p, world, year
        self.n_s, self.n_h = search.N * search.B, search.S * search.B
        self.money = self._running()
        self.grid_kg, self.market_kg = self._carbon("grid_kg_per_kwh"), self._carbon("market_kg_per_kwh")
        self.equal, self.under = self._equalities(), self._inequalities()

    def requests(self, i: int) -> np.ndarray:
        """Requests of the whole demand of each block, or of the year where work may wait [B]."""
        c = self.p.candidates
        demand = self.p.demand[self.w, c.workload[i], self.y]
        whole = np.full(self.s.B, demand[0]) if self.p.deferrable[c.workload[i]] else demand
        return whole / self.s._counted(np.array([i]))[0]

    def solve(self, states: list[YearState]) -> list[Dispatch | None]:
        """The best dispatch of each state, or None."""
        jobs = [(index, combo) for index, state in enumerate(states) for combo in self._combos(state)]
        if len(jobs) > LARGEST_SEARCH:
            raise TooLargeError
        cost = self.money + self.p.carbon_price[self.y] * self.grid_kg
        pieces, distinct = [], {}
        for index, combo in jobs:
            state = states[index]
            fixed, rhs = self._right_sides(state, combo)
            if rhs is None:
                continue
            sides = np.concatenate([rhs, self._bounds(state, combo).ravel()])
            pieces.append((index, combo, fixed, distinct.setdefault(sides.round(9).tobytes(), len(distinct))))
        sides = [np.frombuffer(key) for key in distinct]
        answers = self._solve_all(cost, sides)
        best: list[Dispatch | None] = [None] * len(states)
        for index, combo, fixed, slot in pieces:
            x = answers[slot]
            total = float(fixed + cost @ x[: len(cost)])
            fits = np.all(x[len(cost) :] <= 1e-7)
            if fits and (best[index] is None or total < best[index].cost):
                best[index] = self._dispatch(total, combo, x)
        return best

    def _dispatch(self, cost: float, combo, x: np.ndarray) -> Dispatch:
        hours = x[self.n_s : self.n_s + self.n_h].reshape(self.s.S, self.s.B)
        shares = x[: self.n_s].reshape(self.s.N, self.s.B)
        on, powered = (np.array([[part[k] for part in row] for row in combo]) for k in (0, 1))
        return Dispatch(cost, on, powered, hours, shares)

    def _solve_all(self, cost: np.ndarray, sides: list[np.ndarray]) -> list[np.ndarray]:
        """One answer per right sides and bounds: shares, hours, then what is missing of each row."""
        if not sides:
            return []
        n, n_eq, n_ub = len(cost), len(self.equal), len(self.under)
        one, missing = sparse.eye(len(sides)), n_eq + n_ub
        left = sparse.hstack([self.equal, sparse.eye(n_eq), sparse.csr_matrix((n_eq, n_ub))])
        under = sparse.hstack([self.under, sparse.csr_matrix((n_ub, n_eq)), -sparse.eye(n_ub)])
        slack = np.column_stack([np.zeros(missing), np.full(missing, np.inf)])
        bounds = [np.concatenate([each[n_ub:].reshape(n, 2), slack]) for each in sides]
        answer = linprog(
            np.tile(np.append(cost, np.full(missing, UNSERVED_COST)), len(sides)),
            A_ub=sparse.kron(one, under, format="csr"),
            b_ub=np.concatenate([each[:n_ub] for each in sides]),
            A_eq=sparse.kron(one, left, format="csr"),
            b_eq=np.ones(n_eq * len(sides)),
            bounds=np.concatenate(bounds),
            method="highs-ds",
        )
        assert answer.status == 0, answer.message
        return list(answer.x.reshape(len(sides), -1))

    def _combos(self, state: YearState) -> list:
        """Per supply and block (on, powered, least hours, most hours)."""
        s, options = self.s, []
        for r, supply in enumerate(self.p.supplies):
            most = state.units[r] if s.owned[r] else s.needed[r] * state.opened[r]
            counts = supply.at_site and (
                self.p.rules.site_power_kw is not None or bool(self.p.demand_charge.any())
            )
            by_block = [_unit_states(most, float(h), supply.whole_hours, counts) for h in self.p.block_hours]
            options.append(list(itertools.product(*by_block)))
        return list(itertools.product(*options))

    def _right_sides(self, state: YearState, combo) -> tuple[float, np.ndarray | None]:
        """Constant cost, and right sides in the order of `_inequalities`; None beyond the site's power."""
        p, y = self.p, self.y
        kw = np.zeros(self.s.B)
        for supply, row in zip(p.supplies, combo, strict=True):
            kw += supply.max_kw_per_unit * supply.at_site * np.array([part[1] for part in row])
        if p.rules.site_power_kw is not None and kw.max() > p.rules.site_power_kw:
            return 0.0, None
        cash, made = self._of_units(state)
        cash += kw.max() * p.demand_charge[self.w, y] + p.model_upkeep[:, y] @ np.array(
            state.kept, dtype=float
        )
        rhs = self._unit_sides(state, combo)
        rhs += [float(supply.units_max) for _, supply in self._limited_use() for _ in range(self.s.B)]
        for cap, used in self._caps(cash, made):
            rhs += [] if cap is None else [(cap[y] - used) / cap[y]]
        rhs += [0.0] * (len(self.under) - len(rhs))
        return float(cash + p.carbon_price[y] * made), np.array(rhs)

    def _caps(self, cash: object, made: object):
        rules = self.p.rules
        yearly = (rules.opex_budget, cash), (rules.carbon_cap_kg, made), (rules.market_cap_kg, made)
        months = [None if cap is None else 12 * cap for cap in (rules.month_budget, rules.month_carbon_kg)]
        return *yearly, (self._most_kg(), made), (months[0], cash), (months[1], made)

    def _most_kg(self) -> np.ndarray | None:
        """Most emissions of the only workload by year, from those of one picture."""
        if self.p.carbon_max is None:
            return None
        return self.p.carbon_max[0] * self.p.demand[self.w, 0].sum(axis=1)

    def _limited_use(self):
        """Supplies paid by use of which there are so many units."""
        numbered = enumerate(self.p.supplies)
        return [(r, each) for r, each in numbered if each.kind == "by_use" and each.units_max is not None]

    def _of_units(self, state: YearState) -> tuple[float, float]:
        """Yearly cash and embodied carbon of units."""
        cash, made = 0.0, 0.0
        for r, supply in enumerate(self.p.supplies):
            if self.s.owned[r]:
                there = int(np.broadcast_to(supply.existing, self.s.Y)[self.y])
                cash += supply.year_price[self.w, self.y] * state.units[r]
                cash += supply.commitment_price[self.w, self.y] * state.bought[r]
                made += supply.embodied_kg_per_unit_year * (state.bought[r] + there)
        return cash, made

    def _unit_sides(self, state: YearState, combo) -> list[float]:
        """In units of one unit's work in the block."""
        found = []
        for r, supply in self._in_units():
            further = max(sum(state.serves[r] or ()) - 1, 0)
            swap_h = (
                supply.swap_board_s_per_day
                * DAYS_PER_YEAR
                * further
                / (3600 * supply.boards * supply.load_max)
            )
            for b in range(self.s.B):
                found += [-swap_h / self.p.block_hours[b], float(combo[r][b][0])]
        return found

    def _bounds(self, state: YearState, combo) -> np.ndarray:
        """Least and most of each share and hour [n x 2]."""
        allowed = np.repeat(self.s._allowed(state), self.s.B).astype(float)
        hours = [part[2:] for row in combo for part in row]
        return np.concatenate([np.column_stack([np.zeros(self.n_s), allowed]), np.array(hours, dtype=float)])

    def _in_units(self):
        return [(r, supply) for r, supply in enumerate(self.p.supplies) if supply.kind != "by_use"]

    def _zero(self) -> tuple[np.ndarray, np.ndarray]:
        return np.zeros((self.s.N, self.s.B)), np.zeros((self.s.S, self.s.B))

    def _running(self) -> np.ndarray:
        """Cash of a share and of an hour."""
        p, c, w, y = self.p, self.p.candidates, self.w, self.y
        share, hour = self._zero()
        for i in range(self.s.N):
            supply = p.supplies[c.supply[i]]
            price = np.broadcast_to(supply.electricity_price, (self.s.W, self.s.Y, self.s.B))[w, y]
            cash = sum(c.stream[name][i] * p.stream_factor[name][w, y] for name in c.stream)
            idle_kw = 0.0 if supply.kind == "by_use" else supply.idle_kw_per_board
            share[i] = cash + price * (c.energy_kwh[i] - idle_kw * c.board_s[i] / 3600)
            share[i] *= self.requests(i)
        for r, supply in self._in_units():
            price = np.broadcast_to(supply.electricity_price, (self.s.W, self.s.Y, self.s.B))[w, y]
            rent = np.broadcast_to(supply.hour_price, (self.s.W, self.s.Y))[w, y]
            hour[r] = rent + price * supply.idle_kw_per_board * supply.boards
        return np.concatenate([share.ravel(), hour.ravel()])

    def _carbon(self, intensity: str) -> np.ndarray:
        """Emissions of a share and of an hour."""
        share, hour = self._zero()
        c = self.p.candidates
        kg = [np.broadcast_to(getattr(each, intensity), self.s.Y)[self.y] for each in self.p.supplies]
        for i in range(self.s.N):
            supply = self.p.supplies[c.supply[i]]
            idle_kw = 0.0 if supply.kind == "by_use" else supply.idle_kw_per_board
            kwh = c.energy_kwh[i] - idle_kw * c.board_s[i] / 3600
            share[i] = (kg[c.supply[i]] * kwh + c.embodied_kg[i]) * self.requests(i)
        for r, supply in self._in_units():
            waiting = kg[r] * supply.idle_kw_per_board * supply.boards
            hour[r] = waiting + supply.embodied_kg_per_unit_hour
        return np.concatenate([share.ravel(), hour.ravel()])

    def _busiest(self) -> tuple[np.ndarray, np.ndarray]:
        """Cash and emissions of a year of busiest months: all that goes with requests at their pace."""
        (cash, hours), (kg, _), c = self._zero(), self._zero(), self.p.candidates
        for i in range(self.s.N):
            supply, j = self.p.supplies[c.supply[i]], c.workload[i]
            more = 0.0 if self.p.deferrable[j] else self.p.peak_factor[j] - 1
            price = np.broadcast_to(supply.electricity_price, (self.s.W, self.s.Y, self.s.B))[self.w, self.y]
            grid = np.broadcast_to(supply.grid_kg_per_kwh, self.s.Y)[self.y]
            streams = sum(c.stream[name][i] * self.p.stream_factor[name][self.w, self.y] for name in c.stream)
            cash[i] = more * (streams + price * c.energy_kwh[i]) * self.requests(i)
            kg[i] = more * grid * c.energy_kwh[i] * self.requests(i)
        return (
            self.money + np.concatenate([cash.ravel(), hours.ravel()]),
            self.grid_kg + np.concatenate([kg.ravel(), hours.ravel()]),
        )

    def _equalities(self) -> np.ndarray:
        """A row for each block of a workload, or one for its year where it may wait."""
        rows = []
        for j in range(self.s.J):
            mine = (self.p.candidates.workload == j)[:, None]
            blocks = np.eye(self.s.B) if not self.p.deferrable[j] else np.ones((1, self.s.B))
            rows += [np.concatenate([(mine * block).ravel(), np.zeros(self.n_h)]) for block in blocks]
        return np.array(rows)

    def _inequalities(self) -> np.ndarray:
        """Capacity and busy months by supply and block, units used, caps over the cap, shares."""
        rows = [
            row for r, supply in self._in_units() for b in range(self.s.B) for row in self._unit_rows(r, b)
        ]
        rows += [self._use_row(r, b) for r, _ in self._limited_use() for b in range(self.s.B)]
        columns = (self.money, self.grid_kg, self.market_kg, self.grid_kg, *self._busiest())
        for cap, coefficients in zip((cap for cap, _ in self._caps(0, 0)), columns, strict=True):
            rows += [] if cap is None else [coefficients / cap[self.y]]
        return np.array(rows + self._share_rows()).reshape(-1, self.n_s + self.n_h)

    def _unit_rows(self, r: int, b: int) -> list[np.ndarray]:
        c, supply, hours = self.p.candidates, self.p.supplies[r], self.p.block_hours[b]
        unit_s = 3600 * supply.boards * supply.load_max * hours
        (work, hour), (busy_month, _) = self._zero(), self._zero()
        for i in np.flatnonzero(c.supply == r):
            work[i, b] = c.board_s[i] * self.requests(i)[b] / unit_s
            waits = self.p.deferrable[c.workload[i]]
            busy_month[i, b] = 0.0 if waits else work[i, b] * self.p.peak_factor[c.workload[i]]
        hour[r, b] = -1 / hours
        return [
            np.concatenate([work.ravel(), hour.ravel()]),
            np.concatenate([busy_month.ravel(), np.zeros(self.n_h)]),
        ]

    def _use_row(self, r: int, b: int) -> np.ndarray:
        """Units that the work on a supply paid by use keeps busy in the block, at the pace of its busiest month."""
        c, supply = self.p.candidates, self.p.supplies[r]
        unit_s = 3600 * supply.boards * supply.load_max * self.p.block_hours[b]
        work, hour = self._zero()
        for i in np.flatnonzero(c.supply == r):
            j = c.workload[i]
            pace = 1.0 if self.p.deferrable[j] else self.p.peak_factor[j]
            work[i, b] = c.board_s[i] * self.requests(i)[b] * pace / unit_s
        return np.concatenate([work.ravel(), hour.ravel()])

    def _share_rows(self) -> list[np.ndarray]:
        p, c = self.p, self.p.candidates
        accepted = np.array([c.deliver[i] * self.requests(i) for i in range(self.s.N)])
        vendor = np.array([supply.vendor for supply in p.supplies])[c.supply]
        spot = np.array([supply.spot for supply in p.supplies])[c.supply]
        limits = [(vendor == v, p.rules.vendor_share_max) for v in range(len(p.vendor_names))]
        limits.append((spot, p.rules.spot_share_max))
        rows = [
            (mine[:, None] - most) * accepted / accepted.sum() for mine, most in limits if most is not None
        ]
        return [np.concatenate([row.ravel(), np.zeros(self.n_h)]) for row in rows]


def _unit_states(most: int, block_hours: float, whole_hours: bool, power_counts: bool) -> list[tuple]:
    """(on, powered, least hours, most hours) of a supply in a block."""
    if whole_hours:
        hours = range(int(np.floor(most * block_hours + 1e-9)) + 1)
        return [(int(h // block_hours), int(np.ceil(h / block_hours)), h, h) for h in hours]
    if power_counts:
        pairs = [(on, powered) for powered in range(most + 1) for on in range(powered + 1)]
        return [(on, powered, on * block_hours, powered * block_hours) for on, powered in pairs]
    return [(on, most, on * block_hours, most * block_hours) for on in range(most + 1)]
