"""Carbon of a fiscal year of operation, by scope as a plan's is disclosed: the plan's entries at what was counted.

Each month takes a twelfth of the entries of its year of the plan. Those of attempts are scaled by the kWh counted
over the kWh planned, those of waiting boards likewise; what was emitted to make boards is spread over time as
planned, and booked whole in the month in which they were to be bought. What nobody counted stays as planned, or is
as what was counted of the same where that is attempts, and is named with its share: an estimate in the sense of the
GHG Protocol, not a zero.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from bench.operations.ledger import Ledger
from roi.disclosure import ScopedCarbon, carbon_by_scope, software_carbon_intensity
from roi.errors import OperationError
from roi.finance.discounting import MONTHS_PER_YEAR
from roi.operate.approved import Approved, Month
from roi.operate.summary import MonthReport, month_report
from roi.planning.answer import PlanDecision
from roi.planning.entries import EnergyEntry
from roi.planning.entries import Ledger as Book
from roi.texts.messages import Message, at, names


@dataclass(frozen=True)
class Disclosed:
    """A fiscal year, or the months of it that are over and of the plan."""

    months: tuple[Month, ...]
    scopes: ScopedCarbon
    sci_kg: float | None
    """Software Carbon Intensity per accepted image [kgCO2e]; None without one, or where a used supply discloses
    nothing."""
    accepted_images: float
    """Requests with an accepted image, one each; fallback pictures are none."""
    fallbacks: float
    """Requests that ended in a fallback picture."""
    energy_kwh: float
    estimated_kwh_fraction: float
    """Share of the kWh that nobody counted: unmetered attempts and board time among them [1]."""
    estimated: tuple[tuple[str, str], ...]
    """What stands as planned, verdicts and requests in some month, kWh in all: factor, a key of the texts
    `operation_factor`, and of what."""
    partly: tuple[tuple[str, str, float], ...]
    """kWh of which a part was counted: factor, of what, and the share that was [1]."""
    left_out: tuple[Month, ...]
    """Months that are over and have no attempt in the ledger."""
    book: Book
    """The year as a ledger of one year."""


@dataclass
class _Entries:
    energy: list[EnergyEntry]
    as_planned: dict[tuple[str, str], None]
    """Verdicts and requests."""
    kwh: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)
    """By factor and of what: counted, and all [kWh]."""
    images: float = 0.0
    fallbacks: float = 0.0
    purchased_kg: float = 0.0


def disclosed(
    ledger: Ledger,
    held: Approved,
    decision: PlanDecision,
    year: int,
    rates: dict[str, float],
    now_unix_s: float,
) -> Disclosed:
    """The fiscal year that begins in a calendar year.

    Raises
    ------
    OperationError
        When the decision is not the approved one, no supply of it discloses anything, or no month of the year is
        over and of the plan.
    """
    book = decision.ledger
    if book is None or _decided_uses(decision) != _approved_uses(held):
        raise OperationError(Message("operating.other_scenario"))
    if not book.energy:
        hidden = names(sorted({use.supply for use in held.plan.uses}))
        raise OperationError(at(f"--year {year}", Message("operating.nothing_disclosed", names=hidden)))
    over, found = _months(held, decision, year, now_unix_s), _Entries([], {})
    reports = [month_report(ledger, month, rates, now_unix_s) for month in over]
    reports = [each for each in reports if each.happened.all_uses.attempts]
    months = tuple(each.month for each in reports)
    if not months:
        sentence = Message("operating.no_attempt", first=str(over[0]), last=str(over[-1]))
        raise OperationError(at(f"--year {year}", sentence))
    for report in reports:
        _add(found, report, decision, book, report.month)
    one_year = replace(
        book,
        years=1,
        entries=(),
        energy=tuple(found.energy),
        accepted_images=(found.images,),
        review_hours=(0.0,),
        purchased_embodied_kg=(found.purchased_kg,),
    )
    kwh = math.fsum(entry.energy_kwh for entry in found.energy)
    estimated_kwh = math.fsum(whole - counted for counted, whole in found.kwh.values())
    nothing = [what for what, (counted, _) in found.kwh.items() if not counted]
    (scopes,) = carbon_by_scope(decision.scenario, one_year)
    return Disclosed(
        months,
        scopes,
        software_carbon_intensity(one_year),
        found.images,
        found.fallbacks,
        kwh,
        min(estimated_kwh / kwh, 1.0) if kwh else 0.0,
        (*nothing, *found.as_planned),
        tuple(
            (*what, counted / whole) for what, (counted, whole) in found.kwh.items() if 0.0 < counted < whole
        ),
        tuple(each for each in over if each not in months),
        one_year,
    )


def _months(held: Approved, decision: PlanDecision, year: int, now_unix_s: float) -> tuple[Month, ...]:
    first = Month(year, decision.scenario.finance.fiscal_year_first_month)
    this, end = held.this_month(now_unix_s), 12 * max(use.year for use in held.plan.uses)
    wanted = [first.after(count) for count in range(MONTHS_PER_YEAR)]
    months = tuple(each for each in wanted if each < this and 0 <= each.since(held.first_month) < end)
    if not months:
        sentence = Message(
            "operating.no_month_of_year", first=str(first), last=str(wanted[-1]), begin=str(held.first_month)
        )
        raise OperationError(at(f"--year {year}", sentence))
    return months


def _add(found: _Entries, report: MonthReport, decision: PlanDecision, book: Book, month: Month) -> None:
    """One month's twelfth, at what was counted."""
    held = report.approved
    place = held.year_of(month) - 1
    for entry in (one for one in book.energy if one.year == place):
        scale, counted, what = _scale(report, decision, entry)
        mine = replace(entry.scaled(scale / MONTHS_PER_YEAR), year=0)
        found.energy.append(mine)
        if mine.energy_kwh:
            before = found.kwh.get(what, (0.0, 0.0))
            found.kwh[what] = (before[0] + counted * mine.energy_kwh, before[1] + mine.energy_kwh)
    if month.since(held.first_month) % MONTHS_PER_YEAR == 0:
        found.purchased_kg += book.purchased_embodied_kg[place]
    for factor, use, accepted, fallbacks in _images(report, decision):
        found.images += accepted
        found.fallbacks += fallbacks
        if factor:
            found.as_planned[factor, use] = None


def _scale(
    report: MonthReport, decision: PlanDecision, entry: EnergyEntry
) -> tuple[float, float, tuple[str, str]]:
    """Actual over planned kWh, 1 for what has none; the share of it that was counted; what it is."""
    if entry.use == "made" or not entry.energy_kwh:
        return 1.0, 1.0, ("", "")
    if entry.use == "idle":
        energy, what = report.account.idle.get(entry.supply), ("idle_kwh", entry.supply)
    else:
        energy = report.account.busy.get(_key(decision, entry))
        what = ("kwh_per_attempt", f"{entry.workload} / {entry.supply}")
    if energy is None or energy.actual is None or not energy.planned:
        return 1.0, 0.0, what
    return energy.actual / energy.planned, energy.counted_fraction, what


def _images(report: MonthReport, decision: PlanDecision) -> Iterator[tuple[str, str, float, float]]:
    """By use: which count is the plan's, if one is, of what; accepted images; requests ended in a fallback."""
    for use in report.approved.uses(report.month):
        done = report.happened.uses[use.workload, use.model_id, use.supply]
        uncounted = use.workload in report.uncounted
        requests = use.requests if uncounted else float(done.requests)
        share = use.accepted_requests / use.requests
        if done.requests_judged:
            share = done.requests_accepted / done.requests_judged
        workload = decision.scenario.workload(use.workload)
        falls_back = workload is not None and workload.fallback_cost is not None
        what = "requests" if uncounted else "fallback_share" if requests and not done.requests_judged else ""
        yield what, use.title, requests * share, requests * (1.0 - share) if falls_back else 0.0


def _key(decision: PlanDecision, entry: EnergyEntry) -> tuple[str, str, str]:
    """Workload, model id and supply of an entry, as the approved uses have them."""
    models = {one.option.offer.id: one.option.offer.model_id for one in decision.choices}
    return entry.workload or "", models.get(entry.option_id or "", ""), entry.supply


def _decided_uses(decision: PlanDecision) -> set[tuple[str, str, str]]:
    return {
        (one.option.workload, one.option.offer.model_id, one.option.offer.supply)
        for one in decision.choices
        if any(one.requests_by_year)
    }


def _approved_uses(held: Approved) -> set[tuple[str, str, str]]:
    return {(use.workload, use.model_id, use.supply) for use in held.plan.uses}
