"""A seeded fleet of any size, hard where real ones are: cost, time and energy rise together but not in step, demand
has its hours and seasons, own servers compete with reserved, rented and spot instances and with a service."""

import numpy as np

from roi.fleet.problem import FleetCandidates, FleetProgramme, FleetRules, FleetSupply

MODELS = 20
SUPPLIES = ("own", "reserved", "rented", "spot", "service")
MODELS_MAX = 8
HOURS_PER_YEAR = 8760.0
GROWTH = 0.15
RATE = 0.04
SPREAD = {"model": 0.2, "choice": 0.15, "own": 0.1}
"""Standard deviations of the logarithms: of a model for a workload, of a choice, of a choice on one supply."""
NIGHT_HOURS = 8


def fleet_instance(
    options: int, *, workloads: int = 20, blocks: int = 24, years: int = 5, seed: int = 20260101
) -> FleetProgramme:
    """`options` configurations per workload over 20 models, each on all 5 supplies.

    Half of the workloads must not be mixed, every fifth may wait. `models_max` 8, a carbon cap, a vendor at most
    0.8 and spot at most 0.4 of all images, a charge for the site's peak.
    """
    rng = np.random.default_rng(seed)
    hours = np.full(blocks, HOURS_PER_YEAR / blocks)
    deferrable = np.arange(workloads) % 5 == 4
    demand = _demand(rng, workloads, blocks, years, deferrable)
    candidates = _candidates(rng, options, workloads)
    growth = (1.0 + GROWTH) ** np.arange(years)
    return FleetProgramme(
        candidates=candidates,
        supplies=_supplies(blocks, years),
        workload_names=tuple(f"workload{j:02d}" for j in range(workloads)),
        model_names=tuple(f"model{m:02d}" for m in range(MODELS)),
        vendor_names=("cloud", "service"),
        block_names=tuple(f"block{b:02d}" for b in range(blocks)),
        block_hours=hours,
        world_probability=np.ones(1),
        demand=demand,
        demand_of_accepted=np.arange(workloads) % 2 == 0,
        deferrable=deferrable,
        peak_factor=np.where(deferrable, 1.0, 1.3),
        one_option=np.arange(workloads) % 4 < 2,
        stream_factor={"review": np.ones((1, years)), "service": np.full((1, years), 1.0)},
        year_factor=(1.0 + RATE) ** -(np.arange(years) + 0.5),
        start_factor=(1.0 + RATE) ** -np.arange(years + 1.0),
        model_upkeep=np.repeat(rng.uniform(2e5, 1e6, (MODELS, 1)), years, axis=1) * workloads / 20,
        model_migration=rng.uniform(2e5, 1e6, MODELS) * workloads / 20,
        demand_charge=np.full((1, years), 20_000.0),
        carbon_price=np.zeros(years),
        rules=FleetRules(
            models_max=MODELS_MAX,
            carbon_cap_kg=_carbon_cap(candidates, demand) * growth,
            vendor_share_max=0.8,
            spot_share_max=0.4,
        ),
    )


def _demand(
    rng: np.random.Generator, workloads: int, blocks: int, years: int, deferrable: np.ndarray
) -> np.ndarray:
    """Requests by block: busy at noon, quiet at night, growing [1 x J x Y x B]."""
    volume = rng.uniform(0.5e7, 3e7, workloads)
    shape = 1.0 + 0.8 * np.sin(np.arange(blocks) * 2 * np.pi / blocks)
    by_block = volume[:, None] * shape / shape.sum()
    first = np.arange(blocks) == 0
    by_block = np.where(deferrable[:, None], np.where(first, volume[:, None], 0.0), by_block)
    growth = (1.0 + GROWTH) ** np.arange(years)
    return (by_block[:, None, :] * growth[None, :, None])[None].round()


def _candidates(rng: np.random.Generator, options: int, workloads: int) -> FleetCandidates:
    size, supplies = options * workloads, len(SUPPLIES)
    workload = np.repeat(np.arange(workloads), options)
    model = np.tile(np.arange(options) % MODELS, workloads)
    level = rng.normal(0.0, SPREAD["model"], (workloads, MODELS))[workload, model]
    common = level + rng.normal(0.0, SPREAD["choice"], size)

    def drawn(spread: float) -> np.ndarray:
        return np.exp(common[:, None] + rng.normal(0.0, spread, (size, supplies)))

    in_units = np.arange(supplies) < 4
    board_s = np.where(in_units, 8.0 * drawn(SPREAD["own"]), 0.0)
    energy_kwh = board_s * 0.7 / 3600 * np.exp(rng.normal(0.0, SPREAD["own"], (size, supplies)))
    review = np.repeat(0.4 * np.exp(rng.normal(0.0, SPREAD["choice"], (size, 1))), supplies, axis=1)
    return FleetCandidates(
        choice=np.repeat(np.arange(size), supplies),
        workload=np.repeat(workload, supplies),
        model=np.repeat(model, supplies),
        supply=np.tile(np.arange(supplies), size),
        deliver=np.repeat(rng.uniform(0.9, 1.0, size), supplies),
        board_s=board_s.ravel(),
        energy_kwh=energy_kwh.ravel(),
        embodied_kg=np.where(in_units, 0.0, 6e-4 * drawn(SPREAD["own"])).ravel(),
        stream={
            "review": review.ravel(),
            "service": np.where(in_units, 0.0, 1.1 * drawn(SPREAD["own"])).ravel(),
        },
    )


def _supplies(blocks: int, years: int) -> tuple[FleetSupply, ...]:
    own_price = np.full(years, 12e6)
    night = np.arange(blocks) < blocks * NIGHT_HOURS / 24
    tariff = np.broadcast_to(np.where(night, 14.0, 24.0), (1, years, blocks)).copy()
    grid = {"grid_kg_per_kwh": np.full(years, 0.43), "market_kg_per_kwh": np.full(years, 0.43)}
    common = {"boards": 4, "load_max": 0.9, **grid}
    return (
        FleetSupply(
            name="own",
            vendor=-1,
            kind="own",
            at_site=True,
            year_price=np.full((1, years), 8e5),
            buy_price=own_price,
            residual=own_price * 0.1,
            life_years=5,
            units_max=12,
            electricity_price=tariff,
            idle_kw_per_board=0.15,
            max_kw_per_unit=3.5,
            embodied_kg_per_unit_year=400.0,
            **common,
        ),
        FleetSupply(
            name="reserved",
            vendor=0,
            kind="reserved",
            commitment_price=np.full((1, years), 4.2e6),
            life_years=1,
            idle_kw_per_board=0.15,
            embodied_kg_per_unit_year=400.0,
            **common,
        ),
        FleetSupply(
            name="rented",
            vendor=0,
            kind="on_demand",
            hour_price=np.full((1, years), 1000.0),
            idle_kw_per_board=0.15,
            embodied_kg_per_unit_hour=0.05,
            **common,
        ),
        FleetSupply(
            name="spot",
            vendor=0,
            kind="on_demand",
            spot=True,
            hour_price=np.full((1, years), 450.0),
            idle_kw_per_board=0.15,
            embodied_kg_per_unit_hour=0.05,
            **common,
        ),
        FleetSupply(name="service", vendor=1, kind="by_use"),
    )


def _carbon_cap(candidates: FleetCandidates, demand: np.ndarray) -> float:
    """Of the first year: a little above the busy energy of middling options on units [kgCO2e]."""
    kwh = np.median(candidates.energy_kwh[candidates.board_s > 0])
    return float(0.8 * 0.43 * kwh * demand[0, :, 0].sum() + 1e4)
