"""From a written document to a scenario, or to every fault of the document in plain words."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bench.magnitude import LARGEST, numbers_beyond_reach
from roi.countries import country_names, unknown_country
from roi.errors import ScenarioError
from roi.figure import USER_SOURCE, Figure, figures
from roi.grid import has_country, place_fault
from roi.notes import Note
from roi.scenario.as_people_write import taken
from roi.scenario.document import Scenario
from roi.scenario.models import model_faults
from roi.scenario.plausible import asked_back, impossible
from roi.scenario.schema import expected_at
from roi.scenario.sentences import sentence
from roi.scenario.written import Fault, Steps, Written, part_at, resolve
from roi.texts.messages import Joined, Message, lines, message_of, sentences
from roi.words import out_of_reach

KINDS = {"supplies": ("rent", "own", "api"), "baseline": ("external", "profile", "api")}
"""Kinds of the parts that come in several, by the field that holds them."""
_OF_BOUNDS = ("value_error", "greater_than", "greater_than_equal", "less_than", "less_than_equal")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A field, or a part of several, for which a workbook has no row."""

    place: str
    rows: int
    """Rows that a workbook has there."""
    counted: str
    """What counts instead, as it is written; empty for nothing."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A scenario without faults, and what was read another way than it stands."""

    scenario: Scenario
    notes: tuple[Note, ...]
    left_out: tuple[LeftOut, ...] = ()
    """Of a workbook: what has no row."""


LATEST = 2100
"""A year in which the table's newest factors count: where the document states none that can be read."""


def validated(written: Written) -> Scenario:
    """The scenario of a document.

    Raises
    ------
    ScenarioError
        With every fault of the document, a line each, in the order of the document.
    """
    return accepted(written).scenario


def accepted(written: Written) -> Accepted:
    """The scenario of a document and its notes; raises as `validated` does."""
    written = taken(written)
    faults = [*written.faults, *_rules_across(written.value)]
    scenario = None
    try:
        scenario = Scenario.model_validate_json(json.dumps(written.value), strict=True)
    except ValidationError as error:
        faults += _of_fields(error.errors(include_url=False), written.value, quiet_top=bool(faults))
    else:
        faults += [*impossible(scenario)] or runaway_rates(scenario, written.value)
    told = {fault.steps for fault in faults}
    told |= {steps[:-1] for steps in told if steps[-1:] in (("value",), ("low",), ("high",))}
    faults += [
        Fault(steps, out_of_reach(number))
        for steps, number in numbers_beyond_reach(written.value)
        if steps not in told and steps[:-1] not in told
    ]
    if scenario is None or faults:
        raise ScenarioError(lines(_lines(written, faults)))
    return Accepted(scenario, written.notes)


def _lines(written: Written, faults: Sequence[Fault]) -> list[Message]:
    order = {steps: number for number, steps in enumerate(written.places)}
    last = len(order)
    ranked = sorted(faults, key=lambda fault: order.get(fault.steps, _of_parent(fault.steps, order, last)))
    return list(dict.fromkeys(written.line(fault) for fault in ranked))


def _of_parent(steps: Steps, order: Mapping[Steps, int], last: int) -> int:
    return next((order[steps[:n]] for n in range(len(steps), 0, -1) if steps[:n] in order), last)


def _of_fields(errors: Sequence[ErrorDetails], document: object, *, quiet_top: bool) -> Iterator[Fault]:
    for error in errors:
        if not error["loc"] and error["type"] == "value_error":
            if not quiet_top:
                carried = message_of(error["ctx"]["error"])
                parts = carried.parts if isinstance(carried, Joined) else carried.splitlines()
                yield from (Fault((), line) for line in parts)
            continue
        if error["type"] == "too_short" and error["input"]:
            continue  # pydantic counts only the items without faults; those faults are reported
        steps = _steps(error["loc"])
        yield Fault(steps, sentences(sentence(error, steps, document), *_asked_back(error, steps, document)))


def _asked_back(error: ErrorDetails, steps: Steps, document: object) -> tuple[Message, ...]:
    """What was probably meant by a number beyond the bounds of its field; empty for every other fault."""
    if error["type"] not in _OF_BOUNDS:
        return ()
    if steps[-1] in ("value", "low", "high"):
        steps = steps[:-1]
    given = part_at(document, steps)
    given = given.get("value") if isinstance(given, dict) else given
    part = expected_at(steps[:-1], document)
    if not isinstance(part, type) or not isinstance(given, int | float):
        return ()
    return asked_back(part, str(steps[-1]), given)


def _steps(location: Steps) -> Steps:
    """pydantic's location without the kind of a supply or baseline and without its mark for keys."""
    steps = tuple(step for step in location if step != "[key]")
    if steps[:1] == ("supplies",):
        return _without_kind(steps, "supplies", 2)
    if steps[:1] == ("workloads",) and steps[2:3] == ("baseline",):
        return _without_kind(steps, "baseline", 3)
    return steps


def _without_kind(steps: Steps, holder: str, position: int) -> Steps:
    if len(steps) > position and steps[position] in KINDS[holder]:
        return (*steps[:position], *steps[position + 1 :])
    return steps


def _rules_across(document: object) -> Iterator[Fault]:
    """Rules that join distant parts, held on the plain document so that faulty fields do not hide them."""
    if isinstance(document, dict):
        yield from _repeated_names(document)
        yield from _missing_rates(document)
        yield from _unknown_countries(document)
        yield from _unknown_allowed_countries(document)
        yield from _own_without_tariff(document)
        yield from model_faults(document)


def _entries(document: Mapping[str, object], key: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    items = document.get(key)
    for index, item in enumerate(items if isinstance(items, list) else []):
        if isinstance(item, dict):
            yield index, item


def _repeated_names(document: Mapping[str, object]) -> Iterator[Fault]:
    for kind in ("workloads", "supplies"):
        seen: set[object] = set()
        for index, item in _entries(document, kind):
            name = item.get("name")
            if isinstance(name, str) and name in seen:
                yield Fault((kind, index, "name"), Message("fault.name_twice", name=repr(name), among=kind))
            seen.add(name if isinstance(name, str) else None)


def _missing_rates(document: Mapping[str, object]) -> Iterator[Fault]:
    own = document.get("currency")
    rates = document.get("exchange_rates")
    rates = rates if isinstance(rates, dict) else {}
    if isinstance(own, str) and own in rates:
        yield Fault(("exchange_rates", own), Message("fault.own_currency"))
    for steps, unit in _units(document, ()):
        currency = _currency(unit)
        if currency is not None and currency != own and currency not in rates:
            yield Fault(steps, Message("fault.no_rate", unit=unit, currency=currency, own=own))


def _units(part: object, steps: Steps) -> Iterator[tuple[Steps, str]]:
    if isinstance(part, dict):
        unit = part.get("unit")
        if isinstance(unit, str) and "value" in part:
            yield steps, unit
        for key, value in part.items():
            yield from _units(value, (*steps, key))
    elif isinstance(part, list):
        for index, value in enumerate(part):
            yield from _units(value, (*steps, index))


def _currency(unit: str) -> str | None:
    return Figure.model_construct(value=0.0, unit=unit, source=USER_SOURCE).currency


def _unknown_countries(document: Mapping[str, object]) -> Iterator[Fault]:
    """A place must be in the table of grid factors wherever its grid intensity will be asked for."""
    year = document.get("price_year")
    year = year if isinstance(year, int) else LATEST
    places: list[tuple[Steps, object]] = [(("site",), document.get("site"))]
    places += [(("supplies", index), item) for index, item in _entries(document, "supplies")]
    for steps, part in places:
        country, zone = part_at(part, ("country",)), part_at(part, ("grid_zone",))
        if not isinstance(country, str) or part_at(part, ("grid_intensity",)) is not None:
            continue
        if steps[0] == "supplies" and part_at(part, ("kind",)) != "rent":
            continue
        if not (len(country) == 3 and country.isupper() and isinstance(zone, str | None)):
            continue
        fault = place_fault(country, zone, year)
        if fault is not None:
            where = "country" if zone is None or not has_country(country) else "grid_zone"
            yield Fault((*steps, where), Message("fault.or_intensity_beside", fault=fault))


def _unknown_allowed_countries(document: Mapping[str, object]) -> Iterator[Fault]:
    """A country in which pictures may be made must be one that is known, or that the document stands in."""
    own = {part_at(item, ("country",)) for _, item in _entries(document, "supplies")}
    own.add(part_at(document, ("site", "country")))
    for index, workload in _entries(document, "workloads"):
        allowed = workload.get("countries")
        for position, code in enumerate(allowed if isinstance(allowed, list) else []):
            if not isinstance(code, str) or code in own or not (len(code) == 3 and code.isupper()):
                continue
            if code not in country_names():
                yield Fault(("workloads", index, "countries", position), unknown_country(code))


def _own_without_tariff(document: Mapping[str, object]) -> Iterator[Fault]:
    owned = any(item.get("kind") == "own" for _, item in _entries(document, "supplies"))
    site = document.get("site")
    if owned and isinstance(site, dict) and site.get("electricity_price") is None:
        yield Fault(("site", "electricity_price"), Message("fault.own_without_tariff"))


PER_YEAR = "1/year"
"""The unit of all that is compounded."""


def runaway_rates(scenario: Scenario, document: object) -> Iterator[Fault]:
    """Every yearly change of the document's scenario that multiplies or divides by more than 1e15 in the end."""
    horizon_years = scenario.finance.horizon_years.value
    for place, figure, spec in figures(scenario):
        if spec.unit != PER_YEAR:
            continue
        for name in ("value", "low", "high"):
            change = getattr(figure, name)
            if change is not None and abs(horizon_years * math.log1p(change)) > math.log(LARGEST):
                sentence = Message(
                    "fault.runaway", name=name, change=change, years=horizon_years, most=f"{LARGEST:g}"
                )
                yield Fault(resolve(document, place), sentence)
                break
