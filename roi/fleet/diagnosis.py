"""Why a fleet programme has no plan: which limits conflict, and the smallest change of each that would help.

The conflict is found by the deletion filter: drop one limit after another for good if the rest stays infeasible;
what is left is irreducible. The smallest change is an elastic programme: the rows of a limit may be exceeded, and
the excess, as a fraction of the limit, is the objective; a yearly limit gives by the same fraction in every year.
A limit of a part of all images is no sum: it is lowered to the part of the plan found until no plan has a smaller
one (Dinkelbach's method for a ratio of two sums). Where no limit helps alone, all may give and the sum of their
fractions is least.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from roi.arrays import FloatArray, IntArray
from roi.errors import SolverError
from roi.fleet.bounds import units_bound
from roi.fleet.build import Built, build
from roi.fleet.clean import clean
from roi.fleet.evaluation import evaluate
from roi.fleet.highs import Outcome, run_highs
from roi.fleet.problem import FleetPlan, FleetProgramme, Solve
from roi.fleet.prune import prune_candidates
from roi.fleet.rules import (
    CARBON_MAX,
    CHEAPER_FRACTION,
    FIELDS,
    MONTHLY,
    SHARES,
    UNITS_MAX,
    carbon_rules,
    limit_of,
    rules,
    units_rules,
    with_limit,
)
from roi.fleet.sheet import NONE, Arrays
from roi.fleet.solver import solve_fleet
from roi.units import MONTHS_PER_YEAR

GAP = 1e-9
RATIO_ROUNDS = 20
"""Dinkelbach's method ends in a few rounds; a bound all the same."""
EXCEEDED = 1e-7
"""A smaller excess, as a fraction of the limit, is the solver's rounding."""
LOOSENED_FRACTION = 1e-9
"""Added to a smallest limit before the objective there is computed: it is itself a rounded sum."""


@dataclass(frozen=True)
class Relaxation:
    """A change of limits that makes the programme feasible, and what the plan then costs."""

    limits: Mapping[str, float]
    """New limit per rule, in the rule's unit; one rule, unless no single one suffices."""
    objective: float
    """Objective of the best plan within them [money]."""


@dataclass(frozen=True)
class Diagnosis:
    """What keeps a programme from having a plan; both parts are empty when it has one."""

    binding: tuple[str, ...]
    """An irreducible set of rules in conflict."""
    relaxations: tuple[Relaxation, ...]
    """Cheapest first."""


def diagnose_fleet(programme: FleetProgramme, *, time_limit_s: float | None = None) -> Diagnosis:
    """Limits in conflict and the changes that resolve it, the cheapest first; empty where there is a plan.

    `limits` of a relaxation hold the new limit, of a yearly one the first year's: the others move in proportion.
    `time_limit_s` bounds each solve [s].

    Raises
    ------
    SolverError
        When a solve ends without a plan and without a proof.
    """
    search = _Search(partial(solve_fleet, time_limit_s=time_limit_s, settled=False), time_limit_s)
    if search.feasible(programme):
        return Diagnosis((), ())
    binding = search.irreducible(programme)
    single = [search.relaxed(programme, (rule,)) for rule in rules(programme)]
    found = [each for each in single if each is not None]
    if not found:
        together = search.relaxed(programme, rules(programme))
        found = [] if together is None else [together]
    return Diagnosis(binding, tuple(sorted(found, key=lambda each: (each.objective, sorted(each.limits)))))


def cheapest_limits(
    programme: FleetProgramme, smallest: Relaxation, solve: Solve
) -> tuple[dict[str, float], FleetPlan] | None:
    """What one limit would have to become for the plan that is best without it, and that; None where it saves too
    little.

    None too where several limits must give together, and where a limit of nothing is no amount of a year.
    """
    [rule, *others] = smallest.limits
    if others:
        return None
    free = solve(with_limit(programme, rule, None))
    if free.plan is None or not free.objective < smallest.objective * (1.0 - CHEAPER_FRACTION):
        return None
    broken = [each for each in evaluate(programme, free.plan).families if not np.all(each.satisfied)]
    if any(np.any(each.rhs <= 0.0) for each in broken):
        return None
    excess = max((float(np.max(each.lhs / each.rhs)) for each in broken), default=1.0)
    limit = float(np.ravel(limit_of(programme, rule))[0]) * excess
    counted = rule == "models_max" or rule in units_rules(programme)
    return {rule: float(np.ceil(limit - EXCEEDED)) if counted else limit}, free.plan


@dataclass(frozen=True)
class _Search:
    solve: Solve
    time_limit_s: float | None

    def feasible(self, programme: FleetProgramme) -> bool:
        built = build(programme, prune_candidates(programme).rows)
        nothing = np.zeros(len(built.objective))
        return self._run(built.arrays, nothing).status != "infeasible"

    def irreducible(self, programme: FleetProgramme) -> tuple[str, ...]:
        rest = programme
        for rule in rules(programme):
            fewer = with_limit(rest, rule, None)
            if self._bounded(fewer) and not self.feasible(fewer):
                rest = fewer
        return rules(rest)

    def relaxed(self, programme: FleetProgramme, giving: Sequence[str]) -> Relaxation | None:
        """The smallest change of these limits; None when none helps."""
        loose = self._loose(programme, giving)
        if loose is None:
            return None
        found = self._excess(programme, loose, giving)
        if found is None:
            return None
        excess, scale = found
        changed, limits = programme, {}
        for rule in giving:
            if excess[rule] > EXCEEDED:
                limit = _exceeded(
                    programme,
                    rule,
                    excess[rule],
                    scale.get(CARBON_MAX if rule in carbon_rules(programme) else rule),
                )
                limits[rule] = float(np.ravel(limit)[0])
                changed = with_limit(changed, rule, limit * (1.0 + LOOSENED_FRACTION))
        return Relaxation(limits, self.solve(changed).objective)

    def _loose(self, programme: FleetProgramme, giving: Sequence[str]) -> FleetProgramme | None:
        """Units of the giving supplies up to what could be of use, so that their columns have room."""
        free = programme
        for rule in set(giving) & set(units_rules(programme)):
            free = with_limit(free, rule, None)
        if not self._bounded(free):
            return None
        most, loose = units_bound(free), programme
        for rule, r in units_rules(programme).items():
            if rule in giving:
                loose = with_limit(loose, rule, max(float(most[r]), float(limit_of(programme, rule))))
        return loose

    def _bounded(self, programme: FleetProgramme) -> bool:
        try:
            units_bound(programme)
        except SolverError:
            return False
        return True

    def _excess(
        self, programme: FleetProgramme, loose: FleetProgramme, giving: Sequence[str]
    ) -> tuple[dict[str, float], dict[str, FloatArray]] | None:
        """By how much each limit must give, in units of its scale, and these scales; a share as a share."""
        rows = prune_candidates(loose).rows
        excess: dict[str, float] = {}
        scale: dict[str, FloatArray] = {}
        for _ in range(RATIO_ROUNDS):
            built = build(_at_shares(loose, excess), rows)
            scale = built.draft.limit_scale
            elastic = _Elastic(built, programme, giving)
            found = self._run(elastic.arrays, elastic.objective)
            if found.status == "infeasible":
                return None
            values = clean(built, found.values[: len(built.objective)]).values
            before, excess = excess, elastic.needed(values)
            if all(excess[rule] >= before.get(rule, np.inf) - EXCEEDED for rule in giving if rule in SHARES):
                break
        return excess, scale

    def _run(self, arrays: Arrays, objective: FloatArray) -> Outcome:
        return run_highs(arrays, objective, time_limit_s=self.time_limit_s, gap=GAP)


def _at_shares(programme: FleetProgramme, excess: dict[str, float]) -> FleetProgramme:
    for rule in set(SHARES) & set(excess):
        programme = with_limit(programme, rule, limit_of(programme, rule) + excess[rule])
    return programme


def _exceeded(
    programme: FleetProgramme, rule: str, excess: float, scale: FloatArray | None
) -> float | FloatArray:
    limit = np.asarray(limit_of(programme, rule))
    if rule in SHARES:
        return float(limit + excess)
    if rule in carbon_rules(programme):
        return float(limit * (1.0 + excess)) if limit else _carbon_needed(programme, rule, excess, scale)
    if rule == "models_max" or rule not in FIELDS:
        return float(np.ceil(limit + excess * np.maximum(limit, 1.0) - EXCEEDED))
    months = MONTHS_PER_YEAR if rule in MONTHLY else 1
    found = np.asarray(limit + excess * (1.0 if scale is None else scale / months))
    return float(found) if found.ndim == 0 else found


def _carbon_needed(programme: FleetProgramme, rule: str, excess: float, scale: FloatArray | None) -> float:
    """The limit of one picture where it is none at all: the excess over the pictures [kgCO2e/image]."""
    j = carbon_rules(programme)[rule]
    pictures = programme.demand.sum(axis=3)[:, j]
    kg = excess * (1.0 if scale is None else scale[j])
    return float(np.max(np.divide(kg, pictures, out=np.zeros_like(pictures), where=pictures > 0.0)))


class _Elastic:
    """The programme with one column more for each giving limit: by how much its rows are exceeded."""

    def __init__(self, built: Built, programme: FleetProgramme, giving: Sequence[str]) -> None:
        self.built, self.programme, self.giving = built, programme, tuple(giving)
        self.rows = {rule: self._rows_of(rule) for rule in giving}
        self.arrays = self._arrays()
        self.objective = np.append(np.zeros(len(built.objective)), np.ones(len(self.giving)))

    def needed(self, values: FloatArray) -> dict[str, float]:
        """The excess of a plan, in fractions of the limits."""
        arrays = self.built.arrays
        sums = np.bincount(
            arrays.row, weights=arrays.value * values[arrays.column], minlength=len(arrays.rhs)
        )
        over = sums - self._rhs()
        found = {}
        for rule, rows in self.rows.items():
            most = float(over[rows].max(initial=-np.inf)) if rule not in SHARES else self._part(rule, values)
            found[rule] = max(0.0, most / self._weight(rule))
        return found

    def _part(self, rule: str, values: FloatArray) -> float:
        """Highest part of all images, above the limit."""
        draft, columns = self.built.draft, self.built.columns
        shares = np.where(columns.share == NONE, 0.0, np.append(values, 0.0)[columns.share])
        accepted = (shares * draft.share.accepted).sum(axis=3)
        total = accepted.sum(axis=0)
        supplies = draft.programme.supplies
        parts = (
            [each.spot for each in supplies] if rule == "spot_share" else [each.vendor for each in supplies]
        )
        marks = np.array(parts)[draft.supply]
        kinds = [True] if rule == "spot_share" else range(len(draft.names.vendors))
        highest = max((accepted[marks == kind].sum(axis=0) for kind in kinds), key=lambda a: _top(a, total))
        return _top(highest, total) - float(limit_of(self.programme, rule))

    def _rows_of(self, rule: str) -> IntArray:
        row = self.built.draft.row
        if rule in FIELDS:
            found = np.ravel(row.get(rule, np.empty(0, dtype=np.int64)))
        elif rule in carbon_rules(self.programme):
            found = np.ravel(row[CARBON_MAX][carbon_rules(self.programme)[rule]])
        else:
            r = units_rules(self.programme)[rule]
            kinds = (UNITS_MAX, f"{UNITS_MAX}_rented", "use_max")
            found = np.concatenate([np.ravel(row[kind][r]) for kind in kinds])
        return np.asarray(found[found != NONE], dtype=np.int64)

    def _weight(self, rule: str) -> float:
        """What one column unit is in its rows, so that the column is a fraction of the limit."""
        if rule == "models_max" or rule in units_rules(self.programme):
            return max(1.0, float(limit_of(self.programme, rule)))
        return 1.0

    def _rhs(self) -> FloatArray:
        """Right sides with the units' own limits, which the loose programme has not."""
        rhs = self.built.arrays.rhs.copy()
        for rule in self.giving:
            if rule in units_rules(self.programme):
                rhs[self.rows[rule]] = float(limit_of(self.programme, rule))
        return rhs

    def _arrays(self) -> Arrays:
        arrays, count = self.built.arrays, len(self.built.objective)
        extra = [(self.rows[rule], count + n, -self._weight(rule)) for n, rule in enumerate(self.giving)]
        row = np.concatenate([arrays.row, *(rows for rows, _, _ in extra)])
        column = np.concatenate([arrays.column, *(np.full(len(rows), c) for rows, c, _ in extra)])
        value = np.concatenate([arrays.value, *(np.full(len(rows), v) for rows, _, v in extra)])
        order = np.argsort(row, kind="stable")
        wide = len(self.giving)
        alone = wide == 1
        least = [-np.inf if rule in SHARES and alone else 0.0 for rule in self.giving]
        return replace(
            arrays,
            lower=np.append(arrays.lower, least),
            upper=np.append(arrays.upper, np.full(wide, np.inf)),
            integer=np.append(arrays.integer, np.zeros(wide, dtype=np.bool_)),
            rhs=self._rhs(),
            row=row[order],
            column=column[order],
            value=value[order],
        )


def _top(part: FloatArray, total: FloatArray) -> float:
    return float(np.divide(part, total, out=np.zeros_like(total), where=total > 0).max(initial=0.0))
