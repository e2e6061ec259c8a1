"""Pairs of library rows that differ in one thing, and what that thing does to joules and seconds.

Two questions are answered from rows alone: how far joules of random weights lie from those of trained ones, and
what a quantization, a compilation, a cache or an attention backend does. Rows of a pair agree in architecture,
board, size, steps and batch. Random and trained rows differ in the versions of their libraries too, which no table
states: what is found is of random weights today against trained ones as ML.ENERGY ran them.
"""

import functools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import fmean, stdev

from bench.boards import board, same_board
from bench.errors import BlueprintError
from bench.library import library_profiles
from bench.profile import Backbone, Config, Profile

FEW = 2
"""With fewer pairs of its own a family is given all families' pairs."""


@dataclass(frozen=True)
class Effect:
    """What a change did, pair by pair, as logarithms of changed over unchanged."""

    energy_logs: tuple[float, ...]
    seconds_logs: tuple[float, ...]
    boards: tuple[str, ...] = ()
    """On which it was measured."""
    weights: tuple[str, ...] = ()
    """Of which kind, `random` or `trained`."""

    @property
    def pairs(self) -> int:
        """How many pairs there are."""
        return len(self.energy_logs)

    @property
    def energy_ratio(self) -> float:
        """Geometric mean of joules with the change over joules without it [1]."""
        return math.exp(fmean(self.energy_logs))

    @property
    def seconds_ratio(self) -> float:
        """The same of seconds [1]."""
        return math.exp(fmean(self.seconds_logs))

    @property
    def energy_spread_log(self) -> float:
        """Standard deviation of the logarithms over pairs; 0 for a single pair, which tells of none."""
        return stdev(self.energy_logs) if self.pairs > 1 else 0.0

    @property
    def energy_range(self) -> tuple[float, float]:
        """Least and largest ratio of joules that was seen [1]."""
        return math.exp(min(self.energy_logs)), math.exp(max(self.energy_logs))


@functools.lru_cache(maxsize=16)
def random_over_trained(backbone: Backbone | None = None) -> Effect:
    """Random weights against trained ones, of a family where it has two pairs or more, else of all families."""
    found = [each for each in _random_pairs() if each[0] == backbone]
    if len(found) < FEW:
        found = list(_random_pairs())
    return Effect(tuple(one for _, one, _ in found), tuple(one for _, _, one in found))


@functools.lru_cache(maxsize=64)
def effect_of(name: str, value: str, on: str | None = None) -> Effect | None:
    """What a change does, from rows that differ in nothing else; None where nobody measured it.

    Parameters
    ----------
    name
        quantization, engine, compile_mode, cache, attention_backend or offload.
    value
        The scheme of the denoiser's quantization, the mode of the compilation, and so on.
    on
        Name of a board, for what was measured on it alone; all boards together where it is None.
    """
    pairs = [
        (row, _log(row.energy.energy_j_per_image, plain.energy.energy_j_per_image), _log_seconds(row, plain))
        for row in library_profiles()
        if changes_in(row.config) == {name: value}
        and (on is None or same_board(row.hardware.accelerator, on))
        for plain in library_profiles()
        if not changes_in(plain.config) and _same_run(row, plain) and row.energy and plain.energy
    ]
    if not pairs:
        return None
    names = {row.hardware.accelerator for row, _, _ in pairs}
    return Effect(
        tuple(energy for _, energy, _ in pairs),
        tuple(seconds for _, _, seconds in pairs),
        tuple(sorted({known.name if (known := board(name)) else name for name in names})),
        tuple(sorted({row.config.weights for row, _, _ in pairs})),
    )


def measured_effects() -> dict[tuple[str, str], Effect]:
    """Every change that some pair of library rows tells of, by field and value."""
    asked = sorted({item for row in library_profiles() for item in changes_in(row.config).items()})
    return {item: found for item in asked if (found := effect_of(*item)) is not None}


@functools.lru_cache(maxsize=1)
def _random_pairs() -> tuple[tuple[Backbone, float, float], ...]:
    """Family, logarithm of joules and of seconds, for each random row that has a trained one to stand beside."""
    return tuple(_pairs())


def _pairs() -> Iterator[tuple[Backbone, float, float]]:
    plain = [row for row in library_profiles() if not changes_in(row.config)]
    trained = [row for row in plain if row.config.weights == "trained"]
    for row in plain:
        beside = [one for one in trained if row.config.weights == "random" and _same_shape(row, one)]
        if not beside or row.energy is None:
            continue
        near = min(beside, key=lambda one: one.config.dtype != row.config.dtype)
        assert near.energy is not None
        energy = _log(row.energy.energy_j_per_image, near.energy.energy_j_per_image)
        yield row.config.backbone, energy, _log_seconds(row, near)


def _same_shape(row: Profile, other: Profile) -> bool:
    a, b = row.config, other.config
    names = ("width", "height", "num_inference_steps", "batch_size")
    return (
        all(getattr(a, name) == getattr(b, name) for name in names)
        and _same_machine(row, other)
        and _architecture(a.model_id) == _architecture(b.model_id)
    )


def _same_run(row: Profile, plain: Profile) -> bool:
    a, b = row.config, plain.config
    alike = ("model_id", "width", "height", "num_inference_steps", "batch_size", "dtype", "weights")
    return all(getattr(a, name) == getattr(b, name) for name in alike) and _same_machine(row, plain)


def _same_machine(row: Profile, other: Profile) -> bool:
    """The same boards, as many of them, and joules of the same boundary."""
    if row.energy is None or other.energy is None or row.energy.boundary != other.energy.boundary:
        return False
    a, b = row.hardware, other.hardware
    return a.accelerator_count == b.accelerator_count and same_board(a.accelerator, b.accelerator)


def changes_in(config: Config) -> dict[str, str]:
    """What a row does otherwise than eager execution at 16 bits."""
    schemes = sorted(set(config.quantization.values()))
    found = {"quantization": "+".join(schemes)} if schemes else {}
    return found | config.execution


@functools.lru_cache(maxsize=256)
def _architecture(model_id: str) -> tuple[str, ...]:
    """The components of a model; its own name where there is no blueprint of it."""
    from bench.blueprints import blueprint_named

    try:
        return tuple(part.key for part in blueprint_named(model_id).parts)
    except BlueprintError:
        return (model_id,)


def _log_seconds(row: Profile, other: Profile) -> float:
    if row.speed is None or other.speed is None:
        return 0.0
    return _log(row.speed.seconds_per_image, other.speed.seconds_per_image)


def _log(a: float, b: float) -> float:
    return math.log(a / b)
