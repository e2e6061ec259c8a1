"""A shift of what a month costs, and a slide that is on its way to one: of acceptance, joules and looks.

Acceptance has an exact binomial chart (`binomial.py`); joules and looks, whose spread nobody knows, have the chart
of the sign of their daily means: while the plan holds, a day lies above what is planned and half the shift no more
often than every second time. Beside each stands the chart of a drift (`drift.py`), which tells of a slide that
passes the stated sum within a month if it goes on.
"""

import math
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from bench.operations.ledger import Ledger
from bench.operations.rows import utc_text
from bench.operations.sums import quarter_of
from roi.operate.approved import Approved
from roi.operate.binomial import Day, Shift, fallen, interval, threshold
from roi.operate.courses import DAYS_BACK, Course, courses_of
from roi.operate.drift import Drift, drifted, rarity
from roi.operate.found import Alarm, Kind
from roi.operate.summary import MonthReport
from roi.policy.monthly_plan import PlannedUse

BAD_DAY_SHARE = 0.9
"""Of days above the middle once joules or looks have shifted: judgement."""
NEW_SETTING_SHARE = 0.5
"""Of the attempts since a shift, for a setting that was not there before it to be the likely cause."""
AHEAD_DAYS = 30
"""A slide counts by where it is after so many days more."""
DAYS_SEEN = 7
"""Of daily means, for where a slide is now."""
CHARTS_PER_USE = 6
JOULES: Kind = "joules"
LOOKS: Kind = "review_time"
SLIDES: Mapping[Kind, str] = {
    "acceptance": "acceptance_drift",
    "joules": "joules_drift",
    "review_time": "review_time_drift",
}
"""Keys of what is said of a drift."""


def shifts_of(
    ledger: Ledger, report: MonthReport, money_per_month: float, now_unix_s: float
) -> Iterator[Alarm]:
    """Shifts and slides of every use up to a moment that cost the stated sum a month or more."""
    held = report.approved
    courses = courses_of(ledger, report, now_unix_s)
    charts = CHARTS_PER_USE * len(courses)
    for course in courses:
        yield from _acceptance(ledger, held, course, money_per_month, charts)
        yield from _rises(held, course, money_per_month, charts)


def acceptance_that_matters(use: PlannedUse, money_per_month: float) -> float | None:
    """The first-attempt acceptance at which a month costs so much more; None where no fall would.

    Attempts grow as 1 / acceptance, and what is not delivered with the share that fails.
    """
    if not 0.0 < use.first_attempt_acceptance < 1.0 or _extra(use, 0.01) < money_per_month:
        return None
    low, high = 0.01, use.first_attempt_acceptance
    while high - low > 1e-6:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _extra(use, middle) > money_per_month else (low, middle)
    return low


def _extra(use: PlannedUse, acceptance: float) -> float:
    planned = use.first_attempt_acceptance
    by_attempt = math.fsum(money for name, money in use.costs.items() if name != "fallback")
    fallback = use.costs.get("fallback", 0.0)
    return by_attempt * (planned / acceptance - 1.0) + fallback * ((1.0 - acceptance) / (1.0 - planned) - 1.0)


def _acceptance(ledger: Ledger, held: Approved, course: Course, money: float, charts: int) -> Iterator[Alarm]:
    use = course.use
    matters = acceptance_that_matters(use, money)
    if matters is None:
        return
    days = [
        Day(day, round(one.first_accepted), round(one.first_judged))
        for day, one in sorted(course.days.items())
    ]
    shift = fallen(days, use.first_attempt_acceptance, matters, threshold(charts))
    if shift is None:
        drift = drifted(days, use.first_attempt_acceptance, rarity(charts))
        if drift is not None:
            ahead = max(drift.share + AHEAD_DAYS * drift.per_day, 0.01)
            yield from _slide(
                held,
                use,
                "acceptance",
                use.first_attempt_acceptance,
                drift.share,
                ahead,
                drift,
                _extra(use, ahead),
                money,
            )
        return
    since = [one for one in days if one.day >= shift.first_day]
    passed, counted = sum(one.passed for one in since), sum(one.counted for one in since)
    low, high = interval(passed, counted)
    yield _shifted(
        ledger,
        held,
        course,
        shift,
        "acceptance",
        expected=use.first_attempt_acceptance,
        seen=passed / counted,
        low=low,
        high=high,
        counted=counted,
        money=_extra(use, max(passed / counted, 0.01)),
    )


def _slide(
    held: Approved,
    use: PlannedUse,
    kind: Kind,
    expected: float,
    seen: float,
    ahead: float,
    drift: Drift,
    more: float,
    money: float,
) -> Iterator[Alarm]:
    """The alarm of a drift, where it costs the stated sum once it has gone on for a month."""
    if more >= money:
        values = {"use": use.title, "expected": expected, "seen": seen, "ahead": ahead, "days": AHEAD_DAYS}
        paid = {"money": more, "currency": held.policy.currency, "day": drift.first_day}
        yield Alarm(kind, SLIDES[kind], values | paid)


def _rises(held: Approved, course: Course, money: float, charts: int) -> Iterator[Alarm]:
    """Joules of an attempt and seconds of a look that have grown."""
    use = course.use
    for kind, planned, stream, amount, counted in (
        (JOULES, use.energy_j_per_attempt or 0.0, "electricity", "energy_j", "attempts_metered"),
        (LOOKS, use.review_seconds_per_attempt, "review", "review_seconds", "attempts_reviewed"),
    ):
        means = {
            day: getattr(one, amount) / getattr(one, counted)
            for day, one in course.days.items()
            if getattr(one, counted)
        }
        yield from _rise(held, course, kind, planned, use.costs.get(stream, 0.0), means, money, charts)


def _rise(
    held: Approved,
    course: Course,
    kind: Kind,
    planned: float,
    cost: float,
    means: Mapping[date, float],
    money: float,
    charts: int,
) -> Iterator[Alarm]:
    if cost <= 0.0 or planned <= 0.0:
        return
    middle = planned * (1.0 + 0.5 * money / cost)
    days = [Day(day, int(mean <= middle), 1) for day, mean in sorted(means.items())]
    shift = fallen(days, 0.5, 1.0 - BAD_DAY_SHARE, threshold(charts))
    if shift is None:
        yield from _creep(held, course.use, kind, planned, cost, means, money, charts)
        return
    since = sorted(mean for day, mean in means.items() if day >= shift.first_day)
    seen = math.fsum(since) / len(since)
    more = (seen / planned - 1.0) * cost
    if more >= money:
        yield Alarm(
            kind,
            kind,
            {
                "use": course.use.title,
                "expected": planned,
                "seen": seen,
                "low": since[0],
                "high": since[-1],
                "counted": len(since),
                "money": more,
                "currency": held.policy.currency,
                "day": shift.first_day,
                "cause": "unknown",
            },
        )


def _creep(
    held: Approved,
    use: PlannedUse,
    kind: Kind,
    planned: float,
    cost: float,
    means: Mapping[date, float],
    money: float,
    charts: int,
) -> Iterator[Alarm]:
    """A rise of daily means that lie above the plan too often for chance, though not yet by what costs the sum."""
    days = [Day(day, int(mean <= planned), 1) for day, mean in sorted(means.items())]
    drift = drifted(days, 0.5, rarity(charts))
    if drift is None:
        return
    latest = [mean for day, mean in means.items() if day > days[-1].day - timedelta(days=DAYS_SEEN)]
    seen = math.fsum(latest) / len(latest)
    pace = (seen - planned) / max((days[-1].day - drift.first_day).days, 1)
    ahead = seen + AHEAD_DAYS * pace
    yield from _slide(held, use, kind, planned, seen, ahead, drift, (ahead / planned - 1.0) * cost, money)


def _shifted(
    ledger: Ledger, held: Approved, course: Course, shift: Shift, kind: Kind, **values: object
) -> Alarm:
    setting = _new_setting(ledger, held, course.use, shift)
    return Alarm(
        kind,
        kind,
        values
        | {
            "use": course.use.title,
            "currency": held.policy.currency,
            "day": shift.first_day,
            "cause": "setting" if setting else "unknown",
            "setting": setting or "",
        },
    )


def _new_setting(ledger: Ledger, held: Approved, use: PlannedUse, shift: Shift) -> str | None:
    """The setting's hash under which most attempts since the shift were made, and none before it."""
    begin = datetime(shift.first_day.year, shift.first_day.month, shift.first_day.day, tzinfo=held.zone)
    quarters = [quarter_of(utc_text(each)) for each in (begin, begin, begin - timedelta(days=DAYS_BACK))]
    counts = list(
        ledger.query(
            "SELECT setting_hash, sum(attempts) FILTER (WHERE quarter >= ?) AS after, "
            "sum(attempts) FILTER (WHERE quarter < ?) AS before "
            "FROM attempt_sums WHERE quarter >= ? AND workload = ? GROUP BY setting_hash",
            (*quarters, use.workload),
        )
    )
    whole = sum(row["after"] or 0.0 for row in counts)
    for row in counts:
        if row["setting_hash"] and not row["before"] and (row["after"] or 0.0) > NEW_SETTING_SHARE * whole:
            return str(row["setting_hash"])
    return None
