"""One estimate: what an image takes on a board, how sure that is, and as a profile."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bench.blueprints import Blueprint, Setting, Work, blueprint_named, work_of
from bench.blueprints.work import BYTES_PER_VALUE
from bench.errors import EstimateError
from bench.estimate.datasheets import Datasheet, datasheet, memory_gb
from bench.estimate.heldout import TERMS_OF, TIERS, HeldOut, Measure, Tier, held_out, library_fit
from bench.estimate.rows import LibraryRow, library_rows
from bench.models import model_info
from bench.profile import Config, Dtype, Energy, Evidence, Hardware, Profile, Source, Speed

FACTOR_MAX = 2.0
"""How far outside the fitted range something may lie [1]."""
WIDER = 2.0
"""Width of an extrapolated interval over that of one inside the range, as logarithms [1]."""
GB = 1e9
SOURCE = "bench estimate: fitted on the bundled library's rows (ML.ENERGY), board from its datasheet"


@dataclass(frozen=True)
class Interval:
    """A figure with its 90 % interval."""

    value: float
    low: float
    high: float


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
    seconds: Interval | None
    """None where the board's speed lies too far outside of what was fitted."""
    extrapolated: tuple[str, ...]
    """Quantities outside the fitted range, in words."""
    errors: dict[Measure, HeldOut]
    """Held-out errors of this kind of estimate."""


def estimate(model: str, gpu: str, setting: Setting | None = None) -> Estimate:
    """Joules and seconds of an image of a model on a board.

    Parameters
    ----------
    model
        Short name, Hub id or name of a blueprint.
    gpu
        Any name of one board whose datasheet is known.
    setting
        How the image is made; the intended use where it says nothing.

    Raises
    ------
    EstimateError
        When the board is unknown, the model does not fit its memory, or the setting lies further outside of what
        was fitted than by a factor of two.
    BlueprintError
        When there is no such blueprint, or the setting is impossible.
    """
    found, sheet = blueprint_named(model), datasheet(gpu)
    asked = setting or Setting()
    if asked.dtype not in BYTES_PER_VALUE or asked.dtype == "float32":
        raise EstimateError(
            f"--dtype {asked.dtype}: the library was measured at 16 bits; estimate bfloat16 or float16"
        )
    work = work_of(found, asked)
    _require_memory(found, work, sheet)
    rows = library_rows()
    outside = list(_outside(rows, work, sheet))
    _refuse(outside, found.name)
    slow = [each for each in _board_outside(rows, sheet) if each[1] > FACTOR_MAX]
    tier = _tier(rows, found.name, sheet.name)
    beyond = [name for name, factor in (*outside, *_board_outside(rows, sheet)) if factor > 1.0]
    errors = {measure: held_out(measure, tier) for measure in TERMS_OF}
    wider = WIDER if beyond else 1.0
    return Estimate(
        blueprint=found,
        setting=work.setting,
        dtype=asked.dtype,
        work=work,
        sheet=sheet,
        tier=tier,
        energy_j=_interval("energy", work, sheet, errors["energy"].half_width_log * wider),
        seconds=None if slow else _interval("seconds", work, sheet, errors["seconds"].half_width_log * wider),
        extrapolated=tuple(beyond),
        errors=errors,
    )


def _interval(measure: Measure, work: Work, sheet: Datasheet, half_width_log: float) -> Interval:
    value = library_fit(measure).predict(TERMS_OF[measure](work, sheet), work.model, sheet.name)
    return Interval(value, value * math.exp(-half_width_log), value * math.exp(half_width_log))


def _tier(rows: tuple[LibraryRow, ...], model: str, board: str) -> Tier:
    known_model = any(row.model == model for row in rows)
    known_board = any(row.board == board for row in rows)
    if any(row.model == model and row.board == board for row in rows):
        return "both"
    if known_model:
        return "model"
    return "board" if known_board else "neither"


def _outside(rows: tuple[LibraryRow, ...], work: Work, sheet: Datasheet) -> Iterator[tuple[str, float]]:
    """Quantities of the work, and of what energy is scaled with, and by what factor they lie outside the rows'."""
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
    ):
        yield name, _factor(mine, theirs)


def _board_outside(rows: tuple[LibraryRow, ...], sheet: Datasheet) -> list[tuple[str, float]]:
    """The board's speed, on which seconds alone depend."""
    return [
        ("arithmetic of the board", _factor(sheet.tflops_16bit, [row.sheet.tflops_16bit for row in rows])),
        ("bandwidth of the board", _factor(sheet.bandwidth_tb_s, [row.sheet.bandwidth_tb_s for row in rows])),
    ]


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


def _require_memory(found: Blueprint, work: Work, sheet: Datasheet) -> None:
    held = work.parameters * BYTES_PER_VALUE[work.setting.dtype] / GB
    room = memory_gb(sheet)
    if room is not None and held > room:
        raise EstimateError(
            f"{found.name}: its weights alone take {held:.0f} GB at 16 bits and a {sheet.name} has {room:g} GB; "
            "offload and quantization are not in the fit: measure it there, or name a larger board"
        )


def profile_of(told: Estimate, on: date) -> Profile:
    """The estimate as a profile, evidence `estimated`, grade D."""
    info = model_info(told.blueprint.model_id)
    setting, energy = told.setting, told.energy_j
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
            model_licence=info.licence if info else None,
        ),
        hardware=Hardware(accelerator=told.sheet.name, power_limit_w=told.sheet.power_limit_w),
        energy=Energy(energy_j_per_image=energy.value, boundary="gpu"),
        speed=None if told.seconds is None else Speed(seconds_per_image=told.seconds.value),
        evidence=Evidence(kind="estimated", grade="D", source=Source(citation=SOURCE), date=on),
        notes=tuple(_notes(told)),
    )


def _identity(told: Estimate) -> str:
    board = re.sub(r"[^a-z0-9]+", "", told.sheet.name.casefold())
    setting = told.setting
    size = f"{setting.width}x{setting.height}"
    return (
        f"estimate-{told.blueprint.name}-{board}-{size}-s{setting.num_inference_steps}-b{setting.batch_size}"
    )


def _notes(told: Estimate) -> Iterator[str]:
    energy, error = told.energy_j, told.errors["energy"]
    yield f"estimated, not measured: {TIERS[told.tier]}"
    yield (
        f"90 % interval {energy.low:.4g} to {energy.high:.4g} J; error on the library: median "
        f"{error.median_fraction:.0%}, 90th percentile {error.p90_fraction:.0%}, coverage "
        f"{error.coverage_fraction:.0%}"
    )
    if told.seconds is None:
        yield "seconds are left out: the board's speed lies outside of what was fitted by more than a factor of two"
    else:
        error = told.errors["seconds"]
        yield (
            f"90 % interval {told.seconds.low:.4g} to {told.seconds.high:.4g} s; error on the library: median "
            f"{error.median_fraction:.0%}, 90th percentile {error.p90_fraction:.0%}, coverage "
            f"{error.coverage_fraction:.0%}"
        )
    if told.extrapolated:
        names = ", ".join(told.extrapolated)
        yield f"extrapolated: {names} outside of what was fitted; the interval is twice as wide"
