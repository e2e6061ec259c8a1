"""The estimate of processor and memory: codecarbon's classes in a process beside the run, apart from all joules."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bench.__main__ import main
from bench.errors import MeterError
from bench.host import HostPower, HostRecord, HostWatch, mean_over
from bench.meters.host import HostEstimator, HostReading
from bench.meters.rapl import RaplMeter
from bench.profile import Profile, profile_document, read_profiles, write_profiles
from bench.protocol.records import Idle, Measurement, Window
from bench.protocol.tiers import QUICK
from bench.run.host import host_estimate, host_side
from bench.run.point import run_point
from bench.show import profile_markdown, profile_page
from tests.bench.test_meters import rapl_folder
from tests.bench.test_run import POWER_W, plan, steady_trace
from tests.bench.tiny_pipeline import save_tiny_unet

ROOT = Path(__file__).resolve().parents[2]
SECOND = 1_000_000_000
POWER = HostPower(30.0, 10.0, 2.0, "by load", "codecarbon 3.3.2")


def readings(*powers_w: float) -> HostRecord:
    """One reading a second from 0 on, the memory at 20 W."""
    rows = (HostReading(k * SECOND, (k + 1) * SECOND, one, 20.0) for k, one in enumerate(powers_w))
    return HostRecord("by load", "codecarbon 3.3.2", tuple(rows))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_unet(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture(scope="module")
def estimated(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Profile:
    folder = tmp_path_factory.mktemp("estimated")
    meter = f"replay:{steady_trace(folder / 'trace.csv')}"
    return run_point(plan(model, folder / "profile.json", meter_spec=meter))


@pytest.fixture
def without_codecarbon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """codecarbon cannot be imported, neither here nor in processes that are started."""
    for name in [one for one in sys.modules if one.partition(".")[0] == "codecarbon"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "codecarbon", None)
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    line = "raise ModuleNotFoundError(\"No module named 'codecarbon'\", name='codecarbon')\n"
    (hidden / "codecarbon.py").write_text(line, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(hidden), str(ROOT))))


# The mean over windows


def test_the_mean_is_over_the_windows_and_weighted_by_time() -> None:
    power = mean_over(readings(10.0, 20.0, 90.0), [(SECOND // 2, 2 * SECOND)])
    assert power.processor_w == pytest.approx((0.5 * 10.0 + 1.0 * 20.0) / 1.5)
    assert (power.memory_w, power.duration_s) == (pytest.approx(20.0), 1.5)


def test_what_was_drawn_between_two_windows_is_in_no_mean() -> None:
    power = mean_over(readings(10.0, 500.0, 20.0), [(0, SECOND), (2 * SECOND, 3 * SECOND)])
    assert power.processor_w == pytest.approx(15.0)


def test_readings_of_half_of_the_windows_are_no_estimate() -> None:
    with pytest.raises(MeterError, match=r"readings cover 2\.0 s of 4\.0 s of windows"):
        mean_over(readings(10.0, 10.0), [(0, 4 * SECOND)])


def test_no_windows_have_no_mean() -> None:
    with pytest.raises(MeterError, match=r"0\.0 s of 0\.0 s"):
        mean_over(readings(10.0), [])


def test_processes_are_weighted_by_their_time() -> None:
    longer = replace(POWER, processor_w=60.0, duration_s=4.0)
    estimate, notes = host_estimate([POWER, longer], 2.0)
    assert estimate is not None
    assert (estimate.processor_power_w, estimate.memory_power_w) == (pytest.approx(50.0), pytest.approx(10.0))
    assert estimate.energy_j_per_image == pytest.approx((50.0 + 10.0) * 2.0)
    assert notes == ()


def test_one_process_without_an_estimate_leaves_the_whole_without_and_says_why() -> None:
    assert host_estimate([POWER, "it fell", "it fell"], 2.0) == (
        None,
        ("no estimate of processor and memory: it fell",),
    )


# codecarbon's classes


def test_power_by_counters_is_their_joules_over_the_time(tmp_path: Path) -> None:
    estimator = HostEstimator(str(rapl_folder(tmp_path / "powercap", 1_000_000, 7)))
    rapl_folder(tmp_path / "powercap", 51_000_000, 7)
    reading = estimator.take()
    assert reading is not None
    seconds = (reading.end_ns - reading.begin_ns) / SECOND
    assert reading.processor_w * seconds == pytest.approx(50.0, rel=1e-6)
    assert estimator.method.startswith("processor by its RAPL counters")


def test_counters_that_stand_still_are_no_reading_and_never_a_zero(tmp_path: Path) -> None:
    estimator = HostEstimator(str(rapl_folder(tmp_path / "powercap", 1_000_000, 7)))
    assert estimator.take() is None


def test_power_by_load_lies_between_a_tenth_and_all_of_the_design_power(tmp_path: Path) -> None:
    estimator = HostEstimator(str(tmp_path / "no-powercap"))
    time.sleep(0.3)
    reading = estimator.take()
    found = re.search(r"([\d.]+) W (?:for|in) each of (\d+) (?:threads|socket)", estimator.method)
    assert reading is not None
    assert found is not None
    full_w = float(found[1]) * int(found[2])
    assert 0.1 * full_w * 0.999 <= reading.processor_w <= full_w * 1.001


QUIET = """
import json, os, sys, threading
seen = []
def hook(event, args):
    if event.startswith("socket.") and event != "socket.__new__" and event != "socket.gethostname":
        seen.append(event)
    writes = event == "open" and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if writes and not isinstance(args[0], int) and not str(args[0]).startswith((os.devnull, os.environ["TMPDIR"])):
        seen.append(f"open {args[0]}")
sys.addaudithook(hook)
from bench.meters.host import HostEstimator
estimator = HostEstimator()
for _ in range(3):
    estimator.take()
print(json.dumps({"seen": seen, "threads": threading.active_count()}))
"""


def test_an_estimate_asks_no_network_writes_no_file_and_leaves_no_thread(tmp_path: Path) -> None:
    quiet = os.environ | {
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(
            tmp_path
        ),  # where the tempfile module tries whether it may write; nothing must stay there
    }
    command = [sys.executable, "-c", QUIET]
    done = subprocess.run(command, capture_output=True, text=True, env=quiet, cwd=tmp_path, check=True)
    assert json.loads(done.stdout) == {"seen": [], "threads": 1}
    assert list(tmp_path.iterdir()) == []


# The process beside the run


def seconds_of(process_id: int) -> float:
    """Processor time of a process so far, from /proc."""
    fields = Path(f"/proc/{process_id}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_readings_follow_each_other_until_the_end_and_cost_next_to_nothing() -> None:
    watch = HostWatch(period_s=0.5)
    watch.launch()
    watch.await_ready()
    begin_ns, spent_s = time.monotonic_ns(), seconds_of(watch.process_id)
    time.sleep(2.2)
    spent_s = seconds_of(watch.process_id) - spent_s
    end_ns = time.monotonic_ns()
    record = watch.stop()
    assert len(record.readings) >= 4
    assert [one.end_ns for one in record.readings[:-1]] == [one.begin_ns for one in record.readings[1:]]
    assert mean_over(record, [(begin_ns, end_ns)]).duration_s == pytest.approx(2.2, abs=0.3)
    assert spent_s <= 0.1


def test_a_process_that_ends_by_itself_gives_its_reason() -> None:
    watch = HostWatch()
    watch.launch()
    watch.await_ready()
    os.kill(watch.process_id, 9)
    with pytest.raises(MeterError, match="host process ended with -9"):
        watch.stop()


def test_a_watch_that_was_never_launched_ends_in_peace() -> None:
    watch = HostWatch()
    watch.end()
    with pytest.raises(MeterError, match="never launched"):
        watch.await_ready()


def test_a_watch_that_is_stopped_before_it_is_ready_says_so_in_a_sentence() -> None:
    watch = HostWatch(0.05)
    watch.launch()
    try:
        with pytest.raises(MeterError, match="host process"):
            watch.stop()
    finally:
        watch.end()


@pytest.mark.usefixtures("without_codecarbon")
def test_without_codecarbon_the_process_says_what_to_install() -> None:
    watch = HostWatch()
    watch.launch()
    with pytest.raises(MeterError, match=r"No module named 'codecarbon'\): pip install 'image-roi\[bench\]'"):
        watch.await_ready()


# The run


def test_a_run_estimates_processor_and_memory_beside_the_joules_of_the_board(estimated: Profile) -> None:
    host, energy, speed = estimated.host_estimate, estimated.energy, estimated.speed
    assert host is not None
    assert energy is not None
    assert speed is not None
    powers_w = host.processor_power_w + host.memory_power_w
    assert host.energy_j_per_image == pytest.approx(powers_w * speed.seconds_per_image)
    assert (host.evidence, host.tool_version[:10]) == ("estimated", "codecarbon")


def test_the_joules_of_the_board_are_the_boards_alone(estimated: Profile) -> None:
    assert estimated.energy is not None
    assert estimated.speed is not None
    assert estimated.energy.boundary == "gpu"
    board_w = estimated.energy.energy_j_per_image / estimated.speed.seconds_per_image
    host = estimated.host_estimate
    assert host is not None
    added_w = host.processor_power_w + host.memory_power_w
    assert abs(board_w - POWER_W) < added_w / 2, "windows of a third of a second, a counter of 20 ms"


@pytest.mark.usefixtures("without_codecarbon")
def test_a_run_without_codecarbon_measures_as_before_and_notes_what_is_absent(
    model: Path, tmp_path: Path
) -> None:
    meter = f"replay:{steady_trace(tmp_path / 'trace.csv')}"
    profile = run_point(plan(model, tmp_path / "p.json", meter_spec=meter))
    assert profile.energy is not None
    assert profile.host_estimate is None
    (note,) = (one for one in profile.notes if one.startswith("no estimate of processor and memory"))
    assert "pip install 'image-roi[bench]'" in note


def a_measurement() -> Measurement:
    window = Window(0, (1.0,), 1, span_ns=(0, SECOND))
    return Measurement(QUICK, 1, None, Idle(), None, (window,), "half-width")


def test_joules_that_hold_the_processor_already_get_no_estimate_beside_them(
    tmp_path: Path, model: Path
) -> None:
    meter = RaplMeter(rapl_folder(tmp_path / "powercap", 1_000_000, 7))
    with host_side(plan(model, tmp_path / "p.json", meter_spec="rapl"), meter) as side:
        assert side.over([a_measurement()]) == [
            "the measured joules are those of processor and memory already"
        ]


# The profile and its page


def test_the_page_shows_the_estimate_with_its_evidence_and_boundary(
    estimated: Profile, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_profiles(tmp_path / "p.json", [estimated])
    assert main(["show", str(tmp_path / "p.json")]) == 0
    page = capsys.readouterr().out
    assert "J/image: estimated, not in the joules above" in page
    assert "processor and memory of the whole machine" in page
    assert estimated.host_estimate is not None
    assert estimated.host_estimate.method in page


def test_a_second_line_of_an_entry_has_no_name_in_markdown(estimated: Profile) -> None:
    assert "|  | processor and memory of the whole machine" in profile_markdown(estimated)


def test_a_profile_from_before_there_was_an_estimate_reads_and_shows_none(
    estimated: Profile, tmp_path: Path
) -> None:
    document = profile_document(estimated)
    del document["host_estimate"]
    (tmp_path / "old.json").write_text(json.dumps(document), encoding="utf-8")
    (old,) = read_profiles(tmp_path / "old.json")
    assert old.host_estimate is None
    assert "host " not in profile_page(old).replace("host_power", "")


Spoil = Callable[[dict[str, object]], object]


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda host: host.update(energy_j_per_image=1e6), "disagrees with its powers"),
        (lambda host: host.update(evidence="measured"), "host_estimate.evidence"),
        (lambda host: host.update(boundary="host"), "host_estimate.boundary"),
        (lambda host: host.update(processor_power_w=0.0), "host_estimate.processor_power_w"),
        (lambda host: host.pop("method"), "host_estimate.method: is missing"),
    ],
)
def test_an_estimate_that_cannot_be_is_refused(
    estimated: Profile, tmp_path: Path, capsys: pytest.CaptureFixture[str], spoil: Spoil, sentence: str
) -> None:
    document = profile_document(estimated)
    host = document["host_estimate"]
    assert isinstance(host, dict)
    spoil(host)
    (tmp_path / "spoiled.json").write_text(json.dumps(document), encoding="utf-8")
    assert main(["show", str(tmp_path / "spoiled.json")]) == 2
    assert sentence in capsys.readouterr().err
