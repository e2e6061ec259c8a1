"""Energy and carbon of generated images.

Nomenclature: J joule at the stated boundary, kWh at the facility's meter, kgCO2e location-based unless said
otherwise. Operational and embodied emissions follow the Software Carbon Intensity specification
(ISO/IEC 21031:2024): E x I + M, no offsets.
"""

from bench.profile import Boundary
from roi.errors import MissingFigureError
from roi.units import HOURS_PER_YEAR, JOULES_PER_KWH, SECONDS_PER_HOUR


def host_j_per_image(
    energy_j_per_image: float,
    boundary: Boundary,
    seconds_per_image: float,
    host_power_w: float,
    idle_power_w: float | None,
    power_supply_efficiency_fraction: float,
) -> float:
    """Energy of one image at the server's plug [J].

    The rest of the server is an additive power over the time of the image, not a factor on the board's joules:
    fans, processors and memory draw it whatever the board does.

        gpu            energy + host_power * seconds
        gpu_net_idle   energy + (idle_power + host_power) * seconds
        host           energy / power_supply_efficiency
        wall           energy

    `host_power_w` and `idle_power_w` are those of all boards that work on the image together.

    Raises
    ------
    MissingFigureError
        When the joules are of processor and memory alone, or net of idle and the idle power that was taken off is
        not stated.
    """
    if boundary == "wall":
        return energy_j_per_image
    if boundary == "host":
        return energy_j_per_image / power_supply_efficiency_fraction
    if boundary == "gpu":
        return energy_j_per_image + host_power_w * seconds_per_image
    if boundary == "processor_and_memory":
        raise MissingFigureError(
            "joules are of processor and memory alone and nobody knows what the rest of that server drew; measure "
            "the whole server, or at the socket"
        )
    if idle_power_w is None:
        raise MissingFigureError(
            "joules are net of idle power but the profile does not state energy.idle_power_w; "
            "measure it or give gross joules"
        )
    return energy_j_per_image + (idle_power_w + host_power_w) * seconds_per_image


def facility_kwh(energy_j: float, pue: float) -> float:
    """Energy at the facility's meter [kWh] of `energy_j` at the server's plug [J]."""
    return energy_j / JOULES_PER_KWH * pue


def operational_kg_co2e(energy_kwh: float, grid_intensity_kg_co2e_per_kwh: float) -> float:
    """Emissions of the electricity [kgCO2e]."""
    return energy_kwh * grid_intensity_kg_co2e_per_kwh


def embodied_kg_co2e(
    embodied_kg_co2e_per_gpu: float, busy_s: float, lifetime_years: float, utilization_fraction: float
) -> float:
    """Share of a board's making that its busy seconds carry [kgCO2e].

    M * busy / (lifetime * utilization): the hours in which the board works carry those in which it waits.
    """
    lifetime_s = lifetime_years * HOURS_PER_YEAR * SECONDS_PER_HOUR
    return embodied_kg_co2e_per_gpu * busy_s / (lifetime_s * utilization_fraction)
