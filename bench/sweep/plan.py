"""The plan of a sweep as a TOML file, checked as a whole before anything runs.

    schema_version = 1
    name = "resolution"
    seed = 7                       # draws the order
    tier = "quick"
    repetitions = 3                # blocks

    [fixed]
    num_inference_steps = 20

    [factors]
    model = ["sd-1.5", { model = "sdxl-turbo", guidance_scale = 0.0 }]
    size = [{ width = 512, height = 512 }, { width = 1024, height = 1024 }]

    [[exclude]]
    reason = "made for 512 pixels"
    when = { model = "sd-1.5", width = 1024 }

A level is a value of the setting that its factor is named after, or a table of settings under any name. `durations`
changes fields of the tier. `stages` run one after the other; a point belongs to the first stage whose `only` it
meets, and to none when it meets none.

A plan's points: full factorial less exclusions, in stages, randomised blocks and shards.

Within a stage each repetition is a block that holds every combination once. A block's order is that of
SHA-256(seed / stage / repetition / point): random, the same for a seed on every machine and version of Python,
and undisturbed by the order of levels in the file or by points that are added later.
"""

import hashlib
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bench.errors import SweepError
from bench.protocol.tiers import Tier
from bench.sweep.form import PlanFile, plan_path, read_form
from bench.sweep.point import SETTING_NAMES, Point, point_document, point_hash, point_of
from bench.sweep.tier import tier_of

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


POINTS_MAX = 100_000
"""A plan with more than this is a slip of the pen: at two minutes a point it takes four months."""


@dataclass(frozen=True)
class PlannedPoint:
    """A point and its place in the sweep."""

    point: Point
    hash: str
    stage: str
    position: int
    """From 1, in the order in which points run."""


@dataclass(frozen=True)
class SweepPlan:
    """Every point of a plan in the order in which they run."""

    name: str
    seed: int
    points: tuple[PlannedPoint, ...]
    excluded: tuple[tuple[str, int], ...]
    """Reason of each exclusion and how many combinations it took."""
    unstaged: int
    """Combinations that meet no stage and are left out."""


def read_plan(place: str, changes: Mapping[str, Any] | None = None) -> SweepPlan:
    """The plan of a file, or the bundled one of that name; `changes` replace keys, in `fixed` one by one.

    Raises
    ------
    SweepError
        With file, key and what to do: unreadable, unknown key, a value that cannot be run, a condition that
        meets nothing, one setting set twice.
    """
    path = plan_path(place)
    form = read_form(path, changes or {})
    try:
        return _plan(form)
    except SweepError as fault:
        raise SweepError(f"{path}: {fault}") from None


def _plan(form: PlanFile) -> SweepPlan:
    factors = {name: _levels(name, levels) for name, levels in form.factors.items()}
    _require_set_once(form.fixed, factors)
    _require_few(form, factors)
    tier = tier_of(form.tier, form.durations)
    combined = [form.fixed | chosen for chosen in combinations(factors)]
    resolved = [_resolved(point_of(chosen, tier, 1)) for chosen in combined]
    _require_conditions(form, resolved)
    exclusions = len(form.exclude)
    conditions = [*(one.when for one in form.exclude), *(one.only for one in form.stages)]
    firsts = [first_met(one, conditions) for one in resolved]
    staged = {
        stage.name: [one for one, first in zip(combined, firsts, strict=True) if first == number]
        for number, stage in enumerate(form.stages, start=exclusions)
    }
    points = _ordered(form, staged, tier)
    if not points:
        raise SweepError("no point is left; loosen exclude or the stages")
    excluded = tuple((one.reason, firsts.count(number)) for number, one in enumerate(form.exclude))
    return SweepPlan(form.name, form.seed, points, excluded, firsts.count(None))


def _require_few(form: PlanFile, factors: Mapping[str, Sequence[object]]) -> None:
    whole = math.prod(len(levels) for levels in factors.values()) * form.repetitions
    if whole > POINTS_MAX:
        raise SweepError(f"factors make {whole:,} points; at most {POINTS_MAX:,} are taken, use fewer levels")


def _levels(name: str, levels: Sequence[Any]) -> list[dict[str, Any]]:
    """Each level as a table of settings; a bare value sets what the factor is named after."""
    tables = [
        level if isinstance(level, dict) and name != "quantization" else {name: level} for level in levels
    ]
    for number, table in enumerate(tables, start=1):
        _require_names(table, f"factors.{name}, level {number}")
        if table in tables[: number - 1]:
            raise SweepError(f"factors.{name}, level {number}: is there twice; remove one")
    return tables


def _require_names(settings: Mapping[str, Any], place: str) -> None:
    for name in settings:
        if name not in SETTING_NAMES:
            raise SweepError(f"{place}: {name!r} is no setting; settings are {', '.join(SETTING_NAMES)}")


def _require_set_once(fixed: Mapping[str, Any], factors: Mapping[str, list[dict[str, Any]]]) -> None:
    _require_names(fixed, "fixed")
    by = dict.fromkeys(fixed, "fixed")
    for factor, levels in factors.items():
        for name in sorted({name for level in levels for name in level}):
            if name in by:
                raise SweepError(
                    f"factors.{factor}: sets {name}, which {by[name]} sets too; keep one of them"
                )
            by[name] = f"factors.{factor}"


def _resolved(point: Point) -> dict[str, Any]:
    """Every setting of a point by its name, defaults included, for conditions."""
    others = {name: getattr(point, name, None) for name in SETTING_NAMES}
    settings = {
        name: getattr(point.settings, name) for name in SETTING_NAMES if hasattr(point.settings, name)
    }
    return others | settings


def _require_conditions(form: PlanFile, full: Sequence[Mapping[str, Any]]) -> None:
    """A condition that meets nothing is a slip of the pen."""
    places = {f"exclude {number}": one.when for number, one in enumerate(form.exclude, start=1)}
    places |= {f"stage {one.name!r}": one.only for one in form.stages}
    if len(places) < len(form.exclude) + len(form.stages):
        raise SweepError("two stages have one name; rename one")
    for place, condition in places.items():
        _require_names(condition, place)
        if not any(meets(one, condition) for one in full):
            raise SweepError(f"{place}: no point meets {condition}; correct or remove it")


def _ordered(
    form: PlanFile, staged: Mapping[str, list[dict[str, Any]]], tier: Tier
) -> tuple[PlannedPoint, ...]:
    points: list[PlannedPoint] = []
    for stage, settings in staged.items():
        for repetition in range(1, form.repetitions + 1):
            block = {
                point_hash(point_document(point)): point
                for point in (point_of(chosen, tier, repetition) for chosen in settings)
            }
            if len(block) < len(settings):
                raise SweepError(f"stage {stage!r} holds one point twice; make its levels differ")
            order = block_order(list(block), form.seed, stage, repetition)
            points += [
                PlannedPoint(block[one], one, stage, position)
                for position, one in enumerate(order, start=len(points) + 1)
            ]
    return tuple(points)
