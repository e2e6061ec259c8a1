"""What less carbon and another quality bar would cost."""

from collections.abc import Sequence

from roi.amounts import bare_price, coin, mass
from roi.output.sensitivity.labels import Names
from roi.paper import Heading, Part, Sentence, table
from roi.sensitivity.analysis import Analysis
from roi.sensitivity.frontier import CarbonPoint
from roi.sensitivity.judging import Pick
from roi.texts import Language, text

POINTS_SHOWN = 6


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
