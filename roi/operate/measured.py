"""What months of operation measured of a scenario's figures: acceptance, looks, joules, prices, each with n."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.operations.ledger import Ledger
from roi.acceptance_log.fit import AcceptanceFit, fit_acceptance
from roi.acceptance_log.reading import Attempt, AttemptLog
from roi.operate.approved import Approved, Month
from roi.operate.charges import OVERLAPS, SHARE, within
from roi.operate.counted import happened, key_of, use_of
from roi.policy.monthly_plan import PlannedUse

Z_95 = 1.959964
"""Half width of a 95 % interval in standard errors of a normal mean."""
HOURS = ("h", "hour", "hours", "hrs")
"""Units of a bill's quantity, as people write them."""
IMAGES = ("image", "images")


@dataclass(frozen=True)
class Mean:
    """A mean with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int

    @staticmethod
    def of(count: int, total: float, squares: float) -> "Mean":
        """From a count, a sum and a sum of squares; as wide as nothing known for a single one."""
        mean = total / count
        spread = max(squares - count * mean * mean, 0.0) / max(count - 1, 1)
        half = Z_95 * math.sqrt(spread / count)
        return Mean(mean, max(mean - half, 0.0), mean + half, count)


@dataclass(frozen=True)
class Price:
    """A price of a supply over the months in its bills."""

    supply: str
    currency: str
    unit: str
    """`h` or `image`."""
    mean: Mean
    """All money over all quantity; low and high are the cheapest and the dearest month."""


@dataclass(frozen=True)
class MeasuredUse:
    """One use over the months."""

    use: PlannedUse
    acceptance: AcceptanceFit | None
    """None where the verdicts set no acceptance."""
    acceptance_fault: str
    looks_s: Mean | None
    """Of an attempt [s]."""
    energy_j: Mean | None
    """Of an attempt at the board [J]."""


@dataclass(frozen=True)
class Measured:
    """Everything."""

    first: Month
    last: Month
    uses: tuple[MeasuredUse, ...]
    prices: tuple[Price, ...]
    utilization: Mapping[str, float]
    """Share of metered board time with a call under way, by supply [1]."""


def measured(ledger: Ledger, held: Approved, first: Month, last: Month) -> Measured:
    """The months from the first to the last, both inclusive."""
    months = [first.after(count) for count in range(last.since(first) + 1)]
    bounds = first.bounds(held.zone)[0], last.bounds(held.zone)[1]
    uses = {key_of(use): use for month in months for use in held.uses(month)}
    return Measured(
        first,
        last,
        tuple(_use(ledger, use, list(uses.values()), bounds) for use in uses.values()),
        tuple(_prices(ledger, held, months)),
        _utilization(ledger, held, months),
    )


def _use(
    ledger: Ledger, use: PlannedUse, planned: Sequence[PlannedUse], bounds: tuple[str, str]
) -> MeasuredUse:
    mine = [one for one in planned if one.workload == use.workload]
    kinds = ledger.query(
        "SELECT DISTINCT model, supply FROM latest_attempts "
        "WHERE workload = ? AND started_at >= ? AND started_at < ?",
        (use.workload, *bounds),
    )
    fitting = [
        (row["model"], row["supply"]) for row in kinds if use_of(mine, row["model"], row["supply"]) == use
    ]
    sums = [0.0] * 6
    attempts: list[Attempt] = []
    for model, supply in fitting:
        where = (use.workload, *bounds, model, supply)
        (row,) = ledger.query(_SUMS, where)
        sums = [whole + (part or 0.0) for whole, part in zip(sums, row, strict=True)]
        attempts += _attempts(ledger, use.model_id, where)
    fit, fault = _fit(ledger, attempts, use)
    looks, joules = sums[:3], sums[3:]
    return MeasuredUse(
        use,
        fit,
        fault,
        Mean.of(int(looks[0]), looks[1], looks[2]) if looks[0] else None,
        Mean.of(int(joules[0]), joules[1], joules[2]) if joules[0] else None,
    )


_OF = (
    "FROM latest_attempts WHERE workload = ? AND started_at >= ? AND started_at < ? "
    "AND model IS ? AND supply IS ?"
)
_SUMS = (
    "SELECT count(review_seconds), sum(review_seconds), sum(review_seconds * review_seconds), "
    f"count(energy_j), sum(energy_j), sum(energy_j * energy_j) {_OF}"
)


def _attempts(ledger: Ledger, model: str, where: tuple[object, ...]) -> Iterator[Attempt]:
    """Attempts of requests that were judged all through and tried again only after a rejection."""
    rows = ledger.query(
        "SELECT coalesce(request_id, source || source_id) AS request, coalesce(attempt, 1) AS attempt, accepted "
        f"{_OF} ORDER BY request, attempt",
        where,
    )
    request: list[Attempt] = []
    for number, row in enumerate(rows, 1):
        if request and row["request"] != request[0].request_id:
            yield from request if _whole(request) else ()
            request = []
        passed = None if row["accepted"] is None else bool(row["accepted"])
        request.append(Attempt(number, row["request"], row["attempt"], passed, model, None, None))  # type: ignore[arg-type]
    yield from request if request and _whole(request) else ()


def _whole(request: Sequence[Attempt]) -> bool:
    numbered = [one.attempt for one in request] == list(range(1, len(request) + 1))
    judged = all(one.accepted is not None for one in request)
    return numbered and judged and not any(one.accepted for one in request[:-1])


def _fit(ledger: Ledger, attempts: Sequence[Attempt], use: PlannedUse) -> tuple[AcceptanceFit | None, str]:
    if not attempts:
        return None, "no request was judged all through"
    fit = fit_acceptance(AttemptLog(ledger.path, tuple(attempts)), use.images_per_attempt, use.model_id)
    if fit.n_delivered in (0, fit.n_attempts):
        return None, fit.message
    return fit, ""


def _prices(ledger: Ledger, held: Approved, months: Sequence[Month]) -> Iterator[Price]:
    """What an hour and an image cost by bills that state how many they are for."""
    found: dict[tuple[str, str, str], list[tuple[float, float, int]]] = {}
    for month in months:
        bounds = month.bounds(held.zone)
        rows = ledger.query(  # a line of several months is one line: of its first
            "SELECT component, supply, upper(billing_currency) AS billing_currency, lower(consumed_unit) AS unit, "
            f"sum(billed_cost * {SHARE}) AS cost, sum(consumed_quantity * {SHARE}) AS quantity, "
            "count(*) FILTER (WHERE charge_period_start >= :counted) AS n "
            f"FROM latest_bill_lines WHERE {OVERLAPS} AND component IN ('rent', 'api') "
            "AND supply IS NOT NULL AND consumed_quantity > 0 GROUP BY 1, 2, 3, 4",
            within(bounds, counted=bounds[0] if month != months[0] else ""),
        )
        for row in rows:
            unit = "h" if row["unit"] in HOURS else "image" if row["unit"] in IMAGES else None
            if unit is not None and (row["component"] == "rent") == (unit == "h"):
                key = (row["supply"], row["billing_currency"], unit)
                found.setdefault(key, []).append((row["cost"], row["quantity"], row["n"]))
    for (supply, currency, unit), parts in found.items():
        by_month = [cost / quantity for cost, quantity, _ in parts]
        mean = math.fsum(cost for cost, _, _ in parts) / math.fsum(quantity for _, quantity, _ in parts)
        yield Price(
            supply, currency, unit, Mean(mean, min(by_month), max(by_month), sum(n for _, _, n in parts))
        )


def _utilization(ledger: Ledger, held: Approved, months: Sequence[Month]) -> dict[str, float]:
    busy: dict[str, list[tuple[float, float]]] = {}
    for month in months:
        for supply, boards in happened(ledger, held, month).boards.items():
            if supply is not None and boards.seconds:
                busy.setdefault(supply, []).append((boards.busy_seconds, boards.seconds))
    return {
        supply: math.fsum(one for one, _ in parts) / math.fsum(whole for _, whole in parts)
        for supply, parts in busy.items()
    }
