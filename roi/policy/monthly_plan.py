"""What the plan expects of a month, in the figures that operation can count: the part of a policy that is checked.

Every amount is of the mean month of a year of the plan, at that year's prices. Money of requests belongs to a use,
which is a model on a supply for a workload; money of servers, waiting boards and models is shared.
"""

from typing import Annotated

from pydantic import Field

from bench.profile import Boundary, Count
from roi.figure import Currency, Input, Name

Amount = Annotated[float, Field(ge=0)]


class PlannedUse(Input):
    """A mean month of one model on one supply for one workload."""

    year: Count
    """Year of the plan, from 1."""
    workload: Name
    """The workload."""
    model: Name
    """The model."""
    model_id: str
    """Its id."""
    supply: Name
    """Where it runs."""
    requests: Amount
    """Requests [1/month]."""
    attempts: Amount
    """Attempts [1/month]."""
    accepted_requests: Amount
    """Requests of which an image was accepted [1/month]."""
    first_attempt_acceptance: Amount
    """Share of first attempts that pass [1]."""
    images_per_attempt: Count
    """Images of an attempt [1]."""
    energy_boundary: Boundary | None = None
    """What a meter's joules cover; absent for an API."""
    energy_j_per_attempt: Amount | None = None
    """At that boundary [J]."""
    energy_kwh: Amount | None = None
    """At the facility's meter, attempts under way [kWh/month]."""
    review_seconds_per_attempt: Amount
    """Of people [s]."""
    costs: dict[str, float]
    """Money by component [money/month]."""
    carbon_kg_co2e: Amount | None = None
    """Operational, location-based [kgCO2e/month]."""

    @property
    def title(self) -> str:
        """What the use is called where people read of it."""
        return f"{self.workload}: {self.model} / {self.supply}"


class PlannedSupply(Input):
    """A mean month of what uses of a supply share."""

    year: Count
    """Year of the plan, from 1."""
    supply: Name | None = None
    """The supply; absent for models and what belongs to the site."""
    idle_energy_kwh: Amount = 0.0
    """At the facility's meter, boards that wait [kWh/month]."""
    idle_board_energy_kwh: Amount | None = None
    """Of it at the boards; absent where neither the supply nor a profile says their power [kWh/month]."""
    board_hours: Amount | None = None
    """Boards that are on, at work or waiting; absent where none wait, and in older policies [h/month]."""
    costs: dict[str, float]
    """Money by component; electricity is that of waiting boards [money/month]."""
    carbon_kg_co2e: Amount = 0.0
    """Operational, location-based, of waiting boards [kgCO2e/month]."""


class PriceCurrency(Input):
    """Currency in which a supply is paid, and the rate that was planned."""

    supply: Name
    """The supply."""
    currency: Currency
    """Its currency."""
    rate: Annotated[float, Field(gt=0)]
    """Plan's currency for one unit of it."""


class PlannedToday(Input):
    """A mean month of what serves a workload today, as far as it grows with requests."""

    year: Count
    """Year of the plan, from 1."""
    workload: Name
    """The workload."""
    running: float
    """Cash, people who look apart [money/month]."""
    review: float
    """People who look [money/month]."""


class PlannedReturn(Input):
    """What the plan brings against today, as it was approved, and what it takes to state it anew."""

    discount_rate_per_year: float
    """Cost of capital [1/year]."""
    cash_flows: tuple[float, ...]
    """Monthly cash of the difference to today, index 0 = the first day [money]."""
    npv: float
    """Of them [money]."""
    simple_payback_months: float | None = None
    """Absent where it never pays back [months]."""
    tax_rate: Annotated[float, Field(ge=0, le=1)] | None = None
    """On the difference, at the end of each year; absent before tax [1]."""
    cash_realisation_fraction: Annotated[float, Field(ge=0, le=1)] | None = None
    """Share of saved working time that is cash; absent where nobody works today [1]."""
    today: tuple[PlannedToday, ...] = ()
    """By year and workload."""


class MonthlyPlan(Input):
    """What operation is held against."""

    uses: tuple[PlannedUse, ...]
    """By year, workload, model and supply."""
    supplies: tuple[PlannedSupply, ...]
    """By year and supply."""
    currencies: tuple[PriceCurrency, ...] = ()
    """Of supplies that are not paid in the plan's currency."""
    brings: PlannedReturn | None = None
    """Absent unless every workload has a baseline."""
