"""scenario + profiles -> decision: the plan's own programme, without baseline, levers and finance."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from bench.profile import Profile
from roi.decision.answer import Alternative, Decision
from roi.decision.bars import without_bars
from roi.decision.near import near_equals
from roi.decision.shares import choices_of
from roi.fleet.problem import FleetPlan, FleetProgramme, FleetSolution
from roi.fleet.solver import GAP_DEFAULT, solve_fleet
from roi.planning.answer import PlanDecision
from roi.planning.assemble import present_of
from roi.planning.claim import claim_of
from roi.planning.inputs import inputs_hash
from roi.planning.ledger import ledger
from roi.planning.proof import verified
from roi.planning.solved import Solved, report_of, solved
from roi.planning.summary import fleet_years, owed_after, plan_choices
from roi.planning.today import present_in
from roi.planning.verification import OF_RECOMMENDATION, judged_anew
from roi.planning.worth import worth
from roi.scenario.document import Scenario
from roi.scenario.references import require_known_references


def decide(
    scenario: Scenario,
    profiles: Sequence[Profile],
    *,
    time_limit_s: float | None = None,
    gap: float = GAP_DEFAULT,
    near: bool = True,
    found: Solved | None = None,
    reviewed: bool = True,
) -> Decision:
    """The cheapest plan for all workloads of the scenario over its years, verified, or why there is none.

    The programme is that of `plan`: the same prices, whole units, idle hours, limits and tie-break. `near` False
    leaves out what is nearly as good, which takes further solves. `found` is what `roi.planning.solved` gave for
    the same inputs, where somebody has it already. `reviewed` False where nobody reads whether the answer is
    verified; it then is not.

    Raises
    ------
    RoiError
        When a workload's quality reference is unknown or is no FID, the horizon is no whole number of years, or
        what serves a workload today cannot be priced.
    MissingFigureError
        When a figure that some supply needs is neither given nor known.
    SolverError
        When the programme was neither solved nor proven infeasible.

    Examples
    --------
    >>> from roi import decide, load_profiles, load_scenario
    >>> decision = decide(load_scenario(), load_profiles(), near=False)
    >>> decision.status, decision.verified
    ('optimal', True)
    >>> round(decision.cost_per_accepted_image, 2)  # in the scenario's currency, JPY here
    83.09
    """

    def solve(problem: FleetProgramme) -> FleetSolution:
        return solve_fleet(problem, time_limit_s=time_limit_s, gap=gap)

    require_known_references(scenario, profiles)
    if found is None:
        found = solved(scenario, profiles, present_in(scenario, profiles), solve, time_limit_s=time_limit_s)
    undecided = _undecided(found, profiles)
    problem, solution = found.problem, found.solution
    if problem is None or solution is None or solution.plan is None:
        return undecided
    decided = _decided(undecided, problem, solution, solution.plan)
    if reviewed:
        decided = _proven(decided, profiles, problem, solution)
    if not near:
        return decided
    again = partial(decide, profiles=profiles, time_limit_s=time_limit_s, gap=gap, near=False, reviewed=False)
    return replace(
        decided, alternatives=_near(decided, found, solve), without_bar=without_bars(decided, again)
    )


def decision_of(plan: PlanDecision) -> Decision:
    """The same answer as a recommendation, without what is nearly as good: nothing is solved anew."""
    book, scenario = plan.ledger, plan.scenario
    return Decision(
        status=plan.status,
        scenario=scenario,
        choices=() if book is None else choices_of(scenario, book, plan.choices, plan.fleet),
        fleet=plan.fleet,
        owed=plan.owed,
        ledger=book,
        cost_per_accepted_image=None if plan.worth is None else plan.worth.levelised_cost_per_accepted_image,
        alternatives={},
        options=plan.options,
        rejected=plan.rejected,
        apis=plan.apis,
        bar_excluded=plan.bar_excluded,
        rulers=plan.rulers,
        binding=plan.binding,
        relaxations=plan.relaxations,
        solver=plan.solver,
        verified=plan.verified,
        verification=plan.verification,
        inputs_hash=plan.inputs_hash,
        present=present_of(plan.baseline_options, plan.idle_power_w),
    )


def _decided(
    undecided: Decision, problem: FleetProgramme, solution: FleetSolution, plan: FleetPlan
) -> Decision:
    scenario, options = undecided.scenario, undecided.options
    book = ledger(scenario, problem, options, plan)
    fleet = fleet_years(problem, plan)
    return replace(
        undecided,
        status=solution.status,
        choices=choices_of(scenario, book, plan_choices(scenario, problem, options, plan), fleet),
        fleet=fleet,
        owed=owed_after(problem, plan),
        ledger=book,
        cost_per_accepted_image=worth(scenario, book).levelised_cost_per_accepted_image,
    )


def _proven(
    decided: Decision, profiles: Sequence[Profile], problem: FleetProgramme, solution: FleetSolution
) -> Decision:
    """Whether evaluator and ledger agree, and the raw documents bear the answer out."""
    scenario, book = decided.scenario, decided.ledger
    if solution.plan is None or book is None:
        return decided
    claim = claim_of(scenario, problem, decided.options, solution.plan, book, solution.gap)
    found = judged_anew(scenario, profiles, claim, OF_RECOMMENDATION)
    agrees = verified(scenario, problem, solution, book)
    return replace(decided, verified=agrees and found.verified, verification=found)


def _near(
    decided: Decision, found: Solved, solve: Callable[[FleetProgramme], FleetSolution]
) -> dict[str, tuple[Alternative, ...]]:
    return {
        each.workload.name: near_equals(
            decided.scenario,
            each.workload,
            each.options,
            [choice for choice in decided.choices if choice.option.workload == each.workload.name],
            found.present,
            solve,
        )
        for each in found.markets
    }


def _undecided(found: Solved, profiles: Sequence[Profile]) -> Decision:
    """What is known before anything is chosen; it stands as infeasible until a plan is put in."""
    return Decision(
        status="infeasible",
        scenario=found.scenario,
        choices=(),
        fleet=(),
        owed=(),
        ledger=None,
        cost_per_accepted_image=None,
        alternatives={},
        options=found.options,
        rejected=tuple(rejection for each in found.markets for rejection in each.rejected),
        apis={each.workload.name: each.apis for each in found.markets},
        bar_excluded={each.workload.name: each.bar_excluded for each in found.markets},
        rulers={each.workload.name: each.rulers for each in found.markets},
        binding=found.binding,
        relaxations=found.relaxations,
        solver=None if found.solution is None else report_of(found.solution),
        verified=False,
        inputs_hash=inputs_hash(found.scenario, profiles),
        present=found.present,
    )
