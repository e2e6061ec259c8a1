"""What to look into now: shifts that cost money, limits that will be passed, data that cannot be believed.

A shift is looked for only where it would cost at least a stated sum a month. All charts together give a false alarm
no more often than once in 24 months on average.
"""

import math
from collections.abc import Iterator, Sequence

from bench.operations.ledger import Ledger
from roi.operate.found import Alarm
from roi.operate.health import health_of
from roi.operate.shifts import shifts_of
from roi.operate.summary import MonthReport

STAGES = (1.0, 0.8, 0.5)
"""Shares of a limit that are said when they are reached."""
EARLIEST_FORECAST = 0.1
"""Of the month, before which nothing is forecast, nor missed."""


def alarms_of(ledger: Ledger, report: MonthReport, money_per_month: float, now_unix_s: float) -> list[Alarm]:
    """Everything to look into at a moment.

    Parameters
    ----------
    money_per_month
        The sum below which a shift is let be [money/month].
    """
    return [
        *_uncounted(report),
        *shifts_of(ledger, report, money_per_month, now_unix_s),
        *_unexplained(report),
        *_limits(report),
        *health_of(ledger, report, now_unix_s),
    ]


def _uncounted(report: MonthReport) -> Iterator[Alarm]:
    """Workloads that nobody counted; a mere notice as long as hardly anything of the month has passed."""
    if report.uncounted:
        early = report.coverage.elapsed_fraction < EARLIEST_FORECAST
        yield Alarm("data", "uncounted", {"names": ", ".join(report.uncounted)}, notice=early)


def _unexplained(report: MonthReport) -> Iterator[Alarm]:
    """Bills that no line of the month holds: spent, and in no cost that is held against the plan."""
    account = report.account
    if account.unexplained:
        yield Alarm(
            "limit", "unexplained", {"money": account.unexplained_money, "bills": account.unexplained}
        )


def _limits(report: MonthReport) -> Iterator[Alarm]:
    """Money of the month against the policy's limits, as spent and as it is going, unexplained bills whole."""
    held, elapsed = report.approved, report.coverage.elapsed_fraction
    year = held.year_of(report.month)
    own = [one.cost_max for work in held.policy.workloads for one in work.monthly if one.year == year]
    limit = math.fsum((*own, *(one.cost_max for one in held.policy.shared if one.year == year)))
    if not limit or not elapsed or report.uncounted:
        return
    by_requests = math.fsum(line.actual for line in report.account.lines if line.factors[0].step == "volume")
    shared = math.fsum(line.actual for line in report.account.lines) - by_requests
    unexplained = report.account.unexplained_money
    spent = by_requests + shared * elapsed + unexplained
    forecast = by_requests / elapsed + shared + unexplained
    values = {
        "spent": spent,
        "forecast": forecast,
        "limit": limit,
        "currency": held.policy.currency,
        "used": spent / limit,
        "elapsed": elapsed,
    }
    if spent >= limit:
        yield Alarm("limit", "limit_passed", values)
    elif forecast > limit and elapsed >= EARLIEST_FORECAST:
        yield Alarm("limit", "limit_forecast", values)
    else:
        stage = next((each for each in STAGES if spent >= each * limit), None)
        if stage is not None:
            yield Alarm("limit", "limit_stage", values | {"stage": stage}, notice=True)


def is_alarm(found: Sequence[Alarm]) -> bool:
    """Whether one of them is more than a notice."""
    return any(not each.notice for each in found)
