"""How sure a decision is, on the screen."""

from roi.output.not_counted import not_counted_line
from roi.output.page import decision_page
from roi.output.sensitivity.frontiers import carbon_rows, fid_rows
from roi.output.sensitivity.futures import future_rows, note_rows
from roi.output.sensitivity.headline import headline_rows
from roi.output.sensitivity.planned import plan_rows
from roi.output.sensitivity.tornado import switching_rows, tornado_rows
from roi.paper import Paper, Sentence
from roi.sensitivity.analysis import Analysis
from roi.sensitivity.plan_analysis import PlanAnalysis
from roi.texts import Language


def sensitivity_page(analysis: Analysis, language: Language, planned: PlanAnalysis | None = None) -> Paper:
    """Headline, the plan where there is one, tornado, turning points, futures, frontiers, what it rests on.

    Without an answer the rules in conflict.
    """
    simulation = analysis.simulation
    if simulation is None:
        return decision_page(analysis.decision, language)
    line = "" if planned is not None else not_counted_line(analysis.decision.scenario, language)
    return (
        *headline_rows(analysis, simulation, language),
        *([] if planned is None else plan_rows(planned, language)),
        *tornado_rows(analysis, language),
        *switching_rows(analysis, language),
        *future_rows(analysis, simulation, language),
        *carbon_rows(analysis, language),
        *fid_rows(analysis, language),
        *note_rows(analysis, simulation, language),
        *([Sentence(line)] if line else []),
    )
