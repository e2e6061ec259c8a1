"""What the report of a visitor's plan says, made once for the same inputs and language."""

from datetime import UTC, datetime

import streamlit as st

from roi.output.report.making import kept_analysis, report_material
from roi.planning.inputs import inputs_hash
from roi.screens.apart import apart
from roi.screens.context import DRAWS, Context, planned
from roi.workbook.report.pages.material import Material

REPORTS_KEPT_MAX = 8


def told(context: Context) -> Material:
    """The material of the report.

    Raises
    ------
    RoiError
        As `plan` does.
    ValueError
        When there is no plan.
    """
    day = datetime.now(tz=UTC).date().isoformat()
    return _told(f"{inputs_hash(context.scenario, context.profiles)} {context.language} {day}", context)


@st.cache_resource(max_entries=REPORTS_KEPT_MAX, show_spinner=False)
def _told(asked: str, _context: Context) -> Material:  # noqa: ARG001
    analysis = apart(kept_analysis, planned(_context), _context.profiles, DRAWS)
    made_on = datetime.now(tz=UTC).date()
    return report_material(analysis, _context.profiles, DRAWS, _context.language, made_on)
