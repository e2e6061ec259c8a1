"""Where along one figure the choice turns, seen at many values at once before anything is solved there."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from bench.profile import Profile
from roi.decision.answer import Decision
from roi.options.market import market
from roi.sensitivity.inputs import Ranged
from roi.sensitivity.montecarlo.cells import Cells, cells_of
from roi.sensitivity.montecarlo.deciding import decided
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.draws import FIXED_FIELDS
from roi.sensitivity.montecarlo.gates import fid_place

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

Scout = Callable[[Ranged, Sequence[float]], list[bool] | None]
"""Whether the choice is another than the decision's at each value of a figure; None where it cannot say."""


def scout_of(decision: Decision, profiles: Sequence[Profile]) -> Scout | None:
    """A scout for the decision; None where the cheapest single options are not what was decided: workloads then
    share something, or several supplies serve one."""
    scenario = decision.scenario
    chosen = {
        choice.option.workload: (choice.option.offer.id, choice.option.offer.supply)
        for choice in decision.choices
    }
    if len(decision.choices) != len(scenario.workloads):
        return None
    markets = [cells_of(scenario, market(scenario, each, profiles)) for each in scenario.workloads]

    def turned(values: dict[str, FloatArray], size: int) -> BoolArray:
        found = np.zeros(size, dtype=np.bool_)
        for cells in markets:
            drawn = Drawn(scenario, {**_guarded_fids(cells, size), **values}, size)
            found |= _others(cells, drawn, decision, chosen[cells.workload.name])
        return found

    def scout(ranged: Ranged, values: Sequence[float]) -> list[bool] | None:
        if ranged.field in FIXED_FIELDS:
            return None
        return [bool(each) for each in turned(dict.fromkeys(ranged.places, np.array(values)), len(values))]

    return None if turned({}, 1)[0] else scout


def _others(cells: Cells, drawn: Drawn, decision: Decision, chosen: tuple[str, str]) -> BoolArray:
    """Where another maker than the chosen one is best, or none passes [D]."""
    anew = decided(cells, drawn, decision.present, np.empty(0, dtype=np.int64))
    same = np.array([(offer.id, offer.supply) == chosen for offer in cells.offers], dtype=np.bool_)
    return np.asarray(~(anew.answered & same[anew.row // cells.attempts_max]))


def _guarded_fids(cells: Cells, size: int) -> dict[str, FloatArray]:
    """Published FIDs with the scenario's standard errors of safety, as `decide` compares them."""
    z = cells.workload.quality.z
    return {
        fid_place(offer.model_id, offer.quality): np.full(
            size, offer.quality.value + z * offer.quality.stderr
        )
        for offer in cells.offers
        if offer.quality is not None and offer.quality.stderr
    }
