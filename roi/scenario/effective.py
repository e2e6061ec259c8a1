"""The figures a decision really uses: the scenario's own, and cited ones where it leaves a field out."""

from collections.abc import Iterator

from roi import assumptions
from roi.figure import MONEY, USER_SOURCE, Figure, figures
from roi.scenario.document import Scenario
from roi.scenario.money import ExchangeRate
from roi.scenario.site import Site
from roi.scenario.supply import Own, Rent


def host_power_w_per_gpu(machine: Rent | Own) -> Figure:
    """Power of the rest of the server for each board [W]."""
    return machine.host_power_w_per_gpu or assumptions.parameter("host_power_w_per_gpu")


def embodied_kg_co2e_per_gpu(machine: Rent | Own) -> Figure | None:
    """Emissions from making one board [kgCO2e]; None when neither the user nor a source gives them."""
    return machine.embodied_kg_co2e_per_gpu or assumptions.embodied_carbon(machine.board)


def embodied_host_kg_co2e_per_gpu(machine: Rent | Own) -> Figure:
    """Emissions from making the rest of the server, for each board [kgCO2e]."""
    return machine.embodied_host_kg_co2e_per_gpu or assumptions.embodied_host_per_gpu()


def lifetime_years(machine: Rent | Own) -> Figure:
    """Years over which embodied emissions and capex are spread [year]."""
    return machine.lifetime_years or assumptions.parameter("server_lifetime_years")


def grid_intensity(place: Site | Rent) -> Figure:
    """Location-based intensity of the grid there [kgCO2e/kWh]."""
    return place.grid_intensity or assumptions.grid_intensity(place.country)


def effective_figures(scenario: Scenario) -> tuple[tuple[str, Figure, str], ...]:
    """Every figure in use: place, figure, unit. Money is in the figure's currency, else the scenario's.

    An exchange rate counts where a figure is in its currency.
    """
    found = [
        (place, figure, figure.unit or spec.unit.replace(MONEY, scenario.currency))
        for place, figure, spec in figures(scenario)
    ]
    found += _rates(scenario)
    found += _left_out(scenario)
    return tuple(found)


def _rates(scenario: Scenario) -> Iterator[tuple[str, Figure, str]]:
    used = {figure.currency for _, figure, spec in figures(scenario) if spec.is_money}
    for currency, rate in scenario.exchange_rates.items():
        if currency not in used:
            continue  # kept for another country, whose price will need it
        yield f"exchange_rates.{currency}", _rate_figure(rate), f"{scenario.currency}/{currency}"


def _rate_figure(rate: ExchangeRate) -> Figure:
    return Figure.model_validate(rate.model_dump())


def _left_out(scenario: Scenario) -> Iterator[tuple[str, Figure, str]]:
    machines = [(n, s) for n, s in enumerate(scenario.supplies) if isinstance(s, Rent | Own)]
    if scenario.site.grid_intensity is None:
        yield "site.grid_intensity", grid_intensity(scenario.site), "kgCO2e/kWh"
    for index, machine in machines:
        place = f"supplies[{index}]"
        for name, figure, unit in _filled_in(machine):
            if getattr(machine, name) is None and figure is not None:
                yield f"{place}.{name}", figure, unit


def _filled_in(machine: Rent | Own) -> Iterator[tuple[str, Figure | None, str]]:
    if isinstance(machine, Rent):
        yield "grid_intensity", grid_intensity(machine), "kgCO2e/kWh"
    yield "host_power_w_per_gpu", host_power_w_per_gpu(machine), "W"
    yield "embodied_kg_co2e_per_gpu", embodied_kg_co2e_per_gpu(machine), "kgCO2e"
    yield "embodied_host_kg_co2e_per_gpu", embodied_host_kg_co2e_per_gpu(machine), "kgCO2e"
    yield "lifetime_years", lifetime_years(machine), "year"


def is_users_own(figure: Figure) -> bool:
    """Whether the user answers for the figure."""
    return figure.source == USER_SOURCE
