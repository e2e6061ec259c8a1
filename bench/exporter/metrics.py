"""The ledger as metrics: counters of boards and of calls, in OpenMetrics' names and base units.

A counter is a sum over the whole ledger, so that it goes on where it was when the exporter is started anew. Boards
come to the ledger once a minute. A verdict that is taken back makes a counter fall, which Prometheus takes for a
restart. A workload, model or supply that is not known is an empty label.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.operations.ledger import Ledger


@dataclass(frozen=True)
class Metric:
    """One counter: its name in OpenMetrics, without `_total`, and the column that it adds up."""

    name: str
    column: str
    help: str
    unit: str = ""


BOARD_LABELS = ("board", "board_name", "supply")
BOARD_METRICS = (
    Metric("bench_board_energy_joules", "energy_j", "Difference of the board's energy counter.", "joules"),
    Metric("bench_board_busy_energy_joules", "busy_j", "Of it while a tracked call was under way.", "joules"),
    Metric("bench_board_idle_energy_joules", "idle_j", "Of it while no call was under way.", "joules"),
    Metric("bench_board_read_seconds", "seconds", "Time over which the counter was read.", "seconds"),
    Metric(
        "bench_board_busy_seconds", "busy_seconds", "Of it while a tracked call was under way.", "seconds"
    ),
    Metric("bench_board_gap_seconds", "gap_s", "Time in which the counter could not be read.", "seconds"),
    Metric("bench_board_resets", "resets", "Times the counter fell."),
    Metric("bench_board_images", "images", "Images of the calls that ended."),
)
USE_LABELS = ("workload", "model", "supply")
ATTEMPT_METRICS = (
    Metric("bench_attempts", "attempts", "Attempts."),
    Metric("bench_attempts_failed", "attempts_failed", "Attempts that raised or were never heard of again."),
    Metric("bench_attempts_judged", "attempts_judged", "Attempts with a verdict."),
    Metric("bench_first_attempts_judged", "first_judged", "First attempts with a verdict."),
    Metric("bench_first_attempts_accepted", "first_accepted", "First attempts that passed."),
    Metric("bench_attempts_metered", "attempts_metered", "Attempts with joules."),
    Metric("bench_attempt_energy_joules", "energy_j", "Joules of the attempts that have some.", "joules"),
    Metric("bench_attempts_reviewed", "attempts_reviewed", "Attempts with a time of review."),
    Metric("bench_review_seconds", "review_seconds", "Time of review of them.", "seconds"),
    Metric("bench_images", "images", "Images made."),
)
REQUEST_METRICS = (
    Metric("bench_requests", "requests", "Requests."),
    Metric("bench_requests_judged", "requests_judged", "Requests with a verdict."),
    Metric("bench_requests_accepted", "requests_accepted", "Requests of which an image passed."),
)
NEWEST = "bench_ledger_newest_timestamp_seconds"


class LedgerCollector:
    """Hands out the ledger's sums whenever somebody scrapes."""

    def __init__(self, ledger: Path) -> None:
        self._path = ledger

    def collect(self) -> Iterator[Any]:
        """Every family of metrics, from one state of the ledger.

        Raises
        ------
        LedgerError
            When the ledger cannot be read; the scrape then fails, which Prometheus shows as `up` 0.
        """
        with Ledger(self._path) as ledger:
            list(ledger.query("BEGIN"))
            yield from _families(
                ledger,
                "latest_board_minutes",
                "board_uuid AS board, board_name, supply",
                BOARD_LABELS,
                BOARD_METRICS,
            )
            yield from _families(ledger, "attempt_sums", ", ".join(USE_LABELS), USE_LABELS, ATTEMPT_METRICS)
            yield from _families(ledger, "request_sums", ", ".join(USE_LABELS), USE_LABELS, REQUEST_METRICS)
            yield from _newest(ledger)


def _families(
    ledger: Ledger, table: str, keys: str, labels: tuple[str, ...], metrics: tuple[Metric, ...]
) -> Iterator[Any]:
    from prometheus_client.core import CounterMetricFamily

    sums = ", ".join(f"coalesce(sum({each.column}), 0) AS {each.column}" for each in metrics)
    rows = [
        dict(row) for row in ledger.query(f"SELECT {keys}, {sums} FROM {table} GROUP BY {', '.join(labels)}")
    ]
    for metric in metrics:
        family = CounterMetricFamily(metric.name, metric.help, labels=labels, unit=metric.unit)
        for row in rows:
            family.add_metric([row[label] or "" for label in labels], float(row[metric.column]))
        yield family


def _newest(ledger: Ledger) -> Iterator[Any]:
    from prometheus_client.core import GaugeMetricFamily

    family = GaugeMetricFamily(NEWEST, "When the newest of a table was recorded.", labels=["table"])
    for table in ("attempts", "board_minutes"):
        (found,) = next(
            iter(
                ledger.query(
                    f"SELECT recorded_at FROM {table} WHERE rowid = (SELECT max(rowid) FROM {table})"
                )
            ),
            (None,),
        )
        if found is not None:
            family.add_metric([table], datetime.fromisoformat(found).timestamp())
    yield family
