"""A seeded portfolio of any size, hard where real ones are: cost, carbon and time rise together, but not in
step."""

import numpy as np

from roi.optimize import Candidates, Programme

MODELS = 20
SUPPLIES = 4
MODELS_MAX = 5
SPREAD = {"common": 0.15, "own": 0.3}
"""Standard deviations of the logarithms: shared by an option's cost, carbon and time, and of each alone."""


def instance(options: int, workloads: int, *, seed: int = 20260101) -> Programme:
    """`options` per workload, spread over 20 models and 4 supplies; `models_max` 5, carbon cap and busy time
    capped.

    Every other workload must not be mixed. The caps are 0.9 of what the cheapest option of each workload
    uses, so that both bind."""
    rng = np.random.default_rng(seed)
    size = options * workloads
    workload = np.repeat(np.arange(workloads), options)
    model = np.tile(np.arange(options) % MODELS, workloads)
    level = rng.normal(0.0, 0.2, (workloads, MODELS))[workload, model]
    common = level + rng.normal(0.0, SPREAD["common"], size)
    cost, carbon, busy_s = (np.exp(common + rng.normal(0.0, SPREAD["own"], size)) for _ in range(3))
    demand = rng.uniform(1e3, 1e5, workloads).round()
    deliver = rng.uniform(0.9, 1.0, size)
    cheapest = np.arange(workloads) * options + cost.reshape(workloads, options).argmin(axis=1)
    return Programme(
        candidates=Candidates(
            workload=workload,
            model=model,
            supply=rng.integers(0, SUPPLIES, size),
            vendor=np.zeros(size, dtype=np.int64),
            objective_per_request=cost,
            cash_per_request=cost,
            carbon_kg_co2e_per_request=0.01 * carbon,
            deliver=deliver,
            resources={"busy_s": 5.0 * busy_s},
        ),
        workload_names=tuple(f"workload{j:02d}" for j in range(workloads)),
        model_names=tuple(f"model{m:02d}" for m in range(MODELS)),
        demand=demand,
        demand_of_accepted=np.ones(workloads, dtype=bool),
        one_option=np.arange(workloads) % 2 == 0,
        model_fixed_cost=rng.uniform(0.002, 0.01, MODELS) * demand.sum(),
        models_max=MODELS_MAX,
        carbon_cap_kg=float(0.9 * 0.01 * carbon[cheapest] @ demand),
        resource_caps={"busy_s": float(0.9 * 5.0 * busy_s[cheapest] @ demand)},
    )
