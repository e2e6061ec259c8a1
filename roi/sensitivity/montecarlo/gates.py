"""The gates of an option that move with the draws: its figures on each bar, its wait, how often it delivers."""

import numpy as np

from bench.profile import Quality
from roi.arrays import BoolArray, FloatArray, IntArray
from roi.options.bars import bars_of, figures_of
from roi.queueing import wait_quantiles
from roi.scenario.supply import Api
from roi.sensitivity.montecarlo.cells import Cells
from roi.sensitivity.montecarlo.draws import stream
from roi.sensitivity.montecarlo.supplies import DrawnSupply
from roi.sensitivity.montecarlo.work import Asked


def figure_place(model_id: str, quality: Quality) -> str:
    """The name under which the draws of a published figure are kept: offers with the same figure share them."""
    return f"{quality.metric} {model_id} {quality.reference} {quality.value!r} {quality.stderr!r}"


def figure_draws(cells: Cells, size: int, seed: int) -> dict[str, FloatArray]:
    """Normal draws of every figure whose source states a standard error, by `figure_place` [D each]."""
    found = {}
    for offer in cells.offers:
        for quality in (offer.quality, *offer.bar_figures):
            if quality is None or not quality.stderr:
                continue
            place = figure_place(offer.model_id, quality)
            if place not in found:
                found[place] = stream(seed, place).normal(quality.value, quality.stderr, size)
    return found


def fids(asked: Asked) -> FloatArray:
    """FID of every cell: drawn where it has a standard error; infinite where there is none [M x D]."""
    found = np.full((len(asked.cells), asked.drawn.size), np.inf)
    for cell, offer in enumerate(asked.cells.offers):
        if offer.quality is not None:
            drawn = asked.drawn.values.get(figure_place(offer.model_id, offer.quality))
            found[cell] = offer.quality.value if drawn is None else drawn
    return found


def closed(asked: Asked, rows: IntArray, supply: DrawnSupply) -> BoolArray:
    """Where the cells `rows`, on this supply, do not pass with 1 .. K attempts [V x D].

    A drawn figure is taken as the truth: no standard errors of safety are held against it. Figures without a
    standard error were held against their bars before.
    """
    cells, drawn = asked.cells, asked.drawn
    least = drawn.figure(asked.workload.deliver_min)
    deliver = np.stack([asked.outcome(int(cell)).deliver for cell in rows])
    found = deliver < least
    for place, cell in enumerate(rows.tolist()):
        offer = cells.offers[cell]
        for bar, figure in zip(bars_of(cells.workload), figures_of(cells.workload, offer), strict=True):
            if figure is not None and figure.stderr:
                values = drawn.values[figure_place(offer.model_id, figure)]
                found[place] |= values < bar.limit if bar.higher_is_better else values > bar.limit
    late = _late(asked, rows, supply)
    if late is not None:
        found |= late[:, None]
    return np.asarray(found.reshape(-1, drawn.size))


def _late(asked: Asked, rows: IntArray, supply: DrawnSupply) -> BoolArray | None:
    """Where pictures come too late, or nobody says when [cells x D]; None without a limit."""
    workload = asked.workload
    if workload.latency_max_s is None:
        return None
    limit = asked.drawn.figure(workload.latency_max_s)
    if isinstance(supply.supply, Api):
        latency = supply.supply.latency_s
        known = np.asarray(np.nan) if latency is None else asked.drawn.figure(latency)
        return np.broadcast_to(~(known <= limit), (len(rows), asked.drawn.size))
    if supply.terms is None:
        raise ValueError("a machine without terms")
    waited = asked.cells.service_s[rows][:, None] * (1.0 + wait_quantiles(supply.load_max, 0.95))
    return np.asarray(~(waited + supply.terms.cold_start_s <= limit))
