"""What a visitor takes away: the scenario as a link and as files, the report, made once for the same inputs."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial

import streamlit as st

from roi.callbacks import to_the_end
from roi.errors import RoiError
from roi.output.report.files import Format, report_file
from roi.output.report.material import kept_analysis, report_material
from roi.resources import template_path
from roi.scenario.document import Scenario
from roi.scenario.yaml_writing import yaml_of
from roi.screens.browser_storage import local_time
from roi.screens.context import DRAWS, Context, kept, planned
from roi.screens.escaping import escaped
from roi.screens.sharing import PARAMETER, link_value
from roi.screens.state import forget_kept, open_kept, visit
from roi.screens.waiting import show_when_ready
from roi.screens.workers import apart
from roi.texts import Language, text
from roi.texts.messages import said
from roi.workbook.convert import can_convert
from roi.workbook.inputs.writing import input_book
from roi.workbook.report.pages.material import Material
from roi.workbook.write import book_bytes

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REPORTS: dict[Format, str] = {"xlsx": XLSX, "pdf": "application/pdf", "md": "text/markdown"}
"""Kinds of report and their media types."""


def show_share(language: Language) -> None:
    """The link that carries the scenario, made when it is asked for."""
    with st.popover(text(language, "screen.share"), icon=":material/link:", width="stretch"):
        try:
            value = link_value(visit().scenario, language)
        except RoiError as fault:
            st.warning(escaped(said(language, fault)))
            return
        st.caption(text(language, "screen.share_meaning"))
        st.code(_address(value), language=None, wrap_lines=True)
        if visit().files:
            st.caption(text(language, "screen.share_profiles"))


def show_scenario_files(language: Language) -> None:
    """The scenario as YAML and as a workbook that can be filled in."""
    scenario = visit().scenario
    yaml, xlsx = st.columns(2)
    yaml.download_button(
        text(language, "screen.take_yaml"),
        data=lambda: yaml_of(scenario, language),
        file_name="scenario.yaml",
        mime="application/yaml",
        on_click="ignore",
        icon=":material/download:",
        width="stretch",
    )
    xlsx.download_button(
        text(language, "screen.take_xlsx"),
        data=lambda: workbook(scenario, language),
        file_name="scenario.xlsx",
        mime=XLSX,
        on_click="ignore",
        icon=":material/download:",
        width="stretch",
    )


def show_kept(language: Language) -> None:
    """What the browser keeps of other visits, to be gone on with or forgotten."""
    kept = [each for each in visit().kept if each.visit != visit().name]
    if not kept:
        return
    st.caption(text(language, "screen.kept"))
    for each in kept:
        words, out = st.columns([4, 1], vertical_alignment="center")
        words.text(f"{each.name}  {local_time(each.changed_at)}")
        out.button(
            text(language, "screen.open"), key=f"kept.{each.visit}", on_click=open_kept, args=(each, language)
        )
    with st.popover(text(language, "screen.forget"), icon=":material/delete:"):
        st.write(text(language, "screen.forget_meaning"))
        st.button(text(language, "screen.forget_really"), on_click=forget_kept, type="primary")


def show_report(context: Context) -> None:
    """The report of the plan as workbook, as PDF and as a page for a chat.

    What takes long of it is worked out beside the page when it is asked for, and the page says how long that took
    the last time.
    """
    language = context.language
    asked = context.inputs
    if st.session_state.get(_ASKED) != asked:
        st.button(
            text(language, "screen.make_report"),
            on_click=_ask_for_report,
            args=(asked,),
            icon=":material/description:",
        )
        st.caption(text(language, "screen.make_report_meaning"))
        return
    words = text(language, "screen.making_report", seconds=_took()[-1])
    if show_when_ready(f"report.{language}", told, context, words) is None:
        return
    show_files(partial(report, context), "report", "screen.take_report", language)
    st.caption(text(language, "screen.take_report_meaning"))


def show_files(made: Callable[[Format], bytes], name: str, words: str, language: Language) -> None:
    """A button for each kind of file that a report can be taken as; `words` are the key of what stands on them."""
    for place, (kind, mime) in zip(st.columns(len(REPORTS)), REPORTS.items(), strict=True):
        lack = text(language, "screen.no_converter") if kind == "pdf" and not can_convert() else None
        place.download_button(
            text(language, f"{words}_{kind}"),
            data=partial(made, kind),
            file_name=f"{name}.{kind}",
            mime=mime,
            on_click="ignore",
            icon=":material/download:",
            width="stretch",
            disabled=lack is not None,
            help=lack,
        )


def report(context: Context, kind: Format) -> bytes:
    """The report of the visitor's plan."""
    return report_file(told(context), kind).content


def workbook(scenario: Scenario, language: Language) -> bytes:
    """The input workbook of a scenario."""
    return book_bytes(input_book(scenario, language), template_path("report.xlsx"))


def _address(value: str) -> str:
    page = (st.context.url or "").split("?")[0]
    return f"{page}?{PARAMETER}={value}" if value else page


REPORTS_KEPT_MAX = 8
REPORT_SECONDS = 10.0
"""What a report takes, before one was made on this server [s]."""
_ASKED = "report.asked"
"""Key of the inputs for which a report was asked."""


@to_the_end
def _ask_for_report(asked: str) -> None:
    st.session_state[_ASKED] = asked


@st.cache_resource(show_spinner=False)
def _took() -> list[float]:
    """Seconds of the reports made so far."""
    return [REPORT_SECONDS]


def told(context: Context) -> Material:
    """The material of the report.

    Raises
    ------
    RoiError
        As `plan` does.
    ValueError
        When there is no plan.
    """
    return _told(context, datetime.now(tz=UTC).date())


@kept(by="words", most=REPORTS_KEPT_MAX)
def _told(context: Context, made_on: date) -> Material:
    began = time.perf_counter()
    analysis = apart(kept_analysis, planned(context), context.profiles, DRAWS)
    material = report_material(analysis, context.profiles, DRAWS, context.language, made_on)
    _took().append(time.perf_counter() - began)
    return material
