"""A machine with NVIDIA boards as NVML's reference describes its answers: for how errors and states are told.

Constants and error classes are pynvml's own. Nothing of the physics of a board is in here.
"""

from types import SimpleNamespace
from typing import Any

import pynvml


class RecordedLibrary:
    """pynvml on a machine with these boards.

    `errors` maps the name of a call to an NVML error code, `forbidden` holds places in the driver's list that this
    process may not open, `missing` names that an old pynvml lacks.
    """

    def __init__(self, boards: dict[str, str], errors: dict[str, int] | None = None) -> None:
        self.boards = boards
        self.errors = errors or {}
        self.process_ids: tuple[int, ...] | None = ()
        self.graphics_process_ids: tuple[int, ...] = ()
        self.memory_bytes = 2**30
        self.busy_percent = 0
        self.forbidden: frozenset[int] = frozenset()
        self.missing: frozenset[str] = frozenset()
        self.in_bytes = False
        self.mig = 0
        self.counter_mj = 5_000_000
        self.reasons = pynvml.nvmlClocksThrottleReasonSwPowerCap | pynvml.nvmlClocksThrottleReasonGpuIdle

    def __getattr__(self, name: str) -> Any:
        answer = _ANSWERS.get(name)
        if name in self.missing:
            raise AttributeError(name)
        if answer is None:
            return getattr(pynvml, name)

        def call(*arguments: Any) -> Any:
            if name in self.errors:
                raise pynvml.NVMLError(self.errors[name])
            found = answer(self, *arguments)
            return found.encode() if self.in_bytes and isinstance(found, str) and name in _TEXTS else found

        return call


_TEXTS = ("nvmlSystemGetDriverVersion", "nvmlDeviceGetUUID", "nvmlDeviceGetName")
"""Calls that pynvml before 11.5 answers with bytes."""


def _by_index(library: RecordedLibrary, place: int) -> str:
    if place in library.forbidden:
        raise pynvml.NVMLError(pynvml.NVML_ERROR_NO_PERMISSION)
    return list(library.boards)[place]


def _computing(library: RecordedLibrary, _: str) -> list[SimpleNamespace]:
    if library.process_ids is None:
        raise pynvml.NVMLError(pynvml.NVML_ERROR_NOT_SUPPORTED)
    return [SimpleNamespace(pid=process_id) for process_id in library.process_ids]


def _by_uuid(library: RecordedLibrary, uuid: str) -> str:
    if uuid not in library.boards:
        raise pynvml.NVMLError(pynvml.NVML_ERROR_NOT_FOUND)
    return uuid


_ANSWERS: dict[str, Any] = {
    "nvmlInit": lambda _: None,
    "nvmlShutdown": lambda _: None,
    "nvmlSystemGetDriverVersion": lambda _: "570.86.15",
    "nvmlDeviceGetCount": lambda library: len(library.boards),
    "nvmlDeviceGetHandleByIndex": _by_index,
    "nvmlDeviceGetHandleByUUID": _by_uuid,
    "nvmlDeviceGetUUID": lambda _, handle: handle,
    "nvmlDeviceGetName": lambda library, handle: library.boards[handle],
    "nvmlDeviceGetMigMode": lambda library, _: [library.mig, library.mig],
    "nvmlDeviceGetComputeRunningProcesses": _computing,
    "nvmlDeviceGetGraphicsRunningProcesses": lambda library, _: [
        SimpleNamespace(pid=process_id) for process_id in library.graphics_process_ids
    ],
    "nvmlDeviceGetUtilizationRates": lambda library, _: SimpleNamespace(gpu=library.busy_percent, memory=0),
    "nvmlDeviceGetTotalEnergyConsumption": lambda library, _: library.counter_mj,
    "nvmlDeviceGetEnforcedPowerLimit": lambda _, __: 72_000,
    "nvmlDeviceGetPowerUsage": lambda _, __: 41_000,
    "nvmlDeviceGetArchitecture": lambda _, __: pynvml.NVML_DEVICE_ARCH_ADA,
    "nvmlDeviceGetFieldValues": lambda _, __, ___: [
        SimpleNamespace(nvmlReturn=pynvml.NVML_SUCCESS, value=SimpleNamespace(uiVal=33_500))
    ],
    "nvmlDeviceGetTemperature": lambda _, __, ___: 48,
    "nvmlDeviceGetClockInfo": lambda _, __, ___: 1980,
    "nvmlDeviceGetMemoryInfo": lambda library, _: SimpleNamespace(used=library.memory_bytes),
    "nvmlDeviceGetCurrentClocksThrottleReasons": lambda library, _: library.reasons,
}
