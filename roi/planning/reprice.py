"""The same plan under changed inputs, priced anew without solving."""

from collections.abc import Sequence
from dataclasses import replace

from bench.profile import Profile
from roi.errors import RoiError
from roi.fleet.evaluation import FleetEvaluation, evaluate
from roi.fleet.problem import FleetPlan, FleetProgramme
from roi.options.limits import option_failures
from roi.options.price import Option
from roi.planning.answer import PlanDecision
from roi.planning.assemble import Present, present_of, programme
from roi.planning.candidates import choice_key
from roi.planning.decide_plan import beside, decided_with
from roi.planning.fingerprint import inputs_hash
from roi.planning.offering import offer_of, tried
from roi.planning.proof import sums_agree
from roi.planning.same_plan import same_plan
from roi.planning.today import Today, ledger_today, options_today, programme_today, with_baseline
from roi.scenario.document import Scenario
from roi.texts.messages import Message


def reprice(decision: PlanDecision, scenario: Scenario) -> PlanDecision:
    """The decision's plan and baseline, unchanged, with the figures of another scenario.

    `no_longer_fits` names the gates and the families of constraints that the plan then breaks. Options are those of
    the plan alone; levers and alternatives, which would have to be solved, are left out. `verified` says no more
    than that evaluator and ledger agree: the raw documents are not judged anew.

    Raises
    ------
    RoiError
        When the decision has no plan, or the scenario lacks a supply or workload of it, or has other years, blocks
        or worlds: then `plan` must be run anew.
    """
    options, profiles, then, changed, moved = _kept(decision, scenario)
    present = present_of(then, decision.idle_power_w)
    before = _today(decision, scenario, then, present)
    empty = replace(
        decision,
        scenario=scenario,
        options=tuple(options),
        levers=(),
        alternatives=(),
        solver=None,
        verification=None,
        inputs_hash=inputs_hash(scenario, profiles),
    )
    repriced = decided_with(empty if before is None else beside(empty, before), changed, moved, before)
    evaluation = evaluate(changed, moved)
    if repriced.ledger is None:
        raise ValueError("a plan without a ledger")
    return replace(
        repriced,
        verified=sums_agree(scenario, changed, evaluation, repriced.ledger),
        no_longer_fits=_broken(scenario, options, evaluation),
    )


def breaks(decision: PlanDecision, scenario: Scenario) -> tuple[str, ...]:
    """Gates and families of constraints that the plan breaks in another scenario, and nothing of what it costs.

    Raises
    ------
    RoiError
        As `reprice`.
    """
    options, _, _, changed, moved = _kept(decision, scenario)
    return _broken(scenario, options, evaluate(changed, moved))


def _kept(
    decision: PlanDecision, scenario: Scenario
) -> tuple[list[Option], list[Profile], tuple[Option, ...], FleetProgramme, FleetPlan]:
    """The plan's options in the scenario, their profiles, those of today, the programme and the plan in it."""
    problem, found = decision.programme, decision.plan
    if problem is None or found is None:
        raise RoiError(Message("planning.nothing_to_price"))
    used = [decision.options[row] for row in found.rows.tolist()]
    profiles = _profiles([*used, *decision.baseline_options])
    options = [priced_anew(scenario, option) for option in used]
    then = options_today(scenario, profiles)
    changed = programme(
        scenario,
        options,
        present_of(then, decision.idle_power_w),
        supplies=[supply.name for supply in problem.supplies],
        models=problem.model_names,
    )
    return options, profiles, then, changed, same_plan(problem, found, changed, range(len(options)))


def _broken(scenario: Scenario, options: Sequence[Option], evaluation: FleetEvaluation) -> tuple[str, ...]:
    broken = {family.name for family in evaluation.families if not family.satisfied.all()}
    return tuple(sorted(broken.union(*(failed_gates(scenario, option) for option in options))))


def priced_anew(scenario: Scenario, option: Option) -> Option:
    """The option, by its workload, profile, supply and attempts, in another scenario."""
    workload = scenario.workload(option.workload)
    if workload is None:
        raise RoiError(Message("planning.no_workload", name=repr(option.workload)))
    profiles = [] if option.offer.profile is None else [option.offer.profile]
    offer = offer_of(scenario, workload, option.offer.supply, option.offer.id, profiles)
    images, attempts_max = option.attempt.images, option.attempts_max
    return tried(scenario, workload, offer, images, attempts_max)


def failed_gates(scenario: Scenario, option: Option) -> set[str]:
    """Rules that the option breaks in the scenario."""
    workload = scenario.workload(option.workload)
    if workload is None:
        raise RoiError(Message("planning.no_workload", name=repr(option.workload)))
    failures = (*option.offer.failures, *option_failures(workload, option))
    found = {failure.rule for failure in failures}
    if option.attempts_max > workload.attempts_max:
        found.add("attempts_max")
    if option.attempt.images not in workload.images_per_attempt:
        found.add("images_per_attempt")
    return found


def _today(
    decision: PlanDecision, scenario: Scenario, options: tuple[Option, ...], present: Present
) -> Today | None:
    """The baseline's own plan, priced anew as well."""
    if not with_baseline(scenario):
        return None
    problem, found = decision.baseline_programme, decision.baseline_plan
    if list(map(choice_key, options)) != list(map(choice_key, decision.baseline_options)):
        raise RoiError(Message("planning.baseline_changed"))
    if problem is None or found is None:
        return Today(ledger_today(scenario, None, (), None), None, (), None)
    changed = programme_today(scenario, options, present)
    moved = same_plan(problem, found, changed, found.rows.tolist())
    return Today(ledger_today(scenario, changed, options, moved), changed, options, moved)


def _profiles(options: Sequence[Option]) -> list[Profile]:
    found = {option.offer.id: option.offer.profile for option in options if option.offer.profile is not None}
    return list(found.values())
