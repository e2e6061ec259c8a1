"""What a page is drawn from, and the answers it asks for, computed once for the same inputs.

The answers are kept by the hash of all they rest on, so that visitors share an answer only when they asked the
very same question; what somebody typed is never reached from another session.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import TypeVar, cast

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from bench.profile import Profile
from roi.amounts import coin
from roi.decision.answer import Decision
from roi.decision.decide import decide
from roi.fleet.solver import solve_fleet
from roi.output.offer_states import Seen, Supplied, seen, supplied
from roi.planning.answer import PlanDecision
from roi.planning.decide_plan import Explanation, plan, same_choice
from roi.planning.fingerprint import inputs_hash
from roi.planning.solved import Solved, solved
from roi.planning.today import present_in
from roi.scenario.document import Scenario
from roi.scenario.references import require_known_references
from roi.scenario.workload import Workload
from roi.screens.workers import apart
from roi.sensitivity.analysis import Analysis, completed, first_figures
from roi.sensitivity.frontier import FidPoint, fid_frontier
from roi.sensitivity.placeholders import Placeholder, placeholders_by_effect
from roi.texts import Language, text

ANSWERS_KEPT_MAX, OFFERS_KEPT_MAX = 64, 32
DRAWS = 2000
"""Futures drawn on a page: enough for two digits of a probability, in about two seconds."""

Answering = TypeVar("Answering", bound=Callable[..., object])


@dataclass(frozen=True)
class Context:
    """The visitor's inputs and how they want them shown."""

    scenario: Scenario
    profiles: tuple[Profile, ...]
    language: Language
    dark: bool
    """Whether the page has a dark ground."""

    @cached_property
    def inputs(self) -> str:
        """The hash of all that an answer rests on."""
        return inputs_hash(self.scenario, self.profiles)

    @property
    def words(self) -> tuple[str, Language]:
        """The same, for an answer that holds words."""
        return self.inputs, self.language

    @property
    def coin(self) -> str:
        """What the currency is called in a heading."""
        return coin(self.scenario.currency, self.language)


def kept(by: str, most: int = ANSWERS_KEPT_MAX) -> Callable[[Answering], Answering]:
    """Keep the answers of a function by one property of its context, and by a workload's name."""
    made = st.cache_resource(
        max_entries=most,
        show_spinner=False,
        hash_funcs={Context: attrgetter(by), Workload: attrgetter("name")},
    )
    return cast(Callable[[Answering], Answering], made)


@kept(by="inputs")
def _solved(context: Context) -> Solved:
    """The programme and its plan, from which both answers are made: it is solved once."""
    scenario, profiles = context.scenario, context.profiles
    require_known_references(scenario, profiles)
    return solved(scenario, profiles, present_in(scenario, profiles), solve_fleet)


@kept(by="inputs")
def decision(context: Context) -> Decision:
    """The cheapest plan for all workloads and what is nearly as good, or why there is none.

    Raises
    ------
    RoiError
        As `decide` does.
    """
    return decide(context.scenario, context.profiles, found=_solved(context))


@st.cache_resource(max_entries=ANSWERS_KEPT_MAX, show_spinner=False)
def _explained(choice: str) -> list[Explanation]:  # noqa: ARG001
    """A place for the explanation of what may be chosen."""
    return []


@kept(by="inputs")
def planned(context: Context) -> PlanDecision:
    """The same plan against today, with levers and other plans; takes seconds the first time.

    Levers and alternatives, most of the work, are made once for what may be chosen.

    Raises
    ------
    RoiError
        As `plan` does.
    """
    found, profiles = _solved(context), context.profiles
    explained = _explained(same_choice(found, profiles))
    known = explained[0] if explained else True
    answer = apart(plan, context.scenario, profiles, found=found, explained=known)
    if not explained and answer.plan is not None:
        explained.append(Explanation(answer.levers, answer.alternatives))
    return answer


@kept(by="inputs")
def first_analysis(context: Context) -> Analysis:
    """What of `analysis` is there first: one figure at a time, and drawn futures; raises as it does."""
    return apart(first_figures, decision(context), context.profiles, draws=DRAWS)


@kept(by="inputs")
def analysis(context: Context) -> Analysis:
    """How sure the decision is; takes seconds the first time.

    Raises
    ------
    RoiError
        As `roi.sensitivity.analysis.analyse` does.
    """
    return apart(completed, first_analysis(context), context.profiles)


@kept(by="inputs")
def missing(context: Context) -> tuple[Placeholder, ...]:
    """The placeholders, what moves the plan's NPV most first; raises as `plan` does."""
    return placeholders_by_effect(planned(context))


@kept(by="words", most=OFFERS_KEPT_MAX)
def offers(context: Context, workload: Workload) -> tuple[Seen, ...]:
    """The chosen, the near, the others that pass, then those that are out."""
    asked = context.scenario.workload(workload.name)
    return () if asked is None else seen(decision(context), asked, context.profiles, context.language)


@kept(by="words", most=OFFERS_KEPT_MAX)
def supplied_offers(context: Context, workload: Workload) -> tuple[Supplied, ...]:
    """The cheapest offer of every supply with its cost by component."""
    return supplied(decision(context), offers(context, workload))


def steps(context: Context, workload: Workload) -> tuple[FidPoint, ...]:
    """The cheapest option at every FID where the cheapest changes."""
    return tuple(step for step in _steps(context) if step.workload == workload.name)


@kept(by="inputs", most=OFFERS_KEPT_MAX)
def _steps(context: Context) -> tuple[FidPoint, ...]:
    return fid_frontier(context.scenario, context.profiles)


def page_at(name: str, language: Language) -> StreamlitPage:
    """A page by its address, to be linked or turned to; the empty name is the first page's."""
    title = text(language, f"screen.{name or 'proposal'}")
    return st.Page(_nowhere, title=title, url_path=name or None, default=not name)


def show_figures_link(context: Context) -> None:
    """To the page on which figures are replaced."""
    page, words = page_at("figures", context.language), text(context.language, "screen.to_figures")
    st.page_link(page, label=words, icon=":material/arrow_forward:")


def _nowhere() -> None:
    """A link knows its page by the address alone."""
