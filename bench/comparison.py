"""Two results side by side: a ratio with its interval, or the reasons why there is none.

A ratio of joules on one board is sharper than either of them, because the error of the board's sensor is in
both and cancels. On two boards it does not, and enters the interval.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench.boards import same_board
from bench.errors import ComparisonError
from bench.profile import Config, Energy, Profile
from bench.statistics import SENSOR_FRACTION, Ratio, Sample, ratio_95, sample_of

_NOT_A_FACTOR = {"model_licence", "parameters"}
"""Fields that describe a model and change nothing that is measured."""


@dataclass(frozen=True)
class Comparison:
    """a relative to b."""

    a: str
    b: str
    energy: Ratio | None
    """J/image of a over that of b, with its interval; None when either has no spread or no joules."""
    energy_ratio: float | None
    """The same as a bare number."""
    seconds_ratio: float | None
    """s/image of a over that of b."""
    sensor_cancels: bool
    """Both were taken on one board, so that the interval leaves its sensor out."""
    factors: tuple[str, ...]
    """Settings in which the two differ: what is being compared."""
    notes: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The outcome in words."""
        if self.energy is None and self.energy_ratio is not None:
            more = "more" if self.energy_ratio > 1.0 else "less"
            return (
                f"{self.a} draws {self.energy_ratio:.3f} times the joules per image of {self.b}, "
                f"{abs(self.energy_ratio - 1.0):.0%} {more}; {self.notes[-1]}"
            )
        if self.energy is None:
            return f"{self.a} and {self.b}: no energy ratio; {'; '.join(self.notes)}"
        low, high = self.energy.low, self.energy.high
        reach = f"{self.energy.value:.3f} times the joules per image (95 % interval {low:.3f} to {high:.3f})"
        if self.energy.contains(1.0):
            return f"{self.a} draws {reach} of {self.b}: no difference can be told"
        return f"{self.a} draws {reach} of {self.b}: {'more' if low > 1.0 else 'less'} energy"


def compare(
    a: Profile, b: Profile, *, across_boards: bool = False, one_board: bool | None = None
) -> Comparison:
    """The ratio a / b of joules and of seconds per image.

    Parameters
    ----------
    across_boards
        Compare absolute joules of different boards; their sensors then widen the interval.
    one_board
        Whether one and the same board measured both. A profile does not name the single board; without a
        word from the caller equal board names on one stated host count as one board.

    Raises
    ------
    ComparisonError
        With every reason why the two must not be compared.
    """
    reasons = list(_refusals(a, b, across_boards))
    if reasons:
        raise ComparisonError(f"{a.id} and {b.id} must not be compared: " + "; ".join(reasons))
    cancels = _one_board(a, b) if one_board is None else one_board
    notes = list(_notes(a, b, cancels, assumed=one_board is None))
    energy = _energy_ratio(a, b, cancels)
    if energy is None:
        notes.append("energy has no interval: " + "; ".join(_missing_spread(a, b)))
    return Comparison(
        a=a.id,
        b=b.id,
        energy=energy,
        energy_ratio=_quotient(a.energy, b.energy),
        seconds_ratio=a.speed.seconds_per_image / b.speed.seconds_per_image if a.speed and b.speed else None,
        sensor_cancels=cancels,
        factors=tuple(_factors(a, b)),
        notes=tuple(notes),
    )


def _refusals(a: Profile, b: Profile, across_boards: bool) -> Iterator[str]:
    for one in (a, b):
        if one.evidence.kind == "estimated":
            yield f"{one.id} is an estimate, not a measurement; measure it"
    if a.energy and b.energy and a.energy.boundary != b.energy.boundary:
        yield (
            f"the joules cover different things, {a.energy.boundary!r} and {b.energy.boundary!r}; "
            "measure both within one boundary"
        )
    if a.config.weights != b.config.weights:
        yield "one ran with trained and one with random weights, and inputs change power; use one kind"
    boards = (a.hardware.accelerator, b.hardware.accelerator)
    if not across_boards and not same_board(*boards):
        yield (
            f"the boards differ, {boards[0]} and {boards[1]}; absolute joules of two boards are compared only "
            "when asked for (across boards), or measure both on one board"
        )
    if not (a.energy and b.energy) and not (a.speed and b.speed):
        yield "they have neither joules nor seconds in common; measure what is missing"


def _one_board(a: Profile, b: Profile) -> bool:
    one_host = a.hardware.host is not None and a.hardware.host == b.hardware.host
    return one_host and same_board(a.hardware.accelerator, b.hardware.accelerator)


def _notes(a: Profile, b: Profile, cancels: bool, assumed: bool) -> Iterator[str]:
    if a.energy and b.energy and not cancels:
        yield "not known to be one board: the interval holds the error of both sensors"
    if a.energy and b.energy and cancels and assumed:
        yield "taken for one board, since board and host have the same names"
    if (a.evidence.kind == "published") != (b.evidence.kind == "published"):
        yield "one is published and one measured here: meters and protocols differ"


def _quotient(a: Energy | None, b: Energy | None) -> float | None:
    return a.energy_j_per_image / b.energy_j_per_image if a and b else None


def _energy_ratio(a: Profile, b: Profile, cancels: bool) -> Ratio | None:
    samples = (_sample(a.energy), _sample(b.energy))
    if samples[0] is None or samples[1] is None:
        return None
    return ratio_95(samples[0], samples[1], 0.0 if cancels else max(_sensor(a), _sensor(b)))


def _sample(energy: Energy | None) -> Sample | None:
    """The mean with the uncertainty that repeats tell, sensor apart."""
    if energy is None:
        return None
    mean, half_width = energy.energy_j_per_image, energy.energy_half_width_95_j_per_image
    if half_width is not None and energy.uncertainty is not None:
        return sample_of(mean, energy.uncertainty.statistical_fraction, half_width)
    stdev, n = energy.energy_stdev_j_per_image, energy.windows or 0
    return Sample(mean, stdev / n**0.5 / mean, n - 1) if stdev is not None and n > 1 else None


def _sensor(profile: Profile) -> float:
    uncertainty = profile.energy.uncertainty if profile.energy else None
    return uncertainty.sensor_fraction if uncertainty else SENSOR_FRACTION


def _missing_spread(a: Profile, b: Profile) -> Iterator[str]:
    for one in (a, b):
        if one.energy is None:
            yield f"{one.id} has no energy figure"
        elif _sample(one.energy) is None:
            yield f"{one.id} gives no spread"


def _factors(a: Profile, b: Profile) -> Iterator[str]:
    settings = (_settings(a.config), _settings(b.config))
    for name in settings[0]:
        if settings[0][name] != settings[1][name]:
            yield f"{name}: {settings[0][name]} against {settings[1][name]}"
    for name in ("accelerator", "accelerator_count", "power_limit_w", "driver"):
        values = (getattr(a.hardware, name), getattr(b.hardware, name))
        if values[0] != values[1]:
            yield f"{name}: {values[0]} against {values[1]}"


def _settings(config: Config) -> dict[str, Any]:
    return {name: value for name, value in config.model_dump().items() if name not in _NOT_A_FACTOR}
