"""What the difference is worth, in named steps: bridge from TCO to net present value, payback, rate of return."""

from collections.abc import Mapping
from dataclasses import dataclass

from roi.finance.rates_of_return import irr
from roi.texts import text
from roi.units import KG_PER_TONNE
from roi.workbook.expression import Block, Cell, Formula, Value, call, number, term
from roi.workbook.functions import (
    absolute,
    added,
    every,
    product_sum,
    some,
    taken,
    total,
    when,
)
from roi.workbook.payback import Steps, paid_back
from roi.workbook.report.live.flow import END, ONCE, Difference, Months
from roi.workbook.report.live.ground import Ground
from roi.workbook.report.live.ledger import Booked
from roi.workbook.report.live.results import Totals
from roi.workbook.report.live.timeline import Timeline
from roi.workbook.report.live.years import Discounting

GUESS = 0.01
"""Where the search for a monthly rate begins when nothing else is known."""


@dataclass(frozen=True, eq=False)
class Returns:
    """The measures of the difference."""

    npv: Cell
    irr: Cell
    payback: Cell
    discounted_payback: Cell
    bridge: tuple[tuple[str, Cell], ...]
    """Names and values today of the steps from today's TCO to the net present value, which is the last [money]."""
    tax: Cell | None
    """Paid on the difference, value today [money]; None before tax."""


def put_returns(
    ground: Ground,
    line: Timeline,
    months: Months,
    difference: Difference,
    discounting: Discounting,
    given: tuple[Mapping[str, Totals], Mapping[str, Booked]],
) -> Returns:
    """Net present value, rate of return, payback, avoided carbon and its cost."""
    totals, booked = given
    line.heading(ground.say("returns"), ground.heads())
    npv = line.figure((ground.say("npv"), "", ground.currency), _worth(difference, discounting), "total")
    first = taken(months.flows.fixed(), 1)
    line.figure((ground.say("investment"), "", ground.currency), 0 - first, "money")
    _avoided(ground, line, npv, totals)
    bridge = _bridge(ground, line, difference, discounting, (totals, booked))
    tax = None
    if ground.scenario.finance.tax is not None:
        paid = 0 - product_sum(difference.tax.fixed(), discounting.end.fixed())
        tax = line.figure((ground.say("tax_paid"), "", ground.currency), paid, "money")
    line.heading(ground.say("payback_steps"), ground.heads())
    simple, late = (_payback(ground, line, months, discounted=each) for each in (False, True))
    line.heading(ground.say("irr_steps"), ground.heads())
    rate = _irr(ground, line, months, simple)
    return Returns(npv=npv, irr=rate, payback=simple, discounted_payback=late, bridge=bridge, tax=tax)


def _worth(difference: Difference, discounting: Discounting) -> Formula:
    """The years' amounts, each at the value today of its time."""
    timed = (
        (difference.start, discounting.start),
        (difference.running, discounting.during),
        (difference.end, discounting.end),
    )
    return added([product_sum(amounts.fixed(), factor.fixed()) for amounts, factor in timed])


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


def _bridge(
    ground: Ground,
    line: Timeline,
    difference: Difference,
    discounting: Discounting,
    given: tuple[Mapping[str, Totals], Mapping[str, Booked]],
) -> tuple[tuple[str, Cell], ...]:
    """From the TCO of both sides to the net present value; steps that this scenario has no cause for are left out.

    Both sides are discounted at the same dates, so that there is no step of timing.
    """
    totals, booked = given
    finance, apart = ground.scenario.finance, []
    if ground.material.decision.without_baseline:
        apart = [_apart(ground, line, booked, discounting)]
    line.heading(ground.say("bridge"), ground.heads())
    steps: list[tuple[str, Cell]] = []

    def step(key: str, amount: Formula, style: str = "money") -> None:
        name = ground.say(key)
        steps.append((name, line.figure((name, "", ground.currency), amount, style)))

    step("bridge_today", totals["today"].tco.formula())
    step("bridge_plan", -totals["plan"].tco)
    for amount in apart:
        step("bridge_apart", amount)
    if finance.cash_realisation_fraction is not None:
        step("bridge_unrealised", -product_sum(difference.unrealised.fixed(), discounting.during.fixed()))
    if finance.tax is not None:
        step("bridge_tax", product_sum(difference.tax.fixed(), discounting.end.fixed()))
    step("bridge_npv", added([cell for _, cell in steps]), "total")
    return tuple(steps)


def _apart(ground: Ground, line: Timeline, booked: Mapping[str, Booked], discounting: Discounting) -> Formula:
    """Value today of what has no counterpart: it is in the TCO of its side, and not in the difference [money]."""
    line.heading(ground.say("apart"), ground.heads())
    factors = {
        "apart_start": discounting.start,
        "apart_during": discounting.during,
        "apart_end": discounting.end,
    }
    found = []
    for timing, factor in factors.items():
        cells = [_uncompared(booked, timing, year) for year in range(ground.years)]
        placed = line.line((ground.say(timing), "", ground.currency), cells, "money")
        found.append(product_sum(placed.fixed(), factor.fixed()))
    return added(found)


def _uncompared(booked: Mapping[str, Booked], timing: str, year: int) -> Formula:
    """Plan less today, of a year."""
    sides = [
        added(
            [
                each.by_component[name].cells[year] - each.compared[name].cells[year]
                for name in each.by_component
                if _timing(name) == timing and name in each.compared
            ]
        )
        for each in (booked["plan"], booked["today"])
    ]
    return sides[0] - sides[1]


def _timing(component: str) -> str:
    return "apart_start" if component in ONCE else "apart_end" if component in END else "apart_during"


def _payback(ground: Ground, line: Timeline, months: Months, *, discounted: bool) -> Cell:
    """Months after which the cumulative amount is never below nothing again, the last month in part."""
    levels = months.discounted if discounted else months.cumulative
    flows = months.values if discounted else months.flows
    least = months.rounding_discounted if discounted else months.rounding
    whose = ground.say("discounted_payback" if discounted else "payback")

    def named(key: str, step: Formula) -> Formula:
        if key == "under_water":
            return line.figure(
                (ground.say(key), whose, ground.say("months")), step, "calculated", "0"
            ).formula()
        return line.figure((ground.say(key), whose, ground.currency), step, "money").formula()

    steps = Steps(months.numbers.fixed(), flows.fixed(), levels.fixed())
    told = paid_back(steps, least, ground.horizon * 12 + 1, ground.say("never"), named)
    return line.figure((whose, "", ground.say("months")), told, "calculated", "0.0")


def _irr(ground: Ground, line: Timeline, months: Months, simple: Cell) -> Cell:
    """Per year, where Descartes' rule of signs or Norstrom's criterion says that there is one rate; else why not.

    Where neither rule settles it, `plan` looks for all rates, and what it found, a rate or why there is none,
    stands while no input is changed.
    """
    of_plan = irr(list(months.flows.fixed().numbers()))
    rate = of_plan.rate

    def step(key: str, content: Formula, unit: str = "1", number_format: str = "0") -> Cell:
        return line.figure((ground.say(key), "", unit), content, "calculated", number_format)

    changes = step("irr_changes", total(months.changes.fixed()))
    levels = step("irr_level_changes", total(months.level_changes.fixed()))
    last = step("irr_last", months.sign.pinned().formula())
    first = step("irr_first", last * (term(0) - 1) ** changes)
    settled = absolute(months.cumulative.cells[-1].pinned()) > months.rounding
    descartes = every(changes.formula().equals(1), last > 0)
    norstrom = every(changes > 1, levels.formula().equals(1), settled, first < 0)
    one = step("irr_one", when(some(descartes, norstrom), 1, 0))
    monthly = _monthly(ground, line, months, simple, (rate, bool(one.value)))
    none = when(last > 0, _word(ground, "only_gains"), _word(ground, "only_costs"))
    none = when(last.formula().equals(0), _word(ground, "no_flows"), none)
    several = when(
        every(changes.formula().equals(1), last < 0), _word(ground, "gains_first"), ground.say("irr_plan")
    )
    reason = step("irr_reason", when(changes.formula().equals(0), none, several))
    known = call("ISNUMBER", not isinstance(monthly.value, str), monthly)
    yearly = Formula(
        f"(1+{monthly.formula().text})^12-1",
        0.0 if isinstance(monthly.value, str) else (1.0 + float(monthly.value)) ** 12 - 1.0,
        2,
    )
    unsettled = reason.formula()
    if rate is not None and not one.value:
        own = ground.constant(ground.say("irr_of_the_run"), rate)
        of_the_run = Formula(f"(1+{own.formula().text})^12-1", (1.0 + rate) ** 12 - 1.0, 2)
        unsettled = when(ground.inputs.changed, reason, of_the_run)
    elif of_plan.reason is not None:
        unsettled = when(ground.inputs.changed, reason, _word(ground, of_plan.reason))
    found = when(one, when(known, yearly, monthly), unsettled)
    form = text(ground.language, "paper.irr_format")
    return line.figure((ground.say("irr"), "", ground.say("a_year")), found, "share", form)


def _monthly(
    ground: Ground, line: Timeline, months: Months, simple: Cell, known: tuple[float | None, bool]
) -> Cell:
    """The monthly rate; words where no number holds it, or where there is none.

    The search begins at one over the payback; else, and where that finds nothing, at the rate at which all gains,
    at their mean month, are worth all costs at theirs; else at the run's own rate.
    """
    rate, one = known
    own = ground.constant(ground.say("irr_of_the_run"), GUESS if rate is None else rate)
    means = _mean_start(ground, line, months, own)
    quick = 0.0 if isinstance(simple.value, str) else float(simple.value)
    paid = Formula(f"N({simple.formula().text})>0", quick > 0.0, 0)
    over = Formula(f"1/{simple.formula().text}", 1.0 / quick if quick else 0.0)
    start = line.figure(
        (ground.say("irr_start"), "", ground.say("a_month")), when(paid, over, means), "calculated", "0.00%"
    )
    value: Value = rate if rate is not None and one else _word(ground, "out_of_range")
    words = term(_word(ground, "out_of_range"))
    for each in (own, means, start):
        words = call("IFERROR", value, call("IRR", rate or 0.0, months.flows.fixed(), each), words)
    return line.figure((ground.say("irr_monthly"), "", ground.say("a_month")), words, "calculated", "0.00%")


def _mean_start(ground: Ground, line: Timeline, months: Months, own: Cell) -> Cell:
    """(gains / costs) ^ (1 / months between their means) - 1."""
    flows, numbers = months.flows.fixed(), months.numbers.fixed()

    def side(key: str, month: str, sign: str) -> tuple[Cell, Cell]:
        amounts = [value if (value > 0) == (sign == ">") else 0.0 for value in flows.numbers()]
        whole = line.figure(
            (ground.say(key), "", ground.currency),
            Formula(f'ABS(SUMIF({flows.text},"{sign}0"))', abs(sum(amounts))),
            "money",
        )
        weighted = sum(amount * month for amount, month in zip(amounts, numbers.numbers(), strict=True))
        mean = _mean(flows, numbers, sign, whole, abs(weighted))
        return whole, line.figure((ground.say(month), "", ground.say("months")), mean, "calculated", "0.0")

    (gains, late), (costs, early) = (
        side("irr_gains", "irr_gains_month", ">"),
        side("irr_costs", "irr_costs_month", "<"),
    )
    usual = every(gains > 0, costs > 0, late > early)
    value = (
        (float(gains.value) / float(costs.value)) ** (1.0 / (float(late.value) - float(early.value))) - 1.0
        if usual.value
        else float(own.value)
    )
    between = f"({late.formula().text}-{early.formula().text})"
    told = f"({gains.formula().text}/{costs.formula().text})^(1/{between})-1"
    return line.figure(
        (ground.say("irr_mean_start"), "", ground.say("a_month")),
        Formula(f"IF({usual.text},{told},{own.formula().text})", value),
        "calculated",
        "0.00%",
    )


def _mean(flows: Block, numbers: Block, sign: str, whole: Cell, weighted: float) -> Formula:
    """Mean month of the flows of one sign; 0 where there are none."""
    product = f"ABS(SUMPRODUCT(({flows.text}{sign}0)*{flows.text}*{numbers.text}))"
    whole_text, amount = whole.formula().text, float(whole.value)
    return Formula(f"IF({whole_text}>0,{product}/{whole_text},0)", weighted / amount if amount > 0 else 0.0)


def _word(ground: Ground, reason: str) -> str:
    return text(ground.language, f"irr.{reason}")
