"""Rows of workloads and models, and the entries of every share: all that a candidate touches.

`share_entries` is read twice: to write the matrix, and to price candidates that are not in it.
"""

from collections.abc import Iterator

import numpy as np

from roi.arrays import BoolArray, FloatArray, IntArray
from roi.fleet.bounds import LOAD_MIN
from roi.fleet.coefficients import ShareCoefficients, alone_on
from roi.fleet.problem import FleetProgramme
from roi.fleet.rows.draft import Columns, Draft, any_of
from roi.fleet.sheet import EQ, LE, NONE

Entries = Iterator[tuple[IntArray, FloatArray]]


def add_work_rows(draft: Draft, columns: Columns) -> None:
    """`demand`, `one_option`, `splits`, `uses`, `keeps`, `takes_up`, `models_max`, and the rows in which a supply
    opens, or a model is served, by shares alone."""
    _add_demand(draft, columns)
    _add_uses(draft, columns)
    _add_models(draft, columns)
    _add_opens(draft, columns)
    _add_swaps(draft, columns)


def _add_demand(draft: Draft, columns: Columns) -> None:
    programme, names = draft.programme, draft.names
    alone = programme.one_option
    wanted = programme.demand.transpose(1, 0, 2, 3) > 0
    mixed = wanted & ~alone[:, None, None, None]
    draft.add_rows_by_period("demand", (names.workloads,), mixed, programme.deferrable, sense=EQ, rhs=1)
    chosen = _of_choices(draft, draft.programme.candidates.workload)
    rows = draft.sheet.add_rows("one_option", (names.workloads,), alone, EQ, 1)
    draft.row["one_option"] = rows
    draft.sheet.put(rows[chosen], columns.pick, 1)
    where, waits = wanted[chosen], programme.deferrable[chosen]
    labels = tuple(f"{names.workloads[j]}_{k}" for j, k in zip(chosen, draft.choices, strict=True))
    splits = draft.add_rows_by_period("splits", (labels,), where, waits, sense=EQ, rhs=0)
    unlike = _first_of_waiting(draft, waits, splits)
    draft.sheet.put(unlike, columns.pick[:, None, None, None], -1)


def _first_of_waiting(draft: Draft, waits: BoolArray, rows: IntArray) -> IntArray:
    """Rows by period, those of waiting work in the first block only, so that each is met once."""
    first = np.arange(draft.shape[2]) == 0
    there = ~waits[..., None, None, None] | first
    return np.where(there, rows, NONE)


def _of_choices(draft: Draft, column: IntArray) -> IntArray:
    """A column of the candidates by choice: those of one choice are alike in it [K]."""
    choice = draft.programme.candidates.choice
    found = np.zeros(int(choice.max(initial=0)) + 1, dtype=np.int64)
    found[choice] = column
    return found[draft.choices]


def _add_uses(draft: Draft, columns: Columns) -> None:
    """Shares of a model that is not kept are none."""
    names, programme = draft.names, draft.programme
    sizes = (len(names.workloads), len(names.models))
    where = any_of(draft.wanted, draft.workload, draft.model, sizes=sizes)
    counted = ~programme.one_option[:, None] & (columns.kept[:, 0] != NONE)
    where &= counted[..., None, None, None]
    waits = np.broadcast_to(programme.deferrable[:, None], sizes)
    rows = draft.add_rows_by_period("uses", (names.workloads, names.models), where, waits, sense=LE, rhs=0)
    kept = columns.kept[None, :, None, :, None]
    draft.sheet.put(_first_of_waiting(draft, waits, rows), kept, -1)


def _add_models(draft: Draft, columns: Columns) -> None:
    names, years, rules = draft.names, draft.shape[1], draft.programme.rules
    chosen, model = (
        _of_choices(draft, draft.programme.candidates.workload),
        _of_choices(draft, draft.programme.candidates.model),
    )
    where = np.zeros((len(names.workloads), len(names.models), years), dtype=np.bool_)
    where[chosen, model] = columns.kept[model] != NONE
    rows = draft.sheet.add_rows("keeps", (names.workloads, names.models, names.years), where, LE, 0)
    draft.row["keeps"] = rows
    draft.sheet.put(rows[chosen, model], columns.pick[:, None], 1)
    draft.sheet.put(rows, columns.kept, -1)
    takes = draft.sheet.add_rows("takes_up", (names.models, names.years), columns.taken != NONE, LE, 0)
    draft.sheet.put(takes, columns.kept, 1)
    before = np.tril(np.ones((years, years)))
    draft.sheet.put(takes[:, :, None], columns.taken[:, None, :], -before)
    if rules.models_max is not None:
        some = (columns.kept != NONE).sum(axis=0) > rules.models_max
        most = draft.sheet.add_rows("models_max", (names.years,), some, LE, rules.models_max)
        draft.row["models_max"] = most
        draft.sheet.put(most, columns.kept, 1)


def _add_opens(draft: Draft, columns: Columns) -> None:
    """Of work that needs no unit: by workload, since each workload's shares add up to at most 1."""
    names, programme = draft.names, draft.programme
    sizes = (len(names.workloads), len(names.supplies))
    weightless = draft.wanted & (draft.share.load == 0.0)
    where = any_of(weightless, draft.workload, draft.supply, sizes=sizes)
    where &= (columns.opened != NONE)[:, None, None, None]
    waits = np.broadcast_to(programme.deferrable[:, None], sizes)
    rows = draft.add_rows_by_period("opens", (names.workloads, names.supplies), where, waits, sense=LE, rhs=0)
    opened = columns.opened[:, None, None, None]
    draft.sheet.put(_first_of_waiting(draft, waits, rows), opened, -1)


def _add_swaps(draft: Draft, columns: Columns) -> None:
    """A supply serves a model of a workload only where it serves the model."""
    names, programme = draft.names, draft.programme
    sizes = (len(names.workloads), len(names.supplies), len(names.models))
    if not np.any(columns.serves != NONE):
        return
    where = any_of(draft.wanted, draft.workload, draft.supply, draft.model, sizes=sizes)
    where &= (columns.serves != NONE)[..., None, :, None]
    waits = np.broadcast_to(programme.deferrable[:, None, None], sizes)
    axes = (names.workloads, names.supplies, names.models)
    rows = draft.add_rows_by_period("swaps", axes, where, waits, sense=LE, rhs=0)
    serves = columns.serves[None, :, :, None, :, None]
    draft.sheet.put(_first_of_waiting(draft, waits, rows), serves, -1)


def share_entries(
    programme: FleetProgramme,
    row: dict[str, IntArray],
    limit_scale: dict[str, FloatArray],
    rows: IntArray,
    share: ShareCoefficients,
) -> Entries:
    """Rows and entries of the shares of the candidates `rows`, without `splits` [V x W x Y x B each]."""
    candidates = programme.candidates
    j, m, r = candidates.workload[rows], candidates.model[rows], candidates.supply[rows]
    ones = np.ones(share.load.shape)
    waits = programme.deferrable[j][:, None, None, None]
    yield row["demand"][j], ones
    yield row["uses"][j, m], ones
    yield np.where(share.load == 0.0, row["opens"][j, r], NONE), ones
    if "swaps" in row:
        yield row["swaps"][j, r, m], ones
    load = np.where(share.load > 0.0, np.maximum(share.load, LOAD_MIN), 0.0)
    yield row["capacity"][r], load
    yield np.where(waits, NONE, row["always_on"][r]), load * programme.peak_factor[j][:, None, None, None]
    use = np.where(share.use_load > 0.0, np.maximum(share.use_load, LOAD_MIN), 0.0)
    pace = np.where(waits, 1.0, programme.peak_factor[j][:, None, None, None])
    yield np.where(use > 0.0, row["use_max"][r], NONE), use * pace
    if "carbon_max" in row:
        alone = alone_on(programme)[r] == j
        kg = np.where(alone[:, None, None, None], share.location_kg, share.own_kg)
        known = np.where(np.isnan(kg), np.inf, kg) / limit_scale["carbon_max"][j][..., None]
        yield np.broadcast_to(row["carbon_max"][j][..., None], kg.shape), known
    for kind, amount in (
        ("opex_budget", share.cash),
        ("carbon_cap", share.location_kg),
        ("market_cap", share.market_kg),
        ("budget_per_month", share.month_cash),
        ("carbon_cap_per_month", share.month_kg),
    ):
        if kind in row:
            known = np.where(np.isnan(amount), np.inf, amount)
            yield _yearly(row[kind], ones), known / limit_scale[kind][:, None]
    yield from _share_limits(programme, row, limit_scale, r, share)


def _share_limits(
    programme: FleetProgramme,
    row: dict[str, IntArray],
    limit_scale: dict[str, FloatArray],
    supply: IntArray,
    share: ShareCoefficients,
) -> Entries:
    """A vendor's images less its part of all images; spot likewise."""
    rules = programme.rules
    vendor = np.array([each.vendor for each in programme.supplies])[supply]
    spot = np.array([each.spot for each in programme.supplies], dtype=np.bool_)[supply]
    accepted = share.accepted
    if "vendor_share" in row and rules.vendor_share_max is not None:
        for v in range(len(programme.vendor_names)):
            part = (vendor == v)[:, None, None, None] - rules.vendor_share_max
            yield (
                _yearly(row["vendor_share"][v], accepted),
                accepted * part / limit_scale["vendor_share"][..., None],
            )
    if "spot_share" in row and rules.spot_share_max is not None:
        part = spot[:, None, None, None] - rules.spot_share_max
        yield _yearly(row["spot_share"], accepted), accepted * part / limit_scale["spot_share"][..., None]


def _yearly(rows: IntArray, like: FloatArray) -> IntArray:
    return np.broadcast_to(rows[None, :, :, None], like.shape)
