"""Solves a fleet programme: prune, build, run HiGHS, clean, and state exactly what is known about the plan."""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from roi.arrays import IntArray
from roi.errors import SolverError
from roi.fleet.answer import (
    NOWHERE,
    OPTIMAL_GAP,
    Found,
    Wanted,
    answer_of,
    better,
    carried_to,
    in_money,
    objective_of,
    solution,
)
from roi.fleet.bounds import require_solvable
from roi.fleet.build import Built, build
from roi.fleet.highs import SolverProgress, run_highs
from roi.fleet.problem import FleetProgramme, FleetSolution
from roi.fleet.prune import Pruning, prune_candidates
from roi.fleet.shared_carbon import kept_to_carbon_max, shared_rows_above
from roi.fleet.sole_source import SAME_COST, bounds_hold, cost_alone, least_cost
from roi.fleet.ties import settle

GAP_DEFAULT = 1e-9
"""Fraction by which the plan may be dearer than the proven bound, unless the caller allows more."""
SMALLEST_SIFTED = 20_000
"""Shares from which sifting finds a plan and a bound before the programme is written whole."""
LARGEST_WHOLE = 300_000
"""Shares beyond which a programme is not written whole at all: HiGHS takes minutes and gigabytes for it."""
COARSE_GAP = 1e-4
"""From here on a better plan among the shares that came in is looked for before the programme is written whole."""


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
    pruning, known = prune(programme), None
    if prune is prune_candidates:
        pruning, known = _worthwhile(programme, pruning)
    wanted = Wanted(gap, np.inf if time_limit_s is None else started + time_limit_s, progress, settled)

    def answered(rows: IntArray, wholly: tuple[int, ...]) -> Found:
        found = known if not wholly else None
        return _answered(programme, replace(pruning, rows=rows), wanted, wholly, found)

    answer = kept_to_carbon_max(programme, pruning.rows, wanted, answered)
    return solution(pruning, answer, time.perf_counter() - started)


def _answered(
    programme: FleetProgramme,
    pruning: Pruning,
    wanted: Wanted,
    wholly: tuple[int, ...],
    known: Found | None,
) -> Found:
    """The best plan over the candidates that stay, settled among equals; `known` where it was found already."""
    shares, gap = share_count(programme, pruning), wanted.gap
    if known is not None:
        answer = known
    elif wholly:
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


TRIED = 8
"""Cheapest candidates alone of which one is asked to keep all rules."""
FIRST = 64
"""Candidates with the lowest bounds that are priced alone."""


def _worthwhile(programme: FleetProgramme, pruning: Pruning) -> tuple[Pruning, Found | None]:
    """Without the choices that cannot be as cheap as the best candidate alone, where there is one workload; and
    that candidate's plan where no other is left."""
    rows = pruning.rows
    if not len(rows) or not bounds_hold(programme):
        return pruning, None
    lower = least_cost(programme, rows)
    first = rows[np.argsort(lower, kind="stable")[:FIRST]]
    cost = cost_alone(programme, first)
    for place in np.argsort(cost, kind="stable")[:TRIED].tolist():
        if not np.isfinite(cost[place]):
            break
        alone = Pruning(first[place : place + 1], pruning.dominated_by)
        best = _whole(programme, alone, Wanted(GAP_DEFAULT, np.inf, None), None)
        if best.cleaned is not None and not len(shared_rows_above(programme, best.cleaned.plan)):
            kept = lower <= best.objective * (1.0 + SAME_COST)
            beaten = pruning.dominated_by.copy()
            beaten[rows[~kept]] = first[place]
            return Pruning(rows[kept], beaten), best if kept.sum() == 1 else None
    return pruning, None


def share_count(programme: FleetProgramme, pruning: Pruning) -> int:
    """Shares that the programme would have if written whole, about."""
    worlds, _, years, blocks = programme.demand.shape
    return int(len(pruning.rows) * worlds * years * blocks)


def _whole(
    programme: FleetProgramme,
    pruning: Pruning,
    wanted: Wanted,
    before: Found | None,
    wholly: tuple[int, ...] = (),
) -> Found:
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
            start=None if known is None else carried_to(known, built),
            restarts=known is None,
        )
    except SolverError:
        if known is None:
            raise
        return known
    if found.status == "infeasible":
        return NOWHERE
    answer = answer_of(built, found.values, found.bound)
    return answer if known is None else better(answer, known)


SMALLEST_STARTED = 5_000
"""Shares from which a programme of several workloads is worth a start."""


def _on_one_supply(programme: FleetProgramme, pruning: Pruning, wanted: Wanted) -> Found | None:
    """The best plan that makes all work on one supply, from which the search over all of them starts: a fraction of
    its time, and often its end. Its bound says nothing of the others."""
    if len(programme.workload_names) == 1 or share_count(programme, pruning) < SMALLEST_STARTED:
        return None
    best: Found | None = None
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


def _sifted(programme: FleetProgramme, pruning: Pruning, wanted: Wanted, *, polish: bool) -> Found:
    """Few shares at a time."""
    from roi.fleet.sifting.route import sift

    started = time.perf_counter()

    def told(built: Built, objective: float, bound: float) -> None:
        if wanted.progress is not None:
            in_money(built, wanted.progress)(time.perf_counter() - started, objective, bound)

    found = sift(
        programme, pruning.rows, gap=wanted.gap, time_limit_s=wanted.left_s, told=told, polish=polish
    )
    return NOWHERE if found.values is None else answer_of(found.built, found.values, found.bound)
