import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bench.errors import MeasurementError
from bench.journal import Journal, read_journal
from bench.meters.contract import AbsentMeter, BoardState
from bench.meters.trace import TraceRow, trace_head, trace_line
from bench.profile import Energy
from bench.protocol.measure import idle_power_w, measure, time_left_s
from bench.protocol.parts import combine, energy_interval, percentile, seconds_interval, to_profile_parts
from bench.protocol.records import Idle, Measurement, Progress
from bench.protocol.store import read_measurements
from bench.protocol.tiers import PUBLISH, QUICK, STANDARD, IdleRule, Tier, WarmUpRule
from bench.protocol.warm_up import Pieces, settled
from bench.protocol.window import states_of_trace
from tests.bench.scripted_board import DESCRIPTION, ScriptedBoard

ROOT = Path(__file__).resolve().parents[2]
SHORT = replace(
    QUICK, window_min_s=2.0, budget_s=120.0, warm_up=WarmUpRule(duration_min_s=0.0), idle=IdleRule()
)
"""The quick tier with windows of 2 s, four batches of half a second."""
STEADY_J_PER_IMAGE = 400.0 * 0.5 / 2


def measured(board: ScriptedBoard, tier: Tier = SHORT) -> Measurement:
    return measure(board, board.meter, tier)


def energy_of(measurement: Measurement) -> Energy:
    energy = to_profile_parts(measurement).energy
    assert energy is not None
    return energy


def wobbling(spread_w: float) -> Callable[[int], float]:
    """400 W, and every other window of four batches that much more."""
    return lambda number: 400.0 + (spread_w if number // 4 % 2 else 0.0)


def after(seconds: float, reason: str) -> Callable[[float], frozenset[str]]:
    return lambda at_s: frozenset({reason} if at_s > seconds else ())


def test_a_steady_board_gives_its_joules_seconds_and_power() -> None:
    measurement = measured(ScriptedBoard(), STANDARD)
    parts = to_profile_parts(measurement)
    energy = energy_of(measurement)
    assert energy.energy_j_per_image == pytest.approx(STEADY_J_PER_IMAGE, rel=1e-4)
    assert energy.mean_power_w == pytest.approx(400.0, rel=1e-4)
    assert (measurement.stopped, energy.windows, energy.boundary) == ("half-width", 5, "gpu")
    assert parts.speed.seconds_per_image == pytest.approx(0.25)
    assert parts.speed.p95_batch_latency_s == pytest.approx(0.5)
    assert parts.speed.peak_memory_gib == 3.0


def test_idle_power_is_read_with_the_model_loaded_and_without_a_context() -> None:
    board = ScriptedBoard(idle_w=90.0)
    without_w = idle_power_w(board.meter, QUICK.idle)
    measurement = measure(board, board.meter, SHORT, idle=Idle(without_context_w=without_w))
    energy = energy_of(measurement)
    assert energy.idle_power_w == pytest.approx(90.0)
    assert energy.idle_power_with_context_w == pytest.approx(90.0)


def test_the_first_ten_seconds_of_idle_are_dropped() -> None:
    board = ScriptedBoard(idle_w=90.0)
    board._busy.append((0, 9_900_000_000, 500.0))
    assert idle_power_w(board.meter, STANDARD.idle) == pytest.approx(90.0)


def test_windows_count_their_batches_from_0_whatever_the_warm_up_took() -> None:
    board = ScriptedBoard()
    measurement = measured(board)
    warm_up = measurement.warm_up.batches if measurement.warm_up else 0
    assert board.made[warm_up:] == list(range(12))


def test_a_window_holds_its_least_batches_even_when_they_are_long() -> None:
    measurement = measured(ScriptedBoard(seconds=lambda _: 7.0))
    assert [len(window.batch_s) for window in measurement.windows] == [3, 3, 3]


def test_warm_up_of_a_steady_board_lasts_10_seconds() -> None:
    measurement = measured(ScriptedBoard(), QUICK)
    assert measurement.warm_up is not None
    assert (measurement.warm_up.settled, measurement.warm_up.batches) == (True, 20)


def pieces(batch_s: list[float], power_w: list[float | None], piece_s: float = 1.0) -> Pieces:
    return Pieces(batch_s, power_w, [piece_s * (place + 1) for place in range(len(batch_s))])


NOISE = [0.0, 0.08, -0.05, 0.06, -0.08, 0.03, -0.04, 0.07, -0.06, 0.01]


@pytest.mark.parametrize(
    ("batch_s", "power_w", "ends"),
    [
        ([1.0] * 9, [400.0] * 9, False),
        ([1.0] * 10, [400.0] * 10, True),
        ([1.0] * 10, [None] * 10, True),
        ([9.0] * 5 + [1.0] * 5, [400.0] * 10, True),
        ([1.0 + one for one in NOISE], [400.0 * (1 - one) for one in NOISE], True),
        ([1.0] * 10, [400.0 + 4.0 * place for place in range(10)], False),
        ([1.0] * 10, [400.0 + 0.5 * place for place in range(10)], True),
        ([1.0 - 0.02 * place for place in range(10)], [400.0] * 10, False),
    ],
    ids=["early", "steady", "no power", "compiled first", "8 % noise", "warming", "0.5 %", "faster"],
)
def test_warm_up_ends_when_neither_seconds_nor_watts_move_in_one_direction(
    batch_s: list[float], power_w: list[float | None], ends: bool
) -> None:
    assert settled(pieces(batch_s, power_w), len(batch_s), WarmUpRule()) is ends


def test_a_board_that_never_settles_is_flagged_when_the_cap_is_reached() -> None:
    measurement = measured(ScriptedBoard(watts=lambda number: 200.0 + 4.0 * number), QUICK)
    assert measurement.warm_up is not None
    assert measurement.warm_up.duration_s == pytest.approx(30.0)
    assert "warm-up did not settle within 30 s" in measurement.notes[0]


def test_the_range_of_the_sensor_inside_a_window_spoils_nothing() -> None:
    measurement = measured(ScriptedBoard(temperature_c=lambda s: 50.0 if s % 2 < 1 else 66.0))
    assert (len(measurement.accepted), len(measurement.windows)) == (3, 3)
    assert {(one.temperature_low_c, one.temperature_high_c) for one in measurement.windows} == {(50.0, 66.0)}


def test_windows_from_before_the_joules_stood_still_do_not_count() -> None:
    """Watts go up by 5 % a window for three windows, then stay: 400, 420, 440, 460, 460 ..."""
    board = ScriptedBoard(watts=lambda number: 400.0 + 20.0 * min(max(number - 4, 0) // 4, 3))
    measurement = measured(
        board, replace(SHORT, warm_up=WarmUpRule(batches_min=1, duration_min_s=0.0), windows_max=9)
    )
    refused = [one.rejection for one in measurement.windows if one.rejection]
    assert {one.kind for one in refused} == {"warming"}
    assert "joules an image moved by +" in refused[0].reason
    energy = energy_of(measurement)
    assert energy.energy_j_per_image == pytest.approx(460.0 / 4, abs=energy.energy_half_width_95_j_per_image)


@pytest.mark.parametrize("reason", ["hw_thermal_slowdown", "sw_thermal_slowdown", "hw_power_brake"])
def test_windows_with_a_slowdown_that_passes_do_not_count(reason: str) -> None:
    def passing(at_s: float) -> frozenset[str]:
        return frozenset({reason} if 34.5 < at_s < 35.5 else ())

    measurement = measured(ScriptedBoard(reasons=passing))
    assert [one.index for one in measurement.windows if one.rejection] == [1]
    assert {one.rejection.reason for one in measurement.windows if one.rejection} == {
        f"the board slowed down: {reason}"
    }


def test_a_slowdown_that_stays_is_how_the_board_works_and_is_labelled() -> None:
    """From the second window on heat brakes the board to 300 W: that is what its images take there."""
    board = ScriptedBoard(
        reasons=after(34.5, "sw_thermal_slowdown"),
        watts=lambda number: 400.0 if number < 7 else 300.0,
        seconds=lambda number: 0.5 if number < 7 else 0.8,
    )
    measurement = measured(board, replace(SHORT, windows_max=9))
    parts = to_profile_parts(measurement)
    assert parts.energy is not None
    assert parts.energy.energy_j_per_image == pytest.approx(300.0 * 0.8 / 2, rel=1e-3)
    assert any("works slowed down (sw_thermal_slowdown)" in note for note in parts.notes)
    assert any("before the board settled to working slowed down" in note for note in parts.notes)


def test_what_a_side_car_saw_inside_a_long_batch_spoils_its_window(tmp_path: Path) -> None:
    file = tmp_path / "trace.csv"
    with file.open("w", encoding="utf-8") as target:
        target.write(trace_head(DESCRIPTION))
        for tenth in range(2000):
            braked = frozenset({"hw_power_brake"} if 800 <= tenth < 805 else ())
            target.write(trace_line(TraceRow(BoardState(tenth * 100_000_000, 50.0, throttle_reasons=braked))))
    board = ScriptedBoard(seconds=lambda _: 7.0)
    measurement = measure(board, board.meter, SHORT, states_between=states_of_trace(file))
    assert [window.index for window in measurement.windows if window.rejection] == [1]
    assert measurement.windows[1].throttle_reasons == ("hw_power_brake",)


def test_a_software_power_cap_is_recorded_and_not_rejected() -> None:
    measurement = measured(ScriptedBoard(reasons=after(0.0, "sw_power_cap")))
    assert len(measurement.accepted) == 3
    assert any("software power cap" in note for note in to_profile_parts(measurement).notes)


def test_the_largest_number_of_windows_ends_a_series_that_keeps_varying() -> None:
    measurement = measured(ScriptedBoard(watts=wobbling(100.0)))
    assert (measurement.stopped, len(measurement.windows)) == ("windows-max", 5)


def test_the_budget_ends_a_series_and_keeps_the_half_width_with_a_lower_grade() -> None:
    board = ScriptedBoard(watts=wobbling(40.0))
    tier = replace(STANDARD, window_min_s=2.0, budget_s=14.0, warm_up=SHORT.warm_up)
    measurement = measured(board, tier)
    parts = to_profile_parts(measurement, meter_grade="A")
    interval = energy_interval(measurement)
    assert interval is not None
    assert (measurement.stopped, interval.n, parts.grade) == ("budget", 7, "C")
    assert interval.half_width_fraction > 0.02
    assert "the time budget ended" in parts.notes[0]


def test_the_budget_counts_windows_only() -> None:
    board = ScriptedBoard()
    tier = replace(STANDARD, window_min_s=2.0, budget_s=11.0)
    assert measured(board, tier).stopped == "half-width"
    assert board.clock.now_ns() > 30e9 + 20e9


def test_a_standard_run_within_2_percent_is_grade_b_and_a_quick_one_c() -> None:
    standard = measured(ScriptedBoard(), STANDARD)
    assert to_profile_parts(standard).grade == "B"
    assert to_profile_parts(standard, meter_grade="C").grade == "C"
    assert to_profile_parts(measured(ScriptedBoard())).grade == "C"


def test_windows_that_never_stand_still_lose_grade_b_and_say_how_far_they_moved() -> None:
    board = ScriptedBoard(watts=lambda number: 400.0 + 0.5 * number)
    parts = to_profile_parts(measured(board, replace(STANDARD, window_min_s=2.0, budget_s=40.0)))
    assert parts.grade == "C"
    assert any("The figure still moved by +" in note for note in parts.notes)


def test_windows_that_follow_each_other_say_that_processes_are_needed() -> None:
    """Two windows up, two down: no trend, and no independent repeats."""
    board = ScriptedBoard(watts=lambda number: 400.0 + 4.0 * (number // 16 % 2))
    tier = replace(STANDARD, window_min_s=2.0, windows_min=20, windows_max=20)
    parts = to_profile_parts(measured(board, tier))
    assert parts.grade == "C"
    assert any("only process means tell the spread" in note for note in parts.notes)


def test_without_a_meter_there_are_seconds_and_no_joules() -> None:
    board = ScriptedBoard(seconds=lambda _: 0.0)
    tier = replace(
        SHORT,
        window_min_s=0.0,
        warm_up=WarmUpRule(duration_min_s=0.0, change_max_fraction=1e9),
        windows_max=3,
    )
    parts = to_profile_parts(measure(board, AbsentMeter("no driver; install one"), tier))
    assert parts.energy is None
    assert parts.grade == "C"
    assert "no energy figure: no driver; install one" in parts.notes
    assert len(board.made) >= 3 * 3 + 3, "on the machine's own clock a window may be made again"
    assert parts.speed.seconds_per_image > 0.0


def test_no_meter_at_all_is_said() -> None:
    board = ScriptedBoard(seconds=lambda _: 0.0)
    tier = replace(SHORT, window_min_s=0.0, warm_up=WarmUpRule(duration_min_s=0.0, change_max_fraction=1e9))
    assert measure(board, None, tier).notes[0] == "no energy figure: no meter was given"


def test_a_counter_reset_spoils_one_window_only() -> None:
    measurement = measured(ScriptedBoard(resets_at_s=(33.0,)))
    rejected = [window for window in measurement.windows if window.rejection]
    assert len(rejected) == 1
    assert rejected[0].rejection is not None
    assert "reset" in rejected[0].rejection.reason
    assert energy_of(measurement).energy_j_per_image == pytest.approx(STEADY_J_PER_IMAGE, rel=1e-3)


def test_a_meter_that_vanishes_leaves_the_windows_before_it() -> None:
    tier = replace(SHORT, windows_min=5)
    measurement = measured(ScriptedBoard(vanishes_at_s=37.0), tier)
    assert (measurement.stopped, len(measurement.accepted)) == ("meter-lost", 2)
    assert energy_of(measurement).energy_j_per_image == pytest.approx(STEADY_J_PER_IMAGE, rel=1e-3)


def test_a_meter_that_vanishes_before_the_first_window_leaves_the_seconds() -> None:
    parts = to_profile_parts(measured(ScriptedBoard(vanishes_at_s=31.0)))
    assert parts.energy is None
    assert parts.speed.seconds_per_image == pytest.approx(0.25)
    assert any(note.startswith("no energy figure: board fell off the bus") for note in parts.notes)


def test_progress_tells_stage_windows_mean_and_time_left() -> None:
    seen: list[Progress] = []
    board = ScriptedBoard()
    measure(board, board.meter, SHORT, seen.append)
    windows = [one for one in seen if one.stage in ("windows", "done")]
    assert [one.stage for one in seen if one.stage == "idle"] == ["idle"]
    assert [one.windows_done for one in windows] == [1, 2, 3]
    assert windows[0].time_left_s == pytest.approx(4.0)
    assert windows[-1].stage == "done"
    assert windows[-1].energy_j_per_image == pytest.approx(STEADY_J_PER_IMAGE, rel=1e-3)
    assert windows[1].temperature_c == 50.0
    assert windows[1].power_w == pytest.approx(400.0, rel=1e-3)


def test_time_left_grows_with_the_square_of_the_half_width() -> None:
    figures = [100.0, 102.0, 98.0, 101.0, 99.0]
    needed = 5 * (2.7764451 * (2.5 / 5) ** 0.5 / 100.0 / 0.01) ** 2
    tier = replace(STANDARD, half_width_fraction=0.01)
    assert time_left_s(figures, 5, 100.0, tier) == pytest.approx(20.0 * (int(needed) + 1 - 5))
    assert time_left_s(figures, 5, 590.0, tier) == pytest.approx(10.0)


def test_percentiles_are_linear_between_values() -> None:
    assert percentile([1.0, 2.0, 3.0, 4.0], 0.95) == pytest.approx(3.85)


def processes(levels_w: tuple[float, ...]) -> list[Measurement]:
    tier = replace(PUBLISH, window_min_s=2.0, warm_up=SHORT.warm_up)
    return [measured(ScriptedBoard(watts=lambda _, watts=watts: watts), tier) for watts in levels_w]


def test_three_processes_are_combined_on_their_means() -> None:
    whole = combine(processes((400.0, 402.0, 398.0)))
    interval = energy_interval(whole)
    energy = energy_of(whole)
    assert interval is not None
    assert interval.n == 3
    assert interval.half_width == pytest.approx(4.3026527 * 0.5 / 3**0.5, rel=1e-3)
    assert energy.energy_j_per_image == pytest.approx(100.0, rel=1e-4)
    assert energy.windows == 15
    assert energy.uncertainty is not None
    assert energy.uncertainty.statistical_fraction == pytest.approx(0.005 / 3**0.5, rel=1e-3)


def test_three_processes_within_1_percent_and_a_passed_self_test_are_grade_a() -> None:
    whole = combine(processes((400.0, 400.5, 400.2)))
    assert to_profile_parts(whole, meter_grade="A").grade == "A"
    assert to_profile_parts(whole).grade == "B"


def test_process_means_that_lie_apart_are_no_grade_a_however_sure_each_is() -> None:
    whole = combine(processes((400.0, 420.0, 380.0)))
    assert to_profile_parts(whole, meter_grade="A").grade == "C"


def test_two_processes_and_processes_of_different_batches_are_not_combined() -> None:
    one = processes((400.0,))[0]
    with pytest.raises(MeasurementError, match="2 processes are too few"):
        combine([one, one])
    with pytest.raises(MeasurementError, match="batch size"):
        combine([one, one, replace(one, images_per_batch=4)])


def test_the_absolute_uncertainty_holds_the_sensor_and_the_half_width_does_not() -> None:
    energy = energy_of(measured(ScriptedBoard(), STANDARD))
    assert energy.uncertainty is not None
    assert energy.uncertainty.expanded_fraction == pytest.approx(0.10, rel=0.01)
    half_width = energy.energy_half_width_95_j_per_image
    assert half_width is not None
    assert half_width / energy.energy_j_per_image < 0.001
    calibrated = to_profile_parts(measured(ScriptedBoard(), STANDARD), calibrated=True).energy
    assert calibrated is not None
    assert calibrated.uncertainty is not None
    assert calibrated.uncertainty.expanded_fraction == pytest.approx(0.03, rel=0.01)


def test_seconds_have_an_interval_of_their_own() -> None:
    board = ScriptedBoard(seconds=lambda number: 0.5 + 0.01 * (number // 4 % 2))
    interval = seconds_interval(measured(board))
    assert interval is not None
    assert interval.mean == pytest.approx((0.25 + 0.255 + 0.25) / 3, rel=0.01)
    assert interval.half_width > 0.0


@pytest.fixture
def listening() -> Iterator[None]:
    """Ctrl-C reaches Python, also where the tests run in the background of a shell, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("listening")
def test_ctrl_c_in_a_window_returns_the_finished_ones(tmp_path: Path) -> None:
    def press(number: int) -> None:
        if number == 32:
            signal.raise_signal(signal.SIGINT)

    board = ScriptedBoard(before_batch=press)
    with Journal(tmp_path / "run.jsonl") as journal:
        measurement = measure(
            board, board.meter, replace(SHORT, warm_up=WarmUpRule(), windows_min=5), journal=journal
        )
    assert (measurement.stopped, len(measurement.accepted)) == ("interrupted", 3)
    assert to_profile_parts(measurement).grade == "C"
    assert read_measurements(tmp_path / "run.jsonl")[0].windows == measurement.windows


def test_ctrl_c_before_the_first_window_is_left_to_the_caller() -> None:
    def press(number: int) -> None:
        if number == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measured(ScriptedBoard(before_batch=press))


def test_a_journal_gives_back_the_measurement_it_followed(tmp_path: Path) -> None:
    board = ScriptedBoard(resets_at_s=(33.0,))
    with Journal(tmp_path / "run.jsonl") as journal:
        measurement = measure(board, board.meter, SHORT, journal=journal)
    (again,) = read_measurements(tmp_path / "run.jsonl")
    assert again == measurement
    assert [record["record"] for record in read_journal(tmp_path / "run.jsonl")][:2] == ["head", "warm-up"]


KILLED_RUN = """
import os, signal, sys
from pathlib import Path
from bench.journal import Journal
from bench.protocol.measure import measure
from tests.bench.scripted_board import DESCRIPTION, ScriptedBoard
from tests.bench.test_protocol import SHORT

def kill(number):
    if len(board.made) and board.made[-1] == 13:
        os.kill(os.getpid(), signal.SIGKILL)

board = ScriptedBoard(before_batch=kill, watts=lambda number: 400.0 + 50.0 * (number // 4 % 2))
measure(board, board.meter, SHORT, journal=Journal(Path(sys.argv[1])))
"""


def test_kill_9_in_a_window_leaves_the_finished_ones_readable(tmp_path: Path) -> None:
    file = tmp_path / "run.jsonl"
    done = subprocess.run([sys.executable, "-c", KILLED_RUN, str(file)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    (measurement,) = read_measurements(file)
    assert (measurement.stopped, len(measurement.windows)) == ("killed", 3)
    parts = to_profile_parts(measurement)
    assert parts.energy is not None
    assert parts.energy.windows == 3
    assert parts.grade == "C"


def test_a_full_disk_stops_the_run_and_leaves_the_finished_windows_readable(tmp_path: Path) -> None:
    file = tmp_path / "run.jsonl"
    board = ScriptedBoard(watts=wobbling(100.0))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
    try:
        with (
            Journal(file) as journal,
            pytest.raises(MeasurementError, match="records, which stay readable; free space"),
        ):
            measure(board, board.meter, SHORT, journal=journal)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)
    (measurement,) = read_measurements(file)
    assert len(measurement.windows) == len(read_journal(file)) - 2
    assert 1 <= len(measurement.windows) < 5
