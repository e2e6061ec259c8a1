"""One point from beginning to end: idle, warm-up, windows until the stop rule or the budget says enough."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bench.errors import MeterError
from bench.journal import Journal
from bench.meters.contract import Clock, Meter, RealClock
from bench.meters.reading import Method
from bench.protocol.idle import idle_power_w
from bench.protocol.records import Idle, Log, Measurement, Progress, Runnable, Stage, Stopped, WarmUp, Window
from bench.protocol.stopping import half_width_fraction, stop_reason, time_left_s
from bench.protocol.store import end_record, head_record, warm_up_record, window_record
from bench.protocol.tiers import Tier
from bench.protocol.warmup import warm_up
from bench.protocol.window import Rig, StatesBetween, state_or_none, take_window

METER_FAULTS_MAX = 3
"""So many windows in a row without a reading, and the meter counts as lost."""


def measure(
    run: Runnable,
    meter: Meter | None,
    tier: Tier,
    on_progress: Callable[[Progress], None] = lambda _: None,
    *,
    idle_without_context_w: float | None = None,
    method: Method = "counter",
    journal: Journal | None = None,
    states_between: StatesBetween | None = None,
) -> Measurement:
    """Measure one point in this process.

    Parameters
    ----------
    meter
        None, or one of kind `absent`: seconds are measured and no joules, idle is skipped.
    idle_without_context_w
        From `idle_power_w` before the model was loaded.
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
    idle = Idle(idle_without_context_w, _idle_with_context(usable, tier, method, log))
    head = Measurement(
        tier=tier,
        images_per_batch=run.images_per_batch,
        meter=meter.description if meter else None,
        idle=idle,
        warm_up=None,
        windows=(),
        stopped="killed",
        notes=tuple(log.notes),
    )
    if journal:
        journal.append(head_record(head))
    warm = _warmed(run, usable, clock, tier, log)
    if journal:
        journal.append(warm_up_record(warm))
    series = _Series(Rig(run, usable, clock, tier, method, states_between), log, journal)
    stopped = series.take()
    whole = replace(
        head, warm_up=warm, windows=tuple(series.windows), stopped=stopped, notes=tuple(log.notes)
    )
    if journal:
        journal.append(end_record(whole))
    return whole


def _no_energy(meter: Meter | None) -> str:
    reasons = meter.description.notes if meter else ()
    return f"no energy figure: {'; '.join(reasons) or 'no meter was given'}"


def _idle_with_context(meter: Meter | None, tier: Tier, method: Method, log: Log) -> float | None:
    if meter is None:
        return None
    log.on_progress(Progress("idle", time_left_s=tier.idle.duration_s))
    try:
        return idle_power_w(meter, tier.idle, method)
    except MeterError as fault:
        log.notes.append(f"idle power was not measured: {fault}")
        return None


def _warmed(run: Runnable, meter: Meter | None, clock: Clock, tier: Tier, log: Log) -> WarmUp:
    warm = warm_up(run, meter, clock, tier.warm_up, log)
    if not warm.settled:
        log.notes.append(
            f"warm-up did not settle within {tier.warm_up.duration_max_s:g} s; batch times or temperature "
            "still moved when the windows began"
        )
    return warm


@dataclass
class _Series:
    """The windows of one process, growing."""

    rig: Rig
    log: Log
    journal: Journal | None
    windows: list[Window] = field(default_factory=list)

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
        accepted = [window for window in self.windows if window.rejection is None]
        if self.rig.meter is None:
            return [window.seconds_per_image for window in accepted]
        return [one for window in accepted if (one := window.energy_j_per_image) is not None]

    def _spent_s(self) -> float:
        return sum(window.duration_s for window in self.windows)

    def _report(self, stage: Stage) -> None:
        figures = self._figures()
        accepted = [window for window in self.windows if window.rejection is None]
        mean = sum(figures) / len(figures) if figures else None
        seconds = sum(one.seconds_per_image for one in accepted) / len(accepted) if accepted else None
        state = state_or_none(self.rig.meter)
        self.log.on_progress(
            Progress(
                stage,
                windows_done=len(accepted),
                windows_rejected=len(self.windows) - len(accepted),
                energy_j_per_image=mean if self.rig.meter else None,
                seconds_per_image=seconds,
                half_width_fraction=half_width_fraction(figures),
                power_w=state.power_w if state else None,
                temperature_c=state.temperature_c if state else None,
                time_left_s=time_left_s(figures, len(self.windows), self._spent_s(), self.rig.tier)
                if stage != "done"
                else 0.0,
            )
        )
