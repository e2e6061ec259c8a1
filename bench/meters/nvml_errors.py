"""What NVML answers when it does not answer, as sentences."""

from collections.abc import Callable
from typing import Any

from bench.errors import MeterError

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
