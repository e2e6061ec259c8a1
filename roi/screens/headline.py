"""The answer on one line, above every page that is about something else: a change shows at once what it does."""

import streamlit as st

from roi.decision.answer import Choice, Decision
from roi.output.figures import offer_label
from roi.screens.context import Context, decision
from roi.screens.escaping import escaped
from roi.screens.language import unit_price
from roi.texts import text


def show_headline(context: Context) -> None:
    """The choice of each workload and what it costs, or that there is none."""
    found = decision(context)
    if not found.choices:
        st.warning(escaped(text(context.language, "page.infeasible")), icon=":material/block:")
        return
    lines = [_line(found, choice, context) for choice in found.choices]
    st.success("\n\n".join(lines), icon=":material/task_alt:")


def _line(found: Decision, choice: Choice, context: Context) -> str:
    """Beside the price how far paid hours are filled, and how far they may be at most."""
    cost = unit_price(choice.cost_per_accepted_image, found.scenario.currency, context.language)
    option, used = choice.option, choice.utilization_fraction
    answer = text(context.language, "screen.answer", option=offer_label(option.offer), cost=cost)
    if used is not None:
        stated = option.attempt.utilization_fraction
        answer += text(context.language, "screen.answer_filled", used=used, stated=stated)
    several = len(found.choices) > 1
    return escaped(f"{option.workload}: {answer}" if several else answer)
