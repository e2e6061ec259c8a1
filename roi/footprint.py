"""Energy and carbon of generated images.

Nomenclature: J joule at the stated boundary, kWh at the facility's meter, kgCO2e location-based unless said
otherwise. Operational and embodied emissions follow the Software Carbon Intensity specification
(ISO/IEC 21031:2024): E x I + M, no offsets.
"""

from bench.profile import Boundary
from roi.errors import MissingFigureError
from roi.numbers import Number
from roi.texts.messages import Message
from roi.units import HOURS_PER_YEAR, JOULES_PER_KWH, SECONDS_PER_HOUR, WATTS_PER_KW


def plug_parts(
    energy_j_per_image: Number,
    boundary: Boundary,
    seconds_per_image: Number,
    idle_power_w: Number | None,
    power_supply_efficiency_fraction: Number,
) -> tuple[Number, Number]:
    """Energy of one image at the server's plug without the rest of the server [J], and how long that draws [s].

    The rest of the server is an additive power over the time of the image, not a factor on the board's joules:
    fans, processors and memory draw it whatever the board does. At the plug: joules + host_power * seconds, with

                       joules                              seconds
        gpu            energy                              seconds
        gpu_net_idle   energy + idle_power * seconds       seconds
        host           energy / power_supply_efficiency    0
        wall           energy                              0

    `idle_power_w`, and the host's power, are those of all boards that work on the image together.

    Raises
    ------
    MissingFigureError
        When the joules are of processor and memory alone, or net of idle and the idle power that was taken off is
        not stated.
    """
    if boundary == "wall":
        return energy_j_per_image, 0.0 * seconds_per_image
    if boundary == "host":
        return energy_j_per_image / power_supply_efficiency_fraction, 0.0 * seconds_per_image
    if boundary == "gpu":
        return energy_j_per_image, seconds_per_image
    if boundary == "processor_and_memory":
        raise MissingFigureError(Message("planning.joules_of_processor"))
    if idle_power_w is None:
        raise MissingFigureError(Message("planning.joules_net_of_idle"))
    return energy_j_per_image + idle_power_w * seconds_per_image, seconds_per_image


def facility_kwh(energy_j: Number, pue: Number) -> Number:
    """Energy at the facility's meter [kWh] of `energy_j` at the server's plug [J]."""
    return energy_j / JOULES_PER_KWH * pue


def facility_kw(power_w: Number, pue: Number) -> Number:
    """Power at the facility's meter [kW] of `power_w` at the server's plug [W]."""
    return power_w / WATTS_PER_KW * pue


def operational_kg_co2e(energy_kwh: Number, grid_intensity_kg_co2e_per_kwh: Number) -> Number:
    """Emissions of the electricity [kgCO2e]."""
    return energy_kwh * grid_intensity_kg_co2e_per_kwh


def embodied_kg_co2e_per_year(
    embodied_kg_co2e_per_gpu: Number, boards: Number, lifetime_years: Number
) -> Number:
    """Making of a whole unit, spread over the years of its life [kgCO2e/year]."""
    return embodied_kg_co2e_per_gpu * boards / lifetime_years


def embodied_kg_co2e(
    embodied_kg_co2e_per_gpu: Number, busy_s: Number, lifetime_years: Number, utilization_fraction: Number
) -> Number:
    """Share of a board's making that its busy seconds carry [kgCO2e].

    M * busy / (lifetime * utilization): the hours in which the board works carry those in which it waits.
    """
    lifetime_s = lifetime_years * HOURS_PER_YEAR * SECONDS_PER_HOUR
    return embodied_kg_co2e_per_gpu * busy_s / (lifetime_s * utilization_fraction)
