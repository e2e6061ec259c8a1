"""What all of it costs over the years: components, cash flow, payback, own beside rented and API, today."""

from dataclasses import replace

import streamlit as st

from roi.output.charts.image import supplies
from roi.output.charts.plan import carbon, cash, years
from roi.output.page.conflict import conflict_rows
from roi.output.plan.headline import cost_table, return_table
from roi.output.plan.tables import alternative_parts, carbon_parts, lever_parts, money_parts
from roi.paper import Heading
from roi.planning.answer import PlanDecision, Worth
from roi.planning.entries import Ledger
from roi.screens.context import Context, decision, planned, show_figures_link, supplied_offers
from roi.screens.drawing import show_parts
from roi.screens.escaping import escaped
from roi.screens.pictures import look_of, show_chart
from roi.screens.taking import show_relaxations
from roi.screens.tiles import show_pending_tiles
from roi.screens.waiting import STALE, last_answer, show_when_ready
from roi.texts import text


def show(context: Context) -> None:
    """Own, rented and API at once; the years when they are worked out."""
    language = context.language
    st.title(text(language, "screen.tco"))
    plan = show_when_ready("plan", planned, context, text(language, "screen.planning"))
    if plan is None:
        _show_last(context)
    elif plan.worth is None or plan.ledger is None:
        show_parts(conflict_rows(plan, context.language))
        show_relaxations(plan, context.language)
    else:
        _show_plan(plan, plan.ledger, plan.worth, context)
    _show_supplies(context)


def _show_last(context: Context) -> None:
    """The plan before the last change, greyed, or empty tiles before the first."""
    last = last_answer("plan", PlanDecision)
    if last is None or last.worth is None or last.ledger is None:
        show_pending_tiles(decision(context).cost_per_accepted_image, context)
        return
    with st.container(key=STALE):
        _show_plan(last, last.ledger, last.worth, replace(context, scenario=last.scenario))


def _show_plan(plan: PlanDecision, ledger: Ledger, worth: Worth, context: Context) -> None:
    _show_without_baseline(plan, context)
    _show_totals(plan, ledger, worth, context)
    look = look_of(context)
    show_chart(years(plan, ledger, worth, look), "cost-by-year")
    show_parts(money_parts(plan, ledger, worth, context.language))
    if plan.finance is not None:
        show_chart(cash(plan.finance, look), "cash-against-today")
    _show_compared(plan, context)
    show_chart(carbon(plan, ledger, worth, look), "carbon-by-scope")
    show_parts(carbon_parts(plan, ledger, context.language))


def _show_without_baseline(plan: PlanDecision, context: Context) -> None:
    if plan.without_baseline:
        words = text(context.language, "plan.no_baseline", names=", ".join(plan.without_baseline))
        st.info(escaped(words), icon=":material/history:")
        show_figures_link(context)


def _show_totals(plan: PlanDecision, ledger: Ledger, worth: Worth, context: Context) -> None:
    language = context.language
    show_parts((Heading(text(language, "screen.totals")), cost_table(plan, ledger, worth, language)))
    if plan.finance is not None:
        gain = return_table(plan, ledger, plan.finance, language)
        show_parts((Heading(text(language, "screen.returns")), gain))


def _show_compared(plan: PlanDecision, context: Context) -> None:
    """What each lever brings, and near-equal plans."""
    show_parts(lever_parts(plan, context.language))
    if plan.alternatives:
        show_parts(alternative_parts(plan, context.language, len(plan.alternatives)))


def _show_supplies(context: Context) -> None:
    """Own, rented and API beside each other, for each workload."""
    for workload in context.scenario.workloads:
        if len(context.scenario.workloads) > 1:
            st.subheader(escaped(workload.name))
        bars = supplied_offers(context, workload)
        if bars:
            show_chart(supplies(bars, look_of(context)), f"own-rent-api.{workload.name}")
    st.caption(text(context.language, "screen.supplies_note"))
