"""Cash of a plan by component and year, and what it is worth today."""

import math
from collections.abc import Mapping

import numpy as np

from roi.verify.carbon import location_kg
from roi.verify.case import Case
from roi.verify.discounting import MONTHS
from roi.verify.doing import Doing
from roi.verify.figures import FloatArray
from roi.verify.supplies import YEAR_H

AT_START = ("purchase", "opening", "migration")
AT_END = ("residual", "owed")
ONCE = (*AT_START, *AT_END)
PRICE_OF_STREAM = {"review": "wage", "fallback": "fallback", "api": "api", "rent": "rent", "space": "upkeep"}
"""By which price a stream moves; capital of a filled server does not."""
COMPONENT_OF_STREAM = {"capital": "hardware", "space": "hardware"}


def cash(doing: Doing) -> dict[str, FloatArray]:
    """Money of every component at the prices of its year; the residual is negative [money, Y each]."""
    found: dict[str, FloatArray] = {}

    def add(component: str, amounts: FloatArray) -> None:
        found[component] = found.get(component, np.zeros(doing.case.years)) + amounts

    for stream, per_request in doing.each.money.items():
        price = price_of(doing.case, stream)
        add(COMPONENT_OF_STREAM.get(stream, stream), per_request @ doing.yearly * price)
    for place in range(len(doing.case.supplies)):
        for component, amounts in _of_supply(doing, place).items():
            add(component, amounts)
    for component, amounts in _of_models(doing).items():
        add(component, amounts)
    add("demand_charge", site_kw(doing).max(axis=1) * doing.case.kw_price)
    return found


def every_fallback(doing: Doing) -> float:
    """What it would cost if no attempt ever delivered, all years [money]."""
    price = np.array([work.fallback or 0.0 for work in doing.works()])
    return float((price @ doing.yearly * price_of(doing.case, "fallback")).sum())


def busiest_month(doing: Doing, money: Mapping[str, FloatArray]) -> FloatArray:
    """Running cash of the busiest month of each year, in which every workload asks for its most pictures at once;
    machines that stand all year cost in it what they cost in any other [money, Y]."""
    case, more = doing.case, np.array([work.peak - 1.0 for work in doing.works()])
    found = np.sum([amounts for name, amounts in money.items() if name not in ONCE], axis=0)
    for stream, per_request in doing.each.money.items():
        found = found + (per_request * more) @ doing.yearly * price_of(case, stream)
    owned = np.array([case.supplies[place].owned for place in doing.supply.tolist()], dtype=np.bool_)
    more_kwh = np.where(owned, more * doing.each.energy_kwh, 0.0)
    return np.asarray((found + (np.tensordot(more_kwh, doing.made, 1) * case.kwh_price).sum(axis=1)) / MONTHS)


def price_of(case: Case, stream: str) -> FloatArray:
    """Price of a stream over today's [Y]."""
    kind = PRICE_OF_STREAM.get(stream)
    return np.ones(case.years) if kind is None else case.price_of[kind]


def site_kw(doing: Doing) -> FloatArray:
    """Highest power of the site's whole servers [kW, Y x B]; NaN where nobody gives it."""
    found = np.zeros(doing.made.shape[1:])
    for place, held in doing.units.items():
        supply = doing.case.supplies[place]
        if supply.kind == "own" and np.any(held.powered):
            found += held.powered * (np.nan if supply.max_kw is None else supply.max_kw) * supply.place.pue
    counts = np.any(doing.case.kw_price) or doing.case.scenario["site"].get("site_power_kw") is not None
    return found if counts else np.zeros_like(found)


def value_today(case: Case, money: Mapping[str, FloatArray]) -> float:
    """Present value of all components [money]."""
    parts = []
    for component, amounts in money.items():
        factor = (
            case.start[:-1]
            if component in AT_START
            else case.start[1:]
            if component in AT_END
            else case.spread
        )
        parts.extend((amounts * factor).tolist())
    return math.fsum(parts)


def steering(doing: Doing, money: Mapping[str, FloatArray]) -> float:
    """What is made least: present value, and what an internal carbon price weighs [money]."""
    case = doing.case
    weighed = 0.0
    if case.carbon_price:
        weighed = float(np.nan_to_num(location_kg(doing)) @ case.spread) * case.carbon_price
    return value_today(case, money) + weighed


def _of_supply(doing: Doing, place: int) -> dict[str, FloatArray]:
    case, supply, held = doing.case, doing.case.supplies[place], doing.units.get(place)
    found: dict[str, FloatArray] = {}
    if supply.owned:
        mine = doing.supply == place
        busy_kwh = np.einsum("r,ryb->yb", doing.each.energy_kwh[mine], doing.made[mine])
        found["electricity"] = ((busy_kwh + doing.idle_kwh(place)) * case.kwh_price).sum(axis=1)
    if supply.opening and doing.used(place):
        found["opening"] = supply.opening * (np.arange(case.years) == 0)
    if held is None:
        return found
    if supply.kind == "own":
        price = supply.capital * case.compounded(supply.capital_change)
        found["purchase"] = price * held.bought
        found["residual"] = -_at_end(supply.whole_life, price * supply.left_by_year(case.years) * held.bought)
        found["upkeep"] = supply.yearly * case.price_of["upkeep"] * held.units
    elif supply.kind == "hour":
        found["rent"] = supply.price * case.price_of["rent"] * held.hours.sum(axis=1)
    elif supply.kind == "reserved":
        signed = supply.price * YEAR_H * case.price_of["rent"] * held.bought
        found["rent"], owed = committed(case, signed, supply.whole_life)
        found["owed"] = owed * (np.arange(case.years) == case.years - 1)
    return found


def _at_end(life: int, fetched: FloatArray) -> FloatArray:
    """Amounts by year of purchase, at the end of the last year of a life or of the horizon [Y]."""
    found = np.zeros_like(fetched)
    for bought, amount in enumerate(fetched.tolist()):
        found[min(bought + life, len(fetched)) - 1] += amount
    return found


def committed(case: Case, signed: FloatArray, years: int) -> tuple[FloatArray, FloatArray]:
    """What a year's price of all that is signed in each year [.. Y] costs in every year of the commitment, and what
    the years after the horizon are worth when it ends [money, .. Y and ..]."""
    rent, owed = np.zeros_like(signed), np.zeros(signed.shape[:-1])
    for year in range(case.years):
        rent[..., year : year + years] += signed[..., year : year + 1]
        owed = owed + signed[..., year] * case.later(max(0, year + years - case.years))
    return rent, owed


def _of_models(doing: Doing) -> dict[str, FloatArray]:
    case = doing.case
    migration, upkeep = np.zeros(case.years), np.zeros(case.years)
    for model, kept in doing.kept.items():
        taking, yearly = case.model_cost(model)
        upkeep += yearly * case.price_of["upkeep"] * kept
        if model not in doing.asked.models_today:
            migration[int(np.argmax(kept))] += taking
    return {"migration": migration, "model": upkeep}
