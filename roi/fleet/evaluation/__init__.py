"""Recomputes a plan of the fleet programme from data and plan alone, by a second route that knows no solver.

It works on requests, as the rules are written for people, while the solver works on shares. Three families of the
programme's definition hold here by construction and have no check of their own: `peak` (it is the highest power),
`tail` (what lies above the value at risk is computed) and `swaps` (a supply serves the models that it serves;
their swapping shows in `capacity`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from roi.arrays import FloatArray
from roi.fleet.evaluation.carbon import Carbon, carbon
from roi.fleet.evaluation.family import ConstraintCheck, ConstraintFamily, labels_of
from roi.fleet.evaluation.limits import limit_families
from roi.fleet.evaluation.money import cash_by_component, expected_and_tail, world_cost
from roi.fleet.evaluation.quantities import Quantities, quantities
from roi.fleet.evaluation.units import unit_families
from roi.fleet.evaluation.work import model_families, work_families
from roi.fleet.problem import FleetPlan, FleetProgramme, FleetSolution

__all__ = ["FleetEvaluation", "evaluate"]

OBJECTIVE_TOLERANCE_FRACTION = 1e-9
"""The two objectives are the same sum in another order."""


@dataclass(frozen=True, eq=False, kw_only=True)
class FleetEvaluation:
    """What a plan costs and emits, and whether it keeps every rule."""

    objective: float
    """(1 - risk weight) * expected + risk weight * CVaR of the present value, with the internal carbon price
    [money]."""
    world_cost: FloatArray
    """Present value by world, with the internal carbon price [money, W]."""
    expected_cost: float
    """[money]"""
    tail_cost: float
    """CVaR: mean of the worst `tail_fraction` of worlds [money]."""
    cash: Mapping[str, FloatArray]
    """Cash at the prices of its year by component, the streams first under their names [money, W x Y each]."""
    done: Quantities
    """Hours, energy, units, images and power behind the sums."""
    carbon: Carbon
    """By supply, world and year; NaN where it is not disclosed."""
    families: tuple[ConstraintFamily, ...]
    """Every constraint of the programme."""

    @property
    def rows(self) -> tuple[ConstraintCheck, ...]:
        """Every constraint one by one."""
        return tuple(check for each in self.families for check in each.checks())

    @property
    def broken(self) -> tuple[ConstraintCheck, ...]:
        """The constraints that do not hold."""
        return tuple(check for each in self.families for check in each.checks(broken_only=True))

    @property
    def feasible(self) -> bool:
        """Whether every rule holds within 1e-6 of its right side."""
        return all(bool(np.all(each.satisfied)) for each in self.families)

    def agrees(self, solution: FleetSolution) -> bool:
        """The objective is the solution's own within 1e-9 of it, and every rule holds."""
        allowed = OBJECTIVE_TOLERANCE_FRACTION * abs(solution.objective)
        return self.feasible and bool(abs(self.objective - solution.objective) <= allowed)


def evaluate(programme: FleetProgramme, plan: FleetPlan) -> FleetEvaluation:
    """Recompute cost, cash, energy, carbon and every constraint of a plan."""
    done = quantities(programme, plan)
    cash = cash_by_component(programme, plan, done)
    emitted = carbon(programme, plan, done)
    cost = world_cost(programme, cash, emitted.location_kg)
    expected, tail = expected_and_tail(programme, cost)
    names = labels_of(programme)
    return FleetEvaluation(
        objective=(1.0 - programme.risk_weight) * expected + programme.risk_weight * tail,
        world_cost=cost,
        expected_cost=expected,
        tail_cost=tail,
        cash=cash,
        done=done,
        carbon=emitted,
        families=(
            *work_families(programme, plan, names),
            *model_families(programme, plan, names),
            *unit_families(programme, plan, done, names),
            *limit_families(programme, plan, done, cash, emitted, names),
        ),
    )
