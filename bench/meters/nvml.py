"""NVML: energy counter, instantaneous power and state of an NVIDIA board, by its UUID.

`nvmlDeviceGetTotalEnergyConsumption` counts millijoules since the driver was loaded (Volta and newer).
`nvmlDeviceGetPowerUsage` is an average over one second on Ampere and newer except GA100 (NVML reference), so
that power is read from the field NVML_FI_DEV_POWER_INSTANT; the older call serves only where it is
instantaneous. pynvml is imported when a board is opened, and may be handed in. What NVML answers when it does not
answer stands at the end, as sentences.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.errors import MeterError
from bench.meters.contract import (
    BoardState,
    Clock,
    EnergyReading,
    MeterDescription,
    PowerReading,
    RealClock,
)
from bench.meters.counter import CumulativeCounter

HIGHEST_POWER_W = 4_000.0
"""More than any one board draws; a counter that rises faster has jumped."""

GA100_BOARDS = ("A100", "A30", "A800")
REASONS = {
    "nvmlClocksThrottleReasonSwPowerCap": "sw_power_cap",
    "nvmlClocksThrottleReasonHwSlowdown": "hw_slowdown",
    "nvmlClocksThrottleReasonSyncBoost": "sync_boost",
    "nvmlClocksThrottleReasonSwThermalSlowdown": "sw_thermal_slowdown",
    "nvmlClocksThrottleReasonHwThermalSlowdown": "hw_thermal_slowdown",
    "nvmlClocksThrottleReasonHwPowerBrakeSlowdown": "hw_power_brake",
    "nvmlClocksThrottleReasonApplicationsClocksSetting": "application_clocks",
    "nvmlClocksThrottleReasonDisplayClockSetting": "display_clocks",
}
"""NVML's bits and our words for them."""


@dataclass(frozen=True)
class NvmlBoard:
    """One board as the driver lists it."""

    uuid: str
    name: str
    index: int
    """Place in the driver's list, which is the order of the bus; CUDA may count otherwise."""
    mig: bool
    process_ids: tuple[int, ...]
    """Processes that compute on it now."""
    driver: str


def nvml_library(library: Any = None) -> Any:
    """pynvml, initialised; `MeterError` says what is missing on this machine."""
    if library is None:
        import pynvml

        library = pynvml
    ask(library, "this machine", library.nvmlInit)
    return library


def nvml_boards(library: Any = None) -> tuple[NvmlBoard, ...]:
    """All boards that the driver lists."""
    library = nvml_library(library)
    driver = str(ask(library, "driver", library.nvmlSystemGetDriverVersion))
    count = ask(library, "driver", library.nvmlDeviceGetCount)
    return tuple(_board(library, index, driver) for index in range(count))


def _board(library: Any, index: int, driver: str) -> NvmlBoard:
    place = f"board {index}"
    handle = ask(library, place, library.nvmlDeviceGetHandleByIndex, index)
    mig = ask_or_none(library, place, library.nvmlDeviceGetMigMode, handle)
    processes = ask_or_none(library, place, library.nvmlDeviceGetComputeRunningProcesses, handle)
    return NvmlBoard(
        uuid=str(ask(library, place, library.nvmlDeviceGetUUID, handle)),
        name=str(ask(library, place, library.nvmlDeviceGetName, handle)),
        index=index,
        mig=bool(mig and mig[0]),
        process_ids=tuple(sorted({int(process.pid) for process in processes or ()})),
        driver=driver,
    )


class NvmlMeter:
    """One board. The joules are the board's own: gross, idle power included, host not."""

    def __init__(
        self, uuid: str, notes: tuple[str, ...] = (), library: Any = None, clock: Clock | None = None
    ) -> None:
        self.clock = clock or RealClock()
        self._place = f"board {uuid}"
        self._library = nvml_library(library)
        self._handle = self._ask(self._library.nvmlDeviceGetHandleByUUID, uuid)
        self._name = str(self._ask(self._library.nvmlDeviceGetName, self._handle))
        self._counter = CumulativeCounter(HIGHEST_POWER_W)
        has_counter = self._try(self._library.nvmlDeviceGetTotalEnergyConsumption) is not None
        self._power_source = self._find_power_source()
        limit_mw = self._try(self._library.nvmlDeviceGetEnforcedPowerLimit)
        self.description = MeterDescription(
            kind="nvml-counter" if has_counter else "nvml-power" if self._power_source else "absent",
            boundary="gpu",
            board_name=self._name,
            board_uuid=uuid,
            power_limit_w=None if limit_mw is None else limit_mw / 1000,
            driver=str(self._ask(self._library.nvmlSystemGetDriverVersion)),
            notes=notes,
        )

    def read_energy(self) -> EnergyReading:
        """The counter, stamped in the middle of the call."""
        before_ns = self.clock.now_ns()
        millijoules = self._ask(self._library.nvmlDeviceGetTotalEnergyConsumption, self._handle)
        return self._counter.take((before_ns + self.clock.now_ns()) // 2, millijoules / 1000)

    def read_power(self) -> PowerReading | None:
        """Instantaneous power, stamped in the middle of the call."""
        if self._power_source is None:
            return None
        before_ns = self.clock.now_ns()
        milliwatts = self._power_source()
        if milliwatts is None:
            return None
        return PowerReading((before_ns + self.clock.now_ns()) // 2, milliwatts / 1000)

    def read_state(self) -> BoardState:
        """Temperature, clock, memory, throttle reasons, power."""
        library = self._library
        power = self.read_power()
        memory = self._try(library.nvmlDeviceGetMemoryInfo)
        return BoardState(
            self.clock.now_ns(),
            temperature_c=self._try(library.nvmlDeviceGetTemperature, library.NVML_TEMPERATURE_GPU),
            sm_clock_mhz=self._try(library.nvmlDeviceGetClockInfo, library.NVML_CLOCK_SM),
            memory_used_bytes=None if memory is None else int(memory.used),
            throttle_reasons=self._throttle_reasons(),
            power_w=None if power is None else power.power_w,
        )

    def close(self) -> None:
        """Shut this use of NVML down."""
        self._ask(self._library.nvmlShutdown)

    def _throttle_reasons(self) -> frozenset[str]:
        bits = self._try(self._library.nvmlDeviceGetCurrentClocksThrottleReasons) or 0
        return frozenset(word for name, word in REASONS.items() if bits & getattr(self._library, name))

    def _find_power_source(self) -> Callable[[], int | None] | None:
        if self._instant_mw() is not None:
            return self._instant_mw
        architecture = self._try(self._library.nvmlDeviceGetArchitecture)
        older = architecture is not None and architecture < self._library.NVML_DEVICE_ARCH_AMPERE
        usage_is_instant = older or any(word in self._name for word in GA100_BOARDS)
        if usage_is_instant and self._usage_mw() is not None:
            return self._usage_mw
        return None

    def _instant_mw(self) -> int | None:
        field = (self._library.NVML_FI_DEV_POWER_INSTANT, self._library.NVML_POWER_SCOPE_GPU)
        values = self._try(self._library.nvmlDeviceGetFieldValues, [field])
        if not values or values[0].nvmlReturn != self._library.NVML_SUCCESS:
            return None
        return int(values[0].value.uiVal)

    def _usage_mw(self) -> int | None:
        milliwatts: int | None = self._try(self._library.nvmlDeviceGetPowerUsage)
        return milliwatts

    def _ask(self, call: Callable[..., Any], *arguments: Any) -> Any:
        return ask(self._library, self._place, call, *arguments)

    def _try(self, call: Callable[..., Any], *arguments: Any) -> Any:
        return ask_or_none(self._library, self._place, call, self._handle, *arguments)


ADVICE = {
    "NVML_ERROR_LIBRARY_NOT_FOUND": "no NVIDIA driver library here; install the driver, or start the container "
    "with its GPUs (--gpus all)",
    "NVML_ERROR_DRIVER_NOT_LOADED": "the NVIDIA driver is not loaded; load it (modprobe nvidia) or restart",
    "NVML_ERROR_LIB_RM_VERSION_MISMATCH": "driver and its library differ in version; restart after the update",
    "NVML_ERROR_NO_PERMISSION": "permission refused; ask for access to /dev/nvidia*",
    "NVML_ERROR_GPU_IS_LOST": "the board fell off the bus; restart the machine and look for Xid in dmesg",
    "NVML_ERROR_RESET_REQUIRED": "the board must be reset; run nvidia-smi --gpu-reset or restart",
    "NVML_ERROR_NOT_FOUND": "no such board; list the boards with nvidia-smi -L",
    "NVML_ERROR_INVALID_ARGUMENT": "no such board; list the boards with nvidia-smi -L",
    "NVML_ERROR_NOT_SUPPORTED": "the board does not give this reading; integrate power instead, or use another",
    "NVML_ERROR_FUNCTION_NOT_FOUND": "the driver is too old for this reading; update it",
    "NVML_ERROR_UNINITIALIZED": "NVML was shut down; open the meter again",
}
"""What to do, by NVML's name of the error."""

ABSENT = ("NVML_ERROR_NOT_SUPPORTED", "NVML_ERROR_FUNCTION_NOT_FOUND", "NVML_ERROR_NO_PERMISSION")
"""Answers that mean that this one reading is not to be had; the others mean that something is wrong."""


def ask(library: Any, place: str, call: Callable[..., Any], *arguments: Any) -> Any:
    """The call's answer; `MeterError` names place, NVML's words and what to do."""
    try:
        return call(*arguments)
    except library.NVMLError as error:
        name = _name(library, error)
        advice = ADVICE.get(name, "run nvidia-smi -q and look for the same error")
        raise MeterError(f"{place}: {advice} (NVML says {name})") from error


def ask_or_none(library: Any, place: str, call: Callable[..., Any], *arguments: Any) -> Any:
    """The call's answer; None when the board or the driver does not give this reading."""
    try:
        return call(*arguments)
    except library.NVMLError as error:
        if _name(library, error) in ABSENT:
            return None
        return ask(library, place, _again, error)


def _again(error: Exception) -> None:
    raise error


def _name(library: Any, error: Any) -> str:
    names = (*ADVICE, "NVML_ERROR_TIMEOUT", "NVML_ERROR_IRQ_ISSUE", "NVML_ERROR_MEMORY", "NVML_ERROR_UNKNOWN")
    return next(
        (name for name in names if getattr(library, name, None) == error.value), f"error {error.value}"
    )
