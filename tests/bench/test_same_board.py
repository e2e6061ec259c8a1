"""Whether the meter's board is the board of the work, and whose joules are in it."""

import os
from dataclasses import replace

import pytest

from bench.errors import MeterError
from bench.meters.nvml import NvmlMeter
from bench.protocol.records import Idle, Measurement, Window
from bench.protocol.tiers import QUICK
from bench.run.same_board import BoardGuard, require_work
from tests.bench.nvml_record import RecordedLibrary

TWO = {"GPU-aa11": "NVIDIA L4", "GPU-bb22": "NVIDIA L4"}
GIB = 2**30


def guarded(library: RecordedLibrary, uuid: str = "GPU-aa11") -> BoardGuard:
    return BoardGuard(NvmlMeter(uuid, library=library), library)


def measurement(power_w: float, idle_w: float) -> Measurement:
    windows = tuple(
        Window(index, (5.0, 5.0), 8, energy_j=10.0 * power_w, energy_duration_s=10.0) for index in range(3)
    )
    about = NvmlMeter("GPU-aa11", library=RecordedLibrary(TWO)).description
    return Measurement(QUICK, 4, about, Idle(idle_w, idle_w), None, windows, "half-width")


def test_work_on_the_metered_board_passes() -> None:
    library = RecordedLibrary(TWO)
    guard = guarded(library)
    library.memory_bytes = 7 * GIB
    guard.loaded("GPU-aa11", 6 * GIB)
    assert guard.over(measurement(70.0, 30.0)) == ()


def test_work_on_another_board_is_refused_by_both_uuids() -> None:
    with pytest.raises(MeterError, match="runs on GPU-bb22 and the meter reads GPU-aa11; name the board"):
        guarded(RecordedLibrary(TWO)).loaded("GPU-bb22", 6 * GIB)


def test_where_the_framework_is_silent_memory_that_did_not_grow_tells() -> None:
    library = RecordedLibrary(TWO)
    guard = guarded(library)
    library.memory_bytes = GIB + 10 * 2**20
    with pytest.raises(MeterError, match=r"took 6.0 GiB and memory in use on GPU-aa11 grew by 0.0 GiB"):
        guard.loaded(None, 6 * GIB)


def test_a_slice_is_no_other_board() -> None:
    library = RecordedLibrary(TWO)
    library.mig = 1
    guard = guarded(library)
    library.memory_bytes = 7 * GIB
    guard.loaded("MIG-1234", 6 * GIB)


@pytest.mark.parametrize(("power_w", "refused"), [(30.1, True), (29.0, True), (36.0, False)])
def test_a_board_that_drew_no_more_than_idle_did_not_make_the_pictures(power_w: float, refused: bool) -> None:
    if not refused:
        require_work(measurement(power_w, 30.0))
        return
    with pytest.raises(MeterError, match="it did not make them"):
        require_work(measurement(power_w, 30.0))


def test_what_cannot_be_asked_refuses_nothing() -> None:
    require_work(replace(measurement(30.0, 30.0), idle=Idle()))


def test_a_process_that_comes_while_windows_are_measured_is_labelled() -> None:
    library = RecordedLibrary(TWO)
    guard = guarded(library)
    library.process_ids, library.memory_bytes = (os.getpid(),), 7 * GIB
    guard.loaded("GPU-aa11", 6 * GIB)
    library.process_ids = (os.getpid(), 4711)
    (note,) = guard.over(measurement(70.0, 30.0))
    assert note == "process 4711 came to the board while windows were measured: its joules are in them"


def test_in_a_container_the_one_process_that_came_with_the_model_is_this_run() -> None:
    """The driver outside of the container numbers this process 50121."""
    library = RecordedLibrary(TWO)
    guard = guarded(library)
    library.process_ids, library.memory_bytes = (50121,), 7 * GIB
    guard.loaded("GPU-aa11", 6 * GIB)
    assert guard.over(measurement(70.0, 30.0)) == ()


def test_of_two_that_came_with_the_model_one_is_a_stranger() -> None:
    library = RecordedLibrary(TWO)
    guard = guarded(library)
    library.process_ids, library.memory_bytes = (50121, 50200), 7 * GIB
    guard.loaded("GPU-aa11", 6 * GIB)
    assert "one of them is this run" in guard.over(measurement(70.0, 30.0))[0]


def test_where_processes_cannot_be_asked_nothing_is_said() -> None:
    library = RecordedLibrary(TWO)
    library.process_ids = None
    guard = guarded(library)
    library.memory_bytes = 7 * GIB
    guard.loaded("GPU-aa11", 6 * GIB)
    assert guard.over(measurement(70.0, 30.0)) == ()
