"""One estimate: what an image takes on a board, how sure that is, and as a profile."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bench.blueprints import Blueprint, Setting, Work, blueprint_named, work_of
from bench.blueprints.work import BYTES_PER_VALUE
from bench.errors import EstimateError
from bench.estimate.datasheets import Datasheet, datasheet, memory_gb
from bench.estimate.heldout import TERMS_OF, TIERS, HeldOut, Measure, Tier, held_out, library_fit
from bench.estimate.physics import Interval, bounded, seconds_at_the_peak
from bench.estimate.rows import LibraryRow, library_rows
from bench.models import model_info
from bench.pairs import Effect, effect_of, measured_effects
from bench.pipelines.schemes import BFLOAT16_COMPUTE_CAPABILITY, FP8_COMPUTE_CAPABILITY, lacks_units
from bench.profile import Config, Dtype, Energy, Evidence, Hardware, Profile, Source, Speed

FACTOR_MAX = 8.0
"""How far outside the fitted range something may lie [1]."""
FACTOR_NEAR = 2.0
"""Up to this factor outside the interval has its first width [1]."""
WIDER = 2.0
"""Width of an interval just outside the range over that of one inside, as logarithms; one more a doubling [1]."""
GB = 1e9
SOURCE = "bench estimate: fitted on the bundled library's rows, board from its datasheet"
EIGHT_BITS = ("int8", "fp8", "8bit")
"""What names of schemes hold whose weights take one byte."""
EIGHT_BIT_SPEEDUP = 2.0
"""Peak arithmetic of 8 bits over that of 16 on every board of the table that has it [1]."""


@dataclass(frozen=True)
class Estimate:
    """What one image takes."""

    blueprint: Blueprint
    setting: Setting
    dtype: Dtype
    work: Work
    sheet: Datasheet
    tier: Tier
    """What the library knows of this pair."""
    energy_j: Interval
    seconds: Interval
    extrapolated: tuple[str, ...]
    """Quantities outside the fitted range, in words, and changes that no pair on this board tells of."""
    errors: dict[Measure, HeldOut]
    """Held-out errors of this kind of estimate."""
    changes: dict[str, str] = field(default_factory=dict)
    """What is done otherwise than eager execution at 16 bits: field of a profile's config and its value."""


def estimate(
    model: str, gpu: str, setting: Setting | None = None, changes: Mapping[str, str] | None = None
) -> Estimate:
    """Joules and seconds of an image of a model on a board.

    Parameters
    ----------
    model
        Short name, Hub id or name of a blueprint.
    gpu
        Any name of one board whose datasheet is known.
    setting
        How the image is made; the intended use where it says nothing.
    changes
        `quantization` (of the denoiser), `engine`, `compile_mode`, `cache` or `attention_backend`, such as
        {"quantization": "torchao-int8-weight-only"}: known where pairs of library rows tell what it does.

    Raises
    ------
    EstimateError
        When the board is unknown or lacks the units for the numbers, the model does not fit its memory, nobody
        measured a change, or the setting lies further outside of what was fitted than by a factor of eight.
    BlueprintError
        When there is no such blueprint, or the setting is impossible.
    """
    found, sheet = blueprint_named(model), datasheet(gpu)
    asked = setting or Setting()
    if asked.dtype not in BYTES_PER_VALUE or asked.dtype == "float32":
        raise EstimateError(
            f"--dtype {asked.dtype}: the library was measured at 16 bits; estimate bfloat16 or float16"
        )
    done = dict(changes or {})
    require_units(sheet, asked.dtype, done.get("quantization", ""))
    effects = [_effect(name, value) for name, value in done.items()]
    work = work_of(found, asked)
    _require_memory(found, work, sheet, done)
    rows = library_rows()
    outside = list(_outside(rows, work, sheet))
    _refuse(outside, found.name)
    tier = _tier(rows, found.name, sheet.name)
    errors = {measure: held_out(measure, tier) for measure in TERMS_OF}
    furthest = max((factor for _, factor in outside), default=1.0)
    energy, seconds = _intervals(work, sheet, errors, furthest, effects)
    return Estimate(
        blueprint=found,
        setting=work.setting,
        dtype=asked.dtype,
        work=work,
        sheet=sheet,
        tier=tier,
        energy_j=energy,
        seconds=seconds,
        extrapolated=tuple(name for name, factor in outside if factor > 1.0) + _unpaired(done, sheet),
        errors=errors,
        changes=done,
    )


def _intervals(
    work: Work,
    sheet: Datasheet,
    errors: Mapping[Measure, HeldOut],
    furthest: float,
    effects: Sequence[Effect],
) -> tuple[Interval, Interval]:
    """Joules and seconds with what the changes do, within what the board can do."""
    ratios: dict[Measure, list[float]] = {
        "energy": [one.energy_ratio for one in effects],
        "seconds": [one.seconds_ratio for one in effects],
    }
    wider = [WIDER if _elsewhere(one, sheet) else 1.0 for one in effects]
    doubts = {
        name: [math.log(ratio) * more for ratio, more in zip(of_each, wider, strict=True)]
        for name, of_each in ratios.items()
    }
    energy, seconds = (
        _interval(measure, work, sheet, _half_width(errors[measure], furthest, doubts[measure])).scaled(
            math.prod(ratios[measure])
        )
        for measure in TERMS_OF
    )
    speedup = EIGHT_BIT_SPEEDUP if effects else 1.0
    least_s = seconds_at_the_peak(work.total.tflop_per_image, sheet, speedup)
    return bounded(energy, seconds, least_s, sheet)


def _effect(name: str, value: str) -> Effect:
    found = effect_of(name, value)
    if found is None:
        known = ", ".join(f"{field} {one}" for field, one in measured_effects())
        raise EstimateError(
            f"{name} {value!r}: no two rows of the library tell what it does to joules; measured are {known}; "
            "measure it (`python -m bench run`), with it and without it"
        )
    return found


def _elsewhere(effect: Effect, sheet: Datasheet) -> bool:
    """Whether no pair of a change was measured on this board."""
    return sheet.name not in effect.boards


def _unpaired(changes: Mapping[str, str], sheet: Datasheet) -> tuple[str, ...]:
    return tuple(value for name, value in changes.items() if _elsewhere(_effect(name, value), sheet))


def require_units(sheet: Datasheet, dtype: Dtype, schemes: str) -> None:
    """Refuse numbers that the board has no units for: it would run them otherwise, or not at all.

    Raises
    ------
    EstimateError
        With the board's compute capability, and what it runs instead.
    """
    have = sheet.compute_capability
    told = f"{sheet.name} has compute capability {have[0]}.{have[1]}"
    for name in schemes.split("+"):
        if lacks_units(name, have):
            least = ".".join(map(str, FP8_COMPUTE_CAPABILITY))
            raise EstimateError(
                f"{name} needs fp8 units, of compute capability {least} or newer, and {told}; estimate "
                "torchao-int8-weight-only, or a newer board"
            )
    if dtype == "bfloat16" and have < BFLOAT16_COMPUTE_CAPABILITY:
        raise EstimateError(f"{told} and no bfloat16 units, which begin with 8.0; estimate --dtype float16")


def _half_width(error: HeldOut, furthest: float, changes_log: Sequence[float]) -> float:
    """As a logarithm: the error on the library, wider outside of the range, and with what a change is doubtful by.

    A change that was measured for one model counts as doubtful by the whole of what it does, on a board without a
    pair by twice that.
    """
    wider = WIDER + math.log2(max(1.0, furthest / FACTOR_NEAR)) if furthest > 1.0 else 1.0
    return math.hypot(error.half_width_log * wider, *changes_log)


def _interval(measure: Measure, work: Work, sheet: Datasheet, half_width_log: float) -> Interval:
    value = library_fit(measure).predict(TERMS_OF[measure](work, sheet), work.model, sheet.name)
    return Interval(value, value * math.exp(-half_width_log), value * math.exp(half_width_log))


def _tier(rows: tuple[LibraryRow, ...], model: str, board: str) -> Tier:
    known_model = any(row.model == model for row in rows)
    known_board = any(row.board == board for row in rows)
    if any(row.model == model and row.board == board for row in rows):
        return "both"
    if known_model and known_board:
        return "apart"
    if known_model:
        return "model"
    return "board" if known_board else "neither"


def _outside(rows: tuple[LibraryRow, ...], work: Work, sheet: Datasheet) -> Iterator[tuple[str, float]]:
    """Quantities of the work and of the board, and by what factor they lie outside the rows'."""
    for name, mine, theirs in (
        (
            "arithmetic of an image [TFLOP]",
            work.total.tflop_per_image,
            [row.work.total.tflop_per_image for row in rows],
        ),
        ("parameters", float(work.parameters), [float(row.work.parameters) for row in rows]),
        ("pixels", _pixels(work), [_pixels(row.work) for row in rows]),
        ("batch", float(work.setting.batch_size), [float(row.work.setting.batch_size) for row in rows]),
        (
            "power limit over arithmetic of the board",
            sheet.power_limit_w / sheet.tflops_16bit,
            [row.sheet.power_limit_w / row.sheet.tflops_16bit for row in rows],
        ),
        (
            "power limit over bandwidth of the board",
            sheet.power_limit_w / sheet.bandwidth_tb_s,
            [row.sheet.power_limit_w / row.sheet.bandwidth_tb_s for row in rows],
        ),
        ("arithmetic of the board", sheet.tflops_16bit, [row.sheet.tflops_16bit for row in rows]),
        ("bandwidth of the board", sheet.bandwidth_tb_s, [row.sheet.bandwidth_tb_s for row in rows]),
    ):
        yield name, _factor(mine, theirs)


def _pixels(work: Work) -> float:
    return float((work.setting.width or 0) * (work.setting.height or 0))


def _factor(mine: float, theirs: list[float]) -> float:
    return max(mine / max(theirs), min(theirs) / mine, 1.0)


def _refuse(outside: list[tuple[str, float]], model: str) -> None:
    far = [f"{name} (by {factor:.1f})" for name, factor in outside if factor > FACTOR_MAX]
    if far:
        raise EstimateError(
            f"{model}: further outside of what was fitted than by a factor of {FACTOR_MAX:g}: {', '.join(far)}; "
            "measure it with `python -m bench run`, or come nearer to the library (`python -m bench library`)"
        )


def _require_memory(found: Blueprint, work: Work, sheet: Datasheet, changes: Mapping[str, str]) -> None:
    held = work.parameters * BYTES_PER_VALUE[work.setting.dtype] / GB
    if any(word in changes.get("quantization", "") for word in EIGHT_BITS):
        held -= work.denoiser.parameters / GB
    room = memory_gb(sheet)
    if room is not None and held > room:
        raise EstimateError(
            f"{found.name}: its weights alone take {held:.0f} GB and a {sheet.name} has {room:g} GB; offload is "
            "not in the fit: measure it there, name a larger board, or --quantize the denoiser"
        )


def profile_of(told: Estimate, on: date) -> Profile:
    """The estimate as a profile, evidence `estimated`, grade D."""
    info = model_info(told.blueprint.model_id)
    setting, energy = told.setting, told.energy_j
    scheme = told.changes.get("quantization")
    return Profile(
        id=_identity(told),
        config=Config(
            model_id=told.blueprint.model_id,
            model_name=info.name if info else told.blueprint.name,
            backbone=info.backbone if info else "dit",
            parameters=told.work.denoiser.parameters,
            pipeline_class=told.blueprint.pipeline_class,
            dtype=told.dtype,
            width=setting.width or 0,
            height=setting.height or 0,
            num_inference_steps=setting.num_inference_steps or 0,
            denoiser_calls=told.work.denoiser_calls_per_image,
            guidance_scale=setting.guidance_scale,
            batch_size=setting.batch_size,
            scheduler=setting.scheduler,
            quantization={told.blueprint.denoiser.name: scheme} if scheme else {},
            engine=told.changes.get("engine"),
            compile_mode=told.changes.get("compile_mode"),
            cache=told.changes.get("cache"),
            attention_backend=told.changes.get("attention_backend"),
            model_licence=info.licence if info else None,
        ),
        hardware=Hardware(accelerator=told.sheet.name, power_limit_w=told.sheet.power_limit_w),
        energy=Energy(energy_j_per_image=energy.value, boundary="gpu"),
        speed=Speed(seconds_per_image=told.seconds.value),
        evidence=Evidence(kind="estimated", grade="D", source=Source(citation=SOURCE), date=on),
        notes=tuple(_notes(told)),
    )


def _identity(told: Estimate) -> str:
    board = re.sub(r"[^a-z0-9]+", "", told.sheet.name.casefold())
    setting = told.setting
    size = f"{setting.width}x{setting.height}"
    changed = "".join(f"-{value}" for value in told.changes.values())
    made = f"s{setting.num_inference_steps}-b{setting.batch_size}{changed}"
    return f"estimate-{told.blueprint.name}-{board}-{size}-{made}"


def _notes(told: Estimate) -> Iterator[str]:
    energy, error = told.energy_j, told.errors["energy"]
    yield f"estimated, not measured: {TIERS[told.tier]}"
    yield (
        f"90 % interval {energy.low:.4g} to {energy.high:.4g} J; error on the library: median "
        f"{error.median_fraction:.0%}, 90th percentile {error.p90_fraction:.0%}, coverage "
        f"{error.coverage_fraction:.0%}"
    )
    error = told.errors["seconds"]
    yield (
        f"90 % interval {told.seconds.low:.4g} to {told.seconds.high:.4g} s; error on the library: median "
        f"{error.median_fraction:.0%}, 90th percentile {error.p90_fraction:.0%}, coverage "
        f"{error.coverage_fraction:.0%}"
    )
    yield (
        f"mean power {energy.value / told.seconds.value:.0f} W of a limit of {told.sheet.power_limit_w:g} W; no "
        "time below that of the peak arithmetic, no power above the limit"
    )
    yield from (_change_sentence(name, value, told.sheet) for name, value in told.changes.items())
    outside = [one for one in told.extrapolated if one not in told.changes.values()]
    if outside:
        names = ", ".join(outside)
        yield f"extrapolated: {names} outside of what was fitted; the interval is wider the further outside"


def _change_sentence(name: str, value: str, sheet: Datasheet) -> str:
    found = _effect(name, value)
    pairs = f"{found.pairs} measured pair{'' if found.pairs == 1 else 's'}"
    where = f"{' and '.join(found.boards)} with {' and '.join(found.weights)} weights"
    takes = (
        f"takes {found.energy_ratio - 1:+.0%} joules and {found.seconds_ratio - 1:+.0%} seconds in {pairs}"
    )
    if _elsewhere(found, sheet):
        return (
            f"extrapolated: {value} ({name}) {takes} on {where}, and nobody measured it on {sheet.name}; its doubt "
            "counts twice in the interval"
        )
    return f"{value} ({name}) {takes} on {where}; the interval holds twice that and none of it"
