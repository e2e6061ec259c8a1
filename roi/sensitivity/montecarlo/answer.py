"""What a simulation says, plain and frozen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from roi.arrays import FloatArray
from roi.options.bars import AnyBar
from roi.sensitivity.inputs import Ranged
from roi.sensitivity.montecarlo.draws import Shape
from roi.sensitivity.montecarlo.spread import Spread, rank_correlation


@dataclass(frozen=True, slots=True)
class Win:
    """One maker of pictures and how often it is the best."""

    id: str
    model: str
    supply: str
    fraction: float
    """Share of all draws [1]."""


@dataclass(frozen=True, slots=True)
class Bar:
    """The chance that the true figure of a chosen model meets a bar."""

    id: str
    asked: AnyBar
    probability: float | None
    """[1]; None where no standard error is published: nobody can say."""


@dataclass(frozen=True, slots=True)
class WorkloadRisk:
    """One workload over all draws."""

    workload: str
    kept: Spread | None
    """Cost of an accepted image with the choice kept, whether or not it passes every gate [money]."""
    best: Spread | None
    """The same with the choice made anew in every draw, where any option passes [money]."""
    carbon: Spread | None
    """Of an accepted image with the choice kept [kgCO2e]; None where it is not disclosed."""
    stays_best: float
    """Share of draws in which a chosen maker of pictures is the best [1]."""
    passes: float
    """Share of draws in which the choice passes every gate, at some number of attempts [1]."""
    passes_as_set: float
    """The same at the chosen number of attempts [1]."""
    unanswered: float
    """Share of draws in which nothing passes [1]."""
    wins: tuple[Win, ...]
    """Who is best how often, the most frequent first."""
    proven: float
    """Share of draws in which no plan of this workload alone is cheaper than the best single option [1]."""
    bars: tuple[Bar, ...]
    knowing: float | None
    """What it would be worth to know the true figures before choosing, where the choice passes: mean cost kept
    less mean cost of the best [money per accepted image]."""


@dataclass(frozen=True, slots=True)
class Influence:
    """How strongly one drawn figure and the cost of the kept choice move together."""

    ranged: Ranged
    rank_correlation: float


def influences_on(
    outcome: FloatArray, inputs: Sequence[Ranged], values: Mapping[str, FloatArray]
) -> tuple[Influence, ...]:
    """Of every drawn figure on the outcome, the strongest first."""
    found = [Influence(each, rank_correlation(values[each.place], outcome)) for each in inputs]
    return tuple(sorted(found, key=lambda each: -abs(each.rank_correlation)))


@dataclass(frozen=True, slots=True)
class Simulation:
    """All workloads over all draws."""

    draws: int
    seed: int
    shape: Shape
    inputs: int
    """Figures that were drawn."""
    proven: float
    """Share of draws in which no plan is cheaper than the best single option, so that each is decided as `decide`
    does [1]. In the others a plan that splits the work between supplies may be; 0 with several workloads, which
    share machines and rules and are each priced by themselves."""
    cost: Spread | None
    """Cost of an accepted image over all workloads and years with the choices kept [money]."""
    influences: tuple[Influence, ...]
    """Strongest first."""
    workloads: tuple[WorkloadRisk, ...]
    costs: FloatArray
    """Behind `cost` [money, D]."""
