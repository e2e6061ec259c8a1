"""Rows of supplies that come in units: hours, units, power."""

import numpy as np

from roi.arrays import BoolArray
from roi.fleet.bounds import swap_load
from roi.fleet.coefficients import limited_use
from roi.fleet.evaluation.quantities import of_supplies
from roi.fleet.rows.draft import Columns, Draft, any_of
from roi.fleet.sheet import LE, NONE


def add_unit_rows(draft: Draft, columns: Columns) -> None:
    """Rows of hours (`capacity`, `use_max`, `always_on`, `on_hours`), of units and of power."""
    _add_capacity(draft, columns)
    _add_use_max(draft)
    _add_powered(draft, columns)
    _add_fleet(draft, columns)
    _add_units_max(draft, columns)
    _add_opens(draft, columns)
    _add_power(draft, columns)


def _add_capacity(draft: Draft, columns: Columns) -> None:
    """In units of one unit's work in the block, so that entries are of the order of 1."""
    sheet, axes = draft.sheet, (draft.names.supplies, *draft.names.periods)
    working, standing = columns.hours != NONE, columns.on != NONE
    swap = swap_load(draft.programme)[:, None, None, :]
    several = np.any(columns.serves != NONE, axis=1)[:, None, :, None]
    capacity = sheet.add_rows("capacity", axes, working, LE, np.where(several, swap, 0.0))
    per_hour = 1.0 / draft.programme.block_hours
    sheet.put(capacity, columns.hours, -per_hour)
    sheet.put(capacity[:, None], columns.serves[:, :, None, :, None], swap[:, None])
    always_on = sheet.add_rows("always_on", axes, standing, LE, 0)
    sheet.put(always_on, columns.on, -1)
    on_hours = sheet.add_rows("on_hours", axes, standing, LE, 0)
    sheet.put(on_hours, columns.on, 1)
    sheet.put(on_hours, columns.hours, -per_hour)
    draft.row.update(capacity=capacity, always_on=always_on)


def _add_use_max(draft: Draft) -> None:
    """Work on supplies paid by use that have so many units, in units of one unit's work in the block."""
    most = of_supplies(draft.programme, lambda each: each.units_max or 0)[:, None, None, None]
    used = any_of(draft.wanted & (draft.share.use_load > 0.0), draft.supply, sizes=(len(most),))
    used &= limited_use(draft.programme)[:, None, None, None]
    draft.row["use_max"] = draft.sheet.add_rows(
        "use_max", (draft.names.supplies, *draft.names.periods), used, LE, most
    )


def _add_powered(draft: Draft, columns: Columns) -> None:
    sheet, axes = draft.sheet, (draft.names.supplies, *draft.names.periods)
    per_hour = 1.0 / draft.programme.block_hours
    units = np.broadcast_to(columns.units[:, None, :, None], columns.hours.shape)
    bound = sheet.add_rows("powered_hours", axes, (columns.hours != NONE) & (units != NONE), LE, 0)
    sheet.put(bound, columns.hours, per_hour)
    sheet.put(bound, units, -1)
    counted = columns.powered != NONE
    on = sheet.add_rows("powered_on", axes, counted & (columns.on != NONE), LE, 0)
    sheet.put(on, columns.on, 1)
    sheet.put(on, columns.powered, -1)
    within = sheet.add_rows("powered_units", axes, counted & (units != NONE), LE, 0)
    sheet.put(within, columns.powered, 1)
    sheet.put(within, units, -1)
    power = sheet.add_rows("powered_power", axes, counted, LE, 0)
    sheet.put(power, columns.hours, per_hour)
    sheet.put(power, columns.powered, -1)


def _add_fleet(draft: Draft, columns: Columns) -> None:
    sheet, names = draft.sheet, draft.names
    rows = sheet.add_rows("fleet", (names.supplies, names.years), columns.units != NONE, LE, draft.existing)
    sheet.put(rows, columns.units, 1)
    sheet.put(rows[:, :, None], columns.buy[:, None, :], -draft.unit.lives)


def _add_units_max(draft: Draft, columns: Columns) -> None:
    """Of owned units themselves; of rented ones in every block, by their hours."""
    sheet, names = draft.sheet, draft.names
    most = of_supplies(draft.programme, lambda each: np.inf if each.units_max is None else each.units_max)
    limited = np.isfinite(most)
    owned = sheet.add_rows(
        "units_max",
        (names.supplies, names.years),
        limited[:, None] & (columns.units != NONE),
        LE,
        most[:, None],
    )
    sheet.put(owned, columns.units, 1)
    wide = (limited & ~draft.owned)[:, None, None, None] & (columns.hours != NONE)
    rented = sheet.add_rows(
        "units_max", (names.supplies, *names.periods), wide, LE, most[:, None, None, None]
    )
    sheet.put(rented, columns.hours, 1.0 / draft.programme.block_hours)
    draft.row.update(units_max=owned, units_max_rented=rented)


def _add_opens(draft: Draft, columns: Columns) -> None:
    """A closed supply has no unit in service and no hour."""
    sheet, names = draft.sheet, draft.names
    openable, most = columns.opened != NONE, draft.most_units
    owned = sheet.add_rows(
        "opens", (names.supplies, names.years), openable[:, None] & (columns.units != NONE), LE, 0
    )
    sheet.put(owned, columns.units, 1)
    sheet.put(owned, columns.opened[:, None], -most[:, None])
    wide = _rented_only(draft, openable)[:, None, None, None] & (columns.hours != NONE)
    rented = sheet.add_rows("opens", (names.supplies, *names.periods), wide, LE, 0)
    sheet.put(rented, columns.hours, 1.0 / draft.programme.block_hours)
    sheet.put(rented, columns.opened[:, None, None, None], -most[:, None, None, None])


def _rented_only(draft: Draft, which: BoolArray) -> BoolArray:
    return which & ~draft.owned


def _add_power(draft: Draft, columns: Columns) -> None:
    """Kilowatts over the site's limit, or over the most that one unit draws."""
    sheet, names, rules = draft.sheet, draft.names, draft.programme.rules
    kw = of_supplies(draft.programme, lambda each: each.max_kw_per_unit if each.at_site else 0.0)
    scale = float(kw.max(initial=0.0)) or 1.0
    some = (columns.powered != NONE).any(axis=0)
    charged = np.broadcast_to(columns.peak[..., None], some.shape)
    peak = sheet.add_rows("peak", names.periods, some & (charged != NONE), LE, 0)
    sheet.put(peak[None], columns.powered, kw[:, None, None, None] / scale)
    sheet.put(peak, charged, -1.0 / scale)
    if rules.site_power_kw is not None:
        cap = rules.site_power_kw
        site = sheet.add_rows("site_power", names.periods, some, LE, cap / (cap or scale))
        sheet.put(site[None], columns.powered, kw[:, None, None, None] / (cap or scale))
        draft.row["site_power"], draft.limit_scale["site_power"] = site, np.array(cap or scale)
