"""NVML's answers as readings, refusals and sentences; which board is meant."""

import os

import pynvml
import pytest

from bench.errors import MeterError
from bench.meters.boards import resolve_board, sole_use_notes
from bench.meters.find import open_meter, spec_of
from bench.meters.nvml import NvmlBoard, NvmlMeter, board_list, nvml_boards
from tests.bench.nvml_record import RecordedLibrary

L4 = {"GPU-aa11": "NVIDIA L4"}
MIXED = {"GPU-aa11": "NVIDIA L4", "GPU-bb22": "NVIDIA L40S"}
TWINS = {"GPU-aa11": "NVIDIA L4", "GPU-ab22": "NVIDIA L4"}


def boards_of(names: dict[str, str]) -> tuple[NvmlBoard, ...]:
    """The driver's list of such a machine."""
    return nvml_boards(RecordedLibrary(names))


def test_millijoules_and_milliwatts_become_joules_and_watts() -> None:
    meter = NvmlMeter("GPU-aa11", library=RecordedLibrary(L4))
    power = meter.read_power()
    assert meter.read_energy().energy_j == 5000.0
    assert power is not None
    assert power.power_w == 33.5


def test_a_board_is_described_with_uuid_limit_and_driver() -> None:
    about = NvmlMeter("GPU-aa11", library=RecordedLibrary(L4)).description
    assert (about.kind, about.boundary, about.board_uuid) == ("nvml-counter", "gpu", "GPU-aa11")
    assert (about.board_name, about.power_limit_w, about.driver) == ("NVIDIA L4", 72.0, "570.86.15")


def test_the_state_names_throttle_reasons_and_leaves_idle_out() -> None:
    state = NvmlMeter("GPU-aa11", library=RecordedLibrary(L4)).read_state()
    assert (state.temperature_c, state.sm_clock_mhz, state.memory_used_bytes) == (48, 1980, 2**30)
    assert (state.throttle_reasons, state.power_w) == (frozenset({"sw_power_cap"}), 33.5)


def test_without_a_counter_the_meter_is_one_of_power() -> None:
    errors = {"nvmlDeviceGetTotalEnergyConsumption": pynvml.NVML_ERROR_NOT_SUPPORTED}
    meter = NvmlMeter("GPU-aa11", library=RecordedLibrary(L4, errors))
    assert meter.description.kind == "nvml-power"
    with pytest.raises(MeterError, match="board GPU-aa11: the board does not give this reading"):
        meter.read_energy()


def test_an_average_over_a_second_never_passes_for_instantaneous_power() -> None:
    """Ada without the instant field: nvmlDeviceGetPowerUsage answers, but averages one second."""
    errors = {"nvmlDeviceGetFieldValues": pynvml.NVML_ERROR_NOT_SUPPORTED}
    assert NvmlMeter("GPU-aa11", library=RecordedLibrary(L4, errors)).read_power() is None


def test_where_power_usage_is_instantaneous_it_serves() -> None:
    errors = {"nvmlDeviceGetFieldValues": pynvml.NVML_ERROR_NOT_SUPPORTED}
    library = RecordedLibrary({"GPU-aa11": "NVIDIA A100-SXM4-80GB"}, errors)
    power = NvmlMeter("GPU-aa11", library=library).read_power()
    assert power is not None
    assert power.power_w == 41.0


@pytest.mark.parametrize(
    ("call", "code", "message"),
    [
        ("nvmlInit", "NVML_ERROR_LIBRARY_NOT_FOUND", "no NVIDIA driver library here; install the driver"),
        ("nvmlInit", "NVML_ERROR_DRIVER_NOT_LOADED", "the NVIDIA driver is not loaded"),
        ("nvmlInit", "NVML_ERROR_LIB_RM_VERSION_MISMATCH", "restart after the update"),
        ("nvmlDeviceGetCount", "NVML_ERROR_NO_PERMISSION", "permission refused"),
        ("nvmlDeviceGetName", "NVML_ERROR_GPU_IS_LOST", "board 0: the board fell off the bus"),
        ("nvmlDeviceGetUUID", "NVML_ERROR_TIMEOUT", r"NVML says NVML_ERROR_TIMEOUT"),
    ],
)
def test_what_nvml_refuses_becomes_a_sentence(call: str, code: str, message: str) -> None:
    with pytest.raises(MeterError, match=message):
        nvml_boards(RecordedLibrary(L4, {call: getattr(pynvml, code)}))


def test_a_board_that_is_lost_while_measured_is_never_a_zero() -> None:
    library = RecordedLibrary(L4)
    meter = NvmlMeter("GPU-aa11", library=library)
    library.errors["nvmlDeviceGetTotalEnergyConsumption"] = pynvml.NVML_ERROR_GPU_IS_LOST
    library.errors["nvmlDeviceGetTemperature"] = pynvml.NVML_ERROR_GPU_IS_LOST
    with pytest.raises(MeterError, match="fell off the bus"):
        meter.read_energy()


@pytest.mark.parametrize("code", ["NVML_ERROR_UNKNOWN", "NVML_ERROR_TIMEOUT", "NVML_ERROR_NOT_SUPPORTED"])
@pytest.mark.parametrize(
    "call",
    [
        "nvmlDeviceGetTemperature",
        "nvmlDeviceGetClockInfo",
        "nvmlDeviceGetMemoryInfo",
        "nvmlDeviceGetCurrentClocksThrottleReasons",
        "nvmlDeviceGetFieldValues",
        "nvmlDeviceGetEnforcedPowerLimit",
        "nvmlDeviceGetMigMode",
    ],
)
def test_only_the_counter_may_cost_a_window(call: str, code: str) -> None:
    library = RecordedLibrary(L4, {call: getattr(pynvml, code)})
    meter = NvmlMeter("GPU-aa11", library=library)
    meter.read_state()
    assert meter.read_energy().energy_j == 5000.0
    assert meter.description.kind == "nvml-counter"


def test_an_old_pynvml_answers_in_bytes_and_lacks_names() -> None:
    library = RecordedLibrary(L4)
    library.in_bytes = True
    library.missing = frozenset(
        {
            "NVML_FI_DEV_POWER_INSTANT",
            "NVML_POWER_SCOPE_GPU",
            "nvmlDeviceGetMigMode",
            "nvmlDeviceGetGraphicsRunningProcesses",
            "nvmlClocksThrottleReasonDisplayClockSetting",
        }
    )
    meter = open_meter("nvml", library=library)
    about = meter.description
    assert (about.board_uuid, about.board_name, about.driver) == ("GPU-aa11", "NVIDIA L4", "570.86.15")
    assert meter.read_state().throttle_reasons == {"sw_power_cap"}


@pytest.mark.parametrize(
    ("name", "instantaneous"),
    [
        ("NVIDIA A100-SXM4-80GB", True),
        ("NVIDIA A30", True),
        ("NVIDIA RTX A1000 Laptop GPU", False),
        ("NVIDIA RTX A3000 12GB Laptop GPU", False),
        ("NVIDIA A10G", False),
    ],
)
def test_a_board_whose_name_begins_like_ga100_is_not_ga100(name: str, instantaneous: bool) -> None:
    library = RecordedLibrary({"GPU-1": name}, {"nvmlDeviceGetFieldValues": pynvml.NVML_ERROR_NOT_SUPPORTED})
    assert (NvmlMeter("GPU-1", library=library).read_power() is not None) is instantaneous


def test_a_forbidden_neighbour_costs_the_others_nothing() -> None:
    """Slurm's device group: the driver lists four boards, this job may open the third."""
    names = {f"GPU-{place}{place}": "NVIDIA L4" for place in range(4)}
    library = RecordedLibrary(names)
    library.forbidden = frozenset({0, 1, 3})
    found = board_list(library)
    assert [board.uuid for board in found.boards] == ["GPU-22"]
    assert len(found.faults) == 3
    assert "board 0: permission refused" in found.faults[0]
    assert resolve_board(found.boards, None, {"CUDA_VISIBLE_DEVICES": "0"}).uuid == "GPU-22"


@pytest.mark.parametrize(
    ("device", "visible", "uuid"),
    [
        ("cuda", None, "GPU-aa11"),
        ("cuda:1", None, "GPU-ab22"),
        ("cuda:1", "1,0", "GPU-aa11"),
        ("cuda:0", "1,0", "GPU-ab22"),
        ("cuda:1", "GPU-aa11,GPU-ab22", "GPU-ab22"),
    ],
)
def test_auto_meters_the_device_that_is_to_work(
    device: str, visible: str | None, uuid: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert open_meter("auto", device=device, library=RecordedLibrary(TWINS)).description.board_uuid == uuid


def test_auto_of_a_cuda_device_is_never_the_processors_counter() -> None:
    library = RecordedLibrary({}, {"nvmlInit": pynvml.NVML_ERROR_LIBRARY_NOT_FOUND})
    assert open_meter("auto", library=library).description.kind == "absent"


def test_where_processes_cannot_be_asked_memory_and_work_tell_of_them() -> None:
    """WSL2, and containers whose driver names no process."""
    library = RecordedLibrary(L4)
    library.process_ids = None
    notes = open_meter("nvml", library=library).description.notes
    assert notes == (
        "which processes use GPU-aa11 could not be asked; its memory and its work were looked at",
    )
    library.memory_bytes = 9 * 2**30
    with pytest.raises(MeterError, match=r"9\.0 GiB are taken and no process is named; end what uses it"):
        open_meter("nvml", library=library)


def test_a_board_that_works_before_anything_is_loaded_is_in_use() -> None:
    library = RecordedLibrary(L4)
    library.busy_percent = 80
    with pytest.raises(MeterError, match="it is 80% busy"):
        open_meter("nvml", library=library)


def test_a_screen_is_labelled_and_no_reason_to_refuse() -> None:
    library = RecordedLibrary(L4)
    library.graphics_process_ids = (812,)
    (note,) = open_meter("nvml", library=library).description.notes
    assert note == "GPU-aa11 also draws for process 812: those joules are in the counter"


def test_a_counter_that_starts_anew_is_a_reset() -> None:
    library = RecordedLibrary(L4)
    meter = NvmlMeter("GPU-aa11", library=library)
    meter.read_energy()
    library.counter_mj = 1_000
    with pytest.raises(MeterError, match="it was reset"):
        meter.read_energy()


@pytest.mark.parametrize(
    ("names", "wanted", "environ", "uuid"),
    [
        (L4, None, {}, "GPU-aa11"),
        (MIXED, "GPU-bb22", {}, "GPU-bb22"),
        (MIXED, "GPU-b", {}, "GPU-bb22"),
        (MIXED, None, {"CUDA_VISIBLE_DEVICES": "GPU-bb22,GPU-aa11"}, "GPU-bb22"),
        (TWINS, None, {"CUDA_VISIBLE_DEVICES": "1"}, "GPU-ab22"),
        (MIXED, None, {"CUDA_VISIBLE_DEVICES": "1", "CUDA_DEVICE_ORDER": "PCI_BUS_ID"}, "GPU-bb22"),
    ],
)
def test_a_board_is_found_as_cuda_would(
    names: dict[str, str], wanted: str | None, environ: dict[str, str], uuid: str
) -> None:
    assert resolve_board(boards_of(names), wanted, environ).uuid == uuid


@pytest.mark.parametrize(
    ("names", "wanted", "environ", "message"),
    [
        ({}, None, {}, "the driver lists no board"),
        (MIXED, None, {"CUDA_VISIBLE_DEVICES": "0"}, "name a UUID or set CUDA_DEVICE_ORDER=PCI_BUS_ID"),
        (MIXED, None, {}, "board 0 of CUDA may be any of GPU-aa11"),
        (TWINS, "GPU-a", {}, "'GPU-a' is several boards"),
        (L4, "GPU-ff", {}, r"'GPU-ff' is no board of this machine; there are GPU-aa11 \(NVIDIA L4\)"),
        (L4, "MIG-1234", {}, "is a MIG slice and has no counter of its own"),
        (L4, None, {"CUDA_VISIBLE_DEVICES": ""}, "hides every board"),
        (L4, None, {"CUDA_VISIBLE_DEVICES": "3"}, "asks for board 3, there are 1"),
    ],
)
def test_a_board_that_may_be_another_is_refused(
    names: dict[str, str], wanted: str | None, environ: dict[str, str], message: str
) -> None:
    with pytest.raises(MeterError, match=message):
        resolve_board(boards_of(names), wanted, environ)


def test_a_board_with_foreign_processes_is_refused_by_their_ids() -> None:
    library = RecordedLibrary(L4)
    library.process_ids = (4711, os.getpid())
    with pytest.raises(MeterError, match=r"also used by process 4711: .*; end them"):
        open_meter("nvml", library=library)


def test_a_shared_board_is_labelled_when_it_is_allowed() -> None:
    library = RecordedLibrary(L4)
    library.process_ids = (4711,)
    notes = open_meter("nvml:GPU-aa11", shared=True, library=library).description.notes
    assert notes == ("GPU-aa11 is also used by process 4711: its joules are in the counter",)


def test_a_board_in_mig_mode_is_refused_with_the_way_out() -> None:
    library = RecordedLibrary(L4)
    library.mig = 1
    with pytest.raises(
        MeterError, match=r"the counter covers the whole board.*nvidia-smi -i GPU-aa11 -mig 0"
    ):
        open_meter("nvml", library=library)


def test_a_board_alone_needs_no_label() -> None:
    assert sole_use_notes(boards_of(L4)[0]) == ()


def test_a_meter_can_be_opened_again_elsewhere_by_its_uuid() -> None:
    assert spec_of(open_meter("auto", library=RecordedLibrary(L4))) == "nvml:GPU-aa11"
