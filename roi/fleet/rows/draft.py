"""What all families of constraints are written from: the candidates, their coefficients, the columns."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from roi.arrays import BoolArray, FloatArray, IntArray
from roi.fleet.bounds import units_bound
from roi.fleet.coefficients import (
    ShareCoefficients,
    UnitCoefficients,
    existing_units,
    share_coefficients,
    unit_coefficients,
)
from roi.fleet.evaluation.family import Labels, labels_of
from roi.fleet.evaluation.quantities import OWNED, of_supplies, power_counts
from roi.fleet.names import distinct
from roi.fleet.problem import FleetProgramme
from roi.fleet.sheet import Sense, Sheet


@dataclass(frozen=True, eq=False)
class Columns:
    """Numbers of the columns, -1 where there is none."""

    share: IntArray
    """[V x W x Y x B]"""
    pick: IntArray
    """z of each choice that must serve alone [K]"""
    kept: IntArray
    """[M x Y]"""
    taken: IntArray
    """[M x Y]"""
    buy: IntArray
    """[R x Y]"""
    units: IntArray
    """[R x Y]"""
    on: IntArray
    """[R x W x Y x B]"""
    hours: IntArray
    """[R x W x Y x B]"""
    powered: IntArray
    """[R x W x Y x B]"""
    peak: IntArray
    """[W x Y]"""
    opened: IntArray
    """[R]"""
    serves: IntArray
    """[R x M x Y]"""
    eta: IntArray
    """[1]"""
    beyond: IntArray
    """[W]"""


@dataclass(frozen=True, eq=False)
class Draft:
    """A programme over the candidates `rows`, while it is written."""

    programme: FleetProgramme
    rows: IntArray
    """Candidates, ascending [V]."""
    share: ShareCoefficients
    wanted: BoolArray
    """Where candidates have a share [V x W x Y x B]."""
    unit: UnitCoefficients
    most_units: FloatArray
    """More are of no use [R]."""
    names: Labels
    sheet: Sheet
    row: dict[str, IntArray] = field(default_factory=dict)
    """Numbers of the rows by family."""
    limit_scale: dict[str, FloatArray] = field(default_factory=dict)
    """By what the rows of a limit are divided."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """Worlds, years, blocks."""
        worlds, _, years, blocks = self.programme.demand.shape
        return worlds, years, blocks

    @property
    def workload(self) -> IntArray:
        """[V]"""
        return self.programme.candidates.workload[self.rows]

    @property
    def model(self) -> IntArray:
        """[V]"""
        return self.programme.candidates.model[self.rows]

    @property
    def supply(self) -> IntArray:
        """[V]"""
        return self.programme.candidates.supply[self.rows]

    @property
    def choices(self) -> IntArray:
        """Choices that must serve alone, ascending [K]."""
        alone = self.programme.one_option[self.workload]
        return distinct(self.programme.candidates.choice[self.rows][alone])

    @property
    def owned(self) -> BoolArray:
        """Supplies whose units are bought or committed to [R]."""
        return np.array([each.kind in OWNED for each in self.programme.supplies], dtype=np.bool_)

    @property
    def in_units(self) -> BoolArray:
        """[R]"""
        return np.array([each.kind != "by_use" for each in self.programme.supplies], dtype=np.bool_)

    @property
    def powers(self) -> BoolArray:
        """Supplies whose powered units count [R]."""
        return power_counts(self.programme)

    @property
    def existing(self) -> IntArray:
        """[R x Y]"""
        return existing_units(self.programme)

    def add_rows_by_period(
        self,
        kind: str,
        axes: tuple[Sequence[str], ...],
        where: BoolArray,
        waits: BoolArray,
        *,
        sense: Sense,
        rhs: float,
    ) -> IntArray:
        """A row for each block or, where work may wait, one for the year whatever the block.

        `where` has the shape of the axes, then W x Y x B; `waits` that of the axes.
        """
        wide = waits[..., None, None, None]
        periods = self.names.periods
        each = self.sheet.add_rows(kind, (*axes, *periods), where & ~wide, sense, rhs)
        once = self.sheet.add_rows(
            kind, (*axes, *periods[:2]), where.any(axis=-1) & waits[..., None, None], sense, rhs
        )
        found = np.where(wide, once[..., None], each)
        self.row[kind] = found
        return found


def draft(programme: FleetProgramme, rows: IntArray, wanted: BoolArray | None = None) -> Draft:
    """An empty sheet; `wanted` narrows the periods in which candidates have a share."""
    share = share_coefficients(programme, rows)
    return Draft(
        programme=programme,
        rows=rows,
        share=share,
        wanted=share.wanted if wanted is None else share.wanted & wanted,
        unit=unit_coefficients(programme),
        most_units=units_bound(programme),
        names=labels_of(programme),
        sheet=Sheet(programme.demand.shape[0]),
    )


def add_columns(draft: Draft) -> Columns:
    """Variables, only where a rule needs them."""
    sheet, names = draft.sheet, draft.names
    loaded = _loaded(draft)
    busy_year = np.asarray(loaded.any(axis=(1, 3)))
    periods = names.periods
    candidates = tuple(f"{row:0{len(str(len(draft.programme.candidates)))}d}" for row in draft.rows.tolist())
    picks = tuple(f"{k}" for k in draft.choices.tolist())
    most = draft.most_units[:, None]
    kept, taken = _models(draft)
    supplies, models, years = names.supplies, names.models, names.years
    owned = draft.owned[:, None] & busy_year
    block_h, most4 = draft.programme.block_hours, draft.most_units[:, None, None, None]
    whole = of_supplies(draft.programme, lambda each: each.whole_hours)[:, None, None, None]
    powered = loaded & draft.powers[:, None, None, None]
    charged = powered.any(axis=(0, 3)) & (np.broadcast_to(draft.programme.demand_charge, draft.shape[:2]) > 0)
    risky = np.full(1, draft.programme.risk_weight > 0.0)
    return Columns(
        share=sheet.add_columns("s", (candidates, *periods), draft.wanted),
        pick=sheet.add_columns("z", (picks,), np.ones(len(picks), dtype=np.bool_), upper=1, integer=True),
        kept=sheet.add_columns("kept", (models, years), kept, upper=1, integer=True),
        taken=sheet.add_columns("taken", (models, years), taken, upper=1, integer=True),
        buy=sheet.add_columns("buy", (supplies, years), _bought(draft, owned), upper=most, integer=True),
        units=sheet.add_columns("units", (supplies, years), owned, upper=most, integer=True),
        on=sheet.add_columns("on", (supplies, *periods), _on(draft), upper=most4, integer=True),
        hours=sheet.add_columns("hours", (supplies, *periods), loaded, upper=most4 * block_h, integer=whole),
        powered=sheet.add_columns("powered", (supplies, *periods), powered, upper=most4, integer=True),
        peak=sheet.add_columns("peak", periods[:2], charged),
        opened=sheet.add_columns("open", (supplies,), _openable(draft), upper=1, integer=True),
        serves=sheet.add_columns("serves", (supplies, models, years), _serving(draft), upper=1, integer=True),
        eta=sheet.add_columns("eta", (("risk",),), risky, lower=-np.inf),
        beyond=sheet.add_columns("beyond", (names.worlds,), np.repeat(risky, draft.shape[0])),
    )


def any_of(where: BoolArray, *indices: IntArray, sizes: tuple[int, ...]) -> BoolArray:
    """Whether any candidate of each combination of indices is in the mask [sizes x W x Y x B]."""
    found: BoolArray = np.zeros((*sizes, *where.shape[1:]), dtype=np.bool_)
    np.logical_or.at(found, indices, where)
    return found


def _loaded(draft: Draft) -> BoolArray:
    """Where supplies in units may work; all year where models are swapped [R x W x Y x B]."""
    work = draft.wanted & (draft.share.load > 0.0)
    found = any_of(work, draft.supply, sizes=(len(draft.programme.supplies),))
    swaps = np.asarray(_serving(draft).any(axis=1))[:, None, :, None]
    worked = np.asarray(found.any(axis=(1, 3)))
    return np.asarray(found | (swaps & worked[:, None, :, None]))


def _on(draft: Draft) -> BoolArray:
    work = draft.wanted & (draft.share.load > 0.0)
    cannot_wait = ~draft.programme.deferrable[draft.workload]
    interactive = work & cannot_wait[:, None, None, None]
    return any_of(interactive, draft.supply, sizes=(len(draft.programme.supplies),))


def _bought(draft: Draft, owned: BoolArray) -> BoolArray:
    """Vintages that are alive in a year in which units work [R x Y]."""
    return np.asarray(np.einsum("ryv,ry->rv", draft.unit.lives, owned) > 0)


def _models(draft: Draft) -> tuple[BoolArray, BoolArray]:
    """Where models are counted, and where taking them up is [M x Y each]."""
    programme, used = draft.programme, np.zeros(len(draft.names.models), dtype=np.bool_)
    used[draft.model] = True
    years = draft.shape[1]
    most = programme.rules.models_max
    counted = np.full(len(used), most is not None and most < int(used.sum()))
    migrates = used & (programme.model_migration > 0)
    kept = used & (counted | migrates | np.any(programme.model_upkeep > 0, axis=1))
    return np.repeat(kept[:, None], years, axis=1), np.repeat(migrates[:, None], years, axis=1)


def _openable(draft: Draft) -> BoolArray:
    cost = of_supplies(draft.programme, lambda each: each.opening_cost)
    used = np.isin(np.arange(len(cost)), draft.supply)
    return np.asarray((cost > 0) & used)


def _serving(draft: Draft) -> BoolArray:
    """Models that share a supply on which swapping takes time [R x M x Y]."""
    years = draft.wanted.any(axis=(1, 3))
    found = np.zeros((len(draft.programme.supplies), len(draft.names.models), draft.shape[1]), dtype=np.bool_)
    np.logical_or.at(found, (draft.supply, draft.model), years)
    swaps = of_supplies(draft.programme, lambda each: each.swap_board_s_per_day) > 0
    several = found.any(axis=2).sum(axis=1) > 1
    return np.asarray(found & (swaps & several & draft.in_units)[:, None, None])
