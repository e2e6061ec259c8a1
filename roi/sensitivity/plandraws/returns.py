"""What a kept plan costs and returns in every draw: net present value, payback, cost of an accepted image."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from roi.arrays import FloatArray
from roi.errors import RoiError
from roi.finance.discounting import monthly_rate, npv
from roi.finance.payback import payback_months
from roi.options.price import Option
from roi.planning.answer import PlanDecision
from roi.planning.assemble import present_of
from roi.planning.cash_flow import by_month, cash_flow
from roi.planning.reprice import reprice
from roi.scenario.baseline import ExternalBaseline
from roi.scenario.change import with_changes
from roi.scenario.effective import resolved
from roi.sensitivity.inputs import Ranged, changes_at, ranged_inputs
from roi.sensitivity.montecarlo.answer import Influence, influences_on
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.draws import Draws, Shape, draw, drawable
from roi.sensitivity.montecarlo.setting import Setting, settings_of
from roi.sensitivity.montecarlo.spread import Spread, spread_of
from roi.sensitivity.plandraws.course import Course, bought_outside, course, together
from roi.texts.messages import Message

CHECKED = 3
"""Draws that are priced a second time, one by one, by `reprice`."""


@dataclass(frozen=True, eq=False)
class PlanRisk:
    """A kept plan over all draws."""

    draws: int
    seed: int
    inputs: int
    cost: Spread | None
    """Levelised cost of an accepted image [money]."""
    npv: Spread | None
    """Against today [money]; None without a baseline."""
    payback_months: Spread | None
    """Of the draws in which it is paid back within the horizon."""
    pays_back: float | None
    """Share of draws in which it is [1]."""
    npv_positive: float | None
    """Share of draws in which the NPV is above 0 [1]."""
    influences: tuple[Influence, ...]
    """How figures and NPV, or cost without a baseline, move together; strongest first."""
    check_error: float
    """Largest difference to `reprice` in the draws that were priced a second time, against the amount [1]."""
    npvs: FloatArray | None
    """[money, D]"""
    costs: FloatArray
    """[money, D]"""


def plan_risk(
    decision: PlanDecision, *, draws: int, seed: int = 1, shape: Shape = "triangular"
) -> PlanRisk | None:
    """The plan of the decision, kept, under draws of every ranged figure; None where none has a range.

    Raises
    ------
    RoiError
        When there is no plan, it was made over drawn worlds, or a workload has no baseline while another has.
    """
    scenario = decision.scenario
    if decision.programme is None or decision.plan is None:
        raise RoiError(Message("drawn.no_plan"))
    if scenario.finance.risk is not None:
        raise RoiError(Message("drawn.risk"))
    inputs = drawable(ranged_inputs(scenario))
    if not inputs:
        return None
    made = draw(inputs, draws, seed, shape)
    costs, npvs, months = kept_plan(decision, Drawn(resolved(scenario), made.values, draws))
    told = costs if npvs is None else npvs
    return PlanRisk(
        draws=draws,
        seed=seed,
        inputs=len(inputs),
        cost=spread_of(costs),
        npv=None if npvs is None else spread_of(npvs),
        payback_months=None if months is None else spread_of(months),
        pays_back=None if months is None else float(np.isfinite(months).mean()),
        npv_positive=None if npvs is None else float((npvs > 0).mean()),
        influences=influences_on(told, inputs, made.values),
        check_error=_check(decision, inputs, made, costs, npvs),
        npvs=npvs,
        costs=costs,
    )


def kept_plan(
    decision: PlanDecision, drawn: Drawn
) -> tuple[FloatArray, FloatArray | None, FloatArray | None]:
    """Levelised cost of an accepted image, NPV and simple payback of the decision's plan, kept [D each]; None
    without a baseline of every workload."""
    if decision.programme is None or decision.plan is None:
        raise ValueError("a decision without a plan keeps none")
    present = present_of(decision.baseline_options, decision.idle_power_w)
    used = [decision.options[row] for row in decision.plan.rows.tolist()]
    costs, npvs, months = [], [], []
    for setting in settings_of(drawn, present):
        plan = course(setting, decision.programme, decision.plan, used, today=False)
        costs.append(levelised(setting.drawn, plan))
        npv, payback = _returns(setting, decision, plan)
        npvs += [] if npv is None else [npv]
        months += [] if payback is None else [payback]
    return np.concatenate(costs), _joined(npvs), _joined(months)


def _joined(parts: list[FloatArray]) -> FloatArray | None:
    return np.concatenate(parts) if parts else None


def levelised(drawn: Drawn, found: Course) -> FloatArray:
    """Value today of all cash over that of all accepted images [money/image, D]."""
    rate, nothing = _monthly_rate(drawn), np.zeros_like(found.accepted)
    images = npv(list(by_month(found.accepted, nothing, nothing).T), rate)
    return np.asarray(npv(list(found.by_month.T), rate) / images)


def _monthly_rate(drawn: Drawn) -> FloatArray:
    return monthly_rate(drawn.figure(drawn.scenario.finance.discount_rate_per_year))


def _returns(
    setting: Setting, decision: PlanDecision, plan: Course
) -> tuple[FloatArray | None, FloatArray | None]:
    """NPV and simple payback against today [D each]; None without a baseline of every workload."""
    if decision.finance is None or decision.without_baseline:
        return None, None
    flows = cash_flow(setting.drawn, plan, _today(setting, decision)).after_tax
    by_draw = list(flows.T)
    return npv(by_draw, _monthly_rate(setting.drawn)), payback_months(by_draw)


def _today(setting: Setting, decision: PlanDecision) -> Course:
    drawn, found = setting.drawn, []
    problem, plan = decision.baseline_programme, decision.baseline_plan
    if problem is not None and plan is not None:
        used: Sequence[Option] = [decision.baseline_options[row] for row in plan.rows.tolist()]
        found.append(course(setting, problem, plan, used, today=True))
    years = int(drawn.scenario.finance.horizon_years.value)
    for workload in drawn.scenario.workloads:
        if isinstance(workload.baseline, ExternalBaseline):
            found.append(bought_outside(drawn, workload, years))
    return together(found)


def _check(
    decision: PlanDecision,
    inputs: Sequence[Ranged],
    made: Draws,
    costs: FloatArray,
    npvs: FloatArray | None,
) -> float:
    """Some draws priced again one by one: the slow second route."""
    worst = 0.0
    for number in range(min(CHECKED, made.size)):
        again = reprice(decision, with_changes(decision.scenario, changes_of(inputs, made, number)))
        if again.worth is not None:
            cost = again.worth.levelised_cost_per_accepted_image
            worst = max(worst, abs(float(costs[number]) / cost - 1.0))
        if npvs is not None and again.finance is not None and again.worth is not None:
            scale = max(abs(again.finance.npv), abs(again.worth.tco))
            worst = max(worst, abs(float(npvs[number]) - again.finance.npv) / scale)
    return worst


def changes_of(inputs: Sequence[Ranged], made: Draws, number: int) -> dict[str, object]:
    """One draw as changes of the scenario."""
    places = (place for ranged in inputs for place in ranged.places)
    return changes_at({place: float(made.values[place][number]) for place in places})
