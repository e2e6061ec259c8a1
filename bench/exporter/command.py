"""`exporter`: /metrics of a ledger, and a board followed meanwhile."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
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
    from bench.meters.find import require_meter
    from bench.operations.ledger import Ledger
    from bench.tracking.tracker import follow

    host, port = _address(listen)
    require_meter(meter)
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


@contextmanager
def served(ledger: Path, host: str, port: int) -> Iterator[str]:
    """Serve a ledger for the length of the block; the address as HOST:PORT, port 0 taking a free one.

    Raises
    ------
    MeasurementError
        Without prometheus-client.
    OSError
        When the address cannot be listened on.
    """
    try:
        from prometheus_client import CollectorRegistry, start_http_server
    except ImportError:
        raise MeasurementError(
            "the exporter needs prometheus-client: pip install 'image-roi[operate]'"
        ) from None
    from bench.exporter.metrics import LedgerCollector

    registry = CollectorRegistry()
    registry.register(LedgerCollector(ledger))
    server, thread = start_http_server(port, host, registry)
    try:
        yield f"{f'[{host}]' if ':' in host else host}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
