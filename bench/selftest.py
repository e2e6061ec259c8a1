"""Whether a meter is to be believed on this board: its ticks, and its counter against its power sensor.

Two windows, idle and under load, are read twice: from the counter and as the integral of instantaneous power.
Both come from one sensor chip, so that agreement shows sound counting, not the sensor's own error: steady-state
errors of -8 % to +13 % were seen per board (arXiv 2312.02741), and only an external meter finds them.
"""

import itertools
import re
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from bench.errors import MeterError
from bench.meters.contract import NANOSECONDS_PER_SECOND, EnergyReading, Meter
from bench.meters.power import PowerWatch, integrate_power
from bench.meters.reading import Alignment, CounterWindow, Method, alignment_for
from bench.profile import Grade, Part
from bench.writing import write_file

PASS_FRACTION = 0.03
WARN_FRACTION = 0.10
LOADED_MIN = 1.2
"""A board under load draws more than this many times what it draws at rest."""
WINDOW_S = 10.0
TICKS = 10

SELF_TESTS = Path("~/.cache/image-roi/self-tests")
"""Where self-tests of meters are kept, one file for each board and driver."""

Outcome = Literal["pass", "warn", "integral", "unchecked", "power_only", "absent"]

GRADES: dict[Outcome, Grade] = {
    "pass": "A",
    "warn": "B",
    "unchecked": "B",
    "integral": "C",
    "power_only": "C",
    "absent": "D",
}
"""The best grade that results on such a meter can reach."""


class Comparison(Part):
    """One window read in both ways."""

    name: Literal["idle", "load"]
    duration_s: float
    counter_j: float
    integral_j: float

    @property
    def power_w(self) -> float:
        """Mean power by the counter [W]."""
        return self.counter_j / self.duration_s

    @property
    def deviation_fraction(self) -> float:
        """Counter over integral, less one [1]."""
        return self.counter_j / self.integral_j - 1


class SelfTest(Part):
    """What was found on one board with one driver."""

    board_name: str
    board_uuid: str | None = None
    driver: str | None = None
    outcome: Outcome
    tick_s: float | None = None
    """Median time between two ticks of the counter; None without a counter [s]."""
    comparisons: tuple[Comparison, ...] = ()
    reason: str
    """What led to the outcome, as a sentence."""

    @property
    def grade(self) -> Grade:
        """The best grade that results can reach."""
        return GRADES[self.outcome]

    @property
    def method(self) -> Method | None:
        """How windows are to be read; None when they cannot be."""
        if self.outcome == "absent":
            return None
        return "power" if self.outcome in ("integral", "power_only") else "counter"


def self_test(meter: Meter, load: Callable[[float], object] | None = None) -> SelfTest:
    """Idle, then under `load(seconds)` where there is one. Takes two windows and a few ticks.

    A counter that agrees at rest alone is not confirmed: most of its errors grow with power.
    """
    alignment = alignment_for(meter.description)
    try:
        tick_s = tick_period_s(meter, alignment)
        comparisons = [_compare(meter, "idle", lambda: meter.clock.sleep(WINDOW_S), alignment)]
        if load is not None:
            comparisons.append(_compare(meter, "load", lambda: load(WINDOW_S), alignment))
    except MeterError as error:
        return _without_counter(meter, str(error))
    found = tuple(one for one in comparisons if one is not None)
    outcome, reason = _judge(found)
    return _result(meter, outcome, reason, tick_s, found)


def tick_period_s(meter: Meter, alignment: Alignment) -> float:
    """Median time between changes of the counter; `MeterError` when it stands still, is reset or jumps."""
    stamps: list[int] = []
    last = meter.read_energy()
    while len(stamps) <= TICKS:
        last = _next_change(meter, last, alignment)
        stamps.append(last.monotonic_ns)
    steps = [b - a for a, b in itertools.pairwise(stamps)]
    return statistics.median(steps) / NANOSECONDS_PER_SECOND


def save_self_test(result: SelfTest, folder: Path) -> Path:
    """Write it under the board's UUID and driver; the file's path."""
    path = _path(folder, result.board_uuid, result.driver)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_file(path, f"{result.model_dump_json(indent=2)}\n".encode())
    except OSError as error:
        raise MeterError(
            f"{path}: cannot store the self-test ({error.strerror}); give another folder"
        ) from error
    return path


def stored_self_test(folder: Path, board_uuid: str | None, driver: str | None) -> SelfTest | None:
    """The stored result of this board with this driver; None when there is none."""
    path = _path(folder, board_uuid, driver)
    try:
        return SelfTest.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise MeterError(f"{path}: is no stored self-test; delete it and run the self-test again") from error


def _next_change(meter: Meter, since: EnergyReading, alignment: Alignment) -> EnergyReading:
    while (now := meter.read_energy()).energy_j == since.energy_j:
        waited_s = (now.monotonic_ns - since.monotonic_ns) / NANOSECONDS_PER_SECOND
        if waited_s > alignment.longest_tick_s:
            raise MeterError(f"counter moved 0.0 J in {waited_s:.1f} s; integrate power instead")
        meter.clock.sleep(alignment.poll_s)
    return now


def _compare(
    meter: Meter, name: Literal["idle", "load"], work: Callable[[], object], alignment: Alignment
) -> Comparison | None:
    """None where the board gives no power to compare with."""
    window = CounterWindow(meter, alignment)
    window.start()
    watch = PowerWatch(meter)
    try:
        work()
        energy = window.finish()
    finally:
        samples = watch.stop()
    if not samples:
        return None
    integral = integrate_power(samples, energy.start_ns, energy.end_ns)
    return Comparison(
        name=name,
        duration_s=energy.duration_s,
        counter_j=energy.energy_j,
        integral_j=integral.energy_j,
    )


def _judge(comparisons: tuple[Comparison, ...]) -> tuple[Outcome, str]:
    if not comparisons:
        return "unchecked", "the counter ticks, but there is no power sensor to hold it against"
    worst = max(comparisons, key=lambda one: abs(one.deviation_fraction))
    off = abs(worst.deviation_fraction)
    loaded = [one for one in comparisons if one.name == "load"]
    reason = f"counter and power differ by {100 * worst.deviation_fraction:+.1f} % in the {worst.name} window"
    if off <= PASS_FRACTION and not loaded:
        return "unchecked", f"{reason}, and nothing was put on the board: it was not judged under load"
    if off <= PASS_FRACTION and loaded[0].power_w < LOADED_MIN * comparisons[0].power_w:
        return "unchecked", f"{reason}, and the load did not reach this board ({loaded[0].power_w:.0f} W)"
    if off <= PASS_FRACTION:
        return "pass", reason
    if off <= WARN_FRACTION:
        return "warn", f"{reason}, more than {100 * PASS_FRACTION:.0f} %"
    return "integral", f"{reason}, more than {100 * WARN_FRACTION:.0f} %: power is integrated instead"


def _without_counter(meter: Meter, reason: str) -> SelfTest:
    try:
        power = meter.read_power()
    except MeterError as error:
        return _result(meter, "absent", str(error))
    if power is None:
        return _result(meter, "absent", reason)
    return _result(meter, "power_only", f"{reason}: power is integrated instead")


def _result(
    meter: Meter,
    outcome: Outcome,
    reason: str,
    tick_s: float | None = None,
    comparisons: tuple[Comparison, ...] = (),
) -> SelfTest:
    about = meter.description
    return SelfTest(
        board_name=about.board_name,
        board_uuid=about.board_uuid,
        driver=about.driver,
        outcome=outcome,
        tick_s=tick_s,
        comparisons=comparisons,
        reason=reason,
    )


def _path(folder: Path, board_uuid: str | None, driver: str | None) -> Path:
    name = re.sub(r"[^A-Za-z0-9.-]", "_", f"{board_uuid or 'no-uuid'}_{driver or 'no-driver'}")
    return folder / f"selftest_{name}.json"
