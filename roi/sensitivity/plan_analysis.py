"""Everything about how sure a plan of years is, in one go."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bench.profile import Profile
from roi.fleet.solver import GAP_DEFAULT
from roi.planning.answer import PlanDecision
from roi.planning.decide_plan import plan
from roi.scenario.document import Scenario
from roi.sensitivity.analysis import Step
from roi.sensitivity.base import Base, plan_base
from roi.sensitivity.foresight import Answer, Foresight, Move, drawn_at
from roi.sensitivity.inputs import ranged_inputs
from roi.sensitivity.montecarlo.draws import FIXED_FIELDS, Shape, require_draws
from roi.sensitivity.montecarlo.simulate import DRAWS_DEFAULT
from roi.sensitivity.plandraws.returns import PlanRisk, kept_plan, plan_risk
from roi.sensitivity.switching import Switch, switches
from roi.sensitivity.tornado import TornadoBar, tornado_of
from roi.sensitivity.verdicts import plan_verdict
from roi.units import MONTHS_PER_YEAR

SOLVED_MOST = 8
"""Figures at whose ends a plan is solved anew: solving takes seconds, pricing anew milliseconds."""


@dataclass(frozen=True, slots=True)
class PlanAnalysis:
    """A plan and what is known about its sureness; without a plan everything but the decision is empty."""

    decision: PlanDecision
    bars: tuple[TornadoBar, ...]
    """By NPV, or by cost without a baseline; widest first."""
    switches: tuple[Switch, ...]
    """Where the NPV of the kept plan changes its sign, within the stated ranges."""
    risk: PlanRisk | None
    """None where the plan was made over drawn worlds already, and where no figure has a range."""


def analyse_plan(
    scenario: Scenario,
    profiles: Sequence[Profile],
    *,
    draws: int = DRAWS_DEFAULT,
    seed: int = 1,
    shape: Shape = "triangular",
    time_limit_s: float | None = None,
    gap: float = GAP_DEFAULT,
    step: Step = lambda _name: None,
) -> PlanAnalysis:
    """Plan, tornado, break-even values and draws of a scenario.

    Raises
    ------
    RoiError
        When fewer than two draws are asked for or more than memory holds, the seed is negative, or `plan` refuses
        the scenario.
    """
    require_plan_draws(scenario, draws, seed)
    step("plan")
    decision = plan(scenario, profiles, time_limit_s=time_limit_s, gap=gap)
    if decision.plan is None:
        return PlanAnalysis(decision, (), (), None)
    base = plan_base(decision, profiles, time_limit_s=time_limit_s, gap=gap)
    step("plan_tornado")
    bars = tornado_of(base, solved_most=SOLVED_MOST)
    step("plan_switching")
    drawable = scenario.finance.risk is None
    foresight = KeptPlan(decision) if drawable else None
    turns = break_evens(base, bars, foresight)
    step("plan_draws")
    risk = plan_risk(decision, draws=draws, seed=seed, shape=shape) if drawable else None
    return PlanAnalysis(decision, bars, turns, risk)


def require_plan_draws(scenario: Scenario, draws: int, seed: int) -> None:
    """Refuse what cannot be drawn for a plan, before anything is solved."""
    months = scenario.finance.horizon_years.value * MONTHS_PER_YEAR
    require_draws(draws, seed, len(ranged_inputs(scenario)), months)


@dataclass(frozen=True, eq=False)
class KeptPlan:
    """What a plan that is kept returns, at many values at once; as `reprice` says one by one."""

    decision: PlanDecision

    def answers(self, moves: Sequence[Move], *, prove: bool = True) -> list[Answer | None]:  # noqa: ARG002
        """An answer a move; None of years, which are not drawn, and where the NPV is not of all workloads."""
        drawable = [move for move in moves if move[0].field not in FIXED_FIELDS]
        if not drawable:
            return [None for _ in moves]
        costs, npvs, _ = kept_plan(self.decision, drawn_at(self.decision.scenario, drawable, {}))
        if npvs is None:
            return [None for _ in moves]
        verdict = plan_verdict(self.decision)
        found = iter(
            replace(verdict, cost_per_accepted_image=float(cost), npv=float(npv))
            for cost, npv in zip(costs, npvs, strict=True)
        )
        verdicts = [None if move[0].field in FIXED_FIELDS else next(found) for move in moves]
        return [None if each is None else Answer(each, True, each) for each in verdicts]


def break_evens(base: Base, bars: Sequence[TornadoBar], foresight: Foresight | None) -> tuple[Switch, ...]:
    """Of every figure whose range holds a value at which the kept plan earns nothing."""
    if base.verdict.npv is None or base.keep is None:
        return ()
    kept = Base(base.scenario, base.verdict, base.keep, base.keep, foresight)
    return tuple(
        switch
        for bar in bars
        if any(
            end.fixed_npv is not None and end.fixed_npv * base.verdict.npv <= 0 for end in (bar.low, bar.high)
        )
        for switch in switches(kept, bar.ranged, "npv", beyond=False)
    )
