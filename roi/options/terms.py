"""A machine as plain numbers in the scenario's currency, or as columns of draws: cited defaults filled in."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from roi.errors import MissingFigureError
from roi.figure import Figure
from roi.numbers import Number, Symbol
from roi.scenario import effective
from roi.scenario.document import Scenario
from roi.scenario.supply import Own, Rent
from roi.texts.messages import Message, at

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Value = TypeVar("Value", float, "NDArray[np.float64]", Symbol, covariant=True)


class Figures(Protocol[Value]):
    """Who says what a figure of the scenario is: its value, or its draws."""

    @property
    def scenario(self) -> Scenario:
        """The one whose figures are read."""
        ...

    def figure(self, figure: Figure) -> Value:
        """In the unit of its field."""
        ...

    def amount(self, figure: Figure) -> Value:
        """Money in the scenario's currency."""
        ...

    def boards(self, machine: Rent | Own) -> Value:
        """Boards in an instance or server."""
        ...

    def optional(self, figure: Figure | None) -> Value:
        """The figure; 0 where the scenario leaves it out, which then means nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Values:
    """Every figure as its value."""

    scenario: Scenario

    def figure(self, figure: Figure) -> float:
        """Its value."""
        return figure.value

    def amount(self, figure: Figure) -> float:
        """Its value at the scenario's exchange rate."""
        return self.scenario.amount(figure)

    def boards(self, machine: Rent | Own) -> float:
        """Boards in an instance or server."""
        return float(machine.gpu_count)

    def optional(self, figure: Figure | None) -> float:
        """Its value; 0 where there is none."""
        return 0.0 if figure is None else figure.value


@dataclass(frozen=True, slots=True)
class Terms(Generic[Number]):
    """What an hour of a rented or owned board costs, draws and carries."""

    name: str
    kind: str
    vendor: str
    board: str
    gpu_count: int
    """Boards in one instance or server."""
    boards: Number
    """The same, to calculate with."""
    utilization_fraction: Number
    country: str
    pue: Number
    grid_intensity_kg_co2e_per_kwh: Number
    market_grid_intensity_kg_co2e_per_kwh: Number | None
    host_power_w_per_gpu: Number
    embodied_kg_co2e_per_gpu: Number | None
    """Board and its share of the server; None when nobody published the board's figure."""
    lifetime_years: Number
    price_per_h: Number
    """Rent of the instance; 0 for an owned server, whose costs follow."""
    capex: Number
    """0 for a server that is already paid for."""
    residual_fraction: Number
    discount_rate_per_year: Number
    upkeep_and_space_per_year: Number
    electricity_price_per_kwh: Number | None
    """None when electricity is part of the rent."""
    by_the_second: bool
    """Rent of the seconds of work alone; else of paid hours, of which `utilization_fraction` are work."""
    cold_start_s: Number
    """Start before the first image of an attempt: billed, and at work [s]."""
    minimum_s: Number
    """Fewest billed seconds of an attempt [s]."""
    work_factor: Number
    """Work over work that counts: above 1 where the vendor takes instances back in the midst of it [1]."""


MachineTerms = Terms[float]


def machine_terms(read: Figures[Number], supply: Rent | Own) -> Terms[Number]:
    """Terms of a rented instance, or of an owned server at the site.

    Raises
    ------
    MissingFigureError
        When the grid intensity of the machine's country is neither given nor known.
    """
    where = read.scenario.site if isinstance(supply, Own) else supply
    own, rent = (supply, None) if isinstance(supply, Own) else (None, supply)
    nothing, market = read.optional(None), where.market_grid_intensity
    return Terms(
        name=supply.name,
        kind=supply.kind,
        vendor="own" if rent is None else rent.vendor,
        board=supply.board,
        gpu_count=supply.gpu_count,
        boards=read.boards(supply),
        utilization_fraction=read.figure(supply.utilization_fraction),
        country=where.country,
        pue=read.figure(where.pue),
        grid_intensity_kg_co2e_per_kwh=read.figure(effective.grid_intensity(read.scenario, where)),
        market_grid_intensity_kg_co2e_per_kwh=None if market is None else read.figure(market),
        host_power_w_per_gpu=read.figure(effective.host_power_w_per_gpu(supply)),
        embodied_kg_co2e_per_gpu=_embodied_kg(read, supply),
        lifetime_years=read.figure(effective.lifetime_years(supply)),
        price_per_h=nothing if rent is None else read.amount(rent.price_per_h),
        capex=nothing if own is None or own.sunk else read.amount(own.capex),
        residual_fraction=nothing if own is None else read.figure(own.residual_fraction),
        discount_rate_per_year=read.figure(read.scenario.finance.discount_rate_per_year),
        upkeep_and_space_per_year=nothing
        if own is None
        else read.amount(own.upkeep_per_year) + read.amount(own.space_per_year),
        electricity_price_per_kwh=None if own is None else _electricity_price(read),
        by_the_second=rent is not None and rent.billing == "second",
        cold_start_s=read.optional(None if rent is None else rent.cold_start_s),
        minimum_s=read.optional(None if rent is None else rent.minimum_s),
        work_factor=1.0 + read.optional(None if rent is None else rent.interruption_overhead_fraction),
    )


def _electricity_price(read: Figures[Number]) -> Number:
    price = read.scenario.site.electricity_price
    if price is None:
        raise MissingFigureError(at("site.electricity_price", Message("planning.own_needs_price")))
    return read.amount(price)


def _embodied_kg(read: Figures[Number], supply: Rent | Own) -> Number | None:
    board = effective.embodied_kg_co2e_per_gpu(supply)
    if board is None:
        return None
    return read.figure(board) + read.figure(effective.embodied_host_kg_co2e_per_gpu(supply))
