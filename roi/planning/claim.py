"""A plan in the words of `roi.verify`, which knows nothing of how it was found."""

from collections.abc import Sequence

import numpy as np

from roi.fleet.evaluation.quantities import quantities
from roi.fleet.problem import FleetPlan, FleetProgramme, FloatArray
from roi.options.price import Option
from roi.planning.answer import Ledger
from roi.planning.ledger import expected
from roi.planning.worth import worth
from roi.scenario.document import Scenario
from roi.verify.claim import Claim, ClaimedChoice, ClaimedFleet, Periods


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
        energy_kwh=total.energy_kwh,
        carbon_kg=total.carbon_kg_co2e,
        market_kg=total.market_carbon_kg_co2e,
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
