"""What was approved: the policy in the ledger, its monthly plan, and which months it is about."""

import hashlib
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bench.operations.ledger import Added, Ledger
from bench.operations.rows import Approval, utc_of_unix, utc_text
from roi.errors import OperationError
from roi.policy import Policy, policy_of_text, read_policy
from roi.policy.monthly_plan import MonthlyPlan, PlannedSupply, PlannedUse
from roi.texts.messages import Message, at

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month."""

    year: int
    number: int
    """From 1."""

    def __str__(self) -> str:
        """As people and files write it: 2026-12."""
        return f"{self.year:04d}-{self.number:02d}"

    def after(self, months: int) -> "Month":
        """The month so many months later."""
        count = self.year * 12 + self.number - 1 + months
        return Month(count // 12, count % 12 + 1)

    def since(self, other: "Month") -> int:
        """Months from another one."""
        return (self.year - other.year) * 12 + self.number - other.number

    def bounds(self, zone: ZoneInfo) -> tuple[str, str]:
        """Its beginning, and the next one's, as the ledger writes moments."""
        after = self.after(1)
        begin, end = (datetime(one.year, one.number, 1, tzinfo=zone) for one in (self, after))
        return utc_text(begin), utc_text(end)


def month_of(written: str) -> Month:
    """A month as 2026-12.

    Raises
    ------
    OperationError
        When it is written in another way.
    """
    found = _MONTH.fullmatch(written)
    if found is None:
        raise OperationError(Message("operating.no_month", given=repr(written)))
    return Month(int(found[1]), int(found[2]))


@dataclass(frozen=True)
class Approved:
    """The policy that holds."""

    policy: Policy
    plan: MonthlyPlan
    first_month: Month
    zone: ZoneInfo
    sha256: str
    approved_at: str

    @property
    def last_month(self) -> Month:
        """The plan's last."""
        return self.first_month.after(12 * max(use.year for use in self.plan.uses) - 1)

    @property
    def bounds(self) -> tuple[str, str]:
        """Beginning and end of the plan's months, as the ledger writes moments."""
        return self.first_month.bounds(self.zone)[0], self.last_month.bounds(self.zone)[1]

    def year_of(self, month: Month) -> int:
        """Year of the plan, from 1, that a month lies in.

        Raises
        ------
        OperationError
            Before the plan begins and after it ends.
        """
        months = month.since(self.first_month)
        if not self.first_month <= month <= self.last_month:
            begin, end = str(self.first_month), str(self.last_month)
            raise OperationError(at(month, Message("operating.month_outside", first=begin, last=end)))
        return months // 12 + 1

    def uses(self, month: Month) -> Sequence[PlannedUse]:
        """What is planned of a month, by use."""
        return [one for one in self.plan.uses if one.year == self.year_of(month)]

    def supplies(self, month: Month) -> Sequence[PlannedSupply]:
        """What is planned of a month, by supply."""
        return [one for one in self.plan.supplies if one.year == self.year_of(month)]

    def this_month(self, now_unix_s: float | None = None) -> Month:
        """The month that is under way where the plan counts months."""
        now = datetime.fromtimestamp(time.time() if now_unix_s is None else now_unix_s, UTC)
        here = now.astimezone(self.zone)
        return Month(here.year, here.month)


def approve(ledger: Ledger, path: Path, first_month: Month, time_zone: str) -> Added:
    """Take a policy up into the ledger; the same policy again changes nothing.

    Raises
    ------
    OperationError
        When it has no monthly plan, or the time zone is unknown.
    """
    policy, zone = read_policy(path), zone_of(time_zone)
    if policy.plan is None:
        raise OperationError(at(path, Message("operating.older_policy")))
    text = path.read_text(encoding="utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()
    row = Approval(
        source="policy",
        source_id=f"{digest}:{first_month}:{zone.key}",
        approved_at=utc_of_unix(time.time()),
        first_month=str(first_month),
        time_zone=zone.key,
        policy_sha256=digest,
        policy=text,
    )
    return ledger.add([row], revise=False)


def approved(ledger: Ledger) -> Approved:
    """The policy that was taken up last.

    Raises
    ------
    OperationError
        When there is none.
    """
    rows: Iterator[Approval] = ledger.read(Approval)
    row = max(rows, key=lambda one: one.approved_at, default=None)
    if row is None:
        raise OperationError(at(ledger.path, Message("operating.no_policy")))
    policy = policy_of_text(row.policy, f"{ledger.path}: policy {row.policy_sha256[:12]}")
    if policy.plan is None:
        raise OperationError(at(ledger.path, Message("operating.policy_without_months")))
    return Approved(
        policy,
        policy.plan,
        month_of(row.first_month),
        zone_of(row.time_zone),
        row.policy_sha256,
        row.approved_at,
    )


def zone_of(name: str) -> ZoneInfo:
    """The time zone of a name such as Asia/Tokyo.

    Raises
    ------
    OperationError
        When there is none.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise OperationError(Message("operating.time_zone", given=repr(name))) from None
