"""The figures of a month, as planned and as they were."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from roi.operate.approved import Approved
from roi.operate.counted import Happened, key_of
from roi.operate.lines import Account
from roi.units import SECONDS_PER_HOUR


@dataclass(frozen=True)
class Compared:
    """One figure of the month."""

    name: str
    """Key of its name in the texts, under `operation_row`, or a component of money."""
    planned: float | None
    """None where no supply discloses it."""
    actual: float | None
    """None where nobody counted it, or where nobody discloses it."""
    unit: str
    """`1`, `h`, `kWh`, `kgCO2e`, `money`."""


def compared(held: Approved, found: Happened, account: Account) -> Iterator[Compared]:
    """Requests to carbon, then money by component."""
    yield from _counted(held, found)
    yield from _energy(held, found, account)
    for component in dict.fromkeys(line.component for line in account.lines):
        mine = [line for line in account.lines if line.component == component]
        planned = math.fsum(line.planned for line in mine)
        yield Compared(component, planned, math.fsum(line.actual for line in mine), "money")


def _counted(held: Approved, found: Happened) -> Iterator[Compared]:
    uses, done = held.uses(found.month), found.all_uses
    requests = math.fsum(use.requests for use in uses)
    attempts = math.fsum(use.attempts for use in uses)
    accepted = math.fsum(use.accepted_requests for use in uses)
    first = math.fsum(use.first_attempt_acceptance * use.requests for use in uses)
    looks_h = math.fsum(use.review_seconds_per_attempt * use.attempts for use in uses) / SECONDS_PER_HOUR
    seen_s = _ratio(done.review_seconds * done.attempts, done.attempts_reviewed)
    passed = _ratio(done.requests_accepted, done.requests_judged)
    yield Compared("requests", requests, done.requests, "1")
    yield Compared("attempts", attempts, done.attempts, "1")
    yield Compared("attempts_per_request", attempts / requests, _ratio(done.attempts, done.requests), "ratio")
    yield Compared("accepted_requests", accepted, None if passed is None else done.requests_accepted, "1")
    yield Compared(
        "first_attempt_acceptance", first / requests, _ratio(done.first_accepted, done.first_judged), "share"
    )
    yield Compared(
        "fallback_share", 1.0 - accepted / requests, None if passed is None else 1.0 - passed, "share"
    )
    yield Compared("review_hours", looks_h, None if seen_s is None else seen_s / SECONDS_PER_HOUR, "h")


def _energy(held: Approved, found: Happened, account: Account) -> Iterator[Compared]:
    """kWh and what they emit, location-based, at the plan's intensities."""
    if undisclosed(held, found):
        for name, unit in (("busy_kwh", "kWh"), ("idle_kwh", "kWh"), ("carbon", "kgCO2e")):
            yield Compared(name, None, None, unit)
        return
    busy = [
        (use.energy_kwh or 0.0, account.busy[key_of(use)].actual, use.carbon_kg_co2e or 0.0)
        for use in held.uses(found.month)
    ]
    idle = [
        (one.idle_energy_kwh, account.idle[one.supply or ""].actual, one.carbon_kg_co2e)
        for one in held.supplies(found.month)
    ]
    carbon = [
        (kg, None if kwh is None else kwh * kg / planned, 0.0)
        for planned, kwh, kg in (*busy, *idle)
        if planned
    ]
    for name, parts, unit in (
        ("busy_kwh", busy, "kWh"),
        ("idle_kwh", idle, "kWh"),
        ("carbon", carbon, "kgCO2e"),
    ):
        yield Compared(name, math.fsum(planned for planned, _, _ in parts), _whole(parts), unit)


def undisclosed(held: Approved, found: Happened) -> bool:
    """Whether nothing of the month's plan discloses what it draws, as where an API makes all pictures."""
    uses, supplies = held.uses(found.month), held.supplies(found.month)
    return all(use.energy_kwh is None for use in uses) and not any(one.idle_energy_kwh for one in supplies)


def _whole(parts: Sequence[tuple[float, float | None, float]]) -> float | None:
    """Sum of what was counted; None where a part that was planned was not."""
    known = [actual for planned, actual, _ in parts if planned]
    return None if None in known else math.fsum(each for each in known if each is not None)


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
