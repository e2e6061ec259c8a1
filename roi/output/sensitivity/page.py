"""How sure a decision is, on the screen."""

from rich.console import Group, RenderableType

from roi.output.page import decision_page
from roi.output.sensitivity.headline import headline_rows
from roi.output.sensitivity.single import switching_rows, tornado_rows
from roi.output.sensitivity.together import future_rows, note_rows
from roi.output.sensitivity.traded import carbon_rows, fid_rows
from roi.sensitivity.analysis import Analysis
from roi.texts import Language


def sensitivity_page(analysis: Analysis, language: Language) -> RenderableType:
    """Headline, tornado, turning points, futures, frontiers, what it rests on; without an answer the conflict."""
    simulation = analysis.simulation
    if simulation is None:
        return decision_page(analysis.decision, language)
    return Group(
        *headline_rows(analysis, simulation, language),
        *tornado_rows(analysis, language),
        *switching_rows(analysis, language),
        *future_rows(analysis, simulation, language),
        *carbon_rows(analysis, language),
        *fid_rows(analysis, language),
        *note_rows(analysis, simulation, language),
    )
