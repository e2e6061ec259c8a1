"""`exporter`: /metrics of a ledger, and a board followed meanwhile."""

import threading
from pathlib import Path
from typing import Annotated

import typer

from bench.arguments import MeterOption
from bench.errors import MeasurementError

DEFAULT_LISTEN = "127.0.0.1:9465"


def exporter(
    log: Annotated[Path, typer.Option(help="The ledger; made where there is none.")] = Path("operations.db"),
    listen: Annotated[
        str, typer.Option(help="HOST:PORT; other hosts are let in only where you name an address of theirs.")
    ] = DEFAULT_LISTEN,
    meter: MeterOption = "none",
) -> None:
    """Serve what the ledger holds to Prometheus until it is told to stop; --meter has a board followed."""
    from bench.exporter.serve import served
    from bench.operations.ledger import Ledger
    from bench.tracking.tracker import follow

    host, port = _address(listen)
    Ledger(log, create=True).close()
    if meter != "none":
        follow(log.absolute(), meter)
    try:
        with served(log.absolute(), host, port) as address:
            typer.echo(f"http://{address}/metrics", err=True)
            threading.Event().wait()
    except OSError as fault:
        raise MeasurementError(f"--listen {listen}: {fault.strerror}; name another port") from None


def _address(listen: str) -> tuple[str, int]:
    host, mark, port = listen.rpartition(":")
    if not mark or not host or not port.isdigit() or int(port) > 65_535:
        raise MeasurementError(f"--listen {listen!r}: write HOST:PORT, such as {DEFAULT_LISTEN}")
    return host.strip("[]"), int(port)
