"""A supply as plain numbers in the scenario's currency, cited defaults filled in."""

from dataclasses import dataclass

from roi import assumptions
from roi.errors import MissingFigureError
from roi.figure import Figure
from roi.scenario import effective
from roi.scenario.document import Scenario
from roi.scenario.site import Site
from roi.scenario.supply import Own, Rent


@dataclass(frozen=True, slots=True)
class MachineTerms:
    """What an hour of a rented or owned board costs, draws and carries."""

    name: str
    kind: str
    vendor: str
    board: str
    gpu_count: int
    """Boards in one instance or server."""
    utilization_fraction: float
    country: str
    pue: float
    grid_intensity_kg_co2e_per_kwh: float
    market_grid_intensity_kg_co2e_per_kwh: float | None
    host_power_w_per_gpu: float
    power_supply_efficiency_fraction: float
    embodied_kg_co2e_per_gpu: float | None
    """Board and its share of the server; None when nobody published the board's figure."""
    lifetime_years: float
    price_per_h: float
    """Rent of the instance; 0 for an owned server, whose costs follow."""
    capex: float
    residual_fraction: float
    upkeep_and_space_per_year: float
    electricity_price_per_kwh: float | None
    """None when electricity is part of the rent."""
    by_the_second: bool = False
    """Rent of the seconds of work alone; else of paid hours, of which `utilization_fraction` are work."""
    cold_start_s: float = 0.0
    """Start before the first image of an attempt: billed, and at work [s]."""
    minimum_s: float = 0.0
    """Fewest billed seconds of an attempt [s]."""
    work_factor: float = 1.0
    """Work over work that counts: above 1 where the vendor takes instances back in the midst of it [1]."""


def rent_terms(scenario: Scenario, supply: Rent) -> MachineTerms:
    """Terms of a rented instance; its electricity is part of the rent.

    Raises
    ------
    MissingFigureError
        When the grid intensity of the instance's country is neither given nor known.
    """
    return _terms(
        scenario,
        supply,
        supply,
        vendor=supply.vendor,
        price_per_h=scenario.amount(supply.price_per_h),
        capex=0.0,
        residual_fraction=0.0,
        upkeep_and_space_per_year=0.0,
        electricity_price_per_kwh=None,
        by_the_second=supply.billing == "second",
        cold_start_s=_optional(supply.cold_start_s) or 0.0,
        minimum_s=_optional(supply.minimum_s) or 0.0,
        work_factor=1.0 + (_optional(supply.interruption_overhead_fraction) or 0.0),
    )


def own_terms(scenario: Scenario, supply: Own) -> MachineTerms:
    """Terms of an owned server at the site; a sunk one carries no capital cost.

    Raises
    ------
    MissingFigureError
        When the grid intensity of the site's country is neither given nor known.
    """
    site = scenario.site
    yearly = scenario.amount(supply.upkeep_per_year) + scenario.amount(supply.space_per_year)
    return _terms(
        scenario,
        supply,
        site,
        vendor="own",
        price_per_h=0.0,
        capex=0.0 if supply.sunk else scenario.amount(supply.capex),
        residual_fraction=supply.residual_fraction.value,
        upkeep_and_space_per_year=yearly,
        electricity_price_per_kwh=_electricity_price(scenario),
    )


def _terms(
    scenario: Scenario,
    supply: Rent | Own,
    place: Rent | Site,
    *,
    vendor: str,
    price_per_h: float,
    capex: float,
    residual_fraction: float,
    upkeep_and_space_per_year: float,
    electricity_price_per_kwh: float | None,
    by_the_second: bool = False,
    cold_start_s: float = 0.0,
    minimum_s: float = 0.0,
    work_factor: float = 1.0,
) -> MachineTerms:
    """What both kinds state alike; `place` is where the machine stands and draws its electricity."""
    return MachineTerms(
        name=supply.name,
        kind=supply.kind,
        vendor=vendor,
        board=supply.board,
        gpu_count=supply.gpu_count,
        utilization_fraction=supply.utilization_fraction.value,
        country=place.country,
        pue=place.pue.value,
        grid_intensity_kg_co2e_per_kwh=effective.grid_intensity(scenario, place).value,
        market_grid_intensity_kg_co2e_per_kwh=_optional(place.market_grid_intensity),
        host_power_w_per_gpu=effective.host_power_w_per_gpu(supply).value,
        power_supply_efficiency_fraction=assumptions.parameter("power_supply_efficiency_fraction").value,
        embodied_kg_co2e_per_gpu=_embodied_kg(supply),
        lifetime_years=effective.lifetime_years(supply).value,
        price_per_h=price_per_h,
        capex=capex,
        residual_fraction=residual_fraction,
        upkeep_and_space_per_year=upkeep_and_space_per_year,
        electricity_price_per_kwh=electricity_price_per_kwh,
        by_the_second=by_the_second,
        cold_start_s=cold_start_s,
        minimum_s=minimum_s,
        work_factor=work_factor,
    )


def _electricity_price(scenario: Scenario) -> float:
    price = scenario.site.electricity_price
    if price is None:
        raise MissingFigureError("site.electricity_price: an own supply needs it; add it to the scenario")
    return scenario.amount(price)


def _optional(figure: Figure | None) -> float | None:
    return None if figure is None else figure.value


def _embodied_kg(supply: Rent | Own) -> float | None:
    board = effective.embodied_kg_co2e_per_gpu(supply)
    return None if board is None else board.value + effective.embodied_host_kg_co2e_per_gpu(supply).value
