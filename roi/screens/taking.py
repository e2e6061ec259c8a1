"""A change that the answer itself names, taken over at once: what relaxes a rule, and where the answer turns."""

from collections.abc import Sequence

import streamlit as st

from roi.callbacks import to_the_end
from roi.decision.answer import Decision
from roi.errors import RoiError
from roi.output.page.conflict import limit_to_type, rule_words
from roi.output.sensitivity.labels import figure_label, value_label
from roi.planning.answer import Change, PlanDecision, Relaxation
from roi.scenario.document import Scenario
from roi.screens.escaping import escaped
from roi.screens.state import change, put_scenario, tell, visit
from roi.sensitivity.inputs import moved
from roi.sensitivity.switching import Switch
from roi.texts import Language, text
from roi.texts.messages import message_of

OF_WORKLOAD = {
    "fid_max": "quality.fid_max",
    "min_pixels": "min_pixels",
    "latency_max_s": "latency_max_s",
    "deliver_min": "deliver_min",
    "carbon_max": "carbon_max",
}
OF_COMPANY = {
    "accept_match": "limits.accept_match",
    "accept_evidence": "limits.accept_evidence",
    "accept_commercial_use": "limits.accept_commercial_use",
    "models_max": "limits.models_max",
    "capex_budget": "limits.capex_budget",
    "opex_budget": "limits.opex_budget_per_year",
    "carbon_cap": "limits.carbon_cap_per_year",
    "market_cap": "limits.market_carbon_cap_per_year",
    "budget_per_month": "limits.budget_per_month",
    "carbon_cap_per_month": "limits.carbon_cap_per_month",
    "vendor_share": "limits.vendor_share_max",
    "spot_share": "limits.spot_share_max",
    "site_power": "site.site_power_kw",
}
"""Where in a scenario each rule stands; of others nothing is taken over."""
SWITCHES_SHOWN = 8


def show_relaxations(found: Decision | PlanDecision, language: Language) -> None:
    """A button for each relaxation whose rules stand at one place."""
    for number, each in enumerate(found.relaxations):
        changes = relaxing_changes(found.scenario, each)
        if not changes or each in found.relaxations[:number]:
            continue
        said = "; ".join(
            f"{rule_words(found, one.rule, language)} → {limit_to_type(one)}" for one in each.changes
        )
        st.button(
            escaped(text(language, "screen.take_change", change=said)),
            key=f"take.{visit().levers}.{number}",
            on_click=to_the_end(change),
            args=(changes, "whole"),
            icon=":material/done:",
        )


def relaxing_changes(scenario: Scenario, relaxation: Relaxation) -> dict[str, object]:
    """The changes by place, so that typing them in is enough; empty where a rule has no place of its own."""
    names = [workload.name for workload in scenario.workloads]
    index = 0 if relaxation.workload is None else names.index(relaxation.workload)
    changes = {
        _place(each, index): _needed(each, scenario, _place(each, index)) for each in relaxation.changes
    }
    return {} if "" in changes else changes


def _place(each: Change, workload: int) -> str:
    if each.rule in OF_WORKLOAD:
        return f"workloads[{workload}].{OF_WORKLOAD[each.rule]}"
    return OF_COMPANY.get(each.rule, "")


def _needed(each: Change, scenario: Scenario, place: str) -> object:
    """A number rounded as it is shown; a word that is to be allowed joins those that are."""
    if isinstance(each.needed, int | float):
        number = float(limit_to_type(each).replace(",", ""))
        return int(number) if place.endswith(("min_pixels", "models_max")) else number
    allowed = list(getattr(scenario.limits, each.rule)) if each.rule.startswith("accept_") else []
    wanted = each.needed if isinstance(each.needed, list | tuple) else [each.needed]
    return [*allowed, *(word for word in wanted if word not in allowed)]


def show_switches(switches: Sequence[Switch], language: Language) -> None:
    """Buttons that put a figure just beyond where the answer turns, to see the other answer."""
    if not switches:
        return
    with st.expander(text(language, "screen.try_turn"), icon=":material/alt_route:"):
        for number, switch in enumerate(switches[:SWITCHES_SHOWN]):
            value = value_label(switch.ranged, switch.beyond, language)
            said = text(
                language, "screen.try_value", figure=figure_label(switch.ranged, language), value=value
            )
            st.button(escaped(said), key=f"turn.{visit().levers}.{number}", on_click=_take, args=(switch,))


@to_the_end
def _take(switch: Switch) -> None:
    try:
        put_scenario(moved(visit().scenario, switch.ranged, switch.beyond), "whole")
    except RoiError as fault:
        tell(message_of(fault))
