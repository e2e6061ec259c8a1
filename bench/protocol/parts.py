"""From a measurement to the parts of a profile: energy, speed, grade and what a reader must know."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean, stdev

from bench.errors import MeasurementError
from bench.profile import Energy, Grade, Speed, Uncertainty
from bench.protocol.records import STOPPED_SENTENCES, Measurement, Stopped, Window
from bench.protocol.series import series_trend, slowed
from bench.statistics import SENSOR_FRACTION, SENSOR_FRACTION_CALIBRATED, Budget, Interval, interval_95
from bench.units import BYTES_PER_GIB

PROCESSES_MIN = 3
"""Fewer processes give no interval of process means that is worth the name."""
HOST_BOUND_POWER = 0.85
"""Share of the power limit below which a board may have waited [1]."""
HOST_BOUND_SPREAD = 0.03
"""Coefficient of variation of batch times from which on it did [1]."""
HOST_BOUND_BATCHES = 5
GRADE_A_FRACTION = 0.01
GRADE_B_FRACTION = 0.02


@dataclass(frozen=True)
class ProfileParts:
    """What a measurement contributes to a profile."""

    energy: Energy | None
    speed: Speed
    grade: Grade
    notes: tuple[str, ...]


def to_profile_parts(
    measurement: Measurement, *, meter_grade: Grade | None = None, calibrated: bool = False
) -> ProfileParts:
    """Energy, speed, grade and notes of a measurement.

    Parameters
    ----------
    meter_grade
        The best grade that the meter's self-test leaves open; B when it was not made.
    calibrated
        The board's sensor was calibrated against an external meter.
    """
    interval = energy_interval(measurement)
    return ProfileParts(
        energy=_energy(measurement, calibrated),
        speed=_speed(measurement),
        grade=grade_of(measurement, interval, meter_grade),
        notes=(*measurement.notes, *_notes(measurement, interval)),
    )


def combine(measurements: Sequence[Measurement]) -> Measurement:
    """One measurement from those of fresh processes: its unit is the process.

    Raises
    ------
    MeasurementError
        With fewer than three of them, or when they are not of one point on one board.
    """
    if len(measurements) < PROCESSES_MIN:
        raise MeasurementError(
            f"{len(measurements)} processes are too few for an interval of process means; "
            f"measure in {PROCESSES_MIN} or more"
        )
    first = measurements[0]
    for other in measurements[1:]:
        if (other.meter, other.images_per_batch, other.tier) != (
            first.meter,
            first.images_per_batch,
            first.tier,
        ):
            raise MeasurementError(
                "the processes differ in board, meter, batch size or tier; combine only runs of one point"
            )
    windows = tuple(
        replace(window, process=process) for process, one in enumerate(measurements) for window in one.windows
    )
    notes = tuple(dict.fromkeys(note for one in measurements for note in one.notes))
    return replace(
        first,
        idle=replace(
            first.idle,
            without_context_w=_mean_of([one.idle.without_context_w for one in measurements]),
            with_context_w=_mean_of([one.idle.with_context_w for one in measurements]),
        ),
        windows=windows,
        stopped=_combined_stop(replace(first, windows=windows), measurements),
        notes=notes,
    )


def energy_interval(measurement: Measurement) -> Interval | None:
    """J/image with its interval over windows, or over processes when there are several."""
    read = [window for window in measurement.accepted if window.energy_j is not None]
    return _interval(read, _per_image(read))


def seconds_interval(measurement: Measurement) -> Interval | None:
    """s/image with its interval over windows, or over processes when there are several."""
    timed = measurement.timed
    return _interval(timed, [window.seconds_per_image for window in timed])


def grade_of(measurement: Measurement, interval: Interval | None, meter_grade: Grade | None = None) -> Grade:
    """The lower of what the repeats and what the meter allow.

    A: three processes within 1 % and a sound meter. B: within 2 % by the standard tier. C: everything else.
    """
    return max(_grade_of_repeats(measurement, interval), meter_grade or "B")


def _grade_of_repeats(measurement: Measurement, interval: Interval | None) -> Grade:
    if interval is None or measurement.stopped != "half-width" or measurement.tier.name in ("flash", "quick"):
        return "C"
    reached, by_process = interval.half_width_fraction, measurement.processes >= PROCESSES_MIN
    if by_process and reached <= GRADE_A_FRACTION:
        return "A"
    return "B" if reached <= GRADE_B_FRACTION and (by_process or interval.unit == "window") else "C"


def _interval(windows: Sequence[Window], figures: Sequence[float]) -> Interval | None:
    by_process: dict[int, list[float]] = {}
    for window, figure in zip(windows, figures, strict=True):
        by_process.setdefault(window.process, []).append(figure)
    units = [fmean(group) for group in by_process.values()] if len(by_process) > 1 else list(figures)
    return interval_95(units) if len(units) > 1 else None


def _energy(measurement: Measurement, calibrated: bool) -> Energy | None:
    read = [window for window in measurement.accepted if window.energy_j is not None]
    if not read or measurement.meter is None:
        return None
    interval = energy_interval(measurement)
    mean = interval.mean if interval else fmean(_per_image(read))
    budget = _budget(read, interval, calibrated) if interval else None
    over_windows = interval_95(_per_image(read)) if len(read) > 1 else None
    return Energy(
        energy_j_per_image=mean,
        energy_stdev_j_per_image=over_windows.stdev if over_windows else None,
        energy_half_width_95_j_per_image=budget.comparison_fraction * mean if budget else None,
        windows=len(read),
        boundary=measurement.meter.boundary,
        mean_power_w=sum(w.energy_j or 0.0 for w in read) / sum(w.energy_duration_s or 0.0 for w in read),
        idle_power_w=measurement.idle.without_context_w,
        idle_power_with_context_w=measurement.idle.with_context_w,
        uncertainty=_uncertainty(budget) if budget else None,
    )


def _per_image(windows: Sequence[Window]) -> list[float]:
    return [one for window in windows if (one := window.energy_j_per_image) is not None]


def _budget(read: Sequence[Window], interval: Interval, calibrated: bool) -> Budget:
    """The doubt of a reading counts in full: what ticks and tails have in common does not average out."""
    energy_j = sum(window.energy_j or 0.0 for window in read)
    doubt_j = sum(window.energy_uncertainty_j or 0.0 for window in read)
    return Budget(
        statistical_fraction=interval.standard_fraction,
        tick_fraction=doubt_j / energy_j,
        sensor_fraction=SENSOR_FRACTION_CALIBRATED if calibrated else SENSOR_FRACTION,
        degrees_of_freedom=interval.n - 1,
    )


def _uncertainty(budget: Budget) -> Uncertainty:
    return Uncertainty(
        statistical_fraction=budget.statistical_fraction,
        sensor_fraction=budget.sensor_fraction,
        expanded_fraction=budget.absolute_fraction,
    )


def _speed(measurement: Measurement) -> Speed:
    timed = measurement.timed
    if not timed:
        raise MeasurementError(
            "every window was rejected: "
            + "; ".join(_rejections(measurement))
            + "; cool the board, run again"
        )
    batch_s = sorted(one for window in timed for one in window.batch_s)
    images = sum(window.images for window in timed)
    memory = [w.memory_used_bytes for w in timed if w.memory_used_bytes]
    seconds = sum(batch_s) / images
    return Speed(
        seconds_per_image=seconds,
        mean_batch_latency_s=fmean(batch_s),
        p50_batch_latency_s=percentile(batch_s, 0.5),
        p95_batch_latency_s=percentile(batch_s, 0.95),
        throughput_images_per_s=1.0 / seconds,
        peak_memory_gib=max(memory) / BYTES_PER_GIB if memory else None,
    )


def percentile(ordered: Sequence[float], fraction: float) -> float:
    """Percentile of ascending values, linear between them (type 7 of Hyndman and Fan 1996)."""
    place = fraction * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def _notes(measurement: Measurement, interval: Interval | None) -> list[str]:
    notes = [f"{measurement.tier.name} tier: {STOPPED_SENTENCES[measurement.stopped]}."]
    if interval:
        unit = "processes" if measurement.processes > 1 else "windows"
        notes.append(
            f"95 % half-width {100 * interval.half_width_fraction:.2g} % over {interval.n} {unit}; such an "
            f"interval holds the truth in {measurement.tier.coverage} of cases, sensor error apart."
        )
    if interval and interval.unit == "process" and measurement.processes == 1:
        notes.append(
            f"Windows follow each other (autocorrelation {interval.autocorrelation:.2f}): the half-width is "
            "widened, and only process means tell the spread; use the publish tier."
        )
    notes += _heat_notes(measurement)
    notes += _host_notes(measurement)
    if any("sw_power_cap" in window.throttle_reasons for window in measurement.windows):
        notes.append("The board ran into its power limit in some windows (software power cap).")
    return notes + [f"{reason}." for reason in _rejections(measurement)]


def _host_notes(measurement: Measurement) -> list[str]:
    """Far under its limit and with batch times that spread a board waits: for launches, mostly.

    Seen on an H100 in a virtual machine: SDXL one by one at 355 of 700 W with 8 % between batches, four at a time
    at 658 W with 0.1 %; SD3 one by one at 636 W with 0.9 %.
    """
    limit_w = measurement.meter.power_limit_w if measurement.meter else None
    powers = [one for window in measurement.accepted if (one := window.mean_power_w) is not None]
    batch_s = [one for window in measurement.accepted for one in window.batch_s]
    if limit_w is None or not powers or len(batch_s) < HOST_BOUND_BATCHES:
        return []
    spread, share = stdev(batch_s) / fmean(batch_s), fmean(powers) / limit_w
    if share >= HOST_BOUND_POWER or spread < HOST_BOUND_SPREAD:
        return []
    drew = f"the board drew {fmean(powers):.0f} of {limit_w:.0f} W and batch times spread by {spread:.0%}"
    return [f"The host bounds this point: {drew}; a larger batch or --compile helps."]


def _heat_notes(measurement: Measurement) -> list[str]:
    """A board that is measured as slow as heat makes it, and a series that still moved when it ended."""
    notes = []
    reasons = sorted(set().union(*(slowed(one) for one in measurement.accepted)))
    if reasons:
        notes.append(
            f"The board works slowed down ({', '.join(reasons)}): these are its joules and seconds in that state."
        )
    moved = series_trend(
        measurement.accepted, metered=any(w.energy_j is not None for w in measurement.accepted)
    )
    limit = measurement.tier.steady.change_max_fraction
    if measurement.processes == 1 and moved.significant and abs(moved.change_fraction) > limit:
        notes.append(
            f"The figure still moved by {moved.change_fraction:+.1%} over its windows; measure longer."
        )
    return notes


def _rejections(measurement: Measurement) -> list[str]:
    return [
        f"window {window.index} of process {window.process} does not count: {window.rejection.reason}"
        for window in measurement.windows
        if window.rejection
    ]


def _mean_of(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def _combined_stop(whole: Measurement, measurements: Sequence[Measurement]) -> Stopped:
    interval = energy_interval(whole) or seconds_interval(whole)
    if interval and interval.half_width_fraction <= whole.tier.half_width_fraction:
        return "half-width"
    reasons = [one.stopped for one in measurements if one.stopped != "half-width"]
    return reasons[0] if reasons else "windows-max"
