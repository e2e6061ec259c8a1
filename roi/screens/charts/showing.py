"""A figure on the page: its tools, its saved picture, its words for who cannot see it."""

from typing import Any

import plotly.graph_objects as go
import streamlit as st

from roi.screens.charts.look import Look
from roi.screens.context import Context
from roi.texts import Language, text

FORMATS = ("png", "svg")
_FORMAT = "picture_format"
SCALE = 2
"""Pixels of a saved picture for each of the screen's: sharp on a slide."""


def look_of(context: Context) -> Look:
    """What figures have to know of this visit."""
    return Look(context.language, context.dark, context.scenario.currency)


def show_chart(figure: go.Figure, name: str) -> None:
    """The figure as wide as the page."""
    st.plotly_chart(
        figure, theme=None, key=f"chart.{name}", config=tools(name), alt=described(figure), width="stretch"
    )


def tools(name: str) -> dict[str, Any]:
    """Buttons on a figure: save and reset; a wheel scrolls the page and not the figure."""
    return {
        "displaylogo": False,
        "scrollZoom": False,
        "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
        "toImageButtonOptions": {
            "format": st.session_state.get(_FORMAT) or FORMATS[0],
            "filename": name,
            "scale": SCALE,
        },
    }


def described(figure: go.Figure) -> str:
    """The statement on top of a figure, for screen readers."""
    return str(figure.layout.title.text or "").replace("<br>", " ")


def show_format(language: Language) -> None:
    """In which format the camera of a figure saves it."""
    st.segmented_control(
        text(language, "screen.picture_format"),
        FORMATS,
        default=FORMATS[0],
        format_func=str.upper,
        required=True,
        key=_FORMAT,
    )
