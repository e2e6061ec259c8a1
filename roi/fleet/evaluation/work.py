"""Constraints of workloads and models: is all work served, by what was chosen, by models that are kept?"""

import numpy as np

from roi.arrays import BoolArray, FloatArray, IntArray
from roi.fleet.evaluation.family import ConstraintFamily, Labels, family, picked
from roi.fleet.problem import FleetPlan, FleetProgramme


def work_families(programme: FleetProgramme, plan: FleetPlan, names: Labels) -> list[ConstraintFamily]:
    """`requests` (none negative), `demand`, `one_option`, `splits`, `uses` and `keeps`."""
    workload = programme.candidates.workload[plan.rows]
    axis = tuple(f"row{row}" for row in plan.rows)
    least = np.min(plan.requests, axis=(1, 2, 3), initial=0.0)
    served = _demand_served(programme, plan)
    by_workload = _summed(served, workload, len(names.workloads))
    mixed = ~programme.one_option
    return [
        family("requests", (axis,), least, ">=", 0.0),
        *_served_families(
            "demand", programme, np.flatnonzero(mixed), by_workload[mixed], names.workloads, names
        ),
        *_unmixed_families(programme, plan, served, names),
        _uses(programme, plan, served, names),
    ]


def model_families(programme: FleetProgramme, plan: FleetPlan, names: Labels) -> list[ConstraintFamily]:
    """`takes_up` and `models_max`."""
    kept, taken = np.asarray(plan.kept, dtype=np.float64), np.asarray(plan.taken, dtype=np.float64)
    found = [family("takes_up", (names.models, names.years), kept, "<=", np.cumsum(taken, axis=1))]
    if programme.rules.models_max is not None:
        found.append(family("models_max", (names.years,), kept.sum(axis=0), "<=", programme.rules.models_max))
    return found


def _demand_served(programme: FleetProgramme, plan: FleetPlan) -> FloatArray:
    """Requests, or accepted images where demand is for those [R x W x Y x B]."""
    workload = programme.candidates.workload[plan.rows]
    deliver = programme.candidates.deliver[plan.rows]
    counted = np.where(programme.demand_of_accepted[workload], deliver, 1.0)
    return np.asarray(counted[:, None, None, None] * plan.requests)


def _summed(values: FloatArray, index: IntArray, size: int) -> FloatArray:
    found = np.zeros((size, *values.shape[1:]))
    np.add.at(found, index, values)
    return found


def _served_families(
    name: str,
    programme: FleetProgramme,
    workload: IntArray,
    served: FloatArray,
    axis: tuple[str, ...],
    names: Labels,
) -> list[ConstraintFamily]:
    """What each row of `served` [n x W x Y x B] gives its workload [n]: all of the demand, in every block, or
    over the blocks of a year where the work may wait.
    """
    demand = programme.demand.transpose(1, 0, 2, 3)[workload]
    waits = programme.deferrable[workload]
    labels = tuple(axis[j] for j in workload) if name == "demand" else axis
    return [
        family(name, (picked(labels, ~waits), *names.periods), served[~waits], "=", demand[~waits]),
        family(
            name,
            (picked(labels, waits), names.worlds, names.years),
            served[waits].sum(axis=3),
            "=",
            demand[waits][..., 0],
        ),
    ]


def _unmixed_families(
    programme: FleetProgramme, plan: FleetPlan, served: FloatArray, names: Labels
) -> list[ConstraintFamily]:
    candidates, rows = programme.candidates, plan.rows
    alone = np.flatnonzero(programme.one_option)
    of_choice = dict(zip(candidates.choice.tolist(), candidates.workload.tolist(), strict=True))
    listed = [k for k in sorted(set(plan.choices)) if programme.one_option[of_choice[k]]]
    serving = candidates.choice[rows[np.isin(candidates.workload[rows], alone)]].tolist()
    z = np.array([np.sum([of_choice[k] == j for k in listed]) for j in alone])
    axis = tuple(names.workloads[j] for j in alone)
    found = [family("one_option", (axis,), z, "=", 1.0)]
    found += _splits(programme, plan, served, sorted({*listed, *serving}), names)
    return [*found, _keeps(programme, plan, listed, names)]


def _splits(
    programme: FleetProgramme, plan: FleetPlan, served: FloatArray, choices: list[int], names: Labels
) -> list[ConstraintFamily]:
    """A chosen configuration serves the whole of its workload, another one nothing of it."""
    candidates = programme.candidates
    workload = np.array(
        [candidates.workload[np.flatnonzero(candidates.choice == k)[0]] for k in choices], dtype=np.int64
    )
    by_choice = np.array([served[candidates.choice[plan.rows] == k].sum(axis=0) for k in choices])
    z = np.isin(choices, plan.choices)
    axis = tuple(f"{names.workloads[j]}_choice{k}" for j, k in zip(workload, choices, strict=True))
    shown = by_choice.reshape(len(choices), *served.shape[1:])
    return _of_choice(
        _served_families("splits", programme, workload, shown, axis, names),
        (z[~programme.deferrable[workload]], z[programme.deferrable[workload]]),
    )


def _of_choice(families: list[ConstraintFamily], z: tuple[BoolArray, BoolArray]) -> list[ConstraintFamily]:
    """The same with the demand taken off where the configuration is not chosen."""
    return [
        family(
            each.name,
            each.axes,
            each.lhs,
            each.sense,
            each.rhs * mask.reshape(-1, *[1] * (each.rhs.ndim - 1)),
        )
        for each, mask in zip(families, z, strict=True)
    ]


def _keeps(programme: FleetProgramme, plan: FleetPlan, listed: list[int], names: Labels) -> ConstraintFamily:
    """The model of a chosen configuration is kept in every year."""
    candidates = programme.candidates
    first = [int(np.flatnonzero(candidates.choice == k)[0]) for k in listed]
    axis = tuple(
        f"{names.workloads[candidates.workload[i]]}_{names.models[candidates.model[i]]}" for i in first
    )
    return family("keeps", (axis, names.years), 1.0, "<=", plan.kept[candidates.model[first]])


def _uses(programme: FleetProgramme, plan: FleetPlan, served: FloatArray, names: Labels) -> ConstraintFamily:
    """Requests to a model that is not kept are none: the highest share of a period [J mixed and M used x Y]."""
    candidates, rows = programme.candidates, plan.rows
    pairs = sorted({(j, m) for j, m in zip(candidates.workload[rows], candidates.model[rows], strict=True)})
    mixed = [(int(j), int(m)) for j, m in pairs if not programme.one_option[j]]
    share = [_highest_share(programme, plan, served, j, m) for j, m in mixed]
    axis = tuple(f"{names.workloads[j]}_{names.models[m]}" for j, m in mixed)
    lhs = np.array(share).reshape(len(mixed), len(names.years))
    return family("uses", (axis, names.years), lhs, "<=", plan.kept[[m for _, m in mixed]])


def _highest_share(
    programme: FleetProgramme, plan: FleetPlan, served: FloatArray, j: int, m: int
) -> FloatArray:
    """Of the demand of a period, or of the year where work may wait; infinite where there is none [Y]."""
    candidates, rows = programme.candidates, plan.rows
    mine = (candidates.workload[rows] == j) & (candidates.model[rows] == m)
    done, demand = served[mine].sum(axis=0), programme.demand[:, j]
    if programme.deferrable[j]:
        done, demand = done.sum(axis=2, keepdims=True), demand[..., :1]
    share = np.where(done > 0.0, np.inf, 0.0)
    np.divide(done, demand, out=share, where=demand > 0.0)
    return np.asarray(share.max(axis=(0, 2)))
