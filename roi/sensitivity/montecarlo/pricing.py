"""The cost of every option in every draw; infinite where a gate fails there.

Gates that do not move with the draws were held before (`cells`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from roi.decision.company import ROUNDING_FRACTION
from roi.sensitivity.montecarlo.alone import carry_alone
from roi.sensitivity.montecarlo.attempts import Attempts, attempts_of
from roi.sensitivity.montecarlo.cells import Cells
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.gates import closed_cells
from roi.sensitivity.montecarlo.retries import outcomes
from roi.sensitivity.montecarlo.standing import standing_cost_per_month
from roi.sensitivity.montecarlo.terms import Rates, supply_rates
from roi.units import KG_PER_TONNE

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Priced:
    """Of M cells with at most 1 .. K attempts in D draws, per accepted image."""

    steering: FloatArray
    """Cash and an internal carbon price; infinite where a gate fails [money, M x K x D]."""
    cash: FloatArray
    """Standing cost of the model included, carried by this workload alone [money, M x K x D]; the same array
    where there is no internal carbon price."""
    carbon: FloatArray | None
    """Location-based and embodied [kgCO2e, M x K x D]; None when neither a rule nor the caller asks."""


@dataclass(frozen=True, eq=False)
class _Share:
    """Of one acceptance and number of images, per accepted image [K x D]."""

    attempts: FloatArray
    added: FloatArray
    """Fallback pictures [money]; infinite where too few requests are delivered."""


def priced(
    cells: Cells,
    drawn: Drawn,
    rates: Mapping[int, Rates],
    *,
    gated: bool = True,
    carbon: bool = False,
    out: FloatArray | None = None,
) -> Priced:
    """Costs of all options in all draws; without `gated` failing options keep their cost.

    `out` [M x K x D] takes the cash: fresh memory costs more than the arithmetic that fills it.
    """
    attempt = attempts_of(cells, drawn, rates, carbon=carbon or _needs_carbon(cells, drawn))
    shares = _shares(cells, drawn, gated=gated)
    closed = closed_cells(cells, drawn, rates) if gated else {}
    for cell, draws in closed.items():
        attempt.money[cell, draws] = np.inf
    cash = np.empty((len(cells), cells.attempts_max, drawn.size)) if out is None else out
    kilograms = _fill(cells, drawn, rates, attempt, shares, cash, gated=gated)
    _add_standing(cells, drawn, cash)
    if gated and kilograms is not None:
        _close_carbon(cells, drawn, cash, kilograms)
    if gated and drawn.scenario.limits.budget_per_month is not None:
        _close_budget(cells, drawn, cash)
    return Priced(_steering(drawn, cash, kilograms), cash, kilograms)


def rates_of(cells: Cells, drawn: Drawn) -> dict[int, Rates]:
    """Rates of every supply that the cells use, by its position."""
    return {
        int(index): supply_rates(drawn, int(index)) for index in np.flatnonzero(np.bincount(cells.supply))
    }


def _needs_carbon(cells: Cells, drawn: Drawn) -> bool:
    limits = drawn.scenario.limits
    rules = (cells.workload.carbon_max, limits.carbon_cap_per_month, limits.internal_carbon_price)
    return any(rule is not None for rule in rules)


def _shares(cells: Cells, drawn: Drawn, *, gated: bool) -> dict[tuple[str, int], _Share]:
    """By acceptance and images per attempt."""
    models = {place: offer.model_id for place, offer in zip(cells.acceptance, cells.offers, strict=True)}
    images = sorted({int(number) for number in cells.images})
    found = {}
    for place, model in models.items():
        given = cells.workload.acceptance_of(model)
        for number, made in outcomes(drawn, place, given, images, cells.attempts_max).items():
            found[place, number] = _share(cells, drawn, made.attempts, made.deliver, gated=gated)
    return found


def _share(cells: Cells, drawn: Drawn, attempts: FloatArray, deliver: FloatArray, *, gated: bool) -> _Share:
    workload = cells.workload
    if workload.fallback_cost is None:
        attempts, added = attempts / deliver, np.zeros_like(deliver)
    else:
        added = (1.0 - deliver) * drawn.amount(f"{cells.place}.fallback_cost", workload.fallback_cost)
    if gated:
        least = drawn.figure(f"{cells.place}.deliver_min", workload.deliver_min)
        added = np.where(deliver < least, np.inf, added)
    return _Share(attempts, added)


def _fill(
    cells: Cells,
    drawn: Drawn,
    rates: Mapping[int, Rates],
    attempt: Attempts,
    shares: Mapping[tuple[str, int], _Share],
    cash: FloatArray,
    *,
    gated: bool,
) -> FloatArray | None:
    """Cash of an accepted image into `cash`, and its carbon [M x K x D]; a loop over cells, none over draws."""
    kilograms = None if attempt.carbon is None else np.empty_like(cash)
    images = cells.images.tolist()
    for cell, offer in enumerate(cells.offers):
        share = shares[cells.acceptance[cell], images[cell]]
        np.multiply(share.attempts, attempt.money[cell], out=cash[cell])
        cash[cell] += share.added
        if kilograms is not None and attempt.carbon is not None:
            np.multiply(share.attempts, attempt.carbon[cell], out=kilograms[cell])
        if offer.machine is not None and not offer.machine.shared:
            carbon = None if kilograms is None else kilograms[cell]
            rate = rates[int(cells.supply[cell])]
            carry_alone(cells, drawn, rate, cell, share.attempts, cash[cell], carbon, gated=gated)
    return kilograms


def _add_standing(cells: Cells, drawn: Drawn, cash: FloatArray) -> None:
    volume = drawn.figure(f"{cells.place}.images_per_month", cells.workload.images_per_month)
    for model in {offer.model_id for offer in cells.offers}:
        cost = standing_cost_per_month(drawn, model)
        if cost is not None:
            rows = [cell for cell, offer in enumerate(cells.offers) if offer.model_id == model]
            cash[rows] += cost / volume


def _close_carbon(cells: Cells, drawn: Drawn, cash: FloatArray, kilograms: FloatArray) -> None:
    workload, limits = cells.workload, drawn.scenario.limits
    if workload.carbon_max is not None:
        cash[kilograms > drawn.figure(f"{cells.place}.carbon_max", workload.carbon_max)] = np.inf
    if limits.carbon_cap_per_month is not None:
        cap = drawn.figure("limits.carbon_cap_per_month", limits.carbon_cap_per_month)
        volume = drawn.figure(f"{cells.place}.images_per_month", workload.images_per_month)
        cash[kilograms * volume > cap * (1 + ROUNDING_FRACTION)] = np.inf


def _close_budget(cells: Cells, drawn: Drawn, cash: FloatArray) -> None:
    budget = drawn.scenario.limits.budget_per_month
    if budget is None:
        return
    most = drawn.amount("limits.budget_per_month", budget) * (1 + ROUNDING_FRACTION)
    volume = drawn.figure(f"{cells.place}.images_per_month", cells.workload.images_per_month)
    cash[cash * volume > most] = np.inf


def _steering(drawn: Drawn, cash: FloatArray, kilograms: FloatArray | None) -> FloatArray:
    price = drawn.scenario.limits.internal_carbon_price
    if price is None or kilograms is None:
        return cash
    per_kg = drawn.amount("limits.internal_carbon_price", price) / KG_PER_TONNE
    return cash + np.nan_to_num(kilograms, nan=0.0) * per_kg
