"""The quality bars of a workload: what the choice has on each, what it alone keeps out, what it costs."""

import streamlit as st

from roi.output.page.answer import quality_sentence
from roi.output.rulers import ruler_lines
from roi.scenario.workload import Workload
from roi.screens.context import Context, decision
from roi.screens.escaping import escaped
from roi.texts import text


def show_bars(workload: Workload, context: Context) -> None:
    """A line for each bar and for every two rulers; nothing where there is no choice."""
    found, language = decision(context), context.language
    lines = dict.fromkeys(
        line
        for choice in found.choices
        if choice.option.workload == workload.name
        for line in (
            quality_sentence(found, workload, choice, language),
            *ruler_lines(found, workload, choice, language),
        )
        if line
    )
    if not lines:
        return
    several = len(context.scenario.workloads) > 1
    title = text(language, "screen.bars")
    st.subheader(f"{title}: {escaped(workload.name)}" if several else title)
    st.markdown("\n".join(f"- {escaped(line)}" for line in lines))
