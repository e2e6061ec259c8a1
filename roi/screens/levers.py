"""The sidebar's levers: the few assumptions that a meeting asks about first."""

import re

import streamlit as st
from pydantic import BaseModel

from bench.boards import same_board
from bench.library import known_references
from bench.profile import Profile
from roi.amounts import unit_words
from roi.callbacks import to_the_end
from roi.figure import MONEY, Figure
from roi.scenario.acceptance_input import AcceptanceInput
from roi.scenario.company_limits import Limits
from roi.scenario.document import Scenario
from roi.scenario.load import demonstration
from roi.scenario.meaning import label, meaning
from roi.scenario.schema import unit_at
from roi.scenario.site import Site
from roi.scenario.supply import Api
from roi.scenario.workload import Bar, QualityBar, Workload
from roi.scenario.written import resolve
from roi.screens.escaping import escaped
from roi.screens.number_field import NumberField, show_number, take_number
from roi.screens.state import open_demonstration, redo, undo, visit
from roi.screens.typed import begin_field, moved, take
from roi.texts import Language, bundled, text

FID_SHOWN_MAX = 40.0
"""Every published model passes a bar above it."""
FID_SHOWN_MIN = 0.1
FID_STEP = 0.1


def show_levers(language: Language) -> None:
    """The levers of one workload and of the company."""
    scenario, profiles = visit().scenario, visit().profiles
    st.subheader(text(language, "screen.levers"))
    index = _workload(scenario, language)
    workload, place = scenario.workloads[index], f"workloads[{index}]"
    _fid(workload, place, language)
    _reference(workload, place, profiles, language)
    _bars(workload, place, language)
    _boards(scenario, profiles, language)
    _figure(AcceptanceInput, f"{place}.acceptance.mean", workload.acceptance.mean, language)
    _figure(Workload, f"{place}.images_per_month", workload.images_per_month, language)
    _figure(Site, "site.electricity_price", scenario.site.electricity_price, language)
    _figure(Limits, "limits.internal_carbon_price", scenario.limits.internal_carbon_price, language)
    st.caption(text(language, "screen.mark"))
    _steps(language)


def _key(name: str) -> str:
    return f"lever.{visit().levers}.{name}"


def _workload(scenario: Scenario, language: Language) -> int:
    """Which workload the levers move; no question where there is one."""
    names = [workload.name for workload in scenario.workloads]
    if len(names) == 1:
        return 0
    found = st.selectbox(
        label(Scenario, "workloads", language),
        range(len(names)),
        format_func=lambda index: names[index],
        key=_key("workload"),
    )
    return int(found)


def _fid(workload: Workload, place: str, language: Language) -> None:
    """The bar twice: a number to type and a slider to move; nothing where no FID is asked for."""
    fid_max = workload.quality.fid_max
    if fid_max is None:
        return
    least, most = min(FID_SHOWN_MIN, fid_max), max(FID_SHOWN_MAX, fid_max)
    name, slider = label(QualityBar, "fid_max", language), _key(f"{place}.fid_slider")
    number = NumberField(_key(f"{place}.fid_number"), name, decimals=2)
    show_number(
        number,
        name,
        fid_max,
        meaning=meaning(QualityBar, "fid_max", language),
        step=_type_fid,
        args=(place, number, slider),
    )
    begin_field(slider, fid_max, _slide_fid, place, slider, number)
    st.slider(
        text(language, "screen.fid_slider"),
        min_value=least,
        max_value=most,
        value=fid_max,
        step=FID_STEP,
        format="%.1f",
        key=slider,
        on_change=_slide_fid,
        args=(place, slider, number),
    )


@to_the_end
def _type_fid(place: str, number: NumberField, slider: str) -> None:
    take_number(number, lambda fid: {f"{place}.quality.fid_max": fid}, "levers", lambda fid: {slider: fid})


@to_the_end
def _slide_fid(place: str, slider: str, number: NumberField) -> None:
    if moved(slider):
        fid = float(st.session_state[slider])
        take(slider, {f"{place}.quality.fid_max": fid}, "levers", fid, {number.key: number.spelled(fid)})


def _reference(workload: Workload, place: str, profiles: tuple[Profile, ...], language: Language) -> None:
    known = [reference.id for reference in known_references() if reference.metric == "fid"]
    own = {q.reference for profile in profiles for q in profile.quality if q.metric.casefold() == "fid"}
    now = workload.quality.reference
    choices = list(dict.fromkeys([*known, *sorted(own), now]))
    key = _key(f"{place}.reference")
    begin_field(key, now, _move, f"{place}.quality.reference", key)
    st.selectbox(
        label(QualityBar, "reference", language),
        choices,
        index=choices.index(now),
        key=key,
        help=escaped(meaning(QualityBar, "reference", language)),
        on_change=_move,
        args=(f"{place}.quality.reference", key),
    )


def _bars(workload: Workload, place: str, language: Language) -> None:
    """A number for each bar beside the FID."""
    for number, bar in enumerate(workload.quality.bars):
        name = "at_least" if bar.higher_is_better else "at_most"
        where = f"{place}.quality.bars[{number}].{name}"
        said = label(Bar, name, language)
        field = NumberField(_key(where), said)
        show_number(
            field,
            f"{said}: {_spoken(bar.reference)}",
            bar.limit,
            meaning=meaning(Bar, name, language),
            step=_move_bar,
            args=(where, field),
        )


@to_the_end
def _move_bar(place: str, field: NumberField) -> None:
    take_number(field, lambda limit: {place: limit}, "levers")


def _spoken(reference: str) -> str:
    """A screen reader spells a label's backslashes: only references that hold more than words have them."""
    return reference if re.fullmatch(r"[\w /.-]+", reference) else escaped(reference)


def _boards(scenario: Scenario, profiles: tuple[Profile, ...], language: Language) -> None:
    """Boards that a supply offers and a profile was measured on; none chosen means any."""
    offered = {supply.board for supply in scenario.supplies if not isinstance(supply, Api)}
    measured = {profile.hardware.accelerator for profile in profiles}
    useful = {board for board in offered if any(same_board(each, board) for each in measured)}
    now = list(scenario.limits.boards)
    key = _key("boards")
    begin_field(key, now, _move, "limits.boards", key)
    st.multiselect(
        label(Limits, "boards", language),
        [*now, *sorted(useful - set(now))],
        default=now,
        placeholder=text(language, "screen.any_board"),
        key=key,
        help=escaped(meaning(Limits, "boards", language)),
        on_change=_move,
        args=("limits.boards", key),
    )


@to_the_end
def _move(place: str, key: str) -> None:
    if moved(key):
        take(key, {place: st.session_state[key]}, "levers", st.session_state[key])


def _figure(part: type[BaseModel], place: str, figure: Figure | None, language: Language) -> None:
    """A figure as a number in its own unit; an empty one is left out of the scenario."""
    scenario, name = visit().scenario, place.rpartition(".")[2]
    own_unit = unit_at(resolve(scenario.model_dump(mode="json"), place), {}) or "1"
    unit = (
        own_unit.replace(MONEY, scenario.currency) if figure is None or figure.unit is None else figure.unit
    )
    mark = " ▲" if figure is not None and figure.placeholder else ""
    said = meaning(part, name, language)
    source = (
        "" if figure is None else text(language, "screen.source", source=bundled(language, figure.source))
    )
    field = NumberField(_key(place), label(part, name, language), unit, optional=True)
    show_number(
        field,
        f"{field.name}{in_unit(unit, language)}{mark}",
        None if figure is None else figure.value,
        placeholder=text(language, "screen.none"),
        meaning=f"{said} {source}",
        step=_move_figure,
        args=(place, field, figure),
    )


def in_unit(unit: str, language: Language) -> str:
    """Behind a field's name; shares stand bare."""
    return "" if unit == "1" else f" [{unit_words(unit, language)}]"


@to_the_end
def _move_figure(place: str, field: NumberField, before: Figure | None) -> None:
    """The number becomes the visitor's own; the range stays while it holds the number."""
    take_number(field, lambda value: {place: own_figure(value, before)}, "levers", emptied={place: None})


def own_figure(value: float, before: Figure | None) -> Figure:
    """A figure that the visitor entered over another one."""
    if before is None:
        return Figure(value=value)
    low = before.low if before.low is not None and before.low <= value else None
    high = before.high if before.high is not None and before.high >= value else None
    return Figure(value=value, unit=before.unit, low=low, high=high)


def _steps(language: Language) -> None:
    """Back, forward, and to the demonstration; the last asks first."""
    now = visit()
    back, forward = st.columns(2)
    for place, name, step, possible in (
        (back, "undo", undo, now.before),
        (forward, "redo", redo, now.after),
    ):
        place.button(
            text(language, f"screen.{name}"),
            on_click=step,
            disabled=not possible,
            icon=f":material/{name}:",
            width="stretch",
        )
    if now.scenario != demonstration() or now.files:
        with st.popover(text(language, "screen.start_again"), icon=":material/restart_alt:", width="stretch"):
            st.write(text(language, "screen.start_again_meaning"))
            st.button(
                text(language, "screen.start_again_really"), on_click=open_demonstration, type="primary"
            )
