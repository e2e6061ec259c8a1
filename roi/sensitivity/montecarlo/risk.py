"""One workload over all draws: every draw decided, the choice kept beside it."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np

from roi.arrays import IntArray
from roi.decision.answer import Choice
from roi.options.bars import bars_of, figures_of
from roi.planning.assemble import Present
from roi.sensitivity.montecarlo.answer import Bar, Win, WorkloadRisk
from roi.sensitivity.montecarlo.cells import Cells
from roi.sensitivity.montecarlo.deciding import decided
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.pricing import Chosen, Kept, kept
from roi.sensitivity.montecarlo.setting import Setting, settings_of
from roi.sensitivity.montecarlo.spread import spread_of
from roi.sensitivity.montecarlo.work import Asked


@dataclass(frozen=True, eq=False)
class Drawing:
    """A workload and its draws, figures of quality of its offers included."""

    cells: Cells
    drawn: Drawn
    chosen: Sequence[Choice]


SAME_FRACTION = 1e-9
"""Costs that differ by less are the same."""


def workload_risk(drawing: Drawing, present: Present) -> WorkloadRisk:
    """What the draws say about one workload."""
    cells, chosen, size = drawing.cells, drawing.chosen, drawing.drawn.size
    rows = np.array([row_of(cells, choice) for choice in chosen], dtype=np.int64)
    anew = decided(cells, drawing.drawn, present, rows)
    keeping = kept_choices([drawing], present)
    makers = np.array(_makers(cells))
    won = np.bincount(makers[anew.row[anew.answered] // cells.attempts_max], minlength=makers.max() + 1)
    own = {int(makers[row // cells.attempts_max]) for row in rows}
    alone = len(rows) == 1
    as_set = anew.stands[0] if alone else anew.passes.all(axis=0) & keeping.fits
    both = anew.answered & as_set
    undercut = anew.answered & (anew.cash < keeping.cash * (1.0 - SAME_FRACTION))
    stays = sum(won[maker] for maker in own) if alone else (as_set & ~undercut).sum()
    carbon = keeping.carbon if np.isfinite(keeping.carbon).all() else None
    return WorkloadRisk(
        workload=cells.workload.name,
        kept=spread_of(keeping.cash),
        best=spread_of(np.where(anew.answered, anew.cash, np.nan)),
        carbon=None if carbon is None else spread_of(carbon),
        stays_best=float(stays) / size,
        passes=float((anew.stands_somehow[0] if alone else as_set).mean()),
        passes_as_set=float(as_set.mean()),
        unanswered=1.0 - float(anew.answered.mean()),
        wins=_wins(cells, makers, won, size),
        proven=float(anew.proven.mean()),
        bars=tuple(bar for choice in chosen for bar in _bars(cells, choice)),
        knowing=float((keeping.cash[both] - anew.cash[both]).mean()) if both.any() else None,
    )


def kept_choices(drawings: Sequence[Drawing], present: Present) -> Kept:
    """The choices of some workloads kept, with their shares, on as many units as they need together."""
    found = [_kept(setting, drawings) for setting in settings_of(drawings[0].drawn, present)]
    return Kept(*(np.concatenate([getattr(part, each.name) for part in found]) for each in fields(Kept)))


def _kept(setting: Setting, drawings: Sequence[Drawing]) -> Kept:
    chosen = []
    for each in drawings:
        asked = Asked(setting, each.cells)
        for choice in each.chosen:
            cell, attempts = divmod(row_of(each.cells, choice), each.cells.attempts_max)
            chosen.append(Chosen(asked, cell, attempts + 1, choice.share_fraction))
    return kept(setting, chosen)


def row_of(cells: Cells, choice: Choice) -> int:
    """Row of a choice among all options."""
    wanted, attempts_max = choice.option.key[:3], cells.attempts_max
    for cell, (offer, images) in enumerate(zip(cells.offers, cells.images, strict=True)):
        if (offer.id, offer.supply, int(images)) == wanted:
            return cell * attempts_max + choice.option.attempts_max - 1
    raise ValueError(f"choice {wanted} is no offer of workload {cells.workload.name!r}")


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


def _bars(cells: Cells, choice: Choice) -> Iterator[Bar]:
    """P(the figure meets the bar) = Phi((bar - figure) / stderr), or the other way round: no draws are needed."""
    offer, workload = choice.option.offer, cells.workload
    for bar, figure in zip(bars_of(workload), figures_of(workload, offer), strict=True):
        if figure is None or not figure.stderr:
            yield Bar(offer.id, bar, None)
            continue
        short = (bar.limit - figure.value) * (1.0 if bar.higher_is_better else -1.0)
        yield Bar(offer.id, bar, 0.5 * math.erfc(short / figure.stderr / math.sqrt(2.0)))
