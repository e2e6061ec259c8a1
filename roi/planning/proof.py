"""The second route of a plan: the evaluator and the ledger must agree."""

import math

from roi.arrays import FloatArray
from roi.fleet.evaluation import FleetEvaluation, evaluate
from roi.fleet.problem import FleetProgramme, FleetSolution
from roi.planning.answer import Ledger
from roi.planning.ledger import expected
from roi.planning.worth import worth
from roi.scenario.document import Scenario

TOLERANCE_FRACTION = 1e-9

COMPONENT_OF_CASH = {
    "electricity_busy": "electricity",
    "electricity_idle": "electricity",
    "unit_hours": "rent",
    "commitment": "rent",
    "unit_years": "upkeep",
    "model_upkeep": "model",
    "space": "hardware",
}
"""The ledger's component of the evaluator's; a stream's is the word before its stroke."""


def verified(scenario: Scenario, programme: FleetProgramme, solution: FleetSolution, ledger: Ledger) -> bool:
    """Whether every sum of the plan is found again by the other route."""
    if solution.plan is None:
        return False
    found = evaluate(programme, solution.plan)
    return found.agrees(solution) and sums_agree(scenario, programme, found, ledger)


def sums_agree(scenario: Scenario, programme: FleetProgramme, found: FleetEvaluation, ledger: Ledger) -> bool:
    """Money by component and year, present value, energy and carbon of the ledger are the evaluator's."""
    cash: dict[str, list[float]] = {}
    for name, by_world in found.cash.items():
        kind = name.partition("/")[0]
        amounts = expected(programme, by_world).tolist()
        component = COMPONENT_OF_CASH.get(kind, kind)
        cash[component] = [
            a + b for a, b in zip(cash.get(component, [0.0] * len(amounts)), amounts, strict=True)
        ]
    mine = ledger.by_component_and_year()
    size = math.fsum(abs(amount) for amounts in cash.values() for amount in amounts)
    none = (0.0,) * ledger.years
    same = [
        _same(amount, other, size)
        for component, amounts in cash.items()
        for amount, other in zip(amounts, mine.get(component, none), strict=True)
    ]
    total = worth(scenario, ledger)
    paid = math.fsum(
        float(expected(programme, each) @ _factors(programme, name)) for name, each in found.cash.items()
    )
    kwh = float(expected(programme, (found.done.busy_kwh + found.done.idle_kwh).sum(axis=(0, 3))).sum())
    same += [_same(total.tco, paid, size), _same(total.energy_kwh, kwh, kwh)]
    if total.carbon_kg_co2e is not None:
        kg = float(expected(programme, found.carbon.location_kg).sum())
        same.append(_same(total.carbon_kg_co2e, kg, kg))
    return all(same) and not set(mine) - set(cash)


def _factors(programme: FleetProgramme, name: str) -> FloatArray:
    if name in ("residual", "owed"):
        return programme.start_factor[1:]
    once = name in ("purchase", "opening", "migration")
    return programme.start_factor[:-1] if once else programme.year_factor


def _same(first: float, second: float, size: float) -> bool:
    return abs(first - second) <= TOLERANCE_FRACTION * max(size, abs(first))
