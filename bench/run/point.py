"""From a plan of one point to its profile on disk; several fresh processes where the tier asks for them."""

import os
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import active_children, get_context

from bench.entry import end_with_the_parent
from bench.environment import read_environment
from bench.errors import MeasurementError
from bench.meters.contract import MeterDescription
from bench.pipelines import COUNT_MAX
from bench.profile import Config, Evidence, EvidenceKind, Hardware, Profile, Source, Speed, write_profiles
from bench.protocol.parts import ProfileParts, combine, to_profile_parts
from bench.quality.scores import wanted_scores
from bench.run.beforehand import require_judgeable
from bench.run.host import host_estimate
from bench.run.plan import Outcome, Plan
from bench.run.process import measure_here
from bench.run.random_weights import widened
from bench.units import BYTES_PER_GIB
from bench.writing import require_unused

SEED_MAX = 2**62
"""Seeds count up from the first picture's, and torch takes 64 bits."""


def run_point(plan: Plan) -> Profile:
    """Measure, judge, write the profile, give it back.

    Raises
    ------
    BenchError
        With a sentence; finished windows stay in the journal beside the output.
    """
    return run_points([plan])[0]


def run_points(plans: Sequence[Plan]) -> tuple[Profile, ...]:
    """Measure points of one pipeline, loaded once in each process; their profiles are written into one file.

    Raises
    ------
    BenchError
        With a sentence; finished windows stay in the journal beside the output.
    """
    first = plans[0]
    _require_free(first)
    for plan in plans:
        _require_meaning(plan)
        require_judgeable(plan)
    if len(plans) > 1 and first.wants_pictures:
        raise MeasurementError(
            "pictures and quality belong to one point; leave out images, reference, clip and twin, or run the "
            "points one by one"
        )
    processes = [measure_here(plans)] if first.tier.processes_min == 1 else _in_fresh_processes(plans)
    profiles = tuple(
        profile_of(plan, list(outcomes))
        for plan, outcomes in zip(plans, zip(*processes, strict=True), strict=True)
    )
    profiles = _told_apart(profiles)
    write_profiles(first.output, profiles)
    return profiles


def _told_apart(profiles: tuple[Profile, ...]) -> tuple[Profile, ...]:
    """Points that share an id, as those of several guidance scales do, get their number behind it."""
    shared = {one for one, count in Counter(profile.id for profile in profiles).items() if count > 1}
    return tuple(
        Profile.model_validate(dict(one) | {"id": f"{one.id}-{place}"}) if one.id in shared else one
        for place, one in enumerate(profiles, start=1)
    )


def _in_fresh_processes(plans: Sequence[Plan]) -> list[list[Outcome]]:
    """The outcomes of each process, one process after the other; the first also makes the pictures."""
    processes = []
    for index in range(plans[0].tier.processes_min):
        with ProcessPoolExecutor(1, get_context("spawn"), end_with_the_parent) as fresh:
            try:
                processes.append(fresh.submit(measure_here, plans, index == 0).result())
            except KeyboardInterrupt:
                for process in active_children():
                    process.terminate()  # the pool waits for what it began; the journal keeps finished windows
                raise
    return processes


def _require_free(plan: Plan) -> None:
    output = plan.output
    require_unused(output)
    if not output.parent.is_dir() or not os.access(output.parent, os.W_OK):
        raise MeasurementError(f"{output}: its folder is not there or cannot be written to; name another")


def _require_meaning(plan: Plan) -> None:
    if plan.settings.weights == "random" and plan.wants_pictures:
        raise MeasurementError(
            "pictures of random weights mean nothing; leave out images, reference, clip and twin, or use trained "
            "weights"
        )
    wanted = wanted_scores(plan.scores)
    if any(one.name == "clip" for one in wanted) and plan.clip is not None:
        raise MeasurementError("--clip and --score clip ask for the same score; keep one of them")
    if any(one.name == "cmmd" for one in wanted) and not (plan.reference and plan.reference.is_dir()):
        raise MeasurementError(
            "--score cmmd holds pictures against others: name their folder with --reference"
        )
    if not 1 <= plan.quality_pictures <= COUNT_MAX:
        raise MeasurementError(f"quality_images is {plan.quality_pictures}; give 1 to {COUNT_MAX:,}")
    if not 0 <= plan.seed <= SEED_MAX:
        raise MeasurementError(f"seed is {plan.seed}; give a whole number from 0 to {SEED_MAX}")


def profile_of(plan: Plan, outcomes: list[Outcome]) -> Profile:
    """One profile from the outcomes of one or several processes."""
    first = outcomes[0]
    measured = first.measurement if len(outcomes) == 1 else combine([one.measurement for one in outcomes])
    parts = to_profile_parts(measured, meter_grade=first.meter_grade)
    speed = _speed(parts, outcomes)
    host, host_notes = host_estimate([one.host for one in outcomes], speed.seconds_per_image)
    environment = read_environment()
    described = first.meter
    return Profile(
        id=identity(first.config, described),
        config=first.config,
        hardware=Hardware(
            accelerator=described.board_name,
            power_limit_w=described.power_limit_w,
            driver=described.driver,
            host=environment.host,
            software=environment.software,
        ),
        energy=widened(parts.energy, first.config.backbone)
        if first.config.weights == "random"
        else parts.energy,
        speed=speed,
        host_estimate=host,
        quality=first.quality,
        evidence=_evidence(plan, parts, first.config, described),
        notes=(*parts.notes, *dict.fromkeys(note for one in outcomes for note in one.notes), *host_notes),
    )


def _speed(parts: ProfileParts, outcomes: list[Outcome]) -> Speed:
    peaks = [one.peak_memory_bytes for one in outcomes if one.peak_memory_bytes is not None]
    if not peaks:
        return parts.speed
    return Speed.model_validate(parts.speed.model_dump() | {"peak_memory_gib": max(peaks) / BYTES_PER_GIB})


def _evidence(plan: Plan, parts: ProfileParts, config: Config, described: MeterDescription) -> Evidence:
    """Joules that a recording gave were measured at other work, perhaps on another board: none of this one."""
    replayed = described.kind == "replay"
    measured: EvidenceKind = "measured" if config.weights == "trained" else "measured_random_weights"
    done = "joules replayed from a recording, not measured" if replayed else "measured here"
    return Evidence(
        kind="estimated" if replayed else measured,
        grade="D" if replayed else parts.grade,
        source=Source(citation=f"{done}, tier {plan.tier.name}, prompts {plan.prompts.name}"),
        tool_version=_version(),
        date=datetime.now(UTC).date(),
    )


def identity(config: Config, described: MeterDescription) -> str:
    """A readable id of a measured configuration; settings that are executed otherwise have ids of their own."""
    scheme = "-".join(sorted(set(config.quantization.values()))) or config.dtype
    executed = {
        "compiled": config.compile_mode,
        "cache": config.cache,
        "attention": config.attention_backend,
        "offload": config.offload,
    }
    words = (
        "replayed" if described.kind == "replay" else "measured",
        described.board_name,
        _latin(config.model_name),
        *(("random",) if config.weights == "random" else ()),
        f"{config.width}x{config.height}",
        f"s{config.num_inference_steps}",
        f"b{config.batch_size}",
        scheme,
        *(f"{name}-{value}" for name, value in executed.items() if value),
    )
    return re.sub(r"[^A-Za-z0-9.+_]+", "-", "-".join(words)).strip("-.").lower()


def _latin(name: str) -> str:
    """Greek letters by their names: PixArt-Σ is not PixArt-α."""
    called = ((letter, unicodedata.name(letter, "")) for letter in name)
    return "".join(word.rpartition(" ")[2] if "GREEK" in word else letter for letter, word in called)


def _version() -> str:
    try:
        return f"image-roi {version('image-roi')}"
    except PackageNotFoundError:
        return "image-roi, not installed"
