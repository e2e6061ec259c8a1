"""Whether a plan can be done and keeps every rule: the names of what it breaks, with where."""

from collections.abc import Iterator, Mapping

import numpy as np

from roi.verify import carbon
from roi.verify.doing import Doing, Units
from roi.verify.figures import FloatArray, number
from roi.verify.money import ONCE, busiest_month, site_kw
from roi.verify.supplies import Supply

SLACK = 1e-6
"""Fraction by which a claimed plan may miss a rule: the solver's own tolerance."""
STRICT = 1e-12
"""The same for a plan that is held against it: rounding alone."""
WHOLE = 1e-6

Broken = tuple[str, str]
"""Name of the check, and where it fails."""


def unserved(doing: Doing) -> Iterator[Broken]:
    """Workloads of which not all is served, in every block or, where work may wait, in every year."""
    each = doing.each
    counted = np.array(
        [
            1.0 if work.fallback is not None else doing.each.deliver[row]
            for row, work in enumerate(doing.works())
        ]
    )
    for place, work in enumerate(doing.case.works):
        mine = doing.work == place
        served = np.einsum("r,ryb->yb", counted[mine], doing.made[mine])
        wanted = np.outer(work.wanted, work.block_share)
        if work.waits:
            served, wanted = served.sum(axis=1), work.wanted
        if not np.all(np.abs(served - wanted) <= SLACK * np.maximum(wanted, 1e-9)):
            yield "demand", f"{work.name}: {_worst(served, wanted)}"
        if np.any(doing.made[mine] < 0.0):
            yield "demand", f"{work.name}: fewer than no requests"
        chosen = {
            (doing.models[row], int(each.run[row]), int(each.images[row]), int(each.attempts_max[row]))
            for row in np.flatnonzero(mine).tolist()
        }
        if not work.mixed and len(chosen) > 1:
            yield "demand", f"{work.name}: served by {len(chosen)} configurations and not mixed"


def too_few(doing: Doing, slack: float = SLACK) -> Iterator[Broken]:
    """Supplies whose units do not hold the work, or are not there."""
    for place, supply in enumerate(doing.case.supplies):
        held = doing.units.get(place)
        if supply.in_units:
            none = held is None and bool(np.any(doing.busy_h[place] > 0.0))
            if none:
                yield "capacity", f"{supply.name}: work without units"
            if held is not None:
                yield from _units(doing, place, supply, held, slack)
        elif supply.units_max is not None:
            room = supply.boards * supply.load * supply.units_max * doing.case.block_h
            if _above(doing.paced_h[place], room, slack):
                yield "units", f"{supply.name}: more hours used than {supply.units_max} units have"


def _units(doing: Doing, place: int, supply: Supply, held: Units, slack: float) -> Iterator[Broken]:
    hours, room = doing.case.block_h, supply.boards * supply.load
    swaps_h = supply.swap_s_per_year * doing.further_models(place) / 3600.0
    if _above(doing.busy_h[place] + swaps_h[:, None], room * held.hours, slack):
        yield "capacity", f"{supply.name}: more work than {supply.load:g} of the paid hours"
    if _above(doing.pressing_h[place], room * hours * held.on, slack):
        yield "capacity", f"{supply.name}: the busiest month does not fit into the units that are on"
    if _above(hours * held.on, held.hours, slack):
        yield "capacity", f"{supply.name}: units on for longer than is paid"
    numbers = [held.bought, held.units, held.on, held.powered]
    if supply.kind == "hour" and doing.case.whole_hours:
        numbers.append(held.hours)
    if any(np.any(np.abs(each - np.round(each)) > WHOLE) or np.any(each < 0.0) for each in numbers):
        yield "units", f"{supply.name}: units or hours that are not whole"
    yield from _there(doing, place, supply, held, slack)


def _there(doing: Doing, place: int, supply: Supply, held: Units, slack: float) -> Iterator[Broken]:
    hours = doing.case.block_h
    at_once = np.maximum(held.on, held.hours / hours).max(axis=1)
    if supply.held:
        if _above(held.units, doing.alive(place), slack):
            yield "units", f"{supply.name}: more units in service than are there"
        if _above(held.hours, hours * held.units[:, None], slack):
            yield "units", f"{supply.name}: more hours than its units have"
        at_once = held.units
    elif np.any(held.bought) or np.any(held.units):
        yield "units", f"{supply.name}: nothing is bought of what is rented by the hour"
    if supply.units_max is not None and _above(at_once, supply.units_max, slack):
        yield "units", f"{supply.name}: more than {supply.units_max} units at once"
    if supply.kind == "own" and np.any(site_kw(doing)):
        late = _above(held.on, held.powered, slack) or _above(held.powered, held.units[:, None], slack)
        if late or _above(held.hours, hours * held.powered, slack):
            yield "units", f"{supply.name}: units at work without power"


def beyond_limits(doing: Doing, money: Mapping[str, FloatArray], slack: float = SLACK) -> Iterator[Broken]:
    """Limits of the company, of the site and of workloads that are exceeded."""
    for name, used, most in (
        *_budgets(doing, money),
        *_emissions(doing),
        *_shares(doing),
        ("site_power", site_kw(doing), number(doing.case.scenario["site"], "site_power_kw")),
        ("models_max", np.sum([*doing.kept.values()], axis=0), doing.case.limits.get("models_max")),
    ):
        if most is not None and _above(used, most, slack):
            yield "limits", f"{name}: {np.max(used):.10g} above {np.max(most):.10g}"


Limit = tuple[str, FloatArray, FloatArray | float | None]
"""Name, what is used, and the most that may be; None without a limit."""


def _budgets(doing: Doing, money: Mapping[str, FloatArray]) -> Iterator[Limit]:
    case = doing.case
    once = [money[name].sum() for name in ("purchase", "opening", "migration") if name in money]
    yield "capex_budget", np.array([sum(once)]), case.money.amount(case.limits, "capex_budget")
    running = np.sum([amounts for name, amounts in money.items() if name not in ONCE], axis=0)
    month = case.money.amount(case.limits, "budget_per_month")
    yield "budget_per_month", busiest_month(doing, money), month
    yield "opex_budget_per_year", running, case.money.amount(case.limits, "opex_budget_per_year")


def _emissions(doing: Doing) -> Iterator[Limit]:
    limits = doing.case.limits
    most = {
        "carbon_cap_per_month": carbon.busiest_month_kg,
        "carbon_cap_per_year": carbon.location_kg,
        "market_carbon_cap_per_year": carbon.market_kg,
    }
    for name, emitted_by in most.items():
        cap = number(limits, name)
        if cap is not None:
            yield name, emitted_by(doing), cap
    if any(work.carbon_max is not None for work in doing.case.works):
        emitted = carbon.of_workloads(doing)
        for place, work in enumerate(doing.case.works):
            if work.carbon_max is not None:
                yield f"carbon_max of {work.name}", emitted[place], work.carbon_max * work.wanted


def _shares(doing: Doing) -> Iterator[Limit]:
    limits, passed = doing.case.limits, doing.each.deliver[:, None] * doing.yearly
    everything = passed.sum(axis=0)
    vendor_max, spot_max = number(limits, "vendor_share_max"), number(limits, "spot_share_max")
    rows = doing.supply.tolist()
    if vendor_max is not None:
        vendors = np.array([doing.case.supplies[place].vendor or "" for place in rows])
        for vendor in set(vendors.tolist()) - {""}:
            yield (
                f"vendor_share_max of {vendor}",
                passed[vendors == vendor].sum(axis=0),
                vendor_max * everything,
            )
    if spot_max is not None:
        spot = np.array([doing.case.supplies[place].spot for place in rows], dtype=np.bool_)
        yield "spot_share_max", passed[spot].sum(axis=0), spot_max * everything


def _above(used: FloatArray, most: object, slack: float) -> bool:
    """Whether something is above its limit, or is not known."""
    limit = np.asarray(most, dtype=np.float64)
    return bool(np.any(~(used <= limit + slack * np.maximum(np.abs(limit), 1e-9))))


def _worst(served: FloatArray, wanted: FloatArray) -> str:
    place = np.unravel_index(int(np.argmax(np.abs(served - wanted))), np.shape(served))
    return f"{served[place]:.10g} served of {wanted[place]:.10g} wanted"
