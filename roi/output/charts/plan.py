"""A plan over its years: cash against today, cash by component, emissions by scope."""

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate

from roi.amounts import carbon_unit, mass, money, money_unit, whole_money, whole_months
from roi.cost import COMPONENTS
from roi.disclosure import carbon_by_scope, scope_name
from roi.output.charts.grammar import Axis, Datum, Plane, Spec, chart, label, lines, stacked
from roi.output.charts.look import BLUE, COMPONENT_COLOURS, GREEN, ORANGE, SKY, VERMILION, Look
from roi.output.plan.totals import today_ledger, today_worth
from roi.output.years import year_labels
from roi.planning.answer import FinanceResult, PlanDecision, Worth
from roi.planning.entries import Ledger
from roi.texts import text

SCOPE_COLOURS = {
    "scope_2_location": BLUE,
    "scope_3_fuel_and_energy": GREEN,
    "scope_3_purchased_services": SKY,
    "scope_3_capital_goods": ORANGE,
}
"""Figures of `ScopedCarbon` and their colours."""


def cash(finance: FinanceResult, look: Look) -> Spec:
    """The sum of all cash so far, above zero from the payback on, and the months in which it is paid back."""
    language, levels = look.language, list(accumulate(finance.cash_flows))
    unit = money_unit(levels, look.currency, language)
    across = Axis(text(language, "plan.chart_months"), limits=(0, len(levels) - 1), every=12, grid=False)
    up = Axis(text(language, "screen.axis_against_today", unit=unit.name), zero=True)
    marks = list(_paybacks(finance, look))
    plane = Plane(across, up, {row["name"]: row["colour"] for row in marks}, look)
    rows = [
        {
            "x": month,
            "y": level / unit.size,
            "said": lines(
                text(language, "screen.cash_month", month=month), whole_money(level, look.currency, language)
            ),
        }
        for month, level in enumerate(levels)
    ]
    line = {"color": look.line, "strokeWidth": 3}
    fill = {"color": SKY, "opacity": 0.2}
    layers = [
        plane.layer(rows, "area", line=line, **fill),
        plane.layer(rows, "point", opacity=0, size=200),
        plane.layer([{"y": 0.0, "x": 0, "x2": len(levels) - 1}], "rule", color=look.quiet),
    ]
    if marks:
        layers.append(plane.layer(marks, "point", filled=True, size=150, stroke=look.ink, opacity=1))
    key = "screen.chart_cash_gain" if levels[-1] >= 0.0 else "screen.chart_cash_loss"
    cash_told, npv = (money(each, look.currency, language) for each in (abs(levels[-1]), finance.npv))
    title = text(language, key, years=finance.horizon_years, cash=cash_told, npv=npv)
    return chart(title, layers, look)


def _paybacks(finance: FinanceResult, look: Look) -> list[Datum]:
    """Marks on the zero line, named in the legend."""
    simple, discounted = finance.simple_payback_months, finance.discounted_payback_months
    found = [("payback_simple", simple, GREEN)] if simple else []
    if discounted and discounted != simple:
        found.append(("payback_discounted", discounted, VERMILION))
    rows = []
    for key, months, colour in found:
        words = text(look.language, f"screen.{key}", months=whole_months(months or 0.0, look.language))
        rows.append({"x": months, "y": 0.0, "name": words, "colour": colour, "said": words})
    return rows


def years(decision: PlanDecision, ledger: Ledger, worth: Worth, look: Look) -> Spec:
    """Components stacked by year, today's bars beside the plan's; what is below zero hangs below."""
    language, today, before = look.language, today_ledger(decision), today_worth(decision)
    sides = [side.by_component_and_year() for side in (ledger, today) if side is not None]
    names = [name for name in COMPONENTS if any(name in side for side in sides)]
    nothing = (0.0,) * ledger.years
    parts = {
        text(language, f"component.{name}"): [side.get(name, nothing) for side in sides] for name in names
    }
    colours = {text(language, f"component.{name}"): COMPONENT_COLOURS[name] for name in names}
    sums = [
        sum(abs(amount) for amount in year) for side in sides for year in zip(*side.values(), strict=True)
    ]
    unit = money_unit(sums, look.currency, language)
    up = Axis(text(language, "screen.axis_cash", unit=unit.name), zero=True)
    layers = _by_year(decision, parts, colours, unit.size, up, look, lambda each: _coins(each, look))
    horizon, plan = (
        int(decision.scenario.finance.horizon_years.value),
        money(worth.tco, look.currency, language),
    )
    if before is None:
        title = text(language, "screen.chart_years", years=horizon, plan=plan)
    else:
        now = money(before.tco, look.currency, language)
        title = text(language, "screen.chart_years_today", years=horizon, plan=plan, today=now)
    return chart(title, layers, look, height=340)


def _coins(amount: float, look: Look) -> str:
    return whole_money(amount, look.currency, look.language)


def carbon(decision: PlanDecision, ledger: Ledger, worth: Worth, look: Look) -> Spec:
    """Scopes stacked by year, location-based, purchases whole in their year; today where it discloses its own."""
    language, today = look.language, today_ledger(decision)
    sides = [ledger] if today is None or not today.carbon_disclosed else [ledger, today]
    scoped = [carbon_by_scope(decision.scenario, side) for side in sides]
    parts = {
        scope: [[float(getattr(each, scope) or 0.0) for each in side] for side in scoped]
        for scope in SCOPE_COLOURS
    }
    used = {scope: masses for scope, masses in parts.items() if any(map(any, masses))}
    named = {scope: scope_name(decision.scenario, scope, language) for scope in used}
    unit = carbon_unit(each.total_location for side in scoped for each in side)
    up = Axis(text(language, "screen.axis_carbon", unit=unit.name), zero=True)
    colours = {named[scope]: SCOPE_COLOURS[scope] for scope in used}
    shown = {named[scope]: masses for scope, masses in used.items()}
    layers = _by_year(decision, shown, colours, unit.size, up, look, lambda each: f"{mass(each)} CO2e")
    return chart(_carbon_title(decision, ledger, worth, look), layers, look)


def _by_year(
    decision: PlanDecision,
    parts: Mapping[str, Sequence[Sequence[float]]],
    colours: Mapping[str, str],
    size: float,
    up: Axis,
    look: Look,
    shown: Callable[[float], str],
) -> list[Spec]:
    """Bars by year, in pairs where there are two sides; `parts` are amounts by name, side and year."""
    language = look.language
    count = max((len(side) for sides in parts.values() for side in sides), default=0)
    years_named = tuple(label(each, 8) for each in year_labels(decision.scenario, count, language))
    both = max((len(sides) for sides in parts.values()), default=1) > 1
    names = tuple(text(language, f"screen.side_{side}") for side in ("plan", "today"))[: 1 + both]
    places: list[Datum] = [{"x": year, "side": side} for side in names for year in years_named]
    series = {name: [amount for side in sides for amount in side] for name, sides in parts.items()}
    rows = stacked(series, places, "y")
    for row in rows:
        where = ", ".join((row["x"], row["side"])) if both else row["x"]
        row["said"] = lines(f"{row['name']}: {shown(row['amount'])}", where)
        row["y"], row["y2"] = row["y"] / size, row["y2"] / size
    title = text(language, "screen.axis_sides", plan=names[0], today=names[1]) if both else None
    plane = Plane(Axis(title, years_named), up, colours, look, names if both else ())
    return [plane.layer(rows, "bar", stroke=look.ink, strokeWidth=0.6)]


def _carbon_title(decision: PlanDecision, ledger: Ledger, worth: Worth, look: Look) -> str:
    language, before = look.language, today_worth(decision)
    if worth.carbon_kg_co2e is None:
        return text(language, "screen.chart_carbon_undisclosed")
    plan = mass(worth.carbon_kg_co2e)
    if before is None or before.carbon_kg_co2e is None:
        return text(language, "screen.chart_carbon", plan=plan, years=ledger.years)
    today = mass(before.carbon_kg_co2e)
    return text(language, "screen.chart_carbon_today", plan=plan, today=today, years=ledger.years)
