"""What happened in a month: the ledger's rows of it, added up by SQLite, with how much of it is known."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields

from bench.operations.ledger import Ledger
from bench.operations.sums import quarter_of
from roi.operate.approved import Approved, Month
from roi.operate.charges import OVERLAPS, SHARE, outside_the_plan, within
from roi.policy.monthly_plan import PlannedUse

_ATTEMPT_SUMS = (
    "attempts",
    "first_judged",
    "first_accepted",
    "attempts_judged",
    "energy_j",
    "attempts_metered",
    "review_seconds",
    "attempts_reviewed",
    "images",
    "attempts_failed",
)
_REQUEST_SUMS = ("requests", "requests_judged", "requests_accepted")


@dataclass
class Counted:
    """Attempts of one use, or of several added up."""

    requests: int = 0
    attempts: int = 0
    requests_judged: int = 0
    """Of which somebody looked at one attempt at least."""
    requests_accepted: int = 0
    first_judged: int = 0
    """First attempts with a verdict."""
    first_accepted: int = 0
    attempts_judged: int = 0
    energy_j: float = 0.0
    """Of the attempts whose joules are known [J]."""
    attempts_metered: int = 0
    review_seconds: float = 0.0
    """Of the attempts where they were noted [s]."""
    attempts_reviewed: int = 0
    images: int = 0
    attempts_failed: int = 0

    def add(self, other: "Counted") -> None:
        """Take another one in."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


@dataclass(frozen=True)
class Boards:
    """The boards' minutes of a supply."""

    energy_j: float
    """Of the seconds that were read [J]."""
    busy_j: float
    idle_j: float
    seconds: float
    busy_seconds: float
    gap_s: float
    resets: int
    boards: int


@dataclass(frozen=True)
class Billed:
    """Bill lines of one component of one supply in one currency."""

    component: str | None
    """None where nobody said which."""
    supply: str | None
    currency: str
    amount: float


@dataclass(frozen=True)
class Happened:
    """A month as the ledger has it."""

    month: Month
    uses: dict[tuple[str, str, str], Counted]
    """By workload, model id and supply of the planned uses."""
    other_settings: dict[str, int]
    """Attempts of models or supplies that nobody approved, by `workload: model on supply`; they are counted with
    the workload's largest use."""
    other_workloads: dict[str, int]
    """Attempts of workloads that the plan does not know; they are left out."""
    boards: dict[str | None, Boards]
    bills: tuple[Billed, ...]
    attempt_costs: tuple[Billed, ...] = ()
    """What attempts were billed one by one, as APIs do."""
    all_uses: Counted = field(default_factory=Counted)
    bills_outside: Mapping[str, float] = field(default_factory=dict)
    """Charges of all the ledger that are in no month of the plan, by currency."""


def key_of(use: PlannedUse) -> tuple[str, str, str]:
    """Under which a use is counted."""
    return use.workload, use.model_id, use.supply


def happened(ledger: Ledger, approved: Approved, month: Month) -> Happened:
    """Everything that the ledger says of a month."""
    bounds = month.bounds(approved.zone)
    planned = approved.uses(month)
    uses = {key_of(use): Counted() for use in planned}
    settings: dict[str, int] = {}
    workloads: dict[str, int] = {}
    for (workload, model, supply), found in _counted(ledger, bounds).items():
        mine = [use for use in planned if use.workload == workload]
        if not mine:
            workloads[workload] = workloads.get(workload, 0) + found.attempts
            continue
        use = use_of(mine, model or None, supply or None)
        if use is None:
            name = f"{workload}: {model or '?'} / {supply or '?'}"
            settings[name] = settings.get(name, 0) + found.attempts
            use = max(mine, key=lambda one: one.requests)
        uses[key_of(use)].add(found)
    whole = Counted()
    for each in uses.values():
        whole.add(each)
    return Happened(
        month,
        uses,
        settings,
        workloads,
        _boards(ledger, bounds),
        _bills(ledger, bounds),
        _attempt_costs(ledger, bounds),
        whole,
        outside_the_plan(ledger, approved),
    )


def use_of(mine: Sequence[PlannedUse], model: str | None, supply: str | None) -> PlannedUse | None:
    """The one use that an attempt can be of; None where none fits, or several do."""
    found = [
        use
        for use in mine
        if (model is None or model.casefold() in (use.model.casefold(), use.model_id.casefold()))
        and (supply is None or supply.casefold() == use.supply.casefold())
    ]
    return found[0] if len(found) == 1 else None


def _counted(ledger: Ledger, bounds: tuple[str, str]) -> dict[tuple[str, str, str], Counted]:
    """By workload, model and supply; an empty text where the source did not say."""
    counted: dict[tuple[str, str, str], Counted] = defaultdict(Counted)
    for table, names in (("attempt_sums", _ATTEMPT_SUMS), ("request_sums", _REQUEST_SUMS)):
        sums = ", ".join(f"sum({each}) AS {each}" for each in names)
        rows = ledger.query(
            f"SELECT workload, model, supply, {sums} FROM {table} WHERE quarter >= ? AND quarter < ? "
            "GROUP BY workload, model, supply",
            tuple(map(quarter_of, bounds)),
        )
        for row in rows:
            one = counted[row["workload"], row["model"], row["supply"]]
            for name in names:
                exact = name in ("energy_j", "review_seconds")
                setattr(one, name, row[name] if exact else round(row[name]))
    return {use: one for use, one in counted.items() if one.attempts}


def _boards(ledger: Ledger, bounds: tuple[str, str]) -> dict[str | None, Boards]:
    rows = ledger.query(
        "SELECT supply, sum(energy_j), sum(busy_j), sum(idle_j), sum(seconds) FILTER (WHERE energy_j IS NOT NULL), "
        "sum(busy_seconds), sum(gap_s), sum(resets), count(DISTINCT board_uuid) FROM latest_board_minutes "
        "WHERE started_at >= ? AND started_at < ? GROUP BY supply",
        bounds,
    )
    return {row[0]: Boards(*((value or 0) for value in tuple(row)[1:])) for row in rows}


def _bills(ledger: Ledger, bounds: tuple[str, str]) -> tuple[Billed, ...]:
    """Of each charge the share that its period has in the month."""
    rows = ledger.query(
        f"SELECT component, supply, upper(billing_currency), sum(billed_cost * {SHARE}) FROM latest_bill_lines "
        f"WHERE {OVERLAPS} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        within(bounds),
    )
    return tuple(Billed(*row) for row in rows)


def _attempt_costs(ledger: Ledger, bounds: tuple[str, str]) -> tuple[Billed, ...]:
    rows: Iterable[Sequence[object]] = ledger.query(
        "SELECT 'api', nullif(supply, ''), upper(currency), sum(cost) FROM attempt_sums "
        "WHERE quarter >= ? AND quarter < ? AND currency <> '' AND attempts > 0 GROUP BY 2, 3 ORDER BY 2, 3",
        tuple(map(quarter_of, bounds)),
    )
    return tuple(Billed(*row) for row in rows)  # type: ignore[arg-type]
