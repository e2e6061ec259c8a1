"""Where scenarios differ: the same field of each, found by the names of workloads and supplies, not by position."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from roi.figure import MONEY, Figure, figures
from roi.scenario.document import Scenario
from roi.scenario.money import ExchangeRate

Value = object
"""Of a field: a figure, a part, a number, a text; None where a scenario has none."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that not all scenarios fill alike."""

    part: type[BaseModel]
    """The part of the scenario that declares the field."""
    name: str
    """Of the field."""
    owner: str
    """The workload, the supply or the key that it belongs to; empty where it is the company's."""
    values: tuple[Value, ...]
    """One for each scenario, in their order."""
    units: tuple[str, ...]
    """Of each value, with its currency; empty where it has none."""


def differences(scenarios: Sequence[Scenario]) -> tuple[Difference, ...]:
    """Every field in which two of the scenarios differ, in the order of the contract.

    A figure differs by its value, its unit or its range; who states it is no difference in what is asked. The
    names of the scenarios themselves are left out.
    """
    units: dict[int, str] = {}
    for scenario in scenarios:
        for _, figure, spec in figures(scenario):
            units[id(figure)] = figure.unit or spec.unit.replace(MONEY, scenario.currency)
        for currency, rate in scenario.exchange_rates.items():
            units[id(rate)] = f"{scenario.currency}/{currency}"
    return tuple(
        Difference(
            part, name, owner, values, tuple("" if one is None else units.get(id(one), "") for one in values)
        )
        for part, name, owner, values in _of_parts(scenarios, "")
        if (part, name) != (Scenario, "name")
    )


Found = tuple[type[BaseModel], str, str, tuple[Value, ...]]


def _of_parts(parts: Sequence[BaseModel], owner: str) -> Iterator[Found]:
    part = type(parts[0])
    for name in part.model_fields:
        yield from _of_values([getattr(one, name) for one in parts], part, name, owner)


def _of_values(values: Sequence[Value], part: type[BaseModel], name: str, owner: str) -> Iterator[Found]:
    said = [_said(value) for value in values]
    if all(one == said[0] for one in said):
        return
    same_kind = len({type(value) for value in values}) == 1
    parts = [value for value in values if isinstance(value, BaseModel)]
    if same_kind and len(parts) == len(values) and not isinstance(values[0], Figure | ExchangeRate):
        yield from _of_parts(parts, str(getattr(values[0], "name", owner)))
        return
    keyed = [_by_name(value) for value in values]
    known = [each for each in keyed if each is not None]
    if len(known) < len(values):
        yield part, name, owner, tuple(values)
        return
    for key in dict.fromkeys(key for each in known for key in each):
        inner = [each.get(key) for each in known]
        yield from _of_values(inner, part, name, f"{owner}, {key}" if owner and owner != key else key)


def _by_name(value: Value) -> Mapping[str, Value] | None:
    """The parts of a mapping by key, of a list by name; None where its parts have no names of their own."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, tuple) and value and all(hasattr(one, "name") for one in value):
        named = {str(one.name): one for one in value}
        return named if len(named) == len(value) else None
    return {} if value == () else None


def _said(value: Value) -> Value:
    """What a value says, without who says it."""
    if isinstance(value, Figure):
        return value.value, value.unit, value.low, value.high
    if isinstance(value, ExchangeRate):
        return value.value, value.as_of, value.low, value.high
    if isinstance(value, BaseModel):
        return type(value), tuple(_said(getattr(value, name)) for name in type(value).model_fields)
    if isinstance(value, tuple):
        return tuple(map(_said, value))
    if isinstance(value, Mapping):
        return {key: _said(inner) for key, inner in value.items()}
    return value
