"""A month against its plan: how much of it is known, both side by side, the bridge, what it then brings."""

import math
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from bench.operations.ledger import Ledger
from bench.operations.rows import utc_of_unix
from roi.errors import OperationError
from roi.operate.approved import Approved, Month, approved
from roi.operate.bridge import Bridge, bridge_of
from roi.operate.counted import Happened, happened
from roi.operate.energy import metered_fraction, read_shares
from roi.operate.figures import Compared, compared
from roi.operate.lines import Account, account_of
from roi.operate.restated import Restated, restated
from roi.texts.messages import Message, at, names

MONEY_FRACTION = 0.02
"""Of a month's planned cost: the sum from which on a shift is looked for, where nobody states one. Judgement."""


class Kept(NamedTuple):
    """A factor that nobody counted."""

    what: str
    of: str
    """The use or the supply; empty for what is of no supply, such as a demand charge or the keeping of models."""
    component: str
    """Of the plan's money, where it is a bill of it that is not there; else empty."""


BILLS = ("paid", "price_per_attempt", "price_per_kwh")


@dataclass(frozen=True)
class Coverage:
    """How much of a month is known; a share is None where there is nothing to know."""

    elapsed_fraction: float
    """Of the month [1]."""
    metered_fraction: float | None
    """Board time with a meter, of what plan and ledger have had up to now [1]."""
    attempts_metered_fraction: float | None
    """Attempts with joules [1]."""
    judged_fraction: float | None
    """Attempts with a verdict [1]."""
    bill_explained_fraction: float | None
    """Of bills and credits, those that the month's money holds [1]."""
    kept_as_planned: tuple[Kept, ...]
    """Factors that nobody counted."""
    partly: tuple[tuple[str, float], ...]
    """Supplies of whose boards' time a meter read a part: the supply, and the share of the month's [1]."""
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
    """None without a baseline of every workload, before the month is over, and where something is uncounted."""
    uncounted: tuple[str, ...] = ()
    """Planned workloads without an attempt: unknown, not zero, so that nothing is said of what the month cost."""

    @property
    def money_that_matters(self) -> float:
        """The sum a month from which on a shift is looked for, where nobody states one [money]."""
        return MONEY_FRACTION * float(self.bridge.planned)


def month_report(
    ledger: Ledger,
    month: Month,
    rates: Mapping[str, float],
    now_unix_s: float | None = None,
    unused: Collection[str] = (),
) -> MonthReport:
    """The month against what was approved.

    Parameters
    ----------
    unused
        Workloads of which somebody says that they had no request: without an attempt they are zero, not unknown.

    Raises
    ------
    OperationError
        Without an approved policy, outside the plan, for a bill in a currency without a rate, and where an unused
        workload is none of the plan's or has attempts.
    """
    held = approved(ledger)
    found = happened(ledger, held, month)
    uncounted = uncounted_of(held, found, unused)
    account = account_of(held, found, rates)
    bridge = bridge_of(account.lines, held.policy.currency)
    now_s = time.time() if now_unix_s is None else now_unix_s
    coverage = coverage_of(held, found, account, now_s)
    figures = compared(held, found, account)
    return MonthReport(
        held,
        month,
        coverage,
        found,
        tuple(replace(each, actual=None) if uncounted else each for each in figures),
        account,
        bridge,
        restated(held, found, account) if coverage.elapsed_fraction == 1.0 and not uncounted else None,
        uncounted,
    )


def uncounted_of(held: Approved, found: Happened, unused: Collection[str] = ()) -> tuple[str, ...]:
    """Planned workloads of which the ledger has no attempt in the month, those apart that had no request.

    Raises
    ------
    OperationError
        Where one that is called unused is none of the plan's, or has attempts.
    """
    attempts = {use.workload: 0 for use in held.uses(found.month) if use.requests}
    for (workload, _, _), done in found.uses.items():
        attempts[workload] = attempts.get(workload, 0) + done.attempts
    for workload in unused:
        place = f"--unused {workload}"
        if workload not in attempts:
            raise OperationError(
                at(place, Message("operating.unused_unknown", known=names(sorted(attempts))))
            )
        if attempts[workload]:
            raise OperationError(at(place, Message("operating.unused_counted", count=attempts[workload])))
    return tuple(each for each, count in attempts.items() if not count and each not in unused)


def refuse_uncounted(report: MonthReport) -> None:
    """Refuse to state what a month cost of which something was not counted.

    Raises
    ------
    OperationError
        Naming the workloads, and what to do.
    """
    if report.uncounted:
        raise OperationError(at(report.month, Message("operating.uncounted", names=names(report.uncounted))))


def coverage_of(held: Approved, found: Happened, account: Account, now_unix_s: float) -> Coverage:
    """How much of the month is known."""
    begin, end = (datetime.fromisoformat(each) for each in found.month.bounds(held.zone))
    now = datetime.fromisoformat(utc_of_unix(now_unix_s))
    whole_s = (end - begin).total_seconds()
    elapsed_s = min(max((now - begin).total_seconds(), 0.0), whole_s)
    seen = found.boards.values()
    done, elapsed = found.all_uses, elapsed_s / whole_s
    return Coverage(
        elapsed_fraction=elapsed,
        metered_fraction=metered_fraction(held, found, elapsed),
        attempts_metered_fraction=_share(done.attempts_metered, done.attempts),
        judged_fraction=_share(done.attempts_judged, done.attempts),
        bill_explained_fraction=account.explained_fraction,
        kept_as_planned=tuple(
            dict.fromkeys(
                Kept(each.what, line.of, line.component if each.what in BILLS else "")
                for line in account.lines
                for each in line.factors
                if not each.known
            )
        ),
        partly=tuple(read_shares(held, found)),
        other_settings=found.other_settings,
        other_workloads=found.other_workloads,
        read_s=math.fsum(each.seconds for each in seen),
        gap_s=math.fsum(each.gap_s for each in seen),
        resets=sum(each.resets for each in seen),
    )


def _share(part: float, whole: float) -> float | None:
    return min(part / whole, 1.0) if whole else None
