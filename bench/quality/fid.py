"""Fréchet Inception distance between two sets of features taken as Gaussians.

    FID = |m1 - m2|^2 + tr(S1) + tr(S2) - 2 tr((S1 S2)^(1/2))

Heusel et al., "GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium", arXiv
1706.08500, equation 6. With S1 = L L', S1 S2 has the eigenvalues of the symmetric L' S2 L, so that a symmetric
eigenvalue routine does what others do with a general matrix root.
"""

import numpy as np

from bench.quality.moments import Array, Moments, merged

JACKKNIFE_GROUPS = 10
JACKKNIFE_DIMENSIONS_MAX = 2048
"""Beyond it ten more eigenvalue problems take minutes."""


def fid(one: Moments, other: Moments) -> float:
    """Fréchet distance of two sets by their moments. It is symmetric, and 0 for equal moments."""
    first, second = one.covariance, other.covariance
    shift = one.mean - other.mean
    distance = (
        float(shift @ shift) + np.trace(first) + np.trace(second) - 2.0 * trace_root_product(first, second)
    )
    return float(max(distance, 0.0))


def trace_root_product(first: Array, second: Array) -> float:
    """tr((S1 S2)^(1/2)) of two positive semidefinite matrices [D, D]."""
    left, middle = _factor(first, second)
    product = left.T @ middle @ left
    eigenvalues = np.linalg.eigvalsh((product + product.T) / 2.0)
    return float(np.sqrt(eigenvalues.clip(min=0.0)).sum())


def fid_stderr(groups: list[Moments], reference: Moments) -> float | None:
    """Standard error by the delete-one-group jackknife over the generated pictures; None with too few groups.

    The reference is taken as fixed. Efron and Stein, "The jackknife estimate of variance", Annals of Statistics 9
    (1981).
    """
    if len(groups) < 3:
        return None
    without = [
        fid(merged(group for j, group in enumerate(groups) if j != i), reference) for i in range(len(groups))
    ]
    spread = float(np.sum((np.array(without) - np.mean(without)) ** 2))
    return float(np.sqrt(spread * (len(groups) - 1) / len(groups)))


def _factor(first: Array, second: Array) -> tuple[Array, Array]:
    """A factor L of one of the matrices, and the other matrix.

    Cholesky needs a positive definite matrix; with fewer pictures than dimensions neither is, and the eigenvectors
    give the factor instead.
    """
    for mine, others in ((first, second), (second, first)):
        try:
            factor = np.linalg.cholesky(mine).astype(np.float64, copy=False)
        except np.linalg.LinAlgError:
            continue
        return factor, others
    eigenvalues, vectors = np.linalg.eigh(first)
    root: Array = vectors * np.sqrt(eigenvalues.clip(min=0.0))
    return root, second
