"""The gates of an offer that move with the draws: its FID and its latency."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from bench.profile import Quality
from roi.sensitivity.montecarlo.cells import Cells
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.draws import stream
from roi.sensitivity.montecarlo.terms import Rates
from roi.sensitivity.montecarlo.waits import waits_p95

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]


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


def closed_cells(cells: Cells, drawn: Drawn, rates: Mapping[int, Rates]) -> dict[int, BoolArray]:
    """By cell the draws in which its FID or its latency fails; cells that never fail are left out.

    The drawn FID is taken as the truth: no standard errors of safety are added to it. The latency of a server
    that a workload carries alone depends on its load and is judged in `alone`.
    """
    closed: dict[int, BoolArray] = {}
    for cell, offer in enumerate(cells.offers):
        if offer.quality is not None and offer.quality.stderr:
            fid = drawn.values[fid_place(offer.model_id, offer.quality)]
            closed[cell] = fid > cells.workload.quality.fid_max
    late = _late(cells, drawn, rates)
    for cell, draws in late.items():
        closed[cell] = closed[cell] | draws if cell in closed else draws
    return closed


def _late(cells: Cells, drawn: Drawn, rates: Mapping[int, Rates]) -> dict[int, BoolArray]:
    limit = latency_limit(cells, drawn)
    if limit is None:
        return {}
    slower = {index: 1.0 + waits_p95(np.atleast_1d(rate.utilization)) for index, rate in rates.items()}
    late = {}
    for cell, offer in enumerate(cells.offers):
        index = int(cells.supply[cell])
        if offer.machine is None:
            late[cell] = _everywhere(~(rates[index].latency_s <= limit), drawn.size)
        elif offer.machine.shared:
            late[cell] = _everywhere(~(cells.service_s[cell] * slower[index] <= limit), drawn.size)
    return late


def _everywhere(answer: BoolArray, size: int) -> BoolArray:
    return np.broadcast_to(answer, (size,))


def latency_limit(cells: Cells, drawn: Drawn) -> FloatArray | None:
    """Longest 95th-percentile wait for an attempt [s, D or 0-d]; None where the workload sets none."""
    limit = cells.workload.latency_max_s
    return None if limit is None else drawn.figure(f"{cells.place}.latency_max_s", limit)
