"""A linear programme as arrays: columns, rows and entries are added in whole blocks, names are made when read.

A fleet of 24 blocks and 5 years has hundreds of thousands of entries; an object for each would take longer than
the solver does. `as_pulp` writes the same programme for PuLP, with a word for the name of everything.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from roi.arrays import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    import pulp

NONE = -1
"""Index of a column or row that is not there."""
RATIO_MAX = 1e12
"""A column that would break a row with 1e-12 of itself is shut out: HiGHS reads a coefficient above 1e15 as an
error, and so little of a column is below every tolerance."""
SMALLEST = 1e-9
"""HiGHS drops smaller entries."""

Sense = int
LE, EQ, GE = -1, 0, 1
"""As PuLP writes them; it is loaded where somebody asks for its programme."""


@dataclass(frozen=True, eq=False)
class Block:
    """Columns or rows of one kind: where they stand, and the labels of each axis."""

    kind: str
    axes: tuple[Sequence[str], ...]
    indices: IntArray
    """Number of the column or row, -1 where there is none [shape of the axes]."""

    def names(self) -> Iterator[tuple[int, str]]:
        """Number and name of each, in order."""
        for place in np.argwhere(self.indices != NONE).tolist():
            parts = (axis[key] for axis, key in zip(self.axes, place, strict=True))
            yield int(self.indices[tuple(place)]), "_".join((self.kind, *parts))


@dataclass(eq=False)
class Sheet:
    """Grows block by block; `solved` needs `Arrays`."""

    worlds: int
    blocks: list[Block] = field(default_factory=list)
    row_blocks: list[Block] = field(default_factory=list)
    _lower: list[FloatArray] = field(default_factory=list)
    _upper: list[FloatArray] = field(default_factory=list)
    _integer: list[BoolArray] = field(default_factory=list)
    _sense: list[IntArray] = field(default_factory=list)
    _rhs: list[FloatArray] = field(default_factory=list)
    _entries: list[tuple[IntArray, IntArray, FloatArray]] = field(default_factory=list)
    _costs: list[tuple[IntArray, IntArray, FloatArray]] = field(default_factory=list)
    columns: int = 0
    rows: int = 0

    def add_columns(
        self,
        kind: str,
        axes: tuple[Sequence[str], ...],
        where: BoolArray,
        *,
        lower: object = 0.0,
        upper: object = np.inf,
        integer: object = False,
    ) -> IntArray:
        """Columns where the mask says so; their numbers in its shape, -1 elsewhere."""
        indices = _numbered(where, self.columns)
        self.columns += int(where.sum())
        self.blocks.append(Block(kind, axes, indices))
        for store, values in ((self._lower, lower), (self._upper, upper)):
            store.append(np.broadcast_to(np.asarray(values, dtype=np.float64), where.shape)[where])
        self._integer.append(np.broadcast_to(np.asarray(integer, dtype=np.bool_), where.shape)[where])
        return indices

    def add_rows(
        self, kind: str, axes: tuple[Sequence[str], ...], where: BoolArray, sense: Sense, rhs: object
    ) -> IntArray:
        """Rows where the mask says so; their numbers in its shape, -1 elsewhere."""
        indices = _numbered(where, self.rows)
        self.rows += int(where.sum())
        self.row_blocks.append(Block(kind, axes, indices))
        self._sense.append(np.full(int(where.sum()), sense, dtype=np.int64))
        self._rhs.append(np.broadcast_to(np.asarray(rhs, dtype=np.float64), where.shape)[where])
        return indices

    def put(self, rows: object, columns: object, values: object) -> None:
        """Entries of the matrix, spread over each other; those without row or column are left out."""
        self._entries.append(_spread(rows, columns, values))

    def cost(self, worlds: object, columns: object, values: object) -> None:
        """Present value of a column in a world [money]."""
        self._costs.append(_spread(worlds, columns, values))

    def put_costs(self, rows: IntArray, factor: float) -> None:
        """All costs so far as entries of one row per world."""
        for world, column, value in list(self._costs):
            self.put(rows[world], column, factor * value)

    def arrays(self) -> "Arrays":
        """The whole as plain arrays; entries of the same place are added."""
        row, column, value = _joined(self._entries)
        world, priced, cost = _joined(self._costs)
        cost_by_world = np.zeros((self.worlds, self.columns))
        np.add.at(cost_by_world, (world, priced), cost)
        upper = _concatenated(self._upper, np.float64)
        shut = (value > RATIO_MAX) & (_concatenated(self._lower, np.float64)[column] >= 0.0)
        upper[column[shut]] = 0.0
        row, column, value = _summed(row[~shut], column[~shut], value[~shut], self.columns)
        return Arrays(
            lower=_concatenated(self._lower, np.float64),
            upper=upper,
            integer=_concatenated(self._integer, np.bool_),
            sense=_concatenated(self._sense, np.int64),
            rhs=_concatenated(self._rhs, np.float64),
            row=row,
            column=column,
            value=value,
            cost_by_world=cost_by_world,
        )

    def column_names(self) -> list[str]:
        """Name of every column."""
        return [name for block in self.blocks for _, name in block.names()]

    def row_names(self) -> list[str]:
        """Name of every row."""
        return [name for block in self.row_blocks for _, name in block.names()]


@dataclass(frozen=True, eq=False, kw_only=True)
class Arrays:
    """A linear programme of n columns and m rows; entries sorted by row, then column."""

    lower: FloatArray
    upper: FloatArray
    integer: BoolArray
    sense: IntArray
    """-1, 0, 1 for <=, =, >= [m]."""
    rhs: FloatArray
    row: IntArray
    column: IntArray
    value: FloatArray
    cost_by_world: FloatArray
    """Present value of each column in each world [money, W x n]."""


def as_pulp(sheet: Sheet, arrays: Arrays, objective: FloatArray) -> "pulp.LpProblem":
    """The same programme with names, for reading and for any solver that PuLP knows."""
    import pulp

    problem = pulp.LpProblem("fleet", pulp.LpMinimize)
    columns = [
        problem.add_variable(
            name,
            None if np.isneginf(lower) else lower,
            None if np.isposinf(upper) else upper,
            pulp.LpInteger if integer else pulp.LpContinuous,
        )
        for name, lower, upper, integer in zip(
            sheet.column_names(),
            arrays.lower.tolist(),
            arrays.upper.tolist(),
            arrays.integer.tolist(),
            strict=True,
        )
    ]
    problem.setObjective(
        pulp.LpAffineExpression({columns[c]: v for c, v in enumerate(objective.tolist()) if v})
    )
    starts = np.searchsorted(arrays.row, np.arange(sheet.rows + 1)).tolist()
    column, value = arrays.column.tolist(), arrays.value.tolist()
    for number, name in enumerate(sheet.row_names()):
        mine = range(starts[number], starts[number + 1])
        terms = pulp.LpAffineExpression({columns[column[e]]: value[e] for e in mine})
        sense, rhs = int(arrays.sense[number]), float(arrays.rhs[number])
        problem.addConstraint(pulp.LpConstraint(terms, sense, name, rhs))
    return problem


def _numbered(where: BoolArray, first: int) -> IntArray:
    indices = np.full(where.shape, NONE, dtype=np.int64)
    indices[where] = first + np.arange(int(where.sum()))
    return indices


def _spread(first: object, second: object, values: object) -> tuple[IntArray, IntArray, FloatArray]:
    left, right, amounts = np.broadcast_arrays(
        np.asarray(first, dtype=np.int64),
        np.asarray(second, dtype=np.int64),
        np.asarray(values, dtype=np.float64),
    )
    there = (left != NONE) & (right != NONE) & (amounts != 0.0)
    return left[there], right[there], amounts[there]


def _joined(parts: list[tuple[IntArray, IntArray, FloatArray]]) -> tuple[IntArray, IntArray, FloatArray]:
    first = _concatenated([part[0] for part in parts], np.int64)
    second = _concatenated([part[1] for part in parts], np.int64)
    return first, second, _concatenated([part[2] for part in parts], np.float64)


def _concatenated(parts: Sequence[np.ndarray], dtype: type) -> np.ndarray:
    return np.concatenate([np.empty(0, dtype=dtype), *parts]).astype(dtype, copy=False)


def _summed(
    row: IntArray, column: IntArray, value: FloatArray, width: int
) -> tuple[IntArray, IntArray, FloatArray]:
    order = np.argsort(row * max(width, 1) + column, kind="stable")
    row, column, value = row[order], column[order], value[order]
    first = np.ones(len(row), dtype=np.bool_)
    first[1:] = (np.diff(row) != 0) | (np.diff(column) != 0)
    starts = np.flatnonzero(first)
    total = np.add.reduceat(value, starts) if len(starts) else value
    kept = np.abs(total) >= SMALLEST
    return row[starts][kept], column[starts][kept], total[kept]
