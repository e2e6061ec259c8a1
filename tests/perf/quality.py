"""How long FID takes at 2,048 dimensions, against torchmetrics' formula and scipy's square root.

All three start from the same means and covariances in double precision and run in one process, in turn; the
ratio of the fastest times counts. `python -m tests.perf.quality [DIMENSIONS]`.
"""

import sys
import time
from collections.abc import Callable

import numpy as np

from bench.quality.fid import fid
from bench.quality.moments import Moments, moments_of

DIMENSIONS = 2048
QUICK_DIMENSIONS = 512
REPEATS = 3
PICTURES_PER_DIMENSION = 5


def report(*, quick: bool) -> None:
    """Print seconds, ratios and how well the three agree."""
    run(QUICK_DIMENSIONS if quick else DIMENSIONS)


def run(dimensions: int = DIMENSIONS) -> None:
    """Print seconds, ratios and how well the three agree at this number of dimensions."""
    one, other = _moments(dimensions, seed=1), _moments(dimensions, seed=2)
    ways: dict[str, Callable[[Moments, Moments], float]] = {
        "bench": fid,
        "torchmetrics": _by_torchmetrics,
        "scipy.linalg.sqrtm": _by_scipy,
    }
    seconds, values = {}, {}
    for name, way in ways.items():
        seconds[name], values[name] = _fastest(way, one, other)
        apart = abs(values[name] / values["bench"] - 1.0)
        print(
            f"quality: FID at {dimensions} dimensions by {name}: {seconds[name]:.2f} s, "
            f"{seconds[name] / seconds['bench']:.1f} times bench, {apart:.1e} apart"
        )
    fastest = min(value for name, value in seconds.items() if name != "bench")
    print(f"quality: {fastest / seconds['bench']:.1f} times faster than the fastest other")


def _moments(dimensions: int, seed: int) -> Moments:
    """Moments of seeded samples whose spectrum falls as that of Inception's features does."""
    random = np.random.default_rng(seed)
    scale = np.arange(1, dimensions + 1) ** -0.5
    mixing = np.linalg.qr(random.normal(size=(dimensions, dimensions)))[0]
    features = random.normal(0.1, 1.0, (PICTURES_PER_DIMENSION * dimensions, dimensions)) * scale @ mixing
    return moments_of(features)


def _fastest(way: Callable[[Moments, Moments], float], one: Moments, other: Moments) -> tuple[float, float]:
    best, value = float("inf"), float("nan")
    for _ in range(REPEATS):
        begin = time.perf_counter()
        value = way(one, other)
        best = min(best, time.perf_counter() - begin)
    return best, value


def _by_torchmetrics(one: Moments, other: Moments) -> float:
    import torch
    from torchmetrics.image.fid import _compute_fid

    tensors = (torch.from_numpy(array) for array in (one.mean, one.covariance, other.mean, other.covariance))
    return float(_compute_fid(*tensors))


def _by_scipy(one: Moments, other: Moments) -> float:
    from scipy.linalg import sqrtm

    shift = one.mean - other.mean
    root = sqrtm(one.covariance @ other.covariance)
    return float(shift @ shift + np.trace(one.covariance + other.covariance - 2.0 * root.real))


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else DIMENSIONS)
