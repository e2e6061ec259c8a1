"""From the demonstration to figures of one's own: five questions first, then the placeholders by what they move."""

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from roi.amounts import money, with_unit
from roi.callbacks import to_the_end
from roi.figure import Figure
from roi.output.sensitivity.labels import figure_label, number_label, range_label
from roi.scenario.effective import RATES, effective_figures
from roi.scenario.load import demonstration
from roi.screens.context import Context, missing
from roi.screens.escaping import escaped
from roi.screens.first_answer import show_first_answer
from roi.screens.levers import in_unit, own_figure
from roi.screens.number_field import NumberField, show_number, take_number
from roi.screens.state import change, visit
from roi.screens.waiting import show_when_ready
from roi.sensitivity.inputs import field_of, owners
from roi.sensitivity.placeholders import Placeholder, placeholders
from roi.texts import Language, bundled, text

MOVES_FRACTION = 1e-9
"""Of the largest effect: what moves less only moves by rounding."""


def show(context: Context) -> None:
    """Questions while the scenario is the demonstration, then the list of what is left to bring."""
    language = context.language
    st.title(text(language, "screen.figures"))
    with st.expander(
        text(language, "screen.five"), icon=":material/counter_5:", expanded=visit().changed_at is None
    ):
        show_first_answer(context)
    st.subheader(text(language, "screen.to_bring"))
    held = placeholders(context.scenario)
    _show_progress(held, language)
    if not held:
        return
    found = show_when_ready("missing", missing, context, text(language, "screen.weighing"))
    if found is None:
        return
    most = max((each.npv_swing or 0.0 for each in found), default=0.0)
    moving = [each for each in found if (each.npv_swing or 0.0) > MOVES_FRACTION * most]
    st.caption(text(language, "screen.to_bring_meaning"))
    for each in moving:
        _show_row(each, context)
    rest = [each for each in found if each not in moving]
    if rest:
        words = text(language, "screen.to_bring_rest" if moving else "screen.to_bring_all", count=len(rest))
        with st.expander(words, icon=":material/more_horiz:", expanded=not moving):
            for each in rest:
                _show_row(each, context)


def _show_progress(held: Sequence[Placeholder], language: Language) -> None:
    """The list ticks itself off: what the demonstration leaves open and this scenario answers."""
    scenario = visit().scenario
    owner = owners(scenario)
    own = {
        (field_of(place), owner(place))
        for place, figure, _ in effective_figures(scenario)
        if not figure.placeholder
    }
    left = placeholders(demonstration())
    done = [each for each in left if (each.ranged.field, each.ranged.owner) in own]
    count, total = len(done), len(done) + len(held)
    st.progress(count / total if total else 1.0, text(language, "screen.brought", count=count, total=total))
    if done:
        with st.expander(text(language, "screen.brought_list"), icon=":material/check_box:"):
            for each in done:
                st.markdown(f":material/check_box: {escaped(figure_label(each.ranged, language))}")


def _show_row(each: Placeholder, context: Context) -> None:
    """What it is, what it moves, where to get it, and a field to put it in."""
    language, ranged, currency = context.language, each.ranged, context.scenario.currency
    name = figure_label(ranged, language)
    key = f"bring.{visit().levers}.{ranged.place}"
    with st.container(border=True):
        words, field = st.columns([3, 2], vertical_alignment="center")
        said = f":material/check_box_outline_blank: **{escaped(name)}**"
        if each.npv_swing:
            moves = text(language, "screen.moves", amount=money(each.npv_swing, currency, language))
            said += f"  \n{escaped(moves)}"
        words.markdown(said)
        told = text(language, "screen.range", range=range_label(ranged, language))
        if each.figure.replace_with:
            told = f"{text(language, 'screen.get_from', where=bundled(language, each.figure.replace_with))} {told}"
        words.caption(escaped(told))
        number = NumberField(key, name, ranged.unit, optional=True)
        show_number(
            number,
            f"{name}{in_unit(ranged.unit, language)}",
            None,
            placeholder=number_label(ranged.value),
            step=_bring,
            args=(number, ranged.place, each.figure),
            into=field,
        )
        field.button(
            text(
                language,
                "screen.it_is_right",
                value=with_unit(number_label(ranged.value), ranged.unit, language),
            ),
            key=f"{key}.right",
            on_click=_put,
            args=(ranged.place, ranged.value, each.figure),
            type="tertiary",
            icon=":material/check:",
        )


@to_the_end
def _bring(field: NumberField, place: str, before: Figure) -> None:
    take_number(field, lambda value: _own(place, value, before), "whole")


@to_the_end
def _put(place: str, value: float, before: Figure) -> None:
    change(_own(place, value, before), "whole")


def _own(place: str, value: float, before: Figure) -> dict[str, object]:
    """The visitor's own from now on; an exchange rate is of today."""
    own = own_figure(value, before)
    if not place.startswith(RATES):
        return {place: own}
    today = datetime.now(tz=UTC).date().isoformat()
    return {place: {"value": value, "as_of": today, "low": own.low, "high": own.high}}
