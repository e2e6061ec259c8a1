"""From a plan to what its report says: how sure it is, and the choice for a picture beside it."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from bench.profile import Profile
from roi.decision.decide import decision_of
from roi.output.report.material import material_of
from roi.planning.answer import PlanDecision
from roi.sensitivity.frontier import fid_frontier
from roi.sensitivity.montecarlo.simulate import simulate_decision
from roi.sensitivity.plan_analysis import PlanAnalysis
from roi.sensitivity.plandraws.returns import plan_risk
from roi.sensitivity.tornado import plan_base, tornado_of
from roi.texts import Language
from roi.workbook.report.pages.material import Material

SEED = 1
SHAPE: Literal["triangular"] = "triangular"


def kept_analysis(decision: PlanDecision, profiles: Sequence[Profile], draws: int) -> PlanAnalysis:
    """Figures moved under the kept plan alone, nothing solved anew; futures of it where any are drawn."""
    bars = tornado_of(plan_base(decision, profiles), solved_most=0)
    drawable = draws and decision.scenario.finance.risk is None
    return PlanAnalysis(decision, bars, (), plan_risk(decision, draws=draws) if drawable else None)


def report_material(
    analysis: PlanAnalysis, profiles: Sequence[Profile], draws: int, language: Language, made_on: date
) -> Material:
    """What the report says.

    Raises
    ------
    ValueError
        When there is no plan.
    """
    asked = analysis.decision.scenario
    choice = decision_of(analysis.decision)
    drawn = bool(draws and choice.choices)
    simulation = simulate_decision(choice, profiles, draws=draws, seed=SEED, shape=SHAPE) if drawn else None
    return material_of(analysis, simulation, fid_frontier(asked, profiles), language, made_on)
