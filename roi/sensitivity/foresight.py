"""Answers at many values of figures at once, without solving: exact where proven, else a hint where to look.

Each value is a draw (`roi.sensitivity.montecarlo`): every option is priced there in whole units as the only source
of its workload. Where no plan can be cheaper than the best of them, it is what `decide` decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from bench.profile import Profile
from roi.decision.answer import Decision
from roi.options.market import market
from roi.sensitivity.inputs import Ranged
from roi.sensitivity.judging import Pick, Verdict, decision_verdict
from roi.sensitivity.montecarlo.cells import Cells, cells_of
from roi.sensitivity.montecarlo.deciding import Decided, decided
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.draws import FIXED_FIELDS
from roi.sensitivity.montecarlo.gates import fid_place
from roi.sensitivity.montecarlo.risk import row_of

FloatArray = npt.NDArray[np.float64]
Move = tuple[Ranged, float]
"""A figure, and another value of it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the draws say of one move."""

    found: Verdict
    """The best single option; without picks where none passes."""
    proven: bool
    """Whether `decide` would find the same."""
    kept: Verdict | None
    """The decision's own choice; None where it breaks a rule."""


@dataclass(frozen=True, eq=False)
class Foresight:
    """One workload with one choice, and every other that it could have."""

    decision: Decision
    cells: Cells
    row: int
    """Of the decision's choice."""

    def answers(self, moves: Sequence[Move]) -> list[Answer | None]:
        """An answer a move; None where the draws cannot say: of years, which are not drawn."""
        drawable = [move for move in moves if move[0].field not in FIXED_FIELDS]
        if not drawable:
            return [None for _ in moves]
        found = decided(self.cells, self._drawn(drawable), self.decision.present, np.array([self.row]))
        answers = iter([self._answer(found, place) for place in range(len(drawable))])
        return [None if move[0].field in FIXED_FIELDS else next(answers) for move in moves]

    def _drawn(self, moves: Sequence[Move]) -> Drawn:
        size = len(moves)
        values = _guarded_fids(self.cells, size)
        for place, (ranged, value) in enumerate(moves):
            for name in ranged.places:
                column = values.setdefault(name, np.full(size, ranged.value))
                column[place] = value
        return Drawn(self.decision.scenario, values, size)

    def _answer(self, found: Decided, place: int) -> Answer:
        kept = None
        if found.stands[0, place]:
            kept = replace(
                decision_verdict(self.decision), cost_per_accepted_image=float(found.watched_cash[0, place])
            )
        if not found.answered[place]:
            return Answer(Verdict((), None), False, kept)
        pick = self._pick(int(found.row[place]))
        return Answer(Verdict((pick,), float(found.cash[place])), bool(found.proven[place]), kept)

    def _pick(self, row: int) -> Pick:
        cell, attempts = divmod(row, self.cells.attempts_max)
        offer, images = self.cells.offers[cell], int(self.cells.images[cell])
        name = self.cells.workload.name
        return Pick(name, offer.id, offer.model_name, offer.supply, images, attempts + 1)


def foresight_of(decision: Decision, profiles: Sequence[Profile]) -> Foresight | None:
    """Foresight of a decision; None with several workloads, which share machines, or several choices for one."""
    scenario, choices = decision.scenario, decision.choices
    if len(scenario.workloads) > 1 or len(choices) != 1:
        return None
    cells = cells_of(scenario, market(scenario, scenario.workloads[0], profiles))
    return Foresight(decision, cells, row_of(cells, choices[0]))


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
