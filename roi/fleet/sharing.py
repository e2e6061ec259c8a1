"""Candidates to shut out where workloads that share units break the limit of one of them for a picture."""

import numpy as np

from roi.arrays import IntArray
from roi.fleet.coefficients import alone_on, existing_units
from roi.fleet.evaluation.workloads import carbon_above
from roi.fleet.problem import FleetPlan, FleetProgramme


def shared_rows_above(programme: FleetProgramme, plan: FleetPlan) -> IntArray:
    """Candidates of the plan, of workloads above their limit, on supplies whose part in it no row holds: units that
    several workloads can use, or that were there before."""
    if programme.carbon_max is None:
        return np.empty(0, dtype=np.int64)
    above = np.any(carbon_above(programme, plan), axis=(1, 2))
    candidates, rows = programme.candidates, plan.rows
    common = alone_on(programme) < 0
    common |= np.any(existing_units(programme) > 0, axis=1)
    common &= np.array([each.kind != "by_use" for each in programme.supplies], dtype=np.bool_)
    supply, workload = candidates.supply[rows], candidates.workload[rows]
    mine = above[workload] & common[supply]
    return np.asarray(rows[mine], dtype=np.int64)
