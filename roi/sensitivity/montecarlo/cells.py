"""What does not move with the draws: every offer with its images per attempt, as columns."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from roi import assumptions
from roi.decision.market import Market
from roi.footprint import host_j_per_image
from roi.options.offer import Offer
from roi.scenario.document import Scenario
from roi.scenario.models import canonical_model
from roi.scenario.workload import Workload

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

HOST_POWER_COUNTS = ("gpu", "gpu_net_idle")
"""Boundaries whose joules leave out the rest of the server."""


@dataclass(frozen=True, eq=False)
class Cells:
    """M offers with their images per attempt, in canonical order; with at most k attempts each is an option."""

    workload: Workload
    place: str
    """Of the workload in the scenario."""
    offers: tuple[Offer, ...]
    """[M], an offer once for each number of images."""
    supply: IntArray
    """Position of the supply in the scenario [M]."""
    images: IntArray
    """Images per attempt [M]."""
    busy_s: FloatArray
    """Board-seconds of an attempt [s, M]."""
    joules: FloatArray
    """At the plug, the rest of the server apart [J, M]."""
    host_s: FloatArray
    """Board-seconds through which the rest of the server counts [s, M]."""
    service_s: FloatArray
    """95th percentile of generation alone [s, M]; NaN for an API and where pictures may wait."""
    acceptance: tuple[str, ...]
    """Where the acceptance that holds for the cell's model stands in the scenario [M]."""

    def __len__(self) -> int:
        return len(self.offers)

    @property
    def attempts_max(self) -> int:
        """Most attempts K that are considered."""
        return self.workload.attempts_max

    def chosen(self, rows: Iterable[int]) -> "Cells":
        """Some of the cells."""
        kept = np.array(list(rows), dtype=np.int64)
        return Cells(
            self.workload,
            self.place,
            tuple(self.offers[row] for row in kept),
            self.supply[kept],
            self.images[kept],
            self.busy_s[kept],
            self.joules[kept],
            self.host_s[kept],
            self.service_s[kept],
            tuple(self.acceptance[row] for row in kept),
        )


def cells_of(scenario: Scenario, market: Market) -> Cells:
    """Every offer that passes all gates which do not move, with every number of images that it can make.

    An offer that only its FID keeps out stays in when the figure has a standard error: its draws may pass.
    """
    workload = market.workload
    names = [supply.name for supply in scenario.supplies]
    rows = sorted(_rows(market), key=lambda row: (row[0].id, row[0].supply, row[1]))
    measures = [_measures(workload, offer, images) for offer, images in rows]
    columns = np.array(measures, dtype=np.float64).reshape(len(rows), 4).T
    place = f"workloads[{[each.name for each in scenario.workloads].index(workload.name)}]"
    return Cells(
        workload,
        place,
        tuple(offer for offer, _ in rows),
        np.array([names.index(offer.supply) for offer, _ in rows], dtype=np.int64),
        np.array([images for _, images in rows], dtype=np.int64),
        columns[0],
        columns[1],
        columns[2],
        columns[3],
        tuple(_acceptance_place(workload, place, offer) for offer, _ in rows),
    )


def _acceptance_place(workload: Workload, place: str, offer: Offer) -> str:
    key = canonical_model(offer.model_id)
    known = key in workload.acceptance_by_model
    return f"{place}.acceptance_by_model.{key}" if known else f"{place}.acceptance"


def _rows(market: Market) -> Iterator[tuple[Offer, int]]:
    workload = market.workload
    for offer in market.offers:
        if not _may_pass(offer):
            continue
        batch_size = offer.profile.config.batch_size if offer.profile else 1
        for images in sorted(workload.images_per_attempt):
            if workload.deferrable or batch_size <= images:
                yield offer, images


def _may_pass(offer: Offer) -> bool:
    if not offer.failures:
        return True
    only_bar = all(failure.rule == "fid_max" for failure in offer.failures)
    return only_bar and offer.quality is not None and bool(offer.quality.stderr)


def _measures(workload: Workload, offer: Offer, images: int) -> tuple[float, float, float, float]:
    """Board-seconds, joules, board-seconds under host power, generation time of one attempt."""
    profile = offer.profile
    if profile is None or profile.speed is None or profile.energy is None:
        return 0.0, 0.0, 0.0, math.nan
    seconds, energy = profile.speed.seconds_per_image, profile.energy
    batch_size, boards = profile.config.batch_size, profile.hardware.accelerator_count
    batches = math.ceil(images / batch_size)
    made = images if workload.deferrable else batches * batch_size
    joules = host_j_per_image(
        energy.energy_j_per_image,
        energy.boundary,
        seconds,
        0.0,
        energy.idle_power_w,
        assumptions.parameter("power_supply_efficiency_fraction").value,
    )
    busy_s = made * seconds * boards
    host_s = busy_s if energy.boundary in HOST_POWER_COUNTS else 0.0
    p95_batch_s = profile.speed.p95_batch_latency_s or batch_size * seconds
    return busy_s, made * joules, host_s, math.nan if workload.deferrable else batches * p95_batch_s
