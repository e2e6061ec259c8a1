"""The ledger as Prometheus scrapes it: names, units, sums, and what a real Prometheus then holds."""

import itertools
import math
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from bench.__main__ import main
from bench.exporter.command import served
from bench.operations.ledger import Ledger
from bench.operations.rows import Attempt, BoardMinute
from roi.operate.sources.prometheus import Asked, pull
from roi.operate.sources.reading import answer
from tests.bench.test_tracking import POWER_W, Rig
from tests.prometheus_server import prometheus, until

ENERGY = "bench_board_energy_joules_total"
OPENMETRICS = "application/openmetrics-text; version=1.0.0"


def scraped(address: str, accepted: str = OPENMETRICS) -> str:
    asked = urllib.request.Request(f"http://{address}/metrics", headers={"Accept": accepted})
    with urllib.request.urlopen(asked, timeout=30.0) as reply:
        return reply.read().decode()


def values(address: str, query: str, **more: str) -> list[float]:
    found = answer(address, "/api/v1/query", query=query, **more)["data"]["result"]
    return [float(one["value"][1]) for one in found]


def filled(path: Path) -> None:
    attempt = {"source": "test", "started_at": "2026-12-10T03:00:00Z", "workload": "w", "model": "m"}
    joules = {"energy_j": 2_000.5, "energy_kind": "measured", "images": 4}
    minute = {
        "energy_j": 100.25,
        "busy_j": 60.0,
        "idle_j": 40.25,
        "seconds": 60.0,
        "busy_seconds": 12.0,
        "images": 4,
    }
    board = {
        "source": "test",
        "board_uuid": "GPU-1",
        "board_name": "H100",
        "boundary": "gpu",
        "supply": "own",
    }
    with Ledger(path, create=True) as ledger:
        for number in range(3):
            said = attempt | joules | {"source_id": str(number), "request_id": str(number // 2)}
            ledger.add([Attempt.model_validate(said | {"attempt": 1 + number % 2, "accepted": number != 0})])
            at = f"2026-12-10T03:0{number}:00Z"
            ledger.add(
                [BoardMinute.model_validate(board | minute | {"source_id": str(number), "started_at": at})]
            )


def test_sums_stand_under_openmetrics_names_with_their_units(tmp_path: Path) -> None:
    filled(tmp_path / "operations.db")
    with served(tmp_path / "operations.db", "127.0.0.1", 0) as address:
        text = scraped(address)
    board, use = 'board="GPU-1",board_name="H100",supply="own"', 'model="m",supply="",workload="w"'
    for line in (
        "# UNIT bench_board_energy_joules joules",
        "# TYPE bench_board_energy_joules counter",
        f"bench_board_energy_joules_total{{{board}}} 300.75",
        f"bench_board_busy_energy_joules_total{{{board}}} 180.0",
        f"bench_board_busy_seconds_total{{{board}}} 36.0",
        f"bench_board_images_total{{{board}}} 12.0",
        f"bench_attempts_total{{{use}}} 3.0",
        f"bench_attempt_energy_joules_total{{{use}}} 6001.5",
        f"bench_first_attempts_accepted_total{{{use}}} 1.0",
        f"bench_requests_accepted_total{{{use}}} 2.0",
        "# EOF",
    ):
        assert line in text.splitlines()
    assert not re.search(r"^[a-z_]*:", text, re.MULTILINE)  # a colon would become an underscore on the way


@pytest.mark.skipif(shutil.which("promtool") is None, reason="needs Debian's package prometheus")
def test_promtool_finds_nothing_to_say_against_the_names(tmp_path: Path) -> None:
    filled(tmp_path / "operations.db")
    with served(tmp_path / "operations.db", "127.0.0.1", 0) as address:
        text = scraped(address, "text/plain; version=0.0.4")
    done = subprocess.run(
        ["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("prometheus") is None, reason="needs Debian's package prometheus")
def test_a_real_prometheus_holds_the_boards_joules_and_gives_them_back(tmp_path: Path) -> None:
    """Work for 2 s of every 5 s of a replayed board, written to the ledger and scraped meanwhile."""
    rig = Rig(tmp_path)
    program = rig.program()
    program.write({"is": "here"})
    Ledger(rig.path, create=True).close()
    seen: set[float] = set()
    with served(rig.path, "127.0.0.1", 0) as exporter, prometheus(tmp_path, scraped=exporter) as address:
        calls = itertools.count(1)

        def work() -> bool:
            call = next(calls)
            rig.passes(3.0)
            rig.begin(program, call)
            rig.passes(2.0)
            rig.end(program, call, images=4)
            rig.passes(1.5)
            rig.watch.write()
            seen.update(values(address, ENERGY))
            return len(seen) >= 6

        until(work, "Prometheus never saw the board")
        moments = f"timestamp({ENERGY})[10m:1s]"
        (begin_s,), (end_s,) = (values(address, f"{which}_over_time({moments})") for which in ("min", "max"))
        asked = Asked("bench", math.ceil(begin_s), math.floor(end_s), step_s=1, row_s=1)
        rows = pull(address, asked).rows
        (begin_j,), (end_j,) = (values(address, ENERGY, time=str(at)) for at in (asked.begin_s, asked.end_s))
    minutes = [row for row in rows if isinstance(row, BoardMinute)]
    whole = math.fsum(row.energy_j or 0.0 for row in minutes)
    busy, idle = (math.fsum(getattr(row, name) or 0.0 for row in minutes) for name in ("busy_j", "idle_j"))
    assert whole == pytest.approx(end_j - begin_j, rel=1e-9)
    assert busy + idle == pytest.approx(whole, rel=1e-9)
    assert whole > 5 * POWER_W
    assert whole == pytest.approx(POWER_W * math.fsum(row.seconds for row in minutes), rel=1e-9)
    assert busy == pytest.approx(POWER_W * math.fsum(row.busy_seconds for row in minutes), rel=1e-9)
    assert {(row.board_uuid, row.board_name) for row in minutes} == {("GPU-1", "H100")}
    program.close()


def test_the_command_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "bench",
        "exporter",
        "--log",
        str(tmp_path / "o.db"),
        "--listen",
        "127.0.0.1:0",
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        address = process.stderr.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/metrics", address)
        assert "bench_board_energy_joules" in scraped(address.split("/")[2])
        process.send_signal(signal.SIGTERM)
    assert process.returncode == 143


@pytest.mark.parametrize("listen", ["9465", "127.0.0.1", "127.0.0.1:99999", ":80"])
def test_an_address_to_listen_on_is_a_host_and_a_port(
    tmp_path: Path, listen: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["exporter", "--log", str(tmp_path / "o.db"), "--listen", listen]) == 2
    assert "write HOST:PORT" in capsys.readouterr().err
