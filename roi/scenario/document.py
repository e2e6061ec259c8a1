"""The scenario: everything a decision rests on except the profiles, in one frozen, closed document.

Units stand in the type of each field (`roi.figure`). The text under a field is what the template,
the command line and the app print about it.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bench.profile import EvidenceKind, Match
from roi.figure import (
    Amount,
    AmountPerMonth,
    AmountPerYear,
    CarbonPerKwh,
    CarbonPerMonth,
    Country,
    Currency,
    Day,
    Figure,
    Input,
    Name,
    PricePerHour,
    PricePerKwh,
    PricePerTonne,
    Pue,
    Rate,
    Years,
    figures,
)
from roi.scenario.models import ModelKey, canonical_model
from roi.scenario.supply import Api, BoardName, Own, Rent, Supply
from roi.scenario.workload import Workload


class ExchangeRate(Input):
    """Units of the scenario's currency for one unit of a foreign currency, on a day."""

    value: Annotated[float, Field(gt=0)]
    """Scenario currency per unit of foreign currency."""
    as_of: Day
    """The day of the rate; a rate without a day is worth nothing."""
    low: Annotated[float, Field(gt=0)] | None = None
    """Lowest rate that is still plausible."""
    high: Annotated[float, Field(gt=0)] | None = None
    """Highest rate that is still plausible."""
    source: Annotated[str, Field(min_length=1)] = "entered by the user"
    """Who published it."""
    confidence: Literal["high", "medium", "low"] | None = None
    """How far the source can be trusted."""
    placeholder: bool = False
    """True when it only fills the field until the user brings the real one."""
    replace_with: str | None = None
    """For a placeholder: where the real rate is to be had."""


class Site(Input):
    """Where owned hardware stands."""

    country: Country
    """Country of the site, ISO 3166 alpha-3; it selects the grid intensity."""
    electricity_price: PricePerKwh | None = None
    """All-in price of a kilowatt-hour, without the demand charge; needed as soon as a supply is `own`."""
    pue: Pue
    """Facility energy over IT energy."""
    grid_intensity: CarbonPerKwh | None = None
    """Location-based intensity; taken from the country when left out."""
    market_grid_intensity: CarbonPerKwh | None = None
    """Market-based intensity of the supply contract, shown beside the location-based one."""


class Labour(Input):
    """People who look at pictures."""

    wage_per_h: PricePerHour
    """Hourly cost of a reviewer with on-costs."""


class Finance(Input):
    """Rates and horizon."""

    discount_rate_per_year: Rate
    """Cost of capital."""
    horizon_years: Years
    """Years over which one-off costs are spread."""


class Limits(Input):
    """What the company will not exceed, and which evidence it accepts."""

    models_max: Annotated[int, Field(ge=1)] | None = None
    """Most models kept in operation at once."""
    budget_per_month: AmountPerMonth | None = None
    """Most cash spent in a month."""
    carbon_cap_per_month: CarbonPerMonth | None = None
    """Most location-based emissions in a month."""
    internal_carbon_price: PricePerTonne | None = None
    """Internal price that may steer the choice; it is not cash and stays out of cost."""
    accept_match: tuple[Match, ...] = ("exact", "near", "unstated")
    """Quality matches that may carry a decision."""
    accept_evidence: tuple[EvidenceKind, ...] = ("measured", "published")
    """Kinds of evidence for joules and seconds that may carry a decision."""
    boards: tuple[BoardName, ...] = ()
    """Boards to choose from; empty for any board and any API."""
    accept_commercial_use: tuple[Literal["yes", "conditional", "no", "unknown"], ...] = ("yes", "conditional")
    """Answers to "may the pictures be used commercially" that the company accepts."""


class ModelCost(Input):
    """What keeping one model in operation costs, whatever the volume."""

    upkeep_per_year: AmountPerYear
    """Engineering to keep it running."""
    migration: Amount
    """One-off cost of taking it up, spread over the horizon."""


class Scenario(Input):
    """All inputs of one decision."""

    schema_version: Literal[1]
    """Version of this contract."""
    name: Name
    """What the decision is about."""
    currency: Currency
    """Currency of the answer."""
    price_year: Annotated[int, Field(ge=2000, le=2100)]
    """Year whose prices the money figures are in."""
    exchange_rates: dict[Currency, ExchangeRate] = {}
    """Rates for every other currency in use."""
    site: Site
    """Where owned hardware stands."""
    labour: Labour
    """Reviewers."""
    finance: Finance
    """Rates and horizon."""
    limits: Limits = Limits()
    """Company-wide limits."""
    workloads: Annotated[tuple[Workload, ...], Field(min_length=1)]
    """Kinds of pictures, a list even when there is one."""
    supplies: Annotated[tuple[Supply, ...], Field(min_length=1)]
    """Where images can come from."""
    model_cost: ModelCost | None = None
    """Standing cost of any model in operation; none when left out."""
    model_cost_by_model: dict[ModelKey, ModelCost] = {}
    """The same for models whose standing cost is known apart, by model id, name or alias."""

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        faults = [*_repeated("workload", self.workloads), *_repeated("supply", self.supplies)]
        faults += [
            f"{place}: {figure.value:g} {figure.unit} needs a dated exchange rate: add "
            f"exchange_rates: {{{figure.currency}: {{value: ..., as_of: YYYY-MM-DD}}}}"
            for place, figure, spec in figures(self)
            if spec.is_money and figure.currency not in (None, self.currency, *self.exchange_rates)
        ]
        if self.site.electricity_price is None and any(isinstance(supply, Own) for supply in self.supplies):
            faults.append("site.electricity_price: is needed by the own supplies; add it")
        if self.currency in self.exchange_rates:
            faults.append(f"exchange_rates: {self.currency} is the scenario's own currency; remove its rate")
        if faults:
            raise ValueError("\n".join(faults))
        return self

    def amount(self, figure: Figure) -> float:
        """The money figure in the scenario's currency."""
        currency = figure.currency
        if currency is None or currency == self.currency:
            return figure.value
        return figure.value * self.exchange_rates[currency].value

    def cost_of_model(self, model_id: str) -> ModelCost | None:
        """Standing cost of a model under any of its names: its own, else that of any model."""
        return self.model_cost_by_model.get(canonical_model(model_id), self.model_cost)

    def workload(self, name: str) -> Workload | None:
        """The workload of that name."""
        return next((workload for workload in self.workloads if workload.name == name), None)


def _repeated(kind: str, items: tuple[Workload, ...] | tuple[Rent | Own | Api, ...]) -> list[str]:
    names = [item.name for item in items]
    return [
        f"{kind} name {name!r} is used twice; rename one"
        for name in sorted({n for n in names if names.count(n) > 1})
    ]
