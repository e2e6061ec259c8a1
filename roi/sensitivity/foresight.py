"""Answers at many values of figures at once, without solving: exact where proven, else a hint where to look.

Each value is a draw (`roi.sensitivity.montecarlo`): every option is priced there in whole units as the only source
of its workload. Where no plan can be cheaper than the best of them, it is what `decide` decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from bench.profile import Profile
from roi.arrays import FloatArray
from roi.decision.answer import Decision
from roi.options.bars import guarded_figure
from roi.options.market import market
from roi.scenario.document import Scenario
from roi.scenario.effective import resolved
from roi.sensitivity.inputs import Ranged
from roi.sensitivity.montecarlo.cells import Cells, cells_of
from roi.sensitivity.montecarlo.deciding import Decided, decided
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.draws import FIXED_FIELDS
from roi.sensitivity.montecarlo.gates import figure_place
from roi.sensitivity.montecarlo.risk import row_of
from roi.sensitivity.verdicts import Pick, Verdict, decision_verdict

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


class Foresight(Protocol):
    """Somebody who knows answers without solving."""

    def answers(self, moves: Sequence[Move], *, prove: bool = True) -> list[Answer | None]:
        """An answer a move; None where nothing can be said. Without `prove` a hint is enough."""
        ...


def drawn_at(scenario: Scenario, moves: Sequence[Move], others: Mapping[str, FloatArray]) -> Drawn:
    """A draw for each move, in which that figure alone lies elsewhere; `others` are further columns."""
    values = dict(others)
    for place, (ranged, value) in enumerate(moves):
        for name in ranged.places:
            column = values.setdefault(name, np.full(len(moves), ranged.value))
            column[place] = value
    return Drawn(resolved(scenario), values, len(moves))


@dataclass(frozen=True, eq=False)
class DecisionForesight:
    """One workload with one choice, and every other that it could have."""

    decision: Decision
    cells: Cells
    row: int
    """Of the decision's choice."""

    def answers(self, moves: Sequence[Move], *, prove: bool = True) -> list[Answer | None]:
        """An answer a move; None where the draws cannot say: of years, which are not drawn."""
        drawable = [move for move in moves if move[0].field not in FIXED_FIELDS]
        if not drawable:
            return [None for _ in moves]
        watched = np.array([self.row])
        drawn = drawn_at(self.decision.scenario, drawable, _guarded(self.cells, len(drawable)))
        found = decided(self.cells, drawn, self.decision.present, watched, prove=prove)
        answers = iter([self._answer(found, place) for place in range(len(drawable))])
        return [None if move[0].field in FIXED_FIELDS else next(answers) for move in moves]

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


def foresight_of(decision: Decision, profiles: Sequence[Profile]) -> DecisionForesight | None:
    """Foresight of a decision; None with several workloads, which share machines, or several choices for one."""
    scenario, choices = decision.scenario, decision.choices
    if len(scenario.workloads) > 1 or len(choices) != 1:
        return None
    cells = cells_of(scenario, market(scenario, scenario.workloads[0], profiles))
    return DecisionForesight(decision, cells, row_of(cells, choices[0]))


def _guarded(cells: Cells, size: int) -> dict[str, FloatArray]:
    """Published figures with the scenario's standard errors of safety, as `decide` compares them."""
    quality = cells.workload.quality
    senses = (False, *(bar.higher_is_better for bar in quality.bars))
    return {
        figure_place(offer.model_id, figure): np.full(
            size, guarded_figure(figure, quality.z, higher_is_better=higher)
        )
        for offer in cells.offers
        for higher, figure in zip(senses, (offer.quality, *offer.bar_figures), strict=True)
        if figure is not None and figure.stderr
    }
