"""A kind of picture somebody needs: volume, quality bar, acceptance, review."""

import math
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from bench.library import better
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
from roi.texts.messages import Message

IMAGES_PER_REQUEST_MAX = 2000
"""Most images of one request that the retry arithmetic is asked for; nobody looks at more."""


SHARES_TOLERANCE = 1e-6
"""By how much shares typed with a few digits may miss 1."""


class Bar(Input):
    """A bar on one ruler; a model without a figure there does not pass it."""

    metric: Annotated[str, Field(min_length=1)]
    """Name of the score, such as `geneval`, `hpsv3`, `clip_score`; the reference begins with it."""
    reference: Annotated[str, Field(min_length=1)]
    """Metric, prompt or picture set, scorer and sample count, such as `geneval/original-prompts`."""
    at_least: float | None = None
    """Lowest figure that passes, where a larger one is better."""
    at_most: float | None = None
    """Highest figure that passes, where a smaller one is better."""

    @model_validator(mode="after")
    def _one_limit_on_one_ruler(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError(Message("fault.one_limit"))
        if self.reference.partition("/")[0] not in (self.metric, self.metric.removesuffix("_score")):
            metric, reference = repr(self.metric), repr(self.reference)
            raise ValueError(Message("fault.metric_of_reference", metric=metric, reference=reference))
        wanted = better(self.metric)
        if wanted is not None and getattr(self, wanted) is None:
            key = "fault.larger_is_better" if wanted == "at_least" else "fault.smaller_is_better"
            raise ValueError(Message(key, metric=self.metric, wanted=wanted))
        return self

    @property
    def limit(self) -> float:
        """The figure that just passes."""
        return self.at_most if self.at_least is None else self.at_least  # type: ignore[return-value]

    @property
    def higher_is_better(self) -> bool:
        """Whether larger figures pass."""
        return self.at_least is not None

    def passes(self, figure: float) -> bool:
        """Whether a figure meets the bar."""
        return figure >= self.limit if self.higher_is_better else figure <= self.limit


class QualityBar(Input):
    """The quality gate of a workload: an FID, any other rulers, or both."""

    reference: Annotated[str, Field(min_length=1)] = "fid/mjhq-30k"
    """Metric, reference set and sample count; figures of other references are not comparable."""
    fid_max: Annotated[float, Field(gt=0)] | None = None
    """Highest FID that passes; without it there must be `bars`, and the FID is shown only."""
    z: Annotated[float, Field(ge=0)] = 0.0
    """Standard errors of safety held against the figure before it is compared."""
    bars: tuple[Bar, ...] = ()
    """Bars on other rulers, all of which must be met."""

    @model_validator(mode="after")
    def _some_bar(self) -> Self:
        if self.fid_max is None and not self.bars:
            raise ValueError(Message("fault.no_bar"))
        rulers = [each.reference for each in self.bars]
        if len(set(rulers)) < len(rulers):
            raise ValueError(Message("fault.two_bars"))
        if self.fid_max is not None and self.reference in rulers:
            raise ValueError(Message("fault.fid_and_bar", reference=repr(self.reference)))
        return self


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
    """What a picture costs when all attempts fail: stock, studio, a designer's hour. Its emissions are in no figure
    and no limit."""
    deliver_min: Share
    """Least share of requests that must end with an accepted image before any fallback."""
    carbon_max: CarbonPerImage | None = None
    """Highest emissions of one accepted image."""
    countries: tuple[Country, ...] = ()
    """Countries in which pictures may be made; empty for no restriction."""
    mix: bool = False
    """Whether several models or settings may share the workload; one configuration may run on several supplies."""
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
            raise ValueError(Message("fault.no_attempt_size"))
        if len(set(numbers)) != len(numbers):
            raise ValueError(Message("fault.attempt_size_twice"))
        return numbers

    @model_validator(mode="after")
    def _few_enough_images(self) -> Self:
        largest = max(self.images_per_attempt)
        if largest * self.attempts_max > IMAGES_PER_REQUEST_MAX:
            sentence = Message(
                "fault.too_many_images",
                attempts=self.attempts_max,
                largest=largest,
                images=largest * self.attempts_max,
                most=IMAGES_PER_REQUEST_MAX,
            )
            raise ValueError(sentence)
        return self

    @model_validator(mode="after")
    def _deferrable_has_no_wait(self) -> Self:
        if self.deferrable and self.latency_max_s is not None:
            raise ValueError(Message("fault.deferrable_waits"))
        return self

    @model_validator(mode="after")
    def _shares_by_block_add_up(self) -> Self:
        if self.deferrable and self.share_by_block:
            raise ValueError(Message("fault.deferrable_blocks"))
        total = math.fsum(self.share_by_block.values())
        if self.share_by_block and abs(total - 1.0) > SHARES_TOLERANCE:
            raise ValueError(Message("fault.block_shares", total=total))
        return self

    def acceptance_of(self, model_id: str) -> AcceptanceInput:
        """Acceptance of a model under any of its names: its own, else that of all models."""
        return self.acceptance_by_model.get(canonical_model(model_id), self.acceptance)
