"""One process of a run: open the meter, load, measure, judge; and what a person sees meanwhile."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import TextIO

from bench.errors import MeterError
from bench.journal import Journal
from bench.lock import board_lock
from bench.meters.contract import AbsentMeter, Meter
from bench.meters.find import open_meter, spec_of
from bench.meters.reading import Method
from bench.pipelines import LoadedPipeline, config_of, load
from bench.protocol.measure import idle_power_w, measure
from bench.protocol.records import Progress
from bench.protocol.window import StatesBetween, states_of_trace
from bench.run.host import host_side
from bench.run.plan import Outcome, Plan
from bench.run.random_weights import notes_of
from bench.run.work import PipelineWork, Say, judged_pictures
from bench.sampler import Sidecar
from bench.selftest import SelfTest, stored_self_test


def measure_here(plan: Plan, with_pictures: bool = True) -> Outcome:
    """Measure the point in this process; pictures and quality only when asked.

    Raises
    ------
    BenchError
        With a sentence; finished windows stay in the journal.
    """
    display = ProgressDisplay()
    meter = meter_for(plan)
    described = meter.description
    with ExitStack() as stack:
        stack.callback(meter.close)
        stack.enter_context(board_lock(described.board_uuid or described.board_name))
        host = stack.enter_context(host_side(plan, meter))
        tested = _self_test(plan, meter)
        method: Method = (tested.method if tested else None) or "counter"
        cold_w = _idle_cold(plan, meter, method, display.say)
        display.say(f"loading {plan.settings.model}")
        loaded = load(plan.settings, weights_seed=plan.seed)
        wanted = plan.quality_pictures if with_pictures and plan.wants_pictures else 0
        work = PipelineWork(loaded, plan.prompts, plan.seed, pictures_wanted=wanted)
        loaded.reset_counts()
        states = stack.enter_context(_sidecar(plan, meter, display.say))
        host.await_ready()
        journal = stack.enter_context(Journal(plan.journal))
        measured = measure(
            work,
            meter,
            plan.tier,
            display.show,
            idle_without_context_w=cold_w,
            method=method,
            journal=journal,
            states_between=states,
        )
        host_power = host.over(measured)
        tokens = loaded.prompt_tokens(plan.prompts.prompts)
        config = config_of(loaded, prompt_set=plan.prompts.name, prompt_tokens=tokens)
        peak = loaded.peak_memory_bytes
        faults = _picture_faults(loaded)
        stages = _stage_note(plan, loaded)
        quality, warnings = judged_pictures(plan, work, display.say)
    grade = tested.grade if tested else None
    notes = (*notes_of(loaded, plan.seed), *faults, stages, *warnings)
    return Outcome(measured, config, described, grade, peak, quality, host_power, notes)


def meter_for(plan: Plan) -> Meter:
    """The meter of the plan; off CUDA the processor's counters where they can be read, never an idle board's.

    Raises
    ------
    MeterError
        When a named meter is not there, or the board is shared or sliced and that was not allowed.
    """
    if plan.meter_spec != "auto" or plan.settings.device.startswith("cuda"):
        return open_meter(plan.meter_spec, shared=plan.shared)
    try:
        return open_meter("rapl")
    except MeterError as fault:
        return AbsentMeter(f"device {plan.settings.device!r}: {fault}", plan.settings.device)


def _self_test(plan: Plan, meter: Meter) -> SelfTest | None:
    if plan.self_tests is None:
        return None
    return stored_self_test(plan.self_tests, meter.description.board_uuid, meter.description.driver)


def _idle_cold(plan: Plan, meter: Meter, method: Method, say: Say) -> float | None:
    if meter.description.kind == "absent":
        return None
    say(f"idle power without a context, {plan.tier.idle.duration_s:g} s")
    try:
        return idle_power_w(meter, plan.tier.idle, method)
    except MeterError as fault:
        say(f"idle power was not measured: {fault}")
        return None


@contextmanager
def _sidecar(plan: Plan, meter: Meter, say: Say) -> Iterator[StatesBetween | None]:
    """The states that a side-car sees between two stamps; None where there is nothing to sample."""
    spec = spec_of(meter)
    if spec is None:
        yield None
        return
    sidecar = Sidecar(spec, plan.trace_file)
    try:
        sidecar.start()
    except MeterError as fault:
        say(str(fault))
        yield None
        return
    try:
        yield states_of_trace(plan.trace_file)
    finally:
        with suppress(MeterError):
            sidecar.stop()


def _stage_note(plan: Plan, loaded: LoadedPipeline) -> str:
    """Shares of one more call's time by stage, taken outside every window because the device is waited for."""
    seconds = loaded.stage_seconds(plan.prompts.take(plan.settings.batch_size), plan.seed)
    whole = sum(seconds.values())
    shares = ", ".join(f"{stage} {part / whole:.0%}" for stage, part in seconds.items())
    return f"time by stage of one call: {shares}"


def _picture_faults(loaded: LoadedPipeline) -> tuple[str, ...]:
    """The first three faults, and how many there were."""
    shown = tuple(fault.sentence() for fault in loaded.faults[:3])
    hidden = len(loaded.faults) - len(shown)
    return (*shown, f"{hidden} more faulty images") if hidden > 0 else shown


def progress_line(progress: Progress) -> str:
    """Stage, windows, joules so far with their interval, power, temperature, time left."""
    words: list[str] = [progress.stage]
    if progress.stage in ("windows", "done"):
        rejected = f" (+{progress.windows_rejected} rejected)" if progress.windows_rejected else ""
        words.append(f"{progress.windows_done} windows{rejected}")
    if progress.energy_j_per_image is not None:
        words.append(f"{progress.energy_j_per_image:,.4g} J/image{_interval(progress)}")
    elif progress.seconds_per_image is not None:
        words.append(f"{progress.seconds_per_image:.4g} s/image{_interval(progress)}")
    if progress.power_w is not None:
        words.append(f"{progress.power_w:.0f} W")
    if progress.temperature_c is not None:
        words.append(f"{progress.temperature_c:.0f} C")
    if progress.time_left_s:
        words.append(f"at most {progress.time_left_s:.0f} s left")
    return " · ".join(words)


def _interval(progress: Progress) -> str:
    half = progress.half_width_fraction
    return "" if half is None else f" ± {half:.1%}"


class ProgressDisplay:
    """Writes to standard error: the answer is the profile, not this."""

    def __init__(self, target: TextIO | None = None) -> None:
        self._target = target or sys.stderr
        self._moving = self._target.isatty()
        self._stage: str | None = None

    def show(self, progress: Progress) -> None:
        """On a terminal the line moves; elsewhere each window is a line, each other stage one."""
        line = progress_line(progress)
        if self._moving:
            self._target.write(f"\r\x1b[2K{line}")
            if progress.stage == "done":
                self._target.write("\n")
        elif progress.stage in ("windows", "done") or progress.stage != self._stage:
            self._target.write(line + "\n")
        self._stage = progress.stage
        self._target.flush()

    def say(self, sentence: str) -> None:
        """A sentence of its own line."""
        self._target.write(("\r\x1b[2K" if self._moving else "") + sentence + "\n")
        self._target.flush()
