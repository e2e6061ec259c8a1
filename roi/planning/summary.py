"""A plan as people read it: choices, and each supply year by year."""

from collections.abc import Iterator, Sequence

import numpy as np

from roi.fleet.evaluation.quantities import OWNED, Quantities, quantities
from roi.fleet.problem import FleetPlan, FleetProgramme
from roi.options.price import Option
from roi.planning.answer import FleetYear, Owed, PlanChoice
from roi.planning.ledger import expected, owed_by
from roi.scenario.document import Scenario
from roi.units import HOURS_PER_YEAR


def plan_choices(
    scenario: Scenario, programme: FleetProgramme, options: Sequence[Option], plan: FleetPlan
) -> tuple[PlanChoice, ...]:
    """Options that serve anything: workloads as in the scenario, the largest share of each first."""
    found = []
    for place, row in enumerate(plan.rows.tolist()):
        yearly = expected(programme, plan.requests[place].sum(axis=2))
        option = options[row]
        accepted = tuple((yearly * option.delivered).tolist())
        if any(accepted):
            found.append(PlanChoice(option, tuple(yearly.tolist()), accepted))
    places = {workload.name: place for place, workload in enumerate(scenario.workloads)}

    def order(each: PlanChoice) -> tuple[object, ...]:
        return (places[each.option.workload], -sum(each.accepted_by_year), each.option.key)

    return tuple(sorted(found, key=order))


def owed_after(programme: FleetProgramme, plan: FleetPlan) -> tuple[Owed, ...]:
    """What all commitments still cost after the horizon."""
    return tuple(each for place in range(len(programme.supplies)) for each in owed_by(programme, plan, place))


def fleet_years(programme: FleetProgramme, plan: FleetPlan) -> tuple[FleetYear, ...]:
    """Every supply that has units or paid hours, year by year; supplies paid by use have none."""
    done = quantities(programme, plan)
    return tuple(
        year
        for place, supply in enumerate(programme.supplies)
        if supply.kind != "by_use" and (done.alive[place].any() or plan.hours[place].any())
        for year in _years(programme, plan, done, place)
    )


def _years(programme: FleetProgramme, plan: FleetPlan, done: Quantities, place: int) -> Iterator[FleetYear]:
    supply = programme.supplies[place]
    at_once = np.maximum(plan.on[place], np.ceil(plan.hours[place] / programme.block_hours - 1e-9))
    paid = expected(programme, plan.hours[place].sum(axis=2))
    busy = expected(programme, done.busy_h[place].sum(axis=2)) / supply.boards
    for year in range(len(programme.year_factor)):
        owned = supply.kind in OWNED
        units = int(plan.units[place, year]) if owned else int(at_once[:, year].max())
        hours = units * HOURS_PER_YEAR if owned else float(paid[year])
        yield FleetYear(
            supply=supply.name,
            kind=supply.kind,
            year=year,
            units_bought=int(plan.buy[place, year]),
            units=units,
            paid_hours=float(paid[year]),
            busy_hours=float(busy[year]),
            utilization_fraction=float(busy[year]) / hours if hours else None,
        )
