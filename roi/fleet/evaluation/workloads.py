"""What each workload answers for of the emissions of supplies that several share: by the time of boards."""

import numpy as np

from roi.arrays import BoolArray, FloatArray, IntArray
from roi.fleet.evaluation.carbon import carbon
from roi.fleet.evaluation.quantities import quantities
from roi.fleet.problem import FleetPlan, FleetProgramme

EXCEEDED = 1e-6
"""Fraction by which a limit may be exceeded: the tolerance of the evaluator."""


def carbon_of_workloads(programme: FleetProgramme, plan: FleetPlan) -> FloatArray:
    """Location-based emissions of every workload, waiting and making of shared units by board time.

    A supply without work in a year is shared as over all years. NaN where it is not disclosed [kgCO2e, J x W x Y].
    """
    done = quantities(programme, plan)
    emitted = carbon(programme, plan, done)
    candidates, rows = programme.candidates, plan.rows
    supply, workload = candidates.supply[rows], candidates.workload[rows]
    years = plan.buy.shape[1]
    grid = np.array([np.broadcast_to(each.grid_kg_per_kwh, (years,)) for each in programme.supplies])
    yearly = np.asarray(plan.requests, dtype=np.float64).sum(axis=3)
    own = candidates.energy_kwh[rows][:, None, None] * yearly * grid[supply][:, None, :]
    made = np.where(yearly == 0.0, 0.0, candidates.embodied_kg[rows][:, None, None] * yearly)
    found = np.zeros((len(programme.workload_names), *yearly.shape[1:]))
    np.add.at(found, workload, own + made)
    common = emitted.location_idle_kg + emitted.embodied_kg - _of_requests(programme, supply, made)
    time = np.zeros((len(programme.workload_names), len(programme.supplies), *yearly.shape[1:]))
    np.add.at(time, (workload, supply), candidates.board_s[rows][:, None, None] * yearly)
    parts = _parts(time)
    return np.asarray(found + np.where(parts == 0.0, 0.0, parts * common).sum(axis=1))


def _of_requests(programme: FleetProgramme, supply: IntArray, made: FloatArray) -> FloatArray:
    """Making that requests carry themselves, by supply [kgCO2e, S x W x Y]."""
    found = np.zeros((len(programme.supplies), *made.shape[1:]))
    np.add.at(found, supply, made)
    return found


def _parts(time: FloatArray) -> FloatArray:
    """Part of each workload in the time of each supply; over all years where a year has none [J x S x W x Y]."""
    always = np.broadcast_to(time.sum(axis=3, keepdims=True), time.shape)
    base = np.where(time.sum(axis=0) > 0.0, time, always)
    total = base.sum(axis=0)
    return np.asarray(np.divide(base, total, out=np.zeros_like(base), where=total > 0.0))


def carbon_above(programme: FleetProgramme, plan: FleetPlan) -> BoolArray:
    """Whether a workload emits more for a picture than it may [J x W x Y]."""
    most = limit_kg(programme)
    return np.asarray(~(carbon_of_workloads(programme, plan) <= most * (1.0 + EXCEEDED)) & np.isfinite(most))


def limit_kg(programme: FleetProgramme) -> FloatArray:
    """Most emissions of every workload; infinite without a limit [kgCO2e, J x W x Y]."""
    pictures = programme.demand.sum(axis=3).transpose(1, 0, 2)
    if programme.carbon_max is None:
        return np.full(pictures.shape, np.inf)
    limited = np.isfinite(programme.carbon_max)
    per_picture = np.where(limited, programme.carbon_max, 0.0)[:, None, None]
    return np.where(limited[:, None, None], per_picture * pictures, np.inf)
