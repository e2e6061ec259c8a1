"""The policy: parameter guidelines, monthly limits and audit indicators by workload, as a versioned contract."""

from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field

from roi.figure import Currency, Input, Name

SCHEMA_VERSION = 1
LogField = Literal["request_id", "attempt", "accepted", "model", "review_seconds", "energy_j"]
LOG_FIELDS: tuple[LogField, ...] = get_args(LogField)
"""Columns of the log of attempts, one line an attempt; `python -m roi fit-acceptance` reads the same log."""


def six_figures(value: float) -> float:
    """Six figures that count: what people type in and watch needs no more."""
    return float(f"{value:.6g}")


IndicatorName = Literal[
    "first_attempt_acceptance",
    "attempts_per_accepted_image",
    "fallback_share",
    "energy_j_per_image",
    "review_seconds_per_attempt",
    "utilization",
]
Count = Annotated[int, Field(ge=1)]
Number = Annotated[float, AfterValidator(six_figures)]
Amount = Annotated[Number, Field(ge=0)]


class Indicator(Input):
    """One figure to compute every month from the log, and when to look into it."""

    name: IndicatorName
    """Which figure it is."""
    formula: Annotated[str, Field(min_length=1)]
    """How it is computed from the fields of the log."""
    unit: str
    """Its unit; 1 for a share."""
    expected: Number
    """What the plan rests on."""
    alarm_below: Number | None = None
    """Look into it below this."""
    alarm_above: Number | None = None
    """Look into it above this."""
    basis: Literal["range", "tolerance"]
    """`range`: from the low or high of the scenario's figure; `tolerance`: from the policy's tolerance."""
    fields: tuple[LogField, ...]
    """Fields of the log that it needs."""


class Setting(Input):
    """One allowed way to make pictures."""

    model: Name
    """The model."""
    model_id: str
    """Its id."""
    profile_id: str
    """The profile that the plan rests on, or `api:` and the supply's name."""
    supply: Name
    """Where it runs."""
    width: Count
    """Width of the image [pixels]."""
    height: Count
    """Height of the image [pixels]."""
    num_inference_steps: Count | None = None
    """Denoising steps; absent for an API."""
    guidance_scale: float | None = None
    """Scale of classifier-free guidance, where the profile states it."""
    dtype: str | None = None
    """Number format of the weights."""
    quantization: dict[str, str] = {}
    """Scheme by component."""
    batch_size: Count | None = None
    """Images made at once on a board."""
    images_per_attempt: Count
    """Images of one attempt."""
    attempts_max: Count
    """Attempts before giving up."""
    indicators: tuple[Indicator, ...]
    """What to watch."""


class MonthlyLimit(Input):
    """Limits of one month of a year: the busiest month that the plan expects, and the tolerance above it."""

    year: Count
    """Year of the plan, from 1."""
    fiscal_year: int | None = None
    """The company's fiscal year, where the day of drafting is known."""
    accepted_images_expected: Amount
    """Accepted images of the busiest month, fallback pictures included [image/month]."""
    images_max: Amount
    """Images that may be made, accepted or not [image/month]."""
    energy_kwh_max: Amount | None = None
    """Facility energy that making them may take [kWh/month]; absent where a supply does not disclose it."""
    cost_max: Amount
    """Running cost of the workload, shared servers and models apart [money/month]."""


class WorkloadPolicy(Input):
    """Guidelines of one workload."""

    workload: Name
    """The workload."""
    settings: Annotated[tuple[Setting, ...], Field(min_length=1)]
    """Allowed settings; others need a new decision."""
    monthly: tuple[MonthlyLimit, ...]
    """Limits by year."""


class SharedLimit(Input):
    """What workloads share in a month of a year: servers, waiting boards, models."""

    year: Count
    """Year of the plan, from 1."""
    fiscal_year: int | None = None
    """The company's fiscal year, where the day of drafting is known."""
    energy_kwh_max: Amount
    """Facility energy of boards that are powered and wait [kWh/month]."""
    cost_max: Amount
    """Running cost that belongs to no single workload [money/month]."""


class Policy(Input):
    """What follows from a decision for everybody who makes pictures."""

    schema_version: Literal[1]
    """Version of this contract."""
    name: Name
    """What the decision was about."""
    currency: Currency
    """Currency of the limits."""
    price_year: int
    """Year whose prices the scenario is in."""
    inputs_hash: str
    """Hash of the inputs of the decision that this policy follows from."""
    tolerance_fraction: Annotated[float, Field(ge=0, lt=1)]
    """Tolerance of limits above what is expected, and of indicators without a range [1]."""
    workloads: tuple[WorkloadPolicy, ...]
    """Guidelines by workload."""
    shared: tuple[SharedLimit, ...]
    """Limits of what workloads share."""
    log_fields: tuple[LogField, ...] = LOG_FIELDS
    """Columns that the log of attempts must have."""
