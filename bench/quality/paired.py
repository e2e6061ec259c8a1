"""A quantized model beside its twin: the same prompts and seeds, picture by picture."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np

from bench.errors import QualityError

PEAK = 255.0


@dataclass(frozen=True)
class Paired:
    """Mean over pairs with its standard error. Pairs without any difference have no finite PSNR: left out."""

    mean: float | None
    stderr: float | None
    pairs: int
    identical: int


def psnr(one: Any, other: Any) -> float:
    """Peak signal-to-noise ratio of two PIL images [dB], 10 log10(255^2 / mean squared difference)."""
    difference = _array(one) - _array(other)
    error = float(np.mean(difference * difference))
    return float("inf") if error == 0.0 else float(10.0 * np.log10(PEAK * PEAK / error))


def paired_psnr(pictures: Sequence[Any], twins: Sequence[Any]) -> Paired:
    """PSNR over pairs made from the same prompts and seeds."""
    return paired(pictures, twins, psnr)


def paired(pictures: Sequence[Any], twins: Sequence[Any], measure: Callable[[Any, Any], float]) -> Paired:
    """Any measure of two pictures over pairs.

    Raises
    ------
    QualityError
        When the numbers or sizes of pictures differ, or there is none.
    """
    if len(pictures) != len(twins) or not pictures:
        raise QualityError(
            f"{len(pictures)} pictures and {len(twins)} of the twin; make both with the same prompts and seeds"
        )
    for index, (one, other) in enumerate(zip(pictures, twins, strict=True)):
        if one.size != other.size:
            raise QualityError(
                f"pair {index}: sizes {one.size} and {other.size} differ; make both at one size"
            )
    values = np.array([measure(one, other) for one, other in zip(pictures, twins, strict=True)])
    finite = values[np.isfinite(values)]
    return Paired(
        mean=float(finite.mean()) if finite.size else None,
        stderr=float(finite.std(ddof=1) / np.sqrt(finite.size)) if finite.size > 1 else None,
        pairs=len(values),
        identical=len(values) - finite.size,
    )


def lpips_measure(device: str = "cpu") -> Callable[[Any, Any], float]:
    """LPIPS with AlexNet, where the package and its weights are there.

    Zhang et al., "The Unreasonable Effectiveness of Deep Features as a Perceptual Metric", arXiv 1801.03924.
    """
    if find_spec("lpips") is None:
        raise QualityError(
            "LPIPS needs the package lpips, which is not installed; PSNR stands alone without it"
        )
    import lpips
    import torch

    try:
        network = lpips.LPIPS(net="alex", verbose=False).eval().to(device)
    except (OSError, RuntimeError) as fault:
        raise QualityError(f"LPIPS: its network cannot be loaded ({fault}); PSNR stands alone") from None

    def measure(one: Any, other: Any) -> float:
        tensors = [
            torch.from_numpy(_array(picture) / 127.5 - 1.0).float().permute(2, 0, 1)[None].to(device)
            for picture in (one, other)
        ]
        with torch.inference_mode():
            return float(network(*tensors))

    return measure


def _array(picture: Any) -> Any:
    return np.asarray(picture.convert("RGB"), dtype=np.float64)
