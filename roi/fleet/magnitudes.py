"""Whether a programme is of a size that can be solved: units that HiGHS counts exactly, shares that memory holds.

Figures are bounded where they are read (`bench.magnitude`), so that all numbers here are finite; their products may
still be more than a solver can do with.
"""

import numpy as np

from roi.errors import SolverError
from roi.fleet.bounds import needed_units, units_bound
from roi.fleet.coefficients import per_demand
from roi.fleet.problem import FleetProgramme

UNITS_MAX = 1e6
"""Units of one supply in a plan. Billed hours of so many are up to 9e9 a year; HiGHS errs on whole numbers from
some 1e11 (measured), and a double holds them to its tolerance until 1e10."""
NEEDED_MAX = 1e9
"""Units that all work would need at once on a supply that has few: what one unit does is then a share of the work
within the solver's tolerance."""
SHARES_MAX = 2e7
"""Candidates times worlds, years and blocks: some gigabytes."""
DEMAND_MIN = 1e-9
"""Pictures a year of a workload; with fewer all that goes with pictures vanishes beside what a unit costs."""


def require_solvable(programme: FleetProgramme) -> None:
    """Refuse a programme that is too large, or too small.

    Raises
    ------
    SolverError
        With the workload or the parts of the scenario that make it so.
    """
    worlds, _, years, blocks = programme.demand.shape
    count = len(programme.candidates)
    if count * worlds * years * blocks > SHARES_MAX:
        raise SolverError(
            f"the plan has {count:,} candidates x {worlds:,} drawn worlds x {years:,} years x {blocks:,} time "
            f"blocks, more than the {SHARES_MAX:,.0f} that fit into memory: have fewer site.time_blocks, "
            "finance.risk.worlds, finance.horizon_years, supplies, or limits.boards"
        )
    yearly = programme.demand.sum(axis=3)
    for j, least in enumerate(np.where(yearly > 0, yearly, np.inf).min(axis=(0, 2)).tolist()):
        if least < DEMAND_MIN:
            raise SolverError(
                f"workload {programme.workload_names[j]!r} asks for {least:.3g} pictures in some year, too few to "
                "plan for: check its images_per_month and growth_per_year"
            )
    needed, most = needed_units(programme), units_bound(programme)
    for r in np.flatnonzero((needed > NEEDED_MAX) | (most > UNITS_MAX)).tolist():
        raise SolverError(_too_many_units(programme, r, float(needed[r])))


def _too_many_units(programme: FleetProgramme, r: int, units: float) -> str:
    """Names the workload that takes the most of the supply."""
    candidates = programme.candidates
    rows = np.flatnonzero(candidates.supply == r)
    yearly = programme.demand.sum(axis=3).max(axis=(0, 2))
    unit = per_demand(programme, rows)
    work = (unit.unit_s + unit.use_s) * yearly[candidates.workload[rows]]
    most = int(rows[int(np.argmax(work))])
    j, model = int(candidates.workload[most]), programme.model_names[int(candidates.model[most])]
    return (
        f"workload {programme.workload_names[j]!r} asks for up to {yearly[j]:.3g} pictures a year, for which "
        f"supply {programme.supplies[r].name!r} would need {units:.3g} units at once with {model}; at most "
        f"{UNITS_MAX:,.0f} of a supply can be planned: check the workload's images_per_month, growth_per_year and "
        "peak_factor, and the seconds of that model's profiles"
    )
