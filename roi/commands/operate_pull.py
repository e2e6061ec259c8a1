"""`operate pull`: what other programs wrote or keep, into the ledger."""

import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roi.commands.arguments import LEDGER, Lang, Log
from roi.errors import OperationError
from roi.texts import language_of, text
from roi.texts.messages import Message

if TYPE_CHECKING:
    from bench.operations.ledger import Ledger
    from bench.operations.rows import Row
    from roi.operate.sources.reading import Pulled

SERVERS = ("comfyui", "invokeai", "prometheus")
LOGS = ("api-log", "api-costs")
Place = Annotated[
    str, typer.Argument(metavar="FILE|ADDRESS", help="CSV, JSON or data base; of servers, http://HOST:PORT.")
]
MapOption = Annotated[
    str, typer.Option("--map", help="Whose series Prometheus stored: bench, dcgm, triton or vllm-omni.")
]
MomentOption = Annotated[
    str | None, typer.Option(help="Day or moment, such as 2026-12-01, in the plan's time zone.")
]


def pull(
    source: Annotated[
        str,
        typer.Argument(help="attempts, verdicts, bill, api-log, api-costs, comfyui, invokeai, prometheus."),
    ],
    place: Place,
    log: Log = LEDGER,
    workload: Annotated[str | None, typer.Option(help="Workload, where the source does not say.")] = None,
    supply: Annotated[str | None, typer.Option(help="Supply of the plan where it runs.")] = None,
    exporter: MapOption = "bench",
    board: Annotated[str | None, typer.Option(help="Only this board's UUID (prometheus).")] = None,
    since: MomentOption = None,
    until: MomentOption = None,
    step: Annotated[int, typer.Option(help="Seconds between readings (prometheus).")] = 15,
    lang: Lang = "en",
) -> None:
    """Take up what another program wrote or keeps; the same again changes nothing."""
    from bench.operations.ledger import Ledger
    from roi.operate.duplicates import of_one_kind
    from roi.operate.pull import SOURCES, rows_of
    from roi.operate.sources.reading import Pulled

    language = language_of(lang)
    known = (*SOURCES, *LOGS, *SERVERS)
    if source not in known:
        raise OperationError(Message("operating.source", given=repr(source), known=", ".join(known)))
    with Ledger(log) as ledger:
        if source in SOURCES:
            found = Pulled(rows_of(source, Path(place), ledger, workload))
        elif source == "prometheus":
            found = _board_minutes(ledger, place, exporter, (since, until), supply, board, step)
        else:
            found = _calls(source, place, workload, supply)
        if source == "comfyui":
            found = Pulled(of_one_kind(ledger, found.rows, f"{source}:"), found.notes)
        added = ledger.add(found.rows)
        found.notes.extend(_outside(ledger, found.rows))
    counts = {"new": added.new, "revised": added.revised, "unchanged": added.unchanged}
    typer.echo(text(language, "operation.pulled", source=place, **counts))
    for key, values in found.notes:
        typer.echo(text(language, f"operation_pull.{key}", **values), err=True)


def _outside(ledger: "Ledger", rows: list["Row"]) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Charges that no month of the plan has, where one is approved."""
    from bench.operations.rows import Approval, BillLine
    from roi.operate.approved import approved

    charges = [row for row in rows if isinstance(row, BillLine)]
    if not charges or next(ledger.read(Approval), None) is None:
        return
    held = approved(ledger)
    begin, end = held.bounds
    months = {"first": held.first_month, "last": held.last_month}
    wholly = [one for one in charges if one.charge_period_start >= end or one.charge_period_end <= begin]
    partly = [one for one in charges if one.charge_period_start < begin or one.charge_period_end > end]
    if wholly:
        yield "outside", {"count": len(wholly), **months}
    if len(partly) > len(wholly):
        yield "partly_outside", {"count": len(partly) - len(wholly), **months}


def _calls(source: str, place: str, workload: str | None, supply: str | None) -> "Pulled":
    from roi.operate.sources import comfyui, invokeai, openai_api

    if source == "api-costs":
        return openai_api.pull_costs(Path(place), supply)
    if workload is None:
        raise OperationError(Message("operating.no_workload", source=source))
    if source == "comfyui":
        return comfyui.pull(place, workload, supply)
    if source == "invokeai":
        return invokeai.pull(Path(place), workload, supply)
    return openai_api.pull_log(Path(place), workload, supply)


def _board_minutes(
    ledger: "Ledger",
    address: str,
    exporter: str,
    time_asked: tuple[str | None, str | None],
    supply: str | None,
    board: str | None,
    step: int,
) -> "Pulled":
    from roi.operate.approved import approved
    from roi.operate.sources import prometheus

    held, now_s = approved(ledger), time.time()

    def moment(written: str) -> int:
        try:
            found = datetime.fromisoformat(written)
        except ValueError:
            raise OperationError(Message("operating.no_moment", given=repr(written))) from None
        return int((found if found.tzinfo else found.replace(tzinfo=held.zone)).timestamp())

    begin = time_asked[0] or held.this_month(now_s).bounds(held.zone)[0]
    # A minute is only pulled once it is over and scraped.
    end_s = moment(time_asked[1]) if time_asked[1] else int(now_s) - prometheus.MINUTE_S
    asked = prometheus.Asked(exporter, moment(begin), min(end_s, int(now_s)), supply, board, step)
    found = prometheus.pull(address, asked)
    prometheus.refuse_counted_twice(ledger, found.rows)
    return found
