"""One point from beginning to end: idle, warm-up, windows until the stop rule or the budget says enough.

At low utilisation idle power is most of the bill, so it is measured and never assumed.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from bench.errors import MeterError
from bench.journal import Journal
from bench.meters.contract import Clock, Meter, RealClock
from bench.meters.reading import Method, measure_window
from bench.protocol.records import Idle, Log, Measurement, Progress, Runnable, Stage, Stopped, WarmUp, Window
from bench.protocol.series import judged
from bench.protocol.store import end_record, head_record, warm_up_record, window_record
from bench.protocol.tiers import IdleRule, Tier
from bench.protocol.warm_up import warm_up
from bench.protocol.window import Rig, StatesBetween, state_or_none, take_window
from bench.statistics import interval_95

METER_FAULTS_MAX = 3
"""So many windows in a row without a reading, and the meter counts as lost."""


def measure(
    run: Runnable,
    meter: Meter | None,
    tier: Tier,
    on_progress: Callable[[Progress], None] = lambda _: None,
    *,
    idle: Idle | None = None,
    method: Method = "counter",
    journal: Journal | None = None,
    states_between: StatesBetween | None = None,
) -> Measurement:
    """Measure one point in this process.

    Parameters
    ----------
    meter
        None, or one of kind `absent`: seconds are measured and no joules, idle is skipped.
    idle
        What was taken already (`idle_power_w`); without power with a context, that is taken now.
    method
        As the meter's self-test says.
    journal
        Gets every finished step at once.
    states_between
        What a side-car saw; else the board is looked at between batches only.

    Raises
    ------
    MeasurementError
        When the journal cannot be written; what it holds stays readable.
    KeyboardInterrupt
        When no window was finished before Ctrl-C; later the finished ones are returned.
    """
    log = Log(on_progress)
    usable = meter if meter is not None and meter.description.kind != "absent" else None
    log.notes.extend(meter.description.notes if usable and meter else [_no_energy(meter)])
    clock = usable.clock if usable else RealClock()
    head = Measurement(
        tier=tier,
        images_per_batch=run.images_per_batch,
        meter=meter.description if meter else None,
        idle=_idle(idle or Idle(), usable, tier, method, log),
        warm_up=None,
        windows=(),
        stopped="killed",
        notes=tuple(log.notes),
    )
    if journal:
        journal.append(head_record(head))
    warm = _warmed(run, usable, clock, tier, method, log)
    if journal:
        journal.append(warm_up_record(warm))
    series = _Series(Rig(run, usable, clock, tier, method, states_between), log, journal)
    stopped = series.take()
    whole = replace(head, warm_up=warm, windows=series.judged, stopped=stopped, notes=tuple(log.notes))
    if journal:
        journal.append(end_record(whole))
    return whole


def _no_energy(meter: Meter | None) -> str:
    reasons = meter.description.notes if meter else ()
    return f"no energy figure: {'; '.join(reasons) or 'no meter was given'}"


def _idle(known: Idle, meter: Meter | None, tier: Tier, method: Method, log: Log) -> Idle:
    """Idle power with what is missing of it: with a context, where there is a meter."""
    if meter is None or known.with_context_w is not None:
        return known
    log.on_progress(Progress("idle", time_left_s=tier.idle.duration_s))
    try:
        return replace(known, with_context_w=idle_power_w(meter, tier.idle, method))
    except MeterError as fault:
        log.notes.append(f"idle power was not measured: {fault}")
        return known


def _warmed(run: Runnable, meter: Meter | None, clock: Clock, tier: Tier, method: Method, log: Log) -> WarmUp:
    warm = warm_up(run, meter, clock, tier.warm_up, log, method)
    if not warm.settled:
        log.notes.append(
            f"warm-up did not settle within {tier.warm_up.duration_max_s:g} s; batch times or power still moved "
            "in one direction when the windows began"
        )
    return warm


@dataclass
class _Series:
    """The windows of one process, growing."""

    rig: Rig
    log: Log
    journal: Journal | None
    windows: list[Window] = field(default_factory=list)
    """As they were taken; which of them count is judged anew after each."""

    def take(self) -> Stopped:
        """Windows until there are enough; Ctrl-C ends the series when one is finished."""
        stopped: Stopped | None = None
        try:
            while stopped is None:
                self._one()
                stopped = self._why_stop()
                self._report("done" if stopped else "windows")
        except KeyboardInterrupt:
            if not self._figures():
                raise
            return "interrupted"
        return stopped

    def _one(self) -> None:
        first_batch = sum(len(window.batch_s) for window in self.windows)
        window = take_window(self.rig, len(self.windows), first_batch)
        self.windows.append(window)
        if self.journal:
            self.journal.append(window_record(window))

    @property
    def metered(self) -> bool:
        """Whether joules are what is measured."""
        return self.rig.meter is not None

    @property
    def judged(self) -> tuple[Window, ...]:
        """The windows with the verdict of the series so far."""
        return judged(self.windows, self.rig.tier, metered=self.metered)

    def _why_stop(self) -> Stopped | None:
        if self._meter_is_lost():
            if self._figures():
                return "meter-lost"
            reason = self.windows[-1].rejection
            self.log.notes.append(f"no energy figure: {reason.reason if reason else 'the meter was lost'}")
            self.rig = replace(self.rig, meter=None)
        return stop_reason(self._figures(), len(self.windows), self._spent_s(), self.rig.tier)

    def _meter_is_lost(self) -> bool:
        last = self.windows[-METER_FAULTS_MAX:]
        faults = [window for window in last if window.rejection and window.rejection.kind == "meter"]
        return self.rig.meter is not None and len(faults) == METER_FAULTS_MAX

    def _figures(self) -> list[float]:
        accepted = [window for window in self.judged if window.rejection is None]
        if not self.metered:
            return [window.seconds_per_image for window in accepted]
        return [one for window in accepted if (one := window.energy_j_per_image) is not None]

    def _spent_s(self) -> float:
        return sum(window.duration_s for window in self.windows)

    def _report(self, stage: Stage) -> None:
        figures = self._figures()
        accepted = [window for window in self.judged if window.rejection is None]
        mean = sum(figures) / len(figures) if figures else None
        seconds = sum(one.seconds_per_image for one in accepted) / len(accepted) if accepted else None
        state = state_or_none(self.rig.meter)
        self.log.on_progress(
            Progress(
                stage,
                windows_done=len(accepted),
                windows_rejected=len(self.windows) - len(accepted),
                energy_j_per_image=mean if self.metered else None,
                seconds_per_image=seconds,
                half_width_fraction=half_width_fraction(figures),
                power_w=self.windows[-1].mean_power_w,
                temperature_c=state.temperature_c if state else None,
                time_left_s=time_left_s(figures, len(self.windows), self._spent_s(), self.rig.tier)
                if stage != "done"
                else 0.0,
            )
        )


def idle_power_w(meter: Meter, rule: IdleRule, method: Method = "counter") -> float:
    """Mean power over the rule's time without its first seconds; `MeterError` when it cannot be read.

    Called before the model is loaded it gives the power without a context, after loading with one.
    """
    meter.clock.sleep(rule.dropped_s)
    reading = measure_window(
        meter, lambda: meter.clock.sleep(rule.duration_s - rule.dropped_s), method=method
    )
    return reading.mean_power_w


def stop_reason(figures: Sequence[float], windows: int, spent_s: float, tier: Tier) -> Stopped | None:
    """Why to stop, or None to go on.

    `figures` are those of the accepted windows: J/image, or s/image without a meter. The largest number of
    windows counts the accepted; rejected ones cost budget only.
    """
    if (
        len(figures) >= tier.windows_min
        and interval_95(figures).half_width_fraction <= tier.half_width_fraction
    ):
        return "half-width"
    if len(figures) >= tier.windows_max:
        return "windows-max"
    if windows > 0 and spent_s >= tier.process_budget_s:
        return "budget"
    return None


def half_width_fraction(figures: Sequence[float]) -> float | None:
    """Relative half-width so far; None below two windows."""
    return interval_95(figures).half_width_fraction if len(figures) > 1 else None


def time_left_s(figures: Sequence[float], windows: int, spent_s: float, tier: Tier) -> float:
    """Expected time until the stop rule is met: the half-width falls as one over the root of n."""
    window_s = spent_s / windows if windows else tier.window_min_s
    reached = half_width_fraction(figures)
    if reached is None:
        needed = float(tier.windows_min)
    else:
        needed = math.ceil(len(figures) * (reached / tier.half_width_fraction) ** 2)
    more = min(max(needed, tier.windows_min), tier.windows_max) - len(figures)
    return max(0.0, min(more * window_s, tier.process_budget_s - spent_s))
