"""How sure the answer is: what matters most, where it turns, drawn futures, what nobody knows."""

from collections.abc import Iterator, Sequence

import pandas as pd
import streamlit as st

from roi.amounts import Unit, money, money_unit, quantity, unit_price
from roi.output.figures import flags, offer_label
from roi.output.sensitivity.headline import then_label
from roi.output.sensitivity.labels import Names, draws_note, figure_label, value_label
from roi.planning.answer import PlanDecision
from roi.scenario.effective import effective_figures
from roi.screens.charts.abatement import abatement
from roi.screens.charts.futures import futures
from roi.screens.charts.showing import look_of, show_chart, show_format
from roi.screens.charts.tornado import moving, tornado
from roi.screens.context import DRAWS, Context, analysis, planned, show_scenario_link
from roi.screens.escaping import escaped
from roi.screens.waiting import show_when_ready
from roi.sensitivity.analysis import Analysis
from roi.sensitivity.judging import decision_verdict
from roi.sensitivity.montecarlo.answer import Simulation, WorkloadRisk
from roi.sensitivity.plandraws.returns import PlanRisk, plan_risk
from roi.sensitivity.switching import Switch
from roi.texts import Language, text

SWITCHES_BEYOND = 5
"""Turns outside the stated ranges that are shown."""
WINS_SHOWN = 5
TILES = ("stays", "passes", "cost")
SWITCH_COLUMNS = (("figure", 280), ("now", 110), ("turns", 160), ("then", 420))
"""Names and widths in pixels."""


def show(context: Context) -> None:
    """One figure at a time, then all at once, then the plan's return, then what is left to find out."""
    language = context.language
    st.title(text(language, "screen.risk"))
    found = show_when_ready("analysis", analysis, context, text(language, "screen.analysing", draws=DRAWS))
    if found is None:
        return
    if found.simulation is not None:
        _show_sureness(found.simulation, context)
    _show_tornado(found, context)
    _show_switches(found, context)
    if found.simulation is not None:
        _show_futures(found, found.simulation, context)
    _show_return(context)
    _show_abatement(found, context)
    _show_unknown(found, context)
    show_format(language)


def _show_sureness(simulation: Simulation, context: Context) -> None:
    """For each workload how often the choice stays the best and meets every rule; the range of cost."""
    language = context.language
    for risk in simulation.workloads:
        if len(simulation.workloads) > 1:
            st.subheader(escaped(risk.workload))
        stays, passes, cost = st.columns(3)
        _tile(stays, "stays", f"{risk.stays_best:.0%}", context)
        _tile(passes, "passes", f"{risk.passes:.0%}", context)
        if risk.kept is not None:
            low, high = quantity(risk.kept.p5), quantity(risk.kept.p95)
            _tile(cost, "cost", text(language, "screen.from_to", low=low, high=high), context)


def _tile(where: "st.delta_generator.DeltaGenerator", name: str, value: str, context: Context) -> None:
    label = escaped(text(context.language, f"screen.risk_{name}", currency=context.coin))
    where.metric(label, value, help=text(context.language, f"screen.risk_{name}_help"), border=True)


def _show_tornado(found: Analysis, context: Context) -> None:
    language = context.language
    if not moving(found):
        st.info(text(language, "screen.nothing_moves"), icon=":material/trending_flat:")
        return
    show_chart(tornado(found, look_of(context)), "tornado")
    still = len(found.bars) - len(moving(found))
    st.caption(text(language, "screen.tornado_note", count=still))


def _show_switches(found: Analysis, context: Context) -> None:
    """Turning points within the ranges, then the nearest beyond."""
    language = context.language
    st.subheader(text(language, "sensitivity.switching"))
    inside = [switch for switch in found.switches if switch.within_range]
    beyond = [switch for switch in found.switches if not switch.within_range]
    shown = [*inside, *beyond[:SWITCHES_BEYOND]]
    if not shown:
        st.text(text(language, "sensitivity.switching_none"))
        return
    names = Names(found.decision)
    st.dataframe(
        pd.DataFrame([_switch_row(switch, names, language) for switch in shown]),
        hide_index=True,
        column_config={
            name: st.column_config.TextColumn(text(language, f"screen.switch_{name}"), width=width)
            for name, width in SWITCH_COLUMNS
        },
    )
    if len(beyond) > SWITCHES_BEYOND:
        st.caption(text(language, "screen.more_switches", count=len(beyond) - SWITCHES_BEYOND))


def _switch_row(switch: Switch, names: Names, language: Language) -> dict[str, str]:
    value = value_label(switch.ranged, switch.value, language)
    return {
        "figure": figure_label(switch.ranged, language),
        "now": value_label(switch.ranged, switch.ranged.value, language),
        "turns": value if switch.within_range else text(language, "sensitivity.beyond", value=value),
        "then": then_label(switch, names, language),
    }


def _show_futures(found: Analysis, simulation: Simulation, context: Context) -> None:
    """The spread of cost, and who is the best how often."""
    language, currency = context.language, context.scenario.currency
    cost = simulation.cost
    now = decision_verdict(found.decision).cost_per_accepted_image
    st.subheader(text(language, "screen.futures", draws=f"{simulation.draws:,}"))
    if cost is not None and now is not None:
        low, high = (unit_price(each, currency, language) for each in (cost.p5, cost.p95))
        title = text(language, "screen.chart_futures", low=low, high=high)
        axis = text(language, "sensitivity.axis_cost", currency=context.coin)
        amounts = simulation.costs.tolist()
        show_chart(
            futures(amounts, cost, now, Unit(currency, 1.0, 2), axis, title, look_of(context)), "futures"
        )
    for risk in simulation.workloads:
        _show_wins(found, risk, len(simulation.workloads) > 1, context)


def _show_wins(found: Analysis, risk: WorkloadRisk, named: bool, context: Context) -> None:
    language, names = context.language, Names(found.decision)
    rows = [(names.label(win.id, win.supply), win.fraction) for win in risk.wins[:WINS_SHOWN]]
    if risk.unanswered:
        rows.append((text(language, "sensitivity.nothing"), risk.unanswered))
    title = text(language, "screen.best_in")
    st.markdown(f"**{escaped(f'{risk.workload}: {title}' if named else title)}**")
    st.dataframe(
        pd.DataFrame(rows, columns=["option", "share"]),
        hide_index=True,
        column_config={
            "option": st.column_config.TextColumn(text(language, "sensitivity.best_option")),
            "share": st.column_config.ProgressColumn(
                text(language, "sensitivity.best_share"), min_value=0.0, max_value=1.0, format="percent"
            ),
        },
    )


def _show_return(context: Context) -> None:
    """The net present value of the plan in drawn futures."""
    language = context.language
    st.subheader(text(language, "screen.return_of_plan"))
    plan = show_when_ready("plan", planned, context, text(language, "screen.planning"))
    if plan is None:
        return
    if plan.finance is None or plan.plan is None or plan.without_baseline:
        st.info(text(language, "screen.no_baseline"), icon=":material/history:")
        show_scenario_link(context)
    elif plan.scenario.finance.risk is not None:
        st.info(text(language, "sensitivity.plan_worlds"), icon=":material/casino:")
    else:
        _show_npvs(_drawn(plan.inputs_hash, plan), plan.finance.npv, context)


@st.cache_resource(max_entries=16, show_spinner=False)
def _drawn(inputs: str, _plan: PlanDecision) -> PlanRisk:  # noqa: ARG001
    return plan_risk(_plan, draws=DRAWS)


def _show_npvs(risk: PlanRisk, now: float, context: Context) -> None:
    if risk.npvs is None or risk.npv is None or risk.npv_positive is None:
        return
    language, currency = context.language, context.scenario.currency
    unit = money_unit([risk.npv.p5, risk.npv.p95], currency, language)
    low, high = (money(each, currency, language) for each in (risk.npv.p5, risk.npv.p95))
    title = text(language, "screen.chart_npv", share=risk.npv_positive, low=low, high=high)
    axis = text(language, "screen.axis_npv", unit=unit.name)
    figure = futures(risk.npvs.tolist(), risk.npv, now, unit, axis, title, look_of(context))
    show_chart(figure, "npv-futures")


def _show_abatement(found: Analysis, context: Context) -> None:
    language, frontier = context.language, found.carbon
    st.subheader(text(language, "sensitivity.frontier"))
    if len(frontier.points) > 1:
        show_chart(abatement(found.decision, frontier.points, look_of(context)), "cost-carbon")
        if any(workload.fallback_cost is not None for workload in context.scenario.workloads):
            st.caption(text(language, "sensitivity.frontier_fallback"))
    else:
        key = "sensitivity.frontier_one" if frontier.points else "screen.no_frontier"
        st.text(text(language, key))
    if frontier.undisclosed:
        names = ", ".join(frontier.undisclosed)
        st.caption(escaped(text(language, "sensitivity.frontier_undisclosed", names=names)))


def _show_unknown(found: Analysis, context: Context) -> None:
    """What the figures above leave out, and which figures are not the visitor's yet."""
    st.subheader(text(context.language, "screen.unknown"))
    for line in unknowns(found, context.language):
        st.markdown(f"- {escaped(line)}")
    if any(figure.placeholder for _, figure, _ in effective_figures(context.scenario)):
        show_scenario_link(context)


def unknowns(found: Analysis, language: Language) -> Iterator[str]:
    """Sentences about what is not known."""
    listed = effective_figures(found.decision.scenario)
    held = sum(figure.placeholder for _, figure, _ in listed)
    if held:
        yield text(language, "plan.placeholders", count=held, total=len(listed))
    simulation = found.simulation
    if simulation is not None:
        drawn = sum(len(each.ranged.places) for each in simulation.influences)
        shape = text(language, f"sensitivity.shape_{simulation.shape}")
        certain = len(listed) - drawn
        yield text(
            language, "sensitivity.note_ranges", inputs=simulation.inputs, shape=shape, certain=certain
        )
        note = draws_note(simulation, language)
        if note is not None:
            yield note
        yield from _bars(simulation.workloads, language)
        yield text(language, "sensitivity.note_seed", seed=simulation.seed)
    for choice in found.decision.choices:
        missing = flags(choice.option.offer, language)
        if missing:
            told = text(language, "page.flags", flags=", ".join(missing))
            yield f"{offer_label(choice.option.offer)}: {told}"


def _bars(risks: Sequence[WorkloadRisk], language: Language) -> Iterator[str]:
    for bar in (bar for risk in risks for bar in risk.bars):
        known = bar.probability is not None
        said = (
            text(language, "sensitivity.bar_value", share=bar.probability)
            if known
            else text(language, "sensitivity.bar_unknown")
        )
        yield f"{text(language, 'sensitivity.bar')}: {said}"
