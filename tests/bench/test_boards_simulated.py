"""Boards of every kind that is met, simulated: the right joules or a refusal, and how long that takes.

True power is known exactly (`tests/bench/synthetic_board.py`, which shares no code with the meter). The truth of an
image is its mean power times its mean seconds, worked out from what the kind of board is told to do.
"""

import math
import random
from dataclasses import dataclass, field, replace
from statistics import fmean

import pytest

from bench.meters.contract import BoardState, MeterDescription
from bench.meters.reading import Method
from bench.meters.replay import ReplayClock, ReplayMeter
from bench.protocol.measure import measure
from bench.protocol.parts import to_profile_parts
from bench.protocol.records import Measurement
from bench.protocol.tiers import QUICK, WarmUpRule
from tests.bench.synthetic_board import SyntheticBoard, Traits

ABOUT = MeterDescription("replay", "gpu", "NVIDIA H100 80GB HBM3", "GPU-1", power_limit_w=700.0)
IMAGES = 4
SEEDS = 25


@dataclass(frozen=True)
class Kind:
    """One kind of board and of work on it."""

    traits: Traits
    batch_s: float = 1.3
    batch_spread: float = 0.001
    """Of the seconds of a batch."""
    warming: tuple[float, float] = (0.0, 1.0)
    """By how much less the board draws cold, and how fast that goes [1, s]."""
    reasons: frozenset[str] = frozenset()
    method: Method = "counter"

    @property
    def truth_j_per_image(self) -> float:
        """Mean power of the warm board times mean seconds, over the images of a batch."""
        dips = 0.15 * self.traits.dip + 0.85
        return self.traits.load_w * dips * self.batch_s / IMAGES


KINDS = {
    "power-capped": Kind(Traits(load_w=690.0, dip=1.0, variation=0.02), reasons=frozenset({"sw_power_cap"})),
    "bursty": Kind(Traits(load_w=640.0, dip=0.25, step_s=0.65, variation=0.3, refresh_s=0.1)),
    "launch-bound": Kind(Traits(load_w=360.0, dip=0.5, variation=0.3), batch_s=2.6, batch_spread=0.08),
    "warming": Kind(Traits(load_w=600.0, dip=1.0, variation=0.05), warming=(0.06, 12.0)),
    "part-time sensor": Kind(Traits(load_w=600.0, refresh_s=0.1, duty=0.25)),
    "no counter": Kind(Traits(load_w=500.0, refresh_s=0.05, dip=0.8), method="power"),
}


@dataclass
class Machine:
    """A simulated board that makes batches and warms up; its die follows its load by 12 C within 0.3 s."""

    kind: Kind
    seed: int
    clock: ReplayClock = field(default_factory=ReplayClock)

    def __post_init__(self) -> None:
        self.board = SyntheticBoard(self.seed, self.kind.traits)
        self._random = random.Random(self.seed)
        self._busy_until_ns = 0
        self._worked_s = 0.0
        self.images_per_batch = IMAGES

    def generate_batch(self, _: int) -> None:
        """Be busy for about the seconds of a batch; a cold board is as much quicker as it draws less."""
        less, tau_s = self.kind.warming
        cold = 1 - less * math.exp(-self._worked_s / tau_s)
        seconds = self.kind.batch_s * (1 + self._random.gauss(0.0, self.kind.batch_spread)) * cold
        self._busy_until_ns = self.clock.now_ns() + round(seconds * 1e9)
        self.board.work(self.clock.now_ns(), seconds, self.clock.sleep)
        self._worked_s += seconds

    def synchronize(self) -> None:
        """Batches end by themselves."""

    def raw_energy_j(self, now_ns: int) -> float:
        """The board's counter."""
        return self.board.raw_energy_j(now_ns)

    def power_w(self, now_ns: int) -> float | None:
        """The board's sensor."""
        return self.board.power_w(now_ns)

    def state(self, now_ns: int) -> BoardState:
        """Hot at work, 12 C cooler 0.3 s later."""
        since_s = max(0.0, now_ns - self._busy_until_ns) / 1e9
        temperature_c = 66.0 - 12.0 * min(1.0, since_s / 0.3)
        return BoardState(
            now_ns, temperature_c, throttle_reasons=self.kind.reasons, power_w=self.power_w(now_ns)
        )


def measured(kind: Kind, seed: int) -> tuple[Measurement, float]:
    """A quick measurement, and how long it took with the model loaded [s]."""
    machine = Machine(kind, seed)
    meter = ReplayMeter(machine, machine.clock, ABOUT)
    machine.clock.sleep(1.0)
    begun_ns = machine.clock.now_ns()
    found = measure(machine, meter, QUICK, method=kind.method)
    return found, (machine.clock.now_ns() - begun_ns) / 1e9


@pytest.mark.parametrize("name", KINDS)
def test_the_interval_holds_the_truth_and_the_profile_is_there_within_two_minutes(name: str) -> None:
    kind = KINDS[name]
    inside, spent_s = [], []
    for seed in range(SEEDS):
        found, seconds = measured(kind, seed)
        energy = to_profile_parts(found).energy
        assert energy is not None
        assert energy.energy_half_width_95_j_per_image is not None
        off_j = abs(energy.energy_j_per_image - kind.truth_j_per_image)
        inside.append(off_j <= energy.energy_half_width_95_j_per_image)
        spent_s.append(seconds)
    assert fmean(inside) >= 0.92
    assert max(spent_s) <= 120.0


@pytest.mark.parametrize("name", ["power-capped", "bursty", "warming"])
def test_no_window_is_lost_to_a_die_that_follows_its_load(name: str) -> None:
    found, _ = measured(KINDS[name], seed=1)
    ranges_c = [(one.temperature_high_c or 0.0) - (one.temperature_low_c or 0.0) for one in found.windows]
    assert min(ranges_c) > 3.0
    assert all(one.rejection is None or one.rejection.kind == "warming" for one in found.windows)


def test_a_board_that_waits_for_its_host_is_told_so_and_a_busy_one_is_not() -> None:
    def bound(name: str) -> bool:
        found, _ = measured(KINDS[name], seed=2)
        return any("The host bounds this point" in note for note in to_profile_parts(found).notes)

    assert [bound(name) for name in ("launch-bound", "power-capped", "bursty")] == [True, False, False]


def test_a_board_that_was_cold_when_the_windows_began_lets_the_first_of_them_go() -> None:
    """The warm-up rule is left out, so that only the series can see it."""
    kind = Kind(Traits(load_w=600.0, dip=1.0, variation=0.05), warming=(0.12, 15.0))
    machine = Machine(kind, 3)
    tier = replace(QUICK, warm_up=WarmUpRule(batches_min=1, duration_min_s=0.0, duration_max_s=0.0))
    found = measure(machine, ReplayMeter(machine, machine.clock, ABOUT), tier)
    assert [one.rejection.kind for one in found.windows if one.rejection][:1] == ["warming"]
    energy = to_profile_parts(found).energy
    assert energy is not None
    off_j = energy.energy_half_width_95_j_per_image
    assert energy.energy_j_per_image == pytest.approx(kind.truth_j_per_image, abs=off_j)
