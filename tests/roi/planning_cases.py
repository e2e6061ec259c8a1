"""Scenarios of years whose every figure can be computed by hand, and the plan that serves each workload by one row.

The small case, with 60 W of a waiting board: 8 boards a machine, 4 images an attempt in 8 s, 1.0625 attempts a
request, 8.5 board-seconds a request, 6.375 JPY of review a request at 1 JPY a second.
"""

from collections.abc import Sequence

import numpy as np

from bench.profile import Profile
from roi.fleet.problem import FleetPlan, FleetProgramme
from roi.options.market import Market, market
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from tests.roi.small_case import OWN, SECOND, scenario

IDLE_W = 60
HOURS = 8760.0
OWNED = {**OWN, "shared": False, "idle_power_w_per_gpu": IDLE_W}
RENT_OF_A_YEAR = 2880 * HOURS

TODAY = {
    "kind": "profile",
    "profile": "old",
    "supply": "rented",
    "images_per_attempt": 4,
    "attempts_max": 2,
}


def years(count: int = 2, rate: float = 0.0, **changes: object) -> Scenario:
    """The small scenario over some years; `changes` by their place."""
    places = {
        "finance.horizon_years": count,
        "finance.discount_rate_per_year": rate,
        "finance.cash_realisation_fraction": 0.5,
        "supplies[0].idle_power_w_per_gpu": IDLE_W,
    }
    return with_changes(scenario(), {**places, **changes})


def with_owned(asked: Scenario, **changes: object) -> Scenario:
    """The scenario with whole owned servers beside the rented one."""
    kept = [supply.model_dump(mode="json") for supply in asked.supplies]
    return with_changes(asked, {"supplies": [*kept, {**OWNED, **changes}]})


def only_owned(asked: Scenario, **changes: object) -> Scenario:
    """The scenario with whole owned servers alone."""
    return with_changes(asked, {"supplies": [{**OWNED, **changes}]})


def with_banners(asked: Scenario, **changes: object) -> Scenario:
    """The scenario with a second workload, which has no fallback."""
    first = asked.workloads[0].model_dump(mode="json")
    return with_changes(asked, {"workloads": [first, {**SECOND, **changes}]})


def serving(programme: FleetProgramme, rows: Sequence[int]) -> FleetPlan:
    """One candidate for each workload, on as few units as it takes, bought when they are needed."""
    taken = np.array(sorted(rows))
    shape = (len(programme.supplies), *_periods(programme))
    plan = FleetPlan(
        rows=taken,
        requests=_requests(programme, taken),
        choices=tuple(sorted({int(programme.candidates.choice[row]) for row in taken})),
        kept=_models(programme, taken)[:, None].repeat(shape[2], axis=1),
        taken=np.outer(_models(programme, taken), np.arange(shape[2]) == 0),
        buy=np.zeros((shape[0], shape[2]), dtype=np.int64),
        units=np.zeros((shape[0], shape[2]), dtype=np.int64),
        on=np.zeros(shape, dtype=np.int64),
        hours=np.zeros(shape),
        powered=np.zeros(shape, dtype=np.int64),
        opened=np.isin(np.arange(shape[0]), programme.candidates.supply[taken]),
    )
    for place in set(programme.candidates.supply[taken].tolist()):
        _switch_on(programme, plan, place)
    return plan


def _periods(programme: FleetProgramme) -> tuple[int, int, int]:
    worlds, _, count, blocks = programme.demand.shape
    return worlds, count, blocks


def _models(programme: FleetProgramme, rows):
    return np.isin(np.arange(len(programme.model_names)), programme.candidates.model[rows])


def _requests(programme: FleetProgramme, rows):
    """Work that may wait is spread over the year evenly."""
    found = np.zeros((len(rows), *_periods(programme)))
    for place, row in enumerate(rows.tolist()):
        workload = programme.candidates.workload[row]
        demand = programme.demand[:, workload]
        if programme.deferrable[workload]:
            demand = demand[..., :1] * programme.block_hours / programme.block_hours.sum()
        accepted = programme.demand_of_accepted[workload]
        found[place] = demand / (programme.candidates.deliver[row] if accepted else 1.0)
    return found


def _switch_on(programme: FleetProgramme, plan: FleetPlan, place: int) -> None:
    supply, columns = programme.supplies[place], programme.candidates
    if supply.kind == "by_use":
        return
    here = columns.supply[plan.rows] == place
    board_s = np.where(here, columns.board_s[plan.rows], 0.0)
    workload = columns.workload[plan.rows]
    pace = np.where(programme.deferrable[workload], 0.0, programme.peak_factor[workload])
    per_hour = 3600.0 * supply.boards * supply.load_max
    busy_h = np.einsum("r,rwyb->wyb", board_s, plan.requests) / per_hour
    peak_h = np.einsum("r,rwyb->wyb", board_s * pace, plan.requests) / per_hour
    plan.on[place] = np.ceil(peak_h / programme.block_hours)
    hours = np.maximum(busy_h, plan.on[place] * programme.block_hours)
    plan.hours[place] = np.ceil(hours) if supply.whole_hours else hours
    plan.powered[place] = np.ceil(plan.hours[place] / programme.block_hours)
    if supply.kind == "on_demand":
        return
    plan.units[place] = plan.powered[place].max(axis=(0, 2))
    for year, wanted in enumerate(plan.units[place].tolist()):
        recent = plan.buy[place, max(0, year - supply.life_years + 1) : year].sum()
        plan.buy[place, year] = max(0, wanted - supply.existing[year] - recent)


def plan_markets(asked: Scenario, profiles: Sequence[Profile]) -> list[Market]:
    """Offers and options of every workload."""
    return [market(asked, workload, profiles) for workload in asked.workloads]
