"""What a sweep will take, before anything runs: the expected figure of one image times the images of a point.

The preview is the plan as text with these figures.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bench.blueprints import Setting
from bench.boards import fits_board
from bench.errors import BenchError, EstimateError
from bench.estimate.datasheets import datasheet
from bench.estimate.estimating import estimate, require_units
from bench.library import load_profiles
from bench.models import model_info, model_of
from bench.pairs import effect_of
from bench.profile import Config, Dtype, Profile
from bench.protocol.tiers import Tier
from bench.sweep.plan import PlannedPoint, SweepPlan
from bench.sweep.point import Point, describe, not_eager
from bench.units import J_PER_KWH, SECONDS_PER_HOUR, SECONDS_PER_MINUTE


@dataclass(frozen=True)
class PerImage:
    """What one image is expected to take."""

    seconds: float
    energy_j: float
    unknown: tuple[str, ...] = ()
    """What the point does and these figures do not hold: no two rows of the library tell of it."""


@dataclass(frozen=True)
class Prediction:
    """What one point is expected to take, idle power and warm-up included, loading and quality left out."""

    duration_s: float
    energy_j: float
    """Of generating; idle time is not counted [J]."""
    unknown: tuple[str, ...] = ()
    """What the point does and these figures do not hold."""


BASIS = "bench estimate for {gpu}; 32-bit points as if at 16 bits"
"""What the figures of a board rest on."""


def image_of(point: Point, gpu: str) -> PerImage | None:
    """One image of a point on a board; None where neither an estimate nor a row of the library knows it.

    `bench.estimate` with what pairs of library rows tell of a point's changes; the nearest row of the library where
    a point lies outside of its range. None too where the board lacks units for the point's numbers.
    """
    settings = point.settings
    if lack_of_units(point, gpu):
        return None
    setting = Setting(
        width=settings.width,
        height=settings.height,
        num_inference_steps=settings.num_inference_steps,
        guidance_scale=settings.guidance_scale,
        batch_size=settings.batch_size,
        dtype=_narrow(point),
    )
    changes = not_eager(settings)
    known = {name: value for name, value in changes.items() if effect_of(name, value)}
    try:
        told = estimate(settings.model, gpu, setting, known)
    except BenchError:
        row = nearest_row(point, gpu)
        return replace(row, unknown=_named(changes)) if row else None
    unknown = {name: value for name, value in changes.items() if name not in known}
    return PerImage(told.seconds.value, told.energy_j.value, _named(unknown))


def lack_of_units(point: Point, gpu: str) -> str | None:
    """Why the board cannot multiply a point's numbers; None where it can, and where nobody knows."""
    try:
        sheet = datasheet(gpu)
    except EstimateError:
        return None
    try:
        require_units(sheet, _narrow(point), "+".join(sorted(set(point.settings.quantization.values()))))
    except EstimateError as fault:
        return str(fault)
    return None


def _narrow(point: Point) -> Dtype:
    return "float16" if point.settings.dtype == "float16" else "bfloat16"


def nearest_row(point: Point, gpu: str) -> PerImage | None:
    """The nearest measured row of the same model on the board, scaled by steps and pixels; None without any."""
    rows = [one for one in load_profiles() if _fits(one, point, gpu)]
    if not rows:
        return None
    row = min(rows, key=lambda one: _distance(one.config, point))
    assert row.energy is not None
    assert row.speed is not None
    scale = _work(point) / (row.config.num_inference_steps * row.config.width * row.config.height)
    return PerImage(row.speed.seconds_per_image * scale, row.energy.energy_j_per_image * scale)


def _named(changes: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(f"{name} {value}" for name, value in changes.items())


def _fits(row: Profile, point: Point, gpu: str) -> bool:
    model = model_info(point.settings.model)
    measured = row.energy is not None and row.energy.boundary == "gpu" and row.speed is not None
    known = measured and model is not None and model_of(row.config) == model
    return known and fits_board(gpu, row.hardware.accelerator)


def _work(point: Point) -> int:
    settings = point.settings
    return settings.num_inference_steps * settings.width * settings.height


def _distance(config: Config, point: Point) -> tuple[float, ...]:
    """Quantization and weights first, then pixels, batch and steps, each as a ratio."""
    settings = point.settings
    return (
        float(sorted(config.quantization.values()) != sorted(settings.quantization.values())),
        float(config.weights != settings.weights),
        abs(math.log(config.width * config.height / (settings.width * settings.height))),
        abs(math.log(config.batch_size / settings.batch_size)),
        abs(math.log(config.num_inference_steps / settings.num_inference_steps)),
    )


def of_point(point: Point, image: PerImage) -> Prediction:
    """A point whose stop rule is met at the smallest number of windows."""
    tier, batch_s = point.tier, image.seconds * point.settings.batch_size
    busy_s = tier.processes_min * _busy_s(tier, batch_s)
    idle_s = tier.processes_min * 2 * tier.idle.duration_s
    return Prediction(idle_s + busy_s, image.energy_j * busy_s / image.seconds, image.unknown)


def _busy_s(tier: Tier, batch_s: float) -> float:
    """Generating in one process: warm-up and windows of whole batches [s]."""
    warm_s = _whole_batches_s(tier.warm_up.duration_min_s, tier.warm_up.batches_min, batch_s)
    window_s = _whole_batches_s(tier.window_min_s, tier.window_batches_min, batch_s)
    return warm_s + tier.windows_min * window_s


def _whole_batches_s(shortest_s: float, batches_min: int, batch_s: float) -> float:
    return max(batches_min, math.ceil(shortest_s / batch_s)) * batch_s


def predictions(points: Sequence[PlannedPoint], gpu: str) -> list[Prediction | None]:
    """One for each point, in the same order."""
    images = [image_of(one.point, gpu) for one in points]
    return [of_point(one.point, image) if image else None for one, image in zip(points, images, strict=True)]


def preview_lines(
    plan: SweepPlan, points: Sequence[PlannedPoint], predicted: Sequence[Prediction | None], basis: str
) -> Iterator[str]:
    """Head, stages, every point in order, totals."""
    yield f"{plan.name}: {len(points)} points, order drawn from seed {plan.seed}"
    yield from (
        f"stage {stage}: {count} points" for stage, count in Counter(one.stage for one in points).items()
    )
    yield from (f"excluded: {count} combinations, {reason}" for reason, count in plan.excluded)
    if plan.unstaged:
        yield f"left out: {plan.unstaged} combinations that meet no stage"
    for one, prediction in zip(points, predicted, strict=True):
        yield f"{one.position:>5}  {one.hash}  {describe(one.point)}: {prediction_text(prediction)}"
    yield _total(predicted, basis)


def prediction_text(prediction: Prediction | None) -> str:
    """Minutes and kilojoules; unknown is said, never shown as zero."""
    if prediction is None:
        return "unknown"
    without = f", without what {' and '.join(prediction.unknown)} does" if prediction.unknown else ""
    minutes, kilojoules = prediction.duration_s / SECONDS_PER_MINUTE, prediction.energy_j / 1000
    return f"{minutes:.1f} min, {kilojoules:.1f} kJ{without}"


def _total(predicted: Sequence[Prediction | None], basis: str) -> str:
    known = [one for one in predicted if one is not None]
    unknown = len(predicted) - len(known)
    if not known:
        return f"predicted: unknown for all {unknown} points ({basis})"
    hours = sum(one.duration_s for one in known) / SECONDS_PER_HOUR
    kwh = sum(one.energy_j for one in known) / J_PER_KWH
    rest = f"; {unknown} more points are unknown and come on top" if unknown else ""
    return f"predicted: {hours:.1f} h and {kwh:.3f} kWh for {len(known)} points ({basis}), loading excluded{rest}"
