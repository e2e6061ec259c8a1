"""The programme: which options serve which workloads at the lowest cost, within the rules.

`problem` holds the data and the mathematics, `prune` leaves out what cannot matter, `build` writes the PuLP
problem, `solver` solves it, `ties` chooses among equals, `diagnosis` explains an infeasible one. Only `build`
and those above it need PuLP; the names are loaded when they are first used, so that the import stays light.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from roi.optimize.diagnosis import Diagnosis, Relaxation, diagnose
    from roi.optimize.problem import Candidates, Programme, Solution
    from roi.optimize.prune import Pruning, prune_candidates
    from roi.optimize.solver import solve

__all__ = [
    "Candidates",
    "Diagnosis",
    "Programme",
    "Pruning",
    "Relaxation",
    "Solution",
    "diagnose",
    "prune_candidates",
    "solve",
]

_HOMES = {
    "Candidates": "problem",
    "Diagnosis": "diagnosis",
    "Programme": "problem",
    "Pruning": "prune",
    "Relaxation": "diagnosis",
    "Solution": "problem",
    "diagnose": "diagnosis",
    "prune_candidates": "prune",
    "solve": "solver",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
