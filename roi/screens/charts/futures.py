"""Drawn futures: how many lie where, and what share lies below."""

from collections.abc import Sequence

import plotly.graph_objects as go

from roi.amounts import Unit
from roi.screens.charts.look import BLUE, SKY, VERMILION, Look, new_figure, plain
from roi.sensitivity.montecarlo.spread import Spread
from roi.texts import text

BINS = 50
SHOWN_FRACTION = 0.97
"""Share of futures on the scale; a long tail would squeeze all others into one bar."""
CURVE_POINTS = 200


def futures(
    amounts: Sequence[float], spread: Spread, now: float, unit: Unit, axis: str, title: str, look: Look
) -> go.Figure:
    """A histogram with the share below as a line; median, nine of ten, and the value as it stands."""
    ordered = sorted(amounts)
    shown = ordered[: max(int(len(ordered) * SHOWN_FRACTION), 2)]
    figure = new_figure(title, look, height=480)
    figure.add_histogram(
        x=[amount / unit.size for amount in shown],
        xbins=_bins(shown, unit),
        name=plain(text(look.language, "screen.futures_count")),
        marker={"color": SKY, "line": {"color": look.ink, "width": 0.5}},
        hovertemplate=f"%{{x}}: %{{y:,}} {plain(text(look.language, 'sensitivity.axis_futures'))}<extra></extra>",
    )
    _add_curve(figure, ordered, len(shown), unit, look)
    _add_lines(figure, spread, now, unit, look)
    _name_axes(figure, axis, look)
    _note(figure, len(ordered) - len(shown), look)
    return figure


def _bins(shown: Sequence[float], unit: Unit) -> dict[str, float]:
    """Bars of one width from the least to the largest amount on the scale."""
    least, most = shown[0] / unit.size, shown[-1] / unit.size
    return {"start": least, "end": most, "size": (most - least) / BINS or 1.0}


def _note(figure: go.Figure, hidden: int, look: Look) -> None:
    """How many lie beyond the scale."""
    figure.add_annotation(
        text=plain(text(look.language, "sensitivity.off_scale", count=hidden)),
        xref="paper",
        yref="paper",
        x=1,
        y=0.62,
        xanchor="right",
        showarrow=False,
        font={"size": 11, "color": look.quiet},
    )


def _add_curve(figure: go.Figure, ordered: Sequence[float], shown: int, unit: Unit, look: Look) -> None:
    step = max(shown // CURVE_POINTS, 1)
    places = range(0, shown, step)
    words = text(look.language, "screen.futures_below")
    figure.add_scatter(
        x=[ordered[place] / unit.size for place in places],
        y=[(place + 1) / len(ordered) for place in places],
        yaxis="y2",
        mode="lines",
        name=plain(words),
        line={"color": BLUE if not look.dark else look.ink, "width": 2.5},
        hovertemplate=f"{plain(words)} %{{x:,.4~g}}: %{{y:.0%}}<extra></extra>",
    )


def _add_lines(figure: go.Figure, spread: Spread, now: float, unit: Unit, look: Look) -> None:
    language = look.language
    for value, dash, colour, words in (
        (spread.p5, "dot", look.ink, text(language, "screen.line_p5", value=_short(spread.p5 / unit.size))),
        (
            spread.p50,
            "dash",
            look.ink,
            text(language, "screen.line_median", value=_short(spread.p50 / unit.size)),
        ),
        (
            spread.p95,
            "dot",
            look.ink,
            text(language, "screen.line_p95", value=_short(spread.p95 / unit.size)),
        ),
        (now, "solid", VERMILION, text(language, "screen.line_now", value=_short(now / unit.size))),
    ):
        figure.add_scatter(
            x=[value / unit.size, value / unit.size],
            y=[0, 1],
            yaxis="y2",
            mode="lines",
            name=plain(words),
            line={"color": colour, "width": 2, "dash": dash},
            hoverinfo="name",
        )


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}"


def _name_axes(figure: go.Figure, axis: str, look: Look) -> None:
    figure.update_xaxes(title_text=plain(axis), tickformat=",")
    figure.update_layout(
        yaxis={"title": {"text": text(look.language, "sensitivity.axis_futures")}, "tickformat": ","},
        yaxis2={
            "overlaying": "y",
            "side": "right",
            "range": [0, 1],
            "tickmode": "linear",
            "dtick": 0.25,
            "tickformat": ".0%",
            "showgrid": False,
            "title": {"text": text(look.language, "screen.axis_below")},
        },
        bargap=0.02,
    )
