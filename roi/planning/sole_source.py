"""What a picture costs where one option serves the whole of its workload, over all years of the plan."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from roi.arrays import FloatArray
from roi.fleet.problem import FleetProgramme
from roi.fleet.sole_source import carbon_alone, cost_alone
from roi.options.judged import ApiQuote
from roi.options.price import Option
from roi.planning.assemble import Present, programme
from roi.planning.candidates import ordered
from roi.scenario.document import Scenario


def steering_alone(scenario: Scenario, options: Sequence[Option], present: Present) -> list[float]:
    """Cost that steers, of one picture, in whole units: value today of cash and of the internal carbon price, over
    that of the pictures [money, one an option]; infinite where the supply has too few units."""
    return _per_image(scenario, options, present, priced_carbon=True)


def cash_alone(scenario: Scenario, options: Sequence[Option], present: Present) -> list[float]:
    """The same without the internal carbon price, which is not cash [money, one an option]."""
    return _per_image(scenario, options, present, priced_carbon=False)


def carbon_of_pictures(scenario: Scenario, options: Sequence[Option], present: Present) -> list[float]:
    """Location-based emissions of one picture, waiting and making of whole units included, in the worst year; NaN
    where they are not disclosed [kgCO2e, one an option]."""
    if not options:
        return []
    listed = ordered(options)
    problem = programme(scenario, listed, present, limited=False)
    return _in_order(listed, carbon_alone(problem, np.arange(len(listed))), options)


def with_prices(scenario: Scenario, quotes: Sequence[ApiQuote], present: Present) -> tuple[ApiQuote, ...]:
    """Quotes with what a picture costs, cheapest first; those without an option last."""
    listed = [quote.option for quote in quotes if quote.option is not None]
    costs = iter(cash_alone(scenario, listed, present))
    priced = [
        quote if quote.option is None else replace(quote, cost_per_accepted_image=next(costs))
        for quote in quotes
    ]
    return tuple(
        sorted(
            priced,
            key=lambda quote: (
                np.inf if quote.cost_per_accepted_image is None else quote.cost_per_accepted_image,
                quote.offer.id,
            ),
        )
    )


def pictures_today(problem: FleetProgramme) -> FloatArray:
    """Value today of the pictures of each workload: as many, weighed like the cash of their year [image, J]."""
    return np.asarray(
        np.einsum("w,wjyb,y->j", problem.world_probability, problem.demand, problem.year_factor)
    )


def _per_image(
    scenario: Scenario, options: Sequence[Option], present: Present, *, priced_carbon: bool
) -> list[float]:
    if not options:
        return []
    listed = ordered(options)
    problem = programme(scenario, listed, present, limited=False)
    if not priced_carbon:
        problem = replace(problem, carbon_price=np.zeros_like(problem.carbon_price))
    cost = cost_alone(problem, np.arange(len(listed))) / pictures_today(problem)[problem.candidates.workload]
    return _in_order(listed, cost, options)


def _in_order(listed: Sequence[Option], amounts: FloatArray, options: Sequence[Option]) -> list[float]:
    found = {id(option): float(each) for option, each in zip(listed, amounts, strict=True)}
    return [found[id(option)] for option in options]
