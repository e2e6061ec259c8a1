"""The ledger's sums are what adding up its attempts gives, whatever came in which order."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.operations import sums
from bench.operations.ledger import Added, Ledger
from bench.operations.rows import Attempt

ATTEMPTS_AGAIN = """
SELECT substr(started_at, 1, 13) AS hour, coalesce(workload, ''), coalesce(model, ''), count(*), count(accepted),
    coalesce(sum(accepted) FILTER (WHERE coalesce(attempt, 1) = 1), 0), coalesce(sum(energy_j), 0), count(energy_j),
    coalesce(sum(images), 0), coalesce(sum(cost), 0)
FROM latest_attempts GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
ATTEMPTS = """
SELECT substr(quarter, 1, 13), workload, model, sum(attempts), sum(attempts_judged), sum(first_accepted),
    sum(energy_j), sum(attempts_metered), sum(images), sum(cost)
FROM attempt_sums GROUP BY 1, 2, 3 HAVING sum(attempts) ORDER BY 1, 2, 3
"""
REQUESTS_AGAIN = """
SELECT workload, coalesce(model, ''), count(*), sum(judged), sum(passed) FROM (
    SELECT workload, model, count(accepted) > 0 AS judged, coalesce(max(accepted), 0) AS passed
    FROM latest_attempts GROUP BY workload, model, supply, coalesce(request_id, source || ' ' || source_id))
GROUP BY 1, 2 ORDER BY 1, 2
"""
REQUESTS = """
SELECT workload, model, sum(requests), sum(requests_judged), sum(requests_accepted)
FROM request_sums GROUP BY 1, 2 HAVING sum(requests) ORDER BY 1, 2
"""
ROW = st.fixed_dictionaries(
    {
        "source_id": st.sampled_from("abcdef"),
        "started_at": st.sampled_from(
            ["2026-11-30T18:14:59Z", "2026-11-30T18:15:00Z", "2026-12-01T03:00:00Z"]
        ),
        "workload": st.sampled_from(["w", "v"]),
    },
    optional={
        "request_id": st.sampled_from(["r", "s"]),
        "attempt": st.integers(1, 2),
        "model": st.sampled_from(["m", "n"]),
        "accepted": st.booleans(),
        "images": st.integers(1, 4),
        "energy": st.integers(0, 9),
        "cost": st.integers(0, 9),
    },
)


def attempt(said: dict[str, object]) -> Attempt:
    row = {"source": "test"} | said
    energy, cost = row.pop("energy", None), row.get("cost")
    joules = (
        {"energy_j": energy, "energy_kind": "measured"} if energy is not None else {"energy_reason": "none"}
    )
    return Attempt.model_validate(row | joules | ({} if cost is None else {"currency": "USD"}))


def same(ledger: Ledger) -> None:
    for made, again in ((ATTEMPTS, ATTEMPTS_AGAIN), (REQUESTS, REQUESTS_AGAIN)):
        assert [tuple(row) for row in ledger.query(made)] == [tuple(row) for row in ledger.query(again)]


@settings(max_examples=150, deadline=None)
@given(batches=st.lists(st.lists(ROW, max_size=6), max_size=6))
def test_sums_are_the_latest_attempts_added_up(batches: list[list[dict[str, object]]]) -> None:
    with Ledger(Path(":memory:"), create=True) as memory:
        for batch in batches:
            memory.add(attempt(row) for row in batch)
            same(memory)


def test_a_ledger_from_before_there_were_sums_is_added_up_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "operations.db"
    rows = [
        attempt({"source_id": str(n), "started_at": "2026-12-01T00:00:00Z", "workload": "w"})
        for n in range(5)
    ]
    with Ledger(path, create=True) as ledger:
        ledger.add(rows)
        for statement in (
            "DROP TABLE attempt_sums",
            "DROP TABLE request_sums",
            "DROP TABLE summed",
            "DROP INDEX attempts_request",
            "PRAGMA user_version = 1",
        ):
            list(ledger.query(statement))
    with Ledger(path) as ledger:
        same(ledger)
        assert ledger.add(rows) == Added(unchanged=5)


@pytest.mark.parametrize(
    ("moment", "quarter"),
    [("2026-11-30T18:15:00.000Z", "2026-11-30T18:15"), ("2026-11-30T18:14:59.999Z", "2026-11-30T18:00")],
)
def test_a_quarter_of_an_hour_ends_where_a_month_of_kathmandu_begins(moment: str, quarter: str) -> None:
    """December begins at 18:15 UTC there, whose offset is +05:45."""
    assert sums.quarter_of(moment) == quarter
