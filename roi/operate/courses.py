"""The planned uses over the days, as charts look at them."""

from collections import defaultdict
from dataclasses import dataclass, field, fields
from datetime import date, datetime

from bench.operations.ledger import Ledger
from bench.operations.rows import utc_of_unix
from bench.operations.sums import quarter_of
from roi.operate.counted import use_of
from roi.operate.summary import MonthReport
from roi.policy.monthly_plan import PlannedUse

DAYS_BACK = 62
"""Charts look at so many days: two months."""


@dataclass
class Daily:
    """One use on one day."""

    first_judged: float = 0.0
    first_accepted: float = 0.0
    energy_j: float = 0.0
    attempts_metered: float = 0.0
    review_seconds: float = 0.0
    attempts_reviewed: float = 0.0


@dataclass(frozen=True)
class Course:
    """One use over the days."""

    use: PlannedUse
    days: dict[date, Daily] = field(default_factory=dict)


def courses_of(ledger: Ledger, report: MonthReport, now_unix_s: float) -> list[Course]:
    """Every planned use by local day."""
    held = report.approved
    uses = held.uses(report.month)
    courses = [Course(use, defaultdict(Daily)) for use in uses]
    names = [each.name for each in fields(Daily)]
    rows = ledger.query(
        f"SELECT workload, model, supply, quarter, {', '.join(f'sum({name}) AS {name}' for name in names)} "
        "FROM attempt_sums WHERE quarter >= ? AND quarter <= ? GROUP BY workload, model, supply, quarter",
        tuple(quarter_of(utc_of_unix(each)) for each in (now_unix_s - DAYS_BACK * 86_400, now_unix_s)),
    )
    for row in rows:
        mine = [one for one in uses if one.workload == row["workload"]]
        use = use_of(mine, row["model"] or None, row["supply"] or None)
        if use is None:
            continue
        day = datetime.fromisoformat(f"{row['quarter']}+00:00").astimezone(held.zone).date()
        one = courses[uses.index(use)].days[day]
        for name in names:
            setattr(one, name, getattr(one, name) + row[name])
    return courses
