"""What does not move with the draws: every offer with its images per attempt, as columns."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass

import numpy as np

from roi.arrays import FloatArray, IntArray
from roi.options.attempt import Making, making_of, service_p95_s
from roi.options.bars import bars_of, figures_of
from roi.options.market import Market
from roi.options.offer import Offer
from roi.scenario.document import Scenario
from roi.scenario.workload import Workload
from roi.sensitivity.montecarlo.attempts import Measured


@dataclass(frozen=True, eq=False)
class Cells:
    """M offers with their images per attempt, in canonical order; with at most k attempts each is an option."""

    workload: Workload
    offers: tuple[Offer, ...]
    """[M], an offer once for each number of images."""
    supply: IntArray
    """Position of the supply in the scenario [M]."""
    images: IntArray
    """Images per attempt [M]."""
    measured: Measured
    """What an attempt takes."""
    service_s: FloatArray
    """95th percentile of generation alone [s, M]; NaN for an API and where pictures may wait."""

    def __len__(self) -> int:
        return len(self.offers)

    @property
    def attempts_max(self) -> int:
        """Most attempts K that are considered."""
        return self.workload.attempts_max


def cells_of(scenario: Scenario, market: Market) -> Cells:
    """Every offer that passes all gates which do not move, with every number of images that it can make.

    An offer that only bars keep out stays in when its figures there have standard errors: its draws may pass.
    """
    workload = market.workload
    names = [supply.name for supply in scenario.supplies]
    rows = sorted(_rows(market), key=lambda row: (row[0].id, row[0].supply, row[1]))
    return Cells(
        workload,
        tuple(offer for offer, _ in rows),
        np.array([names.index(offer.supply) for offer, _ in rows], dtype=np.int64),
        np.array([images for _, images in rows], dtype=np.int64),
        measured(workload, rows),
        np.array([_service_s(workload, offer, images) for offer, images in rows], dtype=np.float64),
    )


def _rows(market: Market) -> Iterator[tuple[Offer, int]]:
    workload = market.workload
    for offer in market.offers:
        if not _may_pass(workload, offer):
            continue
        batch_size = offer.profile.config.batch_size if offer.profile else 1
        for images in sorted(workload.images_per_attempt):
            if workload.deferrable or batch_size <= images:
                yield offer, images


def _may_pass(workload: Workload, offer: Offer) -> bool:
    pairs = zip(bars_of(workload), figures_of(workload, offer), strict=True)
    drawn = {bar.rule for bar, figure in pairs if figure is not None and figure.stderr}
    return {failure.rule for failure in offer.failures} <= drawn


def measured(workload: Workload, rows: Sequence[tuple[Offer, int]]) -> Measured:
    """Of offers with their images per attempt."""
    found = [
        (float(images), *astuple(making_of(workload, offer, images)))
        if offer.profile
        else (float(images), *(math.nan,) * 4)
        for offer, images in rows
    ]
    images, *making = np.array(found, dtype=np.float64).reshape(len(rows), 5, 1).swapaxes(0, 1)
    return Measured(images, Making(*making))


def _service_s(workload: Workload, offer: Offer, images: int) -> float:
    found = service_p95_s(workload, offer, images)
    return math.nan if found is None else found
