"""Small fleet programmes: stated by hand with defaults, or drawn from a seed."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from roi.fleet.evaluation import evaluate
from roi.fleet.evaluation.carbon import busiest_month_kg
from roi.fleet.evaluation.money import CAPEX, RUNNING, busiest_month_cash
from roi.fleet.evaluation.workloads import carbon_of_workloads
from roi.fleet.problem import FleetCandidates, FleetPlan, FleetProgramme, FleetSupply

KINDS = ("by_use", "on_demand", "reserved", "own")


def candidate(
    choice: int,
    *,
    workload: int = 0,
    model: int = 0,
    supply: int = 0,
    deliver: float = 1.0,
    board_s: float = 0.0,
    energy_kwh: float = 0.0,
    embodied_kg: float = 0.0,
    **stream: float,
) -> dict[str, object]:
    """One column of the candidates; what remains are price streams."""
    numbers = {"choice": choice, "workload": workload, "model": model, "supply": supply}
    return {
        **numbers,
        "deliver": deliver,
        "board_s": board_s,
        "energy_kwh": energy_kwh,
        "embodied_kg": embodied_kg,
        "stream": stream,
    }


def columns(candidates: Sequence[dict[str, object]]) -> FleetCandidates:
    """Columns of candidates; a stream that one does not state is 0 there."""
    whole = {name: np.array([each[name] for each in candidates]) for name in ("choice", "workload")}
    whole |= {name: np.array([each[name] for each in candidates]) for name in ("model", "supply")}
    real = {
        name: np.array([each[name] for each in candidates], dtype=float)
        for name in ("deliver", "board_s", "energy_kwh", "embodied_kg")
    }
    streams = sorted({name for each in candidates for name in each["stream"]})
    stream = {name: np.array([each["stream"].get(name, 0.0) for each in candidates]) for name in streams}
    return FleetCandidates(**whole, **real, stream=stream)


def programme(
    candidates: Sequence[dict[str, object]],
    supplies: Sequence[FleetSupply],
    *,
    demand: object,
    shape: tuple[int, int, int, int] | None = None,
    **fields: object,
) -> FleetProgramme:
    """A programme without discounting, price changes, models' costs or rules but those that are stated.

    `demand` is spread over `shape` (worlds, workloads, years, blocks) where it is not that already.
    """
    spread = np.asarray(demand, dtype=float) if shape is None else np.full(shape, demand, dtype=float)
    worlds, workloads, years, blocks = spread.shape
    cols = columns(candidates)
    models = int(cols.model.max()) + 1
    vendors = max([supply.vendor for supply in supplies], default=-1) + 1
    flags = np.zeros(workloads, dtype=bool)
    defaults = {
        "workload_names": tuple(f"j{j}" for j in range(workloads)),
        "model_names": tuple(f"m{m}" for m in range(models)),
        "vendor_names": tuple(f"v{v}" for v in range(vendors)),
        "block_names": tuple(f"b{b}" for b in range(blocks)),
        "block_hours": np.full(blocks, 8760.0 / blocks),
        "world_probability": np.full(worlds, 1.0 / worlds),
        "demand_of_accepted": flags,
        "deferrable": flags,
        "peak_factor": np.ones(workloads),
        "one_option": flags,
        "stream_factor": {name: np.ones((worlds, years)) for name in cols.stream},
        "year_factor": np.ones(years),
        "start_factor": np.ones(years + 1),
        "model_upkeep": np.zeros((models, years)),
        "model_migration": np.zeros(models),
        "demand_charge": np.zeros((worlds, years)),
        "carbon_price": np.zeros(years),
    }
    return FleetProgramme(candidates=cols, supplies=tuple(supplies), demand=spread, **{**defaults, **fields})


def random_programme(seed: int) -> FleetProgramme:
    """At most 3 workloads of 2 choices, 3 supplies, 2 models, years, blocks and worlds; blocks of a few hours and
    loads of about a unit, so that whole units, whole hours and limits all matter. Commitments cost the same in
    whatever year they are signed, so that their running cost hangs on their number alone.
    """
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 3, 5)
    worlds, workloads, years, blocks, models = (int(size) for size in sizes)
    workloads += int(workloads == 2 and rng.random() < 0.2)
    supplies = _supplies(rng, worlds, years, blocks)
    candidates = _candidates(rng, workloads, models, supplies)
    deferrable = rng.random(workloads) < 0.3
    demand = rng.integers(2, 12, (worlds, workloads, years, blocks)).astype(float)
    demand[:, deferrable] = np.where(np.arange(blocks) == 0, demand[:, deferrable] * blocks, 0.0)
    rate = rng.choice([0.0, 0.05, -0.01])
    return programme(
        candidates,
        supplies,
        demand=demand,
        block_hours=rng.integers(3, 7, blocks).astype(float),
        world_probability=np.array([0.3, 0.7]) if worlds == 2 else np.ones(1),
        demand_of_accepted=rng.random(workloads) < 0.5,
        deferrable=deferrable,
        peak_factor=np.where(deferrable, 1.0, rng.choice([1.0, 1.5], workloads)),
        one_option=rng.random(workloads) < 0.5,
        stream_factor={name: rng.uniform(0.8, 1.3, (worlds, years)) for name in ("api", "review")},
        year_factor=(1 + rate) ** -(np.arange(years) + 0.5),
        start_factor=(1 + rate) ** -np.arange(years + 1.0),
        later_factor=(1 + rate) ** -(np.arange(years, years + 2) + 0.5),
        model_names=tuple(f"m{m}" for m in range(models)),
        model_upkeep=rng.integers(0, 2) * rng.integers(0, 30, (models, years)).astype(float),
        model_migration=rng.integers(0, 2) * rng.integers(0, 40, models).astype(float),
        demand_charge=rng.integers(0, 2) * rng.uniform(0, 8, (worlds, years)),
        carbon_price=rng.integers(0, 2) * rng.uniform(0, 0.5, years),
        risk_weight=float(rng.choice([0.0, 0.5, 1.0])),
        tail_fraction=float(rng.choice([0.1, 0.5])),
    )


def limited(free: FleetProgramme, plan: FleetPlan, seed: int) -> FleetProgramme:
    """Some rules, each about at what the plan without rules uses."""
    rng = np.random.default_rng(seed)
    given = rng.random(9) < (0.2, 0.15, 0.25, 0.15, 0.3, 0.1, 0.15, 0.4, 0.3)
    factor = rng.uniform(0.85, 1.15, 9)
    found = evaluate(free, plan)
    running = np.sum([found.cash[name] for name in (*free.candidates.stream, *RUNNING)], axis=0)
    invested = sum(float(found.cash[name][0].sum()) for name in CAPEX)
    levels = {
        "capex_budget": invested + 1.0,
        "opex_budget": running.max(axis=0),
        "carbon_cap_kg": found.carbon.location_kg.max(axis=0) + 0.01,
        "market_cap_kg": found.carbon.market_kg.max(axis=0) + 0.01,
        "site_power_kw": float(found.done.site_kw.max()) + 0.5,
        "vendor_share_max": 0.9,
        "spot_share_max": 0.7,
    }
    rules = {name: each * factor[k] for k, (name, each) in enumerate(levels.items()) if given[k]}
    rules |= _of_a_month(free, plan, seed)
    models_max = 1 if given[7] else None
    return replace(
        free,
        rules=replace(free.rules, models_max=models_max, **rules),
        carbon_max=_carbon_max(free, plan, factor[8]) if given[8] else None,
    )


def _of_a_month(free: FleetProgramme, plan: FleetPlan, seed: int) -> dict[str, np.ndarray]:
    """Limits of the busiest month, drawn by themselves."""
    rng = np.random.default_rng([seed, 12])
    found = evaluate(free, plan)
    levels = {
        "month_budget": busiest_month_cash(free, plan, found.cash).max(axis=0),
        "month_carbon_kg": busiest_month_kg(free, plan, found.carbon).max(axis=0) + 0.01,
    }
    factors = rng.uniform(0.85, 1.1, 2)
    return {
        name: each * factor
        for (name, each), factor, given in zip(levels.items(), factors, rng.random(2) < 0.25, strict=True)
        if given
    }


def _carbon_max(free: FleetProgramme, plan: FleetPlan, factor: float) -> np.ndarray | None:
    """About what a picture of the only workload emits in its worst year; none where that is no sum."""
    there = any(np.any(np.asarray(each.existing) > 0) for each in free.supplies)
    if len(free.workload_names) > 1 or there:
        return None
    pictures = free.demand.sum(axis=3)[:, 0]
    return np.array([factor * float((carbon_of_workloads(free, plan)[0] / pictures).max())])


def _supplies(rng: np.random.Generator, worlds: int, years: int, blocks: int) -> list[FleetSupply]:
    """At most two that come in units."""
    kinds = rng.choice(KINDS, int(rng.integers(1, 4))).tolist()
    kinds = [
        kind if kinds[:r].count(kind) + sum(k != "by_use" for k in kinds[:r]) < 2 else "by_use"
        for r, kind in enumerate(kinds)
    ]
    return [_supply(rng, f"r{r}", kind, worlds, years, blocks) for r, kind in enumerate(kinds)]


def _supply(
    rng: np.random.Generator, name: str, kind: str, worlds: int, years: int, blocks: int
) -> FleetSupply:
    per_world, owned = (worlds, years), kind in ("own", "reserved")
    price = rng.uniform(40, 90, years) * (kind == "own")
    maybe = rng.integers(0, 2, 8)
    boards = int(rng.choice([1, 2, 8]))
    return FleetSupply(
        name=name,
        vendor=-1 if kind == "own" else int(rng.integers(0, 2)),
        kind=kind,
        spot=kind in ("on_demand", "by_use") and bool(maybe[0]),
        at_site=kind == "own",
        boards=boards,
        load_max=float(rng.choice([0.8, 1.0])),
        hour_price=rng.uniform(5, 15, per_world) * (kind == "on_demand"),
        year_price=rng.uniform(0, 10, per_world) * owned,
        commitment_price=np.repeat(rng.uniform(20, 50, (worlds, 1)), years, axis=1) * (kind == "reserved"),
        buy_price=price,
        residual=0.3 * price * maybe[1],
        life_years=int(rng.integers(1, 3)),
        units_max=int(rng.integers(1, 4)) if maybe[2] else None,
        existing=rng.integers(0, 2) * owned * np.ones(years, dtype=np.int64) * (rng.random() < 0.3),
        opening_cost=float(maybe[3] * rng.integers(0, 30)),
        whole_hours=kind == "on_demand" and bool(maybe[4]),
        electricity_price=rng.uniform(1, 4, (worlds, years, blocks)) * (kind == "own"),
        idle_kw_per_board=0.2 * maybe[5],
        max_kw_per_unit=float(rng.uniform(1, 3)),
        grid_kg_per_kwh=rng.uniform(0.2, 0.6, years),
        market_kg_per_kwh=rng.uniform(0.0, 0.6, years),
        embodied_kg_per_unit_hour=0.1 * (kind == "on_demand"),
        embodied_kg_per_unit_year=0.5 * owned,
        swap_board_s_per_day=15.0 * boards * owned * maybe[6],
    )


def _candidates(
    rng: np.random.Generator, workloads: int, models: int, supplies: list[FleetSupply]
) -> list[dict[str, object]]:
    """One or two choices of each workload, each on one supply or more; work gets about half a unit's time."""
    found, choice = [], 0
    for j in range(workloads):
        for _ in range(int(rng.integers(1, 3))):
            model, deliver = int(rng.integers(0, models)), float(rng.choice([0.5, 0.8, 1.0]))
            count = int(rng.integers(1, len(supplies) + 1))
            load = rng.uniform(400, 1200)
            for r in np.sort(rng.choice(len(supplies), count, replace=False)).tolist():
                found.append(_candidate(rng, choice, j, model, r, deliver, load, supplies[r]))
            choice += 1
    return found


def _candidate(
    rng: np.random.Generator,
    choice: int,
    workload: int,
    model: int,
    supply: int,
    deliver: float,
    load_s: float,
    where: FleetSupply,
) -> dict[str, object]:
    """`load_s`: seconds of a unit for one request, accepted or not."""
    by_use = where.kind == "by_use"
    limited = where.units_max is not None
    board_s = 0.0 if by_use and not limited else load_s * deliver * where.boards
    api = float(rng.uniform(2, 12)) if by_use else 0.0
    return candidate(
        choice,
        workload=workload,
        model=model,
        supply=supply,
        deliver=deliver,
        board_s=board_s,
        energy_kwh=0.1 if by_use else board_s / 3600 * float(rng.uniform(0.2, 0.5)),
        embodied_kg=0.05 * by_use,
        api=api,
        review=float(rng.integers(1, 5)),
    )
