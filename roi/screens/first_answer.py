"""Five questions that give a company its first answer; all else stays as it stands until it is replaced."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from bench.library import figure_for
from bench.profile import Profile
from roi.callbacks import to_the_end
from roi.errors import ScenarioError
from roi.notes import Note
from roi.scenario.baseline import ExternalBaseline, ProfileBaseline
from roi.scenario.document import Scenario
from roi.scenario.load import demonstration
from roi.scenario.supply import Api, Own
from roi.scenario.workload import Workload
from roi.screens.context import Context, page_at
from roi.screens.levers import own_figure
from roi.screens.number_field import NumberField, read_number, show_number
from roi.screens.state import change, note, tell, visit
from roi.texts import LANGUAGES, Language, bundled, text
from roi.texts.messages import lines, message_of

PEOPLE, NOTHING, AS_STATED = "people", "nothing", "as_stated"
NO_SERVICE = (PEOPLE, NOTHING, AS_STATED)
"""What serves today, beside the services that the scenario names."""
THIRDS = ("best", "middle", "any")
"""Qualities by the part of the measured models that reaches them."""
TEN = 10.0
"""Pictures of which is asked how many can be used."""
IMAGES_AT_ONCE, ATTEMPTS = 4, 6
"""How a service is called today, where nobody states it: as the demonstration does."""
SECONDS_PER_MINUTE = 60.0


def show_first_answer(context: Context) -> None:
    """The questions about the first workload, and the button that answers them."""
    language, scenario = context.language, context.scenario
    workload = scenario.workloads[0]
    st.caption(text(language, "screen.five_meaning"))
    key = f"five.{visit().levers}"
    left, right = st.columns(2)
    with left:
        _number("volume", key, workload.images_per_month.value, language)
        _ask_today(scenario, workload, key, language)
        _number("usable", key, round(TEN * workload.acceptance.mean.value, 2), language)
    with right:
        _ask_own(scenario, key, language)
        _ask_quality(workload, context.profiles, key, language)
    pressed = st.button(
        text(language, "screen.five_answer"),
        on_click=_answer,
        args=(key, language),
        type="primary",
        icon=":material/task_alt:",
    )
    if pressed and visit().fault is None:
        st.switch_page(page_at("", language))


def _number(name: str, key: str, value: float, language: Language, **said: str) -> None:
    """What cannot be is refused with a sentence: a field with ends would keep it without a word."""
    question = text(language, f"screen.ask_{name}", **said)
    show_number(_field(name, key, question), question, value)


def _field(name: str, key: str, question: str) -> NumberField:
    return NumberField(f"{key}.{name}", question.rstrip("?？"), optional=True)


def _ask_today(scenario: Scenario, workload: Workload, key: str, language: Language) -> None:
    now = workload.baseline
    services = [supply.name for supply in scenario.supplies if isinstance(supply, Api)]
    choices = [*services, PEOPLE, NOTHING]
    if isinstance(now, ProfileBaseline):
        choices.insert(0, AS_STATED)
        begin = AS_STATED
    elif now is None:
        begin = NOTHING
    else:
        begin = PEOPLE if isinstance(now, ExternalBaseline) else now.supply
    named = {name: text(language, f"screen.today_{name}") for name in NO_SERVICE}
    said: Callable[[str], str] = lambda each: named.get(each) or text(language, "screen.today_api", name=each)  # noqa: E731
    chosen = st.selectbox(
        text(language, "screen.ask_today"), choices, choices.index(begin), said, key=f"{key}.today"
    )
    if chosen == PEOPLE:
        people = now if isinstance(now, ExternalBaseline) else None
        price = workload.fallback_cost if people is None else people.cost_per_image
        minutes = 0.0 if people is None else people.seconds_per_image.value / SECONDS_PER_MINUTE
        currency = scenario.currency if price is None else price.currency or scenario.currency
        _number("price", key, 0.0 if price is None else price.value, language, currency=currency)
        _number("minutes", key, minutes, language)


def _ask_own(scenario: Scenario, key: str, language: Language) -> None:
    owned = any(isinstance(supply, Own) for supply in scenario.supplies)
    answers = {True: text(language, "screen.own_yes"), False: text(language, "screen.own_no")}
    question = text(language, "screen.ask_own")
    st.radio(question, answers, index=0 if owned else 1, format_func=answers.__getitem__, key=f"{key}.own")


def _ask_quality(workload: Workload, profiles: tuple[Profile, ...], key: str, language: Language) -> None:
    """Bars between which a third of the measured models each lies; nothing where no FID is asked for."""
    now, reference = workload.quality.fid_max, workload.quality.reference
    if now is None:
        return
    steps = quality_steps(profiles, reference)
    said = {now: text(language, "screen.quality_now", fid=now)}
    said |= {
        fid: text(language, f"screen.quality_{name}", fid=fid) for name, fid in steps.items() if fid != now
    }
    question, why = text(language, "screen.ask_quality"), text(language, "screen.ask_quality_help")
    st.radio(question, said, format_func=said.__getitem__, key=f"{key}.quality", help=why)


def quality_steps(profiles: tuple[Profile, ...], reference: str) -> Mapping[str, float]:
    """The FID that the best third of the measured models keeps, two thirds, and all; by name."""
    best: dict[str, float] = {}
    for profile in profiles:
        quality = figure_for(profile, reference)
        if quality is not None:
            name = profile.config.model_name
            best[name] = min(quality.value, best.get(name, quality.value))
    ordered = sorted(best.values())
    ranks = {name: len(ordered) * part // len(THIRDS) for part, name in enumerate(THIRDS, start=1)}
    return {name: ordered[rank - 1] for name, rank in ranks.items() if rank}


@to_the_end
def _answer(key: str, language: Language) -> None:
    """What was answered, laid over the scenario at once; what breaks a rule is told and changes nothing."""
    scenario = visit().scenario
    told = {name: st.session_state.get(f"{key}.{name}") for name in ASKED}
    notes: list[Note] = []
    faults: list[str] = []
    for name in NUMBERS:
        question = text(language, f"screen.ask_{name}", currency=scenario.currency)
        try:
            entry = read_number(_field(name, key, question), told[name] or "")
        except ScenarioError as fault:
            faults.append(message_of(fault))
            continue
        told[name] = entry.number
        notes += entry.notes
    if faults:
        tell(lines(faults))
        return
    change(_changes(scenario, told, language), "whole")
    if visit().fault is None:
        note(tuple(notes))


NUMBERS = ("volume", "price", "minutes", "usable")
ASKED = (*NUMBERS, "today", "own", "quality")


def _changes(scenario: Scenario, told: Mapping[str, Any], language: Language) -> dict[str, object]:
    """By place; a question that was not asked, or left empty, changes nothing."""
    workload, place = scenario.workloads[0], "workloads[0]"
    changes: dict[str, object] = {"supplies": _supplies(scenario, allowed=bool(told["own"]))}
    if scenario.name in {bundled(each, demonstration().name) for each in LANGUAGES}:
        changes["name"] = text(language, "screen.your_scenario")
    if told["volume"] is not None:
        changes[f"{place}.images_per_month"] = own_figure(float(told["volume"]), workload.images_per_month)
    if told["usable"] is not None:
        mean = workload.acceptance.mean
        changes[f"{place}.acceptance.mean"] = own_figure(float(told["usable"]) / TEN, mean)
    if told["quality"] is not None:
        changes[f"{place}.quality.fid_max"] = float(told["quality"])
    if told["today"] != AS_STATED:
        changes[f"{place}.baseline"] = _baseline(workload, told, language)
    return changes


def _baseline(workload: Workload, told: Mapping[str, Any], language: Language) -> dict[str, object] | None:
    now = workload.baseline
    if told["today"] == NOTHING:
        return None
    if told["today"] == PEOPLE:
        unit = None if workload.fallback_cost is None else workload.fallback_cost.currency
        price: dict[str, object] = {"value": float(told["price"] or 0.0)}
        if isinstance(now, ExternalBaseline):
            unit = now.cost_per_image.currency
        return {
            "kind": "external",
            "name": now.name if isinstance(now, ExternalBaseline) else text(language, "screen.today_people"),
            "cost_per_image": price if unit is None else {**price, "unit": f"{unit}/image"},
            "seconds_per_image": float(told["minutes"] or 0.0) * SECONDS_PER_MINUTE,
        }
    if now is not None and now.kind == "api":
        return {**now.model_dump(mode="json"), "supply": told["today"]}
    return {
        "kind": "api",
        "supply": told["today"],
        "images_per_attempt": IMAGES_AT_ONCE,
        "attempts_max": ATTEMPTS,
    }


def _supplies(scenario: Scenario, *, allowed: bool) -> list[dict[str, object]]:
    """Without machines of one's own, or with the demonstration's where there are none."""
    now = scenario.workloads[0].baseline
    kept = now.supply if isinstance(now, ProfileBaseline) else None
    own = [supply for supply in scenario.supplies if isinstance(supply, Own)]
    found = [each for each in scenario.supplies if allowed or not isinstance(each, Own) or each.name == kept]
    if allowed and not own:
        found += [supply for supply in demonstration().supplies if isinstance(supply, Own)]
    return [supply.model_dump(mode="json") for supply in found]
