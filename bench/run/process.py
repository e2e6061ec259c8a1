"""One process of a run: open the meter, load, measure, judge."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

from bench.errors import MeasurementError, MeterError
from bench.journal import Journal
from bench.lock import board_lock
from bench.meters.contract import AbsentMeter, Meter
from bench.meters.find import open_meter, spec_of
from bench.meters.reading import Method
from bench.pipelines import LoadedPipeline, config_of, load
from bench.profile import Quality
from bench.protocol.idle import idle_power_w
from bench.protocol.measure import measure
from bench.protocol.window import StatesBetween, states_of_trace
from bench.quality import extractor_named, judge, read_reference, reference_from_folder
from bench.run.plan import Outcome, Plan
from bench.run.progress import ProgressDisplay
from bench.run.work import PipelineWork
from bench.sampler import Sidecar
from bench.selftest import SelfTest, stored_self_test

Say = Callable[[str], None]


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
        tested = _self_test(plan, meter)
        method: Method = (tested.method if tested else None) or "counter"
        cold_w = _idle_cold(plan, meter, method, display.say)
        display.say(f"loading {plan.settings.model}")
        loaded = load(plan.settings)
        wanted = plan.quality_pictures if with_pictures and (plan.reference or plan.images) else 0
        work = PipelineWork(loaded, plan.prompts, plan.seed, pictures_wanted=wanted)
        loaded.reset_counts()
        states = stack.enter_context(_sidecar(plan, meter, display.say))
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
        tokens = loaded.prompt_tokens(plan.prompts.prompts)
        config = config_of(loaded, prompt_set=plan.prompts.name, prompt_tokens=tokens)
        peak = loaded.peak_memory_bytes
        quality, warnings = _pictures(plan, work, display.say)
    grade = tested.grade if tested else None
    notes = (*_picture_faults(loaded), *warnings)
    return Outcome(measured, config, described, grade, peak, quality, notes)


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


def _picture_faults(loaded: LoadedPipeline) -> tuple[str, ...]:
    """The first three faults, and how many there were."""
    shown = tuple(fault.sentence() for fault in loaded.faults[:3])
    hidden = len(loaded.faults) - len(shown)
    return (*shown, f"{hidden} more faulty images") if hidden > 0 else shown


def _pictures(plan: Plan, work: PipelineWork, say: Say) -> tuple[tuple[Quality, ...], tuple[str, ...]]:
    if not work.pictures_wanted:
        return (), ()
    say(f"pictures for quality: {work.pictures_wanted}")
    work.complete_pictures()
    if plan.images is not None:
        work.save_pictures(plan.images)
    if plan.reference is None:
        return (), ()
    if plan.extractor is None:
        raise MeasurementError("a quality reference needs --extractor: the name of its features")
    say(f"features by {plan.extractor}")
    extractor = extractor_named(plan.extractor)
    reference = (
        reference_from_folder(plan.reference, extractor)
        if plan.reference.is_dir()
        else read_reference(plan.reference)
    )
    judgement = judge(work.pictures, extractor, reference)
    for warning in judgement.warnings:
        say(warning)
    return judgement.quality, judgement.warnings
