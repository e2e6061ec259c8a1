"""All offers for a workload, computed once for the same inputs."""

import streamlit as st

from roi.output.offer_states import Seen, Supplied, seen, supplied
from roi.planning.inputs import inputs_hash
from roi.scenario.workload import Workload
from roi.screens.context import Context, decision
from roi.sensitivity.frontier import FidPoint, fid_frontier
from roi.texts import Language

KEPT = 32


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


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _offers(inputs: str, workload: str, language: Language, _context: Context) -> tuple[Seen, ...]:  # noqa: ARG001
    asked = _context.scenario.workload(workload)
    return () if asked is None else seen(decision(_context), asked, _context.profiles, language)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _supplied(inputs: str, workload: str, language: Language, _context: Context) -> tuple[Supplied, ...]:
    return supplied(decision(_context), _offers(inputs, workload, language, _context))


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _steps(inputs: str, _context: Context) -> tuple[FidPoint, ...]:  # noqa: ARG001
    return fid_frontier(_context.scenario, _context.profiles)
