"""The energy of a window against the truth of a synthetic board: ticks, lag, wraps, part-time sensors, faults."""

import math
import statistics
from collections.abc import Callable

import pytest

from bench.errors import MeterError
from bench.meters.contract import MeterDescription, PowerReading
from bench.meters.power import integrate_power
from bench.meters.reading import (
    Alignment,
    CounterWindow,
    Method,
    WindowEnergy,
    alignment_for,
    measure_window,
)
from bench.meters.replay import ReplayMeter
from tests.bench.synthetic_board import SyntheticBoard, Traits

T_95_FOR_FIVE = 2.776
"""Student's t, 97.5 %, 4 degrees of freedom."""


class Bench:
    """A synthetic board, its replay meter, and work to put on it."""

    def __init__(self, seed: int, traits: Traits) -> None:
        self.board = SyntheticBoard(seed, traits)
        self.meter = ReplayMeter(self.board, range_j=traits.range_j)
        self.meter.clock.sleep(2.0 + 0.0137 * seed)

    def work(self, seconds: float) -> Callable[[], None]:
        """Load for that long, from the call on."""
        return lambda: self.board.work(self.meter.clock.now_ns(), seconds, self.meter.clock.sleep)

    def window(self, seconds: float, method: Method = "counter", duty: float = 1.0) -> WindowEnergy:
        """One measured window."""
        return measure_window(
            self.meter, self.work(seconds), method=method, alignment=Alignment(sensor_duty=duty)
        )

    def truth_j(self, energy: WindowEnergy) -> float:
        """What the window really drew."""
        return self.board.true_energy_j(energy.start_ns, energy.end_ns)


def seconds_of(seed: int, about_s: float) -> float:
    """Windows that end anywhere in a tick: golden-ratio steps spread them evenly."""
    return about_s + 0.1 * ((seed * 0.618034) % 1.0)


def errors_of(traits: Traits, about_s: float, seeds: int, method: Method = "counter") -> list[float]:
    """Relative errors of one window for each seed."""
    found = []
    for seed in range(seeds):
        bench = Bench(seed, traits)
        energy = bench.window(seconds_of(seed, about_s), method, traits.duty)
        found.append(energy.energy_j / bench.truth_j(energy) - 1)
    return found


def covered_fraction(traits: Traits, about_s: float, seeds: int, method: Method) -> float:
    """Share of windows whose truth lies within twice the stated standard uncertainty."""
    inside = 0
    for seed in range(seeds):
        bench = Bench(seed, traits)
        energy = bench.window(seconds_of(seed, about_s), method, traits.duty)
        inside += abs(energy.energy_j - bench.truth_j(energy)) <= 2 * energy.standard_uncertainty_j
    return inside / seeds


def unaligned_error(phase_s: float, duration_s: float, traits: Traits) -> float:
    """The counter read at the start and at the end of the work, wherever they fall."""
    bench = Bench(1, traits)
    bench.meter.clock.sleep(phase_s)
    start_ns, before = bench.meter.clock.now_ns(), bench.meter.read_energy()
    bench.work(duration_s)()
    end_ns, after = bench.meter.clock.now_ns(), bench.meter.read_energy()
    return (after.energy_j - before.energy_j) / bench.board.true_energy_j(start_ns, end_ns) - 1


@pytest.mark.parametrize(("duration_s", "bias"), [(0.8, -0.040), (20.0, -0.0016)])
def test_an_unaligned_reading_is_low_by_half_a_tick_of_load_less_idle(duration_s: float, bias: float) -> None:
    """Steady load, P_idle / P_load = 0.36, tick 100 ms, every phase: -(tick / 2) (1 - 0.36) / duration."""
    traits = Traits(idle_w=252.0, load_w=700.0, variation=0.0, dip=1.0, decay_s=1e-6)
    errors = [unaligned_error(0.1 * (k + 0.5) / 40, duration_s, traits) for k in range(40)]
    assert statistics.mean(errors) == pytest.approx(bias, rel=0.05)


@pytest.mark.parametrize(
    "traits",
    [
        Traits(tick_s=0.1),
        Traits(tick_s=0.02),
        Traits(tick_s=0.05, lag_s=0.04),
        Traits(tick_s=0.1, lag_s=0.1),
        Traits(tick_s=0.1, lag_s=0.05, refresh_s=0.1),
        Traits(tick_s=0.1, missing=1.0),
    ],
    ids=["tick 100 ms", "tick 20 ms", "lag 40 ms", "lag of a tick", "slow sensor", "no power"],
)
def test_a_window_of_20_s_is_within_a_thousandth_of_the_truth(traits: Traits) -> None:
    assert max(abs(error) for error in errors_of(traits, 20.0, 8)) <= 0.001


def test_a_window_of_a_second_is_within_two_thousandths() -> None:
    assert max(abs(error) for error in errors_of(Traits(lag_s=0.05), 0.8, 30)) <= 0.002


def test_a_slow_look_at_the_counter_leaves_no_bias() -> None:
    """Polled every 20 ms a tick is known to 10 ms: 2.5 J of idle before the start, 0.5 % of the window."""
    errors = []
    for seed in range(40):
        bench = Bench(seed, Traits(decay_s=1e-6))
        work = bench.work(seconds_of(seed, 0.8))
        energy = measure_window(bench.meter, work, alignment=Alignment(poll_s=0.02))
        errors.append(energy.energy_j / bench.truth_j(energy) - 1)
    assert abs(statistics.mean(errors)) <= 0.0015


def test_a_counter_that_wraps_in_the_window_costs_nothing() -> None:
    """A range of 8 kJ is passed at least once by 20 s at 660 W; batches of 1 s are looked between."""
    traits = Traits(range_j=8_000.0)
    for seed in range(8):
        bench = Bench(seed, traits)
        window = CounterWindow(bench.meter)
        window.start()
        for _ in range(20):
            bench.work(1.0)()
            window.look()
        energy = window.finish()
        assert energy.energy_j == pytest.approx(bench.truth_j(energy), rel=0.001)


@pytest.mark.parametrize("reset_after_s", [0.5, 5.0, 9.9])
def test_a_reset_in_a_window_rejects_the_window(reset_after_s: float) -> None:
    for seed in range(10):
        bench = Bench(seed, Traits(reset_at_s=2.0 + 0.0137 * seed + 0.3 + reset_after_s))
        with pytest.raises(MeterError, match="reset"):
            bench.window(10.0)


def test_a_reset_that_leaves_the_counter_higher_is_seen_by_the_power_around_it() -> None:
    """The counter stood near zero before the window, so that it did not fall."""
    bench = Bench(0, Traits(reset_at_s=11.0))
    bench.board.first_j = 0.0
    with pytest.raises(MeterError, match=r"less than the .* before and after it: it was reset inside"):
        bench.window(10.0)


def test_a_reset_before_the_window_is_no_fault_of_the_window() -> None:
    bench = Bench(0, Traits(reset_at_s=2.5))
    bench.meter.read_energy()
    bench.meter.clock.sleep(1.0)
    energy = bench.window(5.0)
    assert energy.energy_j == pytest.approx(bench.truth_j(energy), rel=0.001)


def test_a_meter_that_vanishes_in_a_window_says_so() -> None:
    with pytest.raises(MeterError, match="fell off the bus"):
        Bench(0, Traits(vanish_at_s=5.0)).window(10.0)


def test_a_power_sensor_that_vanishes_in_a_window_says_so() -> None:
    with pytest.raises(MeterError, match="fell off the bus"):
        Bench(0, Traits(vanish_at_s=5.0)).window(10.0, "power")


def test_a_stuck_counter_says_how_little_it_moved() -> None:
    with pytest.raises(MeterError, match=r"counter moved 0\.0 J in 1\.0 s; lengthen the window"):
        Bench(0, Traits(stuck_at_s=1.0)).window(10.0)


def test_a_board_without_counter_and_power_is_refused() -> None:
    with pytest.raises(MeterError, match="gives neither a counter nor power"):
        Bench(0, Traits(missing=1.0)).window(10.0, "power")


@pytest.mark.parametrize(
    "traits",
    [
        Traits(),
        Traits(refresh_s=0.1),
        Traits(refresh_s=0.1, duty=0.25),
        Traits(refresh_s=0.02, missing=0.3),
    ],
    ids=["fresh", "slow", "part-time", "missing"],
)
def test_integrated_power_states_an_interval_that_holds_the_truth(traits: Traits) -> None:
    assert covered_fraction(traits, 8.0, 60, "power") >= 0.92


@pytest.mark.parametrize(
    "traits",
    [Traits(), Traits(lag_s=0.1), Traits(tick_s=0.02, lag_s=0.015), Traits(refresh_s=0.1, lag_s=0.05)],
    ids=["tick", "lag of a tick", "short tick", "slow sensor"],
)
def test_the_counter_states_an_interval_that_holds_the_truth(traits: Traits) -> None:
    assert covered_fraction(traits, 2.0, 60, "counter") >= 0.92


def test_five_windows_of_a_part_time_counter_hold_the_truth_in_their_interval() -> None:
    """Each window stands against its own truth; scatter of the ratios and stated uncertainty add in squares."""
    covered = 0
    for seed in range(50):
        bench = Bench(seed, Traits(duty=0.25, refresh_s=0.1))
        windows = [bench.window(seconds_of(seed + 7 * k, 10.0), duty=0.25) for k in range(5)]
        ratios = [energy.energy_j / bench.truth_j(energy) for energy in windows]
        statistical = T_95_FOR_FIVE * statistics.stdev(ratios) / math.sqrt(5)
        stated = 2 * statistics.mean(one.standard_uncertainty_j / one.energy_j for one in windows)
        covered += abs(statistics.mean(ratios) - 1) <= math.hypot(statistical, stated)
    assert covered / 50 >= 0.92


def test_the_tail_is_at_most_two_ticks_and_its_joules_are_reported() -> None:
    bench = Bench(3, Traits(tick_s=0.1))
    energy = bench.window(5.0)
    tick_ns = energy.end_ns + round(energy.tail_s * 1e9)
    assert 0.1 <= energy.tail_s <= 0.202
    assert energy.tick_s == pytest.approx(0.1, abs=0.002)
    assert energy.tail_energy_j == pytest.approx(bench.board.true_energy_j(energy.end_ns, tick_ns), rel=0.02)


def test_synchronisation_is_waited_for_inside_the_window() -> None:
    bench = Bench(0, Traits())
    queued = [0.0]

    def synchronize() -> None:
        bench.work(queued.pop() if queued else 0.0)()

    energy = measure_window(bench.meter, lambda: queued.append(3.0), synchronize)
    assert energy.duration_s == pytest.approx(3.0, abs=1e-6)


def test_constant_power_integrates_to_power_times_time() -> None:
    samples = [PowerReading(k * 10_000_000, 300.0) for k in range(1001)]
    integral = integrate_power(samples, 0, 10_000_000_000)
    assert integral.energy_j == pytest.approx(3000.0)
    assert integral.standard_uncertainty_j == 0.0


def test_a_ramp_of_power_integrates_to_half_its_end() -> None:
    samples = [PowerReading(k * 10_000_000, float(k)) for k in range(1001)]
    assert integrate_power(samples, 0, 10_000_000_000).energy_j == pytest.approx(5000.0, rel=1e-4)


def test_power_unknown_for_more_than_a_quarter_of_the_window_is_refused() -> None:
    samples = [PowerReading(k * 10_000_000, 300.0) for k in range(1001) if not 200 < k < 600]
    with pytest.raises(MeterError, match=r"power was not readable for 4\.0 s of 10\.0 s"):
        integrate_power(samples, 0, 10_000_000_000)


@pytest.mark.parametrize("method", ["counter", "power"])
def test_work_that_fails_leaves_no_sampling_behind(method: Method) -> None:
    bench = Bench(0, Traits())

    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        measure_window(bench.meter, fail, method=method)
    reads = bench.board.power_reads
    bench.meter.clock.sleep(1.0)
    assert bench.board.power_reads == reads


@pytest.mark.parametrize(
    ("name", "duty"), [("NVIDIA H100 80GB HBM3", 0.25), ("NVIDIA A100-SXM4-80GB", 0.25), ("NVIDIA L4", 1.0)]
)
def test_boards_with_a_part_time_sensor_are_known_by_name(name: str, duty: float) -> None:
    assert alignment_for(MeterDescription("nvml-counter", "gpu", name)).sensor_duty == duty
