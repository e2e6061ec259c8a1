"""Several points of one loaded pipeline: what may change from one to the next without loading again."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

from bench.errors import MeasurementError
from bench.run.plan import Plan

NAMES = {
    "steps": ("num_inference_steps", int),
    "guidance": ("guidance_scale", float),
    "width": ("width", int),
    "height": ("height", int),
    "batch": ("batch_size", int),
}
"""Name on the command line, field of the settings, and kind of number."""
LOADED = (
    "quantize",
    "quantization",
    "compile",
    "cache",
    "attention",
    "offload",
    "dtype",
    "model",
    "weights",
    "scheduler",
    "variant",
)
"""What is set while a pipeline is loaded."""
POINTS_MAX = 200


def varied(plan: Plan, pairs: Sequence[str]) -> tuple[Plan, ...]:
    """Every combination of the values that pairs such as `batch=1,4,16` name, the last pair changing first.

    Raises
    ------
    MeasurementError
        When a name is unknown or given twice, a value is no number, or there are more than 200 points.
    """
    levels: dict[str, list[int | float]] = {}
    for pair in pairs:
        name, sign, values = pair.partition("=")
        if name in LOADED:
            raise MeasurementError(
                f"--vary {pair!r}: {name} is set while the model is loaded; measure each value in a `bench run` of "
                "its own, or all in one plan of `bench sweep` (the bundled plan `engines` holds such factors)"
            )
        if name not in NAMES or not sign:
            raise MeasurementError(f"--vary {pair!r}: write NAME=VALUE,VALUE; names are {', '.join(NAMES)}")
        field, kind = NAMES[name]
        if field in levels:
            raise MeasurementError(
                f"--vary {pair!r}: {name} is varied twice; give all its values in one list"
            )
        try:
            levels[field] = [kind(value) for value in values.split(",")]
        except ValueError:
            raise MeasurementError(
                f"--vary {pair!r}: {values!r} is no list of numbers, such as 1,4,16"
            ) from None
    points = [dict(zip(levels, chosen, strict=True)) for chosen in itertools.product(*levels.values())]
    if len(points) > POINTS_MAX:
        raise MeasurementError(f"--vary: {len(points)} points are too many for one process; use a sweep")
    return tuple(replace(plan, settings=replace(plan.settings, **one)) for one in points)  # type: ignore[arg-type]
