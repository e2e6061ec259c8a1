"""One workload over all draws: every draw decided, the choice kept beside it."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from roi.decision.answer import Choice
from roi.sensitivity.montecarlo.answer import Bar, Win, WorkloadRisk
from roi.sensitivity.montecarlo.cells import Cells
from roi.sensitivity.montecarlo.deciding import decided
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.pricing import priced, rates_of
from roi.sensitivity.montecarlo.spread import spread_of
from roi.sensitivity.montecarlo.standing import standing_cost_per_month

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def workload_risk(cells: Cells, drawn: Drawn, chosen: Sequence[Choice]) -> tuple[WorkloadRisk, FloatArray]:
    """What the draws say, and the kept choice's cost without the standing cost of models [D]."""
    rows = _rows_of(cells, chosen)
    anew = decided(cells, drawn, rows)
    kept, bare, carbon = _kept(cells, drawn, chosen)
    makers = np.array(_makers(cells))
    won = np.bincount(makers[anew.row[anew.answered] // cells.attempts_max], minlength=makers.max() + 1)
    own = {int(makers[row // cells.attempts_max]) for row in rows}
    both = anew.answered & anew.passes_as_set
    risk = WorkloadRisk(
        workload=cells.workload.name,
        kept=spread_of(kept),
        best=spread_of(np.where(anew.answered, anew.cash, np.nan)),
        carbon=None if carbon is None else spread_of(carbon),
        stays_best=float(sum(won[maker] for maker in own)) / drawn.size,
        passes=float(anew.passes.mean()),
        passes_as_set=float(anew.passes_as_set.mean()),
        unanswered=1.0 - float(anew.answered.mean()),
        wins=_wins(cells, makers, won, drawn.size),
        bars=tuple(_bar(cells, choice) for choice in chosen),
        knowing=float((kept[both] - anew.cash[both]).mean()) if both.any() else None,
    )
    return risk, bare


def _rows_of(cells: Cells, chosen: Sequence[Choice]) -> list[int]:
    """Row of each choice among all options."""
    keys = {
        (offer.id, offer.supply, int(images)): cell
        for cell, (offer, images) in enumerate(zip(cells.offers, cells.images, strict=True))
    }
    return [
        keys[choice.option.key[:3]] * cells.attempts_max + choice.option.attempts_max - 1 for choice in chosen
    ]


def _shares_of(chosen: Sequence[Choice]) -> FloatArray:
    volume = np.array([choice.accepted_images_per_month for choice in chosen])
    return np.asarray(volume / volume.sum())


def _kept(
    cells: Cells, drawn: Drawn, chosen: Sequence[Choice]
) -> tuple[FloatArray, FloatArray, FloatArray | None]:
    """Cost, cost without standing costs, and carbon of the kept choices, gates or not [D each]."""
    rows, shares = _rows_of(cells, chosen), _shares_of(chosen)
    own = cells.chosen(row // cells.attempts_max for row in rows)
    found = priced(own, drawn, rates_of(own, drawn), gated=False, carbon=True)
    each = np.arange(len(rows)), np.array([row % cells.attempts_max for row in rows])
    cash = shares @ found.cash[each]
    volume = drawn.figure(f"{cells.place}.images_per_month", cells.workload.images_per_month)
    standing = [standing_cost_per_month(drawn, choice.option.offer.model_id) for choice in chosen]
    bare = cash - sum(
        (share * cost / volume for share, cost in zip(shares, standing, strict=True) if cost is not None),
        start=np.zeros(drawn.size),
    )
    carbon = None if found.carbon is None else shares @ found.carbon[each]
    return cash, bare, carbon if carbon is not None and np.isfinite(carbon).all() else None


def _makers(cells: Cells) -> list[int]:
    """By cell the number of its profile or API at its supply."""
    numbers: dict[tuple[str, str], int] = {}
    return [numbers.setdefault((offer.id, offer.supply), len(numbers)) for offer in cells.offers]


def _wins(cells: Cells, makers: IntArray, won: IntArray, size: int) -> tuple[Win, ...]:
    first = {maker: cells.offers[int(np.argmax(makers == maker))] for maker in np.flatnonzero(won)}
    found = [
        Win(offer.id, offer.model_name, offer.supply, float(won[maker]) / size)
        for maker, offer in first.items()
    ]
    return tuple(sorted(found, key=lambda win: (-win.fraction, win.id, win.supply)))


def _bar(cells: Cells, choice: Choice) -> Bar:
    """P(FID <= bar) = Phi((bar - FID) / stderr): no draws are needed."""
    offer, bar = choice.option.offer, cells.workload.quality.fid_max
    if offer.quality is None or not offer.quality.stderr:
        return Bar(offer.id, None)
    distance = (offer.quality.value - bar) / offer.quality.stderr
    return Bar(offer.id, 0.5 * math.erfc(distance / math.sqrt(2.0)))
