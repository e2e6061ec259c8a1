"""A month against its plan: how much of it is known, both side by side, the bridge, what it then brings."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bench.operations.ledger import Ledger
from bench.operations.rows import utc_of_unix
from roi.operate.approved import Approved, Month, approved
from roi.operate.bridge import Bridge, bridge_of
from roi.operate.counted import Happened, happened
from roi.operate.figures import Compared, compared
from roi.operate.lines import Account, account_of
from roi.operate.restated import Restated, restated

MONEY_FRACTION = 0.02
"""Of a month's planned cost: the sum from which on a shift is looked for, where nobody states one. Judgement."""


@dataclass(frozen=True)
class Coverage:
    """How much of a month is known; a share is None where there is nothing to know."""

    elapsed_fraction: float
    """Of the month [1]."""
    metered_fraction: float | None
    """Board time with a meter, of the boards that were seen [1]."""
    attempts_metered_fraction: float | None
    """Attempts with joules [1]."""
    judged_fraction: float | None
    """Attempts with a verdict [1]."""
    bill_explained_fraction: float | None
    """Of the bill, what is of a component of the plan [1]."""
    kept_as_planned: tuple[tuple[str, str], ...]
    """Factors that nobody counted: what, and of what."""
    other_settings: Mapping[str, int]
    """Attempts of settings that nobody approved."""
    other_workloads: Mapping[str, int]
    """Attempts of workloads that the plan does not know."""
    read_s: float
    """Board time that was read [s]."""
    gap_s: float
    """Board time in which a counter could not be read [s]."""
    resets: int
    """Times a counter fell."""


@dataclass(frozen=True)
class MonthReport:
    """Everything that the report of a month says."""

    approved: Approved
    month: Month
    coverage: Coverage
    happened: Happened
    figures: tuple[Compared, ...]
    account: Account
    bridge: Bridge
    restated: Restated | None
    """None without a baseline of every workload, and before the month is over."""

    @property
    def money_that_matters(self) -> float:
        """The sum a month from which on a shift is looked for, where nobody states one [money]."""
        return MONEY_FRACTION * float(self.bridge.planned)


def month_report(
    ledger: Ledger, month: Month, rates: Mapping[str, float], now_unix_s: float | None = None
) -> MonthReport:
    """The month against what was approved.

    Raises
    ------
    OperationError
        Without an approved policy, outside the plan, and for a bill in a currency without a rate.
    """
    held = approved(ledger)
    found = happened(ledger, held, month)
    account = account_of(held, found, rates)
    bridge = bridge_of(account.lines, held.policy.currency)
    now_s = time.time() if now_unix_s is None else now_unix_s
    coverage = coverage_of(held, found, account, now_s)
    return MonthReport(
        held,
        month,
        coverage,
        found,
        tuple(compared(held, found, account)),
        account,
        bridge,
        restated(held, found, account) if coverage.elapsed_fraction == 1.0 else None,
    )


def coverage_of(held: Approved, found: Happened, account: Account, now_unix_s: float) -> Coverage:
    """How much of the month is known."""
    begin, end = (datetime.fromisoformat(each) for each in found.month.bounds(held.zone))
    now = datetime.fromisoformat(utc_of_unix(now_unix_s))
    whole_s = (end - begin).total_seconds()
    elapsed_s = min(max((now - begin).total_seconds(), 0.0), whole_s)
    seen = found.boards.values()
    boards, seconds = sum(each.boards for each in seen), math.fsum(each.seconds for each in seen)
    done = found.all_uses
    return Coverage(
        elapsed_fraction=elapsed_s / whole_s,
        metered_fraction=_share(seconds, boards * elapsed_s),
        attempts_metered_fraction=_share(done.attempts_metered, done.attempts),
        judged_fraction=_share(done.attempts_judged, done.attempts),
        bill_explained_fraction=_share(account.billed - account.unexplained, account.billed),
        kept_as_planned=tuple(
            dict.fromkeys(
                (each.what, line.of) for line in account.lines for each in line.factors if not each.known
            )
        ),
        other_settings=found.other_settings,
        other_workloads=found.other_workloads,
        read_s=seconds,
        gap_s=math.fsum(each.gap_s for each in seen),
        resets=sum(each.resets for each in seen),
    )


def _share(part: float, whole: float) -> float | None:
    return min(part / whole, 1.0) if whole else None
