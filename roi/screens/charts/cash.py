"""Cash of the plan against today, month by month and added up, with the month in which it is paid back."""

from itertools import accumulate

import plotly.graph_objects as go

from roi.amounts import Unit, money, money_unit, whole_months
from roi.planning.answer import FinanceResult
from roi.screens.charts.look import BLUE, GREEN, SKY, VERMILION, Look, hovers, new_figure, plain
from roi.texts import text


def cash(finance: FinanceResult, look: Look) -> go.Figure:
    """The sum of all cash so far, above zero from the payback on."""
    levels = list(accumulate(finance.cash_flows))
    unit = money_unit(levels, look.currency, look.language)
    figure = new_figure(_title(finance, look), look)
    figure.add_scatter(
        x=list(range(len(levels))),
        y=[level / unit.size for level in levels],
        mode="lines",
        name=plain(text(look.language, "screen.cash_line")),
        line={"color": SKY if look.dark else BLUE, "width": 3},
        fill="tozeroy",
        fillcolor="rgba(86, 180, 233, 0.15)",
        **hovers(_told(month, level, look) for month, level in enumerate(levels)),
    )
    simple, discounted = finance.simple_payback_months, finance.discounted_payback_months
    if simple:
        words = text(look.language, "screen.payback_simple", months=whole_months(simple, look.language))
        _mark(figure, simple, words, GREEN, "diamond", look)
    if discounted and discounted != simple:
        months = whole_months(discounted, look.language)
        words = text(look.language, "screen.payback_discounted", months=months)
        _mark(figure, discounted, words, VERMILION, "circle-open", look)
    _name_axes(figure, unit, look)
    return figure


def _told(month: int, level: float, look: Look) -> tuple[str, str]:
    at = text(look.language, "screen.cash_month", month=month)
    return at, money(level, look.currency, look.language)


def _mark(figure: go.Figure, months: float, words: str, colour: str, symbol: str, look: Look) -> None:
    """A mark on the zero line, named in the legend."""
    figure.add_scatter(
        x=[months],
        y=[0.0],
        mode="markers",
        name=plain(words),
        marker={"color": colour, "symbol": symbol, "size": 13, "line": {"color": look.ink, "width": 1.5}},
        cliponaxis=False,
        **hovers([(words,)]),
    )


def _name_axes(figure: go.Figure, unit: Unit, look: Look) -> None:
    figure.update_xaxes(title_text=text(look.language, "plan.chart_months"), dtick=12, rangemode="tozero")
    figure.update_yaxes(
        title_text=text(look.language, "screen.axis_against_today", unit=unit.name),
        tickformat=",",
        zerolinewidth=2,
    )


def _title(finance: FinanceResult, look: Look) -> str:
    npv = money(abs(finance.npv), look.currency, look.language)
    return text(
        look.language,
        "screen.chart_cash_gain" if finance.npv >= 0.0 else "screen.chart_cash_loss",
        years=finance.horizon_years,
        npv=npv,
    )
