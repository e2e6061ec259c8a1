"""Plans in which single supplies serve workloads whole, held against a claimed plan.

For every workload and every supply the configuration that is cheapest alone, of all that pass every gate, takes the
whole workload over; the others stay as they are. So does, at once, the cheapest of each workload. Supplies that are
touched get a simple schedule, and the plan is judged by the same rules and sums as the claimed one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from roi.verify.doing import Asked, Doing
from roi.verify.figures import FloatArray
from roi.verify.gates import late, passes, seldom
from roi.verify.keeping import STRICT, beyond_limits, too_few, unserved
from roi.verify.money import cash, steering
from roi.verify.requests import Requests, joined, requests
from roi.verify.scheduling import units_for
from roi.verify.sole_source import placed, steering_alone


@dataclass(frozen=True, eq=False)
class Rival:
    """The cheapest admissible configuration of a workload on a supply, alone."""

    work: int
    supply: int
    each: Requests
    """One."""
    alone: float
    """[money]"""


def rivals(asked: Asked) -> Iterator[Rival]:
    """Of every workload on every supply that can serve it alone."""
    for work in range(len(asked.case.works)):
        for supply in range(len(asked.case.supplies)):
            found = _cheapest(asked, work, supply)
            if found is not None:
                yield found


def _cheapest(asked: Asked, work_place: int, place: int) -> Rival | None:
    work, supply = asked.case.works[work_place], asked.case.supplies[place]
    api = supply.kind == "api"
    runs = [None] if api else [asked.runs[run] for run in asked.fitting[place]]
    places = [-1] if api else asked.fitting[place]
    fit = [at for at, run in zip(places, runs, strict=True) if passes(asked.case, work, supply, run)]
    if not fit or (supply.in_units and asked.idle_kw[place] is None):
        return None
    each = requests(asked.case, work, supply, asked.runs, fit, work.images, work.attempts_max)
    batch = np.array([1 if run < 0 or work.waits else asked.runs[run].batch for run in each.run.tolist()])
    kept = (batch <= each.images) & ~late(work, each, doubtful=True) & ~seldom(work, each, doubtful=True)
    each = each.picked(kept)
    cost = steering_alone(asked, work, place, each)
    if not len(cost) or not np.isfinite(cost.min()):
        return None
    best = int(np.argmin(cost))
    return Rival(work_place, place, each.picked(np.array([best])), float(cost[best]))


def cheaper(claimed: Doing, below: float) -> Iterator[tuple[float, str]]:
    """Plans that keep every rule and cost less than `below`: what each costs, and what it does."""
    found = list(rivals(claimed.asked))
    best: dict[int, Rival] = {}
    for rival in sorted(found, key=lambda each: each.alone):
        best.setdefault(rival.work, rival)
    tries = [[rival] for rival in found]
    if len(best) > 1:
        tries.append(list(best.values()))
    for moved in tries:
        plan = with_rivals(claimed, moved)
        money = cash(plan)
        cost = steering(plan, money)
        if cost < below and not broken(plan, money):
            yield cost, _words(claimed.asked, moved)


def broken(plan: Doing, money: Mapping[str, FloatArray]) -> bool:
    """Whether the plan breaks any rule, rounding alone forgiven."""
    rules = (*unserved(plan), *too_few(plan, STRICT), *beyond_limits(plan, money, STRICT))
    return bool(rules)


def with_rivals(claimed: Doing, moved: list[Rival]) -> Doing:
    """The plan with some workloads served whole by rivals."""
    gone = np.isin(claimed.work, [rival.work for rival in moved])
    touched = {*claimed.supply[gone].tolist(), *(rival.supply for rival in moved)}
    plan = Doing(
        claimed.asked,
        claimed.work[~gone],
        claimed.supply[~gone],
        claimed.each.picked(~gone),
        claimed.made[~gone],
        {place: units for place, units in claimed.units.items() if place not in touched},
    )
    for place in sorted(touched):
        _schedule(plan, place)
    for rival in sorted(moved, key=lambda each: claimed.case.works[each.work].waits):
        plan = _with(plan, rival)
    return plan


def _with(plan: Doing, rival: Rival) -> Doing:
    case, supply, held = plan.case, plan.case.supplies[rival.supply], plan.units.get(rival.supply)
    busy_h = plan.busy_h[rival.supply]
    paid_h = np.zeros_like(busy_h) if held is None else held.hours
    made = placed(case, case.works[rival.work], supply, rival.each, paid_h, busy_h)
    found = Doing(
        plan.asked,
        np.append(plan.work, rival.work),
        np.append(plan.supply, rival.supply),
        joined([plan.each, rival.each]),
        np.concatenate([plan.made, made]),
        dict(plan.units),
    )
    _schedule(found, rival.supply)
    return found


def _schedule(plan: Doing, place: int) -> None:
    """Units of a supply for the work that the plan gives it; those that are there already stay there."""
    supply = plan.case.supplies[place]
    plan.units.pop(place, None)
    if supply.in_units and (supply.there or np.any(plan.busy_h[place] > 0.0)):
        swaps_h = supply.swap_s_per_year * plan.further_models(place) / 3600.0
        plan.units[place] = units_for(plan.case, supply, plan.busy_h[place], plan.pressing_h[place], swaps_h)


def _words(asked: Asked, moved: list[Rival]) -> str:
    said = []
    for rival in moved:
        run = int(rival.each.run[0])
        who = "" if run < 0 else f"{asked.runs[run].id}, "
        numbers = f"{int(rival.each.images[0])} images, {int(rival.each.attempts_max[0])} attempts"
        work, supply = asked.case.works[rival.work].name, asked.case.supplies[rival.supply].name
        said.append(f"{work} on {supply} ({who}{numbers})")
    return "; ".join(said)
