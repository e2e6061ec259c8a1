"""The whole calculation: sheets from Inputs to Results, and where the pages find their figures."""

from collections.abc import Mapping

from roi.assumptions import parameter
from roi.scenario.effective import Resolved, resolved
from roi.scenario.supply import Own
from roi.texts import text
from roi.workbook.book import Book
from roi.workbook.expression import Cell, Formula
from roi.workbook.functions import added, total
from roi.workbook.report.live.ahead import Ahead
from roi.workbook.report.live.capex import Units, put_units
from roi.workbook.report.live.courses import Side, sides
from roi.workbook.report.live.energy import Energy, put_energy
from roi.workbook.report.live.flow import Difference, Months, put_difference, put_months, written_off
from roi.workbook.report.live.ground import Ground
from roi.workbook.report.live.inputs import put_inputs
from roi.workbook.report.live.ledger import Booked, Parts, put_ledger
from roi.workbook.report.live.means import put_means
from roi.workbook.report.live.profiles import put_profiles
from roi.workbook.report.live.results import Booking, Totals, put_totals, served
from roi.workbook.report.live.returns import Returns, put_returns
from roi.workbook.report.live.rules import rule_checks
from roi.workbook.report.live.shares import Shares
from roi.workbook.report.live.timeline import Timeline
from roi.workbook.report.live.work import Work, put_demand, put_work
from roi.workbook.report.live.years import Discounting, put_discounting
from roi.workbook.report.pages.calculation import Calculation
from roi.workbook.report.pages.checks import Check
from roi.workbook.report.pages.course import Course
from roi.workbook.report.pages.headline import Filled, Headline
from roi.workbook.report.pages.layout import put_title
from roi.workbook.report.pages.material import Material

ORDER = ("inputs", "profiles", "years", "retry", "energy", "capex", "cashflow", "months", "results")


def calculation(material: Material) -> Calculation:
    """The live sheets of a plan; of one that weighs drawn futures its mean amounts, and live what follows of them.

    Raises
    ------
    RoiError
        When there is no plan.
    """
    whole = resolved(material.decision.scenario)
    plan, today = sides(material.decision, whole.scenario)
    ground, changes = _begun(material, whole, (plan,) if today is None else (plan, today))
    discounting = put_discounting(ground, changes)
    ground.profiles = put_profiles(ground)
    if whole.scenario.finance.risk is not None:
        work = Work({}, put_demand(ground, changes, changes))
        line = ground.timeline("cashflow")
        return _concluded(ground, (line, changes), put_means(ground, line), discounting, work)
    work = put_work(ground, changes)
    units = put_units(ground, changes, discounting)
    energy = put_energy(ground, changes, work.rows, units)
    line = ground.timeline("cashflow")
    shares = Shares(ground, line, work, energy)
    booked = put_ledger(ground, line, changes, Parts(work, units, energy, shares.of))
    found = Booking(
        booked,
        {name: served(ground, name, work, energy.emitted.get(name), shares) for name in booked},
        {name: _owed(units, name) for name in booked},
        written_off(ground, units, shares),
        _filled(ground, energy),
        lambda results: [
            _delivered(work),
            *rule_checks(ground, results, work, energy, booked["plan"]),
        ],
    )
    return _concluded(ground, (line, changes), found, discounting, work)


def _begun(material: Material, whole: Resolved, compared: tuple[Side, ...]) -> tuple[Ground, Timeline]:
    """Inputs, and the sheet of years with their numbers."""
    book = Book()
    inputs = put_inputs(book, material, whole)
    years = book.sheet("years", text(material.language, "live.sheet_years"))
    changes = Timeline(years, 1, material.year_labels)
    ground = Ground(book, material, inputs, compared)
    changes.row = put_title(years, ground.say("years_title"), [ground.say("years_note")], changes.last_column)
    changes.heading(ground.say("year_numbers"), ground.heads())
    ground.numbers = changes.line(
        (ground.say("year_number"), "", ""), [float(year) for year in range(ground.years)], "constant", "0"
    )
    return ground, changes


def _concluded(
    ground: Ground, lines: tuple[Timeline, Timeline], found: Booking, discounting: Discounting, work: Work
) -> Calculation:
    """From the amounts of both sides to what they come to."""
    (line, changes), book, booked = lines, ground.book, found.booked
    results = ground.timeline("results")
    totals = {
        name: put_totals(ground, results, name, each, discounting, (found.served[name], found.owed[name]))
        for name, each in booked.items()
    }
    returns: Returns | None = None
    months: Months | None = None
    checks = found.checks(results)
    if ground.material.decision.finance is not None and "today" in booked:
        difference = put_difference(ground, line, booked, found.charges)
        months = put_months(ground, discounting.rate, difference)
        returns = put_returns(ground, results, months, difference, discounting, (totals, booked))
        checks += [
            _months_add_up(months, difference),
            Check("live.check_worth", "live.why_worth", total(months.values.fixed()), returns.npv),
            _bridge_adds_up(returns),
        ]
    book.sheets = {key: book.sheets[key] for key in ORDER if key in book.sheets}
    taxed = _with_tax(ground, results, totals["plan"])
    headline = _headline(ground, totals, returns, found.filled, taxed)
    _name(book, headline)
    changes.heading(ground.say("ahead"), ground.heads())
    ahead = Ahead(ground, changes, work, discounting)
    course = _course(ground, booked, months, returns)
    return Calculation(book, ground.inputs.cells, headline, course, tuple(checks), ahead)


def _owed(units: Mapping[tuple[str, int], Units], name: str) -> list[Formula]:
    """What each commitment of a side costs after the plan, not discounted."""
    signed = (each.signed for (side, _), each in units.items() if side == name)
    owed = (each.owed for each in signed if each is not None)
    return [total(each.amounts.fixed()) for each in owed if each is not None]


def _filled(ground: Ground, energy: Energy) -> tuple[Filled, ...]:
    """Supplies of the plan in whole units."""
    side = ground.sides[0]
    found = []
    for (name, place), hours in energy.hours.items():
        if name == side.name:
            supply = side.machine(place)
            stated = ground.figure(supply.utilization_fraction)
            found.append(Filled(supply.name, hours.filled, stated, isinstance(supply, Own)))
    return tuple(found)


def _headline(
    ground: Ground,
    totals: Mapping[str, Totals],
    returns: Returns | None,
    filled: tuple[Filled, ...],
    taxed: Cell | None,
) -> Headline:
    """Today's totals stand only where they are of the same work."""
    plan, inputs = totals["plan"], ground.inputs
    today = None if ground.material.decision.without_baseline else totals.get("today")
    return Headline(
        initial=plan.initial,
        capital=plan.capital,
        running=plan.running,
        tco=plan.tco,
        per_image=plan.per_image,
        owed=plan.owed,
        filled=filled,
        carbon=plan.carbon,
        today_running=None if today is None else today.running,
        today_tco=None if today is None else today.tco,
        today_per_image=None if today is None else today.per_image,
        today_carbon=None if today is None else today.carbon,
        applied=plan.applied,
        applied_with_tax=taxed,
        before_tax=ground.scenario.finance.tax is None,
        bridge=() if returns is None else returns.bridge,
        npv=None if returns is None else returns.npv,
        irr=None if returns is None else returns.irr,
        payback=None if returns is None else returns.payback,
        discounted_payback=None if returns is None else returns.discounted_payback,
        tax=None if returns is None else returns.tax,
        wrong=inputs.wrong,
        changed=inputs.changed,
        unjudged=inputs.unjudged,
        scenario=inputs.case,
    )


def _with_tax(ground: Ground, line: Timeline, plan: Totals) -> Cell | None:
    """What is applied for, with Japan's consumption tax."""
    if ground.currency != "JPY":
        return None
    rate = parameter("consumption_tax_jpn")
    held = ground.constant(f"{ground.say('consumption_tax')}: {rate.source}", rate.value)
    return line.figure(
        (ground.say("applied_with_tax"), "", ground.currency), plan.applied * (1 + held), "money"
    )


def _name(book: Book, headline: Headline) -> None:
    """Names under which a reader or a company's template finds the figures."""
    for name in Headline.__dataclass_fields__:
        cell = getattr(headline, name)
        if isinstance(cell, Cell) and name != "wrong":
            book.name(f"roi_{name}", cell)


def _course(
    ground: Ground, booked: Mapping[str, Booked], months: Months | None, returns: Returns | None
) -> Course:
    same = not ground.material.decision.without_baseline
    today = booked.get("today") if same else None
    return Course(
        plan={name: line.cells for name, line in booked["plan"].by_component.items()},
        today={} if today is None else {name: line.cells for name, line in today.by_component.items()},
        months=() if months is None else months.numbers.cells,
        cumulative=() if months is None else months.cumulative.cells,
        payback=None if returns is None else returns.payback,
    )


def _delivered(work: Work) -> Check:
    """What the plan delivers is what is needed."""
    made = added([total(row.yearly.fixed()) * row.accepted for row in work.rows["plan"]])
    needed = added([total(line.fixed()) for line in work.demand.values()])
    return Check("live.check_delivered", "live.why_delivered", made, needed)


def _months_add_up(months: Months, difference: Difference) -> Check:
    years = added([total(each.fixed()) for each in (difference.start, difference.running, difference.end)])
    return Check("live.check_months", "live.why_months", total(months.flows.fixed()), years)


def _bridge_adds_up(returns: Returns) -> Check:
    _, end = returns.bridge[-1]
    return Check("live.check_bridge", "live.why_bridge", end, returns.npv)
