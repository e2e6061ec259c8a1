"""/metrics over HTTP, by prometheus-client."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.errors import MeasurementError
from bench.exporter.metrics import LedgerCollector


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
    registry = CollectorRegistry()
    registry.register(LedgerCollector(ledger))
    server, thread = start_http_server(port, host, registry)
    try:
        yield f"{f'[{host}]' if ':' in host else host}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
