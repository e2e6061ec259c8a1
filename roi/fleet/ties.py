"""Chooses one of several equally cheap plans: less carbon, then better quality, then more delivered, then the
canonical order of candidates; and in years that are alike the same is done.

The programme is solved again under the row "no dearer than the optimum", once for each criterion, each time with
the value reached before as a further row. HiGHS bounds each by nodes of its search and not by time, so that the
same inputs give the same plan; what is not settled within them is said.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from roi.arrays import FloatArray
from roi.errors import SolverError
from roi.fleet.build import Built
from roi.fleet.clean import Cleaned, clean
from roi.fleet.coefficients import whole_demand
from roi.fleet.evaluation.quantities import of_supplies
from roi.fleet.highs import run_highs
from roi.fleet.problem import FleetProgramme
from roi.fleet.sheet import NONE, SMALLEST, Arrays

TIE = 1e-8
"""Room of the rows that keep what is reached, in scaled units: ten times the solver's tolerance."""
SAME = 1e-9
"""Plans whose objectives differ by less, as a fraction, cost the same."""
NODES = 100
"""Most nodes of each search."""
COLUMNS_MAX = 20_000
WHOLE_MAX = 2_000
"""Columns, and whole ones, beyond which ties are left: each criterion would take as long as the plan."""
SETTLED = "cost, then carbon, quality, delivery, canonical order"
UNSETTLED = "cost, then candidate order as the solver met it"


@dataclass(frozen=True, eq=False)
class Settled:
    """The plan among equals, and how it was found."""

    cleaned: Cleaned
    tie_break: str
    by: tuple[str, ...]
    """Criteria that turned the plan away from an equally cheap one, in their order."""


def settle(built: Built, cleaned: Cleaned) -> Settled:
    """The plan that the criteria prefer among those that cost no more."""
    programme = built.programme
    large = len(built.objective) > COLUMNS_MAX or int(built.arrays.integer.sum()) > WHOLE_MAX
    if large or programme.risk_weight > 0.0:
        return Settled(cleaned, UNSETTLED, ())
    cost = programme.world_probability @ built.arrays.cost_by_world
    most = float(cost @ cleaned.values)
    arrays = _with_row(built.arrays, built.objective, float(built.objective @ cleaned.values))
    values, by = cleaned, list[str]()
    for name, criterion in criteria(built):
        if not np.any(criterion):
            continue
        try:
            found = run_highs(arrays, criterion, gap=0.0, start=values.values, nodes=NODES)
        except SolverError:
            return Settled(values, UNSETTLED, tuple(by))
        if found.status != "optimal":
            return Settled(values, UNSETTLED, tuple(by))
        other = clean(built, found.values)
        better = float(criterion @ other.values) < float(criterion @ values.values) - TIE
        if better and _allowed(built, other, cost, most):
            values = other
            by.append(name)
        arrays = _with_row(arrays, criterion, float(criterion @ values.values))
    return Settled(_alike(built, values, cost, most), SETTLED, tuple(by))


def _allowed(built: Built, other: Cleaned, cost: FloatArray, most: float) -> bool:
    """Whether a plan costs no more and keeps every row."""
    arrays = built.arrays
    sums = np.bincount(
        arrays.row, weights=arrays.value * other.values[arrays.column], minlength=len(arrays.rhs)
    )
    over = np.where(arrays.sense < 0, sums - arrays.rhs, np.abs(sums - arrays.rhs))
    over = np.where(arrays.sense > 0, arrays.rhs - sums, over)
    kept = bool(np.all(over <= TIE * np.maximum(1.0, np.abs(arrays.rhs))))
    return kept and float(cost @ other.values) <= most + SAME * abs(most)


def _with_row(arrays: Arrays, terms: FloatArray, most: float) -> Arrays:
    """One row more: terms @ x <= most, scaled so that no entry is large, with room for the solver's tolerance."""
    scale = max(1.0, float(np.abs(terms).max(initial=0.0)))
    terms, most = terms / scale, most / scale
    where = np.flatnonzero(np.abs(terms) >= SMALLEST)
    return replace(
        arrays,
        sense=np.append(arrays.sense, -1),
        rhs=np.append(arrays.rhs, most + TIE * max(1.0, abs(most))),
        row=np.concatenate([arrays.row, np.full(len(where), len(arrays.rhs))]),
        column=np.concatenate([arrays.column, where]),
        value=np.concatenate([arrays.value, terms[where]]),
    )


def criteria(built: Built) -> Iterator[tuple[str, FloatArray]]:
    """Carbon, quality, what is not delivered, and place in canonical order, each of the order of 1 [n each]; carbon
    alone where each workload has one candidate."""
    draft, columns, size = built.draft, built.columns, len(built.objective)
    candidates = built.programme.candidates
    yield "carbon", _scaled(_carbon(built))
    if np.bincount(draft.workload).max(initial=0) <= 1:
        return  # one candidate a workload: it makes the same pictures in every plan
    quality = np.zeros(len(draft.rows)) if candidates.quality is None else candidates.quality[draft.rows]
    known = np.where(
        np.isfinite(quality), quality, 2.0 * np.max(quality, where=np.isfinite(quality), initial=0.0)
    )
    failing = 1.0 - candidates.deliver[draft.rows]
    place = np.arange(len(draft.rows), dtype=np.float64) + 1.0
    demand = whole_demand(built.programme).transpose(1, 0, 2, 3)[draft.workload]
    for name, amount in (("quality", known), ("delivery", failing), ("order", place)):
        per_share = amount[:, None, None, None] * (np.ones_like(demand) if name == "order" else demand)
        terms = np.zeros(size)
        there = columns.share != NONE
        np.add.at(terms, columns.share[there], per_share[there])
        yield name, _scaled(terms)


def _carbon(built: Built) -> FloatArray:
    """Expected location-based emissions of every column over all years [kgCO2e, n]; more than any where they are
    not disclosed."""
    draft, columns, programme = built.draft, built.columns, built.programme
    probability = programme.world_probability[:, None, None]
    unit, found = draft.unit, np.zeros(len(built.objective))
    share = draft.share.location_kg
    made = np.einsum("ryv,r->rv", unit.lives, np.nan_to_num(unit.alive_kg))
    for numbers, amount in (
        (columns.share, share * probability),
        (columns.hours, unit.hour_location_kg[:, None, :, None] * probability),
        (columns.buy, made),
    ):
        spread = np.broadcast_to(amount, numbers.shape)
        there = numbers != NONE
        np.add.at(found, numbers[there], spread[there])
    known = np.isfinite(found)
    return np.where(known, found, 2.0 * np.abs(found[known]).max(initial=0.0))


def _scaled(terms: FloatArray) -> FloatArray:
    largest = float(np.abs(terms).max(initial=0.0))
    return terms / largest if largest > 0.0 else terms


def _alike(built: Built, cleaned: Cleaned, cost: FloatArray, most: float) -> Cleaned:
    """The plan with the mean of the shares in years that are alike, where that costs no more."""
    for group in _like_years(built.programme):
        values = cleaned.values.copy()
        numbers = built.columns.share[:, :, group]
        there = numbers != NONE
        shares = np.where(there, values[numbers], 0.0)
        mean = np.broadcast_to(shares.mean(axis=2, keepdims=True), shares.shape)
        values[numbers[there]] = mean[there]
        other = clean(built, values)
        if np.all(there == there[:, :, :1]) and _allowed(built, other, cost, most):
            cleaned = other
    return cleaned


def _like_years(programme: FleetProgramme) -> list[list[int]]:
    """Years with the same demand, prices and intensities."""
    years = programme.demand.shape[2]
    shape = (programme.demand.shape[0], years)
    grid = of_supplies(programme, lambda each: each.grid_kg_per_kwh, (years,))
    market = of_supplies(programme, lambda each: each.market_kg_per_kwh, (years,))
    hour = of_supplies(programme, lambda each: each.hour_price, shape)
    kwh = of_supplies(programme, lambda each: each.electricity_price, (*shape, len(programme.block_hours)))
    groups: dict[bytes, list[int]] = {}
    for year in range(years):
        seen = [
            programme.demand[:, :, year],
            grid[:, year],
            market[:, year],
            hour[:, :, year],
            kwh[:, :, year],
        ]
        seen += [np.broadcast_to(each, shape)[:, year] for each in programme.stream_factor.values()]
        seen += [programme.model_upkeep[:, year]]
        key = np.concatenate([np.ravel(each) for each in seen]).tobytes()
        groups.setdefault(key, []).append(year)
    return [group for group in groups.values() if len(group) > 1]
