"""One process of a run: open the meter, load, measure, judge."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import islice
from pathlib import Path

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
from bench.quality import (
    Judgement,
    extractor_named,
    judge,
    judge_pairs,
    judge_prompts,
    load_clip,
    read_pictures,
    read_reference,
    reference_from_folder,
)
from bench.run.host import host_side
from bench.run.plan import Outcome, Plan
from bench.run.progress import ProgressDisplay
from bench.run.random_weights import notes_of
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
        quality, warnings = _pictures(plan, work, display.say)
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


def _pictures(plan: Plan, work: PipelineWork, say: Say) -> tuple[tuple[Quality, ...], tuple[str, ...]]:
    if not work.pictures_wanted:
        return (), ()
    say(f"pictures for quality: {work.pictures_wanted}")
    work.complete_pictures()
    if plan.images is not None:
        work.save_pictures(plan.images)
    judgements = list(_judgements(plan, work, say))
    warnings = tuple(warning for judgement in judgements for warning in judgement.warnings)
    for warning in warnings:
        say(warning)
    return tuple(figure for judgement in judgements for figure in judgement.quality), warnings


def _judgements(plan: Plan, work: PipelineWork, say: Say) -> Iterator[Judgement]:
    """FID and KID against the reference, CLIP score with the prompts, likeness to the twin: what is asked for."""
    if plan.reference is not None:
        yield _against_reference(plan, plan.reference, work, say)
    if plan.clip is not None:
        say(f"CLIP score by {plan.clip}")
        clip = load_clip(plan.clip)
        yield Judgement((judge_prompts(work.pictures, work.kept_prompts(), clip, plan.prompts.name),))
    if plan.twin is not None:
        say(f"likeness to {plan.twin.name}")
        twins = list(islice(read_pictures(plan.twin), len(work.pictures)))
        yield judge_pairs(work.pictures, twins, plan.twin.name)


def _against_reference(plan: Plan, place: Path, work: PipelineWork, say: Say) -> Judgement:
    if plan.extractor is None:
        raise MeasurementError("a quality reference needs --extractor: the name of its features")
    say(f"features by {plan.extractor}")
    extractor = extractor_named(plan.extractor)
    reference = reference_from_folder(place, extractor) if place.is_dir() else read_reference(place)
    return judge(work.pictures, extractor, reference)
