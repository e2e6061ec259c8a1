"""What an impossible wish would have to give up at the gates of a workload: each rule and what it would become."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from roi.fleet.rules import CHEAPER_FRACTION
from roi.options.limits import carbon_failure, option_failures
from roi.options.market import Market
from roi.options.offer import Failure
from roi.options.price import Option, options
from roi.planning.answer import Change, Relaxation
from roi.planning.assemble import Present
from roi.planning.sole_source import carbon_of_pictures, cash_alone, steering_alone
from roi.scenario.document import Scenario
from roi.scenario.workload import Workload

STRUCTURAL = frozenset(
    {"energy", "speed", "reference", "memory", "gpu_count", "supplies", "boards", "images_per_attempt"}
)
"""Gates that no change of a limit opens."""

Key = tuple[str, str, int, int]


@dataclass(frozen=True, slots=True)
class _Case:
    option: Option
    failures: tuple[Failure, ...]
    cash: float
    steering: float

    @property
    def rules(self) -> frozenset[str]:
        return frozenset(failure.rule for failure in self.failures)

    @property
    def by_movement(self) -> tuple[float, float, Key]:
        return (_movement(self.failures), self.steering, self.option.key)

    @property
    def by_cost(self) -> tuple[float, float, Key]:
        return (self.steering, _movement(self.failures), self.option.key)


def gate_conflict(
    scenario: Scenario, market: Market, present: Present
) -> tuple[tuple[str, ...], tuple[Relaxation, ...]]:
    """Binding rules and relaxations of a workload that no option passes.

    The fewest rules that have to move together are found first. For each such set stand the option that needs the
    smallest movement and, where it saves more than 1 %, the cheapest; sets come by the cost of the former.
    """
    cases = [case for case in _cases(scenario, market, present) if not case.rules & STRUCTURAL]
    if not cases:
        reasons = {rejection.first.rule for rejection in market.rejected}
        return tuple(sorted(reasons)), ()
    fewest = min(len(case.rules) for case in cases)
    sets: dict[frozenset[str], list[_Case]] = {}
    for case in cases:
        if len(case.rules) == fewest:
            sets.setdefault(case.rules, []).append(case)
    smallest = sorted((min(each, key=lambda case: case.by_movement) for each in sets.values()), key=_order)
    found = []
    for case in smallest:
        found.append(_relaxation("smallest_change", market.workload, case))
        cheapest = min(sets[case.rules], key=lambda case: case.by_cost)
        if cheapest.steering < case.steering * (1 - CHEAPER_FRACTION):
            found.append(_relaxation("cheapest", market.workload, cheapest))
    binding = sorted({change.rule for relaxation in found for change in relaxation.changes})
    return tuple(binding), tuple(found)


def conflicts(
    scenario: Scenario, markets: Sequence[Market], present: Present
) -> tuple[tuple[str, ...], tuple[Relaxation, ...]] | None:
    """Conflicts of every workload without an option; None when each has one."""
    empty = [gate_conflict(scenario, each, present) for each in markets if not each.options]
    if not empty:
        return None
    binding = sorted({rule for rules, _ in empty for rule in rules})
    return tuple(binding), tuple(relaxation for _, found in empty for relaxation in found)


def _cases(scenario: Scenario, market: Market, present: Present) -> Iterator[_Case]:
    workload = market.workload
    listed = [
        option
        for offer in market.offers
        if not any(failure.rule in STRUCTURAL for failure in offer.failures)
        for option in options(scenario, workload, offer)
    ]
    found = (cash_alone, steering_alone, carbon_of_pictures)
    figures = zip(*(each(scenario, listed, present) for each in found), strict=True)
    for option, (cash, steering, carbon) in zip(listed, figures, strict=True):
        if math.isfinite(steering):
            yield _Case(option, _failures(workload, option, carbon), cash, steering)


def _failures(workload: Workload, option: Option, carbon: float) -> tuple[Failure, ...]:
    """Of offer and option, emissions as those of whole units."""
    found = (*option.offer.failures, *option_failures(workload, option))
    limit = workload.carbon_max
    if limit is None or not carbon > limit.value:
        return found
    others = (failure for failure in found if failure.rule != "carbon_max")
    return (*others, carbon_failure(carbon, limit.value))


def _order(case: _Case) -> tuple[float, Key]:
    return (case.steering, case.option.key)


def _movement(failures: Iterable[Failure]) -> float:
    """Largest relative movement among the numeric limits: 1 is a doubling or a halving to nothing; from a limit of
    nothing the amount itself, which tells two of them apart."""
    return max((_relative(failure) for failure in failures), default=0.0)


def _relative(failure: Failure) -> float:
    limit, needed = failure.limit, failure.needed
    if not isinstance(limit, int | float) or not isinstance(needed, int | float):
        return 0.0
    return abs(needed / limit - 1.0) if limit else abs(needed)


def _relaxation(kind: str, workload: Workload, case: _Case) -> Relaxation:
    return Relaxation(
        kind=kind,
        workload=workload.name,
        changes=tuple(Change(failure.rule, failure.limit, failure.needed) for failure in case.failures),
        id=case.option.offer.id,
        supply=case.option.offer.supply,
        cost_per_accepted_image=case.cash,
        cost_per_month=case.cash * workload.images_per_month.value,
    )
