"""The proof of an answer: evaluator and ledger agree, and `roi.verify` bears it out from the raw documents."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from bench.profile import Profile
from roi.fleet.evaluation import FleetEvaluation, evaluate
from roi.fleet.evaluation.money import factor_of
from roi.fleet.problem import FleetProgramme, FleetSolution
from roi.planning.answer import Answer, Ledger
from roi.planning.claim import claim_of
from roi.planning.ledger import expected
from roi.planning.worth import worth
from roi.scenario.document import Scenario
from roi.verify.judge import review

OF_PLAN = ("baseline", "finance", "levers", "alternatives")
"""Parts of a plan's answer that are beside the plan itself: keys of `verify` in `roi.texts`."""
OF_RECOMMENDATION = ("alternatives",)

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


Decided = TypeVar("Decided", bound=Answer)


def proven(
    decided: Decided,
    profiles: Sequence[Profile],
    problem: FleetProgramme,
    solution: FleetSolution,
    beside: Sequence[str],
) -> Decided:
    """The answer, and whether it holds; `beside` are parts of it that the raw documents do not judge."""
    scenario, book, plan = decided.scenario, decided.ledger, solution.plan
    if plan is None or book is None:
        return decided
    claim = claim_of(scenario, problem, decided.options, plan, book, solution.gap)
    documents = [profile.model_dump(mode="json") for profile in profiles]
    found = review(scenario.model_dump(mode="json"), documents, claim)
    found = replace(found, not_rejudged=(*found.not_rejudged, *beside))
    evaluation = evaluate(problem, plan)
    agrees = evaluation.agrees(solution) and sums_agree(scenario, problem, evaluation, book)
    return replace(decided, verified=agrees and found.verified, verification=found)


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
        float(expected(programme, each) @ factor_of(programme, name)) for name, each in found.cash.items()
    )
    kwh = float(expected(programme, (found.done.busy_kwh + found.done.idle_kwh).sum(axis=(0, 3))).sum())
    same += [_same(total.tco, paid, size), _same(total.energy_kwh, kwh, kwh)]
    if total.carbon_kg_co2e is not None:
        kg = float(expected(programme, found.carbon.location_kg).sum())
        same.append(_same(total.carbon_kg_co2e, kg, kg))
    return all(same) and not set(mine) - set(cash)


def _same(first: float, second: float, size: float) -> bool:
    return abs(first - second) <= TOLERANCE_FRACTION * max(size, abs(first))
