"""scenario + profiles -> the plan of years: fleet, money, baseline, finance, levers, alternatives, proof."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bench.profile import Profile
from roi.fleet.problem import FleetPlan, FleetProgramme, FleetSolution
from roi.fleet.solver import GAP_DEFAULT, solve_fleet
from roi.planning.alternatives import alternatives
from roi.planning.answer import Lever, PlanAlternative, PlanDecision
from roi.planning.assemble import Present, idle_powers, present_of
from roi.planning.finances import finances
from roi.planning.fingerprint import inputs_hash
from roi.planning.ledger import ledger
from roi.planning.levers import levers
from roi.planning.proof import OF_PLAN, proven
from roi.planning.sharing import part_of
from roi.planning.solved import Solved, solved, undecided
from roi.planning.summary import fleet_years, owed_after, plan_choices
from roi.planning.today import Today, options_today, today, with_baseline
from roi.planning.worth import worth
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.scenario.references import require_known_references

Progress = Callable[[str], None]
"""Told what is done from now on: `today`, `plan`, `levers`, `alternatives`."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What takes most of a plan's time: the plan beside it says what for."""

    levers: tuple[Lever, ...]
    alternatives: tuple[PlanAlternative, ...]


def same_choice(found: Solved, profiles: Sequence[Profile]) -> str:
    """A fingerprint of what may be chosen and at which cost: plans of one fingerprint have one explanation.

    It holds the inputs but for the highest FID, and which offers pass every gate: a bar that moves between two
    figures of quality changes nothing.
    """
    bars = {
        f"workloads[{place}].quality.fid_max": 1.0
        for place, workload in enumerate(found.scenario.workloads)
        if workload.quality.fid_max is not None
    }
    passing = [
        f"{each.workload.name} / {offer.id} / {offer.supply}"
        for each in found.markets
        for offer in each.offers
        if not offer.failures
    ]
    digest = hashlib.sha256(inputs_hash(with_changes(found.scenario, bars), profiles).encode("ascii"))
    digest.update("\n".join(sorted(passing)).encode("utf-8"))
    return digest.hexdigest()


def _unheard(_step: str) -> None:
    """Nobody listens."""


def plan(
    scenario: Scenario,
    profiles: Sequence[Profile],
    *,
    time_limit_s: float | None = None,
    gap: float = GAP_DEFAULT,
    explained: bool | Explanation = True,
    progress: Progress = _unheard,
    found: Solved | None = None,
    reviewed: bool = True,
) -> PlanDecision:
    """The cheapest plan of years for all workloads, verified, beside what happens today; or why there is none.

    Parameters
    ----------
    time_limit_s
        Of each of the programmes that are solved: the plan, the baseline, levers, alternatives [s].
    gap
        Proven fraction at which a solve may stop [1].
    explained
        False without levers and alternatives, which take further solves; those of a plan of the same choice
        (`same_choice`) where somebody has them already.
    found
        What `roi.planning.solved` gave for the same inputs, where somebody has it already.
    reviewed
        False where nobody reads whether the plan is verified; it then is not.

    Raises
    ------
    RoiError
        When a quality reference is unknown, the horizon is no whole number of years, a baseline cannot be priced,
        or people work in the baseline and `finance.cash_realisation_fraction` is missing.
    MissingFigureError
        When a figure that some supply needs is neither given nor known.
    SolverError
        When the programme was neither solved nor proven infeasible.

    Examples
    --------
    >>> from roi import load_profiles, load_scenario, plan
    >>> round(plan(load_scenario(), load_profiles(), explained=False).finance.npv)  # against today [JPY]
    4118200
    """
    solve = partial(solve_fleet, time_limit_s=time_limit_s, gap=gap)
    require_known_references(scenario, profiles)
    progress("today")
    then = options_today(scenario, profiles)
    present = present_of(then, idle_powers(scenario, profiles))
    before = today(scenario, then, present, solve)
    progress("plan")
    if found is None:
        found = solved(scenario, profiles, present, solve, time_limit_s=time_limit_s)
    empty = _empty(found, profiles, before)
    problem, solution = found.problem, found.solution
    if problem is None or solution is None or solution.plan is None:
        return empty
    decided = replace(decided_with(empty, problem, solution.plan, before), status=solution.status)
    if explained:
        decided = _explained(decided, profiles, present, solve, progress, explained)
    return proven(decided, profiles, problem, solution, OF_PLAN) if reviewed else decided


def decided_with(
    empty: PlanDecision, problem: FleetProgramme, found: FleetPlan, before: Today | None
) -> PlanDecision:
    """The decision with a plan's ledger, worth and finance in it; unproven."""
    scenario, options = empty.scenario, empty.options
    book = ledger(scenario, problem, options, found)
    financed = None
    if before is not None:
        part = part_of(scenario, problem, options, found, with_baseline(scenario))
        financed = finances(scenario, part, before.ledger)
    return replace(
        empty,
        status="feasible",
        programme=problem,
        plan=found,
        choices=plan_choices(scenario, problem, options, found),
        fleet=fleet_years(problem, found),
        owed=owed_after(problem, found),
        ledger=book,
        worth=worth(scenario, book),
        finance=financed,
    )


def _explained(
    decided: PlanDecision,
    profiles: Sequence[Profile],
    present: Present,
    solve: Callable[..., FleetSolution],
    progress: Progress,
    known: bool | Explanation,
) -> PlanDecision:
    """Levers and alternatives."""
    if isinstance(known, Explanation):
        return replace(decided, levers=known.levers, alternatives=known.alternatives)
    scenario, total = decided.scenario, decided.worth
    if total is None:
        raise ValueError("a decision without a plan explains nothing")
    progress("levers")
    pulled = levers(scenario, profiles, present, solve)
    progress("alternatives")
    return replace(
        decided,
        levers=pulled,
        alternatives=alternatives(
            scenario, decided.options, decided.choices, total, present, solve, partial(solve, settled=False)
        ),
    )


def _empty(found: Solved, profiles: Sequence[Profile], before: Today | None) -> PlanDecision:
    """What is known before anything is chosen."""
    empty = PlanDecision(
        **undecided(found, profiles).shared(),
        programme=found.problem,
        without_baseline=tuple(each.name for each in found.scenario.workloads if each.baseline is None),
        idle_power_w=dict(found.present.idle_power_w),
    )
    return empty if before is None else beside(empty, before)


def beside(empty: PlanDecision, before: Today) -> PlanDecision:
    """The decision with what happens today in it."""
    return replace(
        empty,
        baseline=before.ledger,
        baseline_worth=worth(empty.scenario, before.ledger),
        baseline_programme=before.programme,
        baseline_options=before.options,
        baseline_plan=before.plan,
    )
