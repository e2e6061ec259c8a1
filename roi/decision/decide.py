"""scenario + profiles -> decision: the plan's own programme, without baseline, levers and finance."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from bench.profile import Profile
from roi.decision.answer import Alternative, Decision, WithoutBar
from roi.decision.near import near_equals
from roi.decision.shares import choices_of
from roi.fleet.problem import FleetPlan, FleetProgramme, FleetSolution, Solve
from roi.fleet.solver import GAP_DEFAULT, solve_fleet
from roi.options.bars import rule_of
from roi.planning.answer import PlanDecision
from roi.planning.assemble import present_of
from roi.planning.ledger import ledger
from roi.planning.proof import OF_RECOMMENDATION, proven
from roi.planning.solved import Solved, solved, undecided
from roi.planning.summary import fleet_years, owed_after, plan_choices
from roi.planning.today import present_in
from roi.planning.worth import worth
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.scenario.references import require_known_references
from roi.scenario.workload import Bar

ANY_FIGURE = 1e9
"""Beyond every figure of every ruler: a bar there asks for a figure and nothing of it."""


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
    empty = Decision(**undecided(found, profiles).shared(), present=found.present)
    problem, solution = found.problem, found.solution
    if problem is None or solution is None or solution.plan is None:
        return empty
    decided = _decided(empty, problem, solution, solution.plan)
    if reviewed:
        decided = proven(decided, profiles, problem, solution, OF_RECOMMENDATION)
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
        **plan.shared(),
        choices=() if book is None else choices_of(scenario, book, plan.choices, plan.fleet),
        cost_per_accepted_image=None if plan.worth is None else plan.worth.levelised_cost_per_accepted_image,
        present=present_of(plan.baseline_options, plan.idle_power_w),
    )


def _decided(empty: Decision, problem: FleetProgramme, solution: FleetSolution, plan: FleetPlan) -> Decision:
    scenario, options = empty.scenario, empty.options
    book = ledger(scenario, problem, options, plan)
    fleet = fleet_years(problem, plan)
    return replace(
        empty,
        status=solution.status,
        choices=choices_of(scenario, book, plan_choices(scenario, problem, options, plan), fleet),
        fleet=fleet,
        owed=owed_after(problem, plan),
        ledger=book,
        cost_per_accepted_image=worth(scenario, book).levelised_cost_per_accepted_image,
    )


def _near(decided: Decision, found: Solved, solve: Solve) -> dict[str, tuple[Alternative, ...]]:
    return {
        each.workload.name: near_equals(
            decided.scenario,
            each.workload,
            each.options,
            decided.serving(each.workload.name),
            found.present,
            solve,
        )
        for each in found.markets
    }


def without_bars(
    decided: Decision, again: Callable[[Scenario], Decision]
) -> dict[str, tuple[WithoutBar, ...]]:
    """By workload what the answer would be without each bar beside the FID that alone keeps something out."""
    found: dict[str, tuple[WithoutBar, ...]] = {}
    for index, workload in enumerate(decided.scenario.workloads):
        alone = {each.bar.rule for each in decided.rulers[workload.name].bars if each.alone}
        found[workload.name] = tuple(
            _without(again(_let_down(decided.scenario, index, place, bar)), workload.name, bar)
            for place, bar in enumerate(workload.quality.bars)
            if rule_of(bar) in alone
        )
    return found


def _let_down(scenario: Scenario, index: int, place: int, bar: Bar) -> Scenario:
    field, limit = ("at_least", -ANY_FIGURE) if bar.higher_is_better else ("at_most", ANY_FIGURE)
    return with_changes(scenario, {f"workloads[{index}].quality.bars[{place}].{field}": limit})


def _without(found: Decision, workload: str, bar: Bar) -> WithoutBar:
    """A looser scenario has an answer where the stricter one has."""
    first = next(choice for choice in found.choices if choice.option.workload == workload)
    if found.cost_per_accepted_image is None:
        raise ValueError("an answer with choices has a cost")
    return WithoutBar(rule_of(bar), found.cost_per_accepted_image, first.option)
