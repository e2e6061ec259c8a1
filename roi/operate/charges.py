"""Which part of a charge a time has: as much of its sum as of its period, whatever zone or month it is billed in.

    share = time that period and month have in common / period

A charge without a length belongs to its moment. Shares of all months add up to 1; what lies before or after the
plan's months is in none and is named.
"""

from collections.abc import Mapping

from bench.operations.ledger import Ledger
from roi.operate.approved import Approved

SHARE = (
    "(CASE WHEN charge_period_end <= charge_period_start THEN 1.0 ELSE "
    "(julianday(min(charge_period_end, :end)) - julianday(max(charge_period_start, :begin))) "
    "/ (julianday(charge_period_end) - julianday(charge_period_start)) END)"
)
"""SQL of the share of a line that `OVERLAPS`."""
OVERLAPS = "(charge_period_start < :end AND (charge_period_end > :begin OR charge_period_start >= :begin))"
"""SQL of whether a line is of a time at all."""
LEAST = 1e-9
"""Of a line: less is rounding."""


def within(bounds: tuple[str, str], **more: object) -> dict[str, object]:
    """A time as the SQL above takes it."""
    return {"begin": bounds[0], "end": bounds[1], **more}


def outside_the_plan(ledger: Ledger, held: Approved) -> Mapping[str, float]:
    """Charges for times before or after the plan's months, by currency."""
    rows = ledger.query(
        "SELECT upper(billing_currency) AS currency, sum(billed_cost * outside) AS cost FROM "
        f"(SELECT *, CASE WHEN {OVERLAPS} THEN 1.0 - {SHARE} ELSE 1.0 END AS outside FROM latest_bill_lines) "
        f"WHERE outside > {LEAST} GROUP BY 1 ORDER BY 1",
        within(held.bounds),
    )
    return {row["currency"]: row["cost"] for row in rows}
