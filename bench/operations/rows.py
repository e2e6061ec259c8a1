"""The rows of the ledger: frozen, closed, finite; what nobody knows is absent, never zero.

A row is named by its source (a program, a file, a service) and that source's own id. Moments are ISO 8601 in UTC
with milliseconds, so that they sort as text. Units: joules (J), seconds (s), pixels, money in the row's currency.
"""

import math
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from bench.magnitude import LARGEST
from bench.profile import Count, NonNegative, Part, Text

EnergyKind = Literal["measured", "apportioned", "absent"]
Status = Literal["ok", "failed", "interrupted"]
SPLIT_TOLERANCE_FRACTION = 1e-9
"""How far busy and idle joules together may lie from the counter's difference, against it."""


def utc_text(moment: datetime) -> str:
    """A moment as the ledger writes it, such as 2026-11-27T04:30:00.250Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def utc_of_unix(seconds: float) -> str:
    """The same from seconds since 1970."""
    return utc_text(datetime.fromtimestamp(seconds, UTC))


def _utc(written: str) -> str:
    moment = datetime.fromisoformat(written)
    if moment.tzinfo is None:
        raise ValueError(f"{written!r} states no time zone; write one such as 2026-11-27T13:30:00+09:00")
    return utc_text(moment)


def _currency(written: str) -> str:
    code = written.upper()
    if len(code) != 3 or not (code.isascii() and code.isalpha()):
        raise ValueError(f"{written!r} is no currency; write three letters of ISO 4217, such as USD")
    return code


Moment = Annotated[str, AfterValidator(_utc)]
Currency = Annotated[str, AfterValidator(_currency)]
Amount = Annotated[NonNegative, Field(le=LARGEST)]
"""Nothing that is measured or paid lies beyond."""
Charge = Annotated[float, Field(ge=-LARGEST, le=LARGEST)]
"""An amount that may be a credit."""


class Row(Part):
    """What every row has."""

    table: ClassVar[str]
    time_column: ClassVar[str] = "started_at"

    source: Text
    """Who says it, such as `track:render-01` or `comfyui:http://127.0.0.1:8188`."""
    source_id: Text
    """The source's own name of it; the same id is the same thing, said again."""

    def over(self, older: dict[str, Any]) -> Self:
        """This row with what it leaves open filled from an older version: silence takes nothing back."""
        said = self.model_dump(exclude_unset=True, exclude_none=True)
        return type(self)(**older | said)


class Attempt(Row):
    """One generation call and, where somebody looked, its verdict."""

    table = "attempts"

    started_at: Moment
    """When the call began."""
    workload: Text
    """Which kind of picture it was for."""
    request_id: Text | None = None
    """The request it belongs to; its own id where nobody said."""
    attempt: Count | None = None
    """Number within the request, from 1."""
    model: Text | None = None
    """The model, as the source names it."""
    setting_hash: Text | None = None
    """Of everything that was set; equal settings have equal hashes."""
    num_inference_steps: Count | None = None
    """Denoising steps."""
    width: Count | None = None
    """Width [pixels]."""
    height: Count | None = None
    """Height [pixels]."""
    images: Count | None = None
    """Images that it made [1]."""
    batch_size: Count | None = None
    """Images made at once [1]."""
    supply: Text | None = None
    """Where it ran, as the plan names it."""
    board_uuid: Text | None = None
    """The board, as its driver names it."""
    seconds: Amount | None = None
    """From the call to its return [s]."""
    queue_s: Amount | None = None
    """Waiting before it began [s]."""
    status: Status = "ok"
    """Whether it returned, raised, or was never heard of again."""
    energy_j: Amount | None = None
    """Energy of the board over the call [J]."""
    energy_kind: EnergyKind = "absent"
    """`measured`: over at least 20 ticks of the counter and alone on the board; `apportioned`: a share by time."""
    energy_reason: Text | None = None
    """Why the joules are absent or apportioned."""
    cost: Amount | None = None
    """What it was billed by itself, as an API does [money]."""
    currency: Currency | None = None
    """Of the cost."""
    accepted: bool | None = None
    """Whether an image passed the look; absent where nobody looked."""
    review_seconds: Amount | None = None
    """Of the look [s]."""
    reject_reason: Text | None = None
    """Why it did not pass."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.energy_j is None) != (self.energy_kind == "absent"):
            raise ValueError("energy_j and energy_kind contradict each other; absent joules have no number")
        if self.energy_kind != "measured" and self.energy_reason is None:
            raise ValueError(f"energy_kind is {self.energy_kind}: say why in energy_reason")
        if (self.cost is None) != (self.currency is None):
            raise ValueError("cost and currency belong together; give both or neither")
        return self

    def over(self, older: dict[str, Any]) -> Self:
        """As of any row; joules once known are not lost to a source that has none."""
        said = self.model_dump(exclude_unset=True, exclude_none=True)
        if self.energy_kind == "absent" and older["energy_kind"] != "absent":
            said = {name: value for name, value in said.items() if not name.startswith("energy_")}
        elif self.energy_kind == "measured":
            older = older | {"energy_reason": None}
        return type(self)(**older | said)


class BoardMinute(Row):
    """A minute, or the part of one, of a board's counter, apart by whether somebody worked."""

    table = "board_minutes"

    started_at: Moment
    """Beginning of what was read."""
    board_uuid: Text
    """The board, as its driver names it."""
    board_name: Text
    """Its kind."""
    boundary: Text
    """What the joules cover."""
    supply: Text | None = None
    """Whose board it is, as the plan names it."""
    seconds: Amount
    """Read without a gap [s]."""
    energy_j: Amount | None = None
    """Difference of the counter over those seconds [J]; absent where it could not be read."""
    busy_j: Amount | None = None
    """Of it while a tracked call was under way [J]."""
    idle_j: Amount | None = None
    """Of it while none was [J]."""
    busy_seconds: Amount
    """Seconds with a tracked call under way [s]."""
    images: Annotated[int, Field(ge=0)]
    """Images of the calls that ended in it, as far as they said [1]."""
    gap_s: Amount = 0.0
    """Not read [s]."""
    resets: Annotated[int, Field(ge=0)] = 0
    """Times the counter fell or jumped."""

    @model_validator(mode="after")
    def _split(self) -> Self:
        parts = (self.energy_j, self.busy_j, self.idle_j)
        if any(each is None for each in parts) != all(each is None for each in parts):
            raise ValueError("energy_j, busy_j and idle_j are known together or not at all")
        whole, busy, idle = (each or 0.0 for each in parts)
        if not math.isclose(busy + idle, whole, rel_tol=SPLIT_TOLERANCE_FRACTION, abs_tol=1e-9):
            raise ValueError(f"busy {busy} J and idle {idle} J are not the counter's {whole} J")
        return self


class BillLine(Row):
    """One charge, in the columns of FOCUS (FinOps Open Cost and Usage Specification 1.2)."""

    table = "bill_lines"
    time_column = "charge_period_start"

    charge_period_start: Moment
    """Beginning of what is charged, inclusive."""
    charge_period_end: Moment
    """End of it, exclusive."""
    billed_cost: Charge
    """What the invoice says; credits are negative [money]."""
    effective_cost: Charge | None = None
    """After spreading what was paid ahead [money]."""
    billing_currency: Currency
    """Of the costs."""
    provider_name: Text | None = None
    """Who bills."""
    service_name: Text | None = None
    """What for."""
    service_category: Text | None = None
    """Its kind, such as Compute."""
    charge_category: Text | None = None
    """Usage, Purchase, Tax, Credit or Adjustment."""
    charge_description: Text | None = None
    """In the provider's words."""
    resource_id: Text | None = None
    """The instance or board."""
    sku_id: Text | None = None
    """The price's own name."""
    consumed_quantity: Charge | None = None
    """How much [consumed_unit]."""
    consumed_unit: Text | None = None
    """Of the quantity, such as Hours or kWh."""
    component: Text | None = None
    """Component of the plan's money that it pays (FOCUS x_component), such as rent."""
    supply: Text | None = None
    """Supply of the plan that it is for (FOCUS x_supply)."""

    @model_validator(mode="after")
    def _period(self) -> Self:
        if self.charge_period_end < self.charge_period_start:
            raise ValueError("the charge's period ends before it begins; check charge_period_end")
        return self


class Approval(Row):
    """A policy that was approved, with its monthly plan."""

    table = "approvals"
    time_column = "approved_at"

    approved_at: Moment
    """When it was taken up."""
    first_month: Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
    """Month in which the plan's first year begins, such as 2026-12."""
    time_zone: Text
    """In which months begin and end, such as Asia/Tokyo."""
    policy_sha256: Text
    """Of the policy's text."""
    policy: Text
    """The policy, as it was signed."""


ROWS: tuple[type[Row], ...] = (Attempt, BoardMinute, BillLine, Approval)
"""Every table."""
