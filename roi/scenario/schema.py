"""What the scenario contract expects at a place of a document: the fields, the kind of part, the unit."""

import types
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from roi.figure import Spec
from roi.scenario.document import Scenario
from roi.scenario.written import Steps, part_at


def expected_at(steps: Steps, document: object) -> object:
    """The type that the contract expects there; None when the way leads out of the contract."""
    return _expected(steps, document)[0]


def unit_at(steps: Steps, document: object) -> str | None:
    """The unit of the figure expected there; None when no figure is expected."""
    spec = _expected(steps, document)[1]
    return spec.unit if spec else None


def fields_at(steps: Steps, document: object) -> list[str]:
    """Names of the fields of the part expected there."""
    expected = expected_at(steps, document)
    if isinstance(expected, type) and issubclass(expected, BaseModel):
        return list(expected.model_fields)
    return []


def _expected(steps: Steps, document: object) -> tuple[object, Spec | None]:
    expected: object = Scenario
    spec: Spec | None = None
    for depth, step in enumerate(steps, 1):
        annotation, metadata = _below(expected, step)
        part = part_at(document, steps[:depth])
        expected, found = _bare(annotation, part)
        spec = found or next((extra for extra in metadata if isinstance(extra, Spec)), None)
    return expected, spec


def _below(expected: object, step: str | int) -> tuple[object, list[Any]]:
    if isinstance(expected, type) and issubclass(expected, BaseModel):
        field = expected.model_fields.get(str(step))
        return (field.annotation, list(field.metadata)) if field else (None, [])
    arguments = get_args(expected)
    if get_origin(expected) is dict:
        return arguments[1], []
    return (arguments[0], []) if get_origin(expected) is tuple else (None, [])


def _bare(annotation: object, part: object) -> tuple[object, Spec | None]:
    """The type without its annotations; of several, the one whose `kind` the part names."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *extras = get_args(annotation)
        expected, spec = _bare(inner, part)
        return expected, spec or next((extra for extra in extras if isinstance(extra, Spec)), None)
    if origin in (Union, types.UnionType):
        members = [member for member in get_args(annotation) if member is not type(None)]
        if len(members) == 1:
            return _bare(members[0], part)
        return next(
            (member for member in members if _kind_of(member) == part_at(part, ("kind",))), None
        ), None
    return annotation, None


def _kind_of(member: object) -> object:
    field = getattr(member, "model_fields", {}).get("kind")
    return get_args(field.annotation)[0] if field else None
