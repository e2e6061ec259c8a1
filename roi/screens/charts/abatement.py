"""What less carbon would cost: from the cheapest to the cleanest."""

from collections.abc import Sequence

import plotly.graph_objects as go

from roi.amounts import mass, money, unit_price
from roi.decision.answer import Decision
from roi.output.sensitivity.labels import Names
from roi.screens.charts.look import BLUE, SKY, VERMILION, Look, hovers, new_figure, plain
from roi.sensitivity.frontier import CarbonPoint
from roi.texts import text
from roi.units import GRAMS_PER_KG


def abatement(decision: Decision, points: Sequence[CarbonPoint], look: Look) -> go.Figure:
    """Efficient plans, the cheapest marked, each with the price of its next tonne avoided."""
    names = Names(decision)
    figure = new_figure(_title(points, look), look)
    _add(figure, points, names, look, cheapest=False)
    _add(figure, points[:1], names, look, cheapest=True)
    figure.update_xaxes(
        title_text=text(look.language, "sensitivity.axis_carbon"), showgrid=True, tickformat=","
    )
    axis = text(look.language, "sensitivity.axis_cost", currency=look.coin)
    figure.update_yaxes(title_text=axis, tickformat=",", rangemode="tozero")
    return figure


def _add(
    figure: go.Figure, points: Sequence[CarbonPoint], names: Names, look: Look, *, cheapest: bool
) -> None:
    if cheapest:
        marker = {"symbol": "star", "size": 18, "color": VERMILION}
    else:
        marker = {"symbol": "circle", "size": 9, "color": SKY if look.dark else BLUE}
    key = "screen.state_chosen" if cheapest else "screen.abatement_points"
    figure.add_scatter(
        x=[point.carbon_kg_per_accepted_image * GRAMS_PER_KG for point in points],
        y=[point.cost_per_accepted_image for point in points],
        mode="markers" if cheapest else "lines+markers",
        name=plain(text(look.language, key)),
        line={"color": look.quiet, "dash": "dash", "width": 1.5},
        marker={**marker, "line": {"color": look.ink, "width": 1.2}},
        **hovers(_told(point, names, look) for point in points),
    )


def _told(point: CarbonPoint, names: Names, look: Look) -> list[str]:
    cost = unit_price(point.cost_per_accepted_image, look.currency, look.language)
    slope = point.abatement_cost_per_tonne
    settings = ", ".join(f"{pick.images} x {pick.attempts_max}" for pick in point.picks)
    return [
        f"{names.of(point.picks)}, {settings}",
        text(look.language, "screen.hover_cost", cost=cost),
        text(look.language, "screen.hover_carbon", mass=mass(point.carbon_kg_per_accepted_image)),
        "" if slope is None else _slope(slope, look),
    ]


def _slope(slope: float, look: Look) -> str:
    amount = money(slope, look.currency, look.language)
    return text(look.language, "screen.hover_tonne", amount=amount)


def _title(points: Sequence[CarbonPoint], look: Look) -> str:
    first, last = points[0], points[-1]
    if len(points) == 1:
        return text(look.language, "sensitivity.frontier_one")
    return text(
        look.language,
        "screen.chart_abatement",
        clean=mass(last.carbon_kg_per_accepted_image),
        now=mass(first.carbon_kg_per_accepted_image),
        cost=unit_price(last.cost_per_accepted_image, look.currency, look.language),
        before=unit_price(first.cost_per_accepted_image, look.currency, look.language),
    )
