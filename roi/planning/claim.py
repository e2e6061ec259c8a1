"""A plan in the words of `roi.verify`, which knows nothing of how it was found."""

import math
from collections.abc import Sequence

import numpy as np

from roi.arrays import FloatArray
from roi.fleet.evaluation.quantities import quantities
from roi.fleet.problem import FleetPlan, FleetProgramme
from roi.options.price import Option
from roi.planning.answer import Ledger
from roi.planning.ledger import expected
from roi.planning.worth import summed, worth
from roi.scenario.document import Scenario
from roi.verify.claim import Claim, ClaimedChoice, ClaimedEnergy, ClaimedFleet, Periods


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
