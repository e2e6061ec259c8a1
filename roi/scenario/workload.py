"""A kind of picture somebody needs: volume, quality bar, acceptance, review."""

import math
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from roi.figure import (
    Amount,
    CarbonPerImage,
    Country,
    ImagesPerMonth,
    Input,
    Name,
    PeakFactor,
    PositiveSeconds,
    Rate,
    Seconds,
    Share,
)
from roi.retry import IMAGES_PER_ATTEMPT_MAX
from roi.scenario.acceptance_input import AcceptanceInput
from roi.scenario.baseline import Baseline
from roi.scenario.models import ModelKey, canonical_model

IMAGES_PER_REQUEST_MAX = 2000
"""Most images of one request that the retry arithmetic is asked for; nobody looks at more."""


SHARES_TOLERANCE = 1e-6
"""By how much shares typed with a few digits may miss 1."""


class QualityBar(Input):
    """The quality gate of a workload, on one ruler."""

    reference: Annotated[str, Field(min_length=1)] = "fid/mjhq-30k"
    """Metric, reference set and sample count; figures of other references are not comparable."""
    fid_max: Annotated[float, Field(gt=0)]
    """Highest FID that passes."""
    z: Annotated[float, Field(ge=0)] = 0.0
    """Standard errors of safety added to the figure before it is compared."""


class Review(Input):
    """The look at the pictures of one attempt."""

    seconds_per_attempt: Seconds
    """Fixed time for an attempt: opening it, deciding, writing the next prompt."""
    seconds_per_image: Seconds
    """Time for each image of it."""


class Workload(Input):
    """A kind of picture somebody needs."""

    name: Name
    """How it is called."""
    images_per_month: ImagesPerMonth
    """Accepted images needed each month."""
    quality: QualityBar
    """The gate every option must pass."""
    min_pixels: Annotated[int, Field(ge=1)] = 1
    """Smallest width x height."""
    latency_max_s: PositiveSeconds | None = None
    """Longest 95th-percentile wait for one attempt."""
    deferrable: bool = False
    """True when pictures may wait for a full batch; then larger batches count."""
    acceptance: AcceptanceInput
    """How often a picture passes."""
    acceptance_by_model: dict[ModelKey, AcceptanceInput] = {}
    """The same for models whose acceptance is known apart, by model id, name or alias."""
    images_per_attempt: tuple[Annotated[int, Field(ge=1, le=IMAGES_PER_ATTEMPT_MAX)], ...] = (1, 2, 4)
    """Numbers of images per attempt to choose from."""
    attempts_max: Annotated[int, Field(ge=1, le=100)]
    """Most attempts before giving up; every smaller number is considered too."""
    review: Review
    """Time of the people who look."""
    fallback_cost: Amount | None = None
    """What a picture costs when all attempts fail: stock, studio, a designer's hour."""
    deliver_min: Share
    """Least share of requests that must end with an accepted image before any fallback."""
    carbon_max: CarbonPerImage | None = None
    """Highest emissions of one accepted image."""
    countries: tuple[Country, ...] = ()
    """Countries in which pictures may be made; empty for no restriction."""
    mix: bool = False
    """Whether several options may share the workload."""
    growth_per_year: Rate | None = None
    """Growth of the volume from year to year; the volume stays the same when left out."""
    peak_factor: PeakFactor | None = None
    """Busiest month over the mean month of a year; every month alike when left out."""
    share_by_block: dict[Name, Annotated[float, Field(ge=0, le=1)]] = {}
    """Share of the year's pictures asked for in each time block; by hours when left out. Not for a deferrable
    workload, whose pictures are made when it is cheapest."""
    baseline: Baseline | None = None
    """What serves the workload today; every benefit is against it."""

    @field_validator("images_per_attempt")
    @classmethod
    def _some_number(cls, numbers: tuple[int, ...]) -> tuple[int, ...]:
        if not numbers:
            raise ValueError("name at least one number of images per attempt")
        if len(set(numbers)) != len(numbers):
            raise ValueError("a number of images per attempt is named twice")
        return numbers

    @model_validator(mode="after")
    def _few_enough_images(self) -> Self:
        largest = max(self.images_per_attempt)
        if largest * self.attempts_max > IMAGES_PER_REQUEST_MAX:
            raise ValueError(
                f"{self.attempts_max} attempts of {largest} images are {largest * self.attempts_max:,} images for "
                f"one request; at most {IMAGES_PER_REQUEST_MAX:,}: lower attempts_max or images_per_attempt"
            )
        return self

    @model_validator(mode="after")
    def _deferrable_has_no_wait(self) -> Self:
        if self.deferrable and self.latency_max_s is not None:
            raise ValueError("a deferrable workload waits for its batch: remove latency_max_s or deferrable")
        return self

    @model_validator(mode="after")
    def _shares_by_block_add_up(self) -> Self:
        if self.deferrable and self.share_by_block:
            raise ValueError("a deferrable workload is made when it is cheapest: remove share_by_block")
        total = math.fsum(self.share_by_block.values())
        if self.share_by_block and abs(total - 1.0) > SHARES_TOLERANCE:
            raise ValueError(f"share_by_block adds up to {total:.6g} and must add up to 1")
        return self

    def acceptance_of(self, model_id: str) -> AcceptanceInput:
        """Acceptance of a model under any of its names: its own, else that of all models."""
        return self.acceptance_by_model.get(canonical_model(model_id), self.acceptance)
