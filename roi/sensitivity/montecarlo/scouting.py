"""Where along one figure the choice turns, seen at many values at once before anything is solved there."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from bench.profile import Profile
from roi.decision.answer import Decision
from roi.decision.market import market
from roi.scenario.document import Scenario
from roi.sensitivity.inputs import Ranged
from roi.sensitivity.montecarlo.cells import Cells, cells_of
from roi.sensitivity.montecarlo.deciding import decided
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.gates import fid_place
from roi.sensitivity.montecarlo.simulate import decides_apart

FloatArray = npt.NDArray[np.float64]

Scout = Callable[[Ranged, Sequence[float]], list[bool]]
"""Whether the choice is another than the decision's at each value of a figure."""


def scout_of(decision: Decision, profiles: Sequence[Profile]) -> Scout | None:
    """A scout for the decision; None where rules tie its workloads together, or one is served by a mix."""
    scenario = decision.scenario
    if not decides_apart(scenario) or len(decision.choices) != len(scenario.workloads):
        return None
    chosen = {
        choice.option.workload: (choice.option.offer.id, choice.option.offer.supply)
        for choice in decision.choices
    }
    markets = [cells_of(scenario, market(scenario, each, profiles)) for each in scenario.workloads]

    def scout(ranged: Ranged, values: Sequence[float]) -> list[bool]:
        column = np.array(values)
        turned = np.zeros(len(values), dtype=np.bool_)
        for cells in markets:
            turned |= _turned(scenario, cells, chosen[cells.workload.name], ranged, column)
        return [bool(each) for each in turned]

    return scout


def _turned(
    scenario: Scenario, cells: Cells, chosen: tuple[str, str], ranged: Ranged, column: FloatArray
) -> npt.NDArray[np.bool_]:
    size = len(column)
    values = {**_guarded_fids(cells, size), **dict.fromkeys(ranged.places, column)}
    anew = decided(cells, Drawn(scenario, values, size), [])
    makers = [(offer.id, offer.supply) for offer in cells.offers]
    same = [makers[row // cells.attempts_max] == chosen for row in anew.row]
    return np.logical_not(anew.answered & np.array(same, dtype=np.bool_))


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
