"""Cash of every year by component, the plan's bar beside today's."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from roi.amounts import Unit, money, money_unit
from roi.output.plan.totals import today_ledger, today_worth
from roi.output.years import year_labels
from roi.planning.answer import COMPONENTS, Ledger, PlanDecision, Worth
from roi.screens.charts.look import COMPONENT_LOOKS, Look, filled, hovers, new_figure, plain
from roi.texts import text

Amounts = Mapping[str, Sequence[float]]


def years(decision: PlanDecision, ledger: Ledger, worth: Worth, look: Look) -> go.Figure:
    """Components stacked by year; what is below zero hangs below."""
    today = today_ledger(decision)
    sides = [ledger] if today is None else [ledger, today]
    amounts = [side.by_component_and_year() for side in sides]
    unit = money_unit(_largest(amounts), look.currency, look.language)
    figure = new_figure(_title(decision, worth, look), look, height=480)
    axis = _axis(decision, ledger, len(sides), look)
    for name in COMPONENTS:
        if any(name in side for side in amounts):
            _add(figure, name, amounts, axis, unit, look)
    figure.update_layout(barmode="relative", legend={"traceorder": "normal"})
    figure.update_yaxes(title_text=text(look.language, "screen.axis_cash", unit=unit.name), tickformat=",")
    figure.update_xaxes(tickangle=0 if len(sides) == 1 else -60)
    return figure


def _largest(sides: Sequence[Amounts]) -> list[float]:
    return [amount for side in sides for by_year in side.values() for amount in by_year]


def _axis(decision: PlanDecision, ledger: Ledger, sides: int, look: Look) -> list[list[str]] | list[str]:
    """Names of the bars; two rows of them where today stands beside the plan."""
    labels = year_labels(decision.scenario, ledger.years, look.language)
    if sides == 1:
        return list(labels)
    names = [text(look.language, f"screen.side_{side}") for side in ("plan", "today")]
    return [[label for label in labels for _ in names], [name for _ in labels for name in names]]


def _add(
    figure: go.Figure,
    name: str,
    sides: Sequence[Amounts],
    axis: list[list[str]] | list[str],
    unit: Unit,
    look: Look,
) -> None:
    count = max(len(by_year) for side in sides for by_year in side.values())
    nothing = (0.0,) * count
    amounts = [side.get(name, nothing)[year] for year in range(count) for side in sides]
    title = text(look.language, f"component.{name}")
    places = axis if len(sides) == 1 else zip(*axis, strict=True)
    told = [
        (
            f"{title}: {money(amount, look.currency, look.language)}",
            place if isinstance(place, str) else ", ".join(place),
        )
        for amount, place in zip(amounts, places, strict=True)
    ]
    figure.add_bar(
        x=axis,
        y=[amount / unit.size for amount in amounts],
        name=plain(title),
        marker=filled(*COMPONENT_LOOKS[name], look),
        **hovers(told),
    )


def _title(decision: PlanDecision, worth: Worth, look: Look) -> str:
    before, language = today_worth(decision), look.language
    horizon = int(decision.scenario.finance.horizon_years.value)
    plan = money(worth.tco, look.currency, language)
    if before is None:
        return text(language, "screen.chart_years", years=horizon, plan=plan)
    today = money(before.tco, look.currency, language)
    return text(language, "screen.chart_years_today", years=horizon, plan=plan, today=today)
