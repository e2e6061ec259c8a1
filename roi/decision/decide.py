"""scenario + profiles -> decision: options, programme, plan, proof, near-equals."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from bench.profile import Profile
from roi.decision.answer import Alternative, Choice, Decision, SolverReport
from roi.decision.market import Market, market
from roi.decision.near import near_equals
from roi.decision.recheck import agrees
from roi.decision.relax import conflicts, plan_conflict
from roi.decision.steering import internal_carbon_cost_per_accepted_image
from roi.evaluate import evaluate
from roi.optimize.problem import Candidates, Programme, Solution
from roi.optimize.solver import GAP_DEFAULT, solve
from roi.options.price import Option, carbon_steering_cost, model_cost_per_month
from roi.scenario.document import Scenario
from roi.scenario.references import require_known_references


def decide(
    scenario: Scenario,
    profiles: Sequence[Profile],
    *,
    time_limit_s: float | None = None,
    gap: float = GAP_DEFAULT,
) -> Decision:
    """The cheapest plan for all workloads of the scenario, verified, or why there is none.

    Raises
    ------
    RoiError
        When a workload's quality reference is unknown or is no FID.
    MissingFigureError
        When a figure that some supply needs is neither given nor known.
    SolverError
        When the programme was neither solved nor proven infeasible.
    """
    require_known_references(scenario, profiles)
    markets = [market(scenario, workload, profiles) for workload in scenario.workloads]
    undecided = _undecided(scenario, profiles, markets)
    conflict = conflicts(scenario, markets)
    if conflict is not None:
        binding, relaxations = conflict
        return replace(undecided, binding=binding, relaxations=relaxations)
    listed = undecided.options
    problem = programme(scenario, listed)
    solution = solve(problem, time_limit_s=time_limit_s, gap=gap)
    if solution.status == "infeasible":
        binding, relaxations = plan_conflict(problem)
        return replace(undecided, binding=binding, relaxations=relaxations, solver=_report(solution))
    choices = _choices(scenario, listed, solution)
    verified = evaluate(problem, solution).agrees and all(
        agrees(scenario, _workload_market(markets, choice.option.workload).workload, choice.option)
        for choice in choices
    )
    return replace(
        undecided,
        status=solution.status,
        choices=choices,
        alternatives={each.workload.name: _near(scenario, each, choices) for each in markets},
        solver=_report(solution),
        verified=verified,
    )


def programme(scenario: Scenario, listed: Sequence[Option]) -> Programme:
    """The options of all workloads as columns, with the scenario's company-wide limits."""
    names = [workload.name for workload in scenario.workloads]
    models = sorted({option.offer.model_id for option in listed})
    limits = scenario.limits
    return Programme(
        candidates=_candidates(scenario, listed, names, models),
        workload_names=tuple(names),
        model_names=tuple(models),
        demand=np.array([workload.images_per_month.value for workload in scenario.workloads]),
        demand_of_accepted=np.array([workload.fallback_cost is None for workload in scenario.workloads]),
        one_option=np.array([not workload.mix for workload in scenario.workloads]),
        model_fixed_cost=np.array([model_cost_per_month(scenario, model) for model in models]),
        models_max=limits.models_max,
        carbon_cap_kg=None if limits.carbon_cap_per_month is None else limits.carbon_cap_per_month.value,
        budget=None if limits.budget_per_month is None else scenario.amount(limits.budget_per_month),
    )


def _candidates(
    scenario: Scenario, listed: Sequence[Option], names: list[str], models: list[str]
) -> Candidates:
    supplies = sorted({option.offer.supply for option in listed})
    vendors = sorted({option.offer.vendor for option in listed})
    carbon = [option.per_request(option.carbon_kg_co2e_per_attempt) for option in listed]
    cash = np.array([option.cost_per_request for option in listed])
    steering = np.array([carbon_steering_cost(scenario, option) for option in listed])
    return Candidates(
        workload=_index(names, [option.workload for option in listed]),
        model=_index(models, [option.offer.model_id for option in listed]),
        supply=_index(supplies, [option.offer.supply for option in listed]),
        vendor=_index(vendors, [option.offer.vendor for option in listed]),
        objective_per_request=cash + steering,
        cash_per_request=cash,
        carbon_kg_co2e_per_request=np.array([np.nan if kg is None else kg for kg in carbon]),
        deliver=np.array([option.outcome.deliver_probability for option in listed]),
    )


def _index(names: list[str], used: list[str]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    places = {name: place for place, name in enumerate(names)}
    return np.array([places[name] for name in used], dtype=np.int64)


def _choices(scenario: Scenario, listed: Sequence[Option], solution: Solution) -> tuple[Choice, ...]:
    """Chosen options; a model's standing cost is shared by the accepted images it makes."""
    used = [
        (listed[row], float(requests)) for row, requests in zip(solution.rows, solution.requests, strict=True)
    ]
    accepted: dict[str, float] = {}
    for option, requests in used:
        model = option.offer.model_id
        accepted[model] = accepted.get(model, 0.0) + requests * option.delivered
    return tuple(
        Choice(
            option,
            requests,
            model_cost_per_month(scenario, option.offer.model_id) / accepted[option.offer.model_id],
            internal_carbon_cost_per_accepted_image(scenario, option),
        )
        for option, requests in sorted(used, key=_share_order(scenario))
    )


def _share_order(scenario: Scenario) -> Callable[[tuple[Option, float]], tuple[int, float]]:
    """Workloads as in the scenario, the largest share of each first."""
    places = {workload.name: place for place, workload in enumerate(scenario.workloads)}
    return lambda used: (places[used[0].workload], -used[1] * used[0].delivered)


def _near(scenario: Scenario, each: Market, choices: Sequence[Choice]) -> tuple[Alternative, ...]:
    mine = [choice for choice in choices if choice.option.workload == each.workload.name]
    return near_equals(scenario, each.workload, each.options, mine)


def _workload_market(markets: Sequence[Market], name: str) -> Market:
    return next(each for each in markets if each.workload.name == name)


def _report(solution: Solution) -> SolverReport:
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


def _undecided(scenario: Scenario, profiles: Sequence[Profile], markets: Sequence[Market]) -> Decision:
    """What is known before anything is chosen; it stands as infeasible until a plan is put in."""
    return Decision(
        status="infeasible",
        scenario=scenario,
        choices=(),
        alternatives={},
        options=tuple(option for each in markets for option in each.options),
        rejected=tuple(rejection for each in markets for rejection in each.rejected),
        apis={each.workload.name: each.apis for each in markets},
        bar_excluded={each.workload.name: each.bar_excluded for each in markets},
        binding=(),
        relaxations=(),
        solver=None,
        verified=False,
        inputs_hash=inputs_hash(scenario, profiles),
    )


def inputs_hash(scenario: Scenario, profiles: Sequence[Profile]) -> str:
    """SHA-256 of everything the answer rests on, whatever the order of the profiles."""
    digest = hashlib.sha256(scenario.model_dump_json().encode("utf-8"))
    for document in sorted(profile.model_dump_json() for profile in profiles):
        digest.update(document.encode("utf-8"))
    return digest.hexdigest()
