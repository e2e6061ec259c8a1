"""Writes the programme as a sheet, in the scaled units in which HiGHS is exact.

The objective is divided by an estimate of itself, every limit by its cap, work by that of one unit in the block:
shares, right-hand sides and optimum are of the order of 1, whatever the units of money and mass. Every family of
`roi.fleet.problem` is a kind of row with its name; the family `powered` has the kinds `powered_hours`,
`powered_on`, `powered_units` and `powered_power`.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from roi.arrays import BoolArray, FloatArray, IntArray
from roi.fleet.problem import FleetProgramme
from roi.fleet.rows.draft import Columns, Draft, add_columns, draft
from roi.fleet.rows.limits import (
    add_amounts,
    add_carbon_by_use,
    add_limit_rows,
    add_tail,
    constant_cost,
    money_per_unit,
)
from roi.fleet.rows.units import add_unit_rows
from roi.fleet.rows.work import add_work_rows, share_entries
from roi.fleet.sheet import Arrays, as_pulp

if TYPE_CHECKING:
    import pulp

__all__ = ["Built", "build"]


@dataclass(frozen=True, eq=False)
class Built:
    """The programme over some candidates, and the way back from its columns."""

    draft: Draft
    columns: Columns
    arrays: Arrays
    objective: FloatArray
    """Scaled [n]."""
    constant: FloatArray
    """Present value that no decision changes [money, W]."""
    money_per_unit: float
    """Money per unit of the scaled objective."""

    @property
    def programme(self) -> FleetProgramme:
        """What was built."""
        return self.draft.programme

    def problem(self) -> "pulp.LpProblem":
        """The same for PuLP, every variable and constraint with its name."""
        return as_pulp(self.draft.sheet, self.arrays, self.objective)


def build(
    programme: FleetProgramme,
    rows: IntArray,
    wanted: BoolArray | None = None,
    wholly: tuple[int, ...] = (),
) -> Built:
    """The programme over the candidates `rows` (ascending).

    Parameters
    ----------
    wanted
        Narrows the periods in which the candidates have shares [V x W x Y x B].
    wholly
        Candidates that are the only ones of their workload: `carbon_max` holds for them by their use of what they
        share.

    Raises
    ------
    SolverError
        When a price makes the programme unbounded.
    """
    begun = draft(programme, rows, wanted)
    columns = add_columns(begun)
    add_work_rows(begun, columns)
    add_unit_rows(begun, columns)
    add_limit_rows(begun)
    for at, values in share_entries(programme, begun.row, begun.limit_scale, rows, begun.share):
        begun.sheet.put(at, columns.share, values)
    _put_splits(begun, columns)
    add_amounts(begun, columns)
    for candidate in wholly:
        add_carbon_by_use(begun, columns, candidate)
    constant, scale = constant_cost(begun), money_per_unit(begun)
    add_tail(begun, columns, constant, scale)
    arrays = begun.sheet.arrays()
    objective = _objective(programme, columns, arrays, scale)
    return Built(begun, columns, arrays, objective, constant, scale)


def _put_splits(begun: Draft, columns: Columns) -> None:
    alone = begun.programme.one_option[begun.workload]
    place = np.searchsorted(begun.choices, begun.programme.candidates.choice[begun.rows][alone])
    begun.sheet.put(begun.row["splits"][place], columns.share[alone], 1)


def _objective(programme: FleetProgramme, columns: Columns, arrays: Arrays, scale: float) -> FloatArray:
    weight, probability = programme.risk_weight, programme.world_probability
    found = (1.0 - weight) * (probability @ arrays.cost_by_world) / scale
    if weight > 0:
        found[columns.eta] += weight
        found[columns.beyond] += weight * probability / programme.tail_fraction
    return np.asarray(found)
