"""No answer: the rules in conflict and what would have to give, where the answer would stand."""

import streamlit as st

from roi.amounts import coin
from roi.decision.answer import Decision
from roi.output.page.conflict import UNKNOWN, relaxation_row, rule_words
from roi.planning.answer import PlanDecision, Relaxation
from roi.screens.escaping import escaped
from roi.texts import Language, text


def show_conflict(decision: Decision | PlanDecision, language: Language) -> None:
    """A headline, the rules, and the changes that would make an answer possible."""
    st.error(f"**{escaped(text(language, 'page.infeasible'))}**", icon=":material/block:")
    st.subheader(text(language, "screen.rules_in_conflict"))
    for rule in decision.binding:
        st.text(f"• {rule_words(decision, rule, language)}")
    st.subheader(text(language, "screen.what_could_give"))
    if not decision.relaxations:
        st.text(text(language, "page.relax_none"))
    for relaxation in decision.relaxations:
        with st.container(border=True):
            _show_relaxation(decision, relaxation, language)


def _show_relaxation(decision: Decision | PlanDecision, relaxation: Relaxation, language: Language) -> None:
    """What would change, what an answer would cost then, and who would serve."""
    changes, kind, cost, by = relaxation_row(decision, relaxation, language)
    st.markdown(f"**{escaped(kind)}**")
    st.text(changes)
    title = "page.relax_month" if relaxation.cost_per_accepted_image is None else "page.relax_cost"
    currency = decision.scenario.currency
    if cost != UNKNOWN:
        st.text(f"{text(language, title, currency=coin(currency, language))}: {cost}")
    if by != UNKNOWN:
        st.text(f"{text(language, 'page.relax_by')}: {by}")
