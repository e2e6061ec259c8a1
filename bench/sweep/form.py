"""The form of a plan file: TOML, its keys and their kinds, every fault of the form told at once."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from bench.errors import SweepError
from bench.profile import Count, Part, Text
from bench.protocol.tiers import TierName
from bench.textfile import TextError, read_text

_BUNDLED = Path(__file__).with_name("plans")


class Exclusion(Part):
    """Combinations that are not measured."""

    when: dict[str, Any]
    """Setting -> the value, or a list of values, that is left out."""
    reason: Text
    """Why."""


class Stage(Part):
    """Points that run before those of later stages."""

    name: Text
    """Part of the order's seed: a new name is a new order."""
    only: dict[str, Any] = {}
    """Setting -> the value, or a list of values, that belongs to the stage; everything when empty."""


class PlanFile(Part):
    """What a plan file holds."""

    schema_version: Literal[1]
    """Version of this form."""
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    """Name of the plan."""
    about: str = ""
    """What it is for."""
    seed: int
    """Draws the order."""
    tier: TierName
    """How exactly a point is measured."""
    durations: dict[str, Any] = {}
    """Fields of the tier that are changed."""
    repetitions: Count = 1
    """Blocks."""
    fixed: dict[str, Any] = {}
    """Settings that all points share."""
    factors: dict[str, Annotated[list[Any], Field(min_length=1)]]
    """Name -> levels."""
    exclude: tuple[Exclusion, ...] = ()
    """Combinations that are not measured."""
    stages: Annotated[tuple[Stage, ...], Field(min_length=1)] = (Stage(name="all"),)
    """In the order in which they run."""


def bundled_plans() -> dict[str, Path]:
    """The plans that travel with the package, by name."""
    return {file.stem: file for file in sorted(_BUNDLED.glob("*.toml"))}


def plan_path(place: str) -> Path:
    """The file of that path, else the bundled plan of that name."""
    path, bundled = Path(place), bundled_plans()
    if path.is_file():
        return path
    if place in bundled:
        return bundled[place]
    raise SweepError(f"{place}: no such plan; name a TOML file or a bundled plan: {', '.join(bundled)}")


def read_form(path: Path, changes: Mapping[str, Any]) -> PlanFile:
    """The keys of a plan file; `changes` replace keys, in `fixed` one by one.

    Raises
    ------
    SweepError
        With every fault of the form: unreadable, no TOML, a key that is missing, unknown or of the wrong kind.
    """
    document = _read_toml(path)
    fixed = document.get("fixed", {})
    if isinstance(fixed, dict) and "fixed" in changes:
        changes = {**changes, "fixed": fixed | changes["fixed"]}
    try:
        return PlanFile.model_validate({**document, **changes})
    except ValidationError as error:
        raise SweepError("\n".join(_sentences(path, error))) from None


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(read_text(path))
    except (OSError, TextError) as fault:
        raise SweepError(f"{path}: cannot be read as text: {fault}") from None
    except tomllib.TOMLDecodeError as fault:
        raise SweepError(f"{path}: is not TOML: {fault}; mend that place") from None


def _sentences(path: Path, error: ValidationError) -> Iterator[str]:
    keys = ", ".join(PlanFile.model_fields)
    for fault in error.errors():
        unknown = fault["type"] == "extra_forbidden" and len(fault["loc"]) == 1
        said = f"unknown key; a plan has {keys}" if unknown else fault["msg"]
        yield f"{path}: {'.'.join(str(part) for part in fault['loc'])}: {said}"
