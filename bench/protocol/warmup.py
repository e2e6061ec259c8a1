"""Warm-up at the measured shape, until batch times and temperature stand still."""

from collections.abc import Sequence
from statistics import fmean, stdev

from bench.meters.contract import NANOSECONDS_PER_SECOND, Clock, Meter
from bench.protocol.records import Log, Progress, Runnable, WarmUp
from bench.protocol.tiers import WarmUpRule
from bench.protocol.window import state_or_none, timed_batch

_LAST_BATCHES = 3


def warm_up(run: Runnable, meter: Meter | None, clock: Clock, rule: WarmUpRule, log: Log) -> WarmUp:
    """Generate until the rule is met or its cap is reached."""
    begin_ns = clock.now_ns()
    batch_s: list[float] = []
    temperatures: list[tuple[float, float]] = []
    while True:
        batch_s.append(timed_batch(run, clock, len(batch_s)))
        elapsed_s = (clock.now_ns() - begin_ns) / NANOSECONDS_PER_SECOND
        state = state_or_none(meter)
        if state and state.temperature_c is not None:
            temperatures.append((elapsed_s, state.temperature_c))
        left_s = max(0.0, rule.duration_min_s - elapsed_s)
        log.on_progress(
            Progress(
                "warm-up",
                power_w=state.power_w if state else None,
                temperature_c=state.temperature_c if state else None,
                time_left_s=left_s,
            )
        )
        if settled(batch_s, temperatures, elapsed_s, rule):
            return WarmUp(len(batch_s), elapsed_s, settled=True)
        if elapsed_s >= rule.duration_max_s:
            return WarmUp(len(batch_s), elapsed_s, settled=False)


def settled(
    batch_s: Sequence[float], temperatures: Sequence[tuple[float, float]], elapsed_s: float, rule: WarmUpRule
) -> bool:
    """Whether the warm-up may end. `temperatures` are (seconds since its start, C); none is no obstacle."""
    if len(batch_s) < max(rule.batches_min, _LAST_BATCHES) or elapsed_s < rule.duration_min_s:
        return False
    last = batch_s[-_LAST_BATCHES:]
    if stdev(last) >= rule.variation_max * fmean(last):
        return False
    return temperature_move_c(temperatures, elapsed_s - rule.temperature_span_s) < rule.temperature_move_max_c


def temperature_move_c(temperatures: Sequence[tuple[float, float]], since_s: float) -> float:
    """Highest less lowest temperature since a moment, the last reading before it included."""
    before = [c for at_s, c in temperatures if at_s <= since_s][-1:]
    seen = before + [c for at_s, c in temperatures if at_s > since_s]
    return max(seen) - min(seen) if seen else 0.0
