"""Where images can come from: rented boards, owned servers, services that sell images."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from bench.boards import board, boards_named, closest_boards
from roi.figure import (
    Amount,
    AmountPerYear,
    CarbonMass,
    CarbonPerKwh,
    Country,
    Input,
    Name,
    PositiveSeconds,
    PricePerHour,
    PricePerImage,
    Pue,
    Share,
    Utilization,
    Watts,
    Years,
)


def canonical_board(name: str) -> str:
    """The name that this project uses for a board; a name that it does not know as it is.

    Raises
    ------
    ValueError
        When the name fits several boards, which differ in what they hold and draw.
    """
    if len(boards_named(name)) > 1:
        raise ValueError(f"{name!r} fits several boards; nearest: {', '.join(closest_boards(name))}")
    found = board(name)
    return found.name if found else name


def nearest_boards(name: str) -> str:
    """Known boards nearest to an unknown name, in words."""
    return f"nearest: {', '.join(closest_boards(name)) or 'none; see `python -m bench library`'}"


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
    """Years over which embodied emissions, and capex, are spread; a cited figure when left out."""


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
    pue: Pue
    """PUE of the vendor's site."""
    grid_intensity: CarbonPerKwh | None = None
    """Location-based intensity there; taken from the country when left out."""
    market_grid_intensity: CarbonPerKwh | None = None
    """The vendor's market-based intensity there."""


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
    shared: bool = True
    """True when other work fills the server to `utilization_fraction`; False when this workload carries whole
    servers alone, however little it uses them."""
    sunk: bool = False
    """True when the server is already paid for and would stand idle otherwise."""


class Api(Input):
    """A service that sells images."""

    kind: Literal["api"]
    """Sold by the image."""
    name: Name
    """How the supply is called."""
    vendor: Name
    """Who sells it."""
    model: Name
    """Model id or name; an open model of the same name lends its quality figure, match `unstated`."""
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
    commercial_use: Literal["yes", "conditional", "no", "unknown"] = "unknown"
    """Whether the vendor's terms let pictures be used commercially."""


Supply = Annotated[Rent | Own | Api, Field(discriminator="kind")]
