"""What a visitor takes away: the scenario as a link and as files, the report."""

import streamlit as st

from roi.errors import RoiError
from roi.resources import template_path
from roi.scenario.document import Scenario
from roi.scenario.yaml_lines import scenario_yaml
from roi.screens.escaping import escaped
from roi.screens.sharing import PARAMETER, link_value
from roi.screens.state import visit
from roi.texts import Language, text
from roi.workbook.inputs.writing import input_book
from roi.workbook.write import book_bytes

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show_share(language: Language) -> None:
    """The link that carries the scenario, made when it is asked for."""
    with st.popover(text(language, "screen.share"), icon=":material/link:", width="stretch"):
        try:
            value = link_value(visit().scenario, language)
        except RoiError as fault:
            st.warning(escaped(str(fault)))
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
        data=lambda: scenario_yaml(scenario),
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


def workbook(scenario: Scenario, language: Language) -> bytes:
    """The input workbook of a scenario."""
    return book_bytes(input_book(scenario, language), template_path("report.xlsx"))


def _address(value: str) -> str:
    page = (st.context.url or "").split("?")[0]
    return f"{page}?{PARAMETER}={value}" if value else page
