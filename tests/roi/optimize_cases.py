"""Seeded random programmes, toy programmes for the golden files, and brute force.

`python -m tests.roi.optimize_cases` writes the golden files anew.
"""

import itertools
import json
import tempfile
from pathlib import Path

import numpy as np
import pulp
from scipy.optimize import linprog

from roi.optimize import Candidates, Programme, prune_candidates, solve
from roi.optimize.build import build
from roi.optimize.problem import limits, requests_per_share
from roi.optimize.prune import keep_all

GOLDEN = Path(__file__).parent.parent / "golden"


def random_programme(
    seed: int, *, size: int, workloads: int, models: int, whole: str = "some", rules: tuple[str, ...] = ()
) -> Programme:
    """Small whole-number costs, so that ties and dominance are frequent. Limits lie around what plans use.

    `whole` says which workloads must not be mixed: all, some or none.
    """
    rng = np.random.default_rng(seed)
    size = max(size, workloads)
    cost = rng.integers(1, 7, size).astype(float)
    candidates = Candidates(
        workload=np.sort(np.append(np.arange(workloads), rng.integers(0, workloads, size - workloads))),
        model=rng.integers(0, models, size),
        supply=rng.integers(0, 2, size),
        vendor=rng.integers(0, 2, size),
        objective_per_request=cost + rng.integers(0, 2) * rng.integers(0, 3, size),
        cash_per_request=cost,
        carbon_kg_co2e_per_request=rng.integers(1, 7, size).astype(float),
        deliver=rng.choice([0.5, 0.8, 1.0], size),
        resources={"busy_s": rng.integers(1, 7, size).astype(float)},
    )
    share = {"all": 1.0, "some": 0.5, "none": 0.0}[whole]
    free = Programme(
        candidates=candidates,
        workload_names=tuple(f"w{j}" for j in range(workloads)),
        model_names=tuple(f"m{m}" for m in range(models)),
        demand=rng.integers(1, 9, workloads).astype(float),
        demand_of_accepted=rng.random(workloads) < 0.5,
        one_option=rng.random(workloads) < share,
        model_fixed_cost=rng.integers(0, 2) * rng.integers(0, 9, models).astype(float),
    )
    return with_rules(free, rules, rng)


def with_rules(free: Programme, rules: tuple[str, ...], rng: np.random.Generator) -> Programme:
    """The programme with limits between the least and somewhat above what a random plan uses."""
    plan = random_plan(free, rng)
    per_share = requests_per_share(free)[plan]
    candidates = free.candidates
    fixed = free.model_fixed_cost[np.unique(candidates.model[plan])].sum()
    looseness = rng.uniform(0.5, 1.2, 3)
    budget = (candidates.cash_per_request[plan] @ per_share + fixed) * looseness[0]
    carbon = candidates.carbon_kg_co2e_per_request[plan] @ per_share * looseness[1]
    busy = candidates.resources["busy_s"][plan] @ per_share * looseness[2]
    return changed(
        free,
        models_max=int(rng.integers(1, len(free.model_names) + 1)) if "models_max" in rules else None,
        budget=float(budget) if "opex_budget" in rules else None,
        carbon_cap_kg=float(carbon) if "carbon_cap" in rules else None,
        resource_caps={"busy_s": float(busy)} if "busy_s" in rules else {},
    )


def changed(programme: Programme, **fields: object) -> Programme:
    """A newly checked programme with other fields."""
    names = Programme.__dataclass_fields__
    return Programme(**{**{name: getattr(programme, name) for name in names}, **fields})


def random_plan(programme: Programme, rng: np.random.Generator) -> np.ndarray:
    """One random candidate per workload [J]."""
    workload = programme.candidates.workload
    return np.array([rng.choice(np.flatnonzero(workload == j)) for j in range(len(programme.demand))])


def brute_force(programme: Programme) -> float:
    """Least objective by enumeration of kept models and single options; mixtures by a linear programme.

    Infinite when there is no plan.
    """
    models = range(len(programme.model_names))
    most = len(models) if programme.models_max is None else programme.models_max
    kept_sets = [set(kept) for k in range(most + 1) for kept in itertools.combinations(models, k)]
    return min(_cheapest_with(programme, kept) for kept in kept_sets)


def _cheapest_with(programme: Programme, kept: set[int]) -> float:
    candidates = programme.candidates
    usable = np.flatnonzero(np.isin(candidates.model, sorted(kept)))
    fixed = programme.model_weight[sorted(kept)].sum()
    options = [usable[candidates.workload[usable] == j] for j in range(len(programme.demand))]
    if any(not len(mine) for mine in options):
        return np.inf
    whole = [options[j] for j in np.flatnonzero(programme.one_option)]
    mixed = [options[j] for j in np.flatnonzero(~programme.one_option)]
    return fixed + min(_cheapest_mix(programme, kept, picks, mixed) for picks in itertools.product(*whole))


def _cheapest_mix(
    programme: Programme, kept: set[int], picks: tuple[int, ...], mixed: list[np.ndarray]
) -> float:
    per_share = requests_per_share(programme)
    cost = programme.candidates.objective_per_request * per_share
    chosen = list(picks)
    room = [
        limit.cap - limit.per_model[sorted(kept)].sum() - (limit.per_request * per_share)[chosen].sum()
        for limit in limits(programme)
    ]
    if any(each < -1e-9 * limit.cap for each, limit in zip(room, limits(programme), strict=True)):
        return np.inf
    if not mixed:
        return cost[chosen].sum()
    if not room:
        return cost[chosen].sum() + sum(cost[mine].min() for mine in mixed)
    rows = np.concatenate(mixed)
    found = linprog(
        cost[rows],
        A_ub=[(limit.per_request * per_share)[rows] for limit in limits(programme)],
        b_ub=np.maximum(room, 0.0),
        A_eq=[np.isin(rows, mine).astype(float) for mine in mixed],
        b_eq=np.ones(len(mixed)),
        bounds=(0, 1),
    )
    return cost[chosen].sum() + found.fun if found.status == 0 else np.inf


def toys() -> dict[str, Programme]:
    """A toy programme per constraint family, under the family's name."""
    return {
        "demand": toy(kept_free=True),
        "uses": toy(),
        "one_option": toy(whole=True, kept_free=True, carbon_cap_kg=24.0),
        "keeps": toy(whole=True),
        "models_max": toy(models_max=1),
        "opex_budget": toy(budget=40.0),
        "carbon_cap": toy(carbon_cap_kg=12.0),
        "busy_s": toy(resource_caps={"busy_s": 30.0}),
    }


def toy(
    *,
    whole: bool = False,
    kept_free: bool = False,
    workload_names: tuple[str, str] = ("products", "people shots"),
    **rules: object,
) -> Programme:
    """Two workloads, two models: products count accepted images, people count requests."""
    cost = np.array([1.0, 2.0, 3.0, 4.0])
    return Programme(
        candidates=Candidates(
            workload=np.array([0, 0, 1, 1]),
            model=np.array([0, 1, 0, 1]),
            supply=np.zeros(4, dtype=np.int64),
            vendor=np.zeros(4, dtype=np.int64),
            objective_per_request=cost,
            cash_per_request=cost,
            carbon_kg_co2e_per_request=np.array([2.0, 1.0, 2.0, 1.0]),
            deliver=np.array([0.5, 0.8, 0.5, 0.8]),
            resources={"busy_s": np.array([5.0, 1.0, 5.0, 1.0])},
        ),
        workload_names=workload_names,
        model_names=("SDXL", "画像モデル"),
        demand=np.array([4.0, 8.0]),
        demand_of_accepted=np.array([True, False]),
        one_option=np.array([whole, whole]),
        model_fixed_cost=np.array([0.0, 0.0]) if kept_free else np.array([5.0, 7.0]),
        **rules,
    )


def lp_text(programme: Programme) -> str:
    """The LP file of an unpruned programme."""
    problem = build(programme, keep_all(programme).rows).problem
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "problem.lp"
        problem.writeLP(str(path))
        return path.read_text(encoding="utf-8")


def families(problem: pulp.LpProblem) -> set[str]:
    """Names of the constraints without the suffix of workload and model."""
    known = ("demand", "uses", "one_option", "keeps")
    names = [row.name for row in problem.constraints()]
    return {next((family for family in known if name.startswith(family + "_")), name) for name in names}


def fingerprint() -> str:
    """LP texts and plans, to be compared between hash seeds."""
    rules = ("models_max", "opex_budget", "carbon_cap")
    programmes = [random_programme(seed, size=12, workloads=3, models=3, rules=rules) for seed in range(4)]
    plans = [solve(programme) for programme in programmes]
    return json.dumps(
        {
            "lp": {name: lp_text(programme) for name, programme in toys().items()},
            "pruned": [prune_candidates(programme).dominated_by.tolist() for programme in programmes],
            "plans": [(p.status, p.rows.tolist(), p.requests.tolist(), repr(p.objective)) for p in plans],
        }
    )


if __name__ == "__main__":
    for name, programme in toys().items():
        (GOLDEN / f"programme_{name}.lp").write_text(lp_text(programme), encoding="utf-8")
