"""The figures of a scenario that have a range, and a scenario in which one of them is another."""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from roi.figure import Figure, figures
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.scenario.effective import RATES, effective_figures
from roi.scenario.plausible import possible_bounds
from roi.scenario.written import part_at, resolve

FACTOR_BEYOND = 10.0
"""How far a search goes where the field itself sets no bound: ten times, or a tenth of, the value."""
OPEN_BOUND_FRACTION = 1e-6
"""Distance kept from a bound that must not be reached."""
RATE_LOWEST = -0.5
"""A fall by half every year: no search goes below."""
DISCOUNT_LOWEST = 0.0
"""Money later that is worth more than money now: no search goes below."""


@dataclass(frozen=True, slots=True)
class Ranged:
    """A figure in use that may lie elsewhere in a stated range."""

    places: tuple[str, ...]
    """Places that hold it. Several where one cited figure stands in for several fields left out: they are wrong
    together, so they move together."""
    value: float
    low: float
    """The value itself where only the other end is stated."""
    high: float
    unit: str
    field: str
    """Name of the field, such as `wage_per_h`; a currency for an exchange rate."""
    owner: str
    """What the field belongs to: a supply, a workload, a model; empty for the company."""
    placeholder: bool

    @property
    def place(self) -> str:
        """Its first place, by which it is known."""
        return self.places[0]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the field of a figure lets it be."""

    low: float
    high: float


def ranged_inputs(scenario: Scenario) -> tuple[Ranged, ...]:
    """Every figure in use with a low or a high that differs from its value, in the scenario's order."""
    written = {place for place, _, _ in figures(scenario)}
    found: dict[object, Ranged] = {}
    owner = owners(scenario)
    for place, figure, unit in effective_figures(scenario):
        if not _has_range(figure):
            continue
        name = place.rpartition(".")[2]
        own = place in written or place.startswith(RATES)
        key: object = place if own else (name, figure.model_dump_json())
        if key in found:
            found[key] = replace(found[key], places=(*found[key].places, place), owner="")
        else:
            found[key] = figure_input(owner(place), place, figure, unit)
    return tuple(found.values())


def moved(scenario: Scenario, ranged: Ranged, value: float) -> Scenario:
    """The scenario with the figure at another value; where it was a cited one, it becomes the scenario's own.

    Raises
    ------
    ScenarioError
        When the changed scenario breaks a rule.
    """
    return with_changes(scenario, changes_at(dict.fromkeys(ranged.places, value)))


def changes_at(values: Mapping[str, float]) -> dict[str, object]:
    """Values by place as changes of a scenario; an exchange rate gives up its range with its value."""
    changes: dict[str, object] = {}
    for place, value in values.items():
        if place.startswith(RATES):
            changes |= {f"{place}.value": value, f"{place}.low": None, f"{place}.high": None}
        else:
            changes[place] = value
    return changes


def bounds(scenario: Scenario, ranged: Ranged) -> Bounds:
    """How far a search may go: at most ten times or a tenth of the value, within what the field can hold.

    A figure of 0 without an upper bound may grow to ten times the high end of its range.
    """
    written = moved(scenario, ranged, ranged.value)
    lowest, highest = _spec_bounds(written, ranged)
    reach = FACTOR_BEYOND * max(abs(ranged.low), abs(ranged.high), abs(ranged.value))
    if math.isinf(lowest):
        lowest = -reach
    elif lowest == 0 and ranged.low > 0:
        lowest = ranged.low / FACTOR_BEYOND
    possible_low, possible_high = possible_bounds(written, ranged.place) or (-math.inf, math.inf)
    return Bounds(max(lowest, possible_low), min(reach if math.isinf(highest) else highest, possible_high))


def _has_range(figure: Figure) -> bool:
    return any(end is not None and end != figure.value for end in (figure.low, figure.high))


def figure_input(owner: str, place: str, figure: Figure, unit: str) -> Ranged:
    """A figure with its range; an end that nobody states is the value itself."""
    return Ranged(
        places=(place,),
        value=figure.value,
        low=figure.value if figure.low is None else figure.low,
        high=figure.value if figure.high is None else figure.high,
        unit=unit,
        field=field_of(place),
        owner=owner,
        placeholder=figure.placeholder,
    )


def field_of(place: str) -> str:
    """Name of the field at a place; `acceptance_mean` where its own name says too little."""
    steps = re.sub(r"\[\d+\]", "", place).split(".")
    if place.startswith(RATES):
        return "exchange_rate"
    if steps[-1] in ("mean", "concentration"):
        return f"acceptance_{steps[-1]}"
    return steps[-1]


def owners(scenario: Scenario) -> Callable[[str], str]:
    """What the field at a place belongs to: a currency, a supply, a workload, a model; empty for the company."""
    document = scenario.model_dump(mode="json")
    alone = len(scenario.workloads) == 1

    def owner(place: str) -> str:
        if place.startswith(RATES):
            return place.removeprefix(RATES)
        return ", ".join(word for word in (_by_model(place), *_named_parts(document, place, alone)) if word)

    return owner


def _by_model(place: str) -> str:
    found = re.search(r"_by_model\.(.+)\.[a-z_]+$", place)
    return found.group(1) if found else ""


def _named_parts(document: dict[str, Any], place: str, alone: bool) -> Iterator[str]:
    """Names of the supply, time block or workload that the place leads through; not of an only workload."""
    steps = resolve(document, place)
    for depth in range(2, len(steps)):
        part = part_at(document, steps[:depth])
        if steps[0] == "workloads" and alone:
            return
        if isinstance(steps[depth - 1], int) and isinstance(part, dict) and "name" in part:
            yield str(part["name"])


def _spec_bounds(written: Scenario, ranged: Ranged) -> tuple[float, float]:
    """What the field asks; an exchange rate only has to be above 0."""
    spec = next((spec for place, _, spec in figures(written) if place == ranged.place), None)
    if spec is None:
        return 0.0, math.inf
    inside = OPEN_BOUND_FRACTION * max(abs(ranged.value), 1.0)
    lowest = -math.inf if spec.ge is None else spec.ge
    highest = math.inf if spec.le is None else spec.le
    if spec.gt is not None:
        lowest = spec.gt if spec.gt == 0 < ranged.low else max(spec.gt + inside, RATE_LOWEST)
    if spec.lt is not None:
        highest = spec.lt - inside
    if ranged.field == "discount_rate_per_year":
        lowest = max(lowest, DISCOUNT_LOWEST)
    if ranged.field == "acceptance_mean":
        highest = 1.0 - OPEN_BOUND_FRACTION
    return lowest, highest
