"""How sure a decision is, on the screen."""

from collections.abc import Sequence

from roi.amounts import bare_price, coin, mass
from roi.output.not_counted import not_counted_line
from roi.output.page import decision_page
from roi.output.sensitivity.futures import future_rows, note_rows
from roi.output.sensitivity.headline import headline_rows
from roi.output.sensitivity.labels import Names
from roi.output.sensitivity.planned import plan_rows
from roi.output.sensitivity.tornado import switching_rows, tornado_rows
from roi.paper import Heading, Paper, Part, Sentence, table
from roi.sensitivity.analysis import Analysis
from roi.sensitivity.frontier import CarbonPoint
from roi.sensitivity.plan_analysis import PlanAnalysis
from roi.sensitivity.verdicts import Pick
from roi.texts import Language, text

POINTS_SHOWN = 6


def sensitivity_page(analysis: Analysis, language: Language, planned: PlanAnalysis | None = None) -> Paper:
    """Headline, the plan where there is one, tornado, turning points, futures, frontiers, what it rests on.

    Without an answer the rules in conflict.
    """
    simulation = analysis.simulation
    if not analysis.decision.choices:
        return decision_page(analysis.decision, language)
    line = "" if planned is not None else not_counted_line(analysis.decision.scenario, language)
    return (
        *headline_rows(analysis, simulation, language),
        *([] if planned is None else plan_rows(planned, language)),
        *tornado_rows(analysis, language),
        *switching_rows(analysis, language),
        *([] if simulation is None else future_rows(analysis, simulation, language)),
        *carbon_rows(analysis, language),
        *fid_rows(analysis, language),
        *([] if simulation is None else note_rows(analysis, simulation, language)),
        *([Sentence(line)] if line else []),
    )


def carbon_rows(analysis: Analysis, language: Language) -> list[Part]:
    """From the cheapest to the cleanest, with the price of the next tonne avoided."""
    frontier = analysis.carbon
    parts: list[Part] = [Heading(text(language, "sensitivity.frontier"))]
    if len(frontier.points) > 1:
        parts += _points(analysis, frontier.points, language)
    elif frontier.points:
        parts.append(Sentence(text(language, "sensitivity.frontier_one")))
    if not frontier.complete:
        parts.append(Sentence(text(language, "sensitivity.frontier_partial"), tone="note"))
    if frontier.undisclosed:
        names = ", ".join(frontier.undisclosed)
        parts.append(Sentence(text(language, "sensitivity.frontier_undisclosed", names=names), tone="note"))
    return parts if len(parts) > 1 else []


def _points(analysis: Analysis, points: Sequence[CarbonPoint], language: Language) -> list[Part]:
    scenario, names = analysis.decision.scenario, Names(analysis.decision)
    rows = table(
        text(language, "sensitivity.option"),
        text(language, "sensitivity.image_cost", currency=coin(scenario.currency, language)),
        text(language, "sensitivity.image_carbon"),
        text(language, "sensitivity.abatement", currency=coin(scenario.currency, language)),
    )
    for point in points[:POINTS_SHOWN]:
        slope = point.abatement_cost_per_tonne
        rows.add(
            "; ".join(_setting(pick, names, language) for pick in point.picks),
            bare_price(point.cost_per_accepted_image, scenario.currency),
            mass(point.carbon_kg_per_accepted_image),
            "-" if slope is None else f"{slope:,.0f}",
        )
    parts: list[Part] = [rows]
    hidden = len(points) - POINTS_SHOWN
    if hidden > 0:
        parts.append(Sentence(text(language, "sensitivity.frontier_more", count=hidden), tone="note"))
    if any(workload.fallback_cost is not None for workload in scenario.workloads):
        parts.append(Sentence(text(language, "sensitivity.frontier_fallback"), tone="note"))
    return parts


def _setting(pick: Pick, names: Names, language: Language) -> str:
    return text(
        language,
        "sensitivity.frontier_setting",
        option=names.label(pick.id, pick.supply),
        images=pick.images,
        limit=pick.attempts_max,
    )


def fid_rows(analysis: Analysis, language: Language) -> list[Part]:
    """The cheapest option at each FID where it changes."""
    if not analysis.fid:
        return []
    scenario, names = analysis.decision.scenario, Names(analysis.decision)
    parts: list[Part] = [Heading(text(language, "sensitivity.fid"))]
    for workload in scenario.workloads:
        points = [point for point in analysis.fid if point.workload == workload.name]
        reference = workload.quality.reference
        if len(points) == 1:
            line = text(language, "sensitivity.fid_one", fid=points[0].fid, reference=reference)
            parts.append(Sentence(line))
            continue
        rows = table(
            text(language, "sensitivity.option"),
            text(language, "sensitivity.fid_of"),
            text(language, "sensitivity.image_cost", currency=coin(scenario.currency, language)),
        )
        for point in points:
            rows.add(
                names.label(point.pick.id, point.pick.supply),
                f"{point.fid:.2f}",
                bare_price(point.cost_per_accepted_image, scenario.currency),
            )
        parts.append(rows)
    return parts
