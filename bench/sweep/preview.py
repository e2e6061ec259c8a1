"""A plan as text, before anything runs: how many points, in which order, at what predicted time and energy."""

from collections import Counter
from collections.abc import Iterator, Sequence

from bench.sweep.plan import PlannedPoint, SweepPlan
from bench.sweep.point import describe
from bench.sweep.predict import Prediction

SECONDS_PER_MINUTE = 60.0
SECONDS_PER_HOUR = 3600.0
J_PER_KWH = 3.6e6


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
    return f"{prediction.duration_s / SECONDS_PER_MINUTE:.1f} min, {prediction.energy_j / 1000:.1f} kJ"


def _total(predicted: Sequence[Prediction | None], basis: str) -> str:
    known = [one for one in predicted if one is not None]
    unknown = len(predicted) - len(known)
    if not known:
        return f"predicted: unknown for all {unknown} points ({basis})"
    hours = sum(one.duration_s for one in known) / SECONDS_PER_HOUR
    kwh = sum(one.energy_j for one in known) / J_PER_KWH
    rest = f"; {unknown} more points are unknown and come on top" if unknown else ""
    return f"predicted: {hours:.1f} h and {kwh:.3f} kWh for {len(known)} points ({basis}), loading excluded{rest}"
