"""RAPL: energy of processor packages and their memory, through Linux' powercap files.

Each domain counts microjoules and starts again at zero after `max_energy_range_uj`. Packages and their `dram`
domains are added up; `core` and `uncore` are parts of a package and would be counted twice. Since 2020 the
files may be read by root alone (CVE-2020-8694), until a udev rule says otherwise.
"""

import errno
from dataclasses import dataclass
from pathlib import Path

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

POWERCAP = Path("/sys/class/powercap")
HIGHEST_POWER_W = 1_000.0
"""More than one package or its memory draws."""

JOULES_PER_MICROJOULE = 1e-6

UDEV_LINE = (
    'SUBSYSTEM=="powercap", KERNEL=="intel-rapl:*", RUN+="/bin/chmod a+r /sys/class/powercap/%k/energy_uj"'
)
PERMISSION_ADVICE = (
    f"let users read it: write the line  {UDEV_LINE}  to /etc/udev/rules.d/70-rapl.rules and run "
    "'udevadm control --reload && udevadm trigger --subsystem-match=powercap --action=add' as root"
)


@dataclass(frozen=True)
class _Domain:
    name: str
    energy: Path
    counter: CumulativeCounter


class RaplMeter:
    """Processor and memory of this machine. Fans, disks, network and power supply are not in these joules."""

    def __init__(self, root: Path = POWERCAP, clock: Clock | None = None) -> None:
        self.clock = clock or RealClock()
        self._domains = _domains(root)
        names = ", ".join(domain.name for domain in self._domains)
        note = f"RAPL covers {names}: no board, fans, disks or power supply"
        self.description = MeterDescription(
            "rapl", "processor_and_memory", "processor and memory", notes=(note,)
        )
        self.read_energy()

    def read_energy(self) -> EnergyReading:
        """Sum of the domains, each unwrapped."""
        now_ns = self.clock.now_ns()
        takes = [domain.counter.take(now_ns, _joules(domain.energy)) for domain in self._domains]
        return EnergyReading(now_ns, sum(take.energy_j for take in takes))

    def read_power(self) -> PowerReading | None:
        """RAPL has no power sensor."""
        return None

    def read_state(self) -> BoardState:
        """Only the time: RAPL knows no temperature."""
        return BoardState(self.clock.now_ns())

    def close(self) -> None:
        """Nothing is held open."""


def _domains(root: Path) -> tuple[_Domain, ...]:
    """Packages (`intel-rapl:0`) and their memory (`intel-rapl:0:1` named dram); on AMD the names are the same."""
    found = []
    for folder in sorted(root.glob("intel-rapl:*")):
        try:
            name = (folder / "name").read_text(encoding="ascii").strip()
        except OSError:
            continue
        if name.startswith("package") or name == "dram":
            range_j = _joules(folder / "max_energy_range_uj")
            found.append(_Domain(name, folder / "energy_uj", CumulativeCounter(HIGHEST_POWER_W, range_j)))
    if not found:
        raise MeterError(
            f"no RAPL domain under {root}; load the kernel module intel_rapl_common and intel_rapl_msr, or measure "
            "outside of the container or virtual machine"
        )
    return tuple(found)


def _joules(path: Path) -> float:
    try:
        return int(path.read_text(encoding="ascii")) * JOULES_PER_MICROJOULE
    except PermissionError as error:
        raise MeterError(f"{path}: may not be read; {PERMISSION_ADVICE}") from error
    except OSError as error:
        reason = errno.errorcode.get(error.errno or 0, "error")
        raise MeterError(f"{path}: cannot be read ({reason}); check that the domain still exists") from error
    except ValueError as error:
        raise MeterError(f"{path}: holds no number; check the kernel's powercap driver") from error
