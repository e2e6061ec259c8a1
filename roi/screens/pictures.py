"""A chart on a page: as wide as the page, saved by its own menu, its statement for who cannot see it."""

from collections.abc import Callable

import streamlit as st

from roi.output.charts.grammar import Spec, said_of
from roi.output.charts.look import Look
from roi.screens.context import Context


def look_of(context: Context) -> Look:
    """What charts have to know of this visit."""
    return Look(context.language, context.dark, context.scenario.currency)


def show_chart(spec: Spec, name: str, ask: Callable[[], None] | None = None, said: str = "") -> None:
    """The chart; a click on a mark asks about it where `ask` is given. `said` where its title stands elsewhere."""
    asked = [param["name"] for layer in spec["layer"] for param in layer.get("params", ())]
    if ask is None or not asked:
        st.vega_lite_chart(spec, theme=None, key=f"chart.{name}", alt=said or said_of(spec), width="stretch")
    else:
        st.vega_lite_chart(
            spec,
            theme=None,
            key=f"chart.{name}",
            alt=said or said_of(spec),
            width="stretch",
            on_select=ask,
            selection_mode=asked,
        )
