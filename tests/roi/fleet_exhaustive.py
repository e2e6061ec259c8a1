"""The least cost of a tiny fleet programme by exhaustive search, in shares of demand.

Every whole number is enumerated: configurations, supplies opened, units bought, units in service, models kept and
taken up, models served here; units on, units powered and whole hours in `fleet_dispatch`.
"""

import itertools
from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from roi.fleet.problem import FleetPlan, FleetProgramme
from tests.roi.fleet_cases import limited, random_programme
from tests.roi.fleet_dispatch import DAYS_PER_YEAR, Dispatch, TooLargeError, WorldYear, YearState

__all__ = ["Found", "Search", "TooLargeError", "exhaustive", "random_case"]

State = tuple[object, ...]


@dataclass(frozen=True)
class Found:
    """The least objective, and a plan that has it; infinite and None when there is no plan."""

    objective: float
    plan: FleetPlan | None


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
                    self._owed(buy, w)
                    + sum(self.p.year_factor[y] * dispatches[y][w].cost for y in range(self.Y))
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

    def _owed(self, buy: np.ndarray, w: int) -> float:
        """Present value of the years that commitments last beyond the horizon, at the price signed."""
        value = 0.0
        for r, supply in enumerate(self.p.supplies):
            for v in range(self.Y if supply.kind == "reserved" else 0):
                for year in range(self.Y, v + supply.life_years):
                    price = supply.commitment_price[w, v] * self.p.later_factor[year - self.Y]
                    value += buy[r, v] * price
        return value

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
        swap = supply.swap_board_s_per_day * DAYS_PER_YEAR * (self.M - 1)
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
