"""What an impossible wish would have to give up: the rules in conflict and what each would have to become."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from roi.decision.answer import Change, Relaxation
from roi.decision.market import Market
from roi.decision.steering import cash_per_accepted_image, steering_cost_per_accepted_image
from roi.optimize import diagnose, solve
from roi.optimize.diagnosis import LOOSENED_FRACTION
from roi.optimize.problem import Programme
from roi.options.limits import option_failures
from roi.options.offer import Failure
from roi.options.price import Option, options
from roi.scenario.document import Scenario
from roi.scenario.workload import Workload

STRUCTURAL = frozenset(
    {"energy", "speed", "reference", "memory", "gpu_count", "supplies", "boards", "images_per_attempt"}
)
"""Gates that no change of a limit opens."""


CHEAPER_FRACTION = 0.01
"""Saving from which the cheapest change of the same rules is told beside the smallest."""


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
    def by_movement(self) -> tuple[float, float, tuple[str, str, int, int]]:
        return (_movement(self.failures), self.steering, self.option.key)

    @property
    def by_cost(self) -> tuple[float, float, tuple[str, str, int, int]]:
        return (self.steering, _movement(self.failures), self.option.key)


def gate_conflict(scenario: Scenario, market: Market) -> tuple[tuple[str, ...], tuple[Relaxation, ...]]:
    """Binding rules and relaxations of a workload that no option passes.

    The fewest rules that have to move together are found first. For each such set stand the option that needs the
    smallest movement and, where it saves more than 1 %, the cheapest; sets come by the cost of the former.
    """
    cases = [case for case in _cases(scenario, market) if not case.rules & STRUCTURAL]
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


def plan_conflict(programme: Programme) -> tuple[tuple[str, ...], tuple[Relaxation, ...]]:
    """Binding company-wide rules and relaxations of a programme that has options but no plan."""
    diagnosis = diagnose(programme)
    present = {
        "models_max": programme.models_max,
        "opex_budget": programme.budget,
        "carbon_cap": programme.carbon_cap_kg,
    }
    found = tuple(
        Relaxation(
            kind="smallest_change",
            workload=None,
            changes=tuple(Change(rule, present.get(rule), needed) for rule, needed in each.limits.items()),
            id=None,
            supply=None,
            cost_per_accepted_image=None,
            cost_per_month=_cash_per_month(programme, each.limits),
        )
        for each in diagnosis.relaxations
    )
    return diagnosis.binding, found


def _cash_per_month(programme: Programme, limits: Mapping[str, float]) -> float:
    """Cash of the best plan within new limits; the objective may hold an internal carbon price too."""
    models_max, budget, cap = programme.models_max, programme.budget, programme.carbon_cap_kg
    plan = solve(
        replace(
            programme,
            models_max=round(limits["models_max"]) if "models_max" in limits else models_max,
            budget=limits["opex_budget"] * (1 + LOOSENED_FRACTION) if "opex_budget" in limits else budget,
            carbon_cap_kg=limits["carbon_cap"] * (1 + LOOSENED_FRACTION) if "carbon_cap" in limits else cap,
        )
    )
    running = float(programme.candidates.cash_per_request[plan.rows] @ plan.requests)
    return running + float(programme.model_fixed_cost[list(plan.models)].sum())


def _cases(scenario: Scenario, market: Market) -> Iterator[_Case]:
    workload = market.workload
    for offer in market.offers:
        if any(failure.rule in STRUCTURAL for failure in offer.failures):
            continue
        for option in options(scenario, workload, offer):
            yield _Case(
                option,
                offer.failures + option_failures(workload, option),
                cash_per_accepted_image(scenario, workload, option),
                steering_cost_per_accepted_image(scenario, workload, option),
            )


def _order(case: _Case) -> tuple[float, tuple[str, str, int, int]]:
    return (case.steering, case.option.key)


def _movement(failures: Iterable[Failure]) -> float:
    """Largest relative movement among the numeric limits: 1 is a doubling or a halving to nothing."""
    return max((_relative(failure) for failure in failures), default=0.0)


def _relative(failure: Failure) -> float:
    limit, needed = failure.limit, failure.needed
    if not isinstance(limit, int | float) or not isinstance(needed, int | float) or limit == 0:
        return 0.0
    return abs(needed / limit - 1.0)


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


def conflicts(
    scenario: Scenario, markets: Sequence[Market]
) -> tuple[tuple[str, ...], tuple[Relaxation, ...]] | None:
    """Conflicts of every workload without an option; None when each has one."""
    empty = [gate_conflict(scenario, each) for each in markets if not each.options]
    if not empty:
        return None
    binding = sorted({rule for rules, _ in empty for rule in rules})
    return tuple(binding), tuple(relaxation for _, found in empty for relaxation in found)
