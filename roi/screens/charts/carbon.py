"""Emissions by scope and year, the plan's bar beside today's."""

from collections.abc import Sequence

import plotly.graph_objects as go

from roi.amounts import carbon_unit, mass
from roi.disclosure import ScopedCarbon, carbon_by_scope, scope_name
from roi.output.plan.totals import today_ledger, today_worth
from roi.output.years import year_labels
from roi.planning.answer import Ledger, PlanDecision, Worth
from roi.screens.charts.look import BLUE, GREEN, ORANGE, SKY, Look, filled, hovers, new_figure, plain
from roi.texts import text

SCOPES = {
    "scope_2_location": (BLUE, ""),
    "scope_3_fuel_and_energy": (GREEN, "."),
    "scope_3_purchased_services": (SKY, "/"),
    "scope_3_capital_goods": (ORANGE, "x"),
}
"""Fields of `ScopedCarbon` and how they look."""


def carbon(decision: PlanDecision, ledger: Ledger, worth: Worth, look: Look) -> go.Figure:
    """Scopes stacked by year, location-based, purchases whole in their year; today where it discloses its own."""
    today = today_ledger(decision)
    sides = [ledger] if today is None or not today.carbon_disclosed else [ledger, today]
    scoped = [carbon_by_scope(decision.scenario, side) for side in sides]
    unit = carbon_unit(each.total_location for side in scoped for each in side)
    names = [text(look.language, f"screen.side_{side}") for side in ("plan", "today")]
    labels = year_labels(decision.scenario, ledger.years, look.language)
    places = [(label, name) for label in labels for name in names[: len(sides)]]
    figure = new_figure(_title(decision, ledger, worth, look), look)
    for scope, surface in SCOPES.items():
        masses = _by_bar(scoped, scope)
        if any(masses):
            title = scope_name(decision.scenario, scope, look.language)
            figure.add_bar(
                x=list(labels) if len(sides) == 1 else [list(part) for part in zip(*places, strict=True)],
                y=[kg / unit.size for kg in masses],
                name=plain(title),
                marker=filled(*surface, look),
                **hovers(
                    (f"{title}: {mass(kg)} CO2e", ", ".join(place[: len(sides)]))
                    for kg, place in zip(masses, places, strict=True)
                ),
            )
    figure.update_layout(barmode="stack", showlegend=True)
    figure.update_yaxes(title_text=text(look.language, "screen.axis_carbon", unit=unit.name), tickformat=",")
    figure.update_xaxes(tickangle=0 if len(sides) == 1 else -60)
    return figure


def _by_bar(scoped: Sequence[Sequence[ScopedCarbon]], scope: str) -> list[float]:
    """Masses of one scope, the sides of each year next to each other; nothing where it is absent [kgCO2e]."""
    return [float(getattr(side[year], scope) or 0.0) for year in range(len(scoped[0])) for side in scoped]


def _title(decision: PlanDecision, ledger: Ledger, worth: Worth, look: Look) -> str:
    language, before = look.language, today_worth(decision)
    if worth.carbon_kg_co2e is None:
        return text(language, "screen.chart_carbon_undisclosed")
    plan = mass(worth.carbon_kg_co2e)
    if before is None or before.carbon_kg_co2e is None:
        return text(language, "screen.chart_carbon", plan=plan, years=ledger.years)
    today = mass(before.carbon_kg_co2e)
    return text(language, "screen.chart_carbon_today", plan=plan, today=today, years=ledger.years)
