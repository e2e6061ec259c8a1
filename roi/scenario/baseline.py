"""What serves a workload today, and goes on serving it if nothing is decided."""

from typing import Annotated, Literal

from pydantic import Field

from roi.figure import CarbonPerImage, Input, Name, PricePerImage, Seconds
from roi.retry import IMAGES_PER_ATTEMPT_MAX
from roi.scenario.acceptance_input import AcceptanceInput


class ExternalBaseline(Input):
    """Pictures that people make or sell: photographers, designers, a stock agency."""

    kind: Literal["external"]
    """Bought or made outside."""
    name: Name
    """How it is called."""
    cost_per_image: PricePerImage
    """Price of one usable picture."""
    seconds_per_image: Seconds
    """Time of the company's own people for one usable picture: briefing, choosing, checking."""
    carbon_per_image: CarbonPerImage | None = None
    """Emissions of one usable picture, where somebody knows them."""


class _Attempts(Input):
    """Today's rule of trying again."""

    images_per_attempt: Annotated[int, Field(ge=1, le=IMAGES_PER_ATTEMPT_MAX)]
    """Images made at once today."""
    attempts_max: Annotated[int, Field(ge=1, le=100)]
    """Attempts before giving up today."""
    acceptance: AcceptanceInput | None = None
    """How often a picture passes today; the workload's when left out."""


class ProfileBaseline(_Attempts):
    """Today's model with today's settings and today's retries."""

    kind: Literal["profile"]
    """Made by a model on a rented or owned machine."""
    profile: Name
    """Id of the profile; `python -m bench library` lists them."""
    supply: Name
    """Name of one of the scenario's rented or owned supplies."""


class ApiBaseline(_Attempts):
    """Today's service with today's retries."""

    kind: Literal["api"]
    """Bought from an API."""
    supply: Name
    """Name of one of the scenario's API supplies."""


Baseline = Annotated[ExternalBaseline | ProfileBaseline | ApiBaseline, Field(discriminator="kind")]
