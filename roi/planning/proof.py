"""The proof of an answer: evaluator and ledger agree, and `roi.verify` bears it out from the raw documents."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from bench.profile import Profile
from roi.arrays import FloatArray
from roi.fleet.evaluation import FleetEvaluation, evaluate
from roi.fleet.evaluation.money import factor_of
from roi.fleet.evaluation.quantities import quantities
from roi.fleet.problem import FleetPlan, FleetProgramme, FleetSolution
from roi.options.price import Option
from roi.planning.answer import Answer
from roi.planning.entries import Ledger
from roi.planning.ledger import expected
from roi.planning.worth import summed, worth
from roi.scenario.document import Scenario
from roi.verify.claim import Claim, ClaimedChoice, ClaimedEnergy, ClaimedFleet, Periods
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
    verified = agrees and found.verified and found.whole
    return replace(decided, agrees=agrees, verified=verified, verification=found)


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


def claim_of(
    scenario: Scenario,
    programme: FleetProgramme,
    options: Sequence[Option],
    plan: FleetPlan,
    book: Ledger,
    gap: float,
) -> Claim:
    """What the answer says of itself; the expected amounts where futures are drawn."""
    total = worth(scenario, book)
    return Claim(
        choices=tuple(
            _choice(programme, options[row], plan.requests[place])
            for place, row in enumerate(plan.rows.tolist())
            if np.any(plan.requests[place] > 0.0)
        ),
        fleets=tuple(_fleets(programme, plan)),
        money=book.by_component_and_year(),
        tco=total.tco,
        cost_per_accepted_image=total.levelised_cost_per_accepted_image,
        energy={name: _energy(book, name) for name in sorted({entry.supply for entry in book.energy})},
        bought_kg=book.purchased_embodied_kg,
        carbon_disclosed=book.carbon_disclosed,
        review_hours=book.review_hours,
        gap=gap,
    )


def _choice(programme: FleetProgramme, option: Option, requests: FloatArray) -> ClaimedChoice:
    by_period = expected(programme, requests)
    return ClaimedChoice(
        workload=option.workload,
        profile=option.offer.id,
        supply=option.offer.supply,
        images=option.attempt.images,
        attempts_max=option.attempts_max,
        requests=_periods(by_period),
        accepted=tuple((by_period.sum(axis=1) * option.delivered).tolist()),
    )


def _energy(book: Ledger, supply: str) -> ClaimedEnergy:
    """Of one supply by year."""
    mine = [[e for e in book.energy if e.supply == supply and e.year == year] for year in range(book.years)]
    market = [summed(entry.market_kg for entry in year) for year in mine]
    return ClaimedEnergy(
        kwh=tuple(math.fsum(entry.energy_kwh for entry in year) for year in mine),
        location_kg=tuple(math.fsum(entry.location_kg for entry in year) for year in mine),
        market_kg=None if None in market else tuple(each or 0.0 for each in market),
        made_kg=tuple(math.fsum(entry.embodied_kg for entry in year) for year in mine),
    )


def _fleets(programme: FleetProgramme, plan: FleetPlan) -> list[ClaimedFleet]:
    """Supplies that have units or hours."""
    alive = quantities(programme, plan).alive
    return [
        ClaimedFleet(
            supply=supply.name,
            bought=tuple(plan.buy[place].tolist()),
            units=tuple(plan.units[place].tolist()),
            on=_periods(expected(programme, plan.on[place])),
            hours=_periods(expected(programme, plan.hours[place])),
            powered=_periods(expected(programme, plan.powered[place])),
        )
        for place, supply in enumerate(programme.supplies)
        if supply.kind != "by_use" and (alive[place].any() or plan.hours[place].any())
    ]


def _periods(amounts: FloatArray) -> Periods:
    return tuple(tuple(row) for row in amounts.tolist())
