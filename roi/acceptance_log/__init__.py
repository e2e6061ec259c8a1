"""The log of attempts: read it, and learn from it how readily images are accepted."""

from roi.acceptance_log.fit import AcceptanceFit, Estimate, fit_acceptance
from roi.acceptance_log.reading import Attempt, AttemptLog, read_log

__all__ = [
    "AcceptanceFit",
    "Attempt",
    "AttemptLog",
    "Estimate",
    "fit_acceptance",
    "read_log",
]
