"""The programme of the rungs `single` and `portfolio`: its mathematics and its data.

Sets: workload j, model m, candidate i (one option with its attempts, of one workload, model, supply and
vendor).

Data, in the names of the code:
    demand[j]            requests or accepted images of the period
    requests_per_share[i]  demand[j] / deliver[i] where demand is for accepted images, else demand[j]: the
                         requests by which candidate i alone serves the whole of its workload j
    objective[i], cash[i], carbon[i], resource[k, i]      per request
    model_fixed_cost[m]  money of the period if model m is kept (upkeep and its share of migration)
    model_weight[m]      the same in the objective, unless the caller steers by something else

Variables: the share s[i] of its workload's demand that candidate i serves, so that requests[i] =
requests_per_share[i] * s[i]; kept[m] in {0, 1}. Where a workload must not be mixed s[i] is binary and is
decision-model's z: x = D z holds by substitution and no second variable is needed.

    minimise    sum_i objective[i] requests_per_share[i] s[i] + sum_m model_weight[m] kept[m]
    demand      sum_{i of j} s[i] = 1                     j may be mixed
    one_option  sum_{i of j} s[i] = 1, s[i] in {0, 1}     j must not be mixed
    uses        sum_{i of j and m} s[i] <= kept[m]        j may be mixed
    keeps       sum_{i of j and m} s[i] <= kept[m]        j must not be mixed
    models_max  sum_m kept[m] <= models_max
    opex_budget sum_i cash[i] requests_per_share[i] s[i] + sum_m model_fixed_cost[m] kept[m] <= budget
    carbon_cap  sum_i carbon[i] requests_per_share[i] s[i] <= carbon_cap_kg
    NAME        sum_i resource[NAME, i] requests_per_share[i] s[i] <= resource_caps[NAME]

`demand` is an equality because no coefficient is negative: delivering more never pays. `uses` and `keeps` sum
over all candidates of one model: at most one share in total can be used, so the sum is valid, and its linear
relaxation is tighter than a row per candidate. Without budget, cap or resource nothing couples the candidates
of a workload once `kept` is fixed; a linear programme then has an answer without mixing and s needs no
integrality. kept[m] exists only for models with a fixed cost, or for all where `models_max` can bind.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Status = Literal["optimal", "feasible", "infeasible"]

LABEL_LENGTH = 40
"""Longest suffix of a constraint's name; LP files allow names of 100 characters."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Candidates:
    """N options in canonical order, as columns of length N. The order is the last tie-break."""

    workload: IntArray
    """Index into the programme's workloads [N]."""
    model: IntArray
    """Index into the programme's models [N]."""
    supply: IntArray
    """Index of the supply [N]; only pruning reads it."""
    vendor: IntArray
    """Index of the vendor [N]; only pruning reads it."""
    objective_per_request: FloatArray
    """Cost that steers, with an internal carbon price if there is one [money, N]."""
    cash_per_request: FloatArray
    """Cost that is paid [money, N]."""
    carbon_kg_co2e_per_request: FloatArray
    """Carbon [kgCO2e, N]; NaN where it is not disclosed, which a carbon cap forbids."""
    deliver: FloatArray
    """Probability that a request ends with an accepted image [1, N]."""
    resources: Mapping[str, FloatArray] = field(default_factory=dict)
    """Use of further capped resources per request, by the name of their constraint [N each]."""

    def __len__(self) -> int:
        return len(self.workload)


@dataclass(frozen=True, eq=False, kw_only=True)
class Programme:
    """Candidates, J workloads, M models and the rules. Refuses with ValueError what has no meaning."""

    candidates: Candidates
    workload_names: tuple[str, ...]
    """Names of the workloads [J]."""
    model_names: tuple[str, ...]
    """Names of the models [M]."""
    demand: FloatArray
    """Requests, or accepted images, of the period [J]."""
    demand_of_accepted: BoolArray
    """True: demand counts accepted images (no fallback). False: it counts requests [J]."""
    one_option: BoolArray
    """True where a workload must be served by one candidate alone [J]."""
    model_fixed_cost: FloatArray
    """Cash of the period for keeping a model: upkeep and its share of migration [money, M]."""
    model_objective: FloatArray | None = None
    """What keeping a model weighs in the objective [money, M]; None: its fixed cost."""
    models_max: int | None = None
    """Most models that may be kept; None: any number."""
    carbon_cap_kg: float | None = None
    """Most carbon of the period [kgCO2e]; None: no cap."""
    budget: float | None = None
    """Most cash of the period, fixed costs included [money]; None: no budget."""
    resource_caps: Mapping[str, float] = field(default_factory=dict)
    """Most of each further resource in the period; a resource without a cap does not count."""

    @property
    def model_weight(self) -> FloatArray:
        """What keeping a model weighs in the objective [money, M]."""
        return self.model_fixed_cost if self.model_objective is None else self.model_objective

    def __post_init__(self) -> None:
        faults = [*_shape_faults(self)] or [*_value_faults(self)]
        if faults:
            raise ValueError("programme: " + "; ".join(faults))


@dataclass(frozen=True, eq=False, kw_only=True)
class Solution:
    """A plan and what is known about it. Without a plan (`infeasible`) the arrays are empty."""

    status: Status
    """`optimal`, `feasible` within `gap`, or proven `infeasible`."""
    rows: IntArray
    """Candidates used, ascending [R]."""
    requests: FloatArray
    """Requests that each of them serves [R]."""
    models: tuple[int, ...]
    """Models kept: those that the rows use, ascending."""
    objective: float
    """Recomputed from rows and requests [money]; infinite without a plan."""
    bound: float
    """Proven: no plan costs less [money]."""
    gap: float
    """(objective - bound) / objective [1]."""
    seconds: float
    """Wall time of pruning, building and solving [s]."""
    solver: str
    solver_version: str
    tie_break: str
    """How one of several equally cheap plans was chosen."""
    candidates_total: int
    candidates_after_pruning: int
    dominated_by: IntArray
    """Per candidate the one that dominates it, or -1 [N]."""


@dataclass(frozen=True, eq=False)
class Limit:
    """One capped sum over requests and kept models."""

    name: str
    """Name of the constraint."""
    per_request: FloatArray
    """Coefficient of a request [unit of the cap, N]."""
    per_model: FloatArray
    """Coefficient of a kept model [unit of the cap, M]."""
    cap: float
    """Right-hand side."""


def limits(programme: Programme) -> tuple[Limit, ...]:
    """The capped sums that are present, in a fixed order."""
    candidates, found = programme.candidates, []
    none = np.zeros(len(programme.model_names))
    if programme.budget is not None:
        fixed = programme.model_fixed_cost
        found.append(Limit("opex_budget", candidates.cash_per_request, fixed, programme.budget))
    if programme.carbon_cap_kg is not None:
        carbon = candidates.carbon_kg_co2e_per_request
        found.append(Limit("carbon_cap", carbon, none, programme.carbon_cap_kg))
    for name in sorted(programme.resource_caps):
        found.append(Limit(name, candidates.resources[name], none, programme.resource_caps[name]))
    return tuple(found)


def requests_per_share(programme: Programme) -> FloatArray:
    """Requests by which each candidate alone serves its whole workload [N]: demand, over deliver where demand
    is for accepted images.
    """
    workload = programme.candidates.workload
    accepted = programme.demand_of_accepted[workload]
    divisor = np.where(accepted, programme.candidates.deliver, 1.0)
    return np.asarray(programme.demand[workload] / divisor, dtype=np.float64)


def distinct(index: IntArray) -> IntArray:
    """The different values of an index, ascending; `np.unique` loads numpy.ma, which costs start-up time."""
    return np.flatnonzero(np.bincount(index))


def plan_objective(
    programme: Programme, rows: IntArray, requests: FloatArray, models: Sequence[int]
) -> float:
    """Objective of a plan from the data alone [money]."""
    running = float(programme.candidates.objective_per_request[rows] @ requests)
    return running + float(programme.model_weight[list(models)].sum())


def labels(names: Sequence[str]) -> tuple[str, ...]:
    """Suffixes of constraint names: letters, digits and underscores only, each once.

    A name that loses characters (spaces, Japanese) gets its index, so that no two become one.
    """
    found: list[str] = []
    for index, name in enumerate(names):
        plain = re.sub(r"[^A-Za-z0-9_]+", "_", name)[:LABEL_LENGTH].strip("_")
        unchanged = plain == name and plain not in found
        found.append(plain if unchanged else f"{plain}_{index}".lstrip("_"))
    return tuple(found) if len(set(found)) == len(found) else tuple(str(index) for index in range(len(names)))


def _shape_faults(programme: Programme) -> list[str]:
    candidates = programme.candidates
    size, workloads, models = len(candidates), len(programme.workload_names), len(programme.model_names)
    expected = {
        "model": (candidates.model, size),
        "supply": (candidates.supply, size),
        "vendor": (candidates.vendor, size),
        "objective_per_request": (candidates.objective_per_request, size),
        "cash_per_request": (candidates.cash_per_request, size),
        "carbon_kg_co2e_per_request": (candidates.carbon_kg_co2e_per_request, size),
        "deliver": (candidates.deliver, size),
        "demand": (programme.demand, workloads),
        "demand_of_accepted": (programme.demand_of_accepted, workloads),
        "one_option": (programme.one_option, workloads),
        "model_fixed_cost": (programme.model_fixed_cost, models),
        "model_objective": (programme.model_weight, models),
        **{f"resources[{name}]": (column, size) for name, column in candidates.resources.items()},
    }
    faults = [
        f"{name} has shape {a.shape}, expected ({n},)" for name, (a, n) in expected.items() if a.shape != (n,)
    ]
    unknown = sorted(set(programme.resource_caps) - set(candidates.resources))
    return faults + [f"resource_caps names {name!r}, which no candidate states" for name in unknown]


def _value_faults(programme: Programme) -> list[str]:
    candidates = programme.candidates
    faults = _index_faults(candidates.workload, programme.workload_names, "workload")
    faults += _index_faults(candidates.model, programme.model_names, "model")
    if faults:
        return faults
    costs = {"objective_per_request": candidates.objective_per_request, "cash": candidates.cash_per_request}
    columns = {
        **costs,
        "model_fixed_cost": programme.model_fixed_cost,
        "model_objective": programme.model_weight,
    }
    columns.update({limit.name: limit.per_request for limit in limits(programme)})
    faults = [f"{name} must be finite and not negative" for name, a in columns.items() if not _is_amount(a)]
    caps = [limit.cap for limit in limits(programme)] + [float(programme.models_max or 0)]
    if not _is_amount(np.array(caps)):
        faults.append("limits must be finite and not negative")
    if not (_is_amount(programme.demand) and np.all(programme.demand > 0)):
        faults.append("demand must be finite and positive; leave a workload without demand out")
    if not (np.all(candidates.deliver >= 0) and np.all(candidates.deliver <= 1)):
        faults.append("deliver must lie in 0 to 1")
    if np.any(candidates.deliver[programme.demand_of_accepted[candidates.workload]] == 0):
        faults.append("deliver is 0 where demand is for accepted images; leave the candidate out")
    counts = np.bincount(candidates.workload, minlength=len(programme.workload_names))
    idle = [programme.workload_names[j] for j in np.flatnonzero(counts == 0)]
    return faults + [f"workload {name!r} has no candidate" for name in idle]


def _index_faults(index: IntArray, names: Sequence[str], what: str) -> list[str]:
    inside = np.all((index >= 0) & (index < len(names)))
    return [] if inside else [f"{what} points outside {what}_names"]


def _is_amount(values: FloatArray) -> bool:
    return bool(np.all(np.isfinite(values)) and np.all(values >= 0))
