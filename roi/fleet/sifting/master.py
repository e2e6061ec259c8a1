"""The linear relaxation over few shares, and the proof that the others would not lower it.

Sifting: solve over the shares that are in, price out all others at its dual values, let in those of negative
reduced cost, repeat from the basis found. At any time

    bound = optimum over those that are in
            + sum over the demands of mixed work of the least reduced cost there, where negative
            + sum over the workloads that must not be mixed of the least reduced cost of a choice, where negative

is a lower bound for all plans: lowering each demand's dual value by that much makes the dual solution feasible for
every share. Of a choice the reduced cost is that of its z plus, demand by demand, the least of its candidates.
Work may stay unserved and limits be exceeded at a penalty, so that the first few shares need not keep any rule.
"""

from dataclasses import dataclass, replace

import highspy
import numpy as np

from roi.arrays import BoolArray, FloatArray, IntArray
from roi.errors import SolverError
from roi.fleet.build import Built, build
from roi.fleet.highs import Basis, Outcome, run_highs
from roi.fleet.problem import FleetProgramme
from roi.fleet.sheet import NONE, Arrays
from roi.fleet.sifting.prices import Prices, Pricing, RowPrices, guessed_prices, prices_of
from roi.texts.messages import Message

TOLERANCE = 1e-9
"""A reduced cost above the negative of this is not negative, in scaled money."""
CHOICES_PER_ROUND = 8
"""Choices of a workload that enter in one round."""
LIMITS = (
    "capex_budget",
    "opex_budget",
    "carbon_cap",
    "market_cap",
    "budget_per_month",
    "carbon_cap_per_month",
    "vendor_share",
    "spot_share",
    "site_power",
    "carbon_max",
    "use_max",
)
"""Families that may be exceeded."""
WORK = ("demand", "one_option", "splits")
"""Families whose work may stay unserved."""
NEAR_FRACTION = 0.25
"""Columns that may come in before a start from scratch, with presolve, is the faster one (measured)."""
PENALTY = 10.0
"""Scaled money, at first, for leaving the work of a row unserved or for exceeding a limit by itself."""


@dataclass(eq=False)
class Pool:
    """All candidates that survive pruning, and where they have a share in the master."""

    programme: FleetProgramme
    rows: IntArray
    """Ascending [N]."""
    pricing: Pricing
    active: list[BoolArray]
    """By workload [V_j x W x Y x B]."""
    penalty: float = PENALTY
    may_leave_work: bool = False
    """Whether work may stay unserved; presolve is much weaker then."""

    def build(self) -> Built:
        """The programme over the active shares."""
        chosen, wanted = [], []
        for mine, active in zip(self.pricing.rows, self.active, strict=True):
            some = np.any(active, axis=(1, 2, 3))
            chosen.append(mine[some])
            wanted.append(active[some])
        rows = np.concatenate(chosen)
        order = np.argsort(rows)
        return build(self.programme, rows[order], np.concatenate(wanted)[order])


def pool_of(programme: FleetProgramme, rows: IntArray) -> Pool:
    """Active at first: on every supply the cheapest at guessed prices, for mixed work in each period."""
    pricing = Pricing(programme, rows)
    shape = whole_shape(programme)
    pool = Pool(programme, rows, pricing, [np.zeros((len(mine), *shape), np.bool_) for mine in pricing.rows])
    guess = guessed_prices(programme)
    for j in range(len(pricing.rows)):
        cost = pricing.reduced(j, guess, None)
        if programme.one_option[j]:
            _let_choices_in(pool, j, cost, _choice_costs(pool, j, cost))
        else:
            _let_shares_in(pool, j, cost, np.inf)
    return pool


def whole_shape(programme: FleetProgramme) -> tuple[int, int, int]:
    """Worlds, years, blocks."""
    worlds, _, years, blocks = programme.demand.shape
    return worlds, years, blocks


@dataclass(frozen=True, eq=False)
class Relaxation:
    """A solved master."""

    built: Built
    outcome: Outcome
    prices: Prices
    row_prices: RowPrices
    exceeded: float
    """Work that stays unserved, in shares, and excess of limits, in fractions of them."""
    bound: float
    """No relaxation over all shares is lower, in scaled money."""
    came_in: int
    """Shares that entered the pool after it."""

    @property
    def is_near(self) -> bool:
        """Whether the next relaxation is little larger, so that its optimum is near."""
        return self.came_in < NEAR_FRACTION * len(self.built.objective)


def relax(
    pool: Pool, before: Relaxation | None, *, money: float = 1.0, time_limit_s: float | None = None
) -> Relaxation:
    """The linear relaxation over the active shares; others then come in at its prices.

    `money` 0 asks for the least excess of limits alone. It goes on from the basis of the relaxation before unless
    too much came in since.
    """
    built = pool.build()
    arrays, objective = _elastic(built, money, pool)
    basis = None if before is None or not before.is_near else _carried(before, built, pool)
    outcome = run_highs(arrays, objective, gap=0.0, integer=False, basis=basis, time_limit_s=time_limit_s)
    if outcome.status == "infeasible":
        if pool.may_leave_work:
            raise SolverError(Message("solver.fixed_parts"))
        pool.may_leave_work = True
        return relax(pool, None, money=money, time_limit_s=time_limit_s)
    prices, rows = prices_of(built, outcome.prices, money)
    exceeded = float(outcome.values[len(built.objective) :].sum())
    solved = Relaxation(built, outcome, prices, rows, exceeded, -np.inf, 0)
    bound, count = _let_in(pool, solved)
    return replace(solved, bound=bound, came_in=count)


def _let_in(pool: Pool, solved: Relaxation) -> tuple[float, int]:
    """Add shares of negative reduced cost; the bound for all plans in scaled money, and how many came in."""
    bound, count = solved.outcome.objective, 0
    for j in range(len(pool.active)):
        cost = pool.pricing.reduced(j, solved.prices, solved.row_prices)
        before = int(pool.active[j].sum())
        if pool.programme.one_option[j]:
            each = _choice_costs(pool, j, cost) - _choice_duals(pool, solved, j)
            bound += min(0.0, float(each.min(initial=0.0)))
            _let_splits_in(pool, solved, j, cost)
            _let_choices_in(pool, j, cost, each, -TOLERANCE)
        else:
            least = _by_demand(pool.programme, j, cost).min(axis=0, initial=0.0)
            bound += float(np.minimum(least, 0.0).sum())
            _let_shares_in(pool, j, cost, -TOLERANCE)
        count += int(pool.active[j].sum()) - before
    return bound, count


def _elastic(built: Built, money: float, pool: Pool) -> tuple[Arrays, FloatArray]:
    """Columns for what is unserved or exceeded; z without its bound of 1, which follows from `one_option` and would
    hide a part of that row's dual value."""
    work = _rows_of(built, WORK if pool.may_leave_work else ())
    limits = _rows_of(built, LIMITS)
    numbers = np.concatenate([work, limits])
    signs = np.concatenate([np.ones(len(work)), -np.ones(len(limits))])
    arrays, size = built.arrays, len(built.objective)
    rows = np.concatenate([arrays.row, numbers])
    order = np.argsort(rows, kind="stable")
    zeros = np.zeros(len(numbers))
    upper = arrays.upper.copy()
    upper[built.columns.pick] = np.inf
    wide = replace(
        arrays,
        lower=np.append(arrays.lower, zeros),
        upper=np.append(upper, zeros + np.inf),
        integer=np.append(arrays.integer, zeros > 0),
        row=rows[order],
        column=np.concatenate([arrays.column, size + np.arange(len(numbers))])[order],
        value=np.concatenate([arrays.value, signs])[order],
    )
    return wide, np.append(money * built.objective, pool.penalty * np.ones(len(numbers)))


def _rows_of(built: Built, kinds: tuple[str, ...]) -> IntArray:
    row = built.draft.row
    numbers = np.concatenate([np.empty(0, np.int64), *(np.ravel(row[kind]) for kind in kinds if kind in row)])
    return np.unique(numbers[numbers != NONE])


def _carried(before: Relaxation, built: Built, pool: Pool) -> Basis:
    """The basis found before, by name: new columns at their lower bound, new rows in the basis. Columns of what is
    unserved or exceeded go by their row."""
    basis, statuses = before.outcome.basis, highspy.HighsBasisStatus
    columns = dict(zip(_names(before.built, pool), basis.columns, strict=True))
    rows = dict(zip(before.built.draft.sheet.row_names(), basis.rows, strict=True))
    return Basis(
        tuple(columns.get(name, statuses.kLower) for name in _names(built, pool)),
        tuple(rows.get(name, statuses.kBasic) for name in built.draft.sheet.row_names()),
    )


def _names(built: Built, pool: Pool) -> list[str]:
    sheet = built.draft.sheet
    rows = sheet.row_names()
    work = _rows_of(built, WORK if pool.may_leave_work else ())
    elastic = [*work.tolist(), *_rows_of(built, LIMITS).tolist()]
    return [*sheet.column_names(), *(f"beside_{rows[number]}" for number in elastic)]


def _by_demand(programme: FleetProgramme, j: int, cost: FloatArray) -> FloatArray:
    """The least of the blocks where work may wait [V_j x W x Y x B or 1]."""
    return cost.min(axis=3, keepdims=True) if programme.deferrable[j] else cost


def _let_shares_in(pool: Pool, j: int, cost: FloatArray, below: float) -> None:
    """On every supply, in every period, the least one if it lies below."""
    mine, active = pool.pricing.rows[j], pool.active[j]
    supply = pool.programme.candidates.supply[mine]
    for r in np.unique(supply).tolist():
        here = np.flatnonzero(supply == r)
        best = cost[here].argmin(axis=0)
        value = np.take_along_axis(cost[here], best[None], axis=0)[0]
        where = np.nonzero((value < below) & np.isfinite(value))
        active[(here[best[where]], *where)] = True


def _choices(pool: Pool, j: int) -> tuple[IntArray, IntArray]:
    """Choices of a workload, and the place of each candidate's among them."""
    choice = pool.programme.candidates.choice[pool.pricing.rows[j]]
    found, place = np.unique(choice, return_inverse=True)
    return found, place


def _choice_costs(pool: Pool, j: int, cost: FloatArray) -> FloatArray:
    """Sum over the demands of the least candidate of each choice [K_j]."""
    choices, place = _choices(pool, j)
    each = _by_demand(pool.programme, j, cost)
    least = np.full((len(choices), *each.shape[1:]), np.inf)
    np.minimum.at(least, place, each)
    wanted = np.any(np.isfinite(each), axis=0)
    least[:, ~wanted] = 0.0
    return np.asarray(least.sum(axis=(1, 2, 3)))


def _choice_duals(pool: Pool, solved: Relaxation, j: int) -> FloatArray:
    """Dual values of the rows of each choice's z [K_j]."""
    row, dual = solved.built.draft.row, np.append(solved.outcome.prices, 0.0)
    choices, place = _choices(pool, j)
    model = np.zeros(len(choices), dtype=np.int64)
    model[place] = pool.programme.candidates.model[pool.pricing.rows[j]]
    keeps = np.where(row["keeps"][j] == NONE, 0.0, dual[row["keeps"][j]]).sum(axis=1)
    return np.asarray(dual[row["one_option"][j]] + keeps[model])


def _let_choices_in(pool: Pool, j: int, cost: FloatArray, each: FloatArray, below: float = np.inf) -> None:
    """The least choices below, each with its least candidate for every demand."""
    _, place = _choices(pool, j)
    best = np.argsort(each, kind="stable")[:CHOICES_PER_ROUND]
    for k in best[each[best] < below].tolist():
        mine = np.flatnonzero(place == k)
        _activate_least(pool, j, cost, mine)


def _activate_least(pool: Pool, j: int, cost: FloatArray, mine: IntArray) -> None:
    """The least of some candidates for every demand."""
    active, least = pool.active[j], cost[mine].argmin(axis=0)
    value = np.take_along_axis(cost[mine], least[None], axis=0)[0]
    there = np.isfinite(value)
    if pool.programme.deferrable[j]:
        there &= np.arange(value.shape[2]) == value.argmin(axis=2)[..., None]
    where = np.nonzero(there)
    active[(mine[least[where]], *where)] = True


def _let_splits_in(pool: Pool, solved: Relaxation, j: int, cost: FloatArray) -> None:
    """Further candidates of the choices that are in."""
    built, choices = solved.built, pool.programme.candidates.choice[pool.pricing.rows[j]]
    inside = built.draft.choices
    at = np.searchsorted(inside, choices)
    known = (at < len(inside)) & (inside[np.minimum(at, len(inside) - 1)] == choices)
    mine = np.flatnonzero(known)
    row, dual = built.draft.row["splits"][at[mine]], np.append(solved.outcome.prices, 0.0)
    split = np.where(row == NONE, 0.0, dual[row])
    pool.active[j][mine] |= (cost[mine] - split < -TOLERANCE) & np.isfinite(cost[mine])
