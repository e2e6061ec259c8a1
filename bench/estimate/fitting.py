"""Non-negative coefficients in relative error, and the factors of boards and models."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.estimate.rows import FloatArray

ROUNDS = 15
"""Of reweighting: squared relative error comes to squared logarithmic error."""


@dataclass(frozen=True, eq=False)
class Fit:
    """Coefficients and factors of one quantity."""

    coefficients: FloatArray
    """[TERMS]"""
    board_log: dict[str, float]
    """Logarithm of a board's factor."""
    model_log: dict[str, float]
    """Logarithm of a model's factor."""

    def predict(self, terms: FloatArray, model: str, board: str) -> float:
        """The quantity of an image; a model or board that the fit has not seen has no factor."""
        factor = self.board_log.get(board, 0.0) + self.model_log.get(model, 0.0)
        return float(terms @ self.coefficients * np.exp(factor))


def fitted(terms: FloatArray, taken: FloatArray, models: Sequence[str], boards: Sequence[str]) -> Fit:
    """Fit of rows [N x TERMS] to what they took [N]."""
    coefficients = _coefficients(terms, taken)
    left = np.log(taken) - np.log(terms @ coefficients)
    board_log = _medians(left, boards)
    left = left - np.array([board_log[board] for board in boards])
    return Fit(coefficients, board_log, _medians(left, models))


def _medians(values: FloatArray, names: Sequence[str]) -> dict[str, float]:
    listed = np.array(names)
    return {name: float(np.median(values[listed == name])) for name in sorted(set(names))}


def _coefficients(terms: FloatArray, taken: FloatArray) -> FloatArray:
    """Minimise the squared difference over the geometric mean of prediction and truth, again and again."""
    expected, found = taken, np.zeros(terms.shape[1])
    for _ in range(ROUNDS):
        weight = 1.0 / np.sqrt(expected * taken)
        found = _non_negative(terms * weight[:, None], taken * weight)
        expected = np.maximum(terms @ found, np.finfo(np.float64).tiny)
    return found


def _non_negative(terms: FloatArray, wanted: FloatArray) -> FloatArray:
    """Least squares without negative coefficients: the best of all subsets of terms, of which there are few."""
    best, least = np.zeros(terms.shape[1]), float("inf")
    for count in range(1, terms.shape[1] + 1):
        for subset in itertools.combinations(range(terms.shape[1]), count):
            kept = list(subset)
            found, *_ = np.linalg.lstsq(terms[:, kept], wanted, rcond=None)
            missed = float(((terms[:, kept] @ found - wanted) ** 2).sum())
            if (found >= 0.0).all() and missed < least:
                best, least = np.zeros(terms.shape[1]), missed
                best[kept] = found
    return best
