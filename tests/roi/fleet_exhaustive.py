"""The least cost of a tiny fleet programme by exhaustive search, in shares of demand.

Every whole number is enumerated: configurations, supplies opened, units bought, units in service, models kept and
taken up, models served, units on, units powered, whole hours. What is left of a world's year is a linear programme;
those that differ only in bounds and right sides are solved as one, block by block along a diagonal.
"""

import itertools
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from roi.fleet.problem import FleetPlan, FleetProgramme
from tests.roi.fleet_cases import limited, random_programme

UNSERVED_COST = 1e5
"""Weight of a share that is not served; a dispatch that leaves one is none."""
LARGEST_SEARCH = 3_000
"""Linear programmes of a world's year beyond which a search is refused."""

State = tuple[object, ...]


class TooLargeError(Exception):
    """The programme has more states than an exhaustive search should visit."""


@dataclass(frozen=True)
class Found:
    """The least objective, and a plan that has it; infinite and None when there is no plan."""

    objective: float
    plan: FleetPlan | None


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


def exhaustive(programme: FleetProgramme) -> Found:
    """The least objective over all plans."""
    search = Search(programme)
    best = Found(np.inf, None)
    for picks in itertools.product(*search.choices_of_unmixed()):
        for opened in search.openings():
            for buy in search.purchases(opened):
                best = search.better(best, picks, opened, buy)
    return best


def random_case(seed: int) -> FleetProgramme:
    """A random programme with limits around what its best plan without them uses, where there is one."""
    free = random_programme(seed)
    plan = exhaustive(free).plan
    return free if plan is None else limited(free, plan, seed)


def owned(programme: FleetProgramme) -> list[bool]:
    """Supplies whose units are bought or committed to."""
    return [supply.kind in ("own", "reserved") for supply in programme.supplies]


class Search:
    """Looks up the years' dispatches, each solved once."""

    def __init__(self, programme: FleetProgramme) -> None:
        self.p = programme
        self.W, self.J, self.Y, self.B = programme.demand.shape
        self.S, self.M = len(programme.supplies), len(programme.model_names)
        self.N = len(programme.candidates)
        self.owned = owned(programme)
        self.needed = [self._units_needed(r) for r in range(self.S)]
        self.years = [self._solve_year(y) for y in range(self.Y)]

    def choices_of_unmixed(self) -> list[list[int]]:
        """By unmixed workload its configurations."""
        c = self.p.candidates
        return [sorted(set(c.choice[c.workload == j].tolist())) for j in np.flatnonzero(self.p.one_option)]

    def openings(self) -> list[tuple[bool, ...]]:
        """Supplies that are used at all; free ones always may be."""
        free = [[True] if supply.opening_cost == 0 else [False, True] for supply in self.p.supplies]
        return list(itertools.product(*free))

    def purchases(self, opened: tuple[bool, ...]) -> list[np.ndarray]:
        """All purchases of no more units alive than could be of use [S x Y]."""
        most = [n if o and x else 0 for n, o, x in zip(self.needed, opened, self.owned, strict=True)]
        each = [itertools.product(range(n + 1), repeat=self.Y) for n in most]
        plans = (np.array(buy, dtype=np.int64).reshape(self.S, self.Y) for buy in itertools.product(*each))
        return [buy for buy in plans if np.all(self.alive(buy).max(axis=1) <= most)]

    def alive(self, buy: np.ndarray) -> np.ndarray:
        """Bought units alive in each year [S x Y]."""
        found = np.zeros_like(buy)
        for r, supply in enumerate(self.p.supplies):
            for v in range(self.Y):
                found[r, v : v + supply.life_years] += buy[r, v]
        return found

    def better(self, best: Found, picks: tuple[int, ...], opened: tuple[bool, ...], buy: np.ndarray) -> Found:
        """The better of what was found and the best plan with these first decisions."""
        alive = self.alive(buy)
        by_year = [self.years[y].get((picks, opened, tuple(alive[:, y].tolist())), []) for y in range(self.Y)]
        for course in itertools.product(*by_year):
            kept = np.array([state.kept for state, _ in course]).T
            taken = self._taken(kept)
            once, invested = self._once(opened, buy, taken)
            budget = self.p.rules.capex_budget
            if budget is not None and invested > budget * (1 + 1e-9):
                continue
            dispatches = [dispatch for _, dispatch in course]
            cost = once + np.array(
                [
                    sum(self.p.year_factor[y] * dispatches[y][w].cost for y in range(self.Y))
                    for w in range(self.W)
                ]
            )
            objective = self._risk(cost)
            if objective < best.objective:
                best = Found(objective, self._plan(course, opened, buy, kept, taken))
        return best

    def _risk(self, cost: np.ndarray) -> float:
        """Worst worlds first, until `tail_fraction` of probability is reached."""
        probability, tail = self.p.world_probability, self.p.tail_fraction
        left, worst = tail, 0.0
        for w in np.argsort(-cost):
            part = min(left, probability[w])
            worst, left = worst + part * cost[w], left - part
        weight = self.p.risk_weight
        return float((1 - weight) * (probability @ cost) + weight * worst / tail)

    def _taken(self, kept: np.ndarray) -> np.ndarray:
        """Taken up in the cheapest year up to the first in which it is kept."""
        taken = np.zeros_like(kept)
        for m in np.flatnonzero(kept.any(axis=1)):
            first = int(np.argmax(kept[m]))
            taken[m, int(np.argmin(self.p.start_factor[: first + 1]))] = True
        return taken

    def _once(self, opened: tuple[bool, ...], buy: np.ndarray, taken: np.ndarray) -> tuple[float, float]:
        """Present value of what is paid or fetched once, and the investment without discount."""
        value, invested, start = 0.0, 0.0, self.p.start_factor
        for r, supply in enumerate(self.p.supplies):
            value += opened[r] * supply.opening_cost * start[0]
            invested += opened[r] * supply.opening_cost
            for v in range(self.Y if self.owned[r] else 0):
                value += buy[r, v] * supply.buy_price[v] * start[v]
                value -= buy[r, v] * supply.residual[v] * start[min(v + supply.life_years, self.Y)]
                invested += buy[r, v] * supply.buy_price[v]
        migration = self.p.model_migration[:, None] * taken
        return value + float((migration @ start[:-1]).sum()), invested + float(migration.sum())

    def _units_needed(self, r: int) -> int:
        """Units that would do all work that can be done here in the busiest block, waiting work included."""
        supply, c = self.p.supplies[r], self.p.candidates
        if supply.kind == "by_use":
            return 0
        unit_s = 3600 * supply.boards * supply.load_max * self.p.block_hours.min()
        load = np.zeros((self.W, self.Y))
        for j in range(self.J):
            mine = (c.workload == j) & (c.supply == r)
            per_request = np.max(c.board_s[mine] / self._counted(mine), initial=0.0)
            load += self.p.demand[:, j].max(axis=2) * self.p.peak_factor[j] * per_request
        swap = supply.swap_board_s_per_day * 365 * (self.M - 1)
        most = int(np.ceil((load.max() + swap) / unit_s - 1e-9))
        return most if supply.units_max is None else min(most, supply.units_max)

    def _counted(self, which: np.ndarray) -> np.ndarray:
        c = self.p.candidates
        return np.where(self.p.demand_of_accepted[c.workload[which]], c.deliver[which], 1.0)

    def _states(self, y: int) -> list[YearState]:
        units = []
        for r, supply in enumerate(self.p.supplies):
            there = int(np.broadcast_to(supply.existing, self.Y)[y])
            most = self.needed[r] if self.owned[r] else 0
            bought = [(a, u) for a in range(most + 1) for u in range(min(a + there, most) + 1)]
            units.append(bought if self.owned[r] else [(0, 0)])
        kept = [k for k in itertools.product([False, True], repeat=self.M) if self._may_keep(k)]
        swapping = [
            list(itertools.product([False, True], repeat=self.M)) if supply.swap_board_s_per_day else [None]
            for supply in self.p.supplies
        ]
        parts = itertools.product(
            itertools.product(*self.choices_of_unmixed()),
            self.openings(),
            itertools.product(*units),
            kept,
            itertools.product(*swapping),
        )
        states = (
            YearState(picks, opened, tuple(a for a, _ in au), tuple(u for _, u in au), k, serves)
            for picks, opened, au, k, serves in parts
        )
        return [state for state in states if self._makes_sense(state)]

    def _may_keep(self, kept: tuple[bool, ...]) -> bool:
        most = self.p.rules.models_max
        return most is None or sum(kept) <= most

    def _makes_sense(self, state: YearState) -> bool:
        """No units of a closed supply, models of the picks kept, and somebody for every workload."""
        c = self.p.candidates
        closed = any(
            (a or u) and not o for a, u, o in zip(state.bought, state.units, state.opened, strict=True)
        )
        models = [c.model[c.choice == k][0] for k in state.picks]
        if closed or not all(state.kept[m] for m in models):
            return False
        return set(c.workload[self._allowed(state)].tolist()) == set(range(self.J))

    def _allowed(self, state: YearState) -> np.ndarray:
        c = self.p.candidates
        mixed = ~self.p.one_option[c.workload]
        allowed = (mixed | np.isin(c.choice, state.picks)) & np.array(state.opened)[c.supply]
        allowed &= np.array(state.kept)[c.model]
        for r, serves in enumerate(state.serves):
            if serves is not None:
                allowed &= (c.supply != r) | np.array(serves)[c.model]
        return allowed

    def _solve_year(self, y: int) -> dict[State, list[tuple[YearState, list[Dispatch]]]]:
        """By picks, opened supplies and bought units, the states that every world can live with."""
        states = self._states(y)
        per_world = [WorldYear(self, w, y).solve(states) for w in range(self.W)]
        found: dict[State, list[tuple[YearState, list[Dispatch]]]] = defaultdict(list)
        for index, state in enumerate(states):
            dispatches = [world[index] for world in per_world]
            if all(dispatch is not None for dispatch in dispatches):
                found[state.picks, state.opened, state.bought].append((state, dispatches))
        return {key: self._undominated(options) for key, options in found.items()}

    def _undominated(self, options: list) -> list:
        """Of one set of kept models, without those that cost no less in any world."""
        kept = []
        for state, dispatches in options:
            cost = np.array([dispatch.cost for dispatch in dispatches])
            rivals = [
                np.array([each.cost for each in other]) for rival, other in kept if rival.kept == state.kept
            ]
            if not any(np.all(rival <= cost) for rival in rivals):
                kept.append((state, dispatches))
        return kept

    def _plan(self, course, opened, buy, kept, taken) -> FleetPlan:
        shape, c = (self.W, self.Y, self.B), self.p.candidates
        requests = np.zeros((self.N, *shape))
        on, powered, hours = (np.zeros((self.S, *shape)) for _ in range(3))
        for y, (_, dispatches) in enumerate(course):
            for w, each in enumerate(dispatches):
                whole = np.array([WorldYear(self, w, y).requests(i) for i in range(self.N)])
                requests[:, w, y] = np.where(each.shares > 1e-9, each.shares, 0.0) * whole
                on[:, w, y], powered[:, w, y], hours[:, w, y] = each.on, each.powered, each.hours
        rows = np.flatnonzero(requests.sum(axis=(1, 2, 3)))
        units = np.array([state.units for state, _ in course]).T.reshape(self.S, self.Y)
        at_work = (hours.sum(axis=(1, 2, 3)) > 0) | (units.sum(axis=1) > 0)
        at_work |= np.isin(np.arange(self.S), c.supply[rows])
        paid = np.array([supply.opening_cost > 0 for supply in self.p.supplies])
        return FleetPlan(
            rows=rows,
            requests=requests[rows],
            choices=tuple(sorted(set(c.choice[rows].tolist()) | set(course[0][0].picks))),
            kept=kept,
            taken=taken,
            buy=buy,
            units=units,
            on=on.astype(np.int64),
            hours=hours,
            powered=powered.astype(np.int64),
            opened=np.array(opened) & (paid | at_work),
        )


class WorldYear:
    """The linear programmes of one world's year: shares s[i, b], then hours[r, b], then what stays unserved."""

    def __init__(self, search: Search, world: int, year: int) -> None:
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
        for cap, used in self._caps(cash, made):
            rhs += [] if cap is None else [(cap[y] - used) / cap[y]]
        rhs += [0.0] * (len(self.under) - len(rhs))
        return float(cash + p.carbon_price[y] * made), np.array(rhs)

    def _caps(self, cash: object, made: object):
        rules = self.p.rules
        return (rules.opex_budget, cash), (rules.carbon_cap_kg, made), (rules.market_cap_kg, made)

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
            swap_h = supply.swap_board_s_per_day * 365 * further / (3600 * supply.boards * supply.load_max)
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

    def _equalities(self) -> np.ndarray:
        """A row for each block of a workload, or one for its year where it may wait."""
        rows = []
        for j in range(self.s.J):
            mine = (self.p.candidates.workload == j)[:, None]
            blocks = np.eye(self.s.B) if not self.p.deferrable[j] else np.ones((1, self.s.B))
            rows += [np.concatenate([(mine * block).ravel(), np.zeros(self.n_h)]) for block in blocks]
        return np.array(rows)

    def _inequalities(self) -> np.ndarray:
        """Capacity and busy months by supply and block, caps over the cap, shares of vendors and of spot."""
        rows = [
            row for r, supply in self._in_units() for b in range(self.s.B) for row in self._unit_rows(r, b)
        ]
        for cap, coefficients in zip(
            (cap for cap, _ in self._caps(0, 0)), (self.money, self.grid_kg, self.market_kg), strict=True
        ):
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
