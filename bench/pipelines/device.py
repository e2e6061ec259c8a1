"""The torch device: free memory, largest memory in use, waiting until it is done."""

from bench.errors import PipelineError
from bench.pipelines.settings import Settings

GIB = 2**30


class PipelineMemoryError(PipelineError):
    """The device has not enough memory: a result of the configuration, not a fault of the program."""


def require_device(device: str) -> None:
    """Stop when torch does not see the device."""
    import torch

    kind = device.partition(":")[0]
    seen = {
        "cpu": True,
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "xpu": torch.xpu.is_available(),
    }[kind]
    if not seen:
        raise PipelineError(
            f"device {device}: torch {torch.__version__} does not see one; check the driver and torch's build, "
            "or choose --device cpu"
        )


def free_bytes(device: str) -> int | None:
    """Memory that new weights may take on the device [bytes]; None where it cannot be asked."""
    import psutil
    import torch

    if device.startswith("cuda"):
        return int(torch.cuda.mem_get_info(device)[0])
    if device == "cpu":
        return int(psutil.virtual_memory().available)
    return None


def board_uuid(device: str) -> str | None:
    """UUID of the board that a CUDA device is, as the driver writes it; None off CUDA or where torch is silent."""
    import torch

    if not device.startswith("cuda"):
        return None
    found = getattr(torch.cuda.get_device_properties(device), "uuid", None)
    return None if found is None else f"GPU-{found}".replace("GPU-GPU-", "GPU-")


def reserved_bytes(device: str) -> int | None:
    """Memory that torch holds on the board now [bytes]; None off CUDA."""
    import torch

    return int(torch.cuda.memory_reserved(device)) if device.startswith("cuda") else None


def synchronize(device: str) -> None:
    """Wait until all work given to the device is done; a CPU is done when the call returns."""
    import torch

    if not device.startswith("cpu"):
        torch.get_device_module(device).synchronize()


def reset_peak(device: str) -> None:
    """Begin a new record of the largest memory in use."""
    import torch

    if device.startswith("cuda"):
        torch.cuda.reset_peak_memory_stats(device)


def peak_bytes(device: str) -> int | None:
    """Largest memory that torch reserved on the board since the record began [bytes]; None off CUDA."""
    import torch

    return int(torch.cuda.max_memory_reserved(device)) if device.startswith("cuda") else None


def needed_on_device(settings: Settings, weights: dict[str, int]) -> int:
    """Weights that must be on the device at the same time [bytes]."""
    if settings.offload == "sequential":
        return 0
    if settings.offload == "model":
        return max(weights.values(), default=0)
    return sum(weights.values())


def require_memory(needed_bytes: int, free_bytes: int | None, place: str) -> None:
    """Stop before anything is taken when the weights alone cannot fit; what cannot be asked is not checked."""
    if free_bytes is not None and needed_bytes > free_bytes:
        raise PipelineMemoryError(
            f"{place}: the weights need at least {needed_bytes / GIB:.1f} GiB and {free_bytes / GIB:.1f} GiB are "
            "free; choose a quantization, offload, or a larger board"
        )


def out_of_memory(fault: BaseException) -> bool:
    """Whether torch or the system says with it that there is no memory left."""
    import torch

    return isinstance(fault, torch.OutOfMemoryError | MemoryError) or "can't allocate memory" in str(fault)
