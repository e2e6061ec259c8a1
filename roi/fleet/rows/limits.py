"""Money and carbon of every column: the objective, the budgets, the caps, the shares of vendors and of spot."""

import numpy as np

from roi.arrays import FloatArray, IntArray
from roi.fleet.coefficients import alone_on
from roi.fleet.evaluation.quantities import of_supplies
from roi.fleet.evaluation.workloads import limit_kg
from roi.fleet.rows.draft import Columns, Draft
from roi.fleet.rules import MONTHLY
from roi.fleet.sheet import GE, LE, NONE
from roi.units import MONTHS_PER_YEAR


def add_limit_rows(draft: Draft) -> None:
    """`opex_budget`, `carbon_cap`, `market_cap`, those of a month, `vendor_share`, `spot_share`."""
    rules, (worlds, years, _) = draft.programme.rules, draft.shape
    axes, scales = draft.names.periods[:2], draft.limit_scale
    made = _existing_kg(draft)
    for kind, cap, used, share in (
        ("opex_budget", rules.opex_budget, 0.0, draft.share.cash),
        ("carbon_cap", rules.carbon_cap_kg, made, draft.share.location_kg),
        ("market_cap", rules.market_cap_kg, made, draft.share.market_kg),
        ("budget_per_month", rules.month_budget, 0.0, draft.share.month_cash),
        ("carbon_cap_per_month", rules.month_carbon_kg, made, draft.share.month_kg),
    ):
        if cap is not None:
            months = MONTHS_PER_YEAR if kind in MONTHLY else 1
            limit = np.broadcast_to(np.asarray(cap, dtype=np.float64), years) * months
            scales[kind] = np.where(limit > 0, limit, _largest(share))
            rhs = (limit - used) / scales[kind]
            everywhere = np.ones((worlds, years), dtype=np.bool_)
            draft.row[kind] = draft.sheet.add_rows(kind, axes, everywhere, LE, rhs)
    _add_carbon_max(draft)
    everything = _most_accepted(draft)
    everywhere = everything > 0
    scale = np.where(everywhere, everything, 1.0)
    if rules.vendor_share_max is not None:
        wide = np.broadcast_to(everywhere, (len(draft.names.vendors), worlds, years))
        draft.row["vendor_share"] = draft.sheet.add_rows(
            "vendor_share", (draft.names.vendors, *axes), wide, LE, 0
        )
        scales["vendor_share"] = scale
    if rules.spot_share_max is not None:
        draft.row["spot_share"] = draft.sheet.add_rows("spot_share", axes, everywhere, LE, 0)
        scales["spot_share"] = scale


def _add_carbon_max(draft: Draft) -> None:
    """Emissions of a workload's year over the most that its pictures may emit, as far as they are a sum."""
    programme = draft.programme
    if programme.carbon_max is None:
        return
    pictures = programme.demand.sum(axis=3).transpose(1, 0, 2)
    limited = np.isfinite(programme.carbon_max)[:, None, None] & (pictures > 0.0)
    most = np.where(limited, programme.carbon_max[:, None, None] * pictures, 0.0)
    largest = _largest(draft.share.location_kg)
    scale = np.where(most > 0.0, most, largest)
    draft.limit_scale["carbon_max"] = scale
    draft.row["carbon_max"] = draft.sheet.add_rows(
        "carbon_max", (draft.names.workloads, *draft.names.periods[:2]), limited, LE, most / scale
    )


def _put_carbon_max(draft: Draft, columns: IntArray, location_kg: FloatArray) -> None:
    """Emissions of supplies that one workload alone can use, spread over [R x W x Y x B]."""
    if "carbon_max" not in draft.row:
        return
    user = alone_on(draft.programme)
    row = np.where((user >= 0)[:, None, None], draft.row["carbon_max"][user], NONE)
    scale = draft.limit_scale["carbon_max"][user][..., None]
    known = np.where(np.isnan(location_kg), np.inf, location_kg)
    draft.sheet.put(row[..., None], columns, known / scale)


def add_carbon_by_use(draft: Draft, columns: Columns, candidate: int) -> None:
    """`carbon_by_use`: the limit for a picture of a workload that one candidate serves alone, on shared units.

    With its own emissions o and board time t of a year, and the supply's waiting and making C and board time T of
    all work there, o + t / T * C <= limit; o, t and the limit are constants here: t * C <= (limit - o) * T.
    """
    programme, (worlds, years, _) = draft.programme, draft.shape
    mine, supply = draft.rows == candidate, int(programme.candidates.supply[candidate])
    workload = int(programme.candidates.workload[candidate])
    there, waits = draft.supply == supply, bool(programme.deferrable[workload])
    time = programme.candidates.board_s[draft.rows][:, None, None, None] * draft.share.requests

    def of_year(amounts: FloatArray) -> FloatArray:
        return np.asarray(amounts[mine][0].max(axis=2) if waits else amounts[mine][0].sum(axis=2))

    own_s, own_kg = of_year(time), of_year(draft.share.own_kg)
    left = limit_kg(programme)[workload] - own_kg
    scale = np.maximum(np.abs(left) * own_s, np.finfo(np.float64).tiny)
    unit, made = draft.unit, draft.unit.alive_kg[supply]
    existing = draft.existing[supply] * draft.owned[supply] * (made if np.isfinite(made) else 0.0)
    axes = ((str(candidate),), *draft.names.periods[:2])
    row = draft.sheet.add_rows(
        "carbon_by_use", axes, np.ones((1, worlds, years), dtype=np.bool_), LE, -own_s * existing / scale
    )[0]
    per_hour = own_s * unit.hour_location_kg[supply] / scale
    draft.sheet.put(row[..., None], columns.hours[supply], per_hour[..., None])
    if np.isfinite(made):
        for v in range(years):
            alive = np.where(unit.lives[supply, :, v] > 0, columns.buy[supply, v], NONE)
            draft.sheet.put(row, np.broadcast_to(alive, (worlds, years)), own_s * made / scale)
    waiting = draft.share.own_kg[there] - draft.share.location_kg[there]
    used = own_s[..., None] * np.nan_to_num(waiting) + left[..., None] * time[there]
    draft.sheet.put(row[None, ..., None], columns.share[there], -used / scale[..., None])


def add_amounts(draft: Draft, columns: Columns) -> None:
    """Money and carbon of all columns but the shares, whose limits are entries of their own."""
    unit, programme = draft.unit, draft.programme
    grid, market = unit.hour_location_kg[:, None, :, None], unit.hour_market_kg[:, None, :, None]
    made = unit.alive_kg[:, None]
    alive = np.where(unit.lives > 0, columns.buy[:, None, :], NONE)
    _add_running(draft, columns.hours, unit.hour_cash, grid, market)
    _put_carbon_max(draft, columns.hours, grid)
    _add_running(draft, columns.units[:, None, :, None], unit.year_cash[..., None], 0.0, 0.0)
    for v in range(draft.shape[1]):
        of_vintage = alive[:, None, :, v, None]
        kg = made[:, None, :, None]
        _add_running(draft, of_vintage, unit.committed_cash[..., v, None, None], kg, kg)
        _put_carbon_max(draft, of_vintage, kg)
    upkeep = programme.model_upkeep[:, None, :, None]
    _add_running(draft, columns.kept[:, None, :, None], upkeep, 0.0, 0.0)
    charge = np.broadcast_to(programme.demand_charge, draft.shape[:2])
    _add_running(draft, columns.peak[None, :, :, None], charge[None, :, :, None], 0.0, 0.0)
    _add_shares(draft, columns)
    _add_one_off(draft, columns)


def _add_shares(draft: Draft, columns: Columns) -> None:
    draft.sheet.cost(_worlds(draft), columns.share, share_value(draft))


def share_value(draft: Draft) -> FloatArray:
    """Present value of the shares, with the internal carbon price [money, V x W x Y x B]."""
    priced = np.nan_to_num(draft.share.location_kg) * _by_year(draft.programme.carbon_price)
    return np.asarray((draft.share.cash + priced) * _by_year(draft.programme.year_factor))


def _add_running(
    draft: Draft,
    columns: IntArray,
    cash: FloatArray,
    location_kg: object,
    market_kg: object,
) -> None:
    """Columns and amounts of a year, spread over [X x W x Y x B]."""
    programme, row = draft.programme, draft.row
    location = np.asarray(location_kg, dtype=np.float64)
    priced = cash + np.nan_to_num(location) * _by_year(programme.carbon_price)
    draft.sheet.cost(_worlds(draft), columns, priced * _by_year(programme.year_factor))
    for kind, amount in (
        ("opex_budget", cash),
        ("carbon_cap", location),
        ("market_cap", market_kg),
        ("budget_per_month", cash),
        ("carbon_cap_per_month", location),
    ):
        if kind in row:
            known = np.asarray(amount, dtype=np.float64)
            known = np.where(np.isnan(known), np.inf, known)
            draft.sheet.put(row[kind][None, :, :, None], columns, known / _by_year(draft.limit_scale[kind]))


def _add_one_off(draft: Draft, columns: Columns) -> None:
    """Purchases less residuals, opening and taking up of models; `capex_budget`."""
    programme, unit, sheet = draft.programme, draft.unit, draft.sheet
    worlds = np.arange(draft.shape[0])[:, None, None]
    opening = of_supplies(programme, lambda each: each.opening_cost)
    migration, start = programme.model_migration[:, None], programme.start_factor
    sheet.cost(worlds, columns.buy, unit.buy_value)
    sheet.cost(worlds, columns.buy[:, None, :].transpose(1, 0, 2), unit.owed_cash.transpose(1, 0, 2))
    sheet.cost(worlds[..., 0], columns.opened, opening * start[0])
    sheet.cost(worlds, columns.taken, migration * start[:-1])
    cap = programme.rules.capex_budget
    if cap is not None:
        scale = cap or float(max(unit.buy_price.max(initial=0.0), opening.max(initial=0.0), migration.max()))
        scale = scale or 1.0
        row = sheet.add_rows("capex_budget", (), np.ones((), dtype=np.bool_), LE, cap / scale)
        sheet.put(row, columns.buy, unit.buy_price / scale)
        sheet.put(row, columns.opened, opening / scale)
        sheet.put(row, columns.taken, migration / scale)
        draft.row["capex_budget"], draft.limit_scale["capex_budget"] = row, np.array(scale)


def add_tail(draft: Draft, columns: Columns, constant: FloatArray, money_per_unit: float) -> None:
    """`tail`: beyond[w] >= cost[w] - eta, in units of the scaled objective."""
    if draft.programme.risk_weight <= 0.0:
        return
    sheet = draft.sheet
    everywhere = np.ones(draft.shape[0], dtype=np.bool_)
    rows = sheet.add_rows("tail", (draft.names.worlds,), everywhere, GE, constant / money_per_unit)
    sheet.put(rows, columns.beyond, 1)
    sheet.put(rows, columns.eta, 1)
    sheet.put_costs(rows, -1.0 / money_per_unit)
    draft.row["tail"] = rows


def constant_cost(draft: Draft) -> FloatArray:
    """Internal carbon price of what was made before and is there already [money, W]."""
    programme = draft.programme
    kg = _existing_kg(draft) * programme.carbon_price * programme.year_factor
    return np.full(draft.shape[0], float(np.nan_to_num(kg).sum()))


def money_per_unit(draft: Draft) -> float:
    """About the optimum: every workload by its cheapest candidate, units by the hour at full load."""
    programme, unit, hours = draft.programme, draft.unit, draft.programme.block_hours
    bought = unit.buy_price / np.maximum(unit.lives.sum(axis=1), 1)
    yearly = unit.year_cash + unit.committed_cash + bought[:, None]
    per_block = unit.hour_cash * hours + yearly[..., None] * hours / hours.sum()
    cost = share_value(draft) + (draft.share.load * per_block[draft.supply]) * _by_year(programme.year_factor)
    cost = np.where(draft.wanted, cost, np.inf)
    size = len(draft.names.workloads)
    best = np.full((size, *draft.shape), np.inf)
    np.minimum.at(best, draft.workload, cost)
    waits = programme.deferrable[:, None, None]
    each = np.where(np.isfinite(best), best, 0.0)
    least = np.where(waits, _least(best), each.sum(axis=3))
    total = float(programme.world_probability @ least.sum(axis=(0, 2)))
    known = np.abs(cost[np.isfinite(cost)])
    return total if total > 0 else float(known.max(initial=0.0)) or 1.0


def _least(best: FloatArray) -> FloatArray:
    found = best.min(axis=3)
    return np.where(np.isfinite(found), found, 0.0)


def _largest(amounts: FloatArray) -> float:
    known = np.abs(amounts[np.isfinite(amounts)])
    return float(known.max(initial=0.0)) or 1.0


def _existing_kg(draft: Draft) -> FloatArray:
    """Of owned units that are there already [kgCO2e, Y]; NaN where it is not disclosed."""
    there = draft.existing * draft.owned[:, None]
    made = np.where(there == 0, 0.0, there * draft.unit.alive_kg[:, None])
    return np.asarray(made.sum(axis=0))


def _most_accepted(draft: Draft) -> FloatArray:
    """At most so many images pass the look in a year [1, W x Y]."""
    size = len(draft.names.workloads)
    most = np.zeros((size, *draft.shape))
    np.maximum.at(most, draft.workload, np.where(draft.wanted, draft.share.accepted, 0.0))
    waits = draft.programme.deferrable[:, None, None]
    return np.asarray(np.where(waits, most.max(axis=3), most.sum(axis=3)).sum(axis=0))


def _worlds(draft: Draft) -> IntArray:
    return np.arange(draft.shape[0])[:, None, None]


def _by_year(values: FloatArray) -> FloatArray:
    return np.asarray(values, dtype=np.float64)[:, None]
