"""The figures a decision really uses: the scenario's own, and cited ones where it leaves a field out.

`resolved` puts the cited ones into the scenario once; whoever calculates with columns of draws or cells of a
workbook asks it where a figure stands, and never spells a place.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from pydantic import BaseModel

from bench.boards import board, same_board
from bench.profile import Profile
from roi import assumptions
from roi.errors import MissingFigureError
from roi.figure import MONEY, USER_SOURCE, Figure, figures
from roi.grid import grid_factors
from roi.scenario.document import Scenario
from roi.scenario.site import Site
from roi.scenario.supply import Own, Rent
from roi.texts.messages import Message


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


GridBasis = Literal["life_cycle", "direct", "stated"]
"""What a grid intensity holds: fuels and plants too, combustion alone, or what its user meant by it."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The electricity of a place."""

    intensity: Figure
    """What a decision counts [kgCO2e/kWh]."""
    basis: GridBasis
    direct_kg_co2e_per_kwh: float | None
    """What is emitted where the electricity is made; None where that is not known for the intensity's year."""
    upstream_kg_co2e_per_kwh: float | None
    """Life-cycle less direct; None where nobody states both."""


def grid(scenario: Scenario, place: Site | Rent) -> Grid:
    """The grid where a machine stands: what the user states, else what is cited for its zone or country.

    Raises
    ------
    MissingFigureError
        When neither gives it.
    """
    if place.grid_intensity is not None:
        return Grid(place.grid_intensity, "stated", None, None)
    found = grid_factors(place.country, place.grid_zone, scenario.price_year)
    direct = None if found.direct is None else found.direct.figure.value
    return Grid(found.decides.figure, found.decides.basis, direct, found.upstream_kg_co2e_per_kwh)


def grid_intensity(scenario: Scenario, place: Site | Rent) -> Figure:
    """Location-based intensity of the grid there, which a decision counts [kgCO2e/kWh]."""
    return grid(scenario, place).intensity


def measured_idle_power_w(machine: Rent | Own, profiles: Iterable[Profile]) -> float | None:
    """Highest power of a waiting board that profiles of the machine's board were measured with [W].

    With the model loaded where that was measured: a server that waits for pictures has its model loaded. None when
    nobody measured it.
    """
    measured = [
        idle_w
        for profile in profiles
        if same_board(profile.hardware.accelerator, machine.board)
        if (idle_w := _idle_power_w(profile)) is not None
    ]
    return max(measured, default=None)


def idle_power_w(machine: Rent | Own, measured_w: float | None) -> float | None:
    """Power of one board that is on and waits, as plans count it: what the supply states, else as measured [W]."""
    stated = machine.idle_power_w_per_gpu
    return measured_w if stated is None else stated.value


def measured_or_missing_w(machine: Rent | Own, measured_w: float | None) -> float:
    """Power of one board that is switched on and waits, of a supply that states none: as it was measured [W].

    Raises
    ------
    MissingFigureError
        When nobody measured it: a board that waits never draws nothing.
    """
    if measured_w is None:
        raise MissingFigureError(
            Message("fault.no_idle_power", supply=repr(machine.name), board=machine.board)
        )
    return measured_w


def _idle_power_w(profile: Profile) -> float | None:
    if profile.energy is None:
        return None
    loaded = profile.energy.idle_power_with_context_w
    return profile.energy.idle_power_w if loaded is None else loaded


def power_limit_w(machine: Rent | Own) -> float:
    """Highest power of one board [W]; with its host it is the most that a board draws at the plug.

    Raises
    ------
    MissingFigureError
        When nobody gives it.
    """
    known = board(machine.board)
    if known is None or known.power_limit_w is None:
        raise MissingFigureError(
            Message("fault.no_power_limit", supply=repr(machine.name), board=machine.board)
        )
    return known.power_limit_w


def effective_figures(scenario: Scenario) -> tuple[tuple[str, Figure, str], ...]:
    """Every figure in use: place, figure, unit. Money is in the figure's currency, else the scenario's.

    An exchange rate counts where a figure is in its currency.
    """
    found = [
        (place, figure, figure.unit or spec.unit.replace(MONEY, scenario.currency))
        for place, figure, spec in figures(scenario)
    ]
    used = {figure.currency for _, figure, spec in figures(scenario) if spec.is_money}
    found += [each for each in rate_figures(scenario) if each[0].partition(".")[2] in used]
    found += _left_out(scenario)
    return tuple(found)


def placeholders_of(scenario: Scenario) -> tuple[int, int]:
    """How many of the figures in force are placeholders, and how many there are."""
    listed = effective_figures(scenario)
    return sum(figure.placeholder for _, figure, _ in listed), len(listed)


def rate_figures(scenario: Scenario) -> Iterator[tuple[str, Figure, str]]:
    """Every exchange rate, also those that are kept for another country, whose price will need them."""
    for currency, rate in scenario.exchange_rates.items():
        figure = Figure.model_validate(dict(rate))
        yield f"{RATES}{currency}", figure, f"{scenario.currency}/{currency}"


def _left_out(scenario: Scenario) -> Iterator[tuple[str, Figure, str]]:
    machines = [(n, s) for n, s in enumerate(scenario.supplies) if isinstance(s, Rent | Own)]
    if scenario.site.grid_intensity is None:
        yield "site.grid_intensity", grid_intensity(scenario, scenario.site), "kgCO2e/kWh"
    for index, machine in machines:
        place = f"supplies[{index}]"
        for name, figure, unit in _filled_in(scenario, machine):
            if getattr(machine, name) is None and figure is not None:
                yield f"{place}.{name}", figure, unit


def _filled_in(scenario: Scenario, machine: Rent | Own) -> Iterator[tuple[str, Figure | None, str]]:
    if isinstance(machine, Rent):
        yield "grid_intensity", grid_intensity(scenario, machine), "kgCO2e/kWh"
    yield "host_power_w_per_gpu", host_power_w_per_gpu(machine), "W"
    yield "embodied_kg_co2e_per_gpu", embodied_kg_co2e_per_gpu(machine), "kgCO2e"
    yield "embodied_host_kg_co2e_per_gpu", embodied_host_kg_co2e_per_gpu(machine), "kgCO2e"
    yield "lifetime_years", lifetime_years(machine), "year"


RATES = "exchange_rates."
"""What the place of an exchange rate begins with."""


@dataclass(frozen=True, eq=False)
class Resolved:
    """A scenario whose figures know where they stand; made by `resolved`."""

    scenario: Scenario
    """Cited figures stand where the user's leaves a field out; every figure stands at one place alone."""
    _places: Mapping[int, str] = field(repr=False)

    def place(self, figure: Figure) -> str:
        """Where a figure of this scenario stands, `supplies[2].price_per_h`.

        Raises
        ------
        ValueError
            When it is a figure of another scenario, or of this one before it was resolved.
        """
        found = self._places.get(id(figure))
        if found is None:
            raise ValueError(f"{figure!r} is no figure of this resolved scenario")
        return found


def resolved(scenario: Scenario) -> Resolved:
    """The scenario with cited figures filled in, and the places of all figures.

    It is for calculating: a zone that gave a grid intensity stands beside it, which no document may say.
    """
    filled = {place: figure for place, figure, _ in _left_out(scenario)}
    places: dict[int, str] = {}
    return Resolved(_placed(scenario, "", filled, places), places)


Part = TypeVar("Part", bound=BaseModel)


def _placed(part: Part, place: str, filled: Mapping[str, Figure], places: dict[int, str]) -> Part:
    """A copy in which no two fields share a figure; notes the place of each."""

    def copied(value: object, here: str) -> object:
        value = filled.get(here) if value is None else value
        if isinstance(value, Figure):
            own = value.model_copy()
            places[id(own)] = here
            return own
        if isinstance(value, BaseModel):
            return _placed(value, f"{here}.", filled, places)
        if isinstance(value, tuple):
            return tuple(copied(each, f"{here}[{index}]") for index, each in enumerate(value))
        if isinstance(value, dict):
            return {key: copied(each, f"{here}.{key}") for key, each in value.items()}
        return value

    fields = type(part).model_fields
    return part.model_copy(update={name: copied(getattr(part, name), f"{place}{name}") for name in fields})


def is_users_own(figure: Figure) -> bool:
    """Whether the user answers for the figure."""
    return figure.source == USER_SOURCE
