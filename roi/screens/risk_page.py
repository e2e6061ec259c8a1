"""How sure the answer is: what matters most, where it turns, drawn futures, what nobody knows."""

from collections.abc import Iterator, Sequence

import streamlit as st

from roi.amounts import quantity
from roi.output.charts.files import cost_futures, npv_futures
from roi.output.charts.sureness import abatement, tornado
from roi.output.figures import costlier, flags, offer_label
from roi.output.sensitivity.futures import future_rows, note_lines
from roi.output.sensitivity.headline import moving
from roi.output.sensitivity.labels import chance_words
from roi.output.sensitivity.tornado import switching_rows
from roi.planning.answer import PlanDecision
from roi.scenario.effective import placeholders_of
from roi.screens.context import DRAWS, Context, analysis, first_analysis, planned, show_figures_link
from roi.screens.drawing import show_parts
from roi.screens.escaping import escaped
from roi.screens.pictures import look_of, show_chart
from roi.screens.standing import is_draft
from roi.screens.taking import show_switches
from roi.screens.waiting import show_when_ready
from roi.sensitivity.analysis import Analysis
from roi.sensitivity.montecarlo.answer import Simulation, WorkloadRisk
from roi.sensitivity.plandraws.returns import PlanRisk, plan_risk
from roi.texts import Language, text

TILES = ("stays", "passes", "cost")


def show(context: Context) -> None:
    """One figure at a time, then all at once, then the plan's return, then what is left to find out."""
    language = context.language
    st.title(text(language, "screen.risk"))
    found = show_when_ready("first", first_analysis, context, text(language, "screen.analysing", draws=DRAWS))
    if found is None:
        return
    if found.simulation is not None:
        _show_sureness(found.simulation, context)
    else:
        st.info(text(language, "sensitivity.no_ranges"), icon=":material/straighten:")
        show_figures_link(context)
    _show_tornado(found, context)
    if found.simulation is not None:
        _show_futures(found, found.simulation, context)
    _show_return(context)
    whole = show_when_ready("analysis", analysis, context, text(language, "screen.turning"))
    if whole is not None:
        show_parts(switching_rows(whole, language))
        show_switches(whole.switches, language)
        _show_abatement(whole, context)
    _show_unknown(found, context)


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


def _show_futures(found: Analysis, simulation: Simulation, context: Context) -> None:
    """The spread of cost, and who is the best how often."""
    spread = cost_futures(found, look_of(context))
    if spread is not None:
        show_chart(spread, "futures")
    show_parts(future_rows(found, simulation, context.language))


def _show_return(context: Context) -> None:
    """The net present value of the plan in drawn futures."""
    language = context.language
    st.subheader(text(language, "screen.return_of_plan"))
    plan = show_when_ready("plan", planned, context, text(language, "screen.planning"))
    if plan is None:
        return
    if plan.finance is None or plan.plan is None or plan.without_baseline:
        st.info(text(language, "screen.no_baseline"), icon=":material/history:")
        show_figures_link(context)
    elif plan.scenario.finance.risk is not None:
        st.info(text(language, "sensitivity.plan_worlds"), icon=":material/casino:")
    else:
        risk = _drawn(plan.inputs_hash, plan)
        drawn = None if risk is None else npv_futures(risk, plan.finance.npv, look_of(context))
        if drawn is None:
            st.info(text(language, "sensitivity.no_ranges"), icon=":material/straighten:")
        else:
            show_chart(drawn, "npv-futures")


@st.cache_resource(max_entries=16, show_spinner=False)
def _drawn(inputs: str, _plan: PlanDecision) -> PlanRisk | None:  # noqa: ARG001
    return plan_risk(_plan, draws=DRAWS)


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
    if is_draft(context.scenario):
        show_figures_link(context)


def unknowns(found: Analysis, language: Language) -> Iterator[str]:
    """Sentences about what is not known."""
    held, total = placeholders_of(found.decision.scenario)
    if held:
        yield text(language, "plan.placeholders", count=held, total=total)
    if found.simulation is not None:
        yield from note_lines(found, found.simulation, language)
        yield from _bars(found.simulation.workloads, language)
    for choice in found.decision.choices:
        missing = flags(choice.option.offer, language)
        if missing:
            told = text(language, "page.flags", flags=", ".join(missing))
            yield f"{offer_label(choice.option.offer)}: {told}"
        for told in costlier(choice.option.offer, language):
            yield f"{offer_label(choice.option.offer)}: {told}"


def _bars(risks: Sequence[WorkloadRisk], language: Language) -> Iterator[str]:
    for bar in (bar for risk in risks for bar in risk.bars):
        yield f"{text(language, 'sensitivity.bar')}: {chance_words(bar, language)}"
