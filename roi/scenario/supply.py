"""Where images can come from: rented boards, owned servers, services that sell images."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from bench.boards import board, boards_named, closest_boards
from roi.figure import (
    Amount,
    AmountPerYear,
    CarbonMass,
    CarbonPerKwh,
    Country,
    GridZone,
    Input,
    Kilowatts,
    Name,
    PerDay,
    PositiveSeconds,
    PricePerHour,
    PricePerImage,
    Pue,
    Rate,
    Seconds,
    Share,
    Utilization,
    Watts,
    Years,
)
from roi.scenario.site import hold_one_grid_intensity
from roi.texts.messages import Message


def canonical_board(name: str) -> str:
    """The name that this project uses for a board; a name that it does not know as it is.

    Raises
    ------
    ValueError
        When the name fits several boards, which differ in what they hold and draw.
    """
    if len(boards_named(name)) > 1:
        raise ValueError(
            Message("fault.several_boards", given=repr(name), near=", ".join(closest_boards(name)))
        )
    found = board(name)
    return found.name if found else name


def nearest_boards(name: str) -> Message:
    """Known boards nearest to an unknown name, in words."""
    near = ", ".join(closest_boards(name)) or Message("fault.no_near_board")
    return Message("fault.nearest", near=near)


BoardName = Annotated[Name, AfterValidator(canonical_board)]
"""A board by any of its names, kept under the name this project uses; or a board that it does not know."""


class _Machine(Input):
    """What rented and owned boards have in common."""

    name: Name
    """How the supply is called."""
    board: BoardName
    """The board, by any of its names."""
    gpu_count: Annotated[int, Field(ge=1)] = 1
    """Boards in one instance or server."""
    utilization_fraction: Utilization
    """Share of paid hours in which the boards work."""
    host_power_w_per_gpu: Watts | None = None
    """Power of the rest of the server for each board; a cited figure when left out."""
    embodied_kg_co2e_per_gpu: CarbonMass | None = None
    """Emissions from making one board; a cited figure when left out."""
    embodied_host_kg_co2e_per_gpu: CarbonMass | None = None
    """Emissions from making the server's rest, for each board; a cited figure when left out."""
    lifetime_years: Years | None = None
    """Years over which embodied emissions, and capex, are spread, whole ones of a server bought whole; a cited
    figure when left out."""
    idle_power_w_per_gpu: Watts | None = None
    """Power of one board that is switched on and waits; the profiles' own, else a cited figure, when left out."""
    max_power_kw: Kilowatts | None = None
    """Highest power of the whole instance or server at its plug; from the boards' limits when left out."""
    units_max: Annotated[int, Field(ge=1)] | None = None
    """Most instances or servers to be had."""
    opening_cost: Amount | None = None
    """One-off cost of taking the supply up: contract, data-protection review, rack; none when left out."""
    model_swap_s: Seconds | None = None
    """Time to load another model; it counts where one supply serves several."""
    model_swaps_per_day: PerDay | None = None
    """Loads of each further model in a day; needed beside model_swap_s."""

    @model_validator(mode="after")
    def _swap_time_needs_its_number(self) -> Self:
        if (self.model_swap_s is None) != (self.model_swaps_per_day is None):
            raise ValueError(Message("fault.swap_pair"))
        return self


class Rent(_Machine):
    """A rented instance."""

    kind: Literal["rent"]
    """Rented by the hour."""
    vendor: Name
    """Who rents it out."""
    price_per_h: PricePerHour
    """Price of the whole instance for an hour."""
    country: Country
    """Where it stands; it selects the grid intensity."""
    grid_zone: GridZone | None = None
    """Zone of the country's grid, such as `tokyo` in JPN, whose own factor then counts; the whole country when left
    out."""
    pue: Pue
    """PUE of the vendor's site."""
    grid_intensity: CarbonPerKwh | None = None
    """Location-based intensity there, on the basis that you know; when left out the cited one of the zone or
    country, of the latest year up to the price year."""
    market_grid_intensity: CarbonPerKwh | None = None
    """The vendor's market-based intensity there; without it nothing market-based is stated."""
    term: Literal["on_demand", "reserved", "spot"] = "on_demand"
    """`on_demand`: by the hour, any hour; `reserved`: every hour of a commitment is paid, used or not; `spot`: as
    on demand, but the vendor may take it back."""
    commitment_years: Annotated[int, Field(ge=1, le=10)] | None = None
    """Years of a reserved commitment; needed for the term `reserved`."""
    billing: Literal["hour", "second"] = "hour"
    """`hour`: whole instances and whole hours, also while they wait; `second`: only the seconds of work."""
    cold_start_s: Seconds | None = None
    """Billed seconds before the first image of an attempt, for `billing: second`; none when left out."""
    minimum_s: Seconds | None = None
    """Fewest billed seconds of an attempt, for `billing: second`; none when left out."""
    interruption_overhead_fraction: Share | None = None
    """Work done twice because the vendor took the instance back, as a share of all work; needed for `spot`."""

    @model_validator(mode="after")
    def _one_grid_intensity(self) -> Self:
        hold_one_grid_intensity(self.grid_zone, self.grid_intensity)
        return self

    @model_validator(mode="after")
    def _term_has_its_figures(self) -> Self:
        for name, holder in (("commitment_years", "reserved"), ("interruption_overhead_fraction", "spot")):
            if (getattr(self, name) is not None) != (self.term == holder):
                raise ValueError(Message("fault.term_pair", term=repr(holder), name=name))
        if self.billing == "second" and self.term == "reserved":
            raise ValueError(Message("fault.reserved_by_second"))
        if self.billing == "hour" and (self.cold_start_s or self.minimum_s):
            raise ValueError(Message("fault.seconds_by_hour"))
        return self


class Own(_Machine):
    """An owned server at the site."""

    kind: Literal["own"]
    """Bought."""
    capex: Amount
    """Price of the whole server, installed."""
    residual_fraction: Share
    """Share of the price that the server still fetches at the end of its life."""
    upkeep_per_year: AmountPerYear
    """Maintenance and administration of the server."""
    space_per_year: AmountPerYear
    """Rack space and network of the server."""
    shared: bool
    """True when other work fills the server to `utilization_fraction`; False when this workload carries whole
    servers alone, however little it uses them."""
    sunk: bool = False
    """True when the server is already paid for and would stand idle otherwise; `units_max` of them, else one."""
    capex_change_per_year: Rate | None = None
    """Change of the purchase price from year to year; it stays the same when left out."""


class Api(Input):
    """A service that sells images."""

    kind: Literal["api"]
    """Sold by the image."""
    name: Name
    """How the supply is called."""
    vendor: Name
    """Who sells it."""
    model: Name
    """Model id or name; an open model of the same name lends its quality figure, held against this size: match
    `unstated` at the best."""
    price_per_image: PricePerImage
    """Price of one generated image, accepted or not."""
    width: Annotated[int, Field(ge=1)]
    """Width of the image [pixels]."""
    height: Annotated[int, Field(ge=1)]
    """Height of the image [pixels]."""
    latency_s: PositiveSeconds | None = None
    """95th percentile of the answer time of one image, where the vendor states it."""
    country: Country | None = None
    """Where images are made, where the vendor states it."""
    opening_cost: Amount | None = None
    """One-off cost of taking the service up; none when left out."""
    commercial_use: Literal["yes", "conditional", "no", "unknown"] = "unknown"
    """Whether the vendor's terms let pictures be used commercially."""


Supply = Annotated[Rent | Own | Api, Field(discriminator="kind")]
