"""A supply's rates in every draw: money, joules and carbon of a board-second."""

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from roi.figure import Figure
from roi.scenario import effective
from roi.scenario.document import Scenario
from roi.scenario.site import Site
from roi.scenario.supply import Api, Own, Rent
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.units import HOURS_PER_YEAR, JOULES_PER_KWH, SECONDS_PER_HOUR

FloatArray = npt.NDArray[np.float64]
NOTHING = np.zeros(())


@dataclass(frozen=True, eq=False, kw_only=True)
class Rates:
    """What a supply charges and emits, a column of draws or one number each [D or 0-d]."""

    utilization: FloatArray
    per_busy_s: FloatArray
    """Rent, or capital, upkeep and space, of a board-second [money/s]."""
    per_joule: FloatArray
    """Electricity of a joule at the plug [money/J]."""
    per_image: FloatArray
    """An API's price [money]."""
    host_power_w: FloatArray
    """Rest of the server for each board [W]."""
    carbon_per_joule: FloatArray
    """Location-based, of a joule at the plug [kgCO2e/J]; NaN where it is not disclosed."""
    embodied_per_busy_s: FloatArray
    """Of a board-second [kgCO2e/s]; NaN where nobody published it."""
    latency_s: FloatArray
    """An API's answer time [s]; NaN where it is not stated."""

    def part(self, start: int, stop: int) -> "Rates":
        """Some of the draws; what is one number stays it."""
        columns = {each.name: getattr(self, each.name) for each in fields(self)}
        return Rates(**{name: c[start:stop] if c.ndim else c for name, c in columns.items()})


def supply_rates(drawn: Drawn, index: int) -> Rates:
    """Rates of the scenario's supply at that position."""
    supply = drawn.scenario.supplies[index]
    place = f"supplies[{index}]"
    if isinstance(supply, Api):
        return _api_rates(drawn, supply, place)
    if isinstance(supply, Rent):
        hourly = drawn.amount(f"{place}.price_per_h", supply.price_per_h)
        utilization = drawn.figure(f"{place}.utilization_fraction", supply.utilization_fraction)
        rent = hourly / supply.gpu_count / (SECONDS_PER_HOUR * utilization)
        return _machine_rates(drawn, supply, place, supply, place, rent, NOTHING)
    return _own_rates(drawn, supply, place)


def _api_rates(drawn: Drawn, supply: Api, place: str) -> Rates:
    unknown = np.asarray(np.nan)
    return Rates(
        utilization=NOTHING,
        per_busy_s=NOTHING,
        per_joule=NOTHING,
        per_image=drawn.amount(f"{place}.price_per_image", supply.price_per_image),
        host_power_w=NOTHING,
        carbon_per_joule=unknown,
        embodied_per_busy_s=unknown,
        latency_s=drawn.figure(f"{place}.latency_s", supply.latency_s) if supply.latency_s else unknown,
    )


def _own_rates(drawn: Drawn, supply: Own, place: str) -> Rates:
    scenario = drawn.scenario
    life = drawn.figure(f"{place}.lifetime_years", effective.lifetime_years(supply))
    utilization = drawn.figure(f"{place}.utilization_fraction", supply.utilization_fraction)
    yearly = sum(
        (
            drawn.amount(f"{place}.{name}", getattr(supply, name))
            for name in ("upkeep_per_year", "space_per_year")
        ),
        start=NOTHING,
    )
    if not supply.sunk:
        rate = drawn.figure("finance.discount_rate_per_year", scenario.finance.discount_rate_per_year)
        capex = drawn.amount(f"{place}.capex", supply.capex)
        residual = capex * drawn.figure(f"{place}.residual_fraction", supply.residual_fraction)
        shrink = np.exp(-life * np.log1p(rate))
        yearly = yearly + (capex - residual * shrink) * recovery_factor(rate, life)
    busy_s_per_year = HOURS_PER_YEAR * SECONDS_PER_HOUR * utilization
    return _machine_rates(
        drawn,
        supply,
        place,
        scenario.site,
        "site",
        yearly / busy_s_per_year / supply.gpu_count,
        _tariff(drawn, scenario),
    )


def recovery_factor(rate: FloatArray, years: FloatArray) -> FloatArray:
    """CRF(rate, years) of every draw; 1 / years at rate 0, the limit."""
    flat = np.where(rate == 0.0, 1.0, rate)
    factor = flat / -np.expm1(-years * np.log1p(flat))
    return np.asarray(np.where(rate == 0.0, 1.0 / years, factor))


def _tariff(drawn: Drawn, scenario: Scenario) -> FloatArray:
    price = scenario.site.electricity_price
    return NOTHING if price is None else drawn.amount("site.electricity_price", price)


def _machine_rates(
    drawn: Drawn,
    supply: Rent | Own,
    place: str,
    ground: Rent | Site,
    ground_place: str,
    per_busy_s: FloatArray,
    per_kwh: FloatArray,
) -> Rates:
    """What rented and owned machines share; `ground` is where the machine stands and draws its electricity."""
    utilization = drawn.figure(f"{place}.utilization_fraction", supply.utilization_fraction)
    kwh_per_joule = drawn.figure(f"{ground_place}.pue", ground.pue) / JOULES_PER_KWH
    grid = drawn.figure(f"{ground_place}.grid_intensity", effective.grid_intensity(drawn.scenario, ground))
    life = drawn.figure(f"{place}.lifetime_years", effective.lifetime_years(supply))
    life_s = life * HOURS_PER_YEAR * SECONDS_PER_HOUR
    host = f"{place}.host_power_w_per_gpu"
    return Rates(
        utilization=utilization,
        per_busy_s=per_busy_s,
        per_joule=kwh_per_joule * per_kwh,
        per_image=NOTHING,
        host_power_w=drawn.figure(host, effective.host_power_w_per_gpu(supply)),
        carbon_per_joule=kwh_per_joule * grid,
        embodied_per_busy_s=_embodied(drawn, supply, place) / (life_s * utilization),
        latency_s=np.asarray(np.nan),
    )


def _embodied(drawn: Drawn, supply: Rent | Own, place: str) -> FloatArray:
    board: Figure | None = effective.embodied_kg_co2e_per_gpu(supply)
    if board is None:
        return np.asarray(np.nan)
    host = effective.embodied_host_kg_co2e_per_gpu(supply)
    return drawn.figure(f"{place}.embodied_kg_co2e_per_gpu", board) + drawn.figure(
        f"{place}.embodied_host_kg_co2e_per_gpu", host
    )
