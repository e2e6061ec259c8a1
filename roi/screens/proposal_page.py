"""The answer in one sentence, its figures, and what to say in the meeting."""

from collections.abc import Iterator

import streamlit as st

from roi.amounts import unit_price
from roi.decision.answer import Decision
from roi.output.beside import Named
from roi.output.charts.image import image_cost
from roi.output.charts.plan import cash, years
from roi.output.figures import bought, owed_sentence
from roi.output.page.conflict import conflict_rows
from roi.output.plan.headline import decision_sentence
from roi.output.sentences import sentences
from roi.output.verification import review_line, verified_words
from roi.paper import Sentence
from roi.planning.answer import Answer, PlanDecision, Worth
from roi.planning.entries import Ledger
from roi.screens.bars import show_bars
from roi.screens.context import Context, decision, planned, show_figures_link
from roi.screens.downloads import show_report
from roi.screens.drawing import show_parts
from roi.screens.escaping import escaped
from roi.screens.pictures import look_of, show_chart
from roi.screens.standing import is_draft
from roi.screens.state import visit
from roi.screens.taking import show_relaxations
from roi.screens.tiles import show_pending_tiles, show_tiles
from roi.screens.waiting import STALE, last_answer, show_when_ready
from roi.texts import text


def show(context: Context) -> None:
    """The choice at once; what it is worth over the years when that is worked out."""
    st.title(text(context.language, "screen.proposal"))
    found = decision(context)
    words = text(context.language, "screen.planning")
    plan = show_when_ready("plan", planned, context, words)
    if plan is None:
        _show_last(found, context)
    elif plan.worth is None or plan.ledger is None:
        show_parts(conflict_rows(plan, context.language))
        show_relaxations(plan, context.language)
    else:
        _show_plan(plan, plan.ledger, plan.worth, found, context)
    show_chart(image_cost(found, look_of(context)), "cost-per-image")
    for workload in context.scenario.workloads:
        show_bars(workload, context)
    _show_proof(found, plan, context)


def _show_last(found: Decision, context: Context) -> None:
    """The plan before the last change, greyed: nobody takes it for the answer, and nothing jumps."""
    last = last_answer("plan", PlanDecision)
    if last is None or last.worth is None or last.ledger is None:
        show_pending_tiles(found.cost_per_accepted_image, context)
        return
    before = Context(last.scenario, context.profiles, context.language, context.dark)
    with st.container(key=STALE):
        st.markdown(escaped(decision_sentence(last, last.ledger, last.worth, context.language)))
        show_tiles(last, last.worth, before)
        if last.finance is not None:
            show_chart(cash(last.finance, look_of(before)), "cash-against-today")


def _show_plan(plan: PlanDecision, ledger: Ledger, worth: Worth, found: Decision, context: Context) -> None:
    st.markdown(escaped(decision_sentence(plan, ledger, worth, context.language)))
    show_tiles(plan, worth, context, _kept_plan(context))
    for line in _price_lines(found, context):
        st.caption(escaped(line))
    look = look_of(context)
    if plan.finance is None:
        _show_no_baseline(context)
        show_chart(years(plan, ledger, worth, look), "cost-by-year")
    else:
        show_chart(cash(plan.finance, look), "cash-against-today")
    _show_sentences(plan, context)
    show_report(context)


def _kept_plan(context: Context) -> Named | None:
    """The plan of a kept scenario that the tiles are held against; none where the visitor wants today."""
    aside, language = visit().aside, context.language
    if not aside:
        return None
    names = [*aside, ""]
    name = st.segmented_control(
        text(language, "screen.tiles_against"),
        names,
        default=names[-2],
        required=True,
        format_func=lambda each: each or text(language, "screen.tiles_today"),
        key=f"tiles.against.{len(aside)}",
    )
    if not name or aside[name].currency != context.scenario.currency:
        return None
    asked = Context(aside[name], context.profiles, language, context.dark)
    plan = show_when_ready(f"plan.{name}", planned, asked, f"{name}: {text(language, 'screen.planning')}")
    return None if plan is None else Named(name, plan)


def _price_lines(found: Decision, context: Context) -> Iterator[str]:
    """What stands behind the price: machines that wait, and what commitments cost after the plan."""
    language, currency = context.language, context.scenario.currency
    for choice in found.choices:
        used, stated = choice.utilization_fraction, choice.option.attempt.utilization_fraction
        if used is not None and stated is not None:
            cost = unit_price(choice.option.cost_per_accepted_image, currency, language)
            key = "page.full_use_value_own" if bought(found, choice) else "page.full_use_value"
            line = text(language, key, cost=cost, stated=stated, used=used)
            yield f"{choice.option.workload}: {line}" if len(found.choices) > 1 else line
    for owed in found.owed:
        yield f"{text(language, 'page.owed')}: {owed_sentence(owed, currency, language)}"


def _show_no_baseline(context: Context) -> None:
    st.info(text(context.language, "screen.no_baseline"), icon=":material/history:")
    show_figures_link(context)


def _show_sentences(plan: PlanDecision, context: Context) -> None:
    """Those that speak for the plan, then those that speak against trusting it."""
    found = sentences(plan, context.language)
    if not found:
        return
    st.subheader(text(context.language, "screen.sentences"))
    draft = is_draft(context.scenario)
    st.markdown("  \n".join(_said(each, draft=draft) for each in found))
    with st.expander(text(context.language, "screen.copy_sentences"), icon=":material/content_copy:"):
        st.code("\n".join(said.text for said in found), language=None, wrap_lines=True)


def _said(sentence: Sentence, *, draft: bool) -> str:
    """No green tick while figures are placeholders."""
    good = ":material/arrow_right:" if draft else ":green[:material/check:]"
    icon = ":orange[:material/warning:]" if sentence.warning else good
    return f"{icon} {escaped(sentence.text)}"


def _show_proof(found: Decision, plan: PlanDecision | None, context: Context) -> None:
    """Whether a second route agrees, and how many figures are not the visitor's yet."""
    language = context.language
    answers: list[Answer] = [found, *([plan] if plan is not None and plan.plan is not None else [])]
    verified, sound = (all(getattr(each, name) for each in answers) for name in ("verified", "sound"))
    draft = is_draft(context.scenario)
    agrees = verified_words(language, *answers)
    right = ":material/calculate:" if draft else ":green[:material/verified:]"
    mark = right if verified else ":orange[:material/rule:]" if sound else ":red[:material/gpp_bad:]"
    st.markdown(f"{mark} {escaped(agrees)}")
    again = review_line(found.verification, language)
    if again:
        st.caption(escaped(again))
    if draft:
        show_figures_link(context)
