"""Cost, quality and carbon of every offer at once; the frontier is what is cheapest at each quality."""

import math
from collections.abc import Iterator, Sequence

import plotly.graph_objects as go

from roi.output.figures import mass, quantity
from roi.scenario.workload import Workload
from roi.screens.charts.look import VERMILION, Look, hovers, new_figure, plain
from roi.screens.charts.offer_states import Seen
from roi.screens.language import unit_price
from roi.sensitivity.frontier import FidPoint
from roi.texts import text
from roi.units import GRAMS_PER_KG

SYMBOLS = {
    "out": ("x-thin", 8),
    "api_out": ("square-x-open", 10),
    "api": ("square", 10),
    "in": ("circle", 9),
    "near": ("diamond", 12),
    "chosen": ("star", 18),
}
"""How each kind of mark looks, the later ones on top."""
COLOURED = ("in", "near")
CARBON_COLOURS = "Cividis"
"""Even to colour-blind eyes and in grey (J. R. Nuñez, C. R. Anderton and R. S. Renslow, PLOS ONE 2018)."""
TICKS = tuple(digit * 10.0**power for power in range(-4, 4) for digit in (1, 2, 5))
"""Round numbers on the scale of colours [gCO2e]."""
CARBON_UNIT = "gCO2e"
LOG_FROM = 8.0
"""Ratio of the dearest to the cheapest from which costs stand on a scale of ratios."""


def frontier(rows: Sequence[Seen], steps: Sequence[FidPoint], workload: Workload, look: Look) -> go.Figure:
    """FID to the right, cost upwards, carbon as colour, state as symbol; each mark carries its id."""
    shown = [row for row in rows if row.fid is not None and row.cost_per_accepted_image is not None]
    figure = new_figure(_title(rows, look), look, height=540)
    _add_steps(figure, steps, look)
    grams = [_grams(row) for row in shown if row.state != "out" and row.kind != "api"]
    known = [gram for gram in grams if gram is not None]
    scale = (min(known), max(known)) if known else (1.0, 1.0)
    for kind in SYMBOLS:
        mine = [row for row in shown if _kind(row) == kind]
        if mine:
            _add(figure, kind, mine, scale, look)
    _add_bar(figure, [row.fid for row in shown if row.fid is not None], workload, look)
    costs = [row.cost_per_accepted_image for row in shown if row.cost_per_accepted_image]
    _name_axes(figure, costs, workload, look)
    return figure


def _kind(row: Seen) -> str:
    if row.kind == "api" and row.state != "chosen":
        return "api_out" if row.state == "out" else "api"
    return row.state


def _grams(row: Seen) -> float | None:
    kg = row.carbon_kg_per_accepted_image
    return None if not kg else kg * GRAMS_PER_KG


def _on_scale(row: Seen) -> float | None:
    """Place on the scale of colours, one of ratios: boards differ by powers of ten."""
    grams = _grams(row)
    return None if grams is None else math.log10(grams)


def _add(figure: go.Figure, kind: str, rows: Sequence[Seen], scale: tuple[float, float], look: Look) -> None:
    symbol, size = SYMBOLS[kind]
    coloured = kind in COLOURED
    marker = {
        "symbol": symbol,
        "size": size,
        "color": [_on_scale(row) for row in rows] if coloured else _plain_colour(kind, look),
        "line": {"color": look.ink, "width": 1.2},
    }
    if coloured:
        marker |= {"coloraxis": "coloraxis"}
        figure.update_layout(coloraxis=_colour_scale(scale))
    figure.add_scatter(
        x=[row.fid for row in rows],
        y=[row.cost_per_accepted_image for row in rows],
        customdata=[[row.id, row.supply] for row in rows],
        mode="markers",
        name=plain(text(look.language, f"screen.state_{kind}")),
        marker=marker,
        **hovers(_told(row, look) for row in rows),
    )


def _plain_colour(kind: str, look: Look) -> str:
    return VERMILION if kind == "chosen" else look.quiet


def _told(row: Seen, look: Look) -> Iterator[str]:
    language, cost = look.language, row.cost_per_accepted_image
    yield row.label
    if cost is not None:
        price = unit_price(cost, look.currency, language)
        yield text(language, "screen.hover_cost", cost=price)
    yield f"FID {row.fid:.2f}"
    kg = row.carbon_kg_per_accepted_image
    yield text(
        language, "screen.hover_carbon_none" if kg is None else "screen.hover_carbon", mass=mass(kg or 0.0)
    )
    if row.reason:
        yield text(language, "screen.hover_out", reason=row.reason)
    if row.source:
        yield text(language, "screen.source", source=row.source)


def _colour_scale(scale: tuple[float, float]) -> dict[str, object]:
    ticks = [tick for tick in TICKS if scale[0] <= tick <= scale[1]] or list(scale)
    return {
        "colorscale": CARBON_COLOURS,
        "cmin": math.log10(scale[0]),
        "cmax": math.log10(scale[1]),
        "colorbar": {
            "title": {"text": CARBON_UNIT, "side": "top", "font": {"size": 10}},
            "thickness": 10,
            "tickfont": {"size": 10},
            "tickvals": [math.log10(tick) for tick in ticks],
            "ticktext": [quantity(tick) for tick in ticks],
        },
    }


def _add_steps(figure: go.Figure, steps: Sequence[FidPoint], look: Look) -> None:
    """The cheapest at each FID, where that is more than one."""
    ordered = sorted(steps, key=lambda point: point.fid)
    if len(ordered) < 2:
        return
    figure.add_scatter(
        x=[point.fid for point in ordered],
        y=[point.cost_per_accepted_image for point in ordered],
        mode="lines",
        line={"shape": "hv", "color": look.quiet, "width": 1.5, "dash": "dot"},
        name=plain(text(look.language, "screen.frontier_line")),
        hoverinfo="skip",
    )


def _add_bar(figure: go.Figure, fids: Sequence[float], workload: Workload, look: Look) -> None:
    """The quality bar, where it lies near what is shown."""
    bar = workload.quality.fid_max
    if bar is not None and fids and bar <= 2 * max(fids):
        figure.add_vline(
            x=bar,
            line={"color": look.ink, "width": 1.5, "dash": "dash"},
            annotation={
                "text": plain(text(look.language, "screen.bar_line", fid=bar)),
                "font": {"size": 11, "color": look.ink},
                "textangle": -90,
                "yref": "paper",
                "y": 1,
                "yanchor": "top",
                "xanchor": "right",
            },
        )


def _name_axes(figure: go.Figure, costs: Sequence[float], workload: Workload, look: Look) -> None:
    reference = workload.quality.reference
    figure.update_xaxes(title_text=plain(text(look.language, "screen.axis_fid", reference=reference)))
    figure.update_yaxes(
        title_text=text(look.language, "sensitivity.axis_cost", currency=look.currency), tickformat=","
    )
    if costs and max(costs) > LOG_FROM * min(costs):
        figure.update_yaxes(type="log", dtick="D2")


def _title(rows: Sequence[Seen], look: Look) -> str:
    passing = sum(row.state != "out" for row in rows)
    chosen = next((row for row in rows if row.state == "chosen"), None)
    if chosen is None:
        return text(look.language, "screen.chart_frontier_none", count=passing, total=len(rows))
    where = f"{chosen.model} / {chosen.supply}"
    return text(look.language, "screen.chart_frontier", option=where, count=passing, total=len(rows))
