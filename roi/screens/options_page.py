"""Every option with its reason in or out, and why not another one."""

from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_config_utils import ColumnConfigMappingInput

from roi.callbacks import to_the_end
from roi.errors import RoiError
from roi.output.charts.frontier import frontier
from roi.output.explain import explanation
from roi.output.offer_states import STATES, Seen
from roi.scenario.workload import Workload
from roi.screens.bars import show_bars
from roi.screens.context import Context, decision, offers, steps
from roi.screens.escaping import escaped
from roi.screens.pictures import look_of, show_chart
from roi.texts import Language, text
from roi.texts.messages import said
from roi.units import GRAMS_PER_KG

COLUMNS = ("state", "option", "supply", "cost", "fid", "carbon", "reason", "source", "id")
MARKS = {"chosen": "★", "near": "◆", "in": "●", "out": "✕"}
FRONTIER = "cost-quality-carbon"
_WANTED = "options.wanted"
"""Key of the offer that the visitor asks about."""


def show(context: Context) -> None:
    """The picture of all offers, the one asked about, the table."""
    language = context.language
    st.title(text(language, "screen.options"))
    workload = _workload(context)
    rows = offers(context, workload)
    _show_frontier(rows, workload, context)
    show_bars(workload, context)
    _show_why(rows, context)
    _show_table(rows, workload, context)


def _workload(context: Context) -> Workload:
    """Which workload is shown; no question where there is one."""
    workloads = context.scenario.workloads
    if len(workloads) == 1:
        return workloads[0]
    return st.selectbox(
        text(context.language, "screen.workload"), workloads, format_func=lambda each: each.name
    )


def _show_frontier(rows: Sequence[Seen], workload: Workload, context: Context) -> None:
    """A click on a mark asks about it."""
    spec = frontier(rows, steps(context, workload), workload, look_of(context))
    hidden = sum(row.fid is None or row.cost_per_accepted_image is None for row in rows)
    show_chart(spec, FRONTIER, _ask_of_mark)
    st.caption(text(context.language, "screen.frontier_note", count=hidden))


@to_the_end
def _ask_of_mark() -> None:
    chosen = st.session_state[f"chart.{FRONTIER}"].selection
    ids = [point["id"] for points in chosen.values() for point in points]
    if ids:
        st.session_state[_WANTED] = str(ids[-1])


def _show_why(rows: Sequence[Seen], context: Context) -> None:
    """Why this one is not the choice, or that it is."""
    labels = {row.id: row.label for row in rows}
    if st.session_state.get(_WANTED) not in labels:
        st.session_state.pop(_WANTED, None)
    with st.container(border=True):
        wanted = st.selectbox(
            text(context.language, "screen.why_not"),
            [*labels],
            index=None,
            format_func=lambda key: _named(key or "", labels),
            placeholder=text(context.language, "screen.why_not_hint"),
            key=_WANTED,
        )
        if wanted is not None:
            _show_explanation(wanted, context)


def _named(key: str, labels: dict[str, str]) -> str:
    """Model and settings, without the supply: one answer is about all of them."""
    return f"{labels.get(key, key).partition(' / ')[0]} · {key}"


def _show_explanation(wanted: str, context: Context) -> None:
    try:
        lines = explanation(decision(context), wanted, context.language)
    except RoiError as fault:
        lines = [said(context.language, fault)]
    told = (f"- {escaped(line)}" if line.startswith(" ") else f"\n**{escaped(line)}**\n" for line in lines)
    st.markdown("\n".join(told))


def _show_table(rows: Sequence[Seen], workload: Workload, context: Context) -> None:
    language = context.language
    st.subheader(text(language, "screen.all_options", count=len(rows)))
    shown = _filtered(rows, language)
    if not shown:
        st.info(text(language, "screen.none_fits"), icon=":material/filter_alt_off:")
        return
    st.dataframe(
        _frame(shown, workload, language),
        hide_index=True,
        column_config=_columns(workload, context),
        key="options.table",
        on_select=to_the_end(partial(_ask_of_row, shown)),
        selection_mode="single-row",
    )
    st.caption(text(language, "screen.options_shown", count=len(shown), total=len(rows)))


def _ask_of_row(shown: Sequence[Seen]) -> None:
    chosen = st.session_state["options.table"].selection.rows
    if chosen and chosen[0] < len(shown):
        st.session_state[_WANTED] = shown[chosen[0]].id


def _filtered(rows: Sequence[Seen], language: Language) -> list[Seen]:
    """By state, words, model and supply; nothing chosen keeps everything."""
    words, state = st.columns([2, 3], vertical_alignment="bottom")
    sought = words.text_input(text(language, "screen.filter_text"), key="options.text").casefold().split()
    states = state.pills(
        text(language, "screen.filter_state"),
        STATES,
        selection_mode="multi",
        format_func=lambda each: f"{MARKS[each]} {text(language, f'screen.state_{each}')}",
        key="options.states",
    )
    model, supply = st.columns(2)
    models = _several("model", sorted({row.model for row in rows}), model, language)
    supplies = _several("supply", sorted({row.supply for row in rows if row.supply}), supply, language)
    return [
        row
        for row in rows
        if (not states or row.state in states)
        and (not models or row.model in models)
        and (not supplies or row.supply in supplies)
        and all(word in _searched(row) for word in sought)
    ]


def _several(
    name: str, choices: list[str], where: "st.delta_generator.DeltaGenerator", language: Language
) -> list[str]:
    title = text(language, f"screen.filter_{name}")
    found = where.multiselect(title, choices, placeholder=text(language, "screen.all"), key=f"options.{name}")
    return list(found)


def _searched(row: Seen) -> str:
    return " ".join((row.id, row.label, row.supply, row.reason, row.detail, row.source)).casefold()


def _frame(rows: Sequence[Seen], workload: Workload, language: Language) -> pd.DataFrame:
    """The figures on bars stand beside the FID."""
    bars = [bar.reference for bar in workload.quality.bars]
    after = COLUMNS.index("fid") + 1
    columns = [*COLUMNS[:after], *bars, *COLUMNS[after:]]
    found = [_row(row, language) | dict(zip(bars, row.bar_figures, strict=True)) for row in rows]
    return pd.DataFrame(found, columns=columns)


def _row(row: Seen, language: Language) -> dict[str, object]:
    carbon = row.carbon_kg_per_accepted_image
    return {
        "state": f"{MARKS[row.state]} {text(language, f'screen.state_{row.state}')}",
        "option": row.label.partition(" / ")[0],
        "supply": row.supply,
        "cost": row.cost_per_accepted_image,
        "fid": row.fid,
        "carbon": None if carbon is None else carbon * GRAMS_PER_KG,
        "reason": row.detail or row.reason,
        "source": row.source,
        "id": row.id,
    }


def _columns(workload: Workload, context: Context) -> ColumnConfigMappingInput:
    column, language = st.column_config, context.language
    titles = {name: text(language, f"screen.option_{name}", currency=context.coin) for name in COLUMNS}
    return {
        **{name: column.TextColumn(title) for name, title in titles.items()},
        "option": column.TextColumn(titles["option"], width=260),
        "cost": column.NumberColumn(titles["cost"], format="%.2f"),
        "fid": column.NumberColumn(titles["fid"], format="%.2f"),
        **{bar.reference: column.NumberColumn(format="%.4g") for bar in workload.quality.bars},
        "carbon": column.NumberColumn(titles["carbon"], format="%.3f"),
        "reason": column.TextColumn(titles["reason"], width=320),
    }
