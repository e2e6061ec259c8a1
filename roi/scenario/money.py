"""Money: exchange rates, wages, the cost of capital, how prices change, tax, risk, the keeping of models."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from roi.figure import Amount, AmountPerYear, Day, Input, PricePerHour, Rate, Share, Years, require_range


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

    @model_validator(mode="after")
    def _range_holds_value(self) -> Self:
        require_range(self.value, self.low, self.high)
        return self


class Labour(Input):
    """People who look at pictures."""

    wage_per_h: PricePerHour
    """Hourly cost of a reviewer with on-costs."""


class Escalation(Input):
    """Change of a price from year to year; a price left out stays the same."""

    electricity: Rate | None = None
    """Electricity and the demand charge."""
    wage: Rate | None = None
    """Wages of reviewers."""
    rent: Rate | None = None
    """Rent of machines."""
    api: Rate | None = None
    """Prices of services that sell images."""
    upkeep: Rate | None = None
    """Maintenance, space, and the upkeep of models."""
    fallback: Rate | None = None
    """Fallback pictures, and pictures that a baseline buys outside."""


class Tax(Input):
    """Tax on what is saved, and how purchases are written off; a tax adviser confirms both."""

    rate: Share
    """Tax on profit."""
    depreciation: Literal["straight_line", "declining_balance"] = "straight_line"
    """How purchases are written off; `declining_balance` is the 200 per cent method of Japan."""
    life_years: Annotated[int, Field(ge=2, le=50)]
    """Years over which purchases are written off; servers 5 in Japan."""


class Risk(Input):
    """Conditional value at risk of the present value of cost."""

    weight: Share
    """Weight of the bad outcomes' mean beside the expected cost: 0 none, 1 alone."""
    tail_fraction: Annotated[float, Field(gt=0, lt=1)] = 0.1
    """Share of outcomes that counts as bad."""
    worlds: Annotated[int, Field(ge=2, le=200)] = 20
    """Drawn futures over which the plan is made."""
    seed: Annotated[int, Field(ge=0)] = 1
    """Seed of the draws."""


class Finance(Input):
    """Rates and horizon."""

    discount_rate_per_year: Rate
    """Cost of capital."""
    horizon_years: Years
    """Years over which one-off costs are spread, and which a plan looks ahead."""
    basis: Literal["real", "nominal"] = "real"
    """Whether rates and future amounts are without (`real`) or with (`nominal`) general inflation."""
    escalation: Escalation = Escalation()
    """How prices change from year to year."""
    cash_realisation_fraction: Share | None = None
    """Share of saved working time that becomes saved money; needed when a baseline has working time."""
    tax: Tax | None = None
    """Tax on what is saved; a plan is before tax when left out."""
    risk: Risk | None = None
    """How a plan weighs bad outcomes; the expected outcome alone when left out."""
    amounts: Literal["tax_exclusive", "tax_inclusive"] = "tax_exclusive"
    """Whether the money figures are without or with consumption tax."""
    fiscal_year_first_month: Annotated[int, Field(ge=1, le=12)] = 4
    """Month in which the fiscal year begins; 4 in most Japanese companies."""


class ModelCost(Input):
    """What keeping one model in operation costs, whatever the volume."""

    upkeep_per_year: AmountPerYear
    """Engineering to keep it running."""
    migration: Amount
    """One-off cost of taking it up, spread over the horizon."""
