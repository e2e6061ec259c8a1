"""An answer as the few figures and names that can be compared with another answer."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.profile import Profile
from roi.decision.answer import Choice, Decision
from roi.decision.decide import decide
from roi.decision.market import Market, market
from roi.fleet.solver import GAP_DEFAULT
from roi.options.limits import option_failures
from roi.options.offer import Offer
from roi.options.price import Option, model_cost_per_month, options
from roi.planning.answer import PlanDecision
from roi.planning.decide_plan import plan
from roi.planning.reprice import reprice
from roi.scenario.document import Scenario


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
    """Cash, over all workloads [money]: of a plan levelised over its years. None when there is no answer."""
    npv: float | None = None
    """Of a plan against its baseline [money]; None for a decision of today, or without a baseline."""
    broken: tuple[str, ...] = ()
    """Rules in conflict when there is no answer; rules that fixed choices break."""
    bought: tuple[tuple[str, int], ...] = ()
    """Of a plan the units bought or committed to by supply, over all years."""

    @property
    def source(self) -> tuple[tuple[str, str, str], ...]:
        """What makes the pictures."""
        return tuple(sorted({pick.source for pick in self.picks}))


Judge = Callable[[Scenario], Verdict]


def decision_judge(profiles: Sequence[Profile]) -> Judge:
    """Decides anew."""
    return lambda scenario: decision_verdict(decide(scenario, profiles))


def fixed_decision_judge(decision: Decision, profiles: Sequence[Profile]) -> Judge:
    """Keeps the decision's choices, shares and settings, and prices them anew."""
    return lambda scenario: _fixed_verdict(decision, scenario, profiles)


def plan_judge(
    profiles: Sequence[Profile], *, time_limit_s: float | None = None, gap: float = GAP_DEFAULT
) -> Judge:
    """Plans anew."""
    return lambda scenario: plan_verdict(plan(scenario, profiles, time_limit_s=time_limit_s, gap=gap))


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
    images = math.fsum(choice.accepted_images_per_month for choice in decision.choices)
    month = math.fsum(
        choice.cost_per_accepted_image * choice.accepted_images_per_month for choice in decision.choices
    )
    return Verdict(picks_of([choice.option for choice in decision.choices]), month / images)


def picks_of(chosen: Sequence[Option]) -> tuple[Pick, ...]:
    """The names of options, by workload and key."""
    return tuple(_pick(option) for option in sorted(chosen, key=lambda each: (each.workload, each.key)))


def _pick(option: Option) -> Pick:
    offer = option.offer
    return Pick(
        option.workload, offer.id, offer.model_name, offer.supply, option.attempt.images, option.attempts_max
    )


def _fixed_verdict(decision: Decision, scenario: Scenario, profiles: Sequence[Profile]) -> Verdict:
    shares = _shares(decision)
    markets = {each.name: market(scenario, each, profiles) for each in scenario.workloads}
    broken: list[str] = []
    costs, images = [], []
    for choice in decision.choices:
        option, rules = _again(scenario, markets[choice.option.workload], choice.option)
        broken += rules
        demand = markets[option.workload].workload.images_per_month.value
        images.append(demand * shares[choice.option.workload, choice.option.key])
        costs.append(option.cost_per_accepted_image * images[-1])
    models = {choice.option.offer.model_id for choice in decision.choices}
    standing = math.fsum(model_cost_per_month(scenario, model) for model in models)
    total = (math.fsum(costs) + standing) / math.fsum(images)
    picks = picks_of([choice.option for choice in decision.choices])
    return Verdict(picks, total, broken=tuple(dict.fromkeys(broken)))


def _shares(decision: Decision) -> dict[tuple[str, tuple[str, str, int, int]], float]:
    """Share of its workload's accepted images that each choice serves [1]."""

    def volume(choices: Sequence[Choice]) -> float:
        return math.fsum(each.accepted_images_per_month for each in choices)

    return {
        (choice.option.workload, choice.option.key): choice.accepted_images_per_month
        / volume([each for each in decision.choices if each.option.workload == choice.option.workload])
        for choice in decision.choices
    }


def _again(scenario: Scenario, found: Market, option: Option) -> tuple[Option, list[str]]:
    """The same option under another scenario, and the rules that it breaks there."""
    offer = next(each for each in found.offers if _same(each, option.offer))
    again = next(
        each
        for each in options(scenario, found.workload, offer)
        if (each.attempt.images, each.attempts_max) == (option.attempt.images, option.attempts_max)
    )
    failures = (*offer.failures, *option_failures(found.workload, again))
    return again, [failure.rule for failure in failures]


def _same(one: Offer, other: Offer) -> bool:
    return (one.id, one.supply) == (other.id, other.supply)
