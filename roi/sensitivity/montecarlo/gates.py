"""The gates of an option that move with the draws: its FID, its wait, how often it delivers."""

import numpy as np

from bench.profile import Quality
from roi.arrays import BoolArray, FloatArray, IntArray
from roi.queueing import wait_quantiles
from roi.scenario.supply import Api
from roi.sensitivity.montecarlo.cells import Cells
from roi.sensitivity.montecarlo.draws import stream
from roi.sensitivity.montecarlo.supplies import DrawnSupply
from roi.sensitivity.montecarlo.work import Asked


def fid_place(model_id: str, quality: Quality) -> str:
    """The name under which the draws of a published FID are kept: offers with the same figure share them."""
    return f"fid {model_id} {quality.reference} {quality.value!r} {quality.stderr!r}"


def fid_draws(cells: Cells, size: int, seed: int) -> dict[str, FloatArray]:
    """Normal draws of every FID whose source states a standard error, by `fid_place` [D each]."""
    found = {}
    for offer in cells.offers:
        quality = offer.quality
        if quality is None or not quality.stderr:
            continue
        place = fid_place(offer.model_id, quality)
        if place not in found:
            found[place] = stream(seed, place).normal(quality.value, quality.stderr, size)
    return found


def fids(asked: Asked) -> FloatArray:
    """FID of every cell: drawn where it has a standard error; infinite where there is none [M x D]."""
    found = np.full((len(asked.cells), asked.drawn.size), np.inf)
    for cell, offer in enumerate(asked.cells.offers):
        if offer.quality is not None:
            drawn = asked.drawn.values.get(fid_place(offer.model_id, offer.quality))
            found[cell] = offer.quality.value if drawn is None else drawn
    return found


def closed(asked: Asked, rows: IntArray, supply: DrawnSupply) -> BoolArray:
    """Where the cells `rows`, on this supply, do not pass with 1 .. K attempts [V x D].

    The drawn FID is taken as the truth: no standard errors of safety are added to it. FIDs without a standard error
    were held against the bar before.
    """
    cells, drawn = asked.cells, asked.drawn
    least = drawn.figure(asked.workload.deliver_min)
    deliver = np.stack([asked.outcome(int(cell)).deliver for cell in rows])
    found = deliver < least
    for place, cell in enumerate(rows.tolist()):
        quality = cells.offers[cell].quality
        if quality is not None and quality.stderr:
            fid = drawn.values[fid_place(cells.offers[cell].model_id, quality)]
            found[place] |= fid > cells.workload.quality.fid_limit
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
