"""Counters, traces and the replay meter."""

from pathlib import Path

import pytest

from bench.errors import MeterError
from bench.meters.contract import (
    AbsentMeter,
    BoardState,
    MeterDescription,
)
from bench.meters.counter import CumulativeCounter
from bench.meters.find import open_meter
from bench.meters.rapl import RaplMeter
from bench.meters.replay import ReplayClock, replay_file
from bench.meters.trace import TraceRow, read_trace, trace_head, trace_line

SECOND = 1_000_000_000


def rapl_folder(root: Path, package_uj: int, dram_uj: int) -> Path:
    """A powercap tree as Linux lays it out: one package with its core and its memory."""
    domains = {
        "intel-rapl:0": ("package-0", package_uj),
        "intel-rapl:0:0": ("core", 1),
        "intel-rapl:0:1": ("dram", dram_uj),
    }
    for folder, (name, energy_uj) in domains.items():
        (root / folder).mkdir(parents=True, exist_ok=True)
        (root / folder / "name").write_text(f"{name}\n")
        (root / folder / "max_energy_range_uj").write_text("262143328850\n")
        (root / folder / "energy_uj").write_text(f"{energy_uj}\n")
    return root


def trace_file(path: Path, *energies: float | None, lost_at: int | None = None) -> Path:
    """One row a second at 100 W, with these counter readings."""
    about = MeterDescription("nvml-counter", "gpu", "NVIDIA L4", "GPU-1", 72.0, "570.1")
    rows = [
        TraceRow(BoardState(number * SECOND, 50.0, power_w=100.0), energy, lost=number == lost_at)
        for number, energy in enumerate(energies)
    ]
    path.write_text(trace_head(about) + "".join(map(trace_line, rows)), encoding="utf-8")
    return path


def test_a_counter_that_wraps_goes_on_rising() -> None:
    counter = CumulativeCounter(highest_power_w=100.0, range_j=1000.0)
    raws = (990.0, 30.0, 70.0)
    assert [counter.take(i * SECOND, raw).energy_j for i, raw in enumerate(raws)] == [990.0, 1030.0, 1070.0]


def test_a_fall_that_no_power_could_explain_is_a_reset() -> None:
    counter = CumulativeCounter(highest_power_w=100.0, range_j=1000.0)
    counter.take(0, 500.0)
    with pytest.raises(MeterError, match=r"fell from 500\.0 J to 10\.0 J: it was reset"):
        counter.take(SECOND, 10.0)


def test_after_a_reset_the_counter_goes_on_from_its_new_value() -> None:
    counter = CumulativeCounter(highest_power_w=100.0)
    counter.take(0, 500.0)
    with pytest.raises(MeterError, match="reset"):
        counter.take(SECOND, 10.0)
    assert counter.take(2 * SECOND, 60.0).energy_j == 60.0


def test_a_rise_that_no_power_could_give_is_refused() -> None:
    counter = CumulativeCounter(highest_power_w=100.0)
    counter.take(0, 500.0)
    with pytest.raises(MeterError, match=r"rose by 300\.0 J in 1\.000 s, more than 100 W"):
        counter.take(SECOND, 800.0)


def test_a_counter_left_alone_for_a_whole_turn_is_not_believed() -> None:
    counter = CumulativeCounter(highest_power_w=100.0, range_j=1000.0)
    counter.take(0, 500.0)
    with pytest.raises(MeterError, match="may have wrapped more than once; read it at least every 9 s"):
        counter.take(9 * SECOND, 510.0)


def test_rapl_adds_package_and_memory_and_leaves_the_core_out(tmp_path: Path) -> None:
    meter = RaplMeter(rapl_folder(tmp_path, 5_000_000, 2_000_000))
    assert meter.read_energy().energy_j == pytest.approx(7.0)
    assert meter.description.boundary == "processor_and_memory"


def test_rapl_passes_its_range_without_losing_a_joule(tmp_path: Path) -> None:
    meter = RaplMeter(rapl_folder(tmp_path, 262_143_000_000, 2_000_000))
    before = meter.read_energy().energy_j
    rapl_folder(tmp_path, 671_150, 2_000_000)
    assert meter.read_energy().energy_j - before == pytest.approx(1.0, abs=1e-6)


def test_rapl_that_may_not_be_read_names_the_udev_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rapl_folder(tmp_path, 1, 1)
    read_text = Path.read_text

    def refuse(path: Path, encoding: str | None = None, errors: str | None = None) -> str:
        """Root may read every file, so that the refusal cannot be had by permissions alone."""
        if path.name == "energy_uj":
            raise PermissionError(13, "Permission denied")
        return read_text(path, encoding, errors)

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(MeterError, match=r'SUBSYSTEM=="powercap", KERNEL=="intel-rapl:\*", RUN\+='):
        RaplMeter(tmp_path)


def test_a_machine_without_rapl_says_where_it_looked(tmp_path: Path) -> None:
    with pytest.raises(MeterError, match=f"no RAPL domain under {tmp_path}"):
        RaplMeter(tmp_path)


def test_an_absent_meter_gives_its_reason_and_never_a_zero() -> None:
    meter = AbsentMeter("no NVIDIA driver library here")
    with pytest.raises(MeterError, match="no NVIDIA driver library here"):
        meter.read_energy()
    assert (meter.read_power(), meter.description.kind) == (None, "absent")


def test_an_unknown_meter_is_answered_with_the_known_ones() -> None:
    with pytest.raises(MeterError, match="no meter is called 'watts'; there are auto, nvml"):
        open_meter("watts")


def test_a_trace_reads_back_as_it_was_written(tmp_path: Path) -> None:
    state = BoardState(3 * SECOND, 61.5, 1980.0, 2**34, frozenset({"sw_power_cap", "hw_slowdown"}), 301.25)
    about = MeterDescription("nvml-counter", "gpu", "NVIDIA L4", "GPU-1", 72.0, "570.1", ("shared",))
    path = tmp_path / "trace.csv"
    path.write_text(trace_head(about, 1000.0) + trace_line(TraceRow(state, 12.125)), encoding="utf-8")
    trace = read_trace(path)
    assert (trace.description, trace.rows, trace.range_j) == (about, (TraceRow(state, 12.125),), 1000.0)


def test_a_row_cut_off_by_a_kill_is_left_out(tmp_path: Path) -> None:
    path = trace_file(tmp_path / "trace.csv", 0.0, 100.0, 200.0)
    path.write_text(path.read_text(encoding="utf-8")[:-5], encoding="utf-8")
    assert [row.energy_j for row in read_trace(path).rows] == [0.0, 100.0]


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("x,1,2,3,4,5,\n", "line 6: invalid literal"),
        ("1,2\n", "line 6: 2 cells where 7 belong"),
        ("1,0,0,0,0,0,\n", "line 6: time runs backwards"),
    ],
)
def test_a_faulty_row_is_named_by_its_line(tmp_path: Path, fault: str, message: str) -> None:
    path = trace_file(tmp_path / "trace.csv", 0.0, 100.0, 200.0)
    path.write_text(path.read_text(encoding="utf-8") + fault, encoding="utf-8")
    with pytest.raises(MeterError, match=message):
        read_trace(path)


def test_a_file_that_is_no_trace_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "emissions.csv"
    path.write_text("timestamp,emissions\n1,2\n", encoding="utf-8")
    with pytest.raises(MeterError, match="is no trace"):
        read_trace(path)


def test_a_recording_plays_in_its_own_time(tmp_path: Path) -> None:
    meter = replay_file(trace_file(tmp_path / "trace.csv", 0.0, 100.0, 250.0))
    meter.clock.sleep(2.5 - 1.0)
    assert (meter.read_energy().energy_j, meter.read_energy().monotonic_ns) == (100.0, 1.5 * SECOND)


def test_a_recording_says_what_it_replays(tmp_path: Path) -> None:
    about = replay_file(trace_file(tmp_path / "trace.csv", 0.0)).description
    assert (about.kind, about.board_name) == ("replay", "NVIDIA L4")
    assert about.notes == ("replay of trace.csv, recorded from nvml-counter",)


def test_a_recording_that_is_over_is_an_error(tmp_path: Path) -> None:
    meter = replay_file(trace_file(tmp_path / "trace.csv", 0.0, 100.0))
    meter.clock.sleep(1.5)
    with pytest.raises(MeterError, match=r"the recording ends 1\.0 s after its start"):
        meter.read_energy()


def test_a_reading_that_was_lost_is_lost_again(tmp_path: Path) -> None:
    meter = replay_file(trace_file(tmp_path / "trace.csv", 0.0, None, 200.0, lost_at=1))
    meter.clock.sleep(1.0)
    with pytest.raises(MeterError, match="no counter reading was recorded"):
        meter.read_energy()


def test_a_replay_clock_calls_at_each_period_of_its_own_time() -> None:
    clock, calls = ReplayClock(), []
    end = clock.every(0.3, lambda: calls.append(clock.now_ns()))
    clock.sleep(1.0)
    end()
    clock.sleep(1.0)
    assert calls == [300_000_000, 600_000_000, 900_000_000]
