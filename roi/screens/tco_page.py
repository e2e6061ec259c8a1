"""What all of it costs over the years: components, cash flow, payback, own beside rented and API, today."""

import pandas as pd
import streamlit as st

from roi.output.plan.totals import today_ledger
from roi.planning.answer import Ledger, PlanDecision, Worth
from roi.screens.charts.carbon import carbon
from roi.screens.charts.cash import cash
from roi.screens.charts.showing import look_of, show_chart, show_format
from roi.screens.charts.supplies import supplies
from roi.screens.charts.years import years
from roi.screens.conflict import show_conflict
from roi.screens.context import Context, decision, planned, show_scenario_link
from roi.screens.escaping import escaped
from roi.screens.offers import supplied_offers
from roi.screens.plan_tables import Rows, alternatives, components, lever_reasons, levers, returns, totals
from roi.screens.tiles import show_pending_tiles
from roi.screens.waiting import show_when_ready
from roi.texts import text


def show(context: Context) -> None:
    """Own, rented and API at once; the years when they are worked out."""
    language = context.language
    st.title(text(language, "screen.tco"))
    plan = show_when_ready("plan", planned, context, text(language, "screen.planning"))
    if plan is None:
        show_pending_tiles(decision(context).cost_per_accepted_image, context)
    elif plan.worth is None or plan.ledger is None:
        show_conflict(plan, language)
    else:
        _show_plan(plan, plan.ledger, plan.worth, context)
    _show_supplies(context)
    show_format(language)


def _show_plan(plan: PlanDecision, ledger: Ledger, worth: Worth, context: Context) -> None:
    _show_without_baseline(plan, context)
    _show_totals(plan, ledger, worth, context)
    look = look_of(context)
    show_chart(years(plan, ledger, worth, look), "cost-by-year")
    _show_rows(components(plan, ledger, context), words=1)
    if plan.finance is not None:
        show_chart(cash(plan.finance, look), "cash-against-today")
    _show_compared(plan, context)
    show_chart(carbon(plan, ledger, worth, look), "carbon-by-scope")
    if any(ledger.purchased_embodied_kg):
        st.caption(text(context.language, "plan.scopes_note"))
    today = today_ledger(plan)
    if not (ledger.carbon_disclosed and (today is None or today.carbon_disclosed)):
        st.caption(text(context.language, "plan.partly_disclosed"))


def _show_without_baseline(plan: PlanDecision, context: Context) -> None:
    if plan.without_baseline:
        words = text(context.language, "plan.no_baseline", names=", ".join(plan.without_baseline))
        st.info(escaped(words), icon=":material/history:")
        show_scenario_link(context)


def _show_totals(plan: PlanDecision, ledger: Ledger, worth: Worth, context: Context) -> None:
    if plan.finance is None:
        _show_rows(totals(plan, ledger, worth, context), words=1)
        return
    cost, gain = st.columns(2)
    with cost:
        _show_rows(totals(plan, ledger, worth, context), words=1)
    with gain:
        _show_rows(returns(plan.finance, context), words=1)


def _show_compared(plan: PlanDecision, context: Context) -> None:
    """What each lever brings, and near-equal plans."""
    pulled = levers(plan, context)
    if pulled is not None:
        _show_rows(pulled, words=1)
        for line in lever_reasons(plan, context.language):
            st.caption(escaped(line))
    others = alternatives(plan, context)
    if others is not None:
        _show_rows(others, words=2)


def _show_rows(rows: Rows, words: int) -> None:
    """A table whose first columns hold words and whose others hold amounts."""
    st.markdown(f"**{escaped(rows.title)}**")
    frame = pd.DataFrame(list(rows.cells), columns=[str(place) for place in range(len(rows.names))])
    column = st.column_config.TextColumn
    st.dataframe(
        frame,
        hide_index=True,
        column_config={
            str(place): column(name, alignment="left" if place < words else "right", pinned=place == 0)
            for place, name in enumerate(rows.names)
        },
    )


def _show_supplies(context: Context) -> None:
    """Own, rented and API beside each other, for each workload."""
    for workload in context.scenario.workloads:
        if len(context.scenario.workloads) > 1:
            st.subheader(escaped(workload.name))
        bars = supplied_offers(context, workload)
        if bars:
            show_chart(supplies(bars, look_of(context)), f"own-rent-api.{workload.name}")
    st.caption(text(context.language, "screen.supplies_note"))
