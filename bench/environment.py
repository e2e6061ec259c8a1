"""What a measurement ran on, besides its board: processor, memory, system, versions of the libraries."""

import functools
import importlib.metadata
import os
import platform
from pathlib import Path

from bench.profile import Part
from bench.units import BYTES_PER_GIB

LIBRARIES = (
    "image-roi",
    "torch",
    "diffusers",
    "transformers",
    "accelerate",
    "torchao",
    "bitsandbytes",
    "gguf",
    "nvidia-ml-py",
    "codecarbon",
)
"""Libraries whose version changes joules, seconds or pictures."""

_CONTAINER_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))


class Environment(Part):
    """One machine."""

    processor: str
    logical_processors: int
    memory_gib: float | None = None
    system: str
    python: str
    container: bool
    """Whether this is a container: meters of the host may be hidden, and process ids differ."""
    software: dict[str, str] = {}
    """Installed libraries and their versions."""

    @property
    def host(self) -> str:
        """Processor and memory in a few words, for a profile's `hardware.host`."""
        memory = f", {self.memory_gib:.0f} GiB" if self.memory_gib is not None else ""
        return f"{self.processor} ({self.logical_processors} logical processors){memory}"


@functools.lru_cache(maxsize=1)
def read_environment() -> Environment:
    """This machine as it is now; read once."""
    return Environment(
        processor=_processor(),
        logical_processors=os.cpu_count() or 1,
        memory_gib=_memory_gib(),
        system=platform.platform(),
        python=platform.python_version(),
        container=any(mark.exists() for mark in _CONTAINER_MARKS),
        software=installed_versions(LIBRARIES),
    )


def installed_versions(names: tuple[str, ...]) -> dict[str, str]:
    """Versions of those of these libraries that are installed; nothing is imported."""
    versions = {}
    for name in names:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions


def _processor(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    try:
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine() or "unknown processor")


def _memory_gib() -> float | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / BYTES_PER_GIB
    except (ValueError, OSError, AttributeError):
        return None
