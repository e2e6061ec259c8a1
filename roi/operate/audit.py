"""Whether a ledger is what its programs wrote: tables, versions, approvals, and a month's figures counted anew.

Triggers keep programs from changing a row; somebody who writes to the file past them leaves traces: another schema,
gaps in the numbers of rows or versions, times that run backwards, a policy that no longer has its hash. What leaves
no trace is found by a seal: the hash of every table's rows in their order, kept elsewhere when a month is signed,
and held against the same rows later.
"""

import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from bench.operations.ledger import Ledger, columns_of
from bench.operations.rows import ROWS, Approval, Attempt, BillLine, BoardMinute, Row
from roi.errors import OperationError
from roi.operate.approved import Approved
from roi.operate.charges import OVERLAPS, within
from roi.operate.counted import Counted
from roi.operate.duplicates import twice
from roi.operate.summary import MonthReport
from roi.texts.messages import Message, at

FAULTS_SHOWN = 5
"""Of one kind in one table."""
Seals = Mapping[str, "Seal"]
"""By table."""


@dataclass(frozen=True)
class Seal:
    """The rows of a table as they stood, every version of them."""

    rows: int
    sha256: str
    """Over the rows in the order in which they were added."""


@dataclass(frozen=True)
class Finding:
    """Something that is not as it must be."""

    what: str
    """Key of its sentence in the texts, under `operation_audit`."""
    values: Mapping[str, object]


@dataclass(frozen=True)
class Trace:
    """The rows that a figure of the month rests on."""

    figure: str
    """As in the report."""
    table: str
    """Empty where it is the plan's."""
    rows: int
    sources: tuple[tuple[str, int], ...]
    """Who said them, and how many each, the largest first."""


@dataclass(frozen=True)
class Audit:
    """What was looked at and what was found."""

    approvals: tuple[Approval, ...]
    chain: tuple[str, ...]
    """For each approval the hash of it and of all before it."""
    plan_sha256: str
    """Of the monthly plan that holds."""
    seals: Seals
    traces: tuple[Trace, ...]
    findings: tuple[Finding, ...]


def audit(ledger: Ledger, report: MonthReport, sealed: Seals | None = None) -> Audit:
    """Everything but the schema; `sealed` is what an earlier audit of the same ledger saw."""
    approvals = tuple(sorted(ledger.read(Approval), key=lambda one: one.approved_at))
    read = {kind.table: _read(ledger, kind, (sealed or {}).get(kind.table)) for kind in ROWS}
    findings = [
        *(finding for kind in ROWS for finding in _table(ledger, kind)),
        *(finding for _, found in read.values() for finding in found),
        *(_approval(one) for one in approvals if _hash(one.policy) != one.policy_sha256),
        *_recount(ledger, report),
        *_uncounted(report),
        *_twice(ledger, report),
    ]
    return Audit(
        approvals,
        tuple(_chain(approvals)),
        plan_hash(report.approved),
        {table: seal for table, (seal, _) in read.items()},
        tuple(_traces(ledger, report)),
        tuple(findings),
    )


def plan_hash(held: Approved) -> str:
    """Of the monthly plan, as canonical JSON."""
    return _hash(json.dumps(held.plan.model_dump(mode="json"), sort_keys=True, separators=(",", ":")))


def schema_findings(ledger: Ledger) -> Iterator[Finding]:
    """Tables, views, indices and triggers that are not those of a new ledger; a file that SQLite finds damaged."""
    with tempfile.TemporaryDirectory() as folder, Ledger(Path(folder, "new.db"), create=True) as new:
        expected, found = (_schema(each) for each in (new, ledger))
    for name in sorted(expected.keys() | found.keys()):
        if expected.get(name) != found.get(name):
            key = "schema_lost" if name not in found else "schema_new" if name not in expected else "schema"
            yield Finding(key, {"name": name})
    for (said,) in ledger.query("PRAGMA quick_check"):
        if said != "ok":
            yield Finding("damaged", {"said": said})


def _schema(ledger: Ledger) -> dict[str, str]:
    rows = ledger.query("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {row["name"]: row["sql"] for row in rows}


def _table(ledger: Ledger, kind: type[Row]) -> Iterator[Finding]:
    """Numbers of rows and versions without a gap, times of recording that do not run backwards."""
    name = kind.table
    (whole,) = ledger.query(f"SELECT count(*) AS n, coalesce(max(rowid), 0) AS last FROM {name}")
    if whole["last"] != whole["n"]:
        yield Finding("rows_lost", {"table": name, "count": whole["last"] - whole["n"]})
    versions = ledger.query(
        f"SELECT source, source_id FROM {name} GROUP BY source, source_id "
        f"HAVING count(*) <> max(version) OR min(version) <> 1 LIMIT {FAULTS_SHOWN}"
    )
    for row in versions:
        yield Finding("versions", {"table": name, "row": f"{row['source']} / {row['source_id']}"})
    backwards = ledger.query(
        f"SELECT count(*) FROM (SELECT recorded_at, lag(recorded_at) OVER (ORDER BY rowid) AS before FROM {name}) "
        "WHERE recorded_at < before"
    )
    (count,) = next(iter(backwards))
    if count:
        yield Finding("backwards", {"table": name, "count": count})


def _read(ledger: Ledger, kind: type[Row], sealed: Seal | None) -> tuple[Seal, list[Finding]]:
    """Every row once: the table's seal, rows that no program of ours would have written, an earlier seal held."""
    columns = columns_of(kind)
    digest, count, invalid = hashlib.sha256(), 0, 0
    findings: list[Finding] = []
    for row in ledger.query(
        f"SELECT {', '.join(columns)}, version, recorded_at FROM {kind.table} ORDER BY rowid"
    ):
        digest.update(json.dumps(tuple(row), separators=(",", ":")).encode())
        count += 1
        if sealed is not None and count == sealed.rows and digest.hexdigest() != sealed.sha256:
            findings.append(Finding("seal", {"table": kind.table, "count": sealed.rows}))
        try:
            kind(**dict(zip(columns, tuple(row), strict=False)))
        except ValidationError as fault:
            invalid += 1
            if invalid <= FAULTS_SHOWN:
                said = fault.errors(include_url=False)[0]["msg"]
                where = f"{row['source']} / {row['source_id']}"
                findings.append(Finding("invalid", {"table": kind.table, "row": where, "said": said}))
    if sealed is not None and count < sealed.rows:
        findings.append(Finding("seal_rows", {"table": kind.table, "count": sealed.rows - count}))
    return Seal(count, digest.hexdigest()), findings


def _approval(one: Approval) -> Finding:
    return Finding("policy", {"hash": one.policy_sha256[:12], "day": one.approved_at[:10]})


def _chain(approvals: Iterable[Approval]) -> Iterator[str]:
    before = ""
    for one in approvals:
        before = _hash(before + json.dumps(one.model_dump(mode="json"), sort_keys=True))
        yield before


def _twice(ledger: Ledger, report: MonthReport) -> Iterator[Finding]:
    """The same calls and charges from several sources: they are counted as often."""
    for kind in (Attempt, BillLine):
        for table, sources, count in twice(ledger, kind, report.month.bounds(report.approved.zone)):
            yield Finding("twice", {"table": table, "sources": sources, "count": count})


def _uncounted(report: MonthReport) -> Iterator[Finding]:
    """Workloads without an attempt: the month's figures rest on nothing."""
    if report.uncounted:
        yield Finding("uncounted", {"month": report.month, "names": ", ".join(report.uncounted)})


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _recount(ledger: Ledger, report: MonthReport) -> Iterator[Finding]:
    """The month's attempts counted row by row, against what SQLite added up for the report."""
    held, begin_end = report.approved, report.month.bounds(report.approved.zone)
    planned = {use.workload for use in held.uses(report.month)}
    found = Counted()
    requests: dict[tuple[str | None, ...], tuple[bool, bool]] = {}
    rows = ledger.query("SELECT * FROM latest_attempts WHERE started_at >= ? AND started_at < ?", begin_end)
    for row in (one for one in rows if one["workload"] in planned):
        request = row["request_id"] or row["source"] + row["source_id"]
        key = (row["workload"], row["model"], row["supply"], request)
        judged, passed = requests.get(key, (False, False))
        requests[key] = judged or row["accepted"] is not None, passed or bool(row["accepted"])
        found.attempts += 1
        found.attempts_judged += row["accepted"] is not None
        found.attempts_metered += row["energy_j"] is not None
        found.energy_j += row["energy_j"] or 0.0
        found.attempts_reviewed += row["review_seconds"] is not None
        found.review_seconds += row["review_seconds"] or 0.0
    found.requests = len(requests)
    found.requests_judged = sum(judged for judged, _ in requests.values())
    found.requests_accepted = sum(passed for _, passed in requests.values())
    for name in _RECOUNTED:
        mine, theirs = getattr(found, name), getattr(report.happened.all_uses, name)
        if abs(mine - theirs) > 1e-9 * max(1.0, abs(mine)):
            yield Finding("recount", {"figure": name, "rows": mine, "report": theirs})


_RECOUNTED = (
    "requests",
    "attempts",
    "requests_judged",
    "requests_accepted",
    "attempts_judged",
    "attempts_metered",
    "energy_j",
    "attempts_reviewed",
    "review_seconds",
)


def _traces(ledger: Ledger, report: MonthReport) -> Iterator[Trace]:
    """Each figure with the rows it rests on."""
    for each in report.figures:
        wanted = _ROWS_OF.get(each.name)
        if wanted is not None:
            yield _trace(ledger, report, each.name, *wanted)
            continue
        bills = _trace(ledger, report, each.name, BillLine, "component = :component")
        table, where = _COUNTED_MONEY.get(each.name, (BillLine, ""))
        counted = _trace(ledger, report, each.name, table, where) if where else bills
        yield from (one for one in dict.fromkeys((counted, bills)) if one.rows or one is counted)


_ROWS_OF: dict[str, tuple[type[Row], str]] = {
    "requests": (Attempt, "1"),
    "attempts": (Attempt, "1"),
    "attempts_per_request": (Attempt, "1"),
    "accepted_requests": (Attempt, "accepted IS NOT NULL"),
    "first_attempt_acceptance": (Attempt, "accepted IS NOT NULL AND coalesce(attempt, 1) = 1"),
    "fallback_share": (Attempt, "accepted IS NOT NULL"),
    "review_hours": (Attempt, "review_seconds IS NOT NULL"),
    "busy_kwh": (Attempt, "energy_j IS NOT NULL"),
    "idle_kwh": (BoardMinute, "energy_j IS NOT NULL"),
    "carbon": (Attempt, "energy_j IS NOT NULL"),
}
_COUNTED_MONEY: dict[str, tuple[type[Row], str]] = {
    "review": (Attempt, "review_seconds IS NOT NULL"),
    "fallback": (Attempt, "accepted IS NOT NULL"),
    "electricity": (Attempt, "energy_j IS NOT NULL"),
    "api": (Attempt, "cost IS NOT NULL"),
}


def _trace(
    ledger: Ledger,
    report: MonthReport,
    figure: str,
    kind: type[Row],
    where: str,
) -> Trace:
    time = kind.time_column
    of_month = OVERLAPS if kind is BillLine else f"{time} >= :begin AND {time} < :end"
    rows = ledger.query(
        f"SELECT source, count(*) AS n FROM latest_{kind.table} WHERE {of_month} AND {where} "
        "GROUP BY source ORDER BY n DESC, source",
        within(report.month.bounds(report.approved.zone), component=figure),
    )
    sources = tuple((row["source"], row["n"]) for row in rows)
    return Trace(figure, kind.table, sum(count for _, count in sources), sources)


def seals_text(found: Seals) -> str:
    """The seals as a file that a later audit holds the ledger against."""
    return (
        json.dumps({name: {"rows": one.rows, "sha256": one.sha256} for name, one in found.items()}, indent=2)
        + "\n"
    )


def read_seals(path: Path) -> dict[str, Seal]:
    """The seals of a file.

    Raises
    ------
    OperationError
        When it cannot be read or holds none.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return {
            kind.table: Seal(int(document[kind.table]["rows"]), str(document[kind.table]["sha256"]))
            for kind in ROWS
        }
    except OSError as fault:
        raise OperationError(at(path, Message("operating.not_read", reason=fault.strerror))) from None
    except (ValueError, KeyError, TypeError):
        raise OperationError(at(path, Message("operating.no_seal"))) from None
