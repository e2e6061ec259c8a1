"""The sheet Results: what both sides come to, and what their difference is worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from roi.finance import irr
from roi.planning.answer import ONE_OFF, PlanDecision
from roi.texts import text
from roi.units import KG_PER_TONNE
from roi.workbook.expression import Cell, Formula, Value, call, down, number, term
from roi.workbook.functions import absolute, added, every, product_sum, some, taken, total, when
from roi.workbook.report.live.commitments import Owed
from roi.workbook.report.live.courses import bought_outside
from roi.workbook.report.live.emissions import Emitted
from roi.workbook.report.live.flow import END, ONCE, Difference, Months, payback
from roi.workbook.report.live.ground import Ground
from roi.workbook.report.live.ledger import Booked
from roi.workbook.report.live.shares import Shares
from roi.workbook.report.live.timeline import Line, Timeline, by_year
from roi.workbook.report.live.work import Work
from roi.workbook.report.live.years import Discounting

GUESS = 0.01
"""Where the search for a monthly rate begins when none was found."""


@dataclass(frozen=True, eq=False)
class Totals:
    """What a side comes to."""

    initial: Cell
    running: Cell
    tco: Cell
    per_image: Cell
    owed: Cell | None
    """After the plan, not discounted; None where nothing is."""
    carbon: Cell | None
    compared_carbon: Formula | None
    """Of what is compared with the other side."""


@dataclass(frozen=True, eq=False)
class Returns:
    """The measures of the difference."""

    npv: Cell
    irr: Cell
    payback: Cell
    discounted_payback: Cell
    tax: Cell


def put_totals(
    ground: Ground,
    line: Timeline,
    name: str,
    booked: Booked,
    discounting: Discounting,
    given: tuple[Work, Emitted | None, Shares, Sequence[Owed]],
) -> Totals:
    """Cash by timing, its value today, pictures, carbon."""
    work, emitted, shares, after = given
    line.heading(ground.titled("totals", name), ground.heads())
    money, components = ground.currency, booked.by_component

    def cash(key: str, names: Sequence[str]) -> Line:
        lines = [components[each] for each in names if each in components]
        return line.line(
            (ground.say(key), "", money),
            by_year(ground.years, lambda year: added([each.cells[year] for each in lines])),
            "money",
        )

    start, end = cash("at_start", ONCE), cash("at_end", END)
    during = cash("during", [each for each in components if each not in (*ONCE, *END)])
    tco = line.figure(
        (ground.say("tco"), "", money),
        product_sum(start.fixed(), discounting.start.fixed())
        + product_sum(during.fixed(), discounting.during.fixed())
        + product_sum(end.fixed(), discounting.end.fixed()),
        "total",
    )
    pictures = _pictures(ground, line, name, work)
    worth = product_sum(pictures.fixed(), discounting.during.fixed())
    per_image = line.figure((ground.say("per_image"), "", money), tco / worth, "money_fine")
    running = [each for component, each in components.items() if component not in ONE_OFF]
    horizon = ground.horizon
    yearly = added([total(each.fixed()) for each in running]) / horizon
    owed = added([total(each.amounts.fixed()) for each in after])
    return Totals(
        owed=line.figure((ground.say("owed"), "", money), owed, "money") if after else None,
        initial=line.figure((ground.say("initial"), "", money), taken(start.fixed(), 1), "money"),
        running=line.figure((ground.say("running"), "", money), yearly, "money"),
        tco=tco,
        per_image=per_image,
        carbon=_carbon(ground, line, name, work, emitted),
        compared_carbon=_compared_carbon(ground, name, work, emitted, shares),
    )


def _pictures(ground: Ground, line: Timeline, name: str, work: Work) -> Line:
    """Accepted pictures of a year, fallbacks and those from outside included."""
    rows = work.rows.get(name, ())

    def made(year: int) -> Formula:
        found = [row.yearly.cells[year] * row.accepted for row in rows]
        return added([*found, *_from_outside(ground, name, work, year)])

    return line.line((ground.say("pictures"), "", "1"), by_year(ground.years, made), "money")


def _from_outside(ground: Ground, name: str, work: Work, year: int) -> list[Cell]:
    if name != "today":
        return []
    scenario = ground.scenario
    return [work.demand[index].cells[year] for index, _, _ in bought_outside(scenario)]


def _disclosed(decision: PlanDecision, name: str) -> bool:
    ledger = decision.ledger if name == "plan" else decision.baseline
    return ledger is not None and ledger.carbon_disclosed


def _carbon_lines(
    ground: Ground, line: Timeline, name: str, work: Work, emitted: Emitted | None
) -> dict[str, Line]:
    """Kilowatt-hours and kilograms of a year; without the market-based ones where they are absent."""
    groups: dict[str, tuple[Line, ...] | None] = (
        {}
        if emitted is None
        else {
            "kwh": emitted.kwh,
            "location": emitted.location,
            "market": emitted.market,
            "embodied": emitted.embodied,
        }
    )
    found = {}
    for key in ("kwh", "location", "market", "embodied"):
        lines = groups.get(key, ())
        if lines is None:
            continue
        unit = "kWh" if key == "kwh" else "kgCO2e"

        def amount(year: int, lines: Sequence[Line] = lines, key: str = key) -> Formula:
            own = total(down([each.cells[year] for each in lines])) if lines else term(0)
            outside = _outside_carbon(ground, work, year) if name == "today" else []
            return added([own, *outside]) if key in ("location", "market") else own

        found[key] = line.line((ground.say(f"sum_{key}"), "", unit), by_year(ground.years, amount), "money")
    return found


def _outside_carbon(ground: Ground, work: Work, year: int) -> list[Formula]:
    """Of pictures from outside, where somebody knows it."""
    scenario = ground.scenario
    return [
        work.demand[index].cells[year] * ground.figure(baseline.carbon_per_image)
        for index, _, baseline in bought_outside(scenario)
        if baseline.carbon_per_image is not None
    ]


def _carbon(ground: Ground, line: Timeline, name: str, work: Work, emitted: Emitted | None) -> Cell | None:
    """All years, location-based and embodied; None where somebody does not disclose it."""
    sums = _carbon_lines(ground, line, name, work, emitted)
    for key in ("kwh", "market"):
        unit = "kWh" if key == "kwh" else "kgCO2e"
        if key not in sums:
            absent = text(ground.language, "plan.absent")
            line.figure((ground.say(f"total_{key}"), "", unit), absent, "calculated")
            continue
        whole = total(sums[key].fixed())
        if key == "market":
            whole = whole + total(sums["embodied"].fixed())
        if key == "kwh" or _disclosed(ground.material.decision, name):
            line.figure((ground.say(f"total_{key}"), "", unit), whole, "money")
    if not _disclosed(ground.material.decision, name):
        undisclosed = text(ground.language, "plan.undisclosed")
        line.figure((ground.say("total_carbon"), "", "kgCO2e"), undisclosed, "calculated")
        return None
    kilograms = total(sums["location"].fixed()) + total(sums["embodied"].fixed())
    return line.figure((ground.say("total_carbon"), "", "kgCO2e"), kilograms, "total")


def _compared_carbon(
    ground: Ground, name: str, work: Work, emitted: Emitted | None, shares: Shares
) -> Formula | None:
    if not _disclosed(ground.material.decision, name):
        return None
    side = next((each for each in ground.sides if each.name == name), None)
    found: list[Formula] = []
    if emitted is not None:
        pairs = (
            *zip(emitted.location, emitted.owners, strict=True),
            *zip(emitted.embodied, emitted.makers, strict=True),
        )
        for line, owner in pairs:
            share = shares.of(side, owner)
            whole = total(line.fixed())
            found.append(whole if share is None else whole * share)
    if name == "today":
        found += [each for year in range(ground.years) for each in _outside_carbon(ground, work, year)]
    return added(found)


def put_returns(
    ground: Ground,
    line: Timeline,
    months: Months,
    difference: Difference,
    discounting: Discounting,
    totals: Mapping[str, Totals],
) -> Returns:
    """Net present value, rate of return, payback, avoided carbon and its cost."""
    line.heading(ground.say("returns"), ground.heads())
    never = ground.say("never")
    npv = line.figure((ground.say("npv"), "", ground.currency), total(months.values.fixed()), "total")
    first = taken(months.flows.fixed(), 1)
    line.figure((ground.say("investment"), "", ground.currency), 0 - first, "money")
    simple, late = (
        line.figure(
            (ground.say(key), "", ground.say("months")),
            payback(ground, months, discounted=key == "discounted_payback", never=never),
            "calculated",
            "0.0",
        )
        for key in ("payback", "discounted_payback")
    )
    rate = _irr(ground, line, months, simple)
    unrealised = product_sum(difference.unrealised.fixed(), discounting.during.fixed())
    line.figure((ground.say("unrealised_value"), "", ground.currency), unrealised, "money")
    paid = 0 - product_sum(difference.tax.fixed(), discounting.end.fixed())
    tax = line.figure((ground.say("tax_paid"), "", ground.currency), paid, "money")
    _avoided(ground, line, npv, totals)
    return Returns(npv=npv, irr=rate, payback=simple, discounted_payback=late, tax=tax)


def _avoided(ground: Ground, line: Timeline, npv: Cell, totals: Mapping[str, Totals]) -> None:
    plan, today = totals["plan"].compared_carbon, totals["today"].compared_carbon
    if plan is None or today is None:
        return
    avoided = line.figure((ground.say("avoided"), "", "kgCO2e"), today - plan, "money")
    tonnes = avoided / ground.constant("kg/t", KG_PER_TONNE)
    none = text(ground.language, "paper.none")
    cost = -npv / tonnes if number(tonnes) > 0 else term(none)
    words = f"IF({(avoided > 0).text},{(-npv).text}/({tonnes.text}),{term(none).text})"
    line.figure((ground.say("abatement"), "", ground.currency), Formula(words, cost.value), "money")


def _irr(ground: Ground, line: Timeline, months: Months, simple: Cell) -> Cell:
    """Per year, where Descartes' rule of signs or Norstrom's criterion says that there is one rate; else why not.

    The search begins at one over the payback, then at the run's own rate. Where neither rule settles it, `plan`
    looks for all rates.
    """
    flows = list(months.flows.fixed().numbers())
    rate = irr(flows).rate
    starts = _starts(ground, line, simple, GUESS if rate is None else rate)
    changes, levels = total(months.changes.fixed()), total(months.level_changes.fixed())
    last = months.signs.cells[-1].pinned()
    first = last * (term(0) - 1) ** changes
    settled = absolute(months.cumulative.cells[-1].pinned()) > months.rounding
    one = some(every(changes.equals(1), last > 0), every(changes > 1, levels.equals(1), settled, first < 0))
    known = bool(one.value) and rate is not None
    value: Value = (1.0 + rate) ** 12 - 1.0 if known and rate is not None else _word(ground, "out_of_range")
    words = term(_word(ground, "out_of_range"))
    for start in reversed(starts):
        monthly = call("IRR", 0.0 if rate is None else rate, months.flows.fixed(), start)
        words = call("IFERROR", value, (1 + monthly) ** 12 - 1, words)
    none = when(last > 0, _word(ground, "only_gains"), _word(ground, "only_costs"))
    none = when(last.equals(0), _word(ground, "no_flows"), none)
    several = when(every(changes.equals(1), last < 0), _word(ground, "gains_first"), ground.say("irr_plan"))
    found = when(changes.equals(0), none, when(one, words, several))
    form = text(ground.language, "paper.irr_format")
    return line.figure((ground.say("irr"), "", ground.say("a_year")), found, "share", form)


def _starts(ground: Ground, line: Timeline, simple: Cell, own: float) -> tuple[Cell, Cell]:
    """Monthly rates at which the search begins."""
    known = call("ISNUMBER", not isinstance(simple.value, str), simple)
    kept = ground.constant(ground.say("irr_of_the_run"), own)
    quick = 0.0 if isinstance(simple.value, str) else float(simple.value)
    over = Formula(f"1/{simple.formula().text}", 1.0 / quick if quick else 0.0)
    some_back = every(known, Formula(f"N({simple.formula().text})>0", quick > 0.0, 0))
    begun = when(some_back, over, kept)
    return line.figure(
        (ground.say("irr_start"), "", ground.say("a_month")), begun, "calculated", "0.00%"
    ), kept


def _word(ground: Ground, reason: str) -> str:
    return text(ground.language, f"irr.{reason}")
