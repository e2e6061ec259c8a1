"""A scenario as rows: one a value or figure, also those left out, so that a reader sees what may be said."""

import types
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from roi.figure import MONEY, Figure, Spec
from roi.scenario.document import Scenario
from roi.scenario.meaning import label, meaning
from roi.scenario.money import ExchangeRate
from roi.scenario.written import Steps
from roi.texts import Language

TO_BE_NAMED = "..."
"""Stands for the name of a model or a time block where none is named yet."""


@dataclass(frozen=True, slots=True)
class InputRow:
    """One line of the input workbook."""

    steps: Steps
    label: str
    meaning: str
    content: object
    """Value, list, or None where the scenario leaves it out."""
    figure: Figure | None = None
    bounds: Spec | None = None
    """Unit and bounds of a number; the unit is `1` where the contract names none."""
    unit: str | None = None
    """Unit of a figure, money in its currency; None for anything but a figure."""
    allowed: tuple[str, ...] = ()
    """The words to choose from."""
    empty_differs: bool = False
    """True when an empty list is something else than a list left out."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The beginning of a part."""

    steps: Steps
    label: str
    meaning: str


Line = InputRow | Heading


@dataclass(frozen=True, slots=True)
class _Field:
    """A field on the way down: where it stands, what it is, what it is called."""

    steps: Steps
    kind: Any
    """Its type without annotations."""
    spec: Spec | None
    bounds: Spec | None
    label: str
    meaning: str
    empty_differs: bool
    currency: str
    language: Language

    def heading(self, *below: str | int) -> Heading:
        """Heading of the field, or of one of its entries."""
        return Heading((*self.steps, *below), self.label, self.meaning)

    def entry(self, step: str | int, kind: Any) -> "_Field":
        """An entry of a list or mapping, called as the field is."""
        plain, spec = _plain(kind, [])
        found = replace(
            self, steps=(*self.steps, step), kind=plain, spec=spec, bounds=spec, empty_differs=False
        )
        if plain is not ExchangeRate:
            return found
        words = (label(ExchangeRate, "value", self.language), meaning(ExchangeRate, "value", self.language))
        return replace(found, label=words[0], meaning=words[1])


def scenario_rows(scenario: Scenario, language: Language) -> Iterator[Line]:
    """Every line, in the order of the contract."""
    yield from _part(type(scenario), scenario, (), scenario.currency, language)


def default_unit(spec: Spec | None, currency: str, key: str | int) -> str:
    """Unit that a figure has when it names none: the field's, money in the scenario's currency."""
    return f"{currency}/{key}" if spec is None else spec.unit.replace(MONEY, currency)


def _part(
    part: type[BaseModel], value: BaseModel | None, steps: Steps, currency: str, language: Language
) -> Iterator[Line]:
    fields = part.model_fields
    for name in sorted(fields, key=lambda name: name != "kind"):
        field = fields[name]
        plain, spec = _plain(field.annotation, list(field.metadata))
        yield from _lines(
            _Field(
                (*steps, name),
                plain,
                spec,
                spec or (_bounds(field) if plain in (int, float) else None),
                label(part, name, language),
                meaning(part, name, language),
                field.default not in ((), None) and get_origin(plain) is tuple,
                currency,
                language,
            ),
            None if value is None else getattr(value, name),
        )


def _lines(field: _Field, value: object) -> Iterator[Line]:
    """Lines of one field, whatever it holds."""
    parts = _parts(field.kind)
    arguments = get_args(field.kind)
    if field.kind is Figure or field.kind is ExchangeRate:
        yield _figure_row(field, value)
    elif parts:
        yield field.heading()
        yield from _part_lines(parts, value, field)
    elif get_origin(field.kind) is dict:
        yield from _mapping_lines(field, value if isinstance(value, dict) else {})
    elif get_origin(field.kind) is tuple and _parts(arguments[0]):
        yield from _list_lines(field, value if isinstance(value, tuple) else ())
    else:
        allowed = _allowed(field.kind)
        yield InputRow(
            field.steps,
            field.label,
            field.meaning,
            value,
            bounds=field.bounds,
            allowed=allowed,
            empty_differs=field.empty_differs,
        )


def _mapping_lines(field: _Field, value: dict[str, object]) -> Iterator[Line]:
    """The entries; of an empty mapping the lines of one that is still to be named."""
    kind = get_args(field.kind)[1]
    unnamed = TO_BE_NAMED
    if kind is ExchangeRate:
        unnamed = "EUR" if field.currency == "USD" else "USD"
    entries: dict[str, object] = value or {unnamed: None}
    yield field.heading()
    for key, item in entries.items():
        yield from _lines(field.entry(key, kind), item)


def _list_lines(field: _Field, value: tuple[object, ...]) -> Iterator[Line]:
    """The entries; of an empty list the lines of a first one."""
    kind = get_args(field.kind)[0]
    for index, item in enumerate(value or (None,)):
        entry = field.entry(index, kind)
        yield entry.heading()
        parts = _parts(kind)
        for line in _part_lines((type(item),) if isinstance(item, BaseModel) else parts, item, entry):
            yield _with_kinds(line, entry.steps, parts)


def _part_lines(parts: tuple[type[BaseModel], ...], value: object, field: _Field) -> Iterator[Line]:
    """Lines of a part, and of the other kinds it could be of the lines that it has not, each once."""
    seen: set[Steps] = set()
    given = value if isinstance(value, BaseModel) else None
    own = parts if given is None else (type(given), *(part for part in parts if part is not type(given)))
    for part in own:
        of_kind = given if given is not None and part is type(given) else None
        for line in _part(part, of_kind, field.steps, field.currency, field.language):
            if line.steps not in seen:
                seen.add(line.steps)
                yield _with_kinds(line, field.steps, parts)


def _with_kinds(line: Line, steps: Steps, parts: tuple[type[BaseModel], ...]) -> Line:
    """The line that names the kind of a part offers all kinds."""
    if isinstance(line, InputRow) and line.steps == (*steps, "kind") and len(parts) > 1:
        allowed = [word for part in parts for word in get_args(part.model_fields["kind"].annotation)]
        return replace(line, allowed=tuple(allowed))
    return line


def _figure_row(field: _Field, value: object) -> InputRow:
    """A figure or an exchange rate; a unit in brackets is the one it has without being named."""
    figure = value if isinstance(value, Figure) else None
    if isinstance(value, ExchangeRate):
        figure = Figure.model_validate(value.model_dump())
    unit = f"({default_unit(field.spec, field.currency, field.steps[-1])})"
    if figure is not None and figure.unit is not None:
        unit = figure.unit
    return InputRow(
        field.steps,
        field.label,
        field.meaning,
        None if figure is None else figure.value,
        figure,
        field.spec,
        unit,
    )


def _plain(annotation: Any, metadata: list[Any]) -> tuple[Any, Spec | None]:
    """The type without `None` and without its annotations, and what it asks of a figure."""
    spec = next((extra for extra in metadata if isinstance(extra, Spec)), None)
    if get_origin(annotation) is Annotated:
        inner, *extras = get_args(annotation)
        return _plain(inner, [*metadata, *extras])
    if get_origin(annotation) in (Union, types.UnionType):
        members = [each for each in get_args(annotation) if each is not type(None)]
        if len(members) == 1:
            return _plain(members[0], metadata)
    return annotation, spec


def _bounds(field: FieldInfo) -> Spec | None:
    """Bounds of a plain number; None when it has none."""
    extras = [*field.metadata, *_inner_extras(field.annotation)]
    found = {name: bound for name in ("ge", "gt", "le", "lt") if (bound := _bound(extras, name)) is not None}
    return Spec("1", **found) if found else None


def _inner_extras(annotation: Any) -> list[Any]:
    """Annotations of the single type beside `None`."""
    for each in get_args(annotation):
        if get_origin(each) is Annotated:
            return list(get_args(each)[1].metadata) if isinstance(get_args(each)[1], FieldInfo) else []
    return []


def _bound(extras: list[Any], name: str) -> float | None:
    return next((float(found) for extra in extras if (found := getattr(extra, name, None)) is not None), None)


def _parts(annotation: Any) -> tuple[type[BaseModel], ...]:
    """The kinds of part that a type allows; none for a value or a figure."""
    plain, _ = _plain(annotation, [])
    if isinstance(plain, type) and issubclass(plain, BaseModel) and plain not in (Figure, ExchangeRate):
        return (plain,)
    if get_origin(plain) in (Union, types.UnionType):
        return tuple(part for member in get_args(plain) for part in _parts(member))
    return ()


def _allowed(plain: Any) -> tuple[str, ...]:
    if get_origin(plain) is Literal:
        return tuple(str(word) for word in get_args(plain))
    return ("true", "false") if plain is bool else ()
