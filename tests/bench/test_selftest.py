"""Whether meters are judged as they deserve, and what `check` says of a machine."""

from collections.abc import Callable
from pathlib import Path

import pynvml
import pytest

from bench.check import check, check_lines
from bench.environment import installed_versions, read_environment
from bench.errors import MeterError
from bench.meters.contract import AbsentMeter
from bench.meters.replay import ReplayMeter
from bench.selftest import SelfTest, save_self_test, self_test, stored_self_test
from tests.bench.nvml_record import RecordedLibrary
from tests.bench.synthetic_board import SyntheticBoard, Traits
from tests.bench.test_meters import rapl_folder

BOARDS = {"GPU-aa11": "NVIDIA L4"}


def judged(traits: Traits, seed: int = 1) -> SelfTest:
    """The self-test of such a board, idle and under load."""
    board = SyntheticBoard(seed, traits)
    meter = ReplayMeter(board)
    meter.clock.sleep(1.0)
    load: Callable[[float], object] = lambda seconds: board.work(  # noqa: E731
        meter.clock.now_ns(), seconds, meter.clock.sleep
    )
    return self_test(meter, load)


@pytest.mark.parametrize(
    ("scale", "outcome", "grade", "method"),
    [
        (1.0, "pass", "A", "counter"),
        (1.06, "warn", "B", "counter"),
        (0.94, "warn", "B", "counter"),
        (1.2, "integral", "C", "power"),
        (0.5, "integral", "C", "power"),
    ],
)
def test_a_counter_is_judged_by_its_distance_from_power(
    scale: float, outcome: str, grade: str, method: str
) -> None:
    result = judged(Traits(power_scale=scale))
    assert (result.outcome, result.grade, result.method) == (outcome, grade, method)


def test_the_deviation_of_both_windows_is_found_to_a_hundredth() -> None:
    result = judged(Traits(power_scale=1.06))
    assert [one.name for one in result.comparisons] == ["idle", "load"]
    for one in result.comparisons:
        assert one.deviation_fraction == pytest.approx(1 / 1.06 - 1, abs=0.01)


@pytest.mark.parametrize("tick_s", [0.02, 0.1])
def test_the_tick_is_found_to_two_milliseconds(tick_s: float) -> None:
    assert judged(Traits(tick_s=tick_s)).tick_s == pytest.approx(tick_s, abs=0.002)


def test_a_part_time_sensor_still_passes() -> None:
    assert judged(Traits(duty=0.25, refresh_s=0.1)).outcome == "pass"


def test_a_stuck_counter_leaves_power() -> None:
    result = judged(Traits(stuck_at_s=0.5))
    assert (result.outcome, result.grade) == ("power_only", "C")
    assert "counter moved 0.0 J in 1.0 s" in result.reason


def test_a_counter_that_is_reset_under_test_is_not_used() -> None:
    assert judged(Traits(reset_at_s=8.0)).outcome == "power_only"


def test_a_counter_that_was_not_looked_at_under_load_is_not_confirmed() -> None:
    meter = ReplayMeter(SyntheticBoard(1, Traits()))
    meter.clock.sleep(1.0)
    result = self_test(meter)
    assert (result.outcome, result.grade) == ("unchecked", "B")
    assert "not judged under load" in result.reason


def test_a_load_that_does_not_reach_the_board_confirms_nothing() -> None:
    meter = ReplayMeter(SyntheticBoard(1, Traits()))
    meter.clock.sleep(1.0)
    result = self_test(meter, meter.clock.sleep)
    assert (result.outcome, result.grade) == ("unchecked", "B")
    assert "the load did not reach this board (250 W)" in result.reason


def test_a_board_that_may_not_be_opened_is_a_verdict_beside_the_others(tmp_path: Path) -> None:
    library = RecordedLibrary({"GPU-aa11": "NVIDIA L4", "GPU-bb22": "NVIDIA L4"})
    library.forbidden = frozenset({1})
    verdicts = check(library=library, rapl_root=tmp_path)
    assert [one.grade for one in verdicts] == ["A", "D", "D"]
    assert "permission refused" in verdicts[1].to_do[0]


def test_a_counter_without_power_is_usable_but_unconfirmed() -> None:
    result = judged(Traits(missing=1.0))
    assert (result.outcome, result.grade, result.method) == ("unchecked", "B", "counter")


def test_a_board_that_is_gone_is_absent_with_its_reason() -> None:
    result = judged(Traits(vanish_at_s=5.0))
    assert (result.outcome, result.method) == ("absent", None)
    assert "fell off the bus" in result.reason


def test_an_absent_meter_is_absent_after_its_self_test_too() -> None:
    result = self_test(AbsentMeter("no driver"))
    assert (result.outcome, result.grade, result.reason) == ("absent", "D", "no driver")


def test_a_result_is_stored_by_board_and_driver(tmp_path: Path) -> None:
    result = judged(Traits()).model_copy(update={"board_uuid": "GPU-1", "driver": "570.1"})
    save_self_test(result, tmp_path / "state")
    assert stored_self_test(tmp_path / "state", "GPU-1", "570.1") == result
    assert stored_self_test(tmp_path / "state", "GPU-1", "580.0") is None


def test_a_spoilt_result_is_not_taken_for_one(tmp_path: Path) -> None:
    path = save_self_test(judged(Traits()), tmp_path)
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(MeterError, match="is no stored self-test; delete it"):
        stored_self_test(tmp_path, None, None)


def test_a_machine_without_a_board_is_told_what_it_can_still_do(tmp_path: Path) -> None:
    library = RecordedLibrary({}, {"nvmlInit": pynvml.NVML_ERROR_LIBRARY_NOT_FOUND})
    verdicts = check(library=library, rapl_root=tmp_path)
    assert [(one.board, one.grade) for one in verdicts] == [("NVIDIA boards", "D"), ("host", "D")]
    page = "\n".join(check_lines(verdicts))
    assert "speed and quality can be measured, joules of a board cannot" in page
    assert "install the driver" in page


def test_a_board_in_use_is_reported_with_the_process_to_end(tmp_path: Path) -> None:
    library = RecordedLibrary(BOARDS)
    library.process_ids = (4711,)
    verdict = check(library=library, rapl_root=tmp_path)[0]
    assert (verdict.uuid, verdict.grade) == ("GPU-aa11", "A")
    assert verdict.to_do == (
        "end process 4711, or allow a shared board and have results labelled",
        "run the self-test to confirm the grade",
    )


def test_a_stored_self_test_sets_the_grade(tmp_path: Path) -> None:
    about = {"board_uuid": "GPU-aa11", "driver": "570.86.15", "board_name": "NVIDIA L4"}
    save_self_test(judged(Traits(power_scale=1.06)).model_copy(update=about), tmp_path)
    verdict = check(library=RecordedLibrary(BOARDS), rapl_root=tmp_path, folder=tmp_path)[0]
    assert (verdict.grade, verdict.to_do) == ("B", ())
    assert "self-test warn" in verdict.found[-1]


def test_a_lost_board_is_a_verdict_and_not_the_end(tmp_path: Path) -> None:
    library = RecordedLibrary(BOARDS, {"nvmlDeviceGetTotalEnergyConsumption": pynvml.NVML_ERROR_GPU_IS_LOST})
    verdicts = check(library=library, rapl_root=tmp_path)
    assert verdicts[0].grade == "D"
    assert "look for Xid in dmesg" in verdicts[0].to_do[0]


def test_readable_rapl_gives_the_host_measured_joules(tmp_path: Path) -> None:
    library = RecordedLibrary(BOARDS)
    host = check(library=library, rapl_root=rapl_folder(tmp_path, 1, 1))[-1]
    assert (host.board, host.grade) == ("host", "B")
    assert host.found == ("RAPL covers package-0, dram: no board, fans, disks or power supply",)


def test_the_environment_says_processor_memory_and_versions() -> None:
    environment = read_environment()
    assert f"({environment.logical_processors} logical processors)" in environment.host
    assert set(installed_versions(("nvidia-ml-py", "no-such-library"))) == {"nvidia-ml-py"}
