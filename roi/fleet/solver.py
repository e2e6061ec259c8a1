"""Solves a fleet programme: prune, build, run HiGHS, clean, and state exactly what is known about the plan."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from roi.arrays import FloatArray, IntArray
from roi.errors import SolverError
from roi.fleet.bounds import require_solvable
from roi.fleet.build import Built, build
from roi.fleet.clean import Cleaned, clean
from roi.fleet.diagnosis import Diagnosis, diagnose
from roi.fleet.highs import NAME, SolverProgress, run_highs, solver_version
from roi.fleet.problem import FleetProgramme, FleetSolution
from roi.fleet.prune import Pruning, prune_candidates
from roi.fleet.sharing import shared_rows_above
from roi.fleet.sifting.route import sift
from roi.fleet.sole_source import SAME_COST, bounds_hold, cost_alone, least_cost
from roi.fleet.ties import UNSETTLED, settle
from roi.texts.messages import Message

GAP_DEFAULT = 1e-9
"""Fraction by which the plan may be dearer than the proven bound, unless the caller allows more."""
SMALLEST_SIFTED = 20_000
"""Shares from which sifting finds a plan and a bound before the programme is written whole."""
LARGEST_WHOLE = 300_000
"""Shares beyond which a programme is not written whole at all: HiGHS takes minutes and gigabytes for it."""
COARSE_GAP = 1e-4
"""From here on a better plan among the shares that came in is looked for before the programme is written whole."""
OPTIMAL_GAP = 1e-6
"""A proven gap up to this is called optimal, a larger one feasible."""


def solve_fleet(
    programme: FleetProgramme,
    *,
    time_limit_s: float | None = None,
    gap: float = GAP_DEFAULT,
    progress: SolverProgress | None = None,
    prune: Callable[[FleetProgramme], Pruning] = prune_candidates,
    settled: bool = True,
) -> FleetSolution:
    """The cheapest plan within the rules, or the proof that there is none (`infeasible`).

    Parameters
    ----------
    time_limit_s
        Bounds the solver [s]; the plan found until then is `feasible`, with its gap.
    gap
        Proven fraction at which the solver may stop.
    progress
        Called now and then with seconds, least objective so far and proven bound [money].
    settled
        Of plans that cost the same, the one that the criteria prefer; else the first that the solver met, which
        takes a fraction of the time.

    Raises
    ------
    SolverError
        When the time passed with neither a plan nor a proof, or a price makes the programme unbounded.
    """
    started = time.perf_counter()
    require_solvable(programme)
    pruning = prune(programme)
    if prune is prune_candidates:
        pruning = _worthwhile(programme, pruning)
    wanted = _Wanted(gap, np.inf if time_limit_s is None else started + time_limit_s, progress, settled)
    answer = _kept_to_carbon_max(programme, pruning, wanted)
    return solution(pruning, answer, time.perf_counter() - started)


def _answered(
    programme: FleetProgramme, pruning: Pruning, wanted: "_Wanted", wholly: tuple[int, ...] = ()
) -> "Answer":
    """The best plan over the candidates that stay, settled among equals."""
    shares, gap = share_count(programme, pruning), wanted.gap
    if wholly:
        answer = _whole(programme, pruning, wanted, None, wholly)
    elif shares <= SMALLEST_SIFTED:
        answer = _whole(programme, pruning, wanted, _on_one_supply(programme, pruning, wanted))
    else:
        answer = _sifted(programme, pruning, wanted, polish=gap >= COARSE_GAP or shares > LARGEST_WHOLE)
        if answer.gap > gap and shares <= LARGEST_WHOLE:
            answer = _whole(programme, pruning, wanted, answer)
    if answer.built is None or answer.cleaned is None or answer.gap > OPTIMAL_GAP or not wanted.settled:
        return answer
    found = settle(answer.built, answer.cleaned)
    return replace(
        answer,
        cleaned=found.cleaned,
        objective=objective_of(answer.built, found.cleaned),
        tie_break=found.tie_break,
        tied_by=found.by,
    )


BRANCHES = 60
"""Most programmes that are solved to keep the limits of pictures on shared machines."""
SERVED_ALONE = 4
"""Candidates of which one is tried as the only one of its workload on a shared supply."""


def _kept_to_carbon_max(programme: FleetProgramme, pruning: Pruning, wanted: "_Wanted") -> "Answer":
    """A plan whose workloads keep their limit for one picture, with what they share of supplies split by use.

    The split is no sum, and no row holds it. Where the cheapest plan breaks a limit by it, two ways lead on: the
    workload leaves the shared supplies, or one candidate serves it alone, which makes the split a row. The bound
    stays that of the first programme, which such a plan may miss.

    Raises
    ------
    SolverError
        When neither way leads to a plan: there may be one with the work split over several candidates.
    """
    first = _answered(programme, pruning, wanted)
    if first.cleaned is None or not len(shared_rows_above(programme, first.cleaned.plan)):
        return first
    best, waiting, solved = NOWHERE, [(first, pruning.rows, tuple[int, ...]())], 0
    while waiting and solved < BRANCHES and not wanted.over:
        answer, rows, wholly = waiting.pop()
        if answer.cleaned is None or answer.objective >= best.objective:
            continue
        above = shared_rows_above(programme, answer.cleaned.plan)
        if not len(above):
            best = answer
            continue
        for then, alone in _ways_on(programme, rows, wholly, above):
            solved += 1
            try:
                found = _answered(programme, replace(pruning, rows=then), wanted, alone)
            except SolverError:
                continue
            waiting.append((found, then, alone))
    if best.cleaned is None:
        raise SolverError(Message("solver.shared_carbon"))
    return replace(best, bound=min(best.bound, first.bound))


def _ways_on(
    programme: FleetProgramme, rows: IntArray, wholly: tuple[int, ...], above: IntArray
) -> Iterator[tuple[IntArray, tuple[int, ...]]]:
    """Candidates that stay, and those of them that serve alone; `above` are in a plan that breaks a limit."""
    candidates = programme.candidates
    without = np.setdiff1d(rows, above)
    if len(np.unique(candidates.workload[without])) == len(programme.workload_names):
        yield without, tuple(each for each in wholly if each not in above)
    workload = candidates.workload[above[0]]
    of_it = rows[candidates.workload[rows] == workload]
    if any(candidates.workload[each] == workload for each in wholly):
        return
    supplies = np.unique(candidates.supply[above[candidates.workload[above] == workload]])
    there = of_it[np.isin(candidates.supply[of_it], supplies)]
    kg = candidates.energy_kwh[there] + candidates.board_s[there]
    tried = [*above[candidates.workload[above] == workload], *there[np.argsort(kg, kind="stable")]]
    for candidate in list(dict.fromkeys(int(each) for each in tried))[:SERVED_ALONE]:
        others = rows[candidates.workload[rows] != workload]
        yield np.sort(np.append(others, candidate)), (*wholly, candidate)


TRIED = 8
"""Cheapest candidates alone of which one is asked to keep all rules."""
FIRST = 64
"""Candidates with the lowest bounds that are priced alone."""


def _worthwhile(programme: FleetProgramme, pruning: Pruning) -> Pruning:
    """Without the choices that cannot be as cheap as the best candidate alone, where there is one workload."""
    rows = pruning.rows
    if not len(rows) or not bounds_hold(programme):
        return pruning
    lower = least_cost(programme, rows)
    first = rows[np.argsort(lower, kind="stable")[:FIRST]]
    cost = cost_alone(programme, first)
    for place in np.argsort(cost, kind="stable")[:TRIED].tolist():
        if not np.isfinite(cost[place]):
            break
        alone = Pruning(first[place : place + 1], pruning.dominated_by)
        best = _whole(programme, alone, _Wanted(GAP_DEFAULT, np.inf, None), None)
        if best.cleaned is not None and not len(shared_rows_above(programme, best.cleaned.plan)):
            kept = lower <= best.objective * (1.0 + SAME_COST)
            beaten = pruning.dominated_by.copy()
            beaten[rows[~kept]] = first[place]
            return Pruning(rows[kept], beaten)
    return pruning


@dataclass(frozen=True)
class _Wanted:
    """What the caller asked for."""

    gap: float
    deadline: float
    """A reading of time.perf_counter."""
    progress: SolverProgress | None
    settled: bool = True

    @property
    def over(self) -> bool:
        """Whether the time has passed."""
        return time.perf_counter() >= self.deadline

    @property
    def left_s(self) -> float | None:
        """Time left; None without a limit."""
        return None if np.isinf(self.deadline) else max(0.0, self.deadline - time.perf_counter())


def share_count(programme: FleetProgramme, pruning: Pruning) -> int:
    """Shares that the programme would have if written whole, about."""
    worlds, _, years, blocks = programme.demand.shape
    return int(len(pruning.rows) * worlds * years * blocks)


@dataclass(frozen=True, eq=False)
class Answer:
    """What a route found, in money."""

    built: Built | None
    cleaned: Cleaned | None
    objective: float
    bound: float
    tie_break: str = UNSETTLED
    tied_by: tuple[str, ...] = ()

    @property
    def gap(self) -> float:
        """(objective - bound) / |objective| [1]; 0 where there is no plan."""
        missed = self.objective - self.bound if self.cleaned else 0.0
        return missed / abs(self.objective) if missed > 0 and self.objective else 0.0


NOWHERE = Answer(None, None, np.inf, np.inf)


def _whole(
    programme: FleetProgramme,
    pruning: Pruning,
    wanted: _Wanted,
    before: Answer | None,
    wholly: tuple[int, ...] = (),
) -> Answer:
    """The programme as one, from the plan found before if there is one, which stands where none better is found."""
    built = build(programme, pruning.rows, wholly=wholly)
    known = None if before is None or before.cleaned is None else before
    try:
        found = run_highs(
            built.arrays,
            built.objective,
            time_limit_s=wanted.left_s,
            gap=wanted.gap,
            progress=None if wanted.progress is None else in_money(built, wanted.progress),
            start=None if known is None else _carried(known, built),
            restarts=known is None,
        )
    except SolverError:
        if known is None:
            raise
        return known
    if found.status == "infeasible":
        return NOWHERE
    answer = _answer(built, found.values, found.bound)
    return answer if known is None else _better(answer, known)


SMALLEST_STARTED = 5_000
"""Shares from which a programme of several workloads is worth a start."""


def _on_one_supply(programme: FleetProgramme, pruning: Pruning, wanted: _Wanted) -> Answer | None:
    """The best plan that makes all work on one supply, from which the search over all of them starts: a fraction of
    its time, and often its end. Its bound says nothing of the others."""
    if len(programme.workload_names) == 1 or share_count(programme, pruning) < SMALLEST_STARTED:
        return None
    best: Answer | None = None
    workloads, supplies = programme.candidates.workload, programme.candidates.supply[pruning.rows]
    for supply in range(len(programme.supplies)):
        rows = pruning.rows[supplies == supply]
        if len(np.unique(workloads[rows])) < len(programme.workload_names):
            continue
        try:
            found = _whole(programme, replace(pruning, rows=rows), wanted, None)
        except SolverError:
            continue
        if found.cleaned is not None and (best is None or found.objective < best.objective):
            best = replace(found, bound=-np.inf)
    return best


def _better(one: Answer, other: Answer) -> Answer:
    """The cheaper plan with the higher bound."""
    best = one if one.objective <= other.objective else other
    return replace(best, bound=max(one.bound, other.bound))


def _carried(known: Answer, built: Built) -> FloatArray | None:
    """A plan's values in the columns of another build, by name."""
    if known.built is None or known.cleaned is None:
        return None
    names = known.built.draft.sheet.column_names()
    values = dict(zip(names, known.cleaned.values.tolist(), strict=True))
    return np.array([values.get(name, 0.0) for name in built.draft.sheet.column_names()])


def _sifted(programme: FleetProgramme, pruning: Pruning, wanted: _Wanted, *, polish: bool) -> Answer:
    """Few shares at a time."""
    started = time.perf_counter()

    def told(built: Built, objective: float, bound: float) -> None:
        if wanted.progress is not None:
            in_money(built, wanted.progress)(time.perf_counter() - started, objective, bound)

    found = sift(
        programme, pruning.rows, gap=wanted.gap, time_limit_s=wanted.left_s, told=told, polish=polish
    )
    return NOWHERE if found.values is None else _answer(found.built, found.values, found.bound)


def _answer(built: Built, values: FloatArray, bound: float) -> Answer:
    cleaned = clean(built, values)
    return Answer(built, cleaned, objective_of(built, cleaned), money_of(built, bound))


def solution(pruning: Pruning, answer: Answer, seconds: float) -> FleetSolution:
    """The answer with all that is known about it."""
    bound, gap = min(answer.bound, answer.objective), answer.gap
    if not np.isfinite(gap):
        raise SolverError(Message("solver.no_bound", solver=NAME))
    return FleetSolution(
        status="infeasible" if answer.cleaned is None else "optimal" if gap <= OPTIMAL_GAP else "feasible",
        plan=None if answer.cleaned is None else answer.cleaned.plan,
        objective=answer.objective,
        bound=bound,
        gap=gap,
        seconds=seconds,
        solver=NAME,
        solver_version=solver_version(),
        tie_break=answer.tie_break,
        tied_by=answer.tied_by,
        candidates_total=len(pruning.dominated_by),
        candidates_after_pruning=len(pruning.rows),
        dominated_by=pruning.dominated_by,
    )


def objective_of(built: Built, cleaned: Cleaned) -> float:
    """Objective of a plan, from the plan's own numbers [money]."""
    cost = built.arrays.cost_by_world @ cleaned.values + built.constant
    return plan_objective(built.programme, cost)


def plan_objective(programme: FleetProgramme, cost: FloatArray) -> float:
    """(1 - weight) * expected + weight * CVaR of the costs of the worlds [money, W].

    CVaR as the mean of the worst worlds until they make up `tail_fraction` of probability.
    """
    worst = np.argsort(-cost, kind="stable")
    probability, tail = programme.world_probability, programme.tail_fraction
    before = np.cumsum(probability[worst]) - probability[worst]
    counted = np.clip(tail - before, 0.0, probability[worst])
    in_tail = float(counted @ cost[worst]) / tail
    return (1.0 - programme.risk_weight) * float(probability @ cost) + programme.risk_weight * in_tail


def money_of(built: Built, scaled: float) -> float:
    """A value of the scaled objective in money; the constant weighs there by the expected part alone, since the
    tail's rows hold it already."""
    programme = built.programme
    expected = float(programme.world_probability @ built.constant)
    return scaled * built.money_per_unit + (1.0 - programme.risk_weight) * expected


def in_money(built: Built, progress: SolverProgress) -> SolverProgress:
    """Progress of the scaled objective told in money."""

    def told(seconds: float, objective: float, bound: float) -> None:
        progress(seconds, money_of(built, objective), money_of(built, bound))

    return told


def diagnose_fleet(programme: FleetProgramme, *, time_limit_s: float | None = None) -> Diagnosis:
    """Rules in conflict and the changes that resolve it; `time_limit_s` bounds each solve [s].

    Raises
    ------
    SolverError
        When a solve ends without a plan and without a proof.
    """
    return diagnose(programme, lambda each: solve_fleet(each, time_limit_s=time_limit_s), time_limit_s)
