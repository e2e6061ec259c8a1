"""Batches before the first window, until the board is as settled as it gets.

Times and mean powers are looked at in pieces, since a counter ticks and single batches of a board that waits for
its host scatter. The earlier half is left out: it holds compilation and the choice of kernels.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean

from bench.errors import MeterError
from bench.meters.contract import NANOSECONDS_PER_SECOND, Clock, EnergyReading, Meter
from bench.meters.power import PowerWatch
from bench.meters.reading import Method
from bench.protocol.records import Log, Progress, Runnable, WarmUp
from bench.protocol.tiers import WarmUpRule
from bench.protocol.window import state_or_none, timed_batch
from bench.statistics import trend

FEW = 5
"""With fewer pieces scatter cannot be told from a trend: then the change itself has to be small. So many fit into
the later half of the shortest warm-up."""


@dataclass
class Pieces:
    """Seconds a batch and mean power of each piece, in order; power is None where it could not be read."""

    batch_s: list[float] = field(default_factory=list)
    power_w: list[float | None] = field(default_factory=list)
    end_s: list[float] = field(default_factory=list)
    """Since the warm-up began [s]."""


def warm_up(
    run: Runnable,
    meter: Meter | None,
    clock: Clock,
    rule: WarmUpRule,
    log: Log,
    method: Method = "counter",
) -> WarmUp:
    """Generate until the rule is met or its cap is reached."""
    begin_ns = clock.now_ns()
    pieces, batches = Pieces(), 0
    piece_s = rule.duration_min_s / (2 * FEW)
    while True:
        batches = _one_piece(run, meter, clock, method, pieces, batches, piece_s)
        elapsed_s = (clock.now_ns() - begin_ns) / NANOSECONDS_PER_SECOND
        pieces.end_s.append(elapsed_s)
        state = state_or_none(meter)
        log.on_progress(
            Progress(
                "warm-up",
                power_w=pieces.power_w[-1],
                temperature_c=state.temperature_c if state else None,
                time_left_s=max(0.0, rule.duration_min_s - elapsed_s),
            )
        )
        if settled(pieces, batches, rule):
            return WarmUp(batches, elapsed_s, settled=True)
        if elapsed_s >= rule.duration_max_s:
            return WarmUp(batches, elapsed_s, settled=False)


def settled(pieces: Pieces, batches: int, rule: WarmUpRule) -> bool:
    """Whether the warm-up may end: neither seconds nor watts of the later half move in one direction."""
    elapsed_s = pieces.end_s[-1]
    if batches < rule.batches_min or elapsed_s < rule.duration_min_s:
        return False
    later = [place for place, end_s in enumerate(pieces.end_s) if end_s > elapsed_s / 2]
    powers = [power for place in later if (power := pieces.power_w[place]) is not None]
    return all(_stands(series, rule) for series in ([pieces.batch_s[place] for place in later], powers))


def _stands(series: Sequence[float], rule: WarmUpRule) -> bool:
    seen = trend(series)
    small = abs(seen.change_fraction) <= rule.change_max_fraction
    return small or (len(series) >= FEW and not seen.significant)


def _one_piece(
    run: Runnable,
    meter: Meter | None,
    clock: Clock,
    method: Method,
    pieces: Pieces,
    batches: int,
    piece_s: float,
) -> int:
    """Batches until a piece is long enough; how many there were in all."""
    draw = _Draw(meter, method)
    batch_s: list[float] = []
    try:
        while not batch_s or 0.0 < sum(batch_s) < piece_s:
            batch_s.append(timed_batch(run, clock, batches + len(batch_s)))
    finally:
        power_w = draw.mean_w()
    pieces.batch_s.append(fmean(batch_s))
    pieces.power_w.append(power_w)
    return batches + len(batch_s)


class _Draw:
    """Mean power since it was made; None where the meter does not answer, which costs a warm-up nothing."""

    def __init__(self, meter: Meter | None, method: Method) -> None:
        self._meter = meter
        self._watch = PowerWatch(meter) if meter and method == "power" else None
        self._first = self._read()

    def mean_w(self) -> float | None:
        if self._watch:
            try:
                samples = self._watch.stop()
            except MeterError:
                return None
            return fmean(one.power_w for one in samples) if samples else None
        last = self._read()
        if self._first is None or last is None or last.monotonic_ns == self._first.monotonic_ns:
            return None
        seconds = (last.monotonic_ns - self._first.monotonic_ns) / NANOSECONDS_PER_SECOND
        return (last.energy_j - self._first.energy_j) / seconds

    def _read(self) -> EnergyReading | None:
        if self._meter is None or self._watch is not None:
            return None
        try:
            return self._meter.read_energy()
        except MeterError:
            return None
