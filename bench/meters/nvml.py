"""NVML: energy counter, instantaneous power and state of an NVIDIA board, by its UUID.

`nvmlDeviceGetTotalEnergyConsumption` counts millijoules since the driver was loaded (Volta and newer).
`nvmlDeviceGetPowerUsage` is an average over one second on Ampere and newer except GA100 (NVML reference), so
that power is read from the field NVML_FI_DEV_POWER_INSTANT; the older call serves only where it is
instantaneous. pynvml is imported when a board is opened, and may be handed in. What NVML answers when it does not
answer stands at the end, as sentences.
"""

import re
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

GA100_BOARDS = frozenset({"A100", "A30", "A800"})
"""As whole words of a name: an RTX A1000 or A3000 is another chip."""
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
    """Place among the boards that may be read, in the order of the bus; CUDA may count otherwise."""
    mig: bool
    process_ids: tuple[int, ...] | None
    """Processes that compute on it now; None where the driver does not say (WSL2, some containers)."""
    driver: str
    graphics_process_ids: tuple[int, ...] = ()
    """Processes that draw on it: a screen's, mostly."""
    memory_used_bytes: int | None = None
    """Memory in use, whoever uses it [bytes]."""
    busy_fraction: float | None = None
    """Share of the last moments in which it worked [1]."""


@dataclass(frozen=True)
class BoardList:
    """What the driver lists."""

    boards: tuple[NvmlBoard, ...]
    faults: tuple[str, ...]
    """Why boards of the list cannot be read, a sentence each: other boards are none the worse."""


def nvml_library(library: Any = None) -> Any:
    """pynvml, initialised; `MeterError` says what is missing on this machine."""
    if library is None:
        import pynvml

        library = pynvml
    ask(library, "this machine", library.nvmlInit)
    return library


def board_list(library: Any = None) -> BoardList:
    """All boards that the driver lists, those that may not be read as sentences."""
    library = nvml_library(library)
    driver = text_of(ask(library, "driver", library.nvmlSystemGetDriverVersion))
    boards: list[NvmlBoard] = []
    faults: list[str] = []
    for place in range(ask(library, "driver", library.nvmlDeviceGetCount)):
        try:
            boards.append(_board(library, place, len(boards), driver))
        except MeterError as fault:
            faults.append(str(fault))
    return BoardList(tuple(boards), tuple(faults))


def nvml_boards(library: Any = None) -> tuple[NvmlBoard, ...]:
    """The boards that can be read; `MeterError` where there are boards and none can."""
    found = board_list(library)
    if found.faults and not found.boards:
        raise MeterError("; ".join(found.faults))
    return found.boards


def _board(library: Any, place: int, index: int, driver: str) -> NvmlBoard:
    name = f"board {place}"
    handle = ask(library, name, library.nvmlDeviceGetHandleByIndex, place)
    mig = ask_or_none(library, "nvmlDeviceGetMigMode", handle)
    computing = ask_or_none(library, "nvmlDeviceGetComputeRunningProcesses", handle)
    drawing = ask_or_none(library, "nvmlDeviceGetGraphicsRunningProcesses", handle)
    memory = ask_or_none(library, "nvmlDeviceGetMemoryInfo", handle)
    busy = ask_or_none(library, "nvmlDeviceGetUtilizationRates", handle)
    return NvmlBoard(
        uuid=text_of(ask(library, name, library.nvmlDeviceGetUUID, handle)),
        name=text_of(ask(library, name, library.nvmlDeviceGetName, handle)),
        index=index,
        mig=bool(mig and mig[0]),
        process_ids=None if computing is None else _ids(computing),
        driver=driver,
        graphics_process_ids=_ids(drawing or ()),
        memory_used_bytes=None if memory is None else int(memory.used),
        busy_fraction=None if busy is None else busy.gpu / 100,
    )


def _ids(processes: Any) -> tuple[int, ...]:
    return tuple(sorted({int(process.pid) for process in processes}))


class NvmlMeter:
    """One board. The joules are the board's own: gross, idle power included, host not."""

    def __init__(
        self, uuid: str, notes: tuple[str, ...] = (), library: Any = None, clock: Clock | None = None
    ) -> None:
        self.clock = clock or RealClock()
        self._place = f"board {uuid}"
        self._library = nvml_library(library)
        self._handle = self._ask(self._library.nvmlDeviceGetHandleByUUID, uuid)
        self._name = text_of(self._ask(self._library.nvmlDeviceGetName, self._handle))
        self._counter = CumulativeCounter(HIGHEST_POWER_W)
        self._power_source = self._find_power_source()
        limit_mw = self._try("nvmlDeviceGetEnforcedPowerLimit")
        mig = self._try("nvmlDeviceGetMigMode")
        self.description = MeterDescription(
            kind="nvml-counter" if self._has_counter() else "nvml-power" if self._power_source else "absent",
            boundary="gpu",
            board_name=self._name,
            board_uuid=uuid,
            power_limit_w=None if limit_mw is None else limit_mw / 1000,
            driver=text_of(self._ask(self._library.nvmlSystemGetDriverVersion)),
            notes=notes,
            sliced=bool(mig and mig[0]),
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
        """Temperature, clock, memory, throttle reasons, power: each None or empty where it cannot be read now.

        A board that is lost is told by the counter; no other reading may cost a window.
        """
        library = self._library
        power = self.read_power()
        memory = self._try("nvmlDeviceGetMemoryInfo")
        return BoardState(
            self.clock.now_ns(),
            temperature_c=self._try("nvmlDeviceGetTemperature", getattr(library, "NVML_TEMPERATURE_GPU", 0)),
            sm_clock_mhz=self._try("nvmlDeviceGetClockInfo", getattr(library, "NVML_CLOCK_SM", 1)),
            memory_used_bytes=None if memory is None else int(memory.used),
            throttle_reasons=self._throttle_reasons(),
            power_w=None if power is None else power.power_w,
        )

    def close(self) -> None:
        """Shut this use of NVML down."""
        self._ask(self._library.nvmlShutdown)

    def _has_counter(self) -> bool:
        """Whether the board counts joules; an answer that is neither yes nor no raises `MeterError`."""
        try:
            self._library.nvmlDeviceGetTotalEnergyConsumption(self._handle)
        except (self._library.NVMLError, AttributeError) as error:
            if isinstance(error, AttributeError) or _name(self._library, error) in ABSENT:
                return False
            self._ask(_again, error)
        return True

    def _throttle_reasons(self) -> frozenset[str]:
        bits = self._try("nvmlDeviceGetCurrentClocksThrottleReasons") or 0
        return frozenset(word for name, word in REASONS.items() if bits & getattr(self._library, name, 0))

    def _find_power_source(self) -> Callable[[], int | None] | None:
        if self._instant_mw() is not None:
            return self._instant_mw
        architecture = self._try("nvmlDeviceGetArchitecture")
        older = architecture is not None and architecture < self._library.NVML_DEVICE_ARCH_AMPERE
        usage_is_instant = older or bool(GA100_BOARDS & set(re.split(r"[^A-Za-z0-9]+", self._name)))
        if usage_is_instant and self._usage_mw() is not None:
            return self._usage_mw
        return None

    def _instant_mw(self) -> int | None:
        library = self._library
        number = getattr(library, "NVML_FI_DEV_POWER_INSTANT", None)
        if number is None:
            return None
        field = (number, getattr(library, "NVML_POWER_SCOPE_GPU", 0))
        values = self._try("nvmlDeviceGetFieldValues", [field])
        if not values or values[0].nvmlReturn != library.NVML_SUCCESS:
            return None
        return int(values[0].value.uiVal)

    def _usage_mw(self) -> int | None:
        milliwatts: int | None = self._try("nvmlDeviceGetPowerUsage")
        return milliwatts

    def _ask(self, call: Callable[..., Any], *arguments: Any) -> Any:
        return ask(self._library, self._place, call, *arguments)

    def _try(self, name: str, *arguments: Any) -> Any:
        return ask_or_none(self._library, name, self._handle, *arguments)


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
"""Answers that mean that the counter is not to be had; the others mean that something is wrong."""


def ask(library: Any, place: str, call: Callable[..., Any], *arguments: Any) -> Any:
    """The call's answer; `MeterError` names place, NVML's words and what to do."""
    try:
        return call(*arguments)
    except library.NVMLError as error:
        name = _name(library, error)
        advice = ADVICE.get(name, "run nvidia-smi -q and look for the same error")
        raise MeterError(f"{place}: {advice} (NVML says {name})") from error


def ask_or_none(library: Any, name: str, *arguments: Any) -> Any:
    """The answer of the call of that name; None when board, driver or an old pynvml does not give it now."""
    call = getattr(library, name, None)
    if call is None:
        return None
    try:
        return call(*arguments)
    except library.NVMLError:
        return None


def text_of(answer: Any) -> str:
    """A text of NVML, which pynvml before 11.5 gives as bytes."""
    return answer.decode(errors="replace") if isinstance(answer, bytes) else str(answer)


def _again(error: Exception) -> None:
    raise error


def _name(library: Any, error: Any) -> str:
    names = (*ADVICE, "NVML_ERROR_TIMEOUT", "NVML_ERROR_IRQ_ISSUE", "NVML_ERROR_MEMORY", "NVML_ERROR_UNKNOWN")
    return next(
        (name for name in names if getattr(library, name, None) == error.value), f"error {error.value}"
    )
