"""What the company will not exceed, and which evidence it accepts."""

from typing import Annotated, Literal

from pydantic import Field

from bench.profile import EvidenceKind, Match
from roi.figure import (
    Amount,
    AmountPerMonth,
    AmountPerYear,
    CarbonPerMonth,
    CarbonPerYear,
    Input,
    PricePerTonne,
    Share,
)
from roi.scenario.supply import BoardName


class Limits(Input):
    """What the company will not exceed, and which evidence it accepts."""

    models_max: Annotated[int, Field(ge=1)] | None = None
    """Most models kept in operation at once."""
    budget_per_month: AmountPerMonth | None = None
    """Most running cash in the busiest month of any year of a plan: what goes with requests at each workload's
    `peak_factor`, all at once, and a twelfth of what runs evenly: machines by the hour or year, models, the demand
    charge. Work that may wait is spread evenly. One-off spending is not in it; `capex_budget` limits that."""
    carbon_cap_per_month: CarbonPerMonth | None = None
    """Most location-based emissions in the busiest month of any year of a plan: the electricity of requests at each
    workload's `peak_factor`, all at once, and a twelfth of waiting and of the making of machines."""
    carbon_cap_per_year: CarbonPerYear | None = None
    """Most location-based emissions in any year of a plan."""
    market_carbon_cap_per_year: CarbonPerYear | None = None
    """Most market-based emissions in any year of a plan; a supply for whose electricity no market-based intensity
    is stated is left out, because it cannot be judged."""
    capex_budget: Amount | None = None
    """Most one-off spending over all years of a plan: purchases, migration, opening."""
    opex_budget_per_year: AmountPerYear | None = None
    """Most running cash in any year of a plan."""
    vendor_share_max: Share | None = None
    """Largest share of a year's accepted images that one vendor may make; own servers are no vendor."""
    spot_share_max: Share | None = None
    """Largest share of a year's accepted images that spot instances may make."""
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

    @property
    def carbon_caps(self) -> dict[str, CarbonPerMonth | CarbonPerYear | None]:
        """Limits of all emissions of a month or a year, by field."""
        return {
            "carbon_cap_per_month": self.carbon_cap_per_month,
            "carbon_cap_per_year": self.carbon_cap_per_year,
            "market_carbon_cap_per_year": self.market_carbon_cap_per_year,
        }
