"""scenario + profiles -> the plan of years: fleet, money, baseline, finance, levers, alternatives, proof."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bench.profile import Profile
from roi.decision.answer import Change, Relaxation, SolverReport
from roi.decision.decide import inputs_hash
from roi.decision.market import Market
from roi.decision.relax import conflicts
from roi.fleet.problem import FleetPlan, FleetProgramme, FleetSolution
from roi.fleet.solver import GAP_DEFAULT, diagnose_fleet, solve_fleet
from roi.options.price import Option
from roi.planning.alternatives import alternatives
from roi.planning.answer import PlanDecision
from roi.planning.assemble import Present, idle_powers, programme
from roi.planning.candidates import ordered
from roi.planning.finances import finances
from roi.planning.ledger import ledger
from roi.planning.levers import levers
from roi.planning.markets import plan_markets, priced_by_use
from roi.planning.proof import verified
from roi.planning.sharing import part_of
from roi.planning.summary import fleet_years, plan_choices
from roi.planning.today import Today, options_today, today, with_baseline
from roi.planning.worth import worth
from roi.scenario.document import Scenario
from roi.scenario.references import require_known_references

Progress = Callable[[str], None]
"""Told what is done from now on: `today`, `plan`, `levers`, `alternatives`."""


def _unheard(_step: str) -> None:
    """Nobody listens."""


def plan(
    scenario: Scenario,
    profiles: Sequence[Profile],
    *,
    time_limit_s: float | None = None,
    gap: float = GAP_DEFAULT,
    progress: Progress = _unheard,
) -> PlanDecision:
    """The cheapest plan of years for all workloads, verified, beside what happens today; or why there is none.

    Parameters
    ----------
    time_limit_s
        Of each of the programmes that are solved: the plan, the baseline, levers, alternatives [s].
    gap
        Proven fraction at which a solve may stop [1].

    Raises
    ------
    RoiError
        When a quality reference is unknown, the horizon is no whole number of years, a baseline cannot be priced,
        or people work in the baseline and `finance.cash_realisation_fraction` is missing.
    MissingFigureError
        When a figure that some supply needs is neither given nor known.
    SolverError
        When the programme was neither solved nor proven infeasible.
    """

    def solve(problem: FleetProgramme) -> FleetSolution:
        return solve_fleet(problem, time_limit_s=time_limit_s, gap=gap)

    require_known_references(scenario, profiles)
    markets = plan_markets(scenario, profiles)
    progress("today")
    then = options_today(scenario, profiles)
    present = present_of(then, idle_powers(scenario, profiles))
    before = today(scenario, then, present, solve)
    undecided = replace(
        _undecided(scenario, profiles, markets, before), idle_power_w=dict(present.idle_power_w)
    )
    conflict = conflicts(scenario, markets)
    if conflict is not None:
        return _with_conflict(undecided, *conflict)
    progress("plan")
    problem = programme(scenario, undecided.options, present)
    solution = solve(problem)
    undecided = replace(undecided, programme=problem, solver=_report(solution))
    if solution.plan is None:
        return _with_diagnosis(undecided, problem, time_limit_s)
    decided = replace(decided_with(undecided, problem, solution.plan, before), status=solution.status)
    return _explained(decided, solution, profiles, present, solve, progress)


def present_of(then: Sequence[Option], idle_power_w: Mapping[str, float]) -> Present:
    """Models of the baselines are in operation today."""
    return Present(tuple(sorted({option.offer.model_id for option in then})), idle_power_w)


def decided_with(
    undecided: PlanDecision, problem: FleetProgramme, found: FleetPlan, before: Today | None
) -> PlanDecision:
    """The decision with a plan's ledger, worth and finance in it; unproven."""
    scenario, options = undecided.scenario, undecided.options
    book = ledger(scenario, problem, options, found)
    financed = None
    if before is not None:
        part = part_of(scenario, problem, options, found, with_baseline(scenario))
        financed = finances(scenario, part, before.ledger)
    return replace(
        undecided,
        status="feasible",
        programme=problem,
        plan=found,
        choices=plan_choices(problem, options, found),
        fleet=fleet_years(problem, found),
        ledger=book,
        worth=worth(scenario, book),
        finance=financed,
    )


def _explained(
    decided: PlanDecision,
    solution: FleetSolution,
    profiles: Sequence[Profile],
    present: Present,
    solve: Callable[[FleetProgramme], FleetSolution],
    progress: Progress,
) -> PlanDecision:
    """Levers, alternatives and proof."""
    scenario, problem, book, total = decided.scenario, decided.programme, decided.ledger, decided.worth
    if problem is None or book is None or total is None:
        raise ValueError("a decision without a plan explains nothing")
    progress("levers")
    pulled = levers(scenario, profiles, present, solve)
    progress("alternatives")
    return replace(
        decided,
        levers=pulled,
        alternatives=alternatives(scenario, decided.options, decided.choices, total.tco, present, solve),
        verified=verified(scenario, priced_by_use(scenario), problem, solution, book, decided.choices),
    )


def _with_conflict(
    undecided: PlanDecision, binding: tuple[str, ...], relaxations: tuple[Relaxation, ...]
) -> PlanDecision:
    """Gates that no option passes; where only a plan's own gates stand in the way, their names."""
    own = {rejection.first.rule for rejection in undecided.rejected}
    return replace(
        undecided,
        binding=binding or tuple(sorted(own)),
        relaxations=tuple(each for each in relaxations if each.changes),
    )


def _with_diagnosis(
    undecided: PlanDecision, problem: FleetProgramme, time_limit_s: float | None
) -> PlanDecision:
    """Company-wide rules in conflict, and what each would have to become."""
    diagnosis = diagnose_fleet(problem, time_limit_s=time_limit_s)
    found = tuple(
        Relaxation(
            kind="smallest_change",
            workload=None,
            changes=tuple(
                Change(rule, _limit(problem, rule), needed) for rule, needed in each.limits.items()
            ),
            id=None,
            supply=None,
            cost_per_accepted_image=None,
            cost_per_month=None,
        )
        for each in diagnosis.relaxations
    )
    return replace(undecided, binding=diagnosis.binding, relaxations=found)


def _limit(problem: FleetProgramme, rule: str) -> object:
    """A rule's limit as it stands; yearly ones are the same in every year."""
    rules = problem.rules
    present = {
        "models_max": rules.models_max,
        "capex_budget": rules.capex_budget,
        "opex_budget": None if rules.opex_budget is None else float(rules.opex_budget[0]),
        "carbon_cap": None if rules.carbon_cap_kg is None else float(rules.carbon_cap_kg[0]),
        "market_cap": None if rules.market_cap_kg is None else float(rules.market_cap_kg[0]),
        "vendor_share": rules.vendor_share_max,
        "spot_share": rules.spot_share_max,
        "site_power": rules.site_power_kw,
    }
    return present.get(rule)


def _report(solution: FleetSolution) -> SolverReport:
    return SolverReport(
        name=solution.solver,
        version=solution.solver_version,
        status=solution.status,
        gap=solution.gap,
        bound=solution.bound,
        seconds=solution.seconds,
        candidates=solution.candidates_total,
        candidates_after_pruning=solution.candidates_after_pruning,
        tie_break=solution.tie_break,
    )


def _undecided(
    scenario: Scenario, profiles: Sequence[Profile], markets: Sequence[Market], before: Today | None
) -> PlanDecision:
    """What is known before anything is chosen; it stands as infeasible until a plan is put in."""
    listed: list[Option] = [option for each in markets for option in each.options]
    empty = PlanDecision(
        status="infeasible",
        scenario=scenario,
        programme=None,
        plan=None,
        options=ordered(scenario, listed),
        choices=(),
        fleet=(),
        ledger=None,
        worth=None,
        baseline=None,
        baseline_worth=None,
        without_baseline=tuple(each.name for each in scenario.workloads if each.baseline is None),
        finance=None,
        levers=(),
        alternatives=(),
        rejected=tuple(rejection for each in markets for rejection in each.rejected),
        apis={each.workload.name: each.apis for each in markets},
        bar_excluded={each.workload.name: each.bar_excluded for each in markets},
        binding=(),
        relaxations=(),
        solver=None,
        verified=False,
        inputs_hash=inputs_hash(scenario, profiles),
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
