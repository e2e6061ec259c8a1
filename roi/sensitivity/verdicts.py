"""An answer as the few figures and names that can be compared with another answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bench.profile import Profile
from roi.decision.answer import Decision
from roi.decision.decide import decide
from roi.errors import RoiError
from roi.fleet.evaluation import evaluate
from roi.fleet.problem import FleetPlan, FleetProgramme
from roi.fleet.solver import GAP_DEFAULT, solve_fleet
from roi.options.price import Option
from roi.planning.answer import PlanDecision
from roi.planning.assemble import Present, programme
from roi.planning.candidates import ordered
from roi.planning.decide_plan import plan
from roi.planning.ledger import ledger
from roi.planning.reprice import failed_gates, priced_anew, reprice
from roi.planning.today import present_in
from roi.planning.worth import worth
from roi.scenario.document import Scenario
from roi.texts.messages import Message


@dataclass(frozen=True, slots=True)
class Pick:
    """One option of an answer."""

    workload: str
    id: str
    """Profile id, or `api:` and the supply's name."""
    model: str
    supply: str
    images: int
    """Images per attempt."""
    attempts_max: int

    @property
    def source(self) -> tuple[str, str, str]:
        """What makes the pictures, apart from how often it is tried."""
        return (self.workload, self.id, self.supply)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer comes to."""

    picks: tuple[Pick, ...]
    """In a fixed order; empty when there is no answer."""
    cost_per_accepted_image: float | None
    """Cash, over all workloads and years, levelised [money]; None when there is no answer."""
    npv: float | None = None
    """Of a plan against its baseline [money]; None for a decision of today, or without a baseline."""
    broken: tuple[str, ...] = ()
    """Rules in conflict when there is no answer; rules that fixed choices break."""
    bought: tuple[tuple[str, int], ...] = ()
    """Of a plan the units bought or committed to by supply, over all years."""

    @property
    def source(self) -> tuple[tuple[str, str, str], ...]:
        """What makes the pictures."""
        return sources(self.picks)


Judge = Callable[[Scenario], Verdict]


def decision_judge(profiles: Sequence[Profile]) -> Judge:
    """Decides anew."""
    return lambda scenario: decision_verdict(decide(scenario, profiles, near=False, reviewed=False))


def fixed_decision_judge(decision: Decision, profiles: Sequence[Profile]) -> Judge:
    """Keeps the decision's choices: the same options, with as many units and hours as they then need.

    Where several share a workload, each serves what is cheapest then. Rules that they break are named, and they are
    priced without them.
    """
    kept = [choice.option for choice in decision.choices]
    return lambda scenario: _fixed_verdict(kept, scenario, present_in(scenario, profiles))


def plan_judge(
    profiles: Sequence[Profile], *, time_limit_s: float | None = None, gap: float = GAP_DEFAULT
) -> Judge:
    """Plans anew."""
    return lambda scenario: plan_verdict(
        plan(scenario, profiles, time_limit_s=time_limit_s, gap=gap, explained=False, reviewed=False)
    )


def fixed_plan_judge(decision: PlanDecision) -> Judge:
    """Keeps the plan and prices it anew."""
    return lambda scenario: plan_verdict(reprice(decision, scenario))


def plan_verdict(decision: PlanDecision) -> Verdict:
    """What a plan comes to; of one that was priced anew, what it breaks."""
    if decision.worth is None:
        return Verdict((), None, broken=decision.binding)
    units: dict[str, int] = {}
    for year in decision.fleet:
        units[year.supply] = units.get(year.supply, 0) + year.units_bought
    return Verdict(
        picks_of([choice.option for choice in decision.choices]),
        decision.worth.levelised_cost_per_accepted_image,
        None if decision.finance is None else decision.finance.npv,
        decision.no_longer_fits,
        tuple(sorted((name, count) for name, count in units.items() if count)),
    )


def decision_verdict(decision: Decision) -> Verdict:
    """What a decision comes to."""
    if not decision.choices:
        return Verdict((), None, broken=decision.binding)
    picks = picks_of([choice.option for choice in decision.choices])
    return Verdict(picks, decision.cost_per_accepted_image)


def picks_of(chosen: Sequence[Option]) -> tuple[Pick, ...]:
    """The names of options, by workload and key."""
    return tuple(_pick(option) for option in sorted(chosen, key=lambda each: (each.workload, each.key)))


def sources(picks: Sequence[Pick]) -> tuple[tuple[str, str, str], ...]:
    """What makes the pictures of some picks."""
    return tuple(sorted({pick.source for pick in picks}))


def _pick(option: Option) -> Pick:
    offer = option.offer
    return Pick(
        option.workload, offer.id, offer.model_name, offer.supply, option.attempt.images, option.attempts_max
    )


def _fixed_verdict(kept: Sequence[Option], scenario: Scenario, present: Present) -> Verdict:
    listed = ordered(priced_anew(scenario, option) for option in kept)
    limited = programme(scenario, listed, present)
    broken = set().union(*(failed_gates(scenario, option) for option in listed))
    problem, found = _solved(scenario, listed, present, limited)
    if problem is not limited:
        families = evaluate(limited, found).families
        broken |= {family.name for family in families if not family.satisfied.all()}
    cost = worth(scenario, ledger(scenario, problem, listed, found)).levelised_cost_per_accepted_image
    return Verdict(picks_of(kept), cost, broken=tuple(sorted(broken)))


def _solved(
    scenario: Scenario, listed: Sequence[Option], present: Present, limited: FleetProgramme
) -> tuple[FleetProgramme, FleetPlan]:
    """The best plan with these options within the rules, else without them, and what it solves."""
    found = solve_fleet(limited).plan
    if found is not None:
        return limited, found
    free = programme(scenario, listed, present, limited=False)
    free = replace(free, supplies=tuple(replace(each, units_max=None) for each in free.supplies))
    found = solve_fleet(free).plan
    if found is None:
        raise RoiError(Message("drawn.kept_too_small"))
    return free, found
