"""From the answer of a plan to what it expects of a month."""

import math
from collections.abc import Iterator

from roi import retry
from roi.cost import ONE_OFF
from roi.options.attempt import look_s
from roi.options.price import retry_acceptance
from roi.options.terms import Values
from roi.planning.answer import FleetYear, PlanChoice, PlanDecision
from roi.planning.entries import Entry, Ledger
from roi.policy.indicators import made_per_asked
from roi.policy.monthly_plan import (
    MonthlyPlan,
    PlannedReturn,
    PlannedSupply,
    PlannedToday,
    PlannedUse,
    PriceCurrency,
)
from roi.scenario import effective
from roi.scenario.document import Scenario
from roi.scenario.supply import Api, Rent
from roi.units import MONTHS_PER_YEAR, WATTS_PER_KW


def monthly_plan(decision: PlanDecision, ledger: Ledger) -> MonthlyPlan:
    """The monthly plan of a decision."""
    return MonthlyPlan(
        uses=tuple(use for year in range(ledger.years) for use in _uses(decision, ledger, year)),
        supplies=tuple(each for year in range(ledger.years) for each in _supplies(decision, ledger, year)),
        currencies=tuple(_currencies(decision.scenario)),
        brings=_brings(decision),
    )


def _brings(decision: PlanDecision) -> PlannedReturn | None:
    finance, given, today = decision.finance, decision.scenario.finance, decision.baseline
    if finance is None or today is None or decision.without_baseline:
        return None
    fraction = given.cash_realisation_fraction
    return PlannedReturn(
        discount_rate_per_year=finance.discount_rate_per_year,
        cash_flows=finance.cash_flows,
        npv=finance.npv,
        simple_payback_months=finance.simple_payback_months,
        tax_rate=None if given.tax is None else given.tax.rate.value,
        cash_realisation_fraction=None if fraction is None else fraction.value,
        today=tuple(
            _today(today, year, workload.name)
            for year in range(today.years)
            for workload in decision.scenario.workloads
        ),
    )


def _today(today: Ledger, year: int, workload: str) -> PlannedToday:
    mine = [
        one for one in today.entries if (one.year, one.workload, one.timing) == (year, workload, "during")
    ]
    looks = math.fsum(one.amount for one in mine if one.component == "review")
    return PlannedToday(
        year=year + 1,
        workload=workload,
        running=(math.fsum(one.amount for one in mine) - looks) / MONTHS_PER_YEAR,
        review=looks / MONTHS_PER_YEAR,
    )


def _uses(decision: PlanDecision, ledger: Ledger, year: int) -> Iterator[PlannedUse]:
    groups: dict[tuple[str, str, str], list[PlanChoice]] = {}
    for choice in decision.choices:
        offer = choice.option.offer
        if choice.requests_by_year[year]:
            groups.setdefault((choice.option.workload, offer.model_id, offer.supply), []).append(choice)
    for key, choices in groups.items():
        yield _use(decision, ledger, year, key, choices)


def _use(
    decision: PlanDecision, ledger: Ledger, year: int, key: tuple[str, str, str], choices: list[PlanChoice]
) -> PlannedUse:
    workload, model_id, supply = key
    largest = max(choices, key=lambda one: one.requests_by_year[year])
    first = largest.option
    asked = [(one.option, one.requests_by_year[year] / MONTHS_PER_YEAR) for one in choices]
    attempts = [(option, requests * option.outcome.expected_attempts) for option, requests in asked]
    attempts_sum = math.fsum(count for _, count in attempts)
    mine = [
        one
        for one in ledger.entries
        if (one.year, one.workload, one.supply, one.model) == (year, workload, supply, model_id)
    ]
    energy = [
        one
        for one in ledger.energy
        if (one.year, one.workload, one.supply, one.use) == (year, workload, supply, "busy")
        and one.option_id in {option.offer.id for option, _ in asked}
    ]
    known = all(option.attempt.energy_kwh is not None for option, _ in asked)
    profile = first.offer.profile
    asked_for = next(one for one in decision.scenario.workloads if one.name == workload)
    looks = [
        (count, look_s(Values(decision.scenario), asked_for.review, float(option.attempt.images)))
        for option, count in attempts
    ]
    return PlannedUse(
        year=year + 1,
        workload=workload,
        model=first.offer.model_name,
        model_id=model_id,
        supply=supply,
        requests=math.fsum(requests for _, requests in asked),
        attempts=attempts_sum,
        accepted_requests=math.fsum(
            requests * option.outcome.deliver_probability for option, requests in asked
        ),
        first_attempt_acceptance=retry.outcome(
            retry_acceptance(asked_for, model_id), first.attempt.images, 1
        ).deliver_probability,
        images_per_attempt=first.attempt.images,
        energy_boundary=None if profile is None or profile.energy is None else profile.energy.boundary,
        energy_j_per_attempt=None
        if profile is None or profile.energy is None
        else profile.energy.energy_j_per_image
        * first.attempt.images
        * made_per_asked(asked_for, largest, profile),
        energy_kwh=math.fsum(one.energy_kwh for one in energy) / MONTHS_PER_YEAR if known else None,
        review_seconds_per_attempt=math.fsum(count * seconds for count, seconds in looks) / attempts_sum,
        costs=_by_component(mine),
        carbon_kg_co2e=math.fsum(one.location_kg for one in energy) / MONTHS_PER_YEAR if known else None,
    )


def _supplies(decision: PlanDecision, ledger: Ledger, year: int) -> Iterator[PlannedSupply]:
    shared = [
        one
        for one in ledger.entries
        if one.year == year and one.workload is None and one.component not in ONE_OFF
    ]
    idle = [one for one in ledger.energy if one.year == year and one.use == "idle"]
    names = {one.supply for one in shared} | {one.supply for one in idle}
    for supply in sorted(names, key=lambda name: name or ""):
        mine = [one for one in idle if one.supply == supply]
        yield PlannedSupply(
            year=year + 1,
            supply=supply,
            idle_energy_kwh=math.fsum(one.energy_kwh for one in mine) / MONTHS_PER_YEAR,
            idle_board_energy_kwh=_idle_board_kwh(decision, supply, year),
            board_hours=_board_hours(decision, supply, year) if mine else None,
            costs=_by_component([one for one in shared if one.supply == supply]),
            carbon_kg_co2e=math.fsum(one.location_kg for one in mine) / MONTHS_PER_YEAR,
        )


def _idle_board_kwh(decision: PlanDecision, supply: str | None, year: int) -> float | None:
    """Energy of the waiting boards alone, as their counters show it, at the power that the plan counts."""
    machine = next((one for one in decision.scenario.supplies if one.name == supply), None)
    boards = _boards(decision, supply)
    if machine is None or isinstance(machine, Api) or boards is None:
        return None
    power_w = effective.idle_power_w(machine, decision.idle_power_w.get(machine.name))
    if power_w is None:
        return None
    hours = math.fsum(max(one.paid_hours - one.busy_hours, 0.0) for one in _fleet(decision, supply, year))
    return hours * boards * power_w / WATTS_PER_KW / MONTHS_PER_YEAR


def _board_hours(decision: PlanDecision, supply: str | None, year: int) -> float | None:
    """Hours in which boards are on, at work or waiting [h/month]."""
    boards = _boards(decision, supply)
    if boards is None:
        return None
    return math.fsum(one.paid_hours for one in _fleet(decision, supply, year)) * boards / MONTHS_PER_YEAR


def _fleet(decision: PlanDecision, supply: str | None, year: int) -> Iterator[FleetYear]:
    return (one for one in decision.fleet if (one.supply, one.year) == (supply, year))


def _boards(decision: PlanDecision, supply: str | None) -> int | None:
    """Boards of one unit; None of what has none."""
    supplies = () if decision.programme is None else decision.programme.supplies
    return next((one.boards for one in supplies if one.name == supply), None)


def _by_component(entries: list[Entry]) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    for one in entries:
        found.setdefault(one.component, []).append(one.amount)
    return {component: math.fsum(amounts) / MONTHS_PER_YEAR for component, amounts in found.items()}


def _currencies(scenario: Scenario) -> Iterator[PriceCurrency]:
    for supply in scenario.supplies:
        price = (
            supply.price_per_image
            if isinstance(supply, Api)
            else supply.price_per_h
            if isinstance(supply, Rent)
            else None
        )
        currency = None if price is None else price.currency
        if currency is not None and currency != scenario.currency:
            rate = scenario.exchange_rates[currency].value
            yield PriceCurrency(supply=supply.name, currency=currency, rate=rate)
