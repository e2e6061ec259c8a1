"""A ledger of ten million attempts: size of the file, seconds of a status, of a report, of what a minute adds.

Status and report run as the commands do, in a fresh process each."""

import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.library import library_profiles
from bench.operations import sums
from bench.operations.ledger import Ledger
from bench.operations.rows import Attempt
from roi.operate.approved import approve, month_of
from roi.planning.decide_plan import plan
from roi.policy import policy_of, policy_text, read_policy
from roi.scenario.load import demonstration

ATTEMPTS = 10_000_000
MONTHS = 12
STATUS_AIM_S, REPORT_AIM_S = 2.0, 20.0
FIRST_MONTH = "2025-11"

FILL = """
WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < :attempts - 1)
INSERT INTO attempts (source, source_id, started_at, workload, request_id, attempt, model, setting_hash,
    num_inference_steps, width, height, images, supply, board_uuid, seconds, status, energy_j, energy_kind,
    accepted, review_seconds, version, recorded_at)
SELECT 'track:render-01', printf('render-01-4711-0badcafe-1:%d', n),
    strftime('%Y-%m-%dT%H:%M:%S', :begin, '+' || (n * 1.0 * :seconds / :attempts) || ' seconds') || '.000Z',
    :workload, printf('request-%d', n / 3 * 2 + min(n % 3, 1)), 1 + (n % 3 = 2), :model, '0123456789abcdef',
    28, 1024, 1024, 4, :supply, 'GPU-6c1f2d3e-4b5a-6978-8796-a5b4c3d2e1f0', 8.0 + n % 7 * 0.1, 'ok',
    2000.0 + n % 101, 'measured', n % 5 <> 0, 15.0 + n % 11, 1, '2026-11-27T00:00:00.000Z'
FROM n
"""


def report(*, quick: bool) -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "operations.db"
        count = ATTEMPTS // 20 if quick else ATTEMPTS
        _begin(path)
        made_s, summed_s = _fill(path, count)
        size = path.stat().st_size
        print(
            f"operate: {count:,} attempts over {MONTHS} months: {size / 1e9:.2f} GB, {size / count:.0f} B each; "
            f"written in {made_s:.0f} s, added up in {summed_s:.0f} s"
        )
        month = str(month_of(FIRST_MONTH).after(MONTHS - 1))
        for word, aim in (("status", STATUS_AIM_S), ("report", REPORT_AIM_S)):
            wall_s, cpu_s = _run(word, path, month)
            print(f"operate: {word} {wall_s:.2f} s, {cpu_s:.2f} s of a processor (aim {aim:g})")
        print(f"operate: a minute of 100 attempts more is added in {_minute(path) * 1e3:.0f} ms")


def _begin(path: Path) -> None:
    """An empty ledger with the demonstration's plan, and its policy beside it."""
    decision = plan(demonstration(), library_profiles(), time_limit_s=60)
    policy = path.with_name("policy.yaml")
    policy.write_text(policy_text(policy_of(decision)), encoding="utf-8")
    with Ledger(path, create=True) as ledger:
        approve(ledger, policy, month_of(FIRST_MONTH), "Asia/Tokyo")


def _fill(path: Path, count: int) -> tuple[float, float]:
    """Attempts evenly over the months, three for two requests; seconds to write and to add them up."""
    found = read_policy(path.with_name("policy.yaml")).plan
    assert found is not None
    use = found.uses[0]
    base = sqlite3.connect(path, isolation_level=None)
    base.execute("BEGIN")
    began = time.perf_counter()
    base.execute(
        FILL,
        {
            "attempts": count,
            "begin": f"{FIRST_MONTH}-01T00:00:00",
            "seconds": MONTHS * 30.4 * 86_400,
            "workload": use.workload,
            "model": use.model_id,
            "supply": use.supply,
        },
    )
    made = time.perf_counter()
    sums.add_up(base)
    base.execute("COMMIT")
    summed = time.perf_counter()
    base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    base.close()
    return made - began, summed - made


def _run(word: str, path: Path, month: str) -> tuple[float, float]:
    """Seconds of one command, of the clock and of a processor: the best of three, since others disturb."""
    took = []
    for _ in range(3):
        began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "roi", "operate", word, "--log", str(path), "--month", month]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        took.append((time.perf_counter() - began, used))
        if done.returncode not in (0, 1):
            raise RuntimeError(done.stderr)
    return min(took)


def _minute(path: Path) -> float:
    rows = [
        Attempt(
            source="track:render-01",
            source_id=f"minute:{number}",
            started_at="2026-11-27T00:00:00Z",
            workload="product-pictures",
            energy_reason="none",
        )
        for number in range(100)
    ]
    with Ledger(path) as ledger:
        began = time.perf_counter()
        ledger.add(rows)
        return time.perf_counter() - began
