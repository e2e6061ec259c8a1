"""The policy: parameter guidelines, monthly limits and audit indicators by workload, as a versioned contract.

As YAML it is written with what it is in front, and read back strictly.
"""

import json
from pathlib import Path
from typing import Annotated, Literal, get_args

import yaml
from pydantic import AfterValidator, Field, ValidationError

from bench.profile import Count
from bench.textfile import tell
from roi.errors import RoiError
from roi.figure import Currency, Input, Name
from roi.policy.monthly_plan import MonthlyPlan
from roi.scenario.yaml_text import read_text, read_yaml
from roi.texts.messages import Message, at, lines

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
    execution: dict[str, str] = {}
    """What is done otherwise than PyTorch's eager execution, by field of the profile's config."""
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
    plan: MonthlyPlan | None = None
    """What the plan expects of a month, against which operation is held; absent from files before it was known."""
    log_fields: tuple[LogField, ...] = LOG_FIELDS
    """Columns that the log of attempts must have."""


HEAD = """\
# Usage policy: allowed settings, monthly limits and audit indicators, derived from a plan by `python -m roi plan`.
# A limit is what the plan expects of the busiest month and the tolerance above it; an indicator is computed every
# month from the log of attempts, one line an attempt. Shares are from 0 to 1.
"""
LINE_COLUMNS = 110


def policy_text(policy: Policy) -> str:
    """The policy as YAML; `read_policy` gives the same policy back."""
    document = policy.model_dump(mode="json", exclude_none=True)
    return HEAD + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=LINE_COLUMNS)


def read_policy(path: Path) -> Policy:
    """The policy of a file.

    Raises
    ------
    RoiError
        When the file cannot be read or is no policy of this version.
    """
    found = read_text(path)
    tell(path, found.encoding)
    return policy_of_text(found.text, str(path))


def policy_of_text(text: str, place: str) -> Policy:
    """The policy of a text that stands at a place.

    Raises
    ------
    RoiError
        When it is no policy of this version.
    """
    written = read_yaml(text, place)
    if written.faults:
        raise RoiError(lines(written.line(fault) for fault in written.faults))
    try:
        return Policy.model_validate_json(json.dumps(written.value), strict=True)
    except ValidationError as fault:
        first = fault.errors(include_url=False)[0]
        field = ".".join(str(step) for step in first["loc"])
        sentence = Message("planning.bad_policy", words=first["msg"])
        raise RoiError(at(f"{place}: {field}", sentence)) from None
