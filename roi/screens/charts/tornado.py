"""What each figure's range does to the cost of an accepted image."""

from collections.abc import Sequence

import plotly.graph_objects as go

from roi.amounts import unit_price
from roi.output.sensitivity.charts import BARS_SHOWN
from roi.output.sensitivity.labels import Names, figure_label, rule_names, value_label
from roi.output.sensitivity.tornado import moving, scale_of
from roi.screens.charts.look import ORANGE, SKY, Look, filled, hovers, new_figure, plain, wrapped
from roi.sensitivity.analysis import Analysis
from roi.sensitivity.judging import decision_verdict
from roi.sensitivity.tornado import End, TornadoBar
from roi.texts import text

BAR_PIXELS = 40
AROUND_PIXELS = 170
LABEL_COLUMNS = 22
ROOM_FRACTION = 0.3
"""Room for the values beside the bars, on the narrowest screen."""


def tornado(analysis: Analysis, look: Look) -> go.Figure:
    """Bars from the cost as it stands to the cost at either end; ends without an answer are named."""
    bars = moving(analysis)[:BARS_SHOWN]
    base = decision_verdict(analysis.decision).cost_per_accepted_image or 0.0
    figure = new_figure(_title(bars, look), look, height=AROUND_PIXELS + BAR_PIXELS * len(bars))
    _add(figure, bars, "low", base, analysis, look)
    _add(figure, bars, "high", base, analysis, look)
    figure.add_vline(x=base, line={"color": look.ink, "width": 2})
    figure.update_layout(barmode="overlay", bargap=0.25)
    axis = text(look.language, "sensitivity.axis_cost", currency=look.coin)
    figure.update_xaxes(title_text=axis, showgrid=True, tickformat=",", range=_reach(bars, base))
    figure.update_yaxes(autorange="reversed", showgrid=False)
    return figure


def _reach(bars: Sequence[TornadoBar], base: float) -> list[float]:
    """From the cheapest to the dearest end, with room for the values written beside the bars."""
    least, most = scale_of(bars)
    least, most = min(least, base), max(most, base)
    room = ROOM_FRACTION * ((most - least) or 1.0)
    return [least - 0.5 * room, most + room]


def _add(
    figure: go.Figure, bars: Sequence[TornadoBar], side: str, base: float, analysis: Analysis, look: Look
) -> None:
    ends: list[End] = [getattr(bar, side) for bar in bars]
    costs = [base if end.cost_per_accepted_image is None else end.cost_per_accepted_image for end in ends]
    surface = (SKY, "") if side == "low" else (ORANGE, "/")
    figure.add_bar(
        x=[cost - base for cost in costs],
        base=base,
        y=[wrapped(figure_label(bar.ranged, look.language), LABEL_COLUMNS) for bar in bars],
        name=plain(text(look.language, f"sensitivity.legend_{side}")),
        orientation="h",
        text=[_mark(bar, end, look) for bar, end in zip(bars, ends, strict=True)],
        textposition="outside",
        textfont={"size": 10},
        cliponaxis=False,
        marker=filled(*surface, look),
        **hovers(_told(bar, end, analysis, look) for bar, end in zip(bars, ends, strict=True)),
    )


def _mark(bar: TornadoBar, end: End, look: Look) -> str:
    """The value at the end, with a star where another option is the best there."""
    value = value_label(bar.ranged, end.value, look.language)
    if end.cost_per_accepted_image is None:
        return plain(f"{value}: {text(look.language, 'sensitivity.no_answer')}")
    if end.value == bar.ranged.value:
        return ""
    return plain(f"{value} *" if end.changes else value)


def _told(bar: TornadoBar, end: End, analysis: Analysis, look: Look) -> list[str]:
    at = f"{figure_label(bar.ranged, look.language)}: {value_label(bar.ranged, end.value, look.language)}"
    if end.cost_per_accepted_image is None:
        rules = rule_names((end.fault or "").split(", "), look.language)
        return [at, text(look.language, "sensitivity.then_nothing", rules=rules)]
    cost = text(
        look.language,
        "screen.hover_cost",
        cost=unit_price(end.cost_per_accepted_image, look.currency, look.language),
    )
    then = Names(analysis.decision).of(end.picks) if end.changes else ""
    return [at, cost, text(look.language, "screen.hover_then", option=then) if then else ""]


def _title(bars: Sequence[TornadoBar], look: Look) -> str:
    if not bars:
        return text(look.language, "sensitivity.chart_tornado")
    most = figure_label(bars[0].ranged, look.language)
    for end in (bars[0].low, bars[0].high):
        if not end.picks:
            value = value_label(bars[0].ranged, end.value, look.language)
            return text(look.language, "screen.chart_tornado_unanswered", figure=most, value=value)
    costs = sorted(end.cost_per_accepted_image or 0.0 for end in (bars[0].low, bars[0].high))
    low, high = (unit_price(cost, look.currency, look.language) for cost in costs)
    return text(look.language, "screen.chart_tornado", figure=most, low=low, high=high)
