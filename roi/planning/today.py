"""What serves each workload today, priced as a plan is: the course of action in which nothing is decided."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.profile import Profile
from roi.errors import RoiError
from roi.fleet.problem import FleetPlan, FleetProgramme, Solve
from roi.options.price import Option
from roi.planning.assemble import Present, idle_powers, present_of, programme
from roi.planning.candidates import ordered
from roi.planning.cash_flow import unrealised
from roi.planning.entries import EnergyEntry, Entry, Ledger
from roi.planning.horizon import growth, whole_years
from roi.planning.ledger import ledger
from roi.planning.offering import offer_of, tried
from roi.planning.worlds import Worlds
from roi.scenario.baseline import ApiBaseline, ExternalBaseline, ProfileBaseline
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.scenario.effective import resolved
from roi.scenario.workload import Workload
from roi.texts.messages import Message
from roi.units import MONTHS_PER_YEAR, SECONDS_PER_HOUR


@dataclass(frozen=True, eq=False)
class Today:
    """The baseline of all workloads that state one."""

    ledger: Ledger
    programme: FleetProgramme | None
    """None where all is bought outside."""
    options: tuple[Option, ...]
    plan: FleetPlan | None


def only(scenario: Scenario, names: Sequence[str]) -> Scenario:
    """The scenario with these workloads alone."""
    if {each.name for each in scenario.workloads} <= set(names):
        return scenario
    kept = [each.model_dump(mode="json") for each in scenario.workloads if each.name in names]
    return with_changes(scenario, {"workloads": kept})


def with_baseline(scenario: Scenario) -> tuple[str, ...]:
    """Workloads that state what serves them today."""
    return tuple(each.name for each in scenario.workloads if each.baseline is not None)


def tried_today(scenario: Scenario) -> tuple[str, ...]:
    """Workloads that a model or a service serves today, with attempts."""
    return tuple(
        each.name for each in scenario.workloads if isinstance(each.baseline, ProfileBaseline | ApiBaseline)
    )


def as_today(scenario: Scenario, *, attempts: bool = True, acceptance: bool = True) -> Scenario:
    """Workloads that state a baseline, with today's numbers of attempts and images, and today's acceptance."""
    found = only(scenario, with_baseline(scenario))
    changes: dict[str, object] = {}
    for index, workload in enumerate(found.workloads):
        place, baseline = f"workloads[{index}]", workload.baseline
        if not isinstance(baseline, ProfileBaseline | ApiBaseline):
            continue
        if attempts:
            changes[f"{place}.images_per_attempt"] = [baseline.images_per_attempt]
            changes[f"{place}.attempts_max"] = baseline.attempts_max
        if acceptance and baseline.acceptance is not None:
            changes[f"{place}.acceptance"] = baseline.acceptance.model_dump(mode="json")
            changes[f"{place}.acceptance_by_model"] = {}
    return with_changes(found, changes) if changes else found


def attempted_today(scenario: Scenario, *, attempts: bool = True) -> Scenario:
    """`as_today` with those workloads alone that a model or a service serves."""
    return only(as_today(scenario, attempts=attempts), tried_today(scenario))


def require_plannable(scenario: Scenario, profiles: Sequence[Profile]) -> None:
    """Refuse what only planning finds: years in part, a baseline that nobody can price, saved time without a worth.

    Raises
    ------
    RoiError
        As planning would.
    """
    whole_years(scenario)
    options_today(scenario, profiles)
    looks = any(_looked_at(each) for each in scenario.workloads)
    if looks and scenario.finance.cash_realisation_fraction is None:
        raise unrealised()


def _looked_at(workload: Workload) -> bool:
    """Whether people of the company spend time on the pictures of today."""
    now, review = workload.baseline, workload.review
    if isinstance(now, ExternalBaseline):
        return now.seconds_per_image.value > 0.0
    return now is not None and review.seconds_per_attempt.value + review.seconds_per_image.value > 0.0


def options_today(scenario: Scenario, profiles: Sequence[Profile]) -> tuple[Option, ...]:
    """The one option of each workload that attempts serve today, whatever gates it fails.

    Raises
    ------
    RoiError
        When a baseline's profile is unknown or cannot be priced on its supply.
    """
    if not tried_today(scenario):
        return ()
    asked = attempted_today(scenario, attempts=False)
    return ordered(_option_today(asked, workload, profiles) for workload in asked.workloads)


def present_in(scenario: Scenario, profiles: Sequence[Profile]) -> Present:
    """Models in operation today, and idle power as profiles give it."""
    return present_of(options_today(scenario, profiles), idle_powers(scenario, profiles))


def today(scenario: Scenario, options: Sequence[Option], present: Present, solve: Solve) -> Today | None:
    """The baseline's ledger, `options` being `options_today`; None when no workload states a baseline.

    Raises
    ------
    RoiError
        When today's supply cannot carry the work.
    """
    if not with_baseline(scenario):
        return None
    if not options:
        return Today(merged(bought_outside(scenario)), None, (), None)
    problem = programme_today(scenario, options, present)
    solution = solve(problem)
    if solution.plan is None:
        served = ", ".join(repr(name) for name in tried_today(scenario))
        raise RoiError(Message("planning.baseline_too_small", workloads=served))
    book = ledger_today(scenario, problem, options, solution.plan)
    return Today(book, problem, tuple(options), solution.plan)


def programme_today(scenario: Scenario, options: Sequence[Option], present: Present) -> FleetProgramme:
    """Today's options as a programme: no limit binds what is in operation, nothing is taken up anew."""
    return programme(only(scenario, tried_today(scenario)), options, present, limited=False)


def ledger_today(
    scenario: Scenario, problem: FleetProgramme | None, options: Sequence[Option], plan: FleetPlan | None
) -> Ledger:
    """What attempts serve and what is bought outside, together."""
    inside = []
    if problem is not None and plan is not None:
        inside.append(ledger(only(scenario, tried_today(scenario)), problem, options, plan))
    return merged([*inside, *bought_outside(scenario)])


def merged(parts: Sequence[Ledger]) -> Ledger:
    """Several courses of action at once."""
    columns = ("accepted_images", "review_hours", "purchased_embodied_kg")
    sums = {
        name: tuple(map(sum, zip(*(getattr(part, name) for part in parts), strict=True))) for name in columns
    }
    return Ledger(
        years=parts[0].years,
        entries=tuple(entry for part in parts for entry in part.entries),
        energy=tuple(entry for part in parts for entry in part.energy),
        carbon_disclosed=all(part.carbon_disclosed for part in parts),
        **sums,
    )


def _option_today(scenario: Scenario, workload: Workload, profiles: Sequence[Profile]) -> Option:
    baseline = workload.baseline
    if not isinstance(baseline, ProfileBaseline | ApiBaseline):
        raise ValueError(f"workload {workload.name!r} is not served by attempts today")
    wanted = baseline.profile if isinstance(baseline, ProfileBaseline) else ""
    offer = offer_of(scenario, workload, baseline.supply, wanted, profiles)
    return tried(scenario, workload, offer, baseline.images_per_attempt, baseline.attempts_max)


def bought_outside(scenario: Scenario) -> list[Ledger]:
    """What people make or sell today, a ledger a workload."""
    worlds = Worlds(resolved(scenario))
    return [
        _pictures_outside(worlds, workload, workload.baseline)
        for workload in worlds.scenario.workloads
        if isinstance(workload.baseline, ExternalBaseline)
    ]


def _pictures_outside(worlds: Worlds, workload: Workload, baseline: ExternalBaseline) -> Ledger:
    """Pictures that people make or sell: as many as are needed, each usable."""
    scenario, years = worlds.scenario, whole_years(worlds.scenario)
    escalation = scenario.finance.escalation
    drawn = worlds.of(workload.images_per_month)
    images = workload.images_per_month.value * MONTHS_PER_YEAR * growth(workload.growth_per_year, years)
    price = worlds.of(baseline.cost_per_image)
    wage = worlds.of(scenario.labour.wage_per_h)
    hours = baseline.seconds_per_image.value / SECONDS_PER_HOUR
    bought = scenario.amount(baseline.cost_per_image) * images * growth(escalation.fallback, years)
    looked = scenario.amount(scenario.labour.wage_per_h) * hours * images * growth(escalation.wage, years)
    entries = [
        Entry(year, "during", component, workload.name, baseline.name, None, float(cash[year] * factor))
        for component, cash, factor in (
            ("outside", bought, float((drawn * price).mean())),
            ("review", looked, float((drawn * wage).mean())),
        )
        for year in range(years)
    ]
    made = images * float(drawn.mean())
    kg = 0.0 if baseline.carbon_per_image is None else baseline.carbon_per_image.value
    emitted = [
        EnergyEntry(
            year, baseline.name, workload.name, None, "busy", 0.0, float(kg * count), float(kg * count), 0.0
        )
        for year, count in enumerate(made)
    ]
    return Ledger(
        years=years,
        entries=tuple(entry for entry in entries if entry.amount),
        energy=tuple(emitted) if kg else (),
        accepted_images=tuple(made.tolist()),
        review_hours=tuple((made * hours).tolist()),
        purchased_embodied_kg=(0.0,) * years,
        carbon_disclosed=baseline.carbon_per_image is not None,
    )
