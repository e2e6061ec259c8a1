"""Every input with its unit, range and source, to be changed, loaded and taken away."""

import json
from collections.abc import Mapping

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_config_utils import ColumnConfigMappingInput

from roi.amounts import unit_of_words, unit_words
from roi.callbacks import to_the_end
from roi.errors import RoiError
from roi.scenario.document import Scenario
from roi.scenario.written import Steps, spell
from roi.screens.context import Context, show_figures_link
from roi.screens.downloads import show_kept, show_scenario_files
from roi.screens.editing import (
    COLUMNS,
    ENTERED,
    LISTS,
    Cell,
    Section,
    contents,
    edited_as_far_as_possible,
    hints,
    sections,
    with_parts,
)
from roi.screens.escaping import escaped
from roi.screens.sharing import changes_from_demonstration
from roi.screens.standing import is_draft
from roi.screens.state import put_accepted, put_scenario, tell, visit
from roi.screens.typed import begin_field, know, moved
from roi.screens.upload import SCENARIO_ENDINGS, uploaded_scenario
from roi.texts import Language, bundled, text
from roi.texts.messages import message_of

CONFIDENCES = ("high", "medium", "low")
NAME_LENGTH = 80
UNEDITED: dict[str, object] = {"edited_rows": {}, "added_rows": [], "deleted_rows": []}
"""What a table reports in which nobody has typed."""
_GIVEN = "scenario_page.given"
"""Key of an uploaded scenario that waits for a word, since it would replace what was worked on."""
_BASE = "scenario_page.base"
"""Key of the table on the page and the scenario that it was made from."""


def show(context: Context) -> None:
    """Files above, a table of the inputs of one part, what was changed below."""
    language = context.language
    st.title(text(language, "screen.scenario"))
    if is_draft(context.scenario):
        show_figures_link(context)
    with st.expander(text(language, "screen.files"), icon=":material/folder_open:"):
        _show_upload(language)
        show_scenario_files(language)
        show_kept(language)
    found = {section.steps: section for section in sections(context.scenario, language)}
    chosen = st.selectbox(
        text(language, "screen.section"),
        [*found],
        format_func=lambda steps: found[steps].title if steps in found else "",
        key=f"section.{language}",
    )
    _show_editor(chosen, context)
    _show_parts(chosen, context)
    _show_changes(context)


def _show_upload(language: Language) -> None:
    key = f"scenario_file.{visit().editor}"
    st.file_uploader(
        text(language, "screen.give_scenario"),
        type=list(SCENARIO_ENDINGS),
        key=key,
        on_change=_load,
        args=(key, language),
    )
    found = st.session_state.get(_GIVEN)
    if found is not None:
        now, new = (bundled(language, each.name) for each in (visit().scenario, found.scenario))
        st.warning(
            escaped(text(language, "screen.replace_scenario", now=now, new=new)),
            icon=":material/warning:",
        )
        take, leave = st.columns(2)
        take.button(
            text(language, "screen.replace_really"), on_click=_take_given, type="primary", width="stretch"
        )
        leave.button(text(language, "screen.replace_not"), on_click=_leave_given, width="stretch")


@to_the_end
def _load(key: str, language: Language) -> None:
    """The file's scenario at once, or a question where it would replace what was worked on."""
    file = st.session_state[key]
    if file is None:
        _leave_given()
        return
    try:
        found = uploaded_scenario(file.name, file.getvalue(), language)
    except RoiError as fault:
        tell(message_of(fault))
        return
    if visit().changed_at is None:
        put_accepted(found, "whole")
    else:
        tell(None)
        st.session_state[_GIVEN] = found


@to_the_end
def _take_given() -> None:
    put_accepted(st.session_state[_GIVEN], "whole")
    _leave_given()


@to_the_end
def _leave_given() -> None:
    st.session_state.pop(_GIVEN, None)


def _show_editor(steps: Steps, context: Context) -> None:
    """The table is made once and kept while it is edited: a new one would drop what is being typed."""
    language = context.language
    key = f"inputs.{visit().editor}.{language}.{spell(steps)}"
    kept = st.session_state.get(_BASE)
    if kept is None or kept[0] != key or key not in st.session_state:
        kept = (key, context.scenario)
        st.session_state[_BASE] = kept
    section = next(each for each in sections(kept[1], language) if each.steps == steps)
    begin_field(key, UNEDITED, _commit, key, section, language)
    st.caption(text(language, "screen.editor_hint"))
    st.data_editor(
        _frame(section, language),
        key=key,
        hide_index=True,
        num_rows="fixed",
        column_config=_columns(language),
        disabled=[name for name in COLUMNS if name not in ENTERED],
        on_change=_commit,
        args=(key, section, language),
        height="content",
        placeholder="",
    )


def _frame(section: Section, language: Language) -> pd.DataFrame:
    rows = [
        {
            **dict.fromkeys(COLUMNS),
            "placeholder": False,
            **_said(contents(row), language),
            "label": label,
            "meaning": hints(row, language),
        }
        for row, label in zip(section.rows, section.labels, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"low": "float64", "high": "float64"})


def _said(cells: Mapping[str, Cell], language: Language) -> dict[str, Cell]:
    """What the bundled demonstration says, and units, in the reader's words; edits are laid over what is meant."""
    told = {name: bundled(language, str(cells[name])) for name in ("source", "replace_with") if name in cells}
    unit = {"unit": unit_words(str(cells["unit"]), language)} if "unit" in cells else {}
    return {**cells, **told, **unit}


def _columns(language: Language) -> ColumnConfigMappingInput:
    titles = {name: text(language, f"input.{name}") for name in COLUMNS}
    column = st.column_config
    return {
        "label": column.TextColumn(titles["label"], pinned=True, width=210),
        "value": column.TextColumn(titles["value"], width=130),
        "unit": column.TextColumn(titles["unit"], width=110),
        "low": column.NumberColumn(titles["low"], width=90),
        "high": column.NumberColumn(titles["high"], width=90),
        "placeholder": column.CheckboxColumn(titles["placeholder"], width=100),
        "source": column.TextColumn(titles["source"], width=220),
        "as_of": column.DateColumn(titles["as_of"], format="YYYY-MM-DD", width=110),
        "confidence": column.SelectboxColumn(
            titles["confidence"],
            options=CONFIDENCES,
            format_func=lambda word: text(language, f"input.confidence_{word}"),
            width=100,
        ),
        "replace_with": column.TextColumn(titles["replace_with"], width=220),
        "meaning": column.TextColumn(titles["meaning"], width=420),
    }


@to_the_end
def _commit(key: str, section: Section, language: Language) -> None:
    """All edits of the table so far, laid over the scenario: each says what stands, so that none is lost."""
    if not moved(key):
        return
    edits = st.session_state[key]
    rows = {number: _meant(cells, language) for number, cells in edits["edited_rows"].items()}
    found, fault = edited_as_far_as_possible(visit().scenario, section, rows, language)
    know(key, edits)
    put_accepted(found, "editor")
    if fault is not None:
        tell(fault)


def _meant(cells: Mapping[str, Cell], language: Language) -> Mapping[str, Cell]:
    unit = cells.get("unit")
    return {**cells, "unit": unit_of_words(unit, language)} if isinstance(unit, str) else cells


def _show_parts(steps: Steps, context: Context) -> None:
    """A workload or a supply can be copied, and removed where another one is left."""
    if steps[0] not in LISTS:
        return
    language = context.language
    parts = getattr(context.scenario, str(steps[0]))
    name = parts[int(steps[1])].name
    copy, remove = st.columns(2)
    copy.button(
        text(language, "screen.copy_part", name=name),
        on_click=_copy,
        args=(str(steps[0]), name),
        icon=":material/content_copy:",
        width="stretch",
    )
    remove.button(
        text(language, "screen.remove_part", name=name),
        on_click=_remove,
        args=(str(steps[0]), name),
        disabled=len(parts) == 1,
        icon=":material/delete:",
        width="stretch",
    )


@to_the_end
def _copy(kind: str, name: str) -> None:
    """A copy under a name that is free."""
    scenario = visit().scenario
    parts = getattr(scenario, kind)
    part = next(part for part in parts if part.name == name).model_dump(mode="json")
    used = {each.name for each in parts}
    names = (f"{name[: NAME_LENGTH - 5]} {number}" for number in range(2, 1000))
    _attempt_part(kind, [*_dumped(scenario, kind), {**part, "name": next(n for n in names if n not in used)}])


@to_the_end
def _remove(kind: str, name: str) -> None:
    """The part of that name, wherever it stands by now."""
    _attempt_part(kind, [part for part in _dumped(visit().scenario, kind) if part["name"] != name])


def _dumped(scenario: Scenario, kind: str) -> list[dict[str, object]]:
    return [part.model_dump(mode="json") for part in getattr(scenario, kind)]


def _attempt_part(kind: str, parts: list[dict[str, object]]) -> None:
    try:
        put_scenario(with_parts(visit().scenario, kind, parts), "whole")
    except RoiError as fault:
        tell(message_of(fault))


def _show_changes(context: Context) -> None:
    """Every difference from the demonstration, as it is stored."""
    language = context.language
    changes = list(changes_from_demonstration(context.scenario))
    if not changes:
        st.caption(text(language, "page.demonstration"))
        return
    rows = [
        {"place": spell(steps), "value": json.dumps(value, ensure_ascii=False)} for steps, value in changes
    ]
    st.subheader(text(language, "screen.changes"))
    st.caption(text(language, "screen.changes_meaning"))
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        column_config={"place": text(language, "input.place"), "value": text(language, "input.value")},
    )
