"""What an impossible wish would have to give up: the rules in conflict and the smallest change of each."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from roi.decision.answer import Change, Relaxation
from roi.decision.market import Market
from roi.decision.near import steering_cost_per_accepted_image
from roi.optimize import diagnose
from roi.optimize.problem import Programme
from roi.options.offers import Failure
from roi.options.price import Option, option_failures, options
from roi.scenario.document import Limits, Scenario
from roi.scenario.workload import Workload

STRUCTURAL = frozenset(
    {"energy", "speed", "reference", "memory", "gpu_count", "supplies", "boards", "images_per_attempt"}
)
"""Gates that no change of a limit opens."""


@dataclass(frozen=True, slots=True)
class _Case:
    option: Option
    failures: tuple[Failure, ...]
    cost: float

    @property
    def rules(self) -> frozenset[str]:
        return frozenset(failure.rule for failure in self.failures)


def gate_conflict(scenario: Scenario, market: Market) -> tuple[tuple[str, ...], tuple[Relaxation, ...]]:
    """Binding rules and relaxations of a workload that no option passes.

    The fewest rules that have to move together are found first. For each such set the option that needs the
    smallest movement stands for it; relaxations come cheapest first.
    """
    cases = [case for case in _cases(scenario, market) if not case.rules & STRUCTURAL]
    if not cases:
        reasons = {rejection.first.rule for rejection in market.rejected}
        return tuple(sorted(reasons)), ()
    fewest = min(len(case.rules) for case in cases)
    nearest: dict[frozenset[str], _Case] = {}
    for case in cases:
        if len(case.rules) == fewest and _nearer(case, nearest.get(case.rules)):
            nearest[case.rules] = case
    found = [_relaxation(scenario, market.workload, case) for case in nearest.values()]
    found.sort(key=lambda relaxation: (relaxation.cost_per_accepted_image, relaxation.id, relaxation.supply))
    binding = sorted({change.rule for relaxation in found for change in relaxation.changes})
    return tuple(binding), tuple(found)


def plan_conflict(
    programme: Programme, months_cost: float = 1.0
) -> tuple[tuple[str, ...], tuple[Relaxation, ...]]:
    """Binding company-wide rules and relaxations of a programme that has options but no plan."""
    diagnosis = diagnose(programme)
    present = {
        "models_max": programme.models_max,
        "opex_budget": programme.budget,
        "carbon_cap": programme.carbon_cap_kg,
    }
    found = tuple(
        Relaxation(
            workload=None,
            changes=tuple(Change(rule, present.get(rule), needed) for rule, needed in each.limits.items()),
            id=None,
            supply=None,
            cost_per_accepted_image=None,
            cost_per_month=each.objective * months_cost,
        )
        for each in diagnosis.relaxations
    )
    return diagnosis.binding, found


def _cases(scenario: Scenario, market: Market) -> Iterator[_Case]:
    for offer in market.offers:
        if any(failure.rule in STRUCTURAL for failure in offer.failures):
            continue
        for option in options(scenario, market.workload, offer):
            failures = offer.failures + option_failures(market.workload, option)
            cost = steering_cost_per_accepted_image(scenario, market.workload, option)
            yield _Case(option, failures, cost)


def _nearer(case: _Case, other: _Case | None) -> bool:
    if other is None:
        return True
    return (_movement(case.failures), case.cost, case.option.key) < (
        _movement(other.failures),
        other.cost,
        other.option.key,
    )


def _movement(failures: Iterable[Failure]) -> float:
    """Largest relative movement among the numeric limits: 1 is a doubling or a halving to nothing."""
    moves = [_relative(failure) for failure in failures if isinstance(failure.needed, float)]
    return max(moves, default=0.0)


def _relative(failure: Failure) -> float:
    limit = next(
        (value for key, value in failure.values.items() if key in ("bar", "limit", "min_pixels", "largest")),
        None,
    )
    if not isinstance(limit, int | float) or not isinstance(failure.needed, float) or limit == 0:
        return 0.0
    return abs(failure.needed / limit - 1.0)


def _relaxation(scenario: Scenario, workload: Workload, case: _Case) -> Relaxation:
    return Relaxation(
        workload=workload.name,
        changes=tuple(
            Change(failure.rule, limit_of(scenario.limits, workload, failure.rule), failure.needed)
            for failure in case.failures
        ),
        id=case.option.offer.id,
        supply=case.option.offer.supply,
        cost_per_accepted_image=case.cost,
        cost_per_month=case.cost * workload.images_per_month.value,
    )


def limit_of(limits: Limits, workload: Workload, rule: str) -> object:
    """The limit that a rule's name stands for, as it is now."""
    now: dict[str, object] = {
        "fid_max": workload.quality.fid_max,
        "min_pixels": workload.min_pixels,
        "latency_max_s": workload.latency_max_s.value if workload.latency_max_s else None,
        "deliver_min": workload.deliver_min.value,
        "carbon_max": workload.carbon_max.value if workload.carbon_max else None,
        "carbon_cap": limits.carbon_cap_per_month.value if limits.carbon_cap_per_month else None,
        "countries": list(workload.countries),
        "accept_match": list(limits.accept_match),
        "accept_evidence": list(limits.accept_evidence),
        "accept_commercial_use": list(limits.accept_commercial_use),
    }
    return now.get(rule)


def conflicts(
    scenario: Scenario, markets: Sequence[Market]
) -> tuple[tuple[str, ...], tuple[Relaxation, ...]] | None:
    """Conflicts of every workload without an option; None when each has one."""
    empty = [gate_conflict(scenario, each) for each in markets if not each.options]
    if not empty:
        return None
    binding = sorted({rule for rules, _ in empty for rule in rules})
    return tuple(binding), tuple(relaxation for _, found in empty for relaxation in found)
