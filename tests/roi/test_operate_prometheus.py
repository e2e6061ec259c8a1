"""Boards' counters out of a real Prometheus whose store was filled with what exporters say."""

import math
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.operations.ledger import Ledger
from bench.operations.rows import BoardMinute
from roi.__main__ import main
from tests.prometheus_server import prometheus, stored
from tests.roi.test_operate import signed
from tests.roi.test_operate_command import folder

__all__ = ["folder", "signed"]
pytestmark = pytest.mark.skipif(shutil.which("promtool") is None, reason="needs Debian's package prometheus")

BEGIN_S = 1_765_335_600
"""2025-12-10T03:00:00Z, in the plan's first month."""
SCRAPES = range(0, 601, 15)
DCGM = (
    'gpu="0",UUID="GPU-4742cf9a",pci_bus_id="00000000:31:00.0",device="nvidia0",modelName="NVIDIA H100 80GB HBM3",'
    'Hostname="node-1",DCGM_FI_DRIVER_VERSION="580.105.08"'
)


def joules(second: int) -> float:
    """Of a board that works at 300 W from 120 s to 360 s and else waits at 50 W."""
    return 1e6 + 50.0 * second + 250.0 * min(max(second - 120, 0), 240)


def works(second: int) -> bool:
    return 120 < second <= 360


def series(name: str, labels: str, kind: str, value: Callable[[int], float]) -> Iterator[str]:
    yield f"# TYPE {name.removesuffix('_total') if kind == 'counter' else name} {kind}"
    for second in SCRAPES:
        if not math.isnan(value(second)):
            yield f"{name}{{{labels}}} {value(second)!r} {BEGIN_S + second}"


def text(*parts: Iterator[str]) -> str:
    return "".join(f"{line}\n" for part in parts for line in part)


def dcgm(labels: str = DCGM, energy: Callable[[int], float] = joules) -> tuple[Iterator[str], Iterator[str]]:
    """As dcgm-exporter says it: energy in mJ, utilisation in percent. Without `_total` it is a gauge here."""
    return (
        series("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", labels, "gauge", lambda at: 1e3 * energy(at)),
        series("DCGM_FI_DEV_GPU_UTIL", labels, "gauge", lambda at: 97.0 if works(at) else 0.0),
    )


def pulled(folder: Path, openmetrics: str, *more: str) -> int:
    """Exit status of a pull of the ten minutes."""
    (folder / "p").mkdir(exist_ok=True)
    with prometheus(folder / "p", stored(folder / "p", openmetrics)) as address:
        asked = ["--since", "2025-12-10T03:00:00Z", "--until", "2025-12-10T03:10:00Z", *more]
        status = main(["operate", "pull", "prometheus", address, *asked])
        if not status:
            assert main(["operate", "pull", "prometheus", address, *asked]) == 0
        return status


def minutes(folder: Path) -> list[BoardMinute]:
    with Ledger(folder / "operations.db") as ledger:
        return list(ledger.read(BoardMinute))


def sums(found: list[BoardMinute]) -> tuple[float, float]:
    return math.fsum(one.busy_j or 0.0 for one in found), math.fsum(one.idle_j or 0.0 for one in found)


def test_dcgms_counter_is_parted_into_busy_and_idle_and_adds_up(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert pulled(folder, text(*dcgm()), "--map", "dcgm", "--supply", "rented") == 0
    told = capsys.readouterr().out
    assert "10 new, 0 revised, 0 unchanged" in told
    assert "0 new, 0 revised, 10 unchanged" in told
    found = minutes(folder)
    busy_j, idle_j = sums(found)
    assert busy_j + idle_j == pytest.approx(joules(600) - joules(0), rel=1e-9)
    # Work begins and ends within a step at most: 300 W over 240 s, and at either end no more than 15 s.
    assert busy_j == pytest.approx(300.0 * 240, abs=2 * 15 * 300.0)
    assert math.fsum(one.busy_seconds for one in found) == pytest.approx(240.0, abs=30.0)
    assert math.fsum(one.seconds for one in found) == 600.0
    assert {(one.board_uuid, one.board_name, one.supply, one.gap_s) for one in found} == {
        ("GPU-4742cf9a", "NVIDIA H100 80GB HBM3", "rented", 0.0)
    }


def test_tritons_counter_is_in_joules(folder: Path) -> None:
    labels = 'gpu_uuid="GPU-4742cf9a"'
    said = text(
        series("nv_energy_consumption", labels, "gauge", joules),
        series("nv_gpu_utilization", labels, "gauge", lambda at: 0.97 if works(at) else 0.0),
    )
    assert pulled(folder, said, "--map", "triton") == 0
    assert math.fsum(sums(minutes(folder))) == pytest.approx(joules(600) - joules(0), rel=1e-9)


@pytest.mark.parametrize("name", ["vllm_omni:num_requests_running", "vllm_omni_num_requests_running"])
def test_vllm_omnis_requests_tell_when_dcgms_board_was_busy_under_either_name(
    folder: Path, name: str
) -> None:
    energy, _ = dcgm()
    running = series(name, 'model_name="Qwen/Qwen-Image"', "gauge", lambda at: float(works(at)))
    assert pulled(folder, text(energy, running), "--map", "vllm-omni") == 0
    busy_j, _ = sums(minutes(folder))
    assert busy_j == pytest.approx(300.0 * 240, abs=2 * 15 * 300.0)


def test_a_counter_that_fell_is_a_reset_and_a_gap_not_negative_joules(folder: Path) -> None:
    fell = text(*dcgm(energy=lambda at: joules(at) - (1e6 if at >= 300 else 0.0)))
    assert pulled(folder, fell, "--map", "dcgm") == 0
    found = minutes(folder)
    assert (sum(one.resets for one in found), math.fsum(one.gap_s for one in found)) == (1, 15.0)
    lost_j = joules(300) - joules(285)
    assert math.fsum(sums(found)) == pytest.approx(joules(600) - joules(0) - lost_j, rel=1e-9)


@pytest.mark.parametrize(
    ("said", "word"),
    [
        (text(*dcgm(f'{DCGM},GPU_I_PROFILE="1g.5gb",GPU_I_ID="7"')), "GPU_I_ID=7"),
        (text(*dcgm(f'{DCGM},pod="a",vgpu="0"')), "vgpu=0"),
        (
            text(
                (
                    f'DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION{{{DCGM},pod="{pod}"}} 1000 {BEGIN_S + at}'
                    for pod in "ab"
                    for at in SCRAPES
                ),
            ),
            "pod=a, pod=b",
        ),
    ],
)
def test_a_boards_counter_under_the_name_of_a_part_is_refused(
    folder: Path, said: str, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert pulled(folder, said, "--map", "dcgm") == 2
    told = capsys.readouterr().err
    assert word in told
    assert "not of a part (MIG, time slicing)" in told
    assert minutes(folder) == []


def test_several_boards_need_a_name_where_only_one_can_be_meant(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, _ = dcgm()
    other, _ = dcgm(DCGM.replace("GPU-4742cf9a", "GPU-other"))
    running = series("vllm_omni:num_requests_running", 'model_name="m"', "gauge", lambda at: float(works(at)))
    said = text(iter([*one, *list(other)[1:]]), running)
    assert pulled(folder, said, "--map", "vllm-omni") == 2
    assert "name one with --board" in capsys.readouterr().err
    assert pulled(folder, said, "--map", "vllm-omni", "--board", "GPU-other") == 0
    assert {row.board_uuid for row in minutes(folder)} == {"GPU-other"}


def test_joules_that_the_ledger_has_already_are_not_pulled_a_second_time(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = {"seconds": 60.0, "busy_seconds": 0.0, "images": 0, "energy_j": 1.0, "busy_j": 0.0, "idle_j": 1.0}
    board = {"board_uuid": "GPU-4742cf9a", "board_name": "L4", "boundary": "gpu"}
    own = {"source": "track:node-1", "source_id": "1", "started_at": "2025-12-10T03:05:00Z"}
    with Ledger(folder / "operations.db") as ledger:
        ledger.add([BoardMinute.model_validate(own | board | mine)])
    assert pulled(folder, text(*dcgm()), "--map", "dcgm") == 2
    assert "has its joules of that time from track:node-1" in capsys.readouterr().err
    assert len(minutes(folder)) == 1


def test_series_of_a_board_behind_each_other_are_one(folder: Path) -> None:
    """The driver was changed at 300 s: another label, the same counter; what scraped both repeats the old value."""
    newer = DCGM.replace("580.105.08", "590.44.01")
    parts = [
        *dcgm(energy=lambda at: joules(at) if at < 300 else math.nan),
        *dcgm(newer, energy=lambda at: joules(at) if at >= 300 else math.nan),
    ]
    energy, busy, more, more_busy = (list(one) for one in parts)
    assert (
        pulled(folder, text(iter([*energy, *more[1:]]), iter([*busy[:21], *more_busy[21:]])), "--map", "dcgm")
        == 0
    )
    assert math.fsum(sums(minutes(folder))) == pytest.approx(joules(600) - joules(0), rel=1e-9)
    assert sums(minutes(folder))[0] == pytest.approx(300.0 * 240, abs=2 * 15 * 300.0)


def test_more_power_than_the_board_can_draw_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Millijoules under the name of a counter of joules: 300 W become 300 kW."""
    assert pulled(folder, text(*dcgm(energy=lambda at: 1e3 * joules(at))), "--map", "dcgm") == 2
    told = capsys.readouterr().err
    assert "GPU-4742cf9a: 150,000 W is more than the 700 W of NVIDIA H100 80GB HBM3 allow" in told
    assert minutes(folder) == []


def test_a_store_without_the_board_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert pulled(folder, text(*dcgm()), "--map", "bench") == 2
    assert "stored no bench_board_energy_joules_total of that time" in capsys.readouterr().err
