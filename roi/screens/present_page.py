"""For the wall: three pictures with a sentence each, nothing to set, one page when it is printed."""

from collections.abc import Iterator
from itertools import islice

import streamlit as st

from roi.output.charts.grammar import Spec, said_of
from roi.output.charts.image import image_cost
from roi.output.charts.look import Look
from roi.output.charts.plan import carbon, cash, years
from roi.output.page.conflict import conflict_rows
from roi.output.plan.headline import decision_sentence
from roi.planning.answer import PlanDecision
from roi.screens.context import Context, decision, page_at, planned
from roi.screens.drawing import show_parts
from roi.screens.escaping import escaped
from roi.screens.pictures import look_of, show_chart
from roi.screens.standing import show_standing
from roi.screens.waiting import show_when_ready
from roi.texts import text

PICTURES = 3
WALL_STYLES = """<style>
[data-testid="stSidebar"], [data-testid="stExpandSidebarButton"] { display: none; }
[data-testid="stMainBlockContainer"] { max-width: none; }
.st-key-wall p { font-size: 1.3rem; line-height: 1.45; }
.st-key-wall h1 { font-size: 1.9rem; line-height: 1.3; }
</style>"""


def show(context: Context) -> None:
    """What is proposed, then the pictures beside each other."""
    language = context.language
    plan = show_when_ready("plan", planned, context, text(language, "screen.planning"))
    if plan is None:
        return
    if plan.worth is None or plan.ledger is None:
        show_parts(conflict_rows(plan, language))
        return
    st.html(WALL_STYLES)
    with st.container(key="wall"):
        st.title(escaped(decision_sentence(plan, plan.ledger, plan.worth, language)))
        show_standing(context.scenario, language)
        drawn = islice(_pictures(plan, context, look_of(context)), PICTURES)
        for place, (name, spec) in zip(st.columns(PICTURES), drawn, strict=False):
            with place:
                st.markdown(escaped(said_of(spec)))
                show_chart({**spec, "title": ""}, f"wall.{name}", said=said_of(spec))
    st.page_link(page_at("", language), icon=":material/arrow_back:")


def _pictures(plan: PlanDecision, context: Context, look: Look) -> Iterator[tuple[str, Spec]]:
    """The years beside today, cash against today where today is known, what a picture costs, what it emits."""
    if plan.ledger is None or plan.worth is None:
        return
    yield "years", years(plan, plan.ledger, plan.worth, look)
    if plan.finance is not None:
        yield "cash", cash(plan.finance, look)
    yield "image", image_cost(decision(context), look)
    yield "carbon", carbon(plan, plan.ledger, plan.worth, look)
