"""Whether the month's data can be believed: gaps, resets, settings that nobody approved, clocks."""

from collections.abc import Iterator
from datetime import datetime

from bench.operations.ledger import Ledger
from bench.operations.refused import refused_calls
from bench.operations.rows import utc_of_unix
from roi.operate.found import Alarm
from roi.operate.summary import MonthReport
from roi.units import SECONDS_PER_HOUR

CLOCK_AHEAD_S = 300.0
CLOCKS_BACK_S = 86_400.0
"""Attempts of so long ago are looked at."""
TWICE_FRACTION = 0.01
"""More of a board's time than has passed, before it is said."""
GAPS_FRACTION = 0.05
UNMETERED_FRACTION = 0.2


def health_of(ledger: Ledger, report: MonthReport, now_unix_s: float) -> Iterator[Alarm]:
    """What makes the month's figures worth less."""
    seen = report.coverage
    whole_s = seen.read_s + seen.gap_s
    if seen.gap_s > GAPS_FRACTION * whole_s:
        yield Alarm("data", "gaps", {"hours": seen.gap_s / SECONDS_PER_HOUR, "share": seen.gap_s / whole_s})
    if seen.resets:
        yield Alarm("data", "resets", {"count": seen.resets}, notice=True)
    if (
        seen.attempts_metered_fraction is not None
        and seen.attempts_metered_fraction < 1.0 - UNMETERED_FRACTION
    ):
        yield Alarm("data", "unmetered", {"share": 1.0 - seen.attempts_metered_fraction}, notice=True)
    for key, names in (("other_settings", seen.other_settings), ("other_workloads", seen.other_workloads)):
        if names:
            yield Alarm("data", key, {"count": sum(names.values()), "names": ", ".join(sorted(names)[:5])})
    calls, files = refused_calls(ledger.path)
    if calls:
        yield Alarm("data", "refused", {"count": calls, "path": str(files[0])})
    yield from _clocks(ledger, report, now_unix_s)


def _clocks(ledger: Ledger, report: MonthReport, now_unix_s: float) -> Iterator[Alarm]:
    """Moments that cannot be: later than now or than their recording, or more of them than time has passed."""
    rows = ledger.query(
        "SELECT count(*) FROM latest_attempts WHERE started_at > ? "
        "AND (started_at > ? OR julianday(started_at) - julianday(recorded_at) > ? / 86400.0)",
        (utc_of_unix(now_unix_s - CLOCKS_BACK_S), utc_of_unix(now_unix_s + CLOCK_AHEAD_S), CLOCK_AHEAD_S),
    )
    ((ahead,),) = [tuple(row) for row in rows]
    if ahead:
        yield Alarm("data", "clock", {"count": ahead})
    begin, end = report.month.bounds(report.approved.zone)
    begin_s, end_s = (datetime.fromisoformat(each).timestamp() for each in (begin, end))
    passed_s = min(now_unix_s, end_s) - begin_s
    twice = ledger.query(
        "SELECT board_uuid, sum(seconds + gap_s) FROM latest_board_minutes "
        "WHERE started_at >= ? AND started_at < ? "
        "GROUP BY board_uuid HAVING sum(seconds + gap_s) > ? ORDER BY board_uuid",
        (begin, end, max(passed_s, 0.0) * (1.0 + TWICE_FRACTION) + CLOCK_AHEAD_S),
    )
    for board, seconds in list(twice):
        hours = {"hours": seconds / SECONDS_PER_HOUR, "passed": passed_s / SECONDS_PER_HOUR}
        yield Alarm("data", "counted_twice", {"board": board} | hours)
