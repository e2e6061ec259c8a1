"""What could serve each workload in a plan: `roi.decision.market` with the gates that only a plan can judge.

An option on whole units waits as long as a unit at its highest load makes it wait, because the plan fills units up
to that load; the quick comparison's spread of a server over one workload does not belong here: a plan counts units.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bench.profile import Profile
from roi.decision.answer import Rejection
from roi.decision.market import Market, market
from roi.options.offer import Failure, Offer
from roi.options.price import Option
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.scenario.supply import Own, Rent
from roi.scenario.workload import Workload


def plan_markets(scenario: Scenario, profiles: Sequence[Profile]) -> tuple[Market, ...]:
    """Offers, options and rejections of every workload of the scenario."""
    quick = priced_by_use(scenario)
    return tuple(plan_market(quick, workload, profiles) for workload in quick.workloads)


def priced_by_use(scenario: Scenario) -> Scenario:
    """The scenario with every server's hour charged by use, whoever fills it: the base of an option's price."""
    alone = [
        index
        for index, supply in enumerate(scenario.supplies)
        if isinstance(supply, Own) and not supply.shared
    ]
    return with_changes(scenario, {f"supplies[{index}].shared": True for index in alone})


def plan_market(quick: Scenario, workload: Workload, profiles: Sequence[Profile]) -> Market:
    """Market of a workload of a scenario that is `priced_by_use`, with the gates of a plan."""
    found = market(quick, workload, profiles)
    kept: list[Option] = []
    failed: dict[tuple[str, str], tuple[Offer, tuple[Failure, ...]]] = {}
    for option in (with_cold_start(quick, each) for each in found.options):
        failures = plan_failures(quick, workload, option)
        if failures:
            failed.setdefault(option.key[:2], (option.offer, failures))
        else:
            kept.append(option)
    serving = {option.key[:2] for option in kept}
    lost = [
        Rejection(workload.name, offer.id, offer.model_name, offer.supply, failures)
        for pair, (offer, failures) in failed.items()
        if pair not in serving
    ]
    rejected = sorted((*found.rejected, *lost), key=lambda item: (item.id, item.supply or ""))
    return replace(found, options=tuple(kept), rejected=tuple(rejected))


def plan_failures(scenario: Scenario, workload: Workload, option: Option) -> tuple[Failure, ...]:
    """Gates of a plan that an option fails beside those of the quick comparison."""
    return tuple(failure for gate in (_latency, _disclosure) for failure in gate(scenario, workload, option))


def with_cold_start(scenario: Scenario, option: Option) -> Option:
    """The option with the start of a machine that is rented by the second in its wait."""
    supply = next(each for each in scenario.supplies if each.name == option.offer.supply)
    latency = option.attempt.p95_latency_s
    if not isinstance(supply, Rent) or supply.cold_start_s is None or latency is None:
        return option
    return replace(option, attempt=replace(option.attempt, p95_latency_s=latency + supply.cold_start_s.value))


def _latency(_scenario: Scenario, workload: Workload, option: Option) -> Iterator[Failure]:
    latency = option.attempt.p95_latency_s
    if workload.latency_max_s is None or latency is None or latency <= workload.latency_max_s.value:
        return
    limit = workload.latency_max_s.value
    yield Failure(
        "latency_max_s", "too slow", "too_slow", {"latency": latency, "limit": limit}, limit, latency
    )


def _disclosure(scenario: Scenario, _workload: Workload, option: Option) -> Iterator[Failure]:
    """A yearly cap cannot be held with carbon that nobody states."""
    machine, limits = option.offer.machine, scenario.limits
    caps = {
        "carbon_cap_per_year": limits.carbon_cap_per_year,
        "market_carbon_cap_per_year": limits.market_carbon_cap_per_year,
    }
    rule, cap = next(((name, cap) for name, cap in caps.items() if cap is not None), (None, None))
    if rule is None or cap is None:
        return
    if machine is None:
        vendor: dict[str, object] = {"vendor": option.offer.vendor}
        yield Failure(rule, "carbon not disclosed", "not_disclosed", vendor, cap.value)
    elif machine.embodied_kg_co2e_per_gpu is None:
        board: dict[str, object] = {"board": machine.board}
        yield Failure(rule, "no embodied carbon figure", "no_embodied", board, cap.value)
