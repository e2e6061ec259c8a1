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
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from bench.errors import SweepError
from bench.profile import Count, Part, Text
from bench.protocol.tiers import Tier, TierName
from bench.sweep.design import block_order, combinations, first_met, meets
from bench.sweep.point import SETTING_NAMES, Point, point_document, point_hash, point_of
from bench.sweep.tier import tier_of

_BUNDLED = Path(__file__).with_name("plans")


class _Exclusion(Part):
    when: dict[str, Any]
    reason: Text


class _Stage(Part):
    name: Text
    only: dict[str, Any] = {}


class _PlanFile(Part):
    schema_version: Literal[1]
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    about: str = ""
    seed: int
    tier: TierName
    durations: dict[str, Any] = {}
    repetitions: Count = 1
    fixed: dict[str, Any] = {}
    factors: dict[str, Annotated[list[Any], Field(min_length=1)]]
    exclude: tuple[_Exclusion, ...] = ()
    stages: Annotated[tuple[_Stage, ...], Field(min_length=1)] = (_Stage(name="all"),)


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


def bundled_plans() -> dict[str, Path]:
    """The plans that travel with the package, by name."""
    return {file.stem: file for file in sorted(_BUNDLED.glob("*.toml"))}


def read_plan(place: str, changes: Mapping[str, Any] | None = None) -> SweepPlan:
    """The plan of a file, or the bundled one of that name; `changes` replace keys, in `fixed` one by one.

    Raises
    ------
    SweepError
        With file, key and what to do: unreadable, unknown key, a value that cannot be run, a condition that
        meets nothing, one setting set twice.
    """
    path = _path_of(place)
    document = _read_toml(path)
    changes = changes or {}
    fixed = document.get("fixed", {})
    if isinstance(fixed, dict) and "fixed" in changes:
        changes = {**changes, "fixed": fixed | changes["fixed"]}
    try:
        return _plan(_PlanFile.model_validate({**document, **changes}))
    except ValidationError as error:
        raise SweepError("\n".join(_sentences(path, error))) from None
    except SweepError as fault:
        raise SweepError(f"{path}: {fault}") from None


def _path_of(place: str) -> Path:
    path, bundled = Path(place), bundled_plans()
    if path.is_file():
        return path
    if place in bundled:
        return bundled[place]
    raise SweepError(f"{place}: no such plan; name a TOML file or a bundled plan: {', '.join(bundled)}")


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as fault:
        raise SweepError(f"{path}: cannot be read as UTF-8 text: {fault}") from None
    except tomllib.TOMLDecodeError as fault:
        raise SweepError(f"{path}: is not TOML: {fault}; mend that place") from None


def _sentences(path: Path, error: ValidationError) -> list[str]:
    keys = ", ".join(_PlanFile.model_fields)
    return [
        f"{path}: {'.'.join(str(part) for part in fault['loc'])}: "
        + (
            f"unknown key; a plan has {keys}"
            if fault["type"] == "extra_forbidden" and len(fault["loc"]) == 1
            else fault["msg"]
        )
        for fault in error.errors()
    ]


def _plan(file: _PlanFile) -> SweepPlan:
    factors = {name: _levels(name, levels) for name, levels in file.factors.items()}
    _require_set_once(file.fixed, factors)
    tier = tier_of(file.tier, file.durations)
    exclusions = [one.when for one in file.exclude]
    conditions = [*exclusions, *(one.only for one in file.stages)]
    firsts: list[int | None] = []
    staged: dict[str, list[dict[str, Any]]] = {one.name: [] for one in file.stages}
    everything = [file.fixed | chosen for chosen in combinations(factors)]
    full = [_resolved(point_of(chosen, tier, 1)) for chosen in everything]
    _require_conditions(file, full)
    for chosen, resolved in zip(everything, full, strict=True):
        first = first_met(resolved, conditions)
        firsts.append(first)
        if first is not None and first >= len(exclusions):
            staged[file.stages[first - len(exclusions)].name].append(chosen)
    excluded = tuple((one.reason, firsts.count(i)) for i, one in enumerate(file.exclude))
    points = _ordered(file, staged, tier)
    if not points:
        raise SweepError("no point is left; loosen exclude or the stages")
    return SweepPlan(file.name, file.seed, points, excluded, firsts.count(None))


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


def _require_conditions(file: _PlanFile, full: Sequence[Mapping[str, Any]]) -> None:
    """A condition that meets nothing is a slip of the pen."""
    places = {f"exclude {number}": one.when for number, one in enumerate(file.exclude, start=1)}
    places |= {f"stage {one.name!r}": one.only for one in file.stages}
    if len(places) < len(file.exclude) + len(file.stages):
        raise SweepError("two stages have one name; rename one")
    for place, condition in places.items():
        _require_names(condition, place)
        if not any(meets(one, condition) for one in full):
            raise SweepError(f"{place}: no point meets {condition}; correct or remove it")


def _ordered(
    file: _PlanFile, staged: Mapping[str, list[dict[str, Any]]], tier: Tier
) -> tuple[PlannedPoint, ...]:
    points: list[PlannedPoint] = []
    for stage, settings in staged.items():
        for repetition in range(1, file.repetitions + 1):
            block = {
                point_hash(point_document(point)): point
                for point in (point_of(chosen, tier, repetition) for chosen in settings)
            }
            if len(block) < len(settings):
                raise SweepError(f"stage {stage!r} holds one point twice; make its levels differ")
            order = block_order(list(block), file.seed, stage, repetition)
            points += [
                PlannedPoint(block[one], one, stage, position)
                for position, one in enumerate(order, start=len(points) + 1)
            ]
    return tuple(points)
