"""Which points a plan has and in which order: full factorial less exclusions, stages, randomised blocks, shards.

Within a stage each repetition is a block that holds every combination once. A block's order is that of
SHA-256(seed / stage / repetition / point): random, the same for a seed on every machine and version of Python,
and undisturbed by the order of levels in the file or by points that are added later.
"""

import hashlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

Settings = Mapping[str, Any]
Condition = Mapping[str, Any]
"""Setting -> the value it must have, or a list of values of which it must have one."""

T = TypeVar("T")


def combinations(factors: Mapping[str, Sequence[Settings]]) -> Iterator[dict[str, Any]]:
    """Every combination of one level of each factor; a level sets one or several settings."""
    for levels in itertools.product(*factors.values()):
        yield {name: value for level in levels for name, value in level.items()}


def meets(settings: Settings, condition: Condition) -> bool:
    """Whether every setting that the condition names has a value that it allows."""
    return all(_allows(wanted, settings.get(name)) for name, wanted in condition.items())


def _allows(wanted: Any, value: Any) -> bool:
    return value in wanted if isinstance(wanted, list) else bool(value == wanted)


def first_met(settings: Settings, conditions: Sequence[Condition]) -> int | None:
    """Position of the first condition that the settings meet."""
    return next((i for i, condition in enumerate(conditions) if meets(settings, condition)), None)


def block_order(hashes: Sequence[str], seed: int, stage: str, repetition: int) -> list[str]:
    """The points of one block in the order in which they run."""
    return sorted(
        hashes, key=lambda one: hashlib.sha256(f"{seed}/{stage}/{repetition}/{one}".encode()).digest()
    )


def shard(points: Sequence[T], index: int, count: int) -> list[T]:
    """Part `index` of `count`, from 1: every count-th point, so that each shard passes through all stages."""
    return list(points[index - 1 :: count])
