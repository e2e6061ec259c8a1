"""A changed scenario is a newly validated one."""

from collections.abc import Mapping

from roi import assumptions
from roi.errors import MissingFigureError, ScenarioError
from roi.figure import Figure
from roi.grid import grid_factors
from roi.scenario.document import Scenario
from roi.scenario.faults import validated
from roi.scenario.supply import Own
from roi.scenario.written import Steps, Written, part_at, resolve, spell
from roi.texts.messages import Message, at


def with_changes(scenario: Scenario, changes: Mapping[str, object]) -> Scenario:
    """The scenario with other values at places such as `supplies[0].price_per_h` or `limits.models_max`.

    A plain number put on a figure becomes the user's own figure in the unit that the figure had; its old
    range and source go. `....value` changes the number alone. None removes an optional part.

    Raises
    ------
    ScenarioError
        When a place does not exist, or the changed scenario breaks a rule.
    """
    document = scenario.model_dump(mode="json")
    for place, value in changes.items():
        _put(document, resolve(document, place), value)
    return validated(Written("changed scenario", document))


def _put(document: object, steps: Steps, value: object) -> None:
    above = part_at(document, steps[:-1])
    last = steps[-1] if steps else ""
    value = value.model_dump(mode="json") if isinstance(value, Figure) else value
    if isinstance(above, dict) and isinstance(last, str):
        above[last] = _in_old_unit(above.get(last), value)
        if last == "grid_intensity" and value is not None and "grid_zone" in above:
            above["grid_zone"] = None  # a stated intensity takes the place of the zone's
    elif isinstance(above, list) and isinstance(last, int) and last < len(above):
        above[last] = value
    else:
        raise ScenarioError(at(spell(steps) or Message("word.the_scenario"), Message("fault.no_place")))


def _in_old_unit(old: object, value: object) -> object:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and isinstance(old, dict) and old.get("unit") and "value" in old:
        return {"value": value, "unit": old["unit"]}
    return value


def with_country(scenario: Scenario, country: str) -> Scenario:
    """The scenario with its site in another country: grid, electricity price and PUE follow.

    The grid intensity is the country's, the electricity price its cited row, the PUE the world average. Rented
    machines stay where they stand. Where no cited price or no exchange rate for it is at hand, the site is
    left without a price, which only an `own` supply needs.

    Raises
    ------
    MissingFigureError
        When the country is unknown, or an `own` supply competes and its price or exchange rate is missing.
    """
    if country == scenario.site.country:
        return scenario
    grid_factors(country, None, scenario.price_year)
    price = _usable_price(scenario, country)
    site = {
        "country": country,
        "electricity_price": price.model_dump(mode="json") if price else None,
        "pue": assumptions.pue_default().model_dump(mode="json"),
    }
    return with_changes(scenario, {"site": site})


def _usable_price(scenario: Scenario, country: str) -> Figure | None:
    price = assumptions.electricity_price(country)
    rates = (scenario.currency, *scenario.exchange_rates)
    if price is not None and price.currency in rates:
        return price
    owned = [supply.name for supply in scenario.supplies if isinstance(supply, Own)]
    if not owned:
        return None
    if price is None:
        raise MissingFigureError(
            Message(
                "fault.no_price_there",
                country=country,
                supply=repr(owned[0]),
                hint=assumptions.region_price_hint(country),
                currency=scenario.currency,
            )
        )
    raise MissingFigureError(
        Message(
            "fault.no_rate_there",
            currency=price.currency,
            country=country,
            value=price.value,
            unit=price.unit,
            supply=repr(owned[0]),
        )
    )
