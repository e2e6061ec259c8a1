"""What an H100 really did, played again: readings of our own (`tests/bench/data/h100/README.md`)."""

import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from statistics import fmean, linear_regression, median

import pytest

from bench.library import library_profiles
from bench.meters.contract import NANOSECONDS_PER_SECOND
from bench.meters.replay import RecordedTrack, ReplayClock, ReplayMeter
from bench.meters.trace import read_trace
from bench.protocol.measure import measure
from bench.protocol.parts import to_profile_parts
from bench.protocol.records import Log, Progress
from bench.protocol.store import read_measurements
from bench.protocol.tiers import QUICK
from bench.protocol.warm_up import warm_up

DATA = Path(__file__).parent / "data" / "h100"
JOURNAL = DATA / "sd15-b8-512.journal.jsonl"


@dataclass
class Played:
    """Batches of stated lengths while a recorded board plays on."""

    clock: ReplayClock
    batch_s: tuple[float, ...]
    images_per_batch: int
    made: int = 0

    def generate_batch(self, _: int) -> None:
        """Let the time of a batch pass."""
        self.clock.sleep(self.batch_s[self.made % len(self.batch_s)])
        self.made += 1

    def synchronize(self) -> None:
        """A batch of a recording has ended when its time has passed."""


def player(name: str, skipped_s: float = 0.0) -> ReplayMeter:
    trace = read_trace(DATA / name)
    first_ns = trace.rows[0].state.monotonic_ns + round(skipped_s * NANOSECONDS_PER_SECOND)
    return ReplayMeter(RecordedTrack(trace), ReplayClock(first_ns), trace.description)


def test_all_five_windows_that_the_first_rule_refused_count_and_give_their_joules() -> None:
    (measured,) = read_measurements(JOURNAL)
    assert [one.rejection for one in measured.windows] == [None] * 5
    parts = to_profile_parts(measured)
    assert parts.energy is not None
    per_image = [one.energy_j / one.images for one in measured.windows if one.energy_j]
    assert parts.energy.energy_j_per_image == pytest.approx(fmean(per_image))
    assert parts.energy.energy_j_per_image == pytest.approx(134.7, rel=0.015)
    assert parts.energy.mean_power_w == pytest.approx(626.0, rel=0.01)
    half_width = parts.energy.energy_half_width_95_j_per_image
    assert half_width is not None
    assert 0.009 < half_width / 134.7 < 0.02


def test_the_interval_of_the_five_windows_is_students_over_windows_and_ticks() -> None:
    """t(4) s / sqrt(5) of the five figures is 1.45 J; ticks and tails, 21.4 J of 3,234 J, add in squares: with the
    effective degrees of freedom (about 62) k is 2."""
    (measured,) = read_measurements(JOURNAL)
    energy = to_profile_parts(measured).energy
    assert energy is not None
    standard = (1.45 / 2.776, 134.7 * 21.43 / 3234.1)
    assert energy.energy_half_width_95_j_per_image == pytest.approx(
        2 * (standard[0] ** 2 + standard[1] ** 2) ** 0.5, rel=0.02
    )


def test_a_power_cap_is_recorded_and_no_fault() -> None:
    (measured,) = read_measurements(JOURNAL)
    notes = to_profile_parts(measured).notes
    assert any("software power cap" in note for note in notes)


@pytest.mark.parametrize("skipped_s", [34.0, 60.0, 90.0])
def test_a_warm_up_that_spent_150_s_now_ends_within_the_quick_tiers_cap(skipped_s: float) -> None:
    """SDXL, one image at a time: batch times of a virtual machine spread by 8 %, watts within a batch by 90 %."""
    meter = player("sdxl-b1-1024-warmup.trace.csv", skipped_s)
    work = Played(meter.clock, (2.66, 2.45, 2.81, 2.58, 2.74, 2.5), images_per_batch=1)
    warm = warm_up(work, meter, meter.clock, QUICK.warm_up, Log(lambda _: None))
    assert warm.settled
    assert warm.duration_s < QUICK.warm_up.duration_max_s


def test_the_recorded_sdxl_board_gives_a_profile_in_less_than_120_s_with_the_model_loaded() -> None:
    meter = player("sdxl-b1-1024-warmup.trace.csv", skipped_s=22.0)
    work = Played(meter.clock, (2.66, 2.45, 2.81, 2.58, 2.74, 2.5), images_per_batch=1)
    begun_ns = meter.clock.now_ns()
    measured = measure(work, meter, QUICK)
    spent_s = (meter.clock.now_ns() - begun_ns) / NANOSECONDS_PER_SECOND
    assert len(measured.accepted) >= 3
    assert spent_s < 120.0
    energy = to_profile_parts(measured).energy
    assert energy is not None
    trace = read_trace(DATA / "sdxl-b1-1024-warmup.trace.csv").rows
    first, last = trace[400], trace[1100]
    assert first.energy_j is not None
    assert last.energy_j is not None
    seconds = (last.state.monotonic_ns - first.state.monotonic_ns) / NANOSECONDS_PER_SECOND
    assert energy.mean_power_w == pytest.approx((last.energy_j - first.energy_j) / seconds, rel=0.05)


def test_the_live_line_shows_the_power_of_the_windows_and_not_that_between_them() -> None:
    meter = player("sd15-b8-512.trace.csv", skipped_s=15.0)
    work = Played(meter.clock, (1.7,), images_per_batch=8)
    seen: list[Progress] = []
    tier = replace(
        QUICK, window_min_s=5.0, idle=replace(QUICK.idle, duration_s=0.6, dropped_s=0.1), windows_max=3
    )
    tier = replace(tier, warm_up=replace(tier.warm_up, duration_min_s=1.0, duration_max_s=2.0))
    measure(work, meter, tier, seen.append)
    powers = [one.power_w for one in seen if one.stage in ("windows", "done")]
    assert len(powers) == 3
    assert all(power is not None and 550.0 < power < 700.0 for power in powers)


def test_zeus_beside_our_windows_agrees_once_its_longer_windows_are_taken_off() -> None:
    """Zeus waits for no tick: its windows last 0.25 to 0.4 s longer, at the 120 W of a board that has no work."""
    lines = (DATA / "sdxl-linearity.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    left = [
        (row["zeus_j"] - 120.0 * (row["zeus_s"] - row["window_s"]) / row["n"]) / row["j"] - 1 for row in rows
    ]
    assert median(left) == pytest.approx(0.002, abs=0.0015)
    assert max(map(abs, left)) < 0.006


def test_joules_are_linear_in_steps() -> None:
    """36 J a step; single windows of a board that waits for its host lie within 3 % of the line."""
    lines = (DATA / "sdxl-linearity.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    slope, start = linear_regression([row["steps"] for row in rows], [row["j"] for row in rows])
    assert slope == pytest.approx(36.0, abs=0.3)
    assert all(row["j"] == pytest.approx(start + slope * row["steps"], rel=0.03) for row in rows)


def test_another_board_a_day_later_gives_the_same_joules() -> None:
    """134.8 J an image by the quick tier, 110 s after the command began, against 134.7 J of the five windows."""
    (quick,) = read_measurements(DATA / "sd15-quick.journal.jsonl")
    (before,) = read_measurements(JOURNAL)
    mine, theirs = to_profile_parts(quick).energy, to_profile_parts(before).energy
    assert mine is not None
    assert theirs is not None
    assert [one.rejection for one in quick.windows] == [None] * 3
    assert mine.energy_j_per_image == pytest.approx(theirs.energy_j_per_image, rel=0.005)
    spent_s = QUICK.idle.duration_s * 2 + sum(one.duration_s for one in quick.windows)
    assert quick.warm_up is not None
    assert spent_s + quick.warm_up.duration_s < 120.0


def test_the_rows_of_the_library_are_what_their_journals_say() -> None:
    rows = {
        profile.id: profile for profile in library_profiles() if profile.evidence.date == date(2026, 11, 27)
    }
    series = ["-bf16", "-bf16-compiled", "-bf16-int8wo"]
    pixart = [f"own-h100-pixart-sigma-random-1024-s20-b4{tag}" for tag in series]
    turbo = [f"own-h100-z-image-turbo-random-1024-s8-b{batch}" for batch in (1, 4)]
    ids = ["own-h100-flux-dev-random-1024-s28-b1", *pixart[:2], *turbo, pixart[2]]
    assert sorted(ids) == sorted(rows)
    found = [
        *read_measurements(DATA / "flux-dev.journal.jsonl"),
        *read_measurements(DATA / "points-27-november.journal.jsonl"),
    ]
    for name, measured in zip(ids, found, strict=True):
        told, kept = to_profile_parts(measured), rows[name]
        assert told.energy is not None
        assert kept.energy is not None
        assert kept.speed is not None
        assert kept.energy.energy_j_per_image == pytest.approx(told.energy.energy_j_per_image, abs=0.001)
        assert kept.energy.mean_power_w == pytest.approx(told.energy.mean_power_w, abs=0.001)
        assert kept.speed.seconds_per_image == pytest.approx(told.speed.seconds_per_image, abs=1e-4)


def test_compilation_saves_and_eager_int8_costs_more_than_windows_scatter() -> None:
    """PixArt-Sigma, four at a time: 602.0 J eager, 529.3 J compiled, 813.3 J with int8 weights."""
    eager, compiled, _, _, int8 = (
        to_profile_parts(one).energy for one in read_measurements(DATA / "points-27-november.journal.jsonl")
    )
    assert eager is not None
    assert compiled is not None
    assert int8 is not None
    for other, ratio in ((compiled, 0.879), (int8, 1.351)):
        apart = abs(other.energy_j_per_image - eager.energy_j_per_image)
        assert other.energy_j_per_image / eager.energy_j_per_image == pytest.approx(ratio, abs=0.001)
        widths = (eager.energy_half_width_95_j_per_image, other.energy_half_width_95_j_per_image)
        assert apart > sum(width or 0.0 for width in widths)


def test_zeus_beside_the_second_board_agrees_within_a_fifth_of_a_percent() -> None:
    """Its longer windows are taken off at the 124 W that the board drew with a context and no work."""
    lines = (DATA / "sd15-b8-512-zeus.jsonl").read_text(encoding="utf-8").splitlines()
    for row in map(json.loads, lines):
        joules = row["zeus_j"] - 124.25 * (row["zeus_s"] - row["ours_s"])
        assert joules == pytest.approx(row["ours_j"], rel=0.002)
