"""No answer: the rules in conflict and what would have to give, where the answer would stand."""

import pandas as pd
import streamlit as st

from roi.decision.answer import Decision
from roi.output.page.conflict import UNKNOWN, relaxation_row, rule_words
from roi.planning.answer import PlanDecision
from roi.screens.escaping import escaped
from roi.texts import Language, text

COLUMNS = ("relax_change", "relax_kind", "relax_cost", "relax_by")


def show_conflict(decision: Decision | PlanDecision, language: Language) -> None:
    """A headline, the rules, and the changes that would make an answer possible."""
    st.error(f"**{escaped(text(language, 'page.infeasible'))}**", icon=":material/block:")
    st.subheader(text(language, "screen.rules_in_conflict"))
    for rule in decision.binding:
        st.text(f"• {rule_words(decision, rule, language)}")
    st.subheader(text(language, "screen.what_could_give"))
    if not decision.relaxations:
        st.text(text(language, "page.relax_none"))
        return
    rows = pd.DataFrame(
        [relaxation_row(decision, relaxation, language) for relaxation in decision.relaxations],
        columns=list(COLUMNS),
    )
    st.dataframe(
        rows.loc[:, [name for name in COLUMNS if (rows[name] != UNKNOWN).any()]],
        hide_index=True,
        column_config=_titles(decision, language),
    )


def _titles(decision: Decision | PlanDecision, language: Language) -> dict[str, str]:
    per_image = any(each.cost_per_accepted_image is not None for each in decision.relaxations)
    cost = "page.relax_cost" if per_image else "page.relax_month"
    currency = decision.scenario.currency
    return {
        "relax_change": text(language, "page.relax_change"),
        "relax_kind": text(language, "page.relax_kind"),
        "relax_cost": text(language, cost, currency=currency),
        "relax_by": text(language, "page.relax_by"),
    }
