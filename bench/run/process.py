"""One process of a run: open the meter, load once, measure each point, judge; and what a person sees meanwhile."""

import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bench.errors import MeterError
from bench.journal import Journal
from bench.lock import board_lock
from bench.meters.contract import AbsentMeter, Meter
from bench.meters.find import open_meter, spec_of
from bench.meters.reading import Method
from bench.pipelines import LoadedPipeline, config_of, load
from bench.pipelines.device import board_uuid, reserved_bytes
from bench.protocol.measure import idle_power_w, measure
from bench.protocol.records import Idle, Progress
from bench.protocol.window import StatesBetween, states_of_trace
from bench.run.host import host_side
from bench.run.plan import Outcome, Plan
from bench.run.random_weights import notes_of
from bench.run.same_board import BoardGuard
from bench.run.work import PipelineWork, Say, judged_pictures
from bench.sampler import Sidecar
from bench.selftest import SelfTest, stored_self_test


def measure_here(plans: Sequence[Plan], with_pictures: bool = True) -> list[Outcome]:
    """Measure points of one pipeline in this process, one after the other; pictures and quality only when asked.

    Meter, idle power and the model are taken once; the plans differ in what a loaded pipeline can be asked for.

    Raises
    ------
    BenchError
        With a sentence; finished windows stay in the journal.
    """
    first, display = plans[0], ProgressDisplay()
    with ExitStack() as stack:
        stack.enter_context(library_log(first.log))
        meter = meter_for(first)
        described = meter.description
        stack.callback(meter.close)
        stack.enter_context(board_lock(described.board_uuid or described.board_name))
        host = stack.enter_context(host_side(first, meter))
        guard = BoardGuard(meter)
        tested = _self_test(first, meter)
        method = method_for(meter, tested)
        idle = Idle(_idle_cold(first, meter, method, display.say))
        display.say(f"loading {first.settings.model}")
        loaded = load(first.settings, weights_seed=first.seed)
        guard.loaded(board_uuid(first.settings.device), reserved_bytes(first.settings.device))
        sidecar = stack.enter_context(_sidecar(first, meter, display.say))
        host.await_ready()
        journal = stack.enter_context(Journal(first.journal))
        session = _Session(meter, method, tested, guard, sidecar, journal, display)
        outcomes = []
        for plan in plans:
            if len(plans) > 1:
                display.say(_point_words(plan))
            here = replace(loaded, settings=plan.settings)
            outcomes.append(session.measure(plan, here, idle, with_pictures))
            idle = outcomes[-1].measurement.idle
        powers = host.over([one.measurement for one in outcomes])
        return [replace(one, host=power) for one, power in zip(outcomes, powers, strict=True)]


@dataclass(frozen=True)
class _Session:
    """What the points of one process share beside the pipeline."""

    meter: Meter
    method: Method
    tested: SelfTest | None
    guard: BoardGuard
    sidecar: "_Beside"
    journal: Journal
    display: "ProgressDisplay"

    def measure(self, plan: Plan, loaded: LoadedPipeline, idle: Idle, with_pictures: bool) -> Outcome:
        """One point; idle power that was taken before is not taken again."""
        wanted = plan.quality_pictures if with_pictures and plan.wants_pictures else 0
        work = PipelineWork(loaded, plan.prompts, plan.seed, pictures_wanted=wanted)
        loaded.reset_counts()
        measured = measure(
            work,
            self.meter,
            plan.tier,
            self.display.show,
            idle=idle,
            method=self.method,
            journal=self.journal,
            states_between=self.sidecar.states_between,
        )
        company = self.guard.over(measured)
        tokens = loaded.prompt_tokens(plan.prompts.prompts)
        config = config_of(loaded, prompt_set=plan.prompts.name, prompt_tokens=tokens)
        faults, stages = _picture_faults(loaded), _stage_note(plan, loaded)
        peak = loaded.peak_memory_bytes
        quality, warnings = judged_pictures(plan, work, self.display.say)
        return Outcome(
            measurement=measured,
            config=config,
            meter=self.meter.description,
            meter_grade=self.tested.grade if self.tested else None,
            peak_memory_bytes=peak,
            quality=quality,
            host="it was not asked yet",
            notes=(
                *notes_of(loaded, plan.seed),
                *company,
                *self.sidecar.notes(),
                *faults,
                stages,
                *warnings,
            ),
        )


def method_for(meter: Meter, tested: SelfTest | None) -> Method:
    """How windows are read: as the self-test found, else as the board's meter allows."""
    usual: Method = "power" if meter.description.kind == "nvml-power" else "counter"
    return (tested.method if tested else None) or usual


def _point_words(plan: Plan) -> str:
    one = plan.settings
    return f"{one.width}x{one.height}, {one.num_inference_steps} steps, batch {one.batch_size}"


def meter_for(plan: Plan) -> Meter:
    """The meter of the plan: on CUDA the board's or none, off CUDA the processor's counters where they can be read.

    Raises
    ------
    MeterError
        When a named meter is not there, or the board is shared or sliced and that was not allowed.
    """
    if plan.meter_spec != "auto" or plan.settings.device.startswith("cuda"):
        return open_meter(plan.meter_spec, shared=plan.shared, device=plan.settings.device)
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


@dataclass
class _Beside:
    """The side-car of a run, or none, and what it sees."""

    process: Sidecar | None = None
    states_between: StatesBetween | None = None

    def notes(self) -> tuple[str, ...]:
        """That it ended before it was told to: heat and brakes were then seen between batches only."""
        if self.process is None or self.process.running:
            return ()
        return (f"the side-car ended before the run: its trace is incomplete ({self.process.path.name})",)


@contextmanager
def _sidecar(plan: Plan, meter: Meter, say: Say) -> Iterator[_Beside]:
    """The states that a side-car sees between two stamps; nothing where there is nothing to sample."""
    spec = spec_of(meter)
    if spec is None:
        yield _Beside()
        return
    sidecar = Sidecar(spec, plan.trace_file)
    try:
        sidecar.start()
    except MeterError as fault:
        say(str(fault))
        yield _Beside()
        return
    try:
        yield _Beside(sidecar, states_of_trace(plan.trace_file))
    finally:
        sidecar.end()


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


class ProgressDisplay:
    """Writes to standard error: the answer is the profile, not this."""

    def __init__(self) -> None:
        self._target = sys.stderr
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


def progress_line(progress: Progress) -> str:
    """Stage, windows, joules so far with their interval, power, temperature, time left."""
    words: list[str] = [progress.stage]
    if progress.stage in ("windows", "done"):
        rejected = f" (+{progress.windows_rejected} rejected)" if progress.windows_rejected else ""
        words.append(f"{progress.windows_done} window{'' if progress.windows_done == 1 else 's'}{rejected}")
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


@contextmanager
def library_log(path: Path) -> Iterator[None]:
    """For the length of the block warnings and log records of every library are appended to the file.

    The file is made when there is something to write.
    """
    handler = logging.FileHandler(path, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    logging.captureWarnings(True)
    try:
        yield
    finally:
        logging.captureWarnings(False)
        root.removeHandler(handler)
        handler.close()
