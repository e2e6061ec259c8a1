"""A machine with NVIDIA boards as NVML's reference describes its answers: for how errors and states are told.

Constants and error classes are pynvml's own. Nothing of the physics of a board is in here.
"""

from types import SimpleNamespace
from typing import Any

import pynvml


class RecordedLibrary:
    """pynvml on a machine with these boards; `errors` maps the name of a call to an NVML error code."""

    def __init__(self, boards: dict[str, str], errors: dict[str, int] | None = None) -> None:
        self.boards = boards
        self.errors = errors or {}
        self.process_ids: tuple[int, ...] = ()
        self.mig = 0
        self.counter_mj = 5_000_000
        self.reasons = pynvml.nvmlClocksThrottleReasonSwPowerCap | pynvml.nvmlClocksThrottleReasonGpuIdle

    def __getattr__(self, name: str) -> Any:
        answer = _ANSWERS.get(name)
        if answer is None:
            return getattr(pynvml, name)

        def call(*arguments: Any) -> Any:
            if name in self.errors:
                raise pynvml.NVMLError(self.errors[name])
            return answer(self, *arguments)

        return call


def _by_uuid(library: RecordedLibrary, uuid: str) -> str:
    if uuid not in library.boards:
        raise pynvml.NVMLError(pynvml.NVML_ERROR_NOT_FOUND)
    return uuid


_ANSWERS: dict[str, Any] = {
    "nvmlInit": lambda _: None,
    "nvmlShutdown": lambda _: None,
    "nvmlSystemGetDriverVersion": lambda _: "570.86.15",
    "nvmlDeviceGetCount": lambda library: len(library.boards),
    "nvmlDeviceGetHandleByIndex": lambda library, index: list(library.boards)[index],
    "nvmlDeviceGetHandleByUUID": _by_uuid,
    "nvmlDeviceGetUUID": lambda _, handle: handle,
    "nvmlDeviceGetName": lambda library, handle: library.boards[handle],
    "nvmlDeviceGetMigMode": lambda library, _: [library.mig, library.mig],
    "nvmlDeviceGetComputeRunningProcesses": lambda library, _: [
        SimpleNamespace(pid=process_id) for process_id in library.process_ids
    ],
    "nvmlDeviceGetTotalEnergyConsumption": lambda library, _: library.counter_mj,
    "nvmlDeviceGetEnforcedPowerLimit": lambda _, __: 72_000,
    "nvmlDeviceGetPowerUsage": lambda _, __: 41_000,
    "nvmlDeviceGetArchitecture": lambda _, __: pynvml.NVML_DEVICE_ARCH_ADA,
    "nvmlDeviceGetFieldValues": lambda _, __, ___: [
        SimpleNamespace(nvmlReturn=pynvml.NVML_SUCCESS, value=SimpleNamespace(uiVal=33_500))
    ],
    "nvmlDeviceGetTemperature": lambda _, __, ___: 48,
    "nvmlDeviceGetClockInfo": lambda _, __, ___: 1980,
    "nvmlDeviceGetMemoryInfo": lambda _, __: SimpleNamespace(used=2**30),
    "nvmlDeviceGetCurrentClocksThrottleReasons": lambda library, _: library.reasons,
}
