"""The answer around which figures are moved, and how to find others: solved anew, or with the choices kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.profile import Profile
from roi.decision.answer import Decision
from roi.fleet.solver import GAP_DEFAULT
from roi.planning.answer import PlanDecision
from roi.scenario.document import Scenario
from roi.sensitivity.foresight import Answer, Foresight, Move, foresight_of
from roi.sensitivity.inputs import Ranged, moved
from roi.sensitivity.verdicts import (
    Judge,
    Verdict,
    decision_judge,
    decision_verdict,
    fixed_decision_judge,
    fixed_plan_judge,
    plan_judge,
    plan_verdict,
)


@dataclass(frozen=True, slots=True)
class Base:
    """The answer around which figures are moved, and how to find others."""

    scenario: Scenario
    verdict: Verdict
    resolve: Judge
    keep: Judge | None
    """None when there is nothing to keep."""
    foresight: Foresight | None = None
    """What is known without solving."""

    def found(self, ranged: Ranged, value: float, answer: Answer | None = None) -> Verdict:
        """Solved anew with a figure at another value; `answer` where it was foreseen.

        Raises
        ------
        RoiError
            When the changed scenario breaks a rule, or cannot be solved.
        """
        if answer is not None and answer.proven:
            return answer.found
        return self.resolve(moved(self.scenario, ranged, value))

    def kept(self, ranged: Ranged, value: float, answer: Answer | None = None) -> Verdict:
        """The same with the choices kept."""
        if answer is not None and answer.kept is not None:
            return answer.kept
        return Verdict((), None) if self.keep is None else self.keep(moved(self.scenario, ranged, value))

    def foreseen(self, moves: Sequence[Move], *, prove: bool = True) -> list[Answer | None]:
        """What is known of moves without solving; without `prove` a hint is enough."""
        return [None for _ in moves] if self.foresight is None else self.foresight.answers(moves, prove=prove)


def decision_base(decision: Decision, profiles: Sequence[Profile]) -> Base:
    """A decision that is already there."""
    verdict, judge = decision_verdict(decision), decision_judge(profiles)
    if not decision.choices:
        return Base(decision.scenario, verdict, judge, None)
    keep = fixed_decision_judge(decision, profiles)
    return Base(decision.scenario, verdict, judge, keep, foresight_of(decision, profiles))


def plan_base(
    decision: PlanDecision,
    profiles: Sequence[Profile],
    *,
    time_limit_s: float | None = None,
    gap: float = GAP_DEFAULT,
) -> Base:
    """A plan that is already there."""
    keep = None if decision.plan is None else fixed_plan_judge(decision)
    resolve = plan_judge(profiles, time_limit_s=time_limit_s, gap=gap)
    return Base(decision.scenario, plan_verdict(decision), resolve, keep)
