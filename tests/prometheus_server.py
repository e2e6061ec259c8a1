"""Debian's Prometheus on loopback, and recordings in its own store."""

import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE_S = 120.0


def until(true: Callable[[], bool], what: str) -> None:
    """Wait for a condition, generously."""
    last_s = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < last_s, what
        time.sleep(0.1)


def stored(folder: Path, openmetrics: str) -> Path:
    """A store that holds what a text in OpenMetrics' format, with moments, says."""
    text, store = folder / "recorded.om", folder / "store"
    text.write_text(openmetrics + "# EOF\n", encoding="utf-8")
    command = ["promtool", "tsdb", "create-blocks-from", "openmetrics", str(text), str(store)]
    subprocess.run(command, check=True, capture_output=True)
    return store


@contextmanager
def prometheus(folder: Path, store: Path | None = None, scraped: str | None = None) -> Iterator[str]:
    """A server's address; it reads a store, or scrapes HOST:PORT every second."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    target = f"    static_configs: [{{targets: ['{scraped}']}}]\n"
    jobs = f"scrape_configs:\n  - job_name: bench\n    scrape_interval: 1s\n{target}" if scraped else ""
    settings = folder / "prometheus.yml"
    settings.write_text(jobs or "global: {}\n", encoding="utf-8")
    command = [
        "prometheus",
        f"--config.file={settings}",
        f"--storage.tsdb.path={store or folder / 'store'}",
        "--storage.tsdb.retention.time=100y",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with (folder / "prometheus.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: server.poll() is not None or _ready(address), "Prometheus did not start")
        assert server.poll() is None, (folder / "prometheus.log").read_text(encoding="utf-8")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=PATIENCE_S)


def _ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/-/ready", timeout=5.0) as reply:
            return reply.status == 200
    except OSError:
        return False
