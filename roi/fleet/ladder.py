"""The rung below as a fleet: one world, one year, one block, every supply paid by use.

The portfolio keeps its own builder. Its share of an unmixed workload is itself binary and its costs are one number
a request, so that a million options are pruned and solved in seconds; as a fleet each would carry a second
variable, its prices by stream and its periods. What holds the two together is this embedding: tests hold that
both have the same optimum.
"""

import numpy as np

from roi.fleet.problem import FleetCandidates, FleetProgramme, FleetRules, FleetSupply, FloatArray
from roi.optimize.problem import Programme

PRICE_TOLERANCE = 1e-9
"""How far, as a fraction, the carbon price may differ between candidates: rounding."""


def as_fleet(programme: Programme) -> FleetProgramme:
    """The fleet programme with the same plans at the same cost.

    Raises
    ------
    ValueError
        When the programme caps further resources, or steers by something else than cash and a carbon price: the
        fleet has no such rules.
    """
    if programme.resource_caps:
        raise ValueError(f"as_fleet: the fleet has no cap on {sorted(programme.resource_caps)[0]!r}")
    if not np.array_equal(programme.model_weight, programme.model_fixed_cost):
        raise ValueError("as_fleet: models must weigh what they cost")
    candidates, size = programme.candidates, len(programme.candidates)
    budget, cap = programme.budget, programme.carbon_cap_kg
    return FleetProgramme(
        candidates=FleetCandidates(
            choice=np.arange(size),
            workload=candidates.workload,
            model=candidates.model,
            supply=candidates.supply,
            deliver=candidates.deliver,
            board_s=np.zeros(size),
            energy_kwh=np.zeros(size),
            embodied_kg=candidates.carbon_kg_co2e_per_request,
            stream={"cash": candidates.cash_per_request},
        ),
        supplies=tuple(
            FleetSupply(name=f"supply{r}", vendor=-1, kind="by_use")
            for r in range(int(candidates.supply.max()) + 1)
        ),
        workload_names=programme.workload_names,
        model_names=programme.model_names,
        vendor_names=(),
        block_names=("year",),
        block_hours=np.ones(1),
        world_probability=np.ones(1),
        demand=np.asarray(programme.demand, dtype=np.float64)[None, :, None, None],
        demand_of_accepted=programme.demand_of_accepted,
        deferrable=np.zeros(len(programme.demand), dtype=np.bool_),
        peak_factor=np.ones(len(programme.demand)),
        one_option=programme.one_option,
        stream_factor={"cash": np.ones((1, 1))},
        year_factor=np.ones(1),
        start_factor=np.ones(2),
        model_upkeep=np.asarray(programme.model_fixed_cost, dtype=np.float64)[:, None],
        model_migration=np.zeros(len(programme.model_names)),
        demand_charge=np.zeros((1, 1)),
        carbon_price=np.array([_carbon_price(programme)]),
        rules=FleetRules(
            models_max=programme.models_max,
            opex_budget=_of_one_year(budget),
            carbon_cap_kg=_of_one_year(cap),
            one_supply=True,
        ),
    )


def _of_one_year(limit: float | None) -> FloatArray | None:
    return None if limit is None else np.array([limit])


def _carbon_price(programme: Programme) -> float:
    """The price at which the objective is cash and carbon [money/kgCO2e]."""
    candidates = programme.candidates
    steer = candidates.objective_per_request - candidates.cash_per_request
    carbon = np.nan_to_num(candidates.carbon_kg_co2e_per_request)
    if not np.any(steer):
        return 0.0
    price = float(steer @ carbon / (carbon @ carbon)) if np.any(carbon) else 0.0
    if np.any(np.abs(steer - price * carbon) > PRICE_TOLERANCE * np.abs(candidates.objective_per_request)):
        raise ValueError("as_fleet: the objective is neither cash nor cash and one carbon price")
    return price
