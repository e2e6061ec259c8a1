"""A family of constraints at a plan: one name, an array of left and right sides."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from roi.arrays import BoolArray, FloatArray
from roi.fleet.names import labels
from roi.fleet.problem import FleetProgramme

FEASIBILITY_TOLERANCE_FRACTION = 1e-6
"""By how much a plan may miss a right-hand side, as a fraction of it."""

Sense = Literal["<=", ">=", "="]


@dataclass(frozen=True)
class ConstraintCheck:
    """One constraint of the programme at the plan."""

    name: str
    lhs: float
    sense: Sense
    rhs: float
    satisfied: bool

    @property
    def slack(self) -> float:
        """What is left before the limit, negative where it is broken; an equality's distance, negated."""
        if self.sense == "=":
            return -abs(self.lhs - self.rhs)
        return self.rhs - self.lhs if self.sense == "<=" else self.lhs - self.rhs


@dataclass(frozen=True, eq=False)
class ConstraintFamily:
    """All constraints of one kind. Worlds by the thousand would make too many objects of single ones."""

    name: str
    axes: tuple[Sequence[str], ...]
    """Labels of every axis of the arrays."""
    lhs: FloatArray
    sense: Sense
    rhs: FloatArray

    @property
    def satisfied(self) -> BoolArray:
        """Whether each holds within the tolerance, a fraction of its right side; what is not known does not."""
        over = {
            "<=": self.lhs - self.rhs,
            ">=": self.rhs - self.lhs,
            "=": np.abs(self.lhs - self.rhs),
        }[self.sense]
        return np.asarray(over <= FEASIBILITY_TOLERANCE_FRACTION * np.abs(self.rhs))

    def checks(self, *, broken_only: bool = False) -> Iterator[ConstraintCheck]:
        """The constraints one by one, named after their family and the labels of their axes."""
        names = itertools.product(*self.axes)
        columns = (self.lhs.ravel().tolist(), self.rhs.ravel().tolist(), self.satisfied.ravel().tolist())
        for label, lhs, rhs, satisfied in zip(names, *columns, strict=True):
            if not (satisfied and broken_only):
                yield ConstraintCheck("_".join((self.name, *label)), lhs, self.sense, rhs, satisfied)


def family(
    name: str, axes: tuple[Sequence[str], ...], lhs: object, sense: Sense, rhs: object
) -> ConstraintFamily:
    """A family whose sides are spread over the shape of its axes."""
    shape = tuple(len(axis) for axis in axes)
    left, right = (np.broadcast_to(np.asarray(side, dtype=np.float64), shape) for side in (lhs, rhs))
    return ConstraintFamily(name, axes, left, sense, right)


@dataclass(frozen=True)
class Labels:
    """Labels of the sets of a programme, fit for names of constraints."""

    workloads: tuple[str, ...]
    models: tuple[str, ...]
    supplies: tuple[str, ...]
    vendors: tuple[str, ...]
    worlds: tuple[str, ...]
    years: tuple[str, ...]
    blocks: tuple[str, ...]

    @property
    def periods(self) -> tuple[tuple[str, ...], ...]:
        """Axes of a period."""
        return (self.worlds, self.years, self.blocks)


def labels_of(programme: FleetProgramme) -> Labels:
    """Names where there are names; w0, w1 for worlds and y0, y1 for years."""
    worlds, _, years, _ = programme.demand.shape
    return Labels(
        workloads=labels(programme.workload_names),
        models=labels(programme.model_names),
        supplies=labels([supply.name for supply in programme.supplies]),
        vendors=labels(programme.vendor_names),
        worlds=tuple(f"w{w}" for w in range(worlds)),
        years=tuple(f"y{y}" for y in range(years)),
        blocks=labels(programme.block_names),
    )


def picked(names: Sequence[str], which: BoolArray) -> tuple[str, ...]:
    """The labels that a mask keeps."""
    return tuple(names[index] for index in np.flatnonzero(which).tolist())
