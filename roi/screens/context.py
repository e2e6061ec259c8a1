"""What a page is drawn from, and the answers it asks for, computed once for the same inputs.

The answers are kept by the hash of all they rest on, so that visitors share an answer only when they asked the
very same question; what somebody typed is never reached from another session.
"""

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Context:
    """The visitor's inputs and how they want them shown."""

    scenario: Scenario
    profiles: tuple[Profile, ...]
    language: Language
    dark: bool
    """Whether the page has a dark ground."""

    @property
    def coin(self) -> str:
        """What the currency is called in a heading."""
        return coin(self.scenario.currency, self.language)


def decision(context: Context) -> Decision:
    """The cheapest plan for all workloads and what is nearly as good, or why there is none.

    Raises
    ------
    RoiError
        As `decide` does.
    """
    return _decision(inputs_hash(context.scenario, context.profiles), context)


def planned(context: Context) -> PlanDecision:
    """The same plan against today, with levers and other plans; takes seconds the first time.

    Raises
    ------
    RoiError
        As `plan` does.
    """
    return _planned(inputs_hash(context.scenario, context.profiles), context)


def first_analysis(context: Context) -> Analysis:
    """What of `analysis` is there first: one figure at a time, and drawn futures; raises as it does."""
    return _first_analysis(inputs_hash(context.scenario, context.profiles), context)


def analysis(context: Context) -> Analysis:
    """How sure the decision is; takes seconds the first time.

    Raises
    ------
    RoiError
        As `roi.sensitivity.analysis.analyse` does.
    """
    return _analysis(inputs_hash(context.scenario, context.profiles), context)


def missing(context: Context) -> tuple[Placeholder, ...]:
    """The placeholders, what moves the plan's NPV most first; raises as `plan` does."""
    return _missing(inputs_hash(context.scenario, context.profiles), context)


def offers(context: Context, workload: Workload) -> tuple[Seen, ...]:
    """The chosen, the near, the others that pass, then those that are out."""
    return _offers(inputs_hash(context.scenario, context.profiles), workload.name, context.language, context)


def supplied_offers(context: Context, workload: Workload) -> tuple[Supplied, ...]:
    """The cheapest offer of every supply with its cost by component."""
    return _supplied(
        inputs_hash(context.scenario, context.profiles), workload.name, context.language, context
    )


def steps(context: Context, workload: Workload) -> tuple[FidPoint, ...]:
    """The cheapest option at every FID where the cheapest changes."""
    found = _steps(inputs_hash(context.scenario, context.profiles), context)
    return tuple(step for step in found if step.workload == workload.name)


@st.cache_resource(max_entries=ANSWERS_KEPT_MAX, show_spinner=False)
def _solved(inputs: str, _context: Context) -> Solved:  # noqa: ARG001
    """The programme and its plan, from which both answers are made: it is solved once."""
    scenario, profiles = _context.scenario, _context.profiles
    require_known_references(scenario, profiles)
    return solved(scenario, profiles, present_in(scenario, profiles), solve_fleet)


@st.cache_resource(max_entries=ANSWERS_KEPT_MAX, show_spinner=False)
def _decision(inputs: str, _context: Context) -> Decision:
    return decide(_context.scenario, _context.profiles, found=_solved(inputs, _context))


@st.cache_resource(max_entries=ANSWERS_KEPT_MAX, show_spinner=False)
def _explained(choice: str) -> list[Explanation]:  # noqa: ARG001
    """A place for the explanation of what may be chosen."""
    return []


@st.cache_resource(max_entries=ANSWERS_KEPT_MAX, show_spinner=False)
def _planned(inputs: str, _context: Context) -> PlanDecision:
    """Levers and alternatives, most of the work, are made once for what may be chosen."""
    found, profiles = _solved(inputs, _context), _context.profiles
    explained = _explained(same_choice(found, profiles))
    known = explained[0] if explained else True
    planned = apart(plan, _context.scenario, profiles, found=found, explained=known)
    if not explained and planned.plan is not None:
        explained.append(Explanation(planned.levers, planned.alternatives))
    return planned


@st.cache_resource(max_entries=ANSWERS_KEPT_MAX, show_spinner=False)
def _first_analysis(inputs: str, _context: Context) -> Analysis:
    return apart(first_figures, _decision(inputs, _context), _context.profiles, draws=DRAWS)


@st.cache_resource(max_entries=ANSWERS_KEPT_MAX, show_spinner=False)
def _analysis(inputs: str, _context: Context) -> Analysis:
    return apart(completed, _first_analysis(inputs, _context), _context.profiles)


@st.cache_resource(max_entries=ANSWERS_KEPT_MAX, show_spinner=False)
def _missing(inputs: str, _context: Context) -> tuple[Placeholder, ...]:  # noqa: ARG001
    return placeholders_by_effect(planned(_context))


@st.cache_resource(max_entries=OFFERS_KEPT_MAX, show_spinner=False)
def _offers(inputs: str, workload: str, language: Language, _context: Context) -> tuple[Seen, ...]:  # noqa: ARG001
    asked = _context.scenario.workload(workload)
    return () if asked is None else seen(decision(_context), asked, _context.profiles, language)


@st.cache_resource(max_entries=OFFERS_KEPT_MAX, show_spinner=False)
def _supplied(inputs: str, workload: str, language: Language, _context: Context) -> tuple[Supplied, ...]:
    return supplied(decision(_context), _offers(inputs, workload, language, _context))


@st.cache_resource(max_entries=OFFERS_KEPT_MAX, show_spinner=False)
def _steps(inputs: str, _context: Context) -> tuple[FidPoint, ...]:  # noqa: ARG001
    return fid_frontier(_context.scenario, _context.profiles)


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
